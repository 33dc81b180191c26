/** What only some applications state, and is looked at for those alone. */
import { balancerInspectors } from "./observeBalancer";
import { scheduleInspectors } from "./observeSchedules";
import { shiftingInspectors } from "./observeShifting";

export const moreInspectors = { ...shiftingInspectors, ...scheduleInspectors, ...balancerInspectors };
