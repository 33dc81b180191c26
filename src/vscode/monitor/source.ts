/** A service's figures, looked at again each minute while somebody sees them. */
import * as vscode from "vscode";
import type { RunRequest, ServiceMonitoring } from "../../core/api";
import { isCancelled, reportOf, type ErrorReport } from "../../core/base/errors";
import type { MonitorLook, MonitorSubject } from "../../core/monitor/look";
import { rangeMilliseconds, type RangeName } from "../../core/monitor/range";
import type { MonitorContext } from "./context";

/** CloudWatch has new figures once a minute. */
const restMilliseconds = 60_000;

/** What there is to show: a look with where it was taken, or why there is none. */
export type Shown =
  | { readonly kind: "look"; readonly look: MonitorLook; readonly place: string; readonly region: string }
  | { readonly kind: "failed"; readonly error: ErrorReport }
  | { readonly kind: "notConnected" };

export class MonitorSource implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Shown>();
  private readonly busied = new vscode.EventEmitter<boolean>();
  private readonly following: vscode.Disposable;
  private visible = false;
  private looking: AbortController | undefined;
  private next: NodeJS.Timeout | undefined;
  readonly onDidChange = this.changed.event;
  readonly onDidBusy = this.busied.event;
  current: Shown | undefined;
  range: RangeName = "1h";

  constructor(
    private readonly context: MonitorContext,
    /** Without one the application that the Deployment view shows. */
    readonly subject: MonitorSubject | undefined,
  ) {
    this.following = context.connections.onDidChange(() => void this.look());
  }

  /** Nothing is asked while nobody looks. */
  setVisible(visible: boolean): void {
    if (this.visible === visible) return;
    this.visible = visible;
    if (visible) return void this.look();
    clearTimeout(this.next);
    this.looking?.abort();
    this.looking = undefined;
  }

  setRange(range: RangeName): void {
    if (this.range === range) return;
    this.range = range;
    void this.look();
  }

  /** Looks now; a look that is under way is given up for it. Never connects by itself. */
  async look(): Promise<void> {
    clearTimeout(this.next);
    this.looking?.abort();
    if (!this.visible) return;
    const connection = this.context.connections.open;
    const request = this.subject ?? this.context.active.requestOrFolder;
    if (!connection || !request) return this.tell({ kind: "notConnected" });
    const cancel = new AbortController();
    this.looking = cancel;
    this.busied.fire(true);
    try {
      const look = await this.read(connection, request, cancel.signal);
      if (cancel.signal.aborted) return;
      const { name, identity } = connection;
      const place = `${name} · ${identity.account} · ${identity.region}`;
      this.tell({ kind: "look", look, place, region: identity.region });
    } catch (error) {
      if (cancel.signal.aborted || isCancelled(error)) return;
      const report = reportOf(error);
      this.context.log.debug(`figures: ${report.summary}`);
      this.tell({ kind: "failed", error: report });
    } finally {
      if (this.looking === cancel) {
        this.looking = undefined;
        this.busied.fire(false);
        if (this.visible) this.next = setTimeout(() => void this.look(), restMilliseconds);
      }
    }
  }

  dispose(): void {
    this.setVisible(false);
    this.following.dispose();
    this.changed.dispose();
    this.busied.dispose();
  }

  private read(connection: ServiceMonitoring, of: RunRequest | MonitorSubject, signal: AbortSignal) {
    return connection.monitor(of, { since: { back: rangeMilliseconds[this.range] } }, signal);
  }

  private tell(shown: Shown): void {
    this.current = shown;
    this.changed.fire(shown);
  }
}
