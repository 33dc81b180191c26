/** Secrets that name nothing: `valueFrom` and `credentialsParameter` of a wrong form. */
import type { Draft } from "../document/finding";
import { at, fix } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { page, type Rule } from "./rule";

const link = page("specifying-sensitive-data");

interface Verdict {
  message: string;
  /** What ECS surely refuses when it is registered; all else is found when a task starts. */
  severity?: "error";
  /** What is meant, where that is clear. */
  better?: string;
}

const region = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** `secret:NAME`, or NAME and exactly three more: JSON key, version stage, version id. Source: the guide's page on secrets. */
function secretArn(fields: readonly string[], text: string): Verdict | undefined {
  const [, , , , , kind, name = "", ...more] = fields;
  if (kind !== "secret" || name === "")
    return { message: "A secret's ARN is `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`." };
  if (more.length > 3)
    return { message: "Behind a secret's name come JSON key, version stage and version id, and no more." };
  if (more.length > 0 && more.length < 3)
    return {
      message: "Behind a secret's name come JSON key, version stage and version id, each with its colon: `:KEY::`.",
      better: `${text}${":".repeat(3 - more.length)}`,
    };
  const [, stage, id] = more;
  if (stage && id) return { message: "A version is named by its stage or by its id, and not by both." };
  return undefined;
}

function parameterArn(fields: readonly string[], text: string): Verdict | undefined {
  const name = fields.slice(5).join(":");
  if (/^parameter:/.test(name))
    return { message: "Behind `parameter` comes a slash.", better: text.replace(":parameter:", ":parameter/") };
  if (!/^parameter\/./.test(name))
    return { message: "A parameter's ARN is `arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`." };
  if (/:.*:/.test(name))
    return { message: "Only a secret of Secrets Manager has JSON keys; a parameter is read as a whole." };
  if (/^parameter\/\//.test(name))
    return {
      message: "A parameter's ARN has one slash where its name begins with one.",
      better: text.replace(/:parameter\/+/, ":parameter/"),
    };
  return undefined;
}

/** Why this names neither a secret nor a parameter. */
function judge(text: string, parametersToo: boolean): Verdict | undefined {
  if (text.trim() === "") return { message: "This names no secret.", severity: "error" };
  if (!text.startsWith("arn:")) {
    if (/^(?:secretsmanager|ssm):/.test(text) || /^aws:/.test(text))
      return { message: "An ARN begins with `arn:`.", severity: "error" };
    if (/\s/.test(text) || /:\/\//.test(text))
      return { message: "This is neither an ARN nor the name of a parameter.", severity: "error" };
    // Characters of a name in Parameter Store, with a version or label behind it; those of Secrets Manager are more.
    if (parametersToo && !/^[\w./-]+(?::[\w.-]+)?$/.test(text))
      return {
        message: "A parameter's name has letters, digits, `.`, `-`, `_` and `/`; a secret is named by its whole ARN.",
      };
    return undefined;
  }
  const fields = text.split(":");
  const [, partition = "", service = "", where = "", account = ""] = fields;
  const services = parametersToo ? ["secretsmanager", "ssm"] : ["secretsmanager"];
  if (!services.includes(service))
    return {
      message: parametersToo
        ? `A secret is kept in Secrets Manager or Parameter Store, and not in \`${service}\`.`
        : `A registry's credentials are kept in Secrets Manager, and not in \`${service}\`.`,
      severity: "error",
    };
  if (!/^aws[\w-]*$/.test(partition)) return { message: `There is no partition \`${partition}\`.`, severity: "error" };
  if (!region.test(where)) return { message: `\`${where}\` is no region.`, severity: "error" };
  if (!/^\d{12}$/.test(account)) return { message: "An account has 12 digits.", severity: "error" };
  return service === "ssm" ? parameterArn(fields, text) : secretArn(fields, text);
}

function* verdictOn(item: Value | undefined, parametersToo: boolean): Generator<Draft> {
  if (item?.string === undefined) return;
  const verdict = judge(item.string, parametersToo);
  if (!verdict) return;
  const { message, severity, better } = verdict;
  yield {
    spot: at(item),
    message,
    ...(severity === undefined ? {} : { severity }),
    fixes: better === undefined ? [] : [fix.set(`Change to "${better}"`, item, better)],
  };
}

const secretsOf = ({ value }: Container): ObjectValue[] => [
  ...value.list("secrets"),
  ...(value.objectOf("logConfiguration")?.list("secretOptions") ?? []),
];

function* valueFrom(container: Container): Generator<Draft> {
  for (const secret of secretsOf(container)) yield* verdictOn(secret.get("valueFrom"), true);
}

function* blankName(container: Container): Generator<Draft> {
  const { value } = container;
  for (const list of [value.get("secrets"), value.objectOf("logConfiguration")?.get("secretOptions")])
    for (const secret of list?.objects ?? []) {
      const name = secret.get("name");
      if (list && name?.raw?.trim() === "")
        yield {
          spot: at(name),
          message: "A secret needs a name.",
          fixes: [fix.removeItems("Remove this one", list, [secret])],
        };
    }
}

function* credentials(container: Container): Generator<Draft> {
  const item = container.value.objectOf("repositoryCredentials")?.get("credentialsParameter");
  // Tools write "" for what is not set.
  if (item?.raw !== "") yield* verdictOn(item, false);
}

function* fsxCredentials(task: Task): Generator<Draft> {
  for (const volume of task.isFargate ? [] : task.volumes) {
    const owner = volume.objectOf("fsxWindowsFileServerVolumeConfiguration")?.objectOf("authorizationConfig");
    const item = owner?.get("credentialsParameter");
    if (item?.string !== undefined && item.string !== "" && !item.string.startsWith("arn:"))
      yield {
        spot: at(item),
        message: "The credentials are named by the ARN of a secret or a parameter.",
        severity: "error",
      };
    else yield* verdictOn(item, true);
  }
}

/** `NAME=value` as a name sets another variable, with a value that begins in the middle. */
function* nameWithEquals(container: Container): Generator<Draft> {
  for (const key of ["environment", "secrets"])
    for (const entry of container.value.list(key)) {
      const name = entry.get("name");
      if (name?.string === undefined || !name.string.includes("=")) continue;
      const [first = "", ...rest] = name.string.split("=");
      const value = entry.get("value");
      yield {
        spot: at(name),
        message: "A variable's name has no `=` in it.",
        fixes:
          first !== "" && key === "environment" && (!value || value.raw === "")
            ? [
                fix.by("Put name and value apart", true, () => [
                  { offset: name.node.offset, length: name.node.length, text: JSON.stringify(first) },
                  ...(value
                    ? [{ offset: value.node.offset, length: value.node.length, text: JSON.stringify(rest.join("=")) }]
                    : []),
                ]),
              ]
            : [],
      };
    }
}

export const secretFormRules: readonly Rule[] = [
  { id: "secret-arn", severity: "warning", link, each: valueFrom },
  { id: "secret-name-blank", severity: "error", link, each: blankName },
  { id: "repository-credentials", severity: "warning", link: page("private-auth"), each: credentials },
  { id: "fsx-credentials", severity: "warning", link, find: fsxCredentials },
  { id: "env-name-equals", severity: "warning", link, each: nameWithEquals },
];
