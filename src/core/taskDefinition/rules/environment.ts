/** Environment variables, secrets and environment files. */
import { insertElement, insertMember, removeChildren, type TextEdit } from "../document/edits";
import type { Draft } from "../document/finding";
import { at, fix } from "../document/fixes";
import { looksSecret } from "../../base/looksSecret";
import { exampleSecret } from "../document/snippets";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { isMisnamed } from "./structure";
import { page, parameters, type Rule } from "./rule";

const link = parameters("container_definition_environment");
const secretsLink = page("specifying-sensitive-data");
const filesLink = page("use-environment-file");

function* blankName({ value }: Container): Generator<Draft> {
  const list = value.get("environment");
  for (const entry of list?.objects ?? []) {
    const name = entry.get("name");
    if (name ? name.raw === undefined || name.raw.trim() !== "" : isMisnamed(entry, "name")) continue;
    yield {
      spot: name ? at(name) : { offset: entry.node.offset, length: 1, path: entry.path },
      message: "An environment variable needs a name.",
      fixes: list ? [fix.removeItems("Remove this entry", list, [entry])] : [],
    };
  }
}

/** Entries whose name was there before, with the earlier one. */
function* twice(
  list: Value | undefined,
): Generator<{ entry: ObjectValue; name: Value; before: ObjectValue; beforeName: Value }> {
  const seen = new Map<string, [ObjectValue, Value]>();
  for (const entry of list?.objects ?? []) {
    const name = entry.get("name");
    if (!name?.string) continue;
    const before = seen.get(name.string);
    if (before) yield { entry, name, before: before[0], beforeName: before[1] };
    seen.set(name.string, [entry, name]);
  }
}

function* environmentTwice({ value }: Container): Generator<Draft> {
  const list = value.get("environment");
  for (const { name, before, beforeName } of twice(list)) {
    yield {
      spot: at(name),
      message: `\`${name.string ?? ""}\` is set twice; the last one counts.`,
      related: [{ message: "The earlier one", spot: at(beforeName) }],
      fixes: list ? [fix.removeItems("Remove the earlier one", list, [before])] : [],
    };
  }
}

function* secretTwice({ value }: Container): Generator<Draft> {
  const list = value.get("secrets");
  for (const { entry, name, beforeName } of twice(list)) {
    yield {
      spot: at(name),
      message: `The secret \`${name.string ?? ""}\` is here twice.`,
      aws: `Duplicate secret names found: ${name.string ?? ""}. Each secret name must be unique.`,
      related: [{ message: "The first one", spot: at(beforeName) }],
      fixes: list ? [fix.removeItems("Remove this one", list, [entry])] : [],
    };
  }
}

function* clash({ value }: Container): Generator<Draft> {
  const plain = value.get("environment");
  const names = new Map(
    (plain?.objects ?? []).flatMap((entry) => (entry.textOf("name") ? [[entry.textOf("name"), entry] as const] : [])),
  );
  for (const secret of value.list("secrets")) {
    const name = secret.get("name");
    const entry = name?.string ? names.get(name.string) : undefined;
    if (!name || !entry || !plain) continue;
    yield {
      spot: at(name),
      message: `\`${name.string ?? ""}\` is an environment variable as well.`,
      aws:
        "The secret name must be unique and not shared with any new or existing environment variables set on the " +
        `container, such as '${name.string ?? ""}'.`,
      related: [{ message: "The environment variable", spot: at(entry.get("name") as Value) }],
      fixes: [
        fix.removeItems("Remove the plain-text variable", plain, [entry]),
        fix.removeItems("Remove the secret", value.get("secrets") as Value, [secret], false),
      ],
    };
  }
}

const accountOf = (arn: string | undefined): string | undefined =>
  /^arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):/.exec(arn ?? "")?.[1];

function* crossAccount({ value }: Container, task: Task): Generator<Draft> {
  const role = task.definition?.get("executionRoleArn");
  const own = accountOf(role?.raw);
  if (!role || own === undefined) return;
  for (const secret of [
    ...value.list("secrets"),
    ...(value.objectOf("logConfiguration")?.list("secretOptions") ?? []),
  ]) {
    const from = secret.get("valueFrom");
    const other = from?.string?.includes(":ssm:") ? accountOf(from.string) : undefined;
    if (!from || other === undefined || other === own) continue;
    yield {
      spot: at(from),
      message:
        `This parameter is in account ${other}, and the task runs in ${own}: parameters are read in the task's ` +
        "own account.",
      aws: "The Systems Manager parameter ARN has a different account ID than the current account.",
      related: [{ message: "The execution role's account", spot: at(role) }],
    };
  }
}

