/**
 * A tail: reads what was asked for of the past, then follows. Nothing stored is lost and nothing is printed twice: windows
 * of FilterLogEvents overlap and each event is told apart (ledger.ts); Live Tail only brings events sooner.
 */
import { cancelled, errorCode, isCancelled, reportOf, type ErrorReport } from "../base/errors";
import type { FilterPage, FilterRequest } from "../ports/logs";
import { Calls } from "./calls";
import { Formatter, type FormatOptions } from "./format";
import { Pause } from "./pause";
import { pastOf } from "./history";
import { LiveFeed } from "./live";
import { behindOf, liveHost, pollerHost, type TailInside } from "./tailHosts";
import type { TailMode, TailPhase, TailSink, TailState } from "./tailTypes";
import type { Feed, TailContext, TailRequest } from "./tailRequest";
import { tailEvent, TailOutput } from "./output";
import { overlaps, Poller } from "./poller";
import { resolveTarget, type Resolution } from "./resolve";
import { watchService } from "./watch";

export class Tail {
  readonly done: Promise<TailState>;
  private readonly life = new AbortController();
  private readonly formatter: Formatter;
  private readonly output: TailOutput;
  private readonly calls: Calls;
  private readonly feeds = new Map<string, Feed>();
  private readonly liveStarted = new Set<Feed>();
  private readonly running = new Set<Promise<void>>();
  private readonly gate = new Pause();
  private phase: TailPhase = "starting";
  private sampled = 0;
  private filled = 0;
  private unavailable = false;
  private isHidden = false;
  private failure: ErrorReport | undefined;
  private fail: (error: unknown) => void = () => undefined;
  private began: number;
  /** The filter that CloudWatch has taken. */
  private taken: string | undefined;
  private shown = "";

  constructor(
    private readonly context: TailContext,
    private readonly request: TailRequest,
    private readonly sink: TailSink,
  ) {
    this.formatter = new Formatter(request.format, context.zone);
    this.output = new TailOutput(context.clock, () => this.now(), this.formatter, sink);
    this.calls = new Calls(context, this.gate, this.output, sink);
    this.began = this.now();
    this.taken = request.pattern;
    this.done = this.run();
  }

  get state(): TailState {
    const { request, output, calls } = this;
    const phase = this.over()
      ? this.phase
      : this.gate.closed
        ? "paused"
        : calls.waitsForCredentials
          ? "credentials"
          : this.phase;
    return {
      phase,
      via: this.anyLive() ? "liveTail" : "polling",
      mode: request.mode,
      groups: [...new Set([...this.feeds.values()].map(({ poller }) => poller.group))],
      ...output.counts,
      sampled: this.sampled,
      filled: this.filled,
      throttled: calls.throttled,
      perSecond: output.perSecond,
      behindMilliseconds: this.behind(),
      ...(request.pattern === undefined ? {} : { filter: request.pattern }),
      ...(this.failure ? { error: this.failure } : {}),
    };
  }

  /** Reads nothing until {@link resume}, which goes on where it stopped. */
  pause(): void {
    if (this.over() || this.gate.closed) return;
    this.gate.close();
    this.output.note("Paused. Nothing is lost: resuming goes on from here.");
    this.reconsider();
  }

  resume(): void {
    if (!this.gate.closed) return;
    this.gate.open();
    this.output.note("Resumed.");
    this.reconsider();
  }

  /** Ends the tail; what was read is still written. */
  async stop(): Promise<void> {
    this.life.abort();
    await this.done;
  }

  setMode(mode: TailMode): void {
    if (this.request.mode === mode) return;
    this.request.mode = mode;
    this.unavailable = false;
    this.output.note(
      mode === "polling"
        ? "Polling with FilterLogEvents from now on."
        : "Live Tail from now on, where it is to be had.",
    );
    for (const feed of this.feeds.values()) if (mode !== "polling") this.startLive(feed);
    this.reconsider();
  }

  /** Other lines from now on: those that match. What was printed stays. */
  setFilter(pattern: string | undefined): void {
    if (this.request.pattern === pattern) return;
    if (pattern === undefined) delete this.request.pattern;
    else this.request.pattern = pattern;
    for (const { poller, live } of this.feeds.values()) {
      // Lines that the filter before left out are not to come now as late ones.
      poller.floor = Math.max(poller.floor, poller.completed);
      live.reconsider(true);
      poller.wake();
    }
    this.output.note(
      pattern === undefined ? "No filter: all lines from now on." : `Filter: from now on lines that match ${pattern}`,
    );
  }

  /** Nobody sees the tail: Live Tail, which costs by the minute, gives way to polling until somebody does. */
  setHidden(hidden: boolean): void {
    if (this.isHidden === hidden) return;
    const wasLive = this.anyLive();
    this.isHidden = hidden;
    if (hidden && wasLive)
      this.output.note("Hidden: Live Tail is stopped, since it costs by the minute. Polling goes on.");
    this.reconsider();
  }

