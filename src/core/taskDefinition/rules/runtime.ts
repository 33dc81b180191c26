/** Health checks, timeouts, restarts and limits: numbers with bounds. */
import type { Draft } from "../document/finding";
import type { TextEdit } from "../document/edits";
import { at, fix } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { page, parameters, type Rule } from "./rule";

interface Bounds {
  member: string;
  least: number;
  most: number;
}

/** Source: the API reference's HealthCheck. */
const healthBounds: readonly Bounds[] = [
  { member: "interval", least: 5, most: 300 },
  { member: "timeout", least: 2, most: 60 },
  { member: "retries", least: 1, most: 10 },
  { member: "startPeriod", least: 0, most: 300 },
];

function* health({ value, name }: Container): Generator<Draft> {
  const check = value.objectOf("healthCheck");
  for (const { member, least, most } of healthBounds) {
    const item = check?.get(member);
    if (item?.number === undefined || !Number.isInteger(item.number) || (item.number >= least && item.number <= most))
      continue;
    const small = item.number < least;
    const to = small ? least : most;
    yield {
      spot: at(item),
      message: `A health check's \`${member}\` is ${least} to ${most}.`,
      aws:
        `Health check ${member} must be ` +
        `${
          small
            ? `greater than or equal to the minimum allowed value ${least}`
            : "less than or equal to the maximum allowed " + `value ${most}`
        } for container '${name ?? ""}'`,
      fixes: [fix.set(`Change to ${to}`, item, to)],
    };
  }
}

function* command({ value }: Container): Generator<Draft> {
  const list = value.objectOf("healthCheck")?.get("command");
  const first = list?.items[0];
  if (!list || first?.string === undefined || ["CMD", "CMD-SHELL", "NONE"].includes(first.string)) return;
  const known = /^cmd(-shell)?$/i.test(first.string) ? first.string.toUpperCase() : undefined;
  const kind = list.items.length === 1 ? "CMD-SHELL" : "CMD";
  yield {
    spot: at(first),
    message: "A health check's command begins with `CMD` (run as it is) or `CMD-SHELL` (run by the shell).",
    fixes: [
      known === undefined
        ? fix.by(`Put "${kind}" before it`, true, () => putFirst(list, kind))
        : fix.set(`Change to "${known}"`, first, known),
    ],
  };
}

/** Before the first element, with the same space between the two as there is before it. */
function putFirst(list: Value, text: string): TextEdit[] {
  const first = list.node.children?.[0];
  if (!first) return [];
  const space = /\s*$/.exec(list.document.parsed.slice(list.node.offset + 1, first.offset))?.[0] ?? "";
  return [{ offset: first.offset, length: 0, text: `${JSON.stringify(text)},${space || " "}` }];
}

function* stopTimeout({ value }: Container, task: Task): Generator<Draft> {
  const item = value.get("stopTimeout");
  if (item?.number === undefined) return;
  const low = item.number < 2;
  if (!low && (item.number <= 120 || !task.isFargate)) return;
  yield {
    spot: at(item),
    message: low
      ? "A container gets 2 seconds at least to stop."
      : "On Fargate a container gets 120 seconds at most to stop.",
    aws: low ? "" : "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds.",
    fixes: [fix.set(`Change to ${low ? 2 : 120}`, item, low ? 2 : 120)],
  };
}

function* startTimeout({ value }: Container, task: Task): Generator<Draft> {
  const item = value.get("startTimeout");
  if (item?.number === undefined || (item.number >= 2 && (item.number <= 120 || !task.isFargate))) return;
  const to = item.number < 2 ? 2 : 120;
  yield {
    spot: at(item),
    message: to === 2 ? "`startTimeout` is 2 seconds at least." : "On Fargate `startTimeout` is 120 seconds at most.",
    fixes: [fix.set(`Change to ${to}`, item, to)],
  };
}

function* attemptPeriod({ value, name }: Container): Generator<Draft> {
  const item = value.objectOf("restartPolicy")?.get("restartAttemptPeriod");
  if (item?.number === undefined || (item.number >= 60 && item.number <= 1800)) return;
  const to = item.number < 60 ? 60 : 1800;
  yield {
    spot: at(item),
    message: "`restartAttemptPeriod` is 60 to 1800 seconds.",
    aws: `The 'restartAttemptPeriod' setting for container '${name ?? ""}' must be between 60 and 1800.`,
    fixes: [fix.set(`Change to ${to}`, item, to)],
  };
}

function* exitCodes({ value }: Container, task: Task): Generator<Draft> {
  const list = value.objectOf("restartPolicy")?.get("ignoredExitCodes");
  const strange = list?.items.find(({ number }) => number !== undefined && (number < 0 || number > 255));
  if (list && strange && !task.isWindows)
    yield {
      spot: at(strange),
      message: "A process ends with a code from 0 to 255.",
      severity: "warning",
      fixes: [fix.removeItems("Remove it", list, [strange])],
    };
  if (list && list.items.length > 50)
    yield {
      spot: at(list),
      message: `A restart policy ignores 50 exit codes at most; these are ${list.items.length}.`,
    };
}

function* ulimitOrder({ value }: Container): Generator<Draft> {
  for (const limit of value.list("ulimits")) {
    const [soft, hard] = [limit.get("softLimit"), limit.get("hardLimit")];
    // -1 is "no limit".
    if (
      soft?.number === undefined ||
      hard?.number === undefined ||
      hard.number < 0 ||
      (soft.number >= 0 && soft.number <= hard.number)
    )
      continue;
    const [low, high] = [hard.number, soft.number];
    const swap = fix.by("Swap the two", true, () => [
      { offset: soft.node.offset, length: soft.node.length, text: String(low) },
      { offset: hard.node.offset, length: hard.node.length, text: String(high) },
    ]);
    yield {
      spot: at(soft),
      message: "The soft limit is above the hard limit.",
      aws: `Soft limit exceeds hard limit for ulimit ${limit.textOf("name") ?? ""}`.trim(),
      related: [{ message: "The hard limit", spot: at(hard) }],
      fixes: [swap],
    };
  }
}

function* ulimitFargate({ value }: Container, task: Task): Generator<Draft> {
  const list = value.get("ulimits");
  for (const limit of task.isFargate ? (list?.objects ?? []) : []) {
    const name = limit.get("name");
    if (list && name?.string && name.string !== "nofile")
      yield {
        spot: at(name),
        message: `Fargate lets \`nofile\` alone be changed, and not \`${name.string}\`.`,
        fixes: [fix.removeItems("Remove this limit", list, [limit])],
      };
  }
}

const healthLink = parameters("container_definition_healthcheck");
const timeoutLink = parameters("container_definition_timeout");
const limitsLink = parameters("container_definition_limits");

export const runtimeRules: readonly Rule[] = [
  { id: "health-range", severity: "error", link: healthLink, each: health },
  { id: "health-command", severity: "warning", link: healthLink, each: command },
  { id: "stop-timeout", severity: "error", link: timeoutLink, each: stopTimeout },
  { id: "start-timeout", severity: "error", link: timeoutLink, each: startTimeout },
  { id: "restart-policy", severity: "error", link: page("container-restart-policy"), each: attemptPeriod },
  { id: "restart-exit-codes", severity: "error", link: page("container-restart-policy"), each: exitCodes },
  { id: "ulimit-order", severity: "error", link: limitsLink, each: ulimitOrder },
  { id: "ulimit-fargate", severity: "warning", link: limitsLink, each: ulimitFargate },
];
