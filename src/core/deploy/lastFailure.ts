/** How the last deployment from this machine ended, where it failed: a diagnosis without a service has nothing else to go by. */
import type { ErrorReport } from "../base/errors";
import { isCancelled } from "../base/errors";
import type { DeploymentRecord } from "../ports/machine";
import type { DeployEvent } from "./events";

export interface LastFailure {
  readonly error: ErrorReport;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Undefined where a deployment is under way, where the last one did not fail, and where its events cannot be read. */
export async function lastFailure(record: DeploymentRecord, signal: AbortSignal): Promise<LastFailure | undefined> {
  try {
    if (await record.isLocked(signal)) return undefined;
    let operation: string | undefined;
    let failure: LastFailure | undefined;
    for await (const item of record.follow(signal, { ended: true })) {
      const event = item as DeployEvent;
      if (event.type === "started") operation = event.operation;
      if (event.type === "finished")
        failure = event.outcome === "failed" && event.error ? { error: event.error, at: event.at } : undefined;
    }
    return operation === "deploy" ? failure : undefined;
  } catch (error) {
    if (isCancelled(error)) throw error;
    return undefined;
  }
}
