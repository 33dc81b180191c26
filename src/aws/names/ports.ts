/** The bundle of ACM and Route 53. */
export { certificatePort } from "./certificates";
export { zonePort } from "./zones";
