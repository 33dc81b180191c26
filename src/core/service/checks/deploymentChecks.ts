/** The guide's eight items, but for the security groups, which have a file of their own. */
import { parseDefinition } from "../../taskDefinition/model/generate";
import { mergeDefinitions } from "../../taskDefinition/model/merge";
import { sameDefinition } from "../../taskDefinition/model/normalise";
import { reportOf } from "../../base/errors";
import { parseImageReference, shortDigest } from "../../base/imageReference";
import type { Service, TargetHealth } from "../../ports/cloud";
import { age } from "../../ports/resourceModel";
import { valueOf, type SeenTask, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { hasDied, isRolledBack } from "../snapshot/stops";
import {
  activeService,
  asleepText,
  failed,
  isAsleep,
  isBalanced,
  leftOut,
  mainContainer,
  mainImage,
  passed,
  routesOf,
  unread,
  type Check,
  type CheckId,
  type Verdict,
} from "./verdict";

/** True where Slipway pushed that image, and a deployment that came after it brought what runs, to a good end: it went back. */
function isChosenLater(
  { serviceDeployments }: ServiceSnapshot,
  { tags, pushedAt }: { readonly tags: readonly string[]; readonly pushedAt?: number },
): boolean {
  const [newest] = valueOf(serviceDeployments) ?? [];
  const isOfSlipway = tags.some((name) => name.startsWith("slipway-"));
  return isOfSlipway && pushedAt !== undefined && newest?.status === "SUCCESSFUL" && newest.createdAt > pushedAt;
}

function image(snapshot: ServiceSnapshot): Verdict {
  if (!snapshot.service.known) return unread(snapshot.service);
  if (!activeService(snapshot)) return failed("no service runs an image", "service");
  const seen = mainImage(snapshot);
  if (!seen) return failed("the revision that runs names no image", "taskDefinition");
  if (seen.repository === undefined) return leftOut(`${seen.reference} is of another registry`);
  if (!seen.facts.known) return unread(seen.facts);
  const { digest, tag } = parseImageReference(seen.reference);
  const wanted = digest === undefined ? (tag ?? "latest") : shortDigest(digest);
  const facts = seen.facts.value;
  if (!facts)
    return failed(`${seen.repository} does not have ${wanted}: a task that starts from now on cannot be pulled`);
  const latest = valueOf(seen.latest);
  // Where environments share a repository, `latest` is of whichever was deployed last.
  if (
    latest &&
    latest.digest !== facts.digest &&
    !isChosenLater(snapshot, latest) &&
    !(snapshot.expected?.shared === true && latest.tags.some((name) => name.startsWith("slipway-")))
  ) {
    return failed(
      `${shortDigest(facts.digest)} runs, but what was pushed as ` +
        `latest${latest.pushedAt === undefined ? "" : ` ${age(latest.pushedAt, snapshot.at)} ago`} is ` +
        `${shortDigest(latest.digest)}: deploy to bring it there`,
    );
  }
  return passed(`${shortDigest(facts.digest)} ${facts.tags.join(", ")}`.trim());
}

function cluster({ cluster: read, subject }: ServiceSnapshot): Verdict {
  if (!read.known) return unread(read);
  const found = read.value;
  if (!found) return failed(`there is no cluster ${subject.cluster}`);
  return found.status === "ACTIVE" ? passed(found.arn) : failed(`${subject.cluster} is ${found.status}`);
}

function taskDefinition(snapshot: ServiceSnapshot): Verdict {
  const running = activeService(snapshot) !== undefined;
  const read = running ? snapshot.revision : snapshot.newestRevision;
  if (!read.known) return unread(read);
  const found = read.value;
  if (!found) return failed(running ? "the revision that the service runs is gone" : "no revision is registered");
  const name = found.arn.split("/").at(-1) ?? "";
  const { expected } = snapshot;
  if (found.status !== "ACTIVE")
    return failed(`${name} is ${found.status}: it runs on, but a new service could not use it`);
  if (!expected) return passed(name);
  if (expected.definitionFile === undefined)
    return failed(`${expected.definitionFileName} is not there, so nothing says what ${name} should be`);
  try {
    const file = parseDefinition(expected.definitionFile, expected.definitionFileName);
    // The image is the deployment's own affair, never the file's.
    const image = found.definition.containerDefinitions?.find((item) => item.name === expected.container)?.image;
    for (const container of file.containerDefinitions ?? [])
      if (container.name === expected.container && image !== undefined) container.image = image;
    const same = sameDefinition(mergeDefinitions({ file, live: found.definition }), found.definition);
    if (!same) return failed(`${name} differs from ${expected.definitionFileName}: deploy to bring it there`);
  } catch (error) {
    return failed(reportOf(error).summary);
  }
  return passed(running ? name : `${name}, which no service runs`);
}

function service(snapshot: ServiceSnapshot): Verdict {
  const { service: read, subject, expected } = snapshot;
  if (!read.known) return unread(read);
  const found = read.value;
  const name = subject.service ?? "";
  if (!found || found.status === "INACTIVE") return failed(`there is no service ${name}`, "cluster");
  if (found.status !== "ACTIVE") return failed(`${name} is ${found.status}`, "cluster");
  const counts = `${found.running} of ${found.desired} running`;
  const causes: CheckId[] = ["executionRole", "route", "secrets", "platform"];
  const missing = mainImage(snapshot);
  if (missing?.repository !== undefined && missing.facts.known && !missing.facts.value) causes.unshift("image");
  // ECS stops tasks whose targets stay unhealthy: what makes them so is then the cause.
  if ((valueOf(snapshot.tasks) ?? []).some((task) => /ELB health checks/i.test(task.stoppedReason ?? "")))
    causes.push("zones", "securityGroups", "port", "healthPath");
  if (found.desired === 0 && !isAsleep(snapshot))
    return failed(`${counts}: scaled to zero${expected ? `, and slipway.json says ${expected.desiredCount}` : ""}`);
  if (found.desired === 0) return passed(asleepText(snapshot));
  if (found.running < found.desired)
    return failed(`${counts}${found.pending ? `, ${found.pending} starting` : ""}${lastEvent(snapshot)}`, ...causes);
  const failing = found.deployments.find(
    (deployment) => deployment.status === "PRIMARY" && deployment.rolloutState === "FAILED",
  );
  if (failing)
    return failed(
      `${counts}, but the newest deployment failed: ${failing.rolloutStateReason ?? "ECS does not say why"}`,
      ...causes,
    );
  const troubled = newestInTrouble(snapshot, found);
  if (troubled) return failed(`${counts}, but ${troubled}`, ...causes);
  const died = diedLately(snapshot, found);
  if (died)
    return failed(
      `${counts}, but task ${died.id.slice(0, 8)} of the revision that serves ended ` +
        `${age(died.stoppedAt ?? died.createdAt, snapshot.at)} ago: ${whyEnded(died)}`,
    );
  return passed(counts);
}

/** An older revision serves, since the newest deployment does not start or was taken back. */
function newestInTrouble(snapshot: ServiceSnapshot, found: Service): string | undefined {
  const primary = found.deployments.find((deployment) => deployment.status === "PRIMARY");
  const revision = primary?.taskDefinition.split("/").at(-1) ?? "";
  if (primary && primary.running < primary.desired && primary.failed > 0 && found.deployments.length > 1)
    return `by an older revision: of ${revision}, the newest, ${primary.running} run and ${primary.failed} failed`;
  const newest = valueOf(snapshot.serviceDeployments)?.[0];
  if (
    isRolledBack(newest) &&
    (newest?.circuitBreaker?.status === "TRIGGERED" || /\balarm/i.test(newest?.statusReason ?? ""))
  )
    return `the newest deployment was taken back${newest?.statusReason ? `: ${newest.statusReason}` : ""}`;
  return undefined;
}

/** For so long a task that died says that the revision is not sound, however well the next one runs. */
const soundMilliseconds = 3_600_000;

function diedLately(snapshot: ServiceSnapshot, found: Service): SeenTask | undefined {
  const primary = found.deployments.find((deployment) => deployment.status === "PRIMARY");
  return (valueOf(snapshot.tasks) ?? []).find(
    (task) =>
      (task.startedBy === undefined ? task.taskDefinition === found.taskDefinition : task.startedBy === primary?.id) &&
      hasDied(task, primary?.id) &&
      snapshot.at - (task.stoppedAt ?? task.createdAt) < soundMilliseconds,
  );
}

function whyEnded(task: SeenTask): string {
  const failed = task.containers.find((container) => container.reason ?? container.exitCode);
  const code = failed?.exitCode === undefined ? "" : `exit code ${failed.exitCode}`;
  return [failed?.reason ?? task.stoppedReason ?? task.stopCode ?? "", code].filter(Boolean).join(", ");
}

/** The last thing that ECS said of it, which is mostly why it does not get on. */
function lastEvent(snapshot: ServiceSnapshot): string {
  const message = activeService(snapshot)?.events[0]?.message;
  return message === undefined || /steady state/.test(message) ? "" : `; ECS says last: ${message}`;
}

const healthCauses: Readonly<Record<string, readonly CheckId[]>> = {
  "Target.Timeout": ["securityGroups", "port", "route"],
  "Target.FailedHealthChecks": ["port"],
  "Target.ResponseCodeMismatch": ["healthPath"],
  "Target.NotInUse": ["zones", "url"],
};

const said = (target: TargetHealth): string =>
  `${target.target}:${target.port} is ` +
  `${target.state}${(target.description ?? target.reason) ? `: ${target.description ?? target.reason ?? ""}` : ""}`;

function targets(snapshot: ServiceSnapshot): Verdict {
  if (!isBalanced(snapshot)) return leftOut("no load balancer");
  if (!activeService(snapshot)) return failed("no service, so no target is registered", "service");
  if (isAsleep(snapshot)) return leftOut(asleepText(snapshot));
  if (!snapshot.targetGroups.known) return unread(snapshot.targetGroups);
  const routes = routesOf(snapshot);
  if (routes.length === 0)
    return failed(
      activeService(snapshot)?.loadBalancers.length
        ? "the target group that the service names is gone"
        : "the service is not registered with any target group",
    );
  const looked = routes.map(({ group }) => group.health);
  const unknown = looked.find((health) => !health.known);
  if (unknown) return unread(unknown);
  const counted = looked.flatMap((health) => valueOf(health) ?? []).filter((target) => target.state !== "draining");
  if (counted.length === 0)
    return failed(`no target is registered in ${routes.map(({ group }) => group.name).join(", ")}`, "service");
  const bad = counted.filter((target) => target.state !== "healthy");
  if (bad.length === 0)
    return passed(
      `${counted.length} healthy, asked for ${routes.map(({ group }) => group.healthCheck.path).join(", ")}`,
    );
  const causes = bad.flatMap((target) => healthCauses[target.reason ?? ""] ?? []);
  return failed(
    `${counted.length - bad.length} of ${counted.length} healthy; ${bad.map(said).join("; ")}`,
    ...new Set(causes),
  );
}

/** What the load balancer's own answers mean. */
const meanings: Readonly<Record<number, string>> = {
  502: "the application closed the connection or does not speak HTTP on this port",
  503: "the load balancer has no target that it can use",
  504: "the application does not answer in time, or a security group is in the way",
};

function url(snapshot: ServiceSnapshot): Verdict {
  const { url: seen, expected } = snapshot;
  if (!isBalanced(snapshot)) return leftOut("no load balancer");
  if (!snapshot.loadBalancers.known) return unread(snapshot.loadBalancers);
  const [balancer] = snapshot.loadBalancers.value;
  if (!balancer || !seen)
    return failed(
      `there is no load balancer${expected?.loadBalancer ? ` ${expected.loadBalancer.name}` : ""}`,
      "service",
    );
  if (isAsleep(snapshot)) return leftOut(asleepText(snapshot));
  if (balancer.state !== "active") return failed(`${balancer.name} is ${balancer.state}`);
  const answer = `${seen.url} ${seen.status === undefined ? (seen.error ?? "does not answer") : `${seen.status} in ${Math.round(seen.milliseconds)} ms`}`;
  const astray = wayLost(snapshot);
  if (astray !== undefined)
    return { ...failed(`${astray}; ${answer}`, "service"), milliseconds: Math.round(seen.milliseconds) };
  const start = seen.start.replace(/\s+/g, " ").trim().slice(0, 60);
  if (seen.status !== undefined && seen.status < 500)
    return { ...passed(`${answer}${start ? `: ${start}` : ""}`), milliseconds: Math.round(seen.milliseconds) };
  const why = seen.status === undefined ? "" : meanings[seen.status];
  return {
    ...failed(`${answer}${why ? `: ${why}` : ""}`, "securityGroups", "service", "targets", "certificate", "route"),
    milliseconds: Math.round(seen.milliseconds),
  };
}

/** Why no request gets from the listener to the service, or undefined when the way is there. */
function wayLost(snapshot: ServiceSnapshot): string | undefined {
  const [balancer] = valueOf(snapshot.loadBalancers) ?? [];
  const listeners = balancer?.listeners;
  if (!balancer || !listeners?.known) return undefined;
  const port = snapshot.expected?.loadBalancer?.listenerPort;
  if (listeners.value.length === 0) return `${balancer.name} has no listener`;
  if (port !== undefined && !listeners.value.some((listener) => listener.port === port))
    return `${balancer.name} has no listener on port ${port}`;
  const own = routesOf(snapshot).map(({ group }) => group.arn);
  if (own.length === 0) return undefined;
  const forwards = listeners.value.flatMap((listener) => [
    ...listener.forwards,
    ...(valueOf(listener.rules) ?? []).flatMap((rule) => rule.forwards),
  ]);
  return forwards.some(({ arn, weight }) => own.includes(arn) && weight > 0)
    ? undefined
    : `no listener of ${balancer.name} forwards to the service's target group`;
}

function logs(snapshot: ServiceSnapshot): Verdict {
  const name = mainContainer(snapshot)?.name;
  if (!activeService(snapshot)) return failed("no service, so no logs", "service");
  if (!snapshot.revision.known) return unread(snapshot.revision);
  const seen = snapshot.logs.find((item) => item.container === name);
  if (seen?.driver !== "awslogs")
    return leftOut(seen ? `the container logs through ${seen.driver}` : "the container logs nowhere");
  if (seen.region !== undefined && seen.region !== snapshot.identity.region)
    return leftOut(`${seen.group} is in ${seen.region}`);
  if (!seen.facts.known) return unread(seen.facts);
  if (!seen.facts.value)
    return failed(`there is no log group ${seen.group}`, ...(seen.createGroup ? (["service"] as const) : []));
  if (!seen.events.known) return unread(seen.events);
  const last = seen.events.value.at(-1);
  if (isAsleep(snapshot)) return leftOut(asleepText(snapshot));
  if (last) return passed(`${seen.group}: ${last.message.trim().slice(0, 100)}`);
  const running = (valueOf(snapshot.tasks) ?? []).filter((task) => task.lastStatus === "RUNNING").length;
  return failed(
    `${seen.group} has nothing from the ${running} running task${running === 1 ? "" : "s"} since the deployment`,
    "service",
    "executionRole",
    "route",
  );
}

export const deploymentChecks: readonly Check[] = [
  { id: "image", title: "The repository holds the image that runs", judge: image },
  { id: "cluster", title: "The cluster is active", judge: cluster },
  {
    id: "taskDefinition",
    title: "The task definition is registered and says what the file says",
    judge: taskDefinition,
  },
  { id: "service", title: "The service runs its desired count", judge: service },
  { id: "targets", title: "The load balancer's health checks pass", judge: targets },
  { id: "url", title: "The application answers at the load balancer's name", judge: url },
  { id: "logs", title: "CloudWatch Logs has the application's output", judge: logs },
];
