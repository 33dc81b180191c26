import * as vscode from "vscode";
import type { DeployEvent } from "../../core/deploy/events";
import { reasonText } from "../../core/render/decisions";
import { rowOf } from "../../core/deploy/phases";
import { emptyState, reduce, rowSnapshots, type DeploymentState } from "../../core/deploy/state";
import type { Log } from "../ui/log";

/** Listeners hear of a change at most ten times a second. */
const quietMilliseconds = 100;

/** The state of the deployment that the view, the notification and the log show: made of the engine's events alone. */
export class DeploymentModel implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private timer: NodeJS.Timeout | undefined;
  state: DeploymentState = emptyState;
  readonly onDidChange = this.changed.event;

  constructor(private readonly log: Log) {}

  readonly emit = (event: DeployEvent): void => {
    const before = this.state;
    this.state = reduce(before, event);
    this.write(event);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.changed.fire();
    }, quietMilliseconds);
  };

  /** Shows nothing of a run: another application was chosen. */
  reset(): void {
    this.state = emptyState;
    this.changed.fire();
  }

  /** True from the first event of a run to its last. */
  get isRunning(): boolean {
    return this.state.startedAt !== undefined && this.state.outcome === undefined;
  }

  /** Stage text for the progress notification: the row that runs, with what it says of itself. */
  get stage(): string {
    const active = rowSnapshots(this.state).filter((row) => row.state === "running");
    const row = active.find((item) => item.message !== undefined) ?? active[0];
    if (this.state.plan && !this.state.consented) return vscode.l10n.t("Waiting for confirmation");
    if (!row || !this.state.plan) return vscode.l10n.t("Reading the current state");
    return `${rowOf(row.id).title}: ${row.message ?? row.text}`;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
  }

  private write(event: DeployEvent): void {
    const { log } = this;
    switch (event.type) {
      case "started":
        return log.info(
          `${event.operation === "deploy" ? "Deploying" : "Removing"} ${event.application} (${event.environment}) with ${event.connection}`,
        );
      case "identified":
        return log.info(`Account ${event.account} as ${event.arn}`);
      case "planned":
        for (const item of event.plan.items)
          log.debug(`plan: ${item.step} ${item.action} ${item.name ?? ""} (${reasonText(item.reason)})`);
        return;
      case "step":
        if (event.state !== "waiting")
          log.info(
            `${event.step}: ${event.state}${event.reason ? `, ${reasonText(event.reason)}` : event.detail ? `, ${event.detail}` : ""}`,
          );
        return;
      case "output":
        return log.info(`  ${event.line}`);
      case "note":
        return event.level === "warning" ? log.warn(event.message) : log.info(event.message);
      case "removed":
        return log.info(`${event.state} ${event.kind} ${event.name}${event.reason ? `: ${event.reason}` : ""}`);
      case "finished":
        return log.info(`Finished: ${event.outcome}${event.url ? ` ${event.url}` : ""}`);
      default:
        return;
    }
  }
}
