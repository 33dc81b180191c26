import { isCancelled, reportOf } from "../../core/base/errors";
import { showError } from "../ui/errors";
import type { ConnectionManager } from "../workspace/connections";
import type { Log } from "../ui/log";

/** Where failures are told, and what to do about credentials that were refused. */
export interface ErrorContext {
  readonly log: Log;
  readonly connections: Pick<ConnectionManager, "close">;
}

/**
 * Runs something that may fail, with the failure shown; cancelling is none.
 * @returns what the action gave; undefined when it failed or was cancelled
 */
export async function withErrorMessage<T>(context: ErrorContext, action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    if (isCancelled(error)) return undefined;
    const report = reportOf(error);
    // What was opened with these credentials is of no use any more: the next try signs in anew.
    if (report.code.startsWith("Credentials")) context.connections.close();
    await showError(context.log, report, () => withErrorMessage(context, action));
    return undefined;
  }
}
