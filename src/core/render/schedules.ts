/** An application's schedules in words. */
import { commandText } from "./command";
import type { ScheduleRow, ScheduleRun, SchedulesLook } from "../deploy/scheduleLook";
import { paragraph, section, type Doc } from "./document";
import type { When } from "./history";

export const scheduleColumns = ["Schedule", "When", "Next", "Runs", "Last run"] as const;

const runStates: Readonly<Record<ScheduleRun["state"], (run: ScheduleRun) => string>> = {
  runs: () => "runs now",
  succeeded: () => "ended with 0",
  failed: ({ exitCode }) => `ended with ${exitCode ?? ""}`,
  notStarted: () => "never ran",
};

/** "ended with 0, 2026-12-01 03:00 (task 1a2b)". */
function runText(run: ScheduleRun, when: When): string {
  const reason = run.reason === undefined ? "" : `: ${run.reason}`;
  return `${runStates[run.state](run)}, ${when(run.endedAt ?? run.startedAt)} (task ${run.task.slice(0, 8)})${reason}`;
}

function nextText({ state, next }: ScheduleRow, when: When): string {
  if (state === "notMade") return "not made yet: deploy";
  if (state === "off") return "switched off";
  if (state === "over") return "over: it comes once";
  const [first] = next;
  return first === undefined ? "never again" : when(first);
}

const revisionText = ({ revision, isCurrent }: ScheduleRow): string =>
  revision === undefined ? "" : isCurrent ? revision : `${revision}, which the service does not run`;

/** One schedule as the cells of a table. */
export function scheduleCells(row: ScheduleRow, when: When): string[] {
  const [last] = row.runs;
  return [
    row.isStated ? row.name : `${row.name} (not in slipway.json)`,
    `${row.expression} ${row.timezone}`,
    nextText(row, when),
    revisionText(row),
    last ? runText(last, when) : "none known",
  ];
}

/** What is worth knowing of how far back runs are known. */
export const runsKnown = "ECS knows of a task for about an hour after its end; its lines stay in the log.";

/** As a page; each can be run now. */
export function schedulesDocument({ application, schedules }: SchedulesLook, when: When, run: string): Doc {
  if (schedules.length === 0)
    return {
      title: `Schedules of ${application}`,
      blocks: [paragraph('There are none. State them in slipway.json, under "schedules", and deploy.')],
    };
  return {
    title: `Schedules of ${application}`,
    blocks: [
      paragraph(runsKnown),
      {
        kind: "table",
        columns: [...scheduleColumns],
        rows: schedules.map((row) => scheduleCells(row, when)),
        leads: schedules.map(({ isStated }) => (isStated ? run : undefined)),
      },
      ...schedules.flatMap((row) =>
        section(row.name, [
          paragraph(row.command.length ? commandText(row.command) : "Its command is not one that Slipway wrote."),
          ...(row.next.length > 1 ? [paragraph(`Next: ${row.next.map(when).join(", ")}`)] : []),
          ...(row.runs.length
            ? [{ kind: "list" as const, rows: row.runs.map((each) => ({ text: runText(each, when) })) }]
            : []),
        ]),
      ),
    ],
  };
}
