/** Secrets and variables from the command line. No value is an argument, and none is printed. */
import type { ApplicationSecrets } from "../core/api";
import { SlipwayError } from "../core/base/errors";
import { secretResultText, secretsText } from "../core/render/secrets";
import type { Invocation } from "./arguments";
import type { Terminal } from "./terminal";
import type { HiddenInput } from "./hiddenInput";

/** `2026-11-30`, in UTC. */
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

type SecretTerminal = Terminal & HiddenInput;

async function valueFor(
  { interactive, askHidden, readStdin }: SecretTerminal,
  name: string,
  { fromStdin, json }: { fromStdin: boolean; json: boolean },
  signal: AbortSignal,
): Promise<string> {
  if (!fromStdin && !json && interactive()) return askHidden(`The value of ${name} (it is not shown):`, signal);
  return readStdin(signal);
}

/** `slipway secret …`; the exit code. */
export async function runSecret(
  terminal: SecretTerminal,
  { secret, request, format }: Invocation,
  secrets: ApplicationSecrets,
  signal: AbortSignal,
): Promise<number> {
  const { say } = terminal;
  const json = format === "json";
  if (!secret) return 2;
  if (secret.action === "list" || secret.action === "check") {
    const found = await secrets.list(request, secret.action === "check", signal);
    if (json) say(JSON.stringify({ secrets: found }));
    else secretsText(found, day).forEach(say);
    const isBad = found.some(
      ({ exists, jsonKey }) => exists === false || jsonKey === "absent" || jsonKey === "notJson",
    );
    return secret.action === "check" && isBad ? 1 : 0;
  }
  const result =
    secret.action === "use"
      ? await secrets.use(request, secret, signal)
      : await secrets.set(
          request,
          { ...secret, value: await valueFor(terminal, secret.name, { fromStdin: secret.fromStdin, json }, signal) },
          signal,
        );
  if (json) say(JSON.stringify(result));
  else secretResultText(result).forEach(say);
  return 0;
}

/** `slipway env import FILE`; the exit code. */
export async function runEnv(
  terminal: SecretTerminal,
  { env, request, format, yes }: Invocation,
  secrets: ApplicationSecrets,
  signal: AbortSignal,
): Promise<number> {
  const { say, complain, ask, interactive } = terminal;
  const json = format === "json";
  if (!env) return 2;
  const { values, judged } = await secrets.readVariables(request, env.file);
  const unknown = [...env.secrets, ...env.plain].filter((name) => !Object.hasOwn(values, name));
  if (unknown.length)
    throw new SlipwayError({
      code: "Usage",
      summary: `${env.file} does not set ${unknown.join(", ")}.`,
      remedy: "Name what it sets.",
      actions: [],
    });
  const isSecret = ({ name, looksSecret }: (typeof judged)[number]): boolean =>
    env.secrets.includes(name) || (looksSecret && !env.plain.includes(name));
  const hidden = judged.filter(isSecret).map(({ name }) => name);
  const plain = judged.filter((each) => !isSecret(each)).map(({ name }) => name);
  if (!json) {
    say(`  Secrets, into Secrets Manager: ${hidden.join(", ") || "none"}`);
    say(`  In the open, into the task definition: ${plain.join(", ") || "none"}`);
  }
  if (!yes) {
    if (json || !interactive())
      throw new SlipwayError({
        code: "ConsentMissing",
        summary: "Importing needs a yes, and nobody can be asked here.",
        evidence: [`Secrets: ${hidden.join(", ") || "none"}.`, `In the open: ${plain.join(", ") || "none"}.`],
        remedy: "Say --yes to take it so; --secret NAME and --plain NAME say otherwise of one.",
      });
    if (!/^y(es)?$/i.test(await ask("Import them so? [y/N] ", signal))) {
      complain("Nothing was changed.");
      return 4;
    }
  }
  const { container } = env;
  if (plain.length) {
    const open = Object.fromEntries(plain.map((name) => [name, values[name] ?? ""]));
    await secrets.setVariables(request, container, open, signal);
  }
  const made = [];
  for (const name of hidden) {
    const result = await secrets.set(request, { name, value: values[name] ?? "", container }, signal);
    if (!json) secretResultText(result).slice(0, 1).forEach(say);
    made.push(result);
  }
  if (json) say(JSON.stringify({ file: env.file, secrets: made, environment: plain }));
  else say(`The next deployment brings them. ${env.file} still has the values: keep it out of git.`);
  return 0;
}
