/** Facts about targets and health checks: what the load balancer, and the container's own check, report. */
import { valueOf } from "../../snapshot/serviceSnapshot";
import { proved, refuted, refutedByCode, stages, supported, unknown, type Fact, type DiagnosisContext } from "../types";
import { targetsOf } from "../standing";

export interface TargetSays {
  state?: string;
  reason?: string;
  description?: string;
  /** The code that the application answered, where it is said. */
  status?: number;
  target?: string;
  port?: number;
}

/** Which reason code a description stands for: events and older answers carry the words alone. */
const reasons: readonly { reason: string; words: RegExp }[] = [
  { reason: "Target.ResponseCodeMismatch", words: /failed with these codes?/i },
  { reason: "Target.Timeout", words: /request timed out/i },
  { reason: "Target.NotInUse", words: /not (enabled for|configured to receive traffic)|Availability Zone that is/i },
  { reason: "Target.FailedHealthChecks", words: /health checks failed\s*\)?\.?$/i },
];

const statusIn = (text: string): number | undefined => {
  const found = /codes?: \[?(\d{3})/i.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
};

/** What is said of the target that is judged: by the load balancer now, else by the service's events. */
export function targetSays(context: DiagnosisContext): TargetSays {
  const all = targetsOf(context.snapshot).filter((item) => item.state !== "healthy");
  const asked = context.symptoms.target;
  const target =
    all.find((item) => item.target === asked?.id) ??
    all.find((item) => item.target === context.task?.address) ??
    all.find((item) => item.state === "unhealthy") ??
    all[0];
  if (target && target.state !== "initial") {
    const byWords = reasons.find((item) => item.words.test(target.description ?? ""))?.reason;
    const status = statusIn(target.description ?? "");
    const reason = target.reason ?? byWords;
    return {
      state: target.state,
      target: target.target,
      port: target.port,
      ...(reason ? { reason } : {}),
      ...(target.description ? { description: target.description } : {}),
      ...(status === undefined ? {} : { status }),
    };
  }
  const event = context.said.find((item) => item.by === "event" && /is unhealthy in|\(reason /.test(item.text));
  const words = event && /\(reason (.*)$/.exec(event.text)?.[1];
  if (words) {
    const status = statusIn(words);
    const reason = reasons.find((item) => item.words.test(words))?.reason;
    return {
      description: words.replace(/\)\.?$/, ""),
      ...(reason ? { reason } : {}),
      ...(status === undefined ? {} : { status }),
    };
  }
  return target
    ? {
        state: target.state,
        target: target.target,
        port: target.port,
        ...(target.reason ? { reason: target.reason } : {}),
      }
    : {};
}

export const targetName = (says: TargetSays): string =>
  says.target
    ? `Target ${says.target}:${says.port ?? ""} is ` +
      `${says.state ?? ""}${says.reason ? ` (${says.reason})` : ""}${says.description ? `: ${says.description}` : ""}.`
    : `The service's event says: ${says.description ?? ""}.`;
export const targetValues = (says: TargetSays): Record<string, string> => ({
  ...(says.status === undefined ? {} : { code: String(says.status) }),
  ...(says.target ? { target: says.target } : {}),
  ...(says.port ? { port: String(says.port) } : {}),
});

/** The status that the health check's path answers, where it can be known. */
function statusOf(context: DiagnosisContext, says: TargetSays): { status: number; exact: boolean } | undefined {
  if (says.status !== undefined) return { status: says.status, exact: true };
  const { url } = context.snapshot;
  const path = context.values["path"];
  // 502 to 504 are the load balancer's own answers, and say nothing of the path.
  if (
    url?.status !== undefined &&
    (url.status < 502 || url.status > 504) &&
    path !== undefined &&
    URL.canParse(url.url) &&
    new URL(url.url).pathname === path
  )
    return { status: url.status, exact: false };
  return undefined;
}

/** The health check's path answers a code of this kind. */
const answers =
  (accepts: (status: number) => boolean): Fact =>
  (context) => {
    const says = targetSays(context);
    if (says.reason !== undefined && says.reason !== "Target.ResponseCodeMismatch") return refuted(targetName(says));
    const found = statusOf(context, says);
    if (!found)
      return says.reason
        ? unknown("Which code the health check's path answers is not said.")
        : unknown("Why the load balancer gives up on the target is not said.");
    if (!accepts(found.status)) return refuted(`The health check's path answers ${found.status}.`);
    // Asked from here it is only a hint: and none, where nothing says that health checks are what failed.
    if (says.reason === undefined && !found.exact && context.low !== stages.health)
      return unknown("Why the load balancer gives up on the target is not said.");
    return found.exact
      ? proved(targetName(says), { ...targetValues(says), code: String(found.status) })
      : supported(`Asked from here, the path answers ${found.status}.`, { code: String(found.status) });
  };

const wantsLogin: Fact = (context) => {
  const verdict = answers((status) => status === 401 || status === 403)(context);
  return verdict.values?.["code"] === "403"
    ? {
        ...verdict,
        values: {
          ...verdict.values,
          refusal: "the path wants a login, or is a folder without an index file",
          refusalToo: ", and see that what it names is there",
        },
      }
    : verdict;
};

/** What nginx, Apache and Caddy print when they are asked for a folder that they may not list. */
const noIndex = /directory index of "[^"]*" is forbidden|AH01276|No matching DirectoryIndex/i;

/** A web server refuses to list a folder, and says so. */
const answersNoIndex: Fact = (context) => {
  const verdict = answers((status) => status === 403)(context);
  if (verdict.state !== "proved" && verdict.state !== "supported") return verdict;
  const line = context.task?.lastLines.find((item) => noIndex.test(item));
  return line
    ? { ...verdict, more: [`It printed: ${line.trim()}`] }
    : unknown("Whether the health check's path is a folder without an index file is not known.");
};

const known = (status: number): boolean =>
  status === 404 || (status >= 300 && status < 400) || status === 401 || status === 403 || status >= 500;

/** A code that the matcher does not take, and which of them is not known or in no list. */
const answersOther: Fact = (context) => {
  const says = targetSays(context);
  if (says.reason !== "Target.ResponseCodeMismatch")
    return says.reason
      ? refuted(targetName(says))
      : unknown("Why the load balancer gives up on the target is not said.");
  if (says.status !== undefined && known(says.status)) return refuted(`The code is ${says.status}.`);
  return proved(targetName(says), targetValues(says));
};

const hasReason =
  (reason: string, also: (context: DiagnosisContext) => Record<string, string> = () => ({})): Fact =>
  (context) => {
    const says = targetSays(context);
    if (says.reason === reason) return proved(targetName(says), { ...targetValues(says), ...also(context) });
    return says.reason
      ? refuted(targetName(says))
      : unknown("Why the load balancer gives up on the target is not said.");
  };

/** Checks are under way, or the target is on its way out: nothing to do but wait. */
const stillChecking: Fact = (context) => {
  const all = targetsOf(context.snapshot);
  const early = all.find((item) => item.state === "initial");
  if (early)
    return proved(`Target ${early.target}:${early.port} is initial${early.reason ? ` (${early.reason})` : ""}.`, {
      target: early.target,
    });
  const going = (valueOf(context.snapshot.targetGroups) ?? [])
    .flatMap((group) => valueOf(group.health) ?? [])
    .find((item) => item.state === "draining");
  if (going && all.length === 0)
    return proved(`Target ${going.target}:${going.port} is draining.`, { target: going.target });
  return refuted("No target is being checked for the first time.");
};

/** The container's own health check says unhealthy. */
const containerUnhealthy: Fact = (context) => {
  const sick = context.task?.containers.find((container) => container.health === "UNHEALTHY");
  if (sick) return proved(`The health check of the container ${sick.name} says UNHEALTHY.`, { container: sick.name });
  if (context.task?.health === "UNHEALTHY") return proved("The task's health is UNHEALTHY.");
  const checked = context.definition?.containerDefinitions?.some((container) => container["healthCheck"] !== undefined);
  return context.definition && !checked
    ? refuted("No container has a health check of its own.")
    : unknown("What the container's own health check said is not known.");
};

/** ECS stopped a task that it wants to run, and the container's own check had nothing against it. */
const stoppedForHealth: Fact = (context) => {
  const { task, snapshot } = context;
  if (task?.stopCode !== "ServiceSchedulerInitiated")
    return task?.stopCode ? refutedByCode(`The stop code is ${task.stopCode}.`) : unknown("No stop code is known.");
  if (!valueOf(snapshot.service)?.loadBalancers.length) return refuted("The service has no load balancer.");
  if (context.mode === "ended") return refuted("ECS stopped the task on purpose.");
  const service = valueOf(snapshot.service);
  if (
    service &&
    service.running >= service.desired &&
    targetsOf(snapshot).every((target) => target.state === "healthy")
  )
    return unknown("ECS stopped the task; the service has all that it wants, so it may have been one too many.");
  return task.containers.some((container) => container.health === "UNHEALTHY")
    ? refuted("The container's own check failed.")
    : proved("ECS stopped a task of the newest deployment, which it does where health checks fail.");
};

export const targetFacts = {
  stoppedForHealth,
  answersNotFound: answers((status) => status === 404),
  answersRedirect: answers((status) => status >= 300 && status < 400),
  answersLogin: wantsLogin,
  answersNoIndex,
  answersError: answers((status) => status >= 500),
  answersOther,
  notInUse: hasReason("Target.NotInUse"),
  stillChecking,
  containerUnhealthy,
};
