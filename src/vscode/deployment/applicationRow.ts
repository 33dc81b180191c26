/** The first row of the Deployment view: how the application stands, from AWS where it was asked, else from this window. */
import * as vscode from "vscode";
import type { DeploymentState } from "../../core/deploy/state";
import { ago } from "../../core/ports/resourceModel";
import type { ApplicationState, Shifts } from "../../core/service/diagnosis/applicationState";

/** What AWS said, and when. */
export interface Seen {
  readonly state: ApplicationState;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Its figures of then, in words; empty where CloudWatch had none. */
  readonly figures?: { readonly text: string; readonly at: number };
}

/** The row as it is shown; `line` stands below it. */
export interface ApplicationRow {
  readonly code: ApplicationState["code"] | "deploying" | "removing";
  readonly label: string;
  readonly description: string;
  /** The failing line, as the application or the builder printed it. */
  readonly line?: string;
  /** What it uses and answers, in figures. */
  readonly figures?: string;
  readonly details: readonly string[];
  /** Its deployment waits for somebody to say that it goes on. */
  readonly isPaused?: boolean;
}

const icons: Readonly<Record<ApplicationRow["code"], readonly [string, string?]>> = {
  live: ["circle-filled", "testing.iconPassed"],
  rollingOut: ["sync~spin"],
  deploying: ["sync~spin"],
  removing: ["sync~spin"],
  failed: ["error", "testing.iconFailed"],
  stopped: ["debug-pause", "disabledForeground"],
  notDeployed: ["circle-outline"],
  unknown: ["question"],
};

const words = (): Readonly<Record<ApplicationRow["code"], string>> => ({
  live: vscode.l10n.t("Live"),
  rollingOut: vscode.l10n.t("Rolling out"),
  deploying: vscode.l10n.t("Deploying"),
  removing: vscode.l10n.t("Removing"),
  failed: vscode.l10n.t("Failed"),
  stopped: vscode.l10n.t("Stopped"),
  notDeployed: vscode.l10n.t("Not deployed"),
  unknown: vscode.l10n.t("Not checked yet"),
});

const revisionOf = (revision: string): string => vscode.l10n.t("revision {0}", revision.split(":").at(-1) ?? revision);

