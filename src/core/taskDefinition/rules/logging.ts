/** Log configuration, and the log router. */
import type { Draft } from "../document/finding";
import { at, atKey, fix, missingIn, nearest, putEdits } from "../document/fixes";
import { awslogsFor, familyOf, regionOf } from "../document/snippets";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { isMisnamed } from "./structure";
import { page, parameters, type Rule } from "./rule";

const link = parameters("container_definition_logs");
const awslogsLink = page("using_awslogs");
const firelensLink = page("using_firelens");

export const fargateDrivers = ["awslogs", "splunk", "awsfirelens"];
/** What ECS passes on to awslogs. Source: the developer guide's page on awslogs, and Docker's options that agents take. */
export const awslogsOptions: readonly string[] = [
  "awslogs-group",
  "awslogs-region",
  "awslogs-stream-prefix",
  "awslogs-create-group",
  "awslogs-datetime-format",
  "awslogs-multiline-pattern",
  "mode",
  "max-buffer-size",
  "awslogs-endpoint",
  "awslogs-format",
  "awslogs-credentials-endpoint",
  "awslogs-force-flush-interval-seconds",
  "awslogs-max-buffered-events",
  "awslogs-stream",
];

const logOf = ({ value }: Container): ObjectValue | undefined => value.objectOf("logConfiguration");

/** awslogs with its options (undefined: there are none); nothing for other drivers, and for options that a template decides. */
function awslogs(container: Container): { log: ObjectValue; options: ObjectValue | undefined } | undefined {
  const log = logOf(container);
  if (log?.textOf("logDriver") !== "awslogs") return undefined;
  const options = log.get("options");
  return options && !options.object ? undefined : { log, options: options?.object };
}

function* driver(container: Container, task: Task): Generator<Draft> {
  const value = logOf(container)?.get("logDriver");
  // Drivers that ECS does not know at all are the enumeration's finding.
  const known = ["json-file", "syslog", "journald", "gelf", "fluentd"];
  if (!task.isFargate || value?.string === undefined || !known.includes(value.string)) return;
  yield {
    spot: at(value),
    message: `Fargate has awslogs, splunk and awsfirelens, and no \`${value.string}\`.`,
    aws: `${value.string} is not a valid log driver. Must be one of [${fargateDrivers.join(",")}]`,
    fixes: [
      fix.by("Use awslogs", true, () =>
        putEdits(container.value, "logConfiguration", awslogsFor(task, container.name ?? "app")),
      ),
    ],
  };
}

