/** What CloudWatch's figures say for or against a cause. Pure. They prove nothing alone: a cause by them is likely. */
import type { MetricPoint } from "../../ports/metrics";
import { valueOf, type SeenFigures, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import type { Cause, Diagnosis } from "./types";

const minute = 60_000;
/** Percent of its size near which a container is killed: minutes are averages of less. */
const nearLimit = 85;
/** A rise of less is the use of every day. */
const leastRise = 20;
const fullCpu = 95;
/** A few requests say nothing of a share. */
const fewestRequests = 20;
const leastShare = 0.05;

const percent = (value: number): string => `${Math.round(value)} %`;
const shareText = (share: number): string =>
  `${share > 0 && share < 0.1 ? (100 * share).toFixed(1) : Math.round(100 * share)} %`;

/** How memory rose to the limit; undefined where it did not. */
export function memoryClimb(points: readonly MetricPoint[]): string | undefined {
  const last = points.at(-1);
  const before = points.slice(0, -1);
  if (!last || before.length < 2) return undefined;
  const lowest = before.reduce((least, point) => (point.value < least.value ? point : least));
  if (last.value < nearLimit || last.value - lowest.value < leastRise) return undefined;
  const minutes = Math.round((last.at - lowest.at) / minute);
  return `Memory of the busiest task rose from ${percent(lowest.value)} to ${percent(last.value)} of its size in ${minutes} min.`;
}

/** How long the busiest task has used all of its CPU; undefined where it does not. */
export function cpuIsFull(points: readonly MetricPoint[]): string | undefined {
  const latest = points.slice(-5);
  const full = latest.filter(({ value }) => value >= fullCpu);
  const most = Math.max(0, ...full.map(({ value }) => value));
  return full.length < 3
    ? undefined
    : `The busiest task used ${percent(most)} of its CPU in ${full.length} of the last ${latest.length} minutes.`;
}

function shareOf({ requests, failed }: SeenFigures, from: number, until: number): { share: number; requests: number } {
  const sum = (points: readonly MetricPoint[]): number =>
    points.reduce((total, { at, value }) => (at >= from && at < until ? total + value : total), 0);
  const all = sum(requests);
  return { share: all > 0 ? Math.min(1, sum(failed) / all) : 0, requests: all };
}

/** Answers 5xx that health checks do not see. */
function errorsOf(
  figures: SeenFigures,
  { at, service }: ServiceSnapshot,
): { cause: Cause; evidence: string[] } | undefined {
  const now = shareOf(figures, at - 15 * minute, at + minute);
  if (now.requests < fewestRequests || now.share < leastShare) return undefined;
  const primary = valueOf(service)?.deployments.find(({ status }) => status === "PRIMARY");
  const began = primary?.createdAt ?? 0;
  const revision = primary?.taskDefinition.split("/").at(-1) ?? "the revision";
  const [before, since] = [shareOf(figures, 0, began), shareOf(figures, began, at + minute)];
  const isNew = before.requests >= fewestRequests && since.requests >= fewestRequests && before.share < since.share / 4;
  const shared = { certainty: "likely", actions: ["tailLogs", "rollBack"], mayCure: false } as const;
  const evidence = [
    `${shareText(now.share)} of ${Math.round(now.requests)} requests of the last 15 minutes were answered 5xx by tasks.`,
    ...(isNew ? [`Before ${revision} began it was ${shareText(before.share)} of ${Math.round(before.requests)}.`] : []),
  ];
  const cause: Cause = isNew
    ? {
        ...shared,
        actions: [...shared.actions],
        code: "ErrorsSinceRevision",
        sentence: `Since ${revision} runs, ${shareText(since.share)} of the requests are answered 5xx; before it was ${shareText(before.share)}.`,
        remedy: "Look at its log, or go back to the revision before.",
      }
    : {
        ...shared,
        actions: ["tailLogs"],
        code: "AnswersErrors",
        sentence: `The tasks are healthy, and answer ${shareText(now.share)} of the requests with 5xx.`,
        remedy: "Look at the application's log of these requests: the health check asks another path than they do.",
      };
  return { cause, evidence };
}

/** The diagnosis with what the figures add: evidence, or a cause that nothing else shows. */
export function withFigures(diagnosis: Diagnosis, snapshot: ServiceSnapshot): Diagnosis {
  const read = snapshot.figures;
  if (!read) return diagnosis;
  if (!read.known) {
    const why = `CPU, memory and answers could not be read: ${read.why}`;
    return diagnosis.healthy ? diagnosis : { ...diagnosis, unknown: [...diagnosis.unknown, why] };
  }
  const { cause } = diagnosis;
  const figures = read.value;
  if (diagnosis.healthy) {
    const errors = errorsOf(figures, snapshot);
    if (!errors) return diagnosis;
    const evidence = [...errors.evidence, ...diagnosis.evidence];
    return { ...diagnosis, healthy: false, summary: errors.cause.sentence, cause: errors.cause, evidence };
  }
  const climb = memoryClimb(figures.memory);
  if (climb !== undefined && cause?.code === "OutOfMemory")
    return { ...diagnosis, evidence: [...diagnosis.evidence, climb] };
  const full = cpuIsFull(figures.cpu);
  if (full === undefined || cause?.code !== "HealthTimeout") return diagnosis;
  const starved: Cause = {
    code: "CpuExhausted",
    certainty: "likely",
    sentence: "The tasks use all of their CPU, and do not answer the health check in time.",
    remedy:
      "Raise cpu in the task definition or the number of tasks; a start that takes long needs a longer grace period.",
    actions: ["openTaskDefinition", "tailLogs"],
    mayCure: true,
  };
  return {
    ...diagnosis,
    summary: starved.sentence,
    cause: starved,
    evidence: [full, ...diagnosis.evidence],
    others: [{ ...cause, certainty: "likely" }, ...diagnosis.others],
  };
}
