import type { InspectionPort } from "../../core/ports/inspection";
import type { Caller } from "../session";
import { imageInspection } from "./images";
import { networkInspection } from "./network";
import { roleInspection } from "./roles";
import { taskInspection } from "./tasks";

/** Reads of a look at what runs, over every service that has a part in it. */
export function inspectionPort(caller: Caller): InspectionPort {
  return {
    ...imageInspection(caller),
    ...networkInspection(caller),
    ...roleInspection(caller),
    ...taskInspection(caller),
  };
}
