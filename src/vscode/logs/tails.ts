/** The tails of this window: each a channel, a row, and what the engine reads for them. */
import * as vscode from "vscode";
import type { ConnectionChoice } from "../../core/base/connection";
import type { Backend } from "../../core/api";
import type { ErrorReport } from "../../core/base/errors";
import { requirePlace } from "../../core/app/requirePlace";
import type { LogsConnection, TailHandle, TailRequest } from "../../core/logs/api";
import type { TailMode, TailState } from "../../core/logs/tailTypes";
import { targetName, type TailTarget } from "../../core/logs/target";
import type { ConnectionManager } from "../workspace/connections";
import { contextKeys, globalKeys, setContext } from "../keys";
import { offer } from "../ui/offer";
import { TailChannel } from "./channel";
import { logsSettings } from "./settings";
import { say } from "../ui/messages";

export type TailOptions = Omit<TailRequest, "mode" | "format">;

/** A tail as the view knows it; one object as long as it is there. */
export interface TailEntry {
  readonly id: string;
  readonly name: string;
  readonly target: TailTarget;
  readonly channel: TailChannel;
  readonly place: string;
  tail: TailHandle;
  state: TailState;
}

/** How often it is tried again while AWS takes no credentials, in milliseconds: a file may have changed. */
const credentialsEvery = 15_000;
const viewEvery = 1_000;
/** Who closed the question is not asked again for so long; the tails try on quietly. */
const quietAfterDismissal = 600_000;

const endings: ReadonlySet<TailState["phase"]> = new Set(["stopped", "ended", "failed"]);
export const isOver = (entry: TailEntry): boolean => endings.has(entry.state.phase);

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

export class TailManager implements vscode.Disposable {
  readonly entries: TailEntry[] = [];
  private readonly changed = new vscode.EventEmitter<TailEntry | undefined>();
  private readonly added = new vscode.EventEmitter<TailEntry>();
  private readonly opened = new Map<string, Promise<LogsConnection>>();
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> | undefined;
  private dismissedAt = -Infinity;
  private next = 1;
  /** The entry that changed; undefined for the list of them. */
  readonly onDidChange = this.changed.event;
  readonly onDidAdd = this.added.event;

