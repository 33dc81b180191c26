/**
 * What was deployed before: put together of what ECS still knows, of the tags of the revisions, and of this machine's
 * notes. Each part may be missing, and what none of them says is left out: nothing is guessed.
 */
import { parseImageReference } from "../base/imageReference";
import { instantOf } from "../base/instant";
import { own, type TaskDefinition } from "../base/taskDefinition";
import type { ServiceDeployment, ServiceRevision } from "../ports/cloud";
import type { DeploymentNote } from "../ports/machine";
import { differences, normalise } from "../taskDefinition/model/normalise";
import { commitTag, digestTag, type Revision } from "./observedState";

export type HistoryOutcome = "done" | "failed" | "rolledBack" | "stopped" | "running";

/** One deployment. What is undefined is not known. */
export interface HistoryEntry {
  /** Of the revision, within its family: what `slipway rollback --to` takes. */
  number: number;
  /** `family:revision` */
  revision: string;
  /** ARN of the revision. */
  arn: string;
  /** The service runs it now, and this is the deployment that brought it. */
  isLive: boolean;
  /** `inactive` was deregistered and can be registered again; `gone` is deleted. */
  state?: "active" | "inactive" | "gone";
  /** Epoch milliseconds. */
  at?: number;
  milliseconds?: number;
  outcome?: HistoryOutcome;
  /** What ECS says of the outcome. */
  reason?: string;
  /** ARN of who deployed, or of who registered the revision where that alone is known. */
  by?: string;
  commit?: string;
  /** Of the application's image, `sha256:…`. */
  digest?: string;
  /** Members of the task definition that it changed against the deployment before. */
  changes?: string[];
}

export interface DeploymentHistory {
  application: string;
  environment: string;
  service: string;
  /** The newest first. */
  entries: HistoryEntry[];
}

/** What was read. */
export interface HistoryFacts {
  /** Name of the application's container. */
  container: string;
  /** ARN of the revision that the service runs. */
  live: string | undefined;
  deployments: readonly ServiceDeployment[];
  serviceRevisions: readonly ServiceRevision[];
  /** ARNs of the revisions that were looked at. */
  asked: ReadonlySet<string>;
  /** Those of them that are still there, by ARN. */
  revisions: ReadonlyMap<string, Revision>;
  notes: readonly DeploymentNote[];
}

const outcomes: Readonly<Record<string, HistoryOutcome>> = {
  PENDING: "running",
  IN_PROGRESS: "running",
  STOP_REQUESTED: "running",
  ROLLBACK_REQUESTED: "running",
  ROLLBACK_IN_PROGRESS: "running",
  SUCCESSFUL: "done",
  ROLLBACK_SUCCESSFUL: "rolledBack",
  ROLLBACK_FAILED: "failed",
  STOPPED: "stopped",
};

/** How a deployment of ECS's ended, by its status; undefined for one that this version does not know. */
export const outcomeOf = (status: string): HistoryOutcome | undefined => own(outcomes, status);

const outcomesOfNotes: Readonly<Record<string, HistoryOutcome>> = {
  done: "done",
  doneNotProbed: "done",
  failed: "failed",
  rolledBack: "rolledBack",
};

/** A note is of the deployment of its revision that ECS began while it ran; clocks differ by some seconds. */
const clockMilliseconds = 60_000;

/** Makes one list of it. Pure. */
export function historyOf(facts: HistoryFacts): HistoryEntry[] {
  const used = new Set<DeploymentNote>();
  const found = facts.deployments.flatMap((deployment): Draft[] => {
    const brought = facts.serviceRevisions.find(({ arn }) => arn === deployment.targetRevision);
    if (!brought) return [];
    const note = facts.notes.find(
      ({ revision, at, endedAt }) =>
        revision === brought.taskDefinition &&
        deployment.createdAt > at - clockMilliseconds &&
        deployment.createdAt < endedAt + clockMilliseconds,
    );
    if (note) used.add(note);
    return [{ arn: brought.taskDefinition, deployment, note, digest: digestAmong(brought, facts.container) }];
  });
  const noted = facts.notes.filter((note) => !used.has(note)).map((note): Draft => ({ arn: note.revision, note }));
  const told = new Set([...found, ...noted].map(({ arn }) => arn));
  const alone = [...facts.revisions.keys()].filter((arn) => !told.has(arn)).map((arn): Draft => ({ arn }));
  const dated = [...found, ...noted, ...alone].map((draft) => ({ draft, at: timeOf(draft, facts) }));
  // What has no time stands by its revision's number, behind all that has one.
  dated.sort((one, other) => (other.at ?? 0) - (one.at ?? 0) || numberOf(other.draft.arn) - numberOf(one.draft.arn));
  const live = dated.find(({ draft }) => draft.arn === facts.live);
  return dated.map(({ draft, at }, index) => ({
    ...entryOf(draft, at, facts, isFirstOf(draft, dated.slice(index + 1))),
    isLive: draft === live?.draft,
    ...changesBetween(dated[index + 1]?.draft.arn, draft.arn, facts),
  }));
}

interface Draft {
  readonly arn: string;
  readonly deployment?: ServiceDeployment;
  readonly note?: DeploymentNote | undefined;
  readonly digest?: string | undefined;
}

