/** What an application or the engine said, as parts of a sentence. */
import type { ContainerDefinition } from "../../../base/taskDefinition";
import type { SeenSecret, SeenTask } from "../../snapshot/serviceSnapshot";
import type { Said } from "../types";
import { lastWords } from "./lastWords";

/** Names that the task definition sets for the container, in the open or as secrets. */
function namesSet(container: ContainerDefinition | undefined): string[] | undefined {
  if (!container || container["environmentFiles"] !== undefined) return undefined;
  return ["environment", "secrets"].flatMap((member) => {
    const entries = container[member];
    return Array.isArray(entries)
      ? entries.flatMap((entry) => {
          const name = (entry as { name?: unknown } | null)?.name;
          return typeof name === "string" ? [name] : [];
        })
      : [];
  });
}

/** What the task's application said of its end, for the sentence (`words`, `wordsToo`) and for what to do (`fix`). */
export function wordsOf(
  task: SeenTask | undefined,
  container: ContainerDefinition | undefined,
): Readonly<Record<string, string | undefined>> {
  const said = lastWords(task?.lastLines ?? []);
  if (!said) return {};
  const quote = `"${said.text.replace(/\.$/, "")}"`;
  const { name } = said;
  const set = namesSet(container);
  const missing = name !== undefined && set !== undefined && !set.includes(name);
  const words = missing
    ? `it needs the variable ${name}, which the task definition does not set; it said ${quote}`
    : `it said ${quote}`;
  return {
    words,
    wordsToo: `: ${words}`,
    ...(missing
      ? { fix: `Set ${name}: environment or secrets in slipway.json, or in the container of the task definition` }
      : {}),
  };
}

const programs: readonly RegExp[] = [
  /exec:? "([^"]+)"/i,
  /\bexec ([^\s:"]+)(?: failed)?: (?:no such|permission|exec format|is a dir)/i,
  /\[dumb-init\] ([^\s:]+): /i,
  /^(?:\S*\/)?(?:ba|da|a|z|k)?sh: (?:(?:line )?\d+: )?([^:]+): (?:command )?(?:not found|permission denied|is a directory)/i,
  /^([^\s:]+): (?:line )?\d+: .*(?:\r|\\r)/,
];

/** The program or script that could not be executed, as it is named. */
export function programIn(said: readonly Said[]): string | undefined {
  for (const program of programs)
    for (const { by, text } of said) {
      const found = by === "error" || by === "deployment" ? undefined : program.exec(text.slice(0, 2_000))?.[1];
      // eslint-disable-next-line no-control-regex
      if (found) return found.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, "").slice(0, 120);
    }
  return undefined;
}

/** The JSON key that a secret does not have, and which secret, as AWS and the task definition name them. */
export function keyOfSecret(said: readonly Said[], secrets: readonly SeenSecret[]): Readonly<Record<string, string>> {
  for (const { text } of said) {
    const key = /json key:? "?([\w.-]+)/i.exec(text)?.[1];
    if (key === undefined) continue;
    const secret = secrets.find(({ reference }) => reference.split(":")[7] === key)?.reference;
    return { key, ...(secret === undefined ? {} : { keyed: `The secret ${secret.split(":").slice(0, 7).join(":")}` }) };
  }
  return {};
}