  constructor(
    private readonly backend: () => Backend,
    private readonly connections: ConnectionManager,
    private readonly state: vscode.Memento,
    private readonly folder: string,
  ) {
    this.subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(() => this.lookWhoIsVisible()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration("slipway.logs")) return;
        for (const entry of this.entries) entry.tail.setFormat(logsSettings().format);
        this.lookWhoIsVisible();
      }),
    ];
  }

  /** The logs of the connection that is chosen; asks for one where there is none. Undefined when the person left. */
  async logs(signal: AbortSignal): Promise<LogsConnection | undefined> {
    const choice = this.connections.choice ?? (await this.connections.choose(signal));
    return choice && this.open(choice, signal);
  }

  /** @throws SlipwayError WrongPlace where the application lives elsewhere than the connection leads */
  async requireHere(app: Parameters<typeof requirePlace>[0], signal: AbortSignal): Promise<void> {
    if (!app.place) return;
    const logs = await this.logs(signal);
    if (logs && this.connections.choice?.kind !== "sandbox") requirePlace(app, logs.identity);
  }

  /** Starts a tail with a channel of its own, and shows it. */
  async start(options: TailOptions, signal: AbortSignal): Promise<TailEntry | undefined> {
    const same = this.entries.find(
      (entry) =>
        options.follow &&
        !isOver(entry) &&
        JSON.stringify(entry.target) === JSON.stringify(options.target) &&
        (entry.state.filter ?? "") === (options.pattern ?? ""),
    );
    if (same) {
      same.channel.show();
      return same;
    }
    const logs = await this.logs(signal);
    if (!logs) return undefined;
    const settings = logsSettings();
    const costs = logs.endpoint === undefined && options.follow && settings.mode !== "polling";
    const mode: TailMode = costs && !this.state.get(globalKeys.liveTailAccepted, false) ? "polling" : settings.mode;
    const name = targetName(options.target);
    const channel = new TailChannel(this.freeTitle(name), this.folder, () => this.lookWhoIsVisible());
    const entry: TailEntry = {
      id: String(this.next++),
      name,
      target: options.target,
      channel,
      place: logs.identity.region,
      tail: undefined as never,
      state: undefined as never,
    };
    entry.tail = logs.tail(
      { ...options, mode, format: settings.format },
      {
        write: (batch) => channel.append(batch.text),
        changed: (state) => {
          entry.state = state;
          this.later();
        },
        credentials: (report, tailSignal) => this.awaitCredentials(report, tailSignal),
      },
    );
    entry.state = entry.tail.state;
    this.entries.push(entry);
    this.listChanged();
    this.added.fire(entry);
    channel.show();
    void entry.tail.done.then((state) => {
      entry.state = state;
      this.changed.fire(entry);
    });
    if (mode !== settings.mode) void this.offerLiveTail(entry, settings.mode);
    return entry;
  }

  /** Forgets a tail, its channel and its files. */
  async remove(entry: TailEntry): Promise<void> {
    await entry.tail.stop();
    entry.channel.dispose();
    const at = this.entries.indexOf(entry);
    if (at >= 0) this.entries.splice(at, 1);
    this.listChanged();
    if (this.entries.length === 0) this.closeConnections();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const entry of this.entries) {
      void entry.tail.stop();
      entry.channel.dispose();
    }
    this.closeConnections();
    vscode.Disposable.from(...this.subscriptions, this.changed, this.added).dispose();
  }

  private open(choice: ConnectionChoice, signal: AbortSignal): Promise<LogsConnection> {
    const key = JSON.stringify(choice);
    let opening = this.opened.get(key);
    if (!opening) {
      opening = this.backend().openLogs(choice, this.connections.prompts, signal);
      this.opened.set(key, opening);
      // A failure is not kept: the next use tries again.
      opening.catch(() => this.opened.delete(key));
    }
    return opening;
  }

  private closeConnections(): void {
    for (const opening of this.opened.values())
      void opening.then(
        (logs) => logs.close(),
        () => undefined,
      );
    this.opened.clear();
  }

  /** Said before money is spent; the tail polls until somebody says yes. */
  private async offerLiveTail(entry: TailEntry, mode: TailMode): Promise<void> {
    const use = () => entry.tail.setMode(mode);
    const facts = [
      vscode.l10n.t("CloudWatch's Live Tail shows lines within a second."),
      vscode.l10n.t(
        "It costs $0.01 a minute, after 1,800 free minutes a month; Slipway stops it while its output is hidden.",
      ),
      vscode.l10n.t("Polling costs nothing and is a few seconds behind."),
    ];
    await offer(say.information, facts.join(" "), [
      { title: vscode.l10n.t("Use Live Tail"), run: use },
      {
        title: vscode.l10n.t("Don't Ask Again"),
        run: async () => {
          await this.state.update(globalKeys.liveTailAccepted, true);
          use();
        },
      },
      { title: vscode.l10n.t("Keep Polling"), run: () => undefined },
    ]);
  }

  /** One question for all tails; they try again when it is answered, when something has changed, and now and then. */
  private async awaitCredentials(report: ErrorReport, signal: AbortSignal): Promise<void> {
    if (Date.now() - this.dismissedAt > quietAfterDismissal)
      this.asking ??= this.askForCredentials(report).finally(() => (this.asking = undefined));
    const { promise, resolve } = withResolvers();
    const timer = setTimeout(resolve, credentialsEvery);
    const listener = this.connections.onDidChange(resolve);
    signal.addEventListener("abort", resolve, { once: true });
    await Promise.race([promise, this.asking ?? promise]);
    clearTimeout(timer);
    listener.dispose();
  }

  private async askForCredentials(report: ErrorReport): Promise<void> {
    const answered = await offer(
      say.warning,
      vscode.l10n.t("{0} Your log tails wait, and resume where they stopped.", report.summary),
      [
        { title: vscode.l10n.t("Sign In"), run: () => vscode.commands.executeCommand("slipway.signIn") },
        { title: vscode.l10n.t("Try Again"), run: () => undefined },
      ],
    );
    if (!answered) this.dismissedAt = Date.now();
  }

  private freeTitle(name: string): string {
    const taken = new Set(this.entries.map((entry) => entry.channel.name));
    const base = vscode.l10n.t("Logs {0}", name);
    for (let number = 1; ; number++) {
      const title = number === 1 ? base : `${base} #${number}`;
      if (!taken.has(title)) return title;
    }
  }

  private lookWhoIsVisible(): void {
    const { stopLiveTailWhenHidden } = logsSettings();
    for (const entry of this.entries)
      if (!isOver(entry)) entry.tail.setHidden(stopLiveTailWhenHidden && !entry.channel.visible);
  }

  /** Rows change once a second at most. */
  private later(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const entry of this.entries) this.changed.fire(entry);
    }, viewEvery);
  }

  private listChanged(): void {
    void setContext(contextKeys.tailing, this.entries.length > 0);
    this.changed.fire(undefined);
  }
}