const isFirstOf = ({ arn }: Draft, older: readonly { readonly draft: Draft }[]): boolean =>
  older.every(({ draft }) => draft.arn !== arn);

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;
const numberOf = (arn: string): number => Number(arn.split(":").at(-1));

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function timeOf({ arn, deployment, note }: Draft, { revisions }: HistoryFacts): number | undefined {
  const registered = instantOf(text(revisions.get(arn)?.definition["registeredAt"]) ?? "");
  return deployment?.createdAt ?? note?.at ?? (Number.isNaN(registered) ? undefined : registered);
}

function entryOf(
  { arn, deployment, note, digest: resolved }: Draft,
  at: number | undefined,
  { revisions, container, asked }: HistoryFacts,
  isFirst: boolean,
): Omit<HistoryEntry, "isLive"> {
  const revision = revisions.get(arn);
  const outcome = deployment ? outcomeOf(deployment.status) : outcomesOfNotes[note?.outcome ?? ""];
  // Who registered a revision brought it when it was new; who brought it later is not said by that.
  const by = note?.by ?? (isFirst ? text(revision?.definition["registeredBy"]) : undefined);
  const tags = revision?.tags ?? {};
  const commit = hexadecimal(own(tags, commitTag)) ?? note?.commit;
  const digest =
    resolved ?? (revision && digestIn(revision.definition, container)) ?? text(own(tags, digestTag)) ?? note?.digest;
  const [from, to] = deployment
    ? [deployment.startedAt ?? deployment.createdAt, deployment.finishedAt]
    : [note?.at, note?.endedAt];
  return {
    number: numberOf(arn),
    revision: nameOf(arn),
    arn,
    ...(asked.has(arn) ? { state: stateOf(revision) } : {}),
    ...(at === undefined ? {} : { at }),
    ...(from === undefined || to === undefined ? {} : { milliseconds: Math.max(0, to - from) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(deployment?.statusReason === undefined ? {} : { reason: deployment.statusReason }),
    ...(by === undefined ? {} : { by }),
    ...(commit === undefined ? {} : { commit }),
    ...(digest === undefined ? {} : { digest }),
  };
}

const stateOf = (revision: Revision | undefined): "active" | "inactive" | "gone" =>
  revision === undefined ? "gone" : revision.status === "INACTIVE" ? "inactive" : "active";

/** A tag may have been written by anybody. */
const hexadecimal = (value: string | undefined): string | undefined =>
  value !== undefined && /^[0-9a-f]{40,64}$/.test(value) ? value : undefined;

const digestAmong = ({ digests }: ServiceRevision, container: string): string | undefined =>
  digests.find((item) => item.container === container)?.digest;

/** The digest that the application's container is pinned to. */
export function digestIn({ containerDefinitions }: TaskDefinition, container: string): string | undefined {
  const image = containerDefinitions?.find(({ name }) => name === container)?.image;
  return image === undefined ? undefined : parseImageReference(image).digest;
}

function changesBetween(
  before: string | undefined,
  after: string,
  { revisions }: HistoryFacts,
): Pick<HistoryEntry, "changes"> {
  const [old, now] = [revisions.get(before ?? ""), revisions.get(after)];
  if (!old || !now) return {};
  return { changes: differences(normalise(old.definition), normalise(now.definition)).map(({ path }) => path) };
}

/** The newest revision before the live one that came to a good end; undefined where none is known. */
export function previousOf(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  const live = entries.findIndex(({ isLive }) => isLive);
  const now = entries[live];
  if (!now) return undefined;
  const family = nameOf(now.arn).split(":")[0];
  return entries
    .filter(({ outcome, state, arn, revision }) => {
      const isOther = arn !== now.arn && revision.split(":")[0] === family;
      return isOther && outcome === "done" && state !== "gone";
    })
    .filter(({ number }) => number < now.number)
    .sort((one, other) => other.number - one.number)[0];
}

/**
 * Which revision is meant, as `family:revision` or ARN; undefined where it cannot be one.
 * @param to a revision's number, `family:revision`, its ARN, or the beginning of the image's digest
 */
export function revisionMeant(to: string, family: string, entries: readonly HistoryEntry[]): string | undefined {
  if (/^[1-9][0-9]*$/.test(to)) {
    const ofFamily = entries.find(({ revision }) => revision === `${family}:${to}`);
    const others = new Set(entries.filter(({ number }) => number === Number(to)).map(({ arn }) => arn));
    // One of another family only where nothing else can be meant.
    return ofFamily?.arn ?? (others.size === 1 ? [...others][0] : `${family}:${to}`);
  }
  if (/^(sha256:)?[0-9a-f]{7,64}$/.test(to)) {
    const start = to.startsWith("sha256:") ? to : `sha256:${to}`;
    const fitting = entries.filter(({ digest, state }) => state !== "gone" && digest?.startsWith(start));
    return new Set(fitting.map(({ digest }) => digest)).size === 1 ? fitting[0]?.arn : undefined;
  }
  if (/^arn:[^ ]+:task-definition\/[A-Za-z0-9_-]+:[1-9][0-9]*$/.test(to)) return to;
  return /^[A-Za-z0-9_-]{1,255}:[1-9][0-9]*$/.test(to)
    ? (entries.find(({ revision }) => revision === to)?.arn ?? to)
    : undefined;
}
