import { elapsed } from "../base/elapsed";
import { errorCode, isCancelled, reportOf, type ErrorReport } from "../base/errors";
import type { Identity } from "../ports/cloud";
import type { DeploymentRecord } from "../ports/machine";
import type { DeployEvent, Emit, Outcome, TimelessEvent } from "./events";
import { runGraph } from "./graph";
import { localImageTargets } from "./localImages";
import { alreadyRunning } from "./recorder";
import { isRemoved, type Removal, type RemovalId } from "./removals";
import { outageNote } from "./step";
import { usedMeanwhile, type DestroyInput } from "./removalActions";
import { findTargets, type Target } from "./removalTargets";

/** What has to be gone before: AWS refuses the other order. */
const order: Readonly<Record<RemovalId, readonly RemovalId[]>> = {
  scaling: [],
  // A service that goes would set them off.
  alarms: [],
  // What starts tasks goes before what they need.
  schedules: [],
  service: ["scaling", "alarms"],
  tasks: ["service", "schedules"],
  rules: [],
  listener: ["rules"],
  // A name that leads to nothing could be taken by somebody else.
  record: [],
  loadBalancer: ["listener", "record"],
  certificate: ["loadBalancer", "listener"],
  targetGroup: ["loadBalancer", "listener", "rules", "service"],
  taskGroup: ["tasks", "service"],
  loadBalancerGroup: ["taskGroup", "loadBalancer"],
  cluster: ["service", "tasks", "schedules"],
  taskDefinitions: ["service", "tasks", "schedules"],
  logGroup: ["tasks", "service"],
  repository: ["service"],
  role: ["tasks", "service", "schedules"],
  secret: [],
  localImages: ["repository"],
};

export interface DestroyOptions {
  /** @param name what a person types to agree, where slipway.json protects the environment */
  confirm(removals: Removal[], identity: Identity, name: string | undefined): Promise<boolean>;
  record: DeploymentRecord;
  emit: Emit;
  signal: AbortSignal;
  runId: string;
  connection: string;
  folder: string;
}

export interface DestroyResult {
  outcome: Outcome;
  removed: Removal[];
  kept: Removal[];
  error?: ErrorReport;
}

const withoutWork = ({ remove: _remove, ...removal }: Target): Removal => removal;

const whyKept = ({ usedBy = [], stays }: Removal): string =>
  stays
    ? "what it says cannot be made again"
    : usedBy.length
      ? `used by ${usedBy.join(", ")}`
      : "this application did not make it";

/**
 * Removes what carries this application's tags and nobody else uses, in the order that AWS allows; everything else stays.
 */
export async function removeApplication(input: DestroyInput, options: DestroyOptions): Promise<DestroyResult> {
  const zero = input.clock.now() - elapsed(input.clock);
  const emit = (event: TimelessEvent) =>
    options.emit({ ...event, at: Math.round(zero + elapsed(input.clock)) } as DeployEvent);
  const finish = (outcome: Outcome, removed: Removal[], kept: Removal[], error?: ErrorReport): DestroyResult => {
    emit({ type: "finished", outcome, resources: [], ...(error ? { error } : {}) });
    return { outcome, removed, kept, ...(error ? { error } : {}) };
  };
  const done: Target[] = [];
  /** What somebody else began to use meanwhile, by ARN: who. */
  const stayed = new Map<string, readonly string[]>();
  const { app } = input;
  input.cloud.tellOutages?.((report) => emit(outageNote(report)));
  let lock;
  try {
    const identity = await input.cloud.identity();
    emit({
      type: "started",
      operation: "destroy",
      runId: options.runId,
      application: app.name,
      environment: app.environment,
      region: identity.region,
      connection: options.connection,
      folder: options.folder,
    });
    emit({ type: "identified", account: identity.account, arn: identity.arn });
    const found = await findTargets(input, identity, (message) => emit({ type: "note", level: "info", message }));
    const targets = [...found, ...(await localImageTargets(input, found, options.signal))];
    const plain = targets.map(withoutWork);
    if (!(await options.confirm(plain, identity, app.confirmName))) return finish("declined", [], plain);
    lock = await options.record.lock(options.signal);
    if (!lock) throw await alreadyRunning(options.record);
    const ours = targets.filter(isRemoved);
    for (const target of targets.filter((item) => !isRemoved(item)))
      emit({ type: "removed", kind: target.kind, name: target.name, state: "kept", reason: whyKept(target) });
    await runGraph(
      ours.map((target, index) => ({
        id: String(index),
        needs: ours.flatMap((other, at) => (order[target.id].includes(other.id) ? [String(at)] : [])),
      })),
      async (id, signal) => {
        const target = ours[Number(id)];
        if (!target) return;
        emit({ type: "removed", kind: target.kind, name: target.name, state: "removing" });
        const tell = (reason: string) =>
          emit({ type: "removed", kind: target.kind, name: target.name, state: "removing", reason });
        try {
          await target.remove({ ...input, signal, cloud: input.cloud.withSignal(signal), tell });
        } catch (error) {
          if (errorCode(error) !== usedMeanwhile) throw error;
          const reason = `used by ${reportOf(error).summary} by now`;
          stayed.set(target.arn, [reportOf(error).summary]);
          emit({ type: "removed", kind: target.kind, name: target.name, state: "kept", reason });
          return;
        }
        done.push(target);
        emit({ type: "removed", kind: target.kind, name: target.name, state: "removed" });
      },
      options.signal,
    );
    await options.record.clearJournal();
    const ended = plain.map((item): Removal => {
      const usedBy = stayed.get(item.arn);
      return usedBy ? { ...item, usedBy } : item;
    });
    return finish(
      "done",
      ended.filter(isRemoved),
      ended.filter((item) => !isRemoved(item)),
    );
  } catch (error) {
    const plain = done.map(withoutWork);
    const report =
      isCancelled(error) || options.signal.aborted
        ? {
            code: "Cancelled",
            summary: "The removal was cancelled.",
            evidence: plain.map((item) => `Gone: ${item.kind} ${item.name}`),
            remedy: "Run it again to go on.",
            actions: [],
          }
        : reportOf(error);
    return finish(report.code === "Cancelled" ? "cancelled" : "failed", plain, [], report);
  } finally {
    await lock?.release();
  }
}
