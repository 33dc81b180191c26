/** The schedule group of an application, which goes with all that is in it. */
import type { Application } from "../app/app";
import { errorCode, isCancelled } from "../base/errors";
import type { Cloud } from "../ports/cloud";
import type { ScheduleGroup } from "../ports/schedules";
import { isOurs } from "./observedState";
import { gone, type Target } from "./removalActions";
import { poll } from "./step";

const goneMilliseconds = 5 * 60_000;

/** None where Scheduler may not be read, as by those who never had schedules. */
async function groupOf(cloud: Cloud, app: Application): Promise<ScheduleGroup | undefined> {
  try {
    return await cloud.schedules.findGroup(app.scheduleGroup);
  } catch (error) {
    if (isCancelled(error) || !/AccessDenied|NotImplemented|UnknownOperation/.test(errorCode(error))) throw error;
    return undefined;
  }
}

export async function scheduleTargets(cloud: Cloud, app: Application): Promise<Target[]> {
  const group = await groupOf(cloud, app);
  if (!group) return [];
  const { name, arn, tags } = group;
  return [
    {
      id: "schedules",
      kind: "scheduleGroup",
      name,
      arn,
      ours: isOurs(tags, app),
      remove: async (context) => {
        const { schedules } = context.cloud;
        if (!group.isGoing) await gone(schedules.deleteGroup(name));
        await poll(context, goneMilliseconds, async () => ((await schedules.findGroup(name)) ? undefined : true));
      },
    },
  ];
}
