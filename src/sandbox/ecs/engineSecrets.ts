/** How the engine's command line is given what may stand in no argument. */
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { uuid } from "../ids";
import { EngineError } from "./engine";

/** Variables that the command line itself obeys, which it would take for its own. */
const OBEYED =
  /^(DOCKER_|BUILDKIT_|LD_|DYLD_|GO|SSL_CERT_|XDG_|OTEL_|HOME$|PATH$|TMPDIR$|TERM$|(https?|all|no)_proxy$)/i;

export interface SecretArguments {
  readonly args: readonly string[];
  /** The command line's own environment, from which it takes the values of variables that are named alone. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes away what was written. */
  readonly done: () => void;
}

/**
 * Hands values over by the command line's environment; those of names that it obeys by a file in `folder`, which its
 * owner alone can read, until `done`. Throws EngineError for one of those that has many lines.
 */
export function secretArguments(secrets: Readonly<Record<string, string>>, folder: string): SecretArguments {
  const all = Object.entries(secrets);
  const plain = all.filter(([name]) => !OBEYED.test(name));
  const obeyed = all.filter(([name]) => OBEYED.test(name));
  const broken = obeyed.find(([, text]) => /[\r\n]/.test(text));
  if (broken)
    throw new EngineError(`CannotCreateContainerError: the sandbox cannot set ${broken[0]} to a value of many lines`);
  const file = path.join(folder, `env-${uuid()}`);
  if (obeyed.length > 0)
    writeFileSync(file, obeyed.map(([name, text]) => `${name}=${text}\n`).join(""), { mode: 0o600, flag: "wx" });
  return {
    args: [...plain.flatMap(([name]) => ["--env", name]), ...(obeyed.length > 0 ? ["--env-file", file] : [])],
    env: Object.fromEntries(plain),
    done: () => rmSync(file, { force: true }),
  };
}

/** The host of an image's registry, as a login names it. */
export function registryOf(image: string): string {
  const [first = ""] = image.split("/");
  const isHost = image.includes("/") && /[.:]|^localhost$/.test(first);
  return isHost && first !== "docker.io" ? first : "https://index.docker.io/v1/";
}
