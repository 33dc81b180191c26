/** A tail's calls to AWS: within the budget, and over everything that waiting, or signing in, can fix. */
import { errorCode, quotedText, reportOf, throwIfCancelled } from "../base/errors";
import type { FilterPage, FilterRequest, LogTailPort } from "../ports/logs";
import type { Clock } from "../ports/machine";
import type { CallBudget } from "./budget";
import type { Pause } from "./pause";
import type { TailSink } from "./tailTypes";
import type { TailOutput } from "./output";
import { badTokenError } from "./poller";
import { backOff, classifyError } from "./errorClassification";

export interface CallsContext {
  readonly port: LogTailPort;
  readonly clock: Clock;
  readonly budget: CallBudget;
  readonly random: () => number;
}

export class Calls {
  throttled = 0;
  private renewing: Promise<void> | undefined;

  /** @param gate closed while the tail is paused: then nothing is asked */
  constructor(
    private readonly context: CallsContext,
    private readonly gate: Pause,
    private readonly output: TailOutput,
    private readonly sink: TailSink,
  ) {}

  /** True while new credentials are waited for. */
  get waitsForCredentials(): boolean {
    return this.renewing !== undefined;
  }

  /** One page; undefined while its group or stream is not there. */
  page(request: FilterRequest, signal: AbortSignal): Promise<FilterPage | undefined> {
    return this.withRetry<FilterPage | undefined>(
      signal,
      () => this.context.port.filter(request, signal),
      (error) => {
        const trouble = classifyError(error);
        if (trouble === "badToken" && request.token !== undefined) throw badTokenError();
        if (trouble !== "notThere") return false;
        const what = quotedText(error).includes("log stream")
          ? `the log stream ${request.streams?.join(", ") ?? ""}`
          : `the log group ${request.group}`;
        this.output.noteOnce(`Nothing to show yet: ${what} is not there. It is waited for.`);
        return true;
      },
    );
  }

  /**
   * One call, tried until it succeeds or cannot.
   * @param absent says of an error that it is an answer, too: there is nothing
   */
  async withRetry<T>(
    signal: AbortSignal,
    call: () => Promise<T>,
    absent: (error: unknown) => boolean = () => false,
  ): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      await this.gate.pass(signal);
      await this.context.budget.take(signal);
      try {
        return await call();
      } catch (error) {
        throwIfCancelled(signal);
        // T then includes undefined: only page() says that something is absent.
        if (absent(error)) return undefined as T;
        switch (classifyError(error)) {
          case "cancelled":
          case "badToken":
          case "notThere":
          case "refused":
            throw error;
          case "credentials":
            await this.credentials(error, signal);
            continue;
          case "throttled":
            this.throttled++;
            this.context.budget.throttled();
            this.output.episode(
              "throttled",
              "AWS throttles this account's log reads: the tail waits, and goes on where it was.",
            );
            break;
          case "unreachable":
            // No code: Slipway's own mistake, which no waiting fixes.
            if (errorCode(error) === "") throw error;
            this.output.episode(
              "unreachable",
              `AWS cannot be reached (${reportOf(error).code}): the tail goes on where it was as soon as it can.`,
            );
        }
        await this.context.clock.sleep(backOff(attempt, this.context.random), signal);
      }
    }
  }

  /** Waits for new credentials; all that runs waits for the same ones. */
  credentials(error: unknown, signal: AbortSignal): Promise<void> {
    this.renewing ??= (async () => {
      const report = reportOf(error);
      this.output.episode("credentials", `${report.summary} The tail goes on where it was once there are new ones.`);
      await this.sink.credentials(report, signal);
      await this.context.port.renew().catch(() => undefined);
    })().finally(() => (this.renewing = undefined));
    return this.renewing;
  }
}
