/** How reference vectors of what a folder holds are put to the product: Dockerfiles, image references, times. */
import { readImageReference } from "../src/core/base/imageReference";
import { parseSince } from "../src/core/logs/since";
import { readDockerfile } from "../src/core/source/dockerfile";
import { readIgnoreFile, sentOf } from "../src/docker/ignore";

const refused = (message: string) => ({ refused: true, message });

interface DockerfileInput {
  dockerfile: string;
  target?: string;
  buildArguments?: Record<string, string>;
}

export function dockerfile(input: unknown): unknown {
  const { dockerfile: text, target, buildArguments } = input as DockerfileInput;
  const facts = readDockerfile(text, buildArguments, target);
  // The vectors' base images are empty: what hangs on a variable of theirs is refused there.
  const [problem] = [...facts.problems, ...facts.doubts];
  if (problem) return refused(problem.message);
  const { healthCheck, environment } = facts;
  const { PATH: _path, ...variables } = environment;
  return {
    stages: facts.stages.map(({ name, base, platform }) => ({
      ...(name === undefined ? {} : { name }),
      base,
      ...(platform === undefined ? {} : { platform }),
    })),
    ports: facts.ports.map(({ port, protocol }) => `${port}/${protocol}`).sort(),
    environment: variables,
    user: facts.user ?? null,
    sources: [...facts.sources].sort(),
    contextMounts: [...facts.contextMounts].sort(),
    arguments: [...facts.arguments].sort(),
    healthcheck: healthCheck?.test ?? null,
    ...(healthCheck?.path === undefined
      ? {}
      : { healthcheckUrl: { port: healthCheck.port ?? null, path: healthCheck.path } }),
  };
}

export function imageReference(input: unknown): unknown {
  const read = readImageReference((input as { reference: string }).reference);
  return typeof read === "string" ? refused(read) : read;
}

/** Trees by name are the file's; the vector names one. */
export function dockerignore(input: unknown, file: Readonly<Record<string, unknown>>): unknown {
  const { tree, dockerignore: text } = input as { tree: string; dockerignore: string };
  const files = (file["trees"] as Record<string, string[]>)[tree] ?? [];
  try {
    const ignore = readIgnoreFile(text, ".dockerignore");
    return { sent: sentOf(files, ignore, "buildkit"), sentByClassicBuilder: sentOf(files, ignore, "classic") };
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
}

export function times(input: unknown): unknown {
  const { text, tz } = input as { text: string; tz: string };
  const before = process.env["TZ"];
  process.env["TZ"] = tz;
  try {
    const found = parseSince(text, Date.parse, "2026-11-24");
    return "back" in found ? `back ${found.back}` : `from ${new Date(found.from).toISOString()}`;
  } catch {
    return "refused";
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
}
