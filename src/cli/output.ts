import type { DeployEvent } from "../core/deploy/events";
import { rowOf, type StepId } from "../core/deploy/phases";
import { emptyState, reduce, rowSnapshots, type DeploymentState, type RowSnapshot } from "../core/deploy/state";
import { detailText } from "../core/render/decisions";
import type { ErrorReport } from "../core/base/errors";

const seconds = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined ? "" : ` (${((to - from) / 1000).toFixed(1)} s)`;

/** Steps whose output is for people to read as it comes. */
const printed: readonly StepId[] = ["build", "release", "rollout"];

/** What goes on without news is said again after so long. */
const quietMilliseconds = 30_000;

/** Events as text for people: a line when a row begins and when it ends, how a wait goes, and what the build prints. */
export class TextOutput {
  private state: DeploymentState = emptyState;
  private readonly shown = new Map<string, string>();
  /** By step: what was said of its progress, and when. */
  private readonly told = new Map<string, { readonly message: string; readonly at: number }>();

  constructor(private readonly write: (line: string) => void) {}

  readonly emit = (event: DeployEvent): void => {
    this.state = reduce(this.state, event);
    switch (event.type) {
      case "output":
        if (printed.includes(event.step)) this.write(`      ${event.line}`);
        return;
      case "progress":
        // A build tells each of its lines by itself; a push tells more often than anybody reads.
        if (event.step !== "build") this.progress(event.step, event.message);
        return;
      case "note":
        this.write(`  ${event.level === "warning" ? "!" : "-"}   ${event.message}`);
        return;
      case "joined":
        this.write("  This application is being deployed already; following that deployment.");
        return;
      case "removed":
        this.write(
          `  ${event.state === "kept" ? "kept    " : event.state === "removed" ? "removed " : "removing"} ` +
            `${event.kind} ${event.name}${event.reason ? `: ${event.reason}` : ""}`,
        );
        return;
      case "step":
        for (const row of rowSnapshots(this.state)) this.row(row);
        return;
      default:
        return;
    }
  };

  private progress(step: string, message: string): void {
    const at = performance.now();
    const before = this.told.get(step);
    const isNews = step !== "push" && before?.message !== message;
    if (before && !isNews && at - before.at < quietMilliseconds) return;
    this.told.set(step, { message, at });
    this.write(`      ${message}`);
  }

  private row(row: RowSnapshot): void {
    if (row.state === "waiting" || this.shown.get(row.id) === row.text) return;
    this.shown.set(row.id, row.text);
    const ended = row.state !== "running";
    const said = ended ? row.details.at(-1) : undefined;
    const detail = said === undefined ? "" : detailText(said);
    this.write(
      `  ${row.id} ${rowOf(row.id).title}: ` +
        `${row.text}${row.state === "reused" ? ", unchanged" : ""}${ended ? seconds(row.startedAt, row.endedAt) : ""}${detail ? `  ${detail}` : ""}`,
    );
  }
}

export function errorLines(error: ErrorReport): string[] {
  return [
    error.summary,
    ...error.evidence.map((line) => `  ${line}`),
    ...(error.remedy ? [`What to do: ${error.remedy}`] : []),
  ];
}