const joined = (parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(" · ");

/** "new version 10 %", and how long it waits for somebody. */
function shifting({ share, pause }: Shifts, now: number): string {
  const part = share === undefined ? "" : vscode.l10n.t("new version {0} %", share);
  if (!pause) return part;
  const minutes = pause.until === undefined ? undefined : Math.max(0, Math.ceil((pause.until - now) / 60_000));
  const waits =
    minutes === undefined ? vscode.l10n.t("waits for you") : vscode.l10n.t("waits for you, {0} min left", minutes);
  return joined([waits, part]);
}

/** What the row says of a state; the time comes last, since the name of a service may be long. */
function said(state: ApplicationState, now: number): Pick<ApplicationRow, "description" | "details" | "line"> {
  switch (state.code) {
    case "live":
      return {
        description: joined([ago(state.since, now), state.url, revisionOf(state.revision)]),
        details: [vscode.l10n.t("{0} of {1} tasks run {2}", state.running, state.desired, state.revision)],
      };
    case "rollingOut": {
      const counts = vscode.l10n.t("{0} of {1} running", state.running, state.desired);
      const way =
        state.from === undefined
          ? revisionOf(state.revision)
          : vscode.l10n.t("{0} → {1}", state.from.split(":").at(-1) ?? "", state.revision.split(":").at(-1) ?? "");
      return {
        description: joined([shifting(state, now), counts, state.back ? vscode.l10n.t("going back") : "", way]),
        details: [vscode.l10n.t("It began {0}", ago(state.since, now))],
      };
    }
    case "failed":
      return {
        description: state.summary,
        details: [
          vscode.l10n.t("{0} of {1} tasks run {2}", state.running, state.desired, state.revision),
          ...(state.serves ? [vscode.l10n.t("The version before still answers.")] : []),
        ],
        ...(state.line === undefined ? {} : { line: state.line }),
      };
    case "stopped":
      return {
        description:
          state.hours === undefined
            ? vscode.l10n.t("no task is to run")
            : vscode.l10n.t("outside of its hours: {0}", state.hours),
        details: [state.revision],
      };
    case "notDeployed":
      return { description: "", details: [] };
    case "unknown":
      return { description: state.why, details: [] };
  }
}

/**
 * What is known, newest first: what runs in this window, what AWS said, how this window's last run ended.
 * @param now epoch milliseconds
 */
export function applicationRow(
  run: { readonly state: DeploymentState; readonly isRunning: boolean; readonly stage: string },
  seen: Seen | undefined,
  now: number,
): ApplicationRow {
  const { operation, outcome, error, rollout, endedAt = 0 } = run.state;
  const label = words();
  if (run.isRunning) {
    const code = operation === "destroy" ? "removing" : "deploying";
    const counts = rollout ? vscode.l10n.t("{0} of {1} running", rollout.running, rollout.desired) : "";
    const shift = rollout ? shifting(rollout, now) : "";
    return {
      code,
      label: label[code],
      description: joined([shift, counts, run.stage]),
      details: [],
      isPaused: rollout?.pause !== undefined,
    };
  }
  const failed = error !== undefined && (outcome === "failed" || outcome === "rolledBack");
  // A look that was made before this window's run ended knows nothing of how that ended.
  if (failed && (seen === undefined || seen.at < endedAt || seen.state.code !== "failed")) {
    const serves = seen !== undefined && seen.at >= endedAt && seen.state.code === "live" ? seen.state : undefined;
    return {
      code: "failed",
      label: label.failed,
      description: error.summary,
      details: [
        ...(error.remedy ? [error.remedy] : []),
        ...(serves ? [vscode.l10n.t("{0} still serves", serves.revision)] : []),
      ],
      ...(error.proof === undefined ? {} : { line: error.proof }),
    };
  }
  const isFresh = (outcome === "done" || outcome === "doneNotProbed") && (seen === undefined || seen.at < endedAt);
  if (isFresh && operation === "deploy")
    return { code: "live", label: label.live, description: joined([ago(endedAt, now), run.state.url]), details: [] };
  if (isFresh) return { code: "notDeployed", label: label.notDeployed, description: "", details: [] };
  if (!seen) return { code: "unknown", label: label.unknown, description: "", details: [] };
  const code = seen.state.code;
  const told = said(seen.state, now);
  const old = now - seen.at > 120_000 ? [vscode.l10n.t("as of {0}", new Date(seen.at).toLocaleTimeString())] : [];
  return {
    code,
    label: code === "unknown" ? vscode.l10n.t("Cannot tell") : label[code],
    ...told,
    description: joined([told.description, ...old]),
    isPaused: seen.state.code === "rollingOut" && seen.state.pause !== undefined,
    ...(seen.figures?.text && running.has(code) ? { figures: seen.figures.text } : {}),
  };
}

/** What has figures. */
const running: ReadonlySet<ApplicationRow["code"]> = new Set<ApplicationRow["code"]>(["live", "rollingOut", "failed"]);

/** The row as VS Code shows it. */
export function applicationItem(row: ApplicationRow, name: string | undefined): vscode.TreeItem {
  const item = new vscode.TreeItem(
    row.label,
    row.line === undefined && row.figures === undefined
      ? vscode.TreeItemCollapsibleState.None
      : vscode.TreeItemCollapsibleState.Expanded,
  );
  const [icon, color] = icons[row.code];
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.description = row.description;
  item.contextValue = `application.${row.code}${row.isPaused ? ".paused" : ""}`;
  item.tooltip = [
    joined([name, row.label]),
    row.description,
    ...(row.line ? [row.line] : []),
    ...row.details,
    row.figures,
  ]
    .filter(Boolean)
    .join("\n");
  item.accessibilityInformation = {
    label: [name, row.label, row.description, row.line].filter(Boolean).join(", "),
  };
  if (row.code === "failed") item.command = { command: "slipway.inspect.diagnose", title: vscode.l10n.t("Diagnose") };
  if (row.code === "unknown") item.command = { command: "slipway.verify", title: vscode.l10n.t("Check") };
  return item;
}
