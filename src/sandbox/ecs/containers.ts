/** How the containers of a task hang together: their order, and the volumes that they share. */
import type { ContainerDefinition, TaskDefinition } from "../model/ecs.types";
import type { Mount } from "./engine";

/** A container that others wait for to end: it runs before the task's network namespace has an owner. */
export function isInit(c: ContainerDefinition, all: readonly ContainerDefinition[]): boolean {
  return (
    c.essential === false &&
    all.some((x) =>
      x.dependsOn?.some((d) => d.containerName === c.name && (d.condition === "COMPLETE" || d.condition === "SUCCESS")),
    )
  );
}

/** Containers with those that they depend on before them. */
export function startOrder(all: readonly ContainerDefinition[]): ContainerDefinition[] {
  const out: ContainerDefinition[] = [];
  const visit = (c: ContainerDefinition): void => {
    if (out.includes(c)) return;
    for (const d of c.dependsOn ?? []) {
      const target = all.find((x) => x.name === d.containerName);
      if (target) visit(target);
    }
    out.push(c);
  };
  all.forEach(visit);
  return out;
}

/** The task's volumes that live and die with it. */
export function volumesOf(definition: TaskDefinition): string[] {
  return (definition.volumes ?? []).flatMap((v) => (v.name === undefined ? [] : [v.name]));
}

/** The volumes that the container mounts itself, and those that it takes over from others. */
export function mountsOf(c: ContainerDefinition, all: readonly ContainerDefinition[]): Mount[] {
  const own = (c.mountPoints ?? []).map(
    (m): Mount => ({ volume: m.sourceVolume ?? "", path: m.containerPath ?? "", readOnly: m.readOnly ?? false }),
  );
  const taken = (c.volumesFrom ?? []).flatMap((v) => {
    const source = all.find((x) => x.name === v.sourceContainer);
    return (source?.mountPoints ?? []).map(
      (m): Mount => ({
        volume: m.sourceVolume ?? "",
        path: m.containerPath ?? "",
        readOnly: v.readOnly ?? m.readOnly ?? false,
      }),
    );
  });
  return [...own, ...taken];
}