  setFormat(format: FormatOptions): void {
    this.formatter.options = format;
  }

  private now(): number {
    return this.context.clock.now() + this.context.port.clockOffset();
  }

  private async run(): Promise<TailState> {
    const { signal } = this.life;
    const flushing = new AbortController();
    const failed = new Promise<never>((_resolve, reject) => (this.fail = reject));
    failed.catch(() => undefined);
    const flush = this.output
      .run(
        flushing.signal,
        (milliseconds) => this.slept(milliseconds),
        () => this.tell(),
      )
      .catch((error: unknown) => this.fail(error));
    try {
      await Promise.race([this.work(signal), failed]);
      this.phase = "ended";
    } catch (error) {
      this.phase = isCancelled(error) && signal.aborted ? "stopped" : "failed";
      if (this.phase === "failed") {
        this.failure = reportOf(error);
        this.output.note([this.failure.summary, this.failure.remedy].filter(Boolean).join(" "), "warning");
      }
    }
    this.life.abort();
    await Promise.allSettled(this.running);
    flushing.abort();
    await flush;
    this.sink.changed(this.state);
    return this.state;
  }

  private async work(signal: AbortSignal): Promise<void> {
    const { target, last, follow } = this.request;
    const resolution = await this.calls.withRetry(signal, () =>
      resolveTarget(
        { ecs: this.context.ecs(signal), port: this.context.port, region: this.context.region, signal },
        target,
      ),
    );
    for (const note of resolution.notes) this.output.noteOnce(note);
    this.began = this.now();
    if (last !== undefined) await this.lastLines(resolution, last, signal);
    const from =
      (await this.deployedAt(signal)) ??
      this.request.from ??
      (this.request.back === undefined ? undefined : this.began - this.request.back);
    const floor = from ?? this.began;
    this.add(resolution, floor, this.began);
    if (from !== undefined && last === undefined) await this.history(resolution, from, signal);
    if (!follow || this.request.until !== undefined) return;
    this.phase = "following";
    for (const feed of this.feeds.values()) this.start(feed);
    if (target.kind === "service") {
      const host = { clock: this.context.clock, isHidden: () => this.isHidden, note: this.output.note };
      this.keep(
        watchService(
          { ecs: this.context.ecs(signal), port: this.context.port, region: this.context.region, signal },
          target,
          {
            clock: host.clock,
            note: host.note,
            get hidden() {
              return host.isHidden();
            },
            add: (more) => this.grow(more, floor),
          },
          () => this.gate.pass(signal),
        ),
      );
    }
    await new Promise<never>((_resolve, reject) =>
      signal.addEventListener("abort", () => reject(cancelled()), { once: true }),
    );
  }

  private async deployedAt(signal: AbortSignal): Promise<number | undefined> {
    const { target, sinceDeployment } = this.request;
    if (!sinceDeployment || target.kind !== "service") return undefined;
    const service = await this.calls.withRetry(signal, () =>
      this.context.ecs(signal).findService(target.cluster, target.service),
    );
    return service?.deployments.reduce<number | undefined>(
      (newest, { createdAt }) => Math.max(newest ?? 0, createdAt),
      undefined,
    );
  }

  private async history(resolution: Resolution, from: number, signal: AbortSignal): Promise<void> {
    this.phase = "history";
    const { until = this.request.follow ? undefined : this.began, pattern, lines } = this.request;
    const range = { from, ...(until === undefined ? {} : { until }), pattern };
    // Only what a window will reach again has to be remembered.
    const pollers = [...this.feeds.values()].map(({ poller }) => poller);
    for (const { ledger } of pollers) ledger.prune(this.began - overlaps.deep);
    const past = pastOf(resolution.scopes, range, lines, (asked) => this.calls.page(asked, signal));
    for await (const { group, events } of past) {
      // Before the last lines nothing is looked at again.
      if (lines !== undefined && this.output.counts.total === 0)
        for (const poller of pollers) poller.floor = Math.max(poller.floor, (events[0]?.at ?? 0) + 1);
      const own = pollers.find((poller) => poller.group === group);
      this.output.direct(
        events.filter((event) => !own || own.ledger.polled(event)).map((event) => tailEvent(group, event, false)),
      );
      await this.output.room(signal);
    }
  }

  private async lastLines(resolution: Resolution, limit: number, signal: AbortSignal): Promise<void> {
    this.phase = "history";
    const found = await Promise.all(
      resolution.streams.map(async ({ group, stream }) => {
        const events = await this.calls.withRetry(signal, () => this.context.lastEvents(group, stream, limit, signal));
        return events.map((event) => tailEvent(group, { ...event, ingestedAt: event.at }, false));
      }),
    );
    const events = found.flat().sort((one, other) => one.at - other.at);
    if (events.length === 0) this.output.note("Nothing was logged, or it has expired.");
    this.output.direct(events);
  }