const fileArn = /^arn:aws[\w-]*:s3:::[^/\s]+\/\S+$/;

function* fileBadArn({ value }: Container): Generator<Draft> {
  for (const file of value.list("environmentFiles")) {
    const from = file.get("value");
    if (from?.string === undefined || fileArn.test(from.string)) continue;
    const parts =
      /^(?:s3:\/\/|https:\/\/s3[.\w-]*\.amazonaws\.com\/)([^/\s]+)\/(\S+)$/i.exec(from.string) ??
      /^https:\/\/([^./\s]+)\.s3[.\w-]*\.amazonaws\.com\/(\S+)$/i.exec(from.string);
    const better = parts ? `arn:aws:s3:::${parts[1] ?? ""}/${parts[2] ?? ""}` : undefined;
    yield {
      spot: at(from),
      message: "An environment file is named by its ARN: `arn:aws:s3:::bucket/key.env`.",
      fixes: better === undefined ? [] : [fix.set(`Change to "${better}"`, from, better)],
    };
  }
}

function* fileSuffix({ value }: Container): Generator<Draft> {
  for (const file of value.list("environmentFiles")) {
    const from = file.get("value");
    if (from?.string !== undefined && fileArn.test(from.string) && !from.string.endsWith(".env"))
      yield { spot: at(from), message: "ECS reads environment files whose key ends with `.env`." };
  }
}

function* tooManyFiles({ value }: Container): Generator<Draft> {
  const files = value.get("environmentFiles");
  if (files && files.items.length > 10)
    yield {
      spot: at(files),
      message: `A container has ten environment files at most; these are ${files.items.length}.`,
    };
}

function* plaintext({ value }: Container): Generator<Draft> {
  const list = value.get("environment");
  for (const entry of list?.objects ?? []) {
    const [name, text] = [entry.get("name"), entry.get("value")];
    if (!list || !name?.string || text?.string === undefined) continue;
    if (!looksSecret(name.string, text.string)) continue;
    yield {
      spot: at(text),
      message:
        `\`${name.string}\` looks like a secret, and whoever may read the task definition reads it. Secrets ` +
        "Manager or Parameter Store keeps it.",
      related: [{ message: "By its name", spot: at(name) }],
      fixes: [fix.by('Move it to "secrets"', true, () => moveToSecrets(value, list, entry, name.string ?? ""))],
    };
  }
}

function moveToSecrets(container: ObjectValue, list: Value, entry: ObjectValue, name: string): TextEdit[] {
  const text = container.document.parsed;
  const secret = { name, valueFrom: exampleSecret(name) };
  const secrets = container.get("secrets");
  const added =
    secrets?.node.type === "array"
      ? insertElement(text, secrets.node, secret)
      : insertMember(text, container, "secrets", [secret]);
  return [...removeChildren(text, list.node, new Set([entry.node])), ...added];
}

export const environmentRules: readonly Rule[] = [
  {
    id: "env-name-blank",
    severity: "error",
    aws: "Environment variable name cannot be null or blank.",
    link,
    each: blankName,
  },
  { id: "env-duplicate", severity: "warning", link, each: environmentTwice },
  { id: "env-secret-clash", severity: "error", link: secretsLink, each: clash },
  { id: "secret-duplicate", severity: "error", link: secretsLink, each: secretTwice },
  { id: "secret-cross-account", severity: "warning", link: secretsLink, each: crossAccount },
  { id: "env-file-arn", severity: "error", aws: "Invalid arn syntax.", link: filesLink, each: fileBadArn },
  { id: "env-file-suffix", severity: "warning", link: filesLink, each: fileSuffix },
  {
    id: "env-files-max",
    severity: "error",
    aws: "The maximum number of environment files was exceeded. Specify ten or less and try again.",
    link: filesLink,
    each: tooManyFiles,
  },
  { id: "plaintext-secret", severity: "warning", link: secretsLink, each: plaintext },
];
