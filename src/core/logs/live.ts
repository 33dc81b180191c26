/** Live Tail for one group: sessions, one after another, and what each leaves to be filled in. */
import { cancelled, errorCode, reportOf } from "../base/errors";
import type { LiveRequest, LiveUpdate, LogTailPort, StoredEvent } from "../ports/logs";
import type { Clock } from "../ports/machine";
import { Alarm } from "./alarm";
import type { Poller } from "./poller";
import { backOff, classifyError } from "./errorClassification";

/** Attempts in a row that never became a session, after which the endpoint is taken to have none. */
const mostFailures = 5;

/** An update comes each second, also an empty one: after so long without any the connection is dead. */
const silenceMilliseconds = 15_000;

export interface LiveHost {
  readonly clock: Clock;
  readonly random: () => number;
  readonly port: LogTailPort;
  readonly pattern: string | undefined;
  /** Whether a session is to run now. */
  wanted(): boolean;
  print(group: string, event: StoredEvent, tie: boolean): void;
  room(signal: AbortSignal): Promise<void>;
  note(text: string, level?: "info" | "warning"): void;
  sampled(): void;
  updated(): void;
  /** The endpoint or the group has no Live Tail, or it may not be used. */
  unavailable(why: string): void;
  credentials(error: unknown, signal: AbortSignal): Promise<void>;
}

export class LiveFeed {
  /** True between a session's start and its end. */
  running = false;
  /** When the last update came. */
  updatedAt = -Infinity;
  private readonly alarm: Alarm;
  private session: AbortController | undefined;
  private sampledNow = false;

  constructor(
    private readonly poller: Poller,
    private readonly host: LiveHost,
  ) {
    this.alarm = new Alarm(host.clock);
  }

  /** What is wanted has changed: a session that is no longer wanted (or whose request is another now) ends. */
  reconsider(restart = false): void {
    if (restart || !this.host.wanted()) this.session?.abort();
    this.alarm.ring();
  }

  /** Runs sessions until the signal is aborted, or there can be none. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; ) {
      while (!this.host.wanted()) await this.alarm.sleep(3_600_000, signal);
      const session = (this.session = new AbortController());
      const onAbort = () => session.abort();
      signal.addEventListener("abort", onAbort, { once: true });
      let began = false;
      try {
        const request = await this.request(session.signal);
        if (request) await this.follow(request, session.signal, () => (began = true));
        else await this.alarm.sleep(10_000, signal);
        if (began) this.host.note("Live Tail has ended; what came meanwhile is filled in.", "warning");
      } catch (error) {
        if (signal.aborted) throw cancelled();
        if (!session.signal.aborted) {
          failures = began ? 1 : failures + 1;
          if (!(await this.overcome(error, began, failures, signal))) return;
        }
      } finally {
        signal.removeEventListener("abort", onAbort);
        // A connection that has gone silent is open all the same.
        session.abort();
        this.session = undefined;
        if (this.running) {
          this.running = false;
          this.poller.backfill();
        }
      }
    }
  }

  private async request(signal: AbortSignal): Promise<LiveRequest | undefined> {
    const groupArn = await this.host.port.groupArn(this.poller.group, signal);
    if (groupArn === undefined) return undefined;
    const prefixes = this.poller.scopes.flatMap((scope) => scope.prefix ?? []);
    const streams = this.poller.scopes.flatMap((scope) => scope.streams ?? []);
    return {
      groupArn,
      ...(prefixes.length ? { prefixes } : {}),
      ...(streams.length ? { streams } : {}),
      ...(this.host.pattern === undefined ? {} : { pattern: this.host.pattern }),
    };
  }

  private async follow(request: LiveRequest, signal: AbortSignal, begin: () => void): Promise<void> {
    for await (const update of this.watched(this.host.port.live(request, signal), signal)) {
      this.updatedAt = this.host.clock.now();
      if (update.kind === "started") {
        begin();
        this.running = true;
        this.poller.ledger.newSession();
        // What was stored before the session is none of its events.
        this.poller.backfill();
        continue;
      }
      for (const event of update.events)
        if (event.at >= this.poller.floor && this.poller.ledger.live(event))
          this.host.print(this.poller.group, event, false);
      if (update.sampled) {
        this.host.sampled();
        if (!this.sampledNow)
          this.host.note(
            "More than Live Tail shows is coming: it leaves events out (sampled). They are filled in.",
            "warning",
          );
        this.poller.backfill();
      }
      this.sampledNow = update.sampled;
      this.host.updated();
      await this.host.room(signal);
    }
  }

  /** The updates, until none has come for too long. */
  private async *watched(updates: AsyncIterable<LiveUpdate>, signal: AbortSignal): AsyncGenerator<LiveUpdate> {
    const iterator = updates[Symbol.asyncIterator]();
    const gone = new Promise<"gone">((resolve) =>
      signal.addEventListener("abort", () => resolve("gone"), { once: true }),
    );
    try {
      for (;;) {
        const over = new AbortController();
        const silence = this.host.clock.sleep(silenceMilliseconds, over.signal).then(
          () => "silence" as const,
          () => "over" as const,
        );
        const next = iterator.next();
        const first = await Promise.race([next, silence, gone]).finally(() => over.abort());
        if (first === "silence" || first === "gone" || first === "over") {
          next.catch(() => undefined);
          if (first === "silence" && !signal.aborted)
            throw Object.assign(new Error("no update has come for 15 s"), { code: "Silence" });
          throw cancelled();
        }
        if (first.done) return;
        yield first.value;
      }
    } finally {
      void iterator.return?.().catch(() => undefined);
    }
  }

  /** Says what ended a session and waits before the next; false when there is to be none. */
  private async overcome(error: unknown, began: boolean, failures: number, signal: AbortSignal): Promise<boolean> {
    const trouble = classifyError(error);
    const report = reportOf(error);
    if (errorCode(error) === "SessionTimeoutException") {
      this.host.note(
        "Live Tail has reached its limit of three hours; another session begins, and the gap is filled in.",
      );
      return true;
    }
    if (trouble === "refused" || errorCode(error) === "LimitExceededException") {
      this.host.unavailable(
        trouble === "refused" ? `${report.summary}` : "The account's Live Tail sessions are all in use.",
      );
      return false;
    }
    if (trouble === "credentials") {
      await this.host.credentials(error, signal);
      return true;
    }
    if (trouble === "unreachable" && failures >= mostFailures) {
      this.host.unavailable(report.summary);
      return false;
    }
    if (began)
      this.host.note(
        `Live Tail has broken off (${report.code === "Unexpected" ? (error as Error).message : report.code}); ` +
          "another session begins, and the gap is filled in.",
        "warning",
      );
    await this.alarm.sleep(backOff(failures - 1, this.host.random), signal);
    return true;
  }
}
