/** What the engine is asked to run for a container of a task. */
import type { ContainerDefinition } from "../model/ecs.types";
import type { TaskRecord } from "../states";
import { isInit, mountsOf } from "./containers";
import { cpuUnits, memoryMiB } from "./definitionRules";
import type { ContainerSpec } from "./engine";

/** The task that a container is run for, with the values of its secrets by container. */
export interface TaskRun {
  readonly record: TaskRecord;
  readonly taskId: string;
  readonly region: string;
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * @param owner the engine's id of the container whose network the others share; "init" for one that runs before all
 *   others and has a network of its own, undefined for the first
 */
export function containerRun(
  { record, taskId, region, secrets }: TaskRun,
  c: ContainerDefinition,
  image: string,
  owner: string | undefined,
): ContainerSpec {
  const all = record.definition.containerDefinitions ?? [];
  const override = record.overrides?.containerOverrides?.find((o) => o.name === c.name);
  const ports =
    owner !== undefined
      ? []
      : all
          .filter((x) => !isInit(x, all))
          .flatMap((x) =>
            (x.portMappings ?? []).filter((p) => (p.protocol ?? "tcp") === "tcp").flatMap((p) => p.containerPort ?? []),
          );
  const environment = Object.fromEntries(
    [...(c.environment ?? []), ...(override?.environment ?? [])].map((e) => [e.name ?? "", e.value ?? ""]),
  );
  const overridden = new Set(override?.environment?.map((e) => e.name));
  return {
    taskId,
    definition: c,
    image,
    mounts: mountsOf(c, all),
    publish: ports,
    network: owner === "init" ? undefined : owner,
    environment: {
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      ...environment,
    },
    secrets: Object.fromEntries(
      Object.entries(secrets.get(c.name ?? "") ?? {}).filter(([name]) => !overridden.has(name)),
    ),
    command: override?.command?.length ? override.command : c.command,
    cpus: (cpuUnits(record.task.cpu ?? "256") ?? 256) / 1024,
    memoryMiB: memoryMiB(record.task.memory ?? "512") ?? 512,
  };
}
