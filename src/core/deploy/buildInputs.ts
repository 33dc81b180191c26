/** What a build is given beside its context: secrets, SSH agents, named contexts, cache. Values stay where they are. */
import type { BuildRequest, SecretPlace } from "../ports/machine";
import type { BuildInputs, BuildSecret, ObservedState, RunInput } from "./observedState";

/** What a plan says of it: no values, and no paths of this machine. */
export interface PlannedBuildInputs {
  secrets: { id: string; from: SecretPlace["kind"] | "missing"; name?: string }[];
  ssh: string[];
  contexts: string[];
}

/** Looks where everything is that the Dockerfile and slipway.json name. */
export async function findBuildInputs({
  app,
  dockerfile,
  buildSecrets: source,
}: Pick<RunInput, "app" | "dockerfile" | "buildSecrets">): Promise<BuildInputs> {
  const { secrets: stated = {}, ssh: statedSsh } = app.build;
  const asked = dockerfile.buildSecrets.filter(({ kind }) => kind === "secret");
  const ids = new Set([...asked.map(({ id }) => id), ...Object.keys(stated)]);
  const secrets = await Promise.all(
    [...ids].map(async (id): Promise<BuildSecret[]> => {
      const setting = Object.hasOwn(stated, id) ? stated[id] : undefined;
      if (setting === false) return [];
      const use = asked.find((each) => each.id === id);
      const place = await source?.find(id, setting);
      // What nobody asks for and what is not there concerns nobody.
      if (!use && !place) return [];
      return [{ id, line: use?.line, place, isOptional: use?.isOptional ?? true }];
    }),
  );
  const agents = dockerfile.buildSecrets.filter(({ kind }) => kind === "ssh");
  const hasAgent = source?.hasAgent() ?? false;
  const ssh = statedSsh ?? (hasAgent && agents.some(({ id }) => id === "default") ? ["default"] : []);
  const given = new Set(ssh.filter((each) => each.includes("=") || hasAgent).map((each) => each.split("=")[0]));
  const missing = agents.find(({ id, isOptional }) => !isOptional && !given.has(id));
  return {
    secrets: secrets.flat(),
    ssh: ssh.filter((each) => each.includes("=") || hasAgent),
    ...(missing ? { agentMissing: { id: missing.id, line: missing.line } } : {}),
  };
}

/** The same as the engine takes it. */
export function buildOptions({ app }: RunInput, { secrets, ssh }: BuildInputs): Partial<BuildRequest> {
  const { contexts, cacheFrom, cacheTo } = app.build;
  const given = secrets.flatMap(({ id, place }) => (place ? [[id, place] as const] : []));
  return {
    ...(given.length ? { secrets: Object.fromEntries(given) } : {}),
    ...(ssh.length ? { ssh } : {}),
    ...(contexts ? { contexts } : {}),
    ...(cacheFrom ? { cacheFrom } : {}),
    ...(cacheTo ? { cacheTo } : {}),
  };
}

/** Undefined where nothing is built, or nothing is given. */
export function plannedBuildInputs(input: RunInput, observed: ObservedState): PlannedBuildInputs | undefined {
  if (!isBuilt(input, observed)) return undefined;
  const { secrets, ssh } = observed.buildInputs;
  const contexts = Object.keys(input.app.build.contexts ?? {});
  if (secrets.length + ssh.length + contexts.length === 0) return undefined;
  return {
    secrets: secrets.map(({ id, place }) => ({
      id,
      from: place?.kind ?? "missing",
      ...(place?.kind === "environment" ? { name: place.name } : {}),
    })),
    ssh: ssh.map((each) => each.split("=")[0] ?? each),
    contexts,
  };
}

/** Whether this deployment builds. */
export const isBuilt = ({ rebuild, promotion }: RunInput, { image }: ObservedState): boolean =>
  !promotion && (rebuild || image === undefined);
