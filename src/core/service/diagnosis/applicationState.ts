/** What there is to say of an application in one row: whether it serves, what it runs, since when; or what is wrong. */
import { standstillOf } from "../../app/standstill";
import type { Deployment, Service, ServiceDeployment } from "../../ports/cloud";
import { valueOf, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import type { Diagnosis } from "./types";

/** Of the service: which revision, since when, how many of its tasks run. */
export interface Runs {
  /** `family:revision`. */
  readonly revision: string;
  /** Epoch milliseconds; when the deployment of that revision began. */
  readonly since: number;
  readonly running: number;
  readonly desired: number;
  readonly url?: string;
}

/** Of a rollout that moves traffic: what the new version has of it, in percent, and whether it waits for somebody. */
export interface Shifts {
  readonly share?: number;
  /** `until` is when it ends by itself, epoch milliseconds. */
  readonly pause?: { readonly until?: number; readonly then: string };
}

export type ApplicationState =
  | { readonly code: "notDeployed" }
  | ({ readonly code: "live" } & Runs)
  /** `from` is absent for a first deployment; `back` where ECS takes a deployment back. */
  | ({ readonly code: "rollingOut"; readonly from?: string; readonly back: boolean } & Shifts & Runs)
  /** `summary` and `line` are told: what is wrong, and what the application said last. */
  | ({ readonly code: "failed"; readonly summary: string; readonly line?: string; readonly serves: boolean } & Runs)
  /** `hours` where it sleeps outside of them, and nobody stopped it. */
  | ({ readonly code: "stopped"; readonly hours?: string } & Runs)
  | { readonly code: "unknown"; readonly why: string };

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;
const primaryOf = ({ deployments }: Service): Deployment | undefined =>
  deployments.find(({ status }) => status === "PRIMARY") ?? deployments[0];

const underWay = new Set(["PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS"]);

/** Judges one look. What could not be read is not known, and never taken for something that is not there. */
export function applicationState(snapshot: ServiceSnapshot, diagnosis: Diagnosis): ApplicationState {
  if (!snapshot.cluster.known && !snapshot.service.known) return { code: "unknown", why: snapshot.cluster.why };
  if (!snapshot.service.known) return { code: "unknown", why: snapshot.service.why };
  const service = snapshot.service.value;
  if (!service || service.status === "INACTIVE" || service.status === "DRAINING") return { code: "notDeployed" };
  const primary = primaryOf(service);
  const runs: Runs = {
    revision: nameOf(primary?.taskDefinition ?? service.taskDefinition),
    since: primary?.createdAt ?? snapshot.at,
    running: service.running,
    desired: service.desired,
    ...(snapshot.url ? { url: snapshot.url.url } : {}),
  };
  if (service.desired === 0 && service.running === 0) {
    const hours = snapshot.expected?.hours;
    const sleeps = hours?.sleeps === true && standstillOf(service) === undefined;
    return { code: "stopped", ...runs, ...(sleeps ? { hours: hours.text } : {}) };
  }
  const newest = valueOf(snapshot.serviceDeployments)?.[0];
  const isRolling = newest ? underWay.has(newest.status) : primary?.rolloutState === "IN_PROGRESS";
  const sick = !diagnosis.healthy && diagnosis.cause !== undefined && diagnosis.cause.certainty !== "unknown";
  if (isRolling && !(sick && diagnosis.cause?.mayCure === false)) {
    const from = service.deployments.find((item) => item !== primary && item.running > 0)?.taskDefinition;
    return {
      code: "rollingOut",
      ...runs,
      running: primary?.running ?? service.running,
      desired: primary?.desired ?? service.desired,
      back: newest?.status.startsWith("ROLLBACK") ?? false,
      ...(from === undefined ? {} : { from: nameOf(from) }),
      ...shiftsOf(newest),
    };
  }
  // What somebody took back on purpose is no failure of what serves.
  const isWanted = diagnosis.cause?.code === "RollbackRequested" && service.running >= service.desired;
  if (diagnosis.healthy || isWanted) return { code: "live", ...runs };
  if (!sick && service.running >= service.desired) return { code: "unknown", why: diagnosis.summary };
  const line = lastLine(snapshot);
  return {
    code: "failed",
    ...runs,
    summary: diagnosis.summary,
    serves: snapshot.url?.status !== undefined && snapshot.url.status < 500,
    ...(line === undefined ? {} : { line }),
  };
}

function shiftsOf(newest: ServiceDeployment | undefined): Shifts {
  if (newest?.stage === undefined) return {};
  const pause = newest.waitingHooks?.find(({ id }) => id !== undefined);
  return {
    ...(newest.share === undefined ? {} : { share: newest.share }),
    ...(pause
      ? { pause: { then: pause.then ?? "ROLLBACK", ...(pause.until === undefined ? {} : { until: pause.until }) } }
      : {}),
  };
}

/** What the task that stopped last said last. */
function lastLine(snapshot: ServiceSnapshot): string | undefined {
  const stopped = (valueOf(snapshot.tasks) ?? []).filter(({ lastStatus }) => lastStatus === "STOPPED");
  return stopped.find(({ lastLines }) => lastLines.length > 0)?.lastLines.at(-1);
}
