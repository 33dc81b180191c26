/** Each pattern of the catalogue provoked in the sandbox: for real where a container or the account can do it, injected where not. */
import { StopTaskCommand } from "@aws-sdk/client-ecs";
import type { Stage } from "./stage";
import type { Provocation } from "./provocationTools";
import { provocationsOfStarting } from "./provocationsOfStarting";
import { provocationsOfTasks } from "./provocationsOfTasks";
import { provocationsOfServices } from "./provocationsOfServices";

export const provocations: readonly Provocation[] = [
  ...provocationsOfStarting,
  ...provocationsOfTasks,
  ...provocationsOfServices,
];

/** Tasks that a provocation left behind beside the service. */
async function sweepTasks(stage: Stage): Promise<void> {
  for (const task of await stage.loose())
    await stage.world.clients.ecs.send(new StopTaskCommand({ cluster: "quay", task }));
}

/** Breaks the service in this way; what puts it right again, and the task that is asked about. */
export async function provoke(
  stage: Stage,
  { act, before, change, place, faults, until }: Provocation,
): Promise<{ task?: string; undo: (whole?: boolean) => Promise<void> }> {
  const undo = await before?.(stage);
  if (faults?.length) await stage.world.fault(...faults);
  const task = await (act
    ? act(stage)
    : stage
        .deploy(change ? (definition) => change(definition, stage) : undefined, await place?.(stage))
        .then(() => undefined));
  await until(stage);
  return {
    ...(task === undefined ? {} : { task }),
    // The next provocation's own deployment takes this one's place: then the service need not be well in between.
    undo: async (whole = true) => {
      await undo?.();
      await stage.world.clearFaults();
      if (!whole) return;
      await sweepTasks(stage);
      await stage.restore();
    },
  };
}
