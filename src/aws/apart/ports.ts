/** The bundle of ACM, Route 53 and EventBridge Scheduler. */
export { certificatePort } from "./certificates";
export { schedulePort } from "./schedules";
export { zonePort } from "./zones";
