/** The schedule group of an application, which goes with all that is in it. */
import type { Application } from "../app/app";
import { isCancelled } from "../base/errors";
import type { Cloud, Task } from "../ports/cloud";
import type { ScheduleGroup } from "../ports/schedules";
import { isOurs } from "./observedState";
import { gone, type Context, type Target } from "./removalActions";
import { scheduleTag } from "./schedules";
import { poll } from "./step";

const goneMilliseconds = 5 * 60_000;

/**
 * Of an application that states none, what Scheduler answers is no reason to keep all the rest: not everybody may ask it, and
 * not every endpoint has it.
 */
async function groupOf(cloud: Cloud, app: Application): Promise<ScheduleGroup | undefined> {
  try {
    return await cloud.schedules.findGroup(app.scheduleGroup);
  } catch (error) {
    if (isCancelled(error) || app.schedules !== undefined) throw error;
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
        await stopRuns(context, app);
      },
    },
  ];
}

/** What they started and what still runs would keep cluster, groups and roles. */
async function stopRuns(context: Context, app: Application): Promise<void> {
  const { cloud } = context;
  const running = async (): Promise<readonly Task[]> => {
    const tasks = await cloud.ecs.listTasks(app.cluster, { family: app.family, stopped: false, withTags: true });
    return tasks.filter(({ tags }) => tags?.[scheduleTag] !== undefined && isOurs(tags, app));
  };
  await Promise.all(
    (await running()).map(({ arn }) => gone(cloud.ecs.stopTask(app.cluster, arn, "Removed by Slipway"))),
  );
  await poll(context, goneMilliseconds, async () => ((await running()).length === 0 ? true : undefined));
}