function* groupAndRegion(container: Container, task: Task): Generator<Draft> {
  const found = awslogs(container);
  if (!found) return;
  const { log, options } = found;
  const filled = task.surroundings.slipway ? ["awslogs-group"] : ["awslogs-region", "awslogs-group"];
  const missing = filled.filter((key) => !options?.has(key) && !(options && isMisnamed(options, key)));
  if (missing.length === 0) return;
  const values: Record<string, string> = {
    "awslogs-group": `/ecs/${familyOf(task)}`,
    "awslogs-region": regionOf(task),
  };
  const title = `Add ${missing.map((key) => `"${key}"`).join(" and ")}`;
  yield {
    spot: missingIn(options ?? log),
    message: `awslogs needs ${missing.map((key) => `\`${key}\``).join(" and ")}.`,
    aws: `Log driver awslogs requires options: ${missing.join(", ")}`,
    fixes: [
      options
        ? fix.putAll(title, options, Object.fromEntries(missing.map((key) => [key, values[key]])))
        : fix.put("Add the options", log, "options", awslogsFor(task, container.name ?? "app").options),
    ],
  };
}

function* groupEmpty(container: Container, task: Task): Generator<Draft> {
  const group = awslogs(container)?.options?.get("awslogs-group");
  if (group?.raw === "")
    yield {
      spot: at(group),
      message: "The log group's name is empty.",
      fixes: [fix.set(`Change to "/ecs/${familyOf(task)}"`, group, `/ecs/${familyOf(task)}`)],
    };
}

function* streamPrefix(container: Container, task: Task): Generator<Draft> {
  const options = awslogs(container)?.options;
  const prefix = options?.get("awslogs-stream-prefix");
  if (!task.isFargate || !options || (prefix && prefix.raw !== "") || isMisnamed(options, "awslogs-stream-prefix"))
    return;
  const name = container.name ?? "ecs";
  yield {
    spot: prefix ? at(prefix) : missingIn(options),
    message: "On Fargate awslogs needs `awslogs-stream-prefix`.",
    fixes: [fix.put(`Add "awslogs-stream-prefix": "${name}"`, options, "awslogs-stream-prefix", name)],
  };
}

function* unknownOption(container: Container): Generator<Draft> {
  for (const [key, value] of awslogs(container)?.options?.entries ?? []) {
    if (awslogsOptions.includes(key) || value.isNull || /[$<{%]/.test(key)) continue;
    const free = awslogsOptions.filter(
      (option) => !value.node.parent?.parent?.children?.some((child) => child.children?.[0]?.value === option),
    );
    const near = nearest(key, free);
    yield {
      spot: atKey(value),
      message: `awslogs has no option \`${key}\`.${near === undefined ? "" : ` Is \`${near}\` meant?`}`,
      aws: `Log driver awslogs disallows options: ${key}`,
      fixes: [
        ...(near === undefined ? [] : [fix.rename(`Rename to "${near}"`, value, near)]),
        fix.remove(`Remove "${key}"`, value, near === undefined),
      ],
    };
  }
}

function* createGroup(container: Container): Generator<Draft> {
  const value = awslogs(container)?.options?.get("awslogs-create-group");
  if (value?.string === undefined || value.string === "true") return;
  yield {
    spot: at(value),
    message: '`awslogs-create-group` is "true", or it is left out.',
    fixes: [fix.remove('Remove "awslogs-create-group"', value), fix.set('Change to "true"', value, "true", false)],
  };
}

function* multiline(container: Container): Generator<Draft> {
  const options = awslogs(container)?.options;
  const [format, pattern] = [options?.get("awslogs-datetime-format"), options?.get("awslogs-multiline-pattern")];
  if (format && pattern)
    yield {
      spot: at(pattern),
      message: "Lines are joined by `awslogs-datetime-format` or by `awslogs-multiline-pattern`, and not by both.",
      related: [{ message: "The other one", spot: at(format) }],
      fixes: [
        fix.remove('Remove "awslogs-multiline-pattern"', pattern),
        fix.remove('Remove "awslogs-datetime-format"', format, false),
      ],
    };
}

function* splunk(container: Container): Generator<Draft> {
  const log = logOf(container);
  if (log?.textOf("logDriver") !== "splunk" || log.isOpenAt("options") || log.isOpenAt("secretOptions")) return;
  const options = log.objectOf("options");
  const secret = new Set(log.list("secretOptions").flatMap((item) => item.get("name")?.raw ?? []));
  const missing = ["splunk-url", "splunk-token"].filter((key) => !options?.has(key) && !secret.has(key));
  const first = missing[0];
  if (!first) return;
  const values: Record<string, string> = {
    "splunk-url": "https://YOUR_SPLUNK:8088",
    "splunk-token": "YOUR_SPLUNK_TOKEN",
  };
  yield {
    spot: missingIn(options ?? log),
    message: `splunk needs ${missing.map((key) => `\`${key}\``).join(" and ")}, as an option or a secret option.`,
    fixes: [
      options
        ? fix.putAll(
            `Add ${missing.map((key) => `"${key}"`).join(" and ")}`,
            options,
            Object.fromEntries(missing.map((key) => [key, values[key]])),
          )
        : fix.put("Add the options", log, "options", Object.fromEntries(missing.map((key) => [key, values[key]]))),
    ],
  };
}

const routers = (task: Task): { container: Container; value: Value }[] =>
  task.containers.flatMap((container) => {
    const value = container.value.get("firelensConfiguration");
    return value ? [{ container, value }] : [];
  });

function* routerMissing(container: Container, task: Task): Generator<Draft> {
  const value = logOf(container)?.get("logDriver");
  if (value?.string !== "awsfirelens" || routers(task).length > 0 || task.list?.items.some((item) => item.isOpen))
    return;
  const router = {
    name: "log_router",
    image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:stable",
    essential: true,
    firelensConfiguration: { type: "fluentbit" },
    memoryReservation: 50,
  };
  yield {
    spot: at(value),
    message: "`awsfirelens` sends to a log router, and no container is one (has `firelensConfiguration`).",
    fixes: task.list ? [fix.append("Add a log router", task.list, router)] : [],
  };
}

function* routerFromS3({ value }: Container, task: Task): Generator<Draft> {
  const type = value.objectOf("firelensConfiguration")?.objectOf("options")?.get("config-file-type");
  if (task.isFargate && type?.string === "s3")
    yield {
      spot: at(type),
      message: "On Fargate the router's configuration comes from its image (`file`), and not from S3.",
      fixes: [fix.set('Change to "file"', type, "file")],
    };
}

function* routersMany(task: Task): Generator<Draft> {
  const [first, ...others] = routers(task);
  for (const { value } of others)
    yield {
      spot: atKey(value),
      message: "A task has one log router.",
      related: first ? [{ message: "The first one", spot: atKey(first.value) }] : [],
      fixes: [fix.remove('Remove "firelensConfiguration"', value, false)],
    };
}

function* noLogs(container: Container, task: Task): Generator<Draft> {
  const { value, label } = container;
  if (
    !task.isFargate ||
    value.has("logConfiguration") ||
    value.has("firelensConfiguration") ||
    isMisnamed(value, "logConfiguration")
  )
    return;
  yield {
    spot: missingIn(value),
    message: `${label} has no \`logConfiguration\`: what it prints is lost.`,
    fixes: [
      fix.put("Send it to CloudWatch Logs", value, "logConfiguration", awslogsFor(task, container.name ?? "app")),
    ],
  };
}

export const loggingRules: readonly Rule[] = [
  { id: "log-driver-fargate", severity: "error", link, each: driver },
  { id: "awslogs-required", severity: "error", link: awslogsLink, each: groupAndRegion },
  {
    id: "awslogs-group-empty",
    severity: "error",
    aws: "Log driver awslogs option 'awslogs-group' should not be null or empty.",
    link: awslogsLink,
    each: groupEmpty,
  },
  {
    id: "awslogs-stream-prefix",
    severity: "error",
    aws: "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.",
    link: awslogsLink,
    each: streamPrefix,
  },
  { id: "awslogs-unknown-option", severity: "error", link: awslogsLink, each: unknownOption },
  {
    id: "awslogs-create-group",
    severity: "error",
    aws: "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.",
    link: awslogsLink,
    each: createGroup,
  },
  { id: "awslogs-multiline", severity: "warning", link: awslogsLink, each: multiline },
  { id: "splunk-required", severity: "error", link, each: splunk },
  {
    id: "firelens-router",
    severity: "error",
    aws:
      "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be " +
      "configured in one of the containers.",
    link: firelensLink,
    each: routerMissing,
  },
  {
    id: "firelens-s3",
    severity: "error",
    aws: "Fargate launch type does not support FirelensConfiguration config file from 's3'",
    link: firelensLink,
    each: routerFromS3,
  },
  { id: "firelens-multiple", severity: "warning", link: firelensLink, find: routersMany },
  { id: "no-log-configuration", severity: "warning", link, each: noLogs },
];
