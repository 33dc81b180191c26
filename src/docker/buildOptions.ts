/** What a build is given beside its context, as options. No value of a secret or of an argument stands among them. */
import type { BuildRequest } from "../core/ports/machine";
import { own } from "../core/base/taskDefinition";
import { plainArgument } from "./plainArgument";

export interface Options {
  args: string[];
  /** For the child alone. */
  env: Record<string, string>;
}

/** Variables that the engine's own program reads: an argument of that name may not reach it. */
const clients =
  /^(?:PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|COMSPEC|TEMP|TMP|TMPDIR|SHELL|USER|LANG|TERM|NODE_OPTIONS)$|^(?:LC_|XDG_|DOCKER_|BUILDX_|BUILDKIT_|BUILDAH_|CONTAINER_|CONTAINERS_|CONTAINERD_|PODMAN_|NERDCTL_|FINCH_|LIMA_|REGISTRY_|COMPOSE_|LD_|DYLD_|SSH_|GO|OTEL_|SSL_|SLIPWAY_BUILD_SECRET_)/i;

/** Arguments by their names, with the values in the child's environment; those that would steer the child stay as they are. */
export function argumentOptions(given: Readonly<Record<string, string>>): Options {
  const options: Options = { args: [], env: {} };
  for (const [name, value] of Object.entries(given).sort(([a], [b]) => a.localeCompare(b))) {
    plainArgument(name, "A build argument");
    const isVariable = /^[A-Za-z_]\w*$/.test(name) && !clients.test(name) && !value.includes("\0");
    options.args.push("--build-arg", isVariable ? name : `${name}=${value}`);
    if (isVariable) options.env[name] = value;
  }
  return options;
}

/** Secrets by id, agents, named contexts and cache. */
export function inputOptions(
  { secrets = {}, ssh = [], contexts = {}, cacheFrom = [], cacheTo = [] }: BuildRequest,
  paths: { contexts?: Readonly<Record<string, string>>; stored?: ReadonlyMap<string, string>; ssh?: readonly string[] },
): Options {
  const options: Options = { args: [], env: {} };
  for (const [id, place] of Object.entries(secrets)) {
    const stored = paths.stored?.get(id);
    // An id with a comma would begin a field of its own, and so would a path.
    const name = csv(`id=${id}`);
    if (stored !== undefined) {
      const variable = `SLIPWAY_BUILD_SECRET_${Object.keys(options.env).length}`;
      options.env[variable] = stored;
      options.args.push("--secret", `${name},env=${variable}`);
    } else if (place.kind === "environment") options.args.push("--secret", `${name},${csv(`env=${place.name}`)}`);
    else if (place.kind === "file") options.args.push("--secret", `${name},${csv(`src=${place.path}`)}`);
  }
  for (const agent of paths.ssh ?? ssh) options.args.push("--ssh", plainArgument(agent, "An SSH agent"));
  for (const [name, context] of Object.entries(contexts))
    options.args.push(
      "--build-context",
      `${plainArgument(name, "A named context")}=${own(paths.contexts ?? {}, name) ?? context}`,
    );
  for (const cache of cacheFrom) options.args.push("--cache-from", plainArgument(cache, "A cache"));
  for (const cache of cacheTo) options.args.push("--cache-to", plainArgument(cache, "A cache"));
  return options;
}

/** A field of the comma-separated values that `--secret` takes. */
const csv = (field: string): string => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
