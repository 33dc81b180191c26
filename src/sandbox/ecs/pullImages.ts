/** The images of a task, from their registries into the engine. */
import type { ContainerDefinition } from "../model/ecs.types";
import type { TaskRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { EngineError, type ContainerEngine } from "./engine";
import { resolveImage, StartFailure } from "./prepare";
import type { RegistryLogin } from "./taskSecrets";

/** What pulling takes of a task's surroundings. */
export interface PullParts {
  readonly world: SandboxState;
  readonly region: Region;
  readonly engine: ContainerEngine;
  /** A registry password of ECS's own. */
  readonly password: (region: string) => string;
  /** The digests that the service's revision has, by container. */
  readonly pinned: (record: TaskRecord) => ReadonlyMap<string, string>;
}

/** Pulls them; gives what the engine runs, by container. Throws StartFailure as Fargate words it. */
export async function pullImages(
  { world, region, engine, password, pinned }: PullParts,
  record: TaskRecord,
  taskId: string,
  definitions: readonly ContainerDefinition[],
  logins: ReadonlyMap<string, RegistryLogin>,
): Promise<ReadonlyMap<string, string>> {
  const digests = pinned(record);
  const images = new Map<string, string>();
  for (const c of definitions) {
    const name = c.name ?? "";
    const resolved = resolveImage(world, region, record, taskId, c, digests.get(name));
    const view = record.task.containers?.find((x) => x.name === name);
    if (view) view.imageDigest = resolved.digest;
    try {
      const login = resolved.local ? { username: "AWS", password: password(region.name) } : logins.get(name);
      await engine.pull(resolved.image, login);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const reason = `CannotPullContainerError: pull image manifest has been retried 7 time(s): failed to resolve ref ${c.image ?? ""}: ${error.message}`;
      throw new StartFailure(reason, { name, reason });
    }
    images.set(name, resolved.image);
  }
  return images;
}