  /** Feeds for what is new in a resolution; those that are made are returned. */
  private add(resolution: Resolution, floor: number, from: number): Feed[] {
    const made: Feed[] = [];
    for (const { group, scope } of resolution.scopes) {
      const key = `${group} ${scope.streams ? "streams" : scope.prefix === undefined ? "all" : "prefixes"}`;
      let feed = this.feeds.get(key);
      if (!feed) {
        const poller = new Poller(
          group,
          pollerHost(this.inside(), () => this.feeds.get(key)?.live.running ?? false),
          floor,
          from,
        );
        feed = { poller, live: new LiveFeed(poller, liveHost(this.inside())) };
        this.feeds.set(key, feed);
        made.push(feed);
      }
      if (feed.poller.add(scope) && !made.includes(feed)) {
        feed.live.reconsider(true);
        feed.poller.wake();
      }
    }
    return made;
  }

  /** A rollout has brought other groups or prefixes. */
  private grow(resolution: Resolution, floor: number): void {
    for (const feed of this.add(resolution, floor, this.now() - overlaps.usual)) this.start(feed);
    for (const note of resolution.notes) this.output.noteOnce(note);
  }

  private start(feed: Feed): void {
    const { signal } = this.life;
    this.keep(feed.poller.run(signal, () => this.gate.pass(signal)));
    this.startLive(feed);
  }

  private startLive(feed: Feed): void {
    if (this.request.mode === "polling" || this.liveStarted.has(feed) || this.phase !== "following") return;
    this.liveStarted.add(feed);
    this.keep(feed.live.run(this.life.signal).finally(() => this.liveStarted.delete(feed)));
  }

  /** Work that goes on beside the rest; what it fails with ends the tail. */
  private keep(work: Promise<void>): void {
    const kept = work.catch((error: unknown) => {
      if (!isCancelled(error)) this.fail(error);
    });
    this.running.add(kept);
    void kept.finally(() => this.running.delete(kept));
  }

  /** What the feeds may know and do of this tail. */
  private inside(): TailInside {
    return {
      context: this.context,
      output: this.output,
      now: () => this.now(),
      pattern: () => this.request.pattern,
      hidden: () => this.isHidden,
      wantsLive: () => this.request.mode !== "polling" && !this.unavailable && !this.isHidden && !this.gate.closed,
      page: (request, signal) => this.pageOf(request, signal),
      print: (group, event, tie) => this.output.push(tailEvent(group, event, tie)),
      filled: () => this.filled++,
      sampled: () => this.sampled++,
      unavailable: () => {
        this.unavailable = true;
        this.reconsider();
      },
      credentials: (error, signal) => this.calls.credentials(error, signal),
    };
  }

  /** A page; a filter that CloudWatch refuses gives way to the one before, instead of ending the tail. */
  private async pageOf(request: FilterRequest, signal: AbortSignal): Promise<FilterPage | undefined> {
    const { pattern } = request;
    try {
      const page = await this.calls.page(request, signal);
      if (page && pattern === this.request.pattern) this.taken = pattern;
      return page;
    } catch (error) {
      if (pattern === undefined || pattern === this.taken || !errorCode(error).startsWith("InvalidParameter"))
        throw error;
      this.output.note(`CloudWatch does not take the filter ${pattern}: the one before goes on.`, "warning");
      this.setFilter(this.taken);
      this.unavailable = false;
      for (const feed of this.feeds.values()) this.startLive(feed);
      return undefined;
    }
  }

  private tell(): void {
    const { state } = this;
    const text = JSON.stringify(state);
    if (text !== this.shown) this.sink.changed(state);
    this.shown = text;
  }

  private slept(milliseconds: number): void {
    this.output.note(
      `Nothing happened here for ${Math.round(milliseconds / 1000)} s (this machine slept, or was busy); what ` +
        "came meanwhile is read now.",
    );
    for (const { live, poller } of this.feeds.values()) {
      live.reconsider(true);
      poller.wake();
    }
  }

  private reconsider(): void {
    for (const { live, poller } of this.feeds.values()) {
      live.reconsider();
      poller.wake();
    }
    this.sink.changed(this.state);
  }

  private anyLive(): boolean {
    return [...this.feeds.values()].some(({ live }) => live.running);
  }

  private over(): boolean {
    return this.phase === "stopped" || this.phase === "ended" || this.phase === "failed";
  }

  private behind(): number {
    if (this.feeds.size === 0 || this.over()) return 0;
    return behindOf([...this.feeds.values()], this.now(), this.context.clock.now());
  }
}
