/** Roles, and what is unwise for security. */
import type { Draft, Spot } from "../document/finding";
import { at, fix, missingIn } from "../document/fixes";
import { executionRoleExample } from "../document/snippets";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { isMisnamed } from "./structure";
import { page, parameters, type Rule } from "./rule";

const executionLink = page("task_execution_IAM_role");

/** True when the definition has no execution role, and neither a template nor Slipway gives it one. */
function lacksRole(task: Task): boolean {
  const { definition } = task;
  if (!definition || task.surroundings.slipway || isMisnamed(definition, "executionRoleArn")) return false;
  const role = definition.get("executionRoleArn");
  return role === undefined || role.raw === "";
}

/** One finding, at the definition, with the places that need the role. */
function needsRole(task: Task, places: readonly Value[], message: string): Draft[] {
  const { definition } = task;
  if (!definition || places.length === 0 || !lacksRole(task)) return [];
  const stated = definition.entries.get("executionRoleArn");
  const spot: Spot = stated ? at(stated) : missingIn(definition);
  return [
    {
      spot,
      message,
      related: places.slice(0, 10).map((value) => ({ message: "This needs it", spot: at(value) })),
      fixes: [fix.put('Add "executionRoleArn", to be filled in', definition, "executionRoleArn", executionRoleExample)],
    },
  ];
}

const isEcr = (image: string): boolean => /\.dkr[.-]ecr[.-]/.test(image);

function secretsIn({ value }: Container): Value[] {
  const log = value.objectOf("logConfiguration");
  return [value.get("secrets"), value.get("environmentFiles"), log?.get("secretOptions")]
    .filter((item): item is Value => item?.isFilled === true)
    .concat(value.get("repositoryCredentials") ?? []);
}

function* roleFor(task: Task, kind: "awslogs" | "ecr" | "secrets"): Generator<Draft> {
  const places = {
    secrets: () => task.containers.flatMap(secretsIn),
    ecr: () =>
      task.isFargate
        ? task.containers.flatMap(({ value }) => value.get("image") ?? []).filter((value) => isEcr(value.raw ?? ""))
        : [],
    awslogs: () =>
      task.isFargate
        ? task.containers
            .flatMap(({ value }) => value.objectOf("logConfiguration")?.get("logDriver") ?? [])
            .filter((value) => value.string === "awslogs")
        : [],
  };
  const messages = {
    secrets: "Secrets and environment files are read with an execution role, and there is no `executionRoleArn`.",
    ecr: "Fargate pulls from ECR with an execution role, and there is no `executionRoleArn`.",
    awslogs: "Fargate writes to CloudWatch Logs with an execution role, and there is no `executionRoleArn`.",
  };
  yield* needsRole(task, places[kind](), messages[kind]);
}

const rolePattern = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

function* roleArn({ definition }: Task): Generator<Draft> {
  for (const key of ["executionRoleArn", "taskRoleArn"]) {
    const value = definition?.get(key);
    // A name without an ARN is accepted.
    if (!value?.string || rolePattern.test(value.string) || /^[\w+=,.@-]{1,64}$/.test(value.string)) continue;
    const account = /^arn:aws[\w-]*:iam::([^:]*):/.exec(value.string)?.[1];
    const service = /^arn:[\w-]*:([\w-]*):/.exec(value.string)?.[1];
    const message =
      service !== undefined && service !== "iam"
        ? `A role's ARN is of \`iam\`, and not of \`${service}\`.`
        : account !== undefined && !/^\d{12}$/.test(account)
          ? "An account has 12 digits."
          : "A role is `arn:aws:iam::ACCOUNT:role/NAME`, or a role's name alone.";
    yield { spot: at(value), message };
  }
}

function* sameRoles({ definition }: Task): Generator<Draft> {
  const [task, execution] = [definition?.get("taskRoleArn"), definition?.get("executionRoleArn")];
  if (task?.string && execution && task.string === execution.string)
    yield {
      spot: at(task),
      message: "The application has the execution role's permissions, which it hardly needs.",
      related: [{ message: "The execution role", spot: at(execution) }],
    };
}

function* readOnlyRoot({ value, label }: Container): Generator<Draft> {
  const stated = value.get("readonlyRootFilesystem");
  if (stated ? stated.boolean !== false : isMisnamed(value, "readonlyRootFilesystem")) return;
  yield {
    spot: stated ? at(stated) : missingIn(value),
    message: `${label} can write to its own file system.`,
    whenAsked: stated === undefined,
    fixes: [fix.put("Make it read-only", value, "readonlyRootFilesystem", true)],
  };
}

function* rootUser({ value, label }: Container): Generator<Draft> {
  const user = value.get("user");
  if (user?.string !== undefined && /^(root|0)(:.*)?$/.test(user.string))
    yield {
      spot: at(user),
      message: `${label} runs as root.`,
      fixes: [fix.remove('Remove "user": the image\'s own counts then', user, false)],
    };
}

export const roleRules: readonly Rule[] = [
  {
    id: "execution-role-awslogs",
    severity: "error",
    aws: "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    link: executionLink,
    find: (task) => roleFor(task, "awslogs"),
  },
  {
    id: "execution-role-ecr",
    severity: "error",
    aws: "Fargate requires task definition to have execution role ARN to support ECR images.",
    link: executionLink,
    find: (task) => roleFor(task, "ecr"),
  },
  {
    id: "execution-role-secrets",
    severity: "error",
    aws: "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    link: executionLink,
    find: (task) => roleFor(task, "secrets"),
  },
  { id: "role-arn", severity: "warning", link: page("task-iam-roles"), find: roleArn },
  { id: "same-roles", severity: "hint", link: page("security-ecs-iam-role-overview"), find: sameRoles },
  { id: "readonly-root", severity: "hint", link: parameters("container_definition_security"), each: readOnlyRoot },
  { id: "root-user", severity: "hint", link: parameters("container_definition_security"), each: rootUser },
];
