/** Deployments of the past, in words. */
import { shortDigest } from "../base/imageReference";
import type { DeploymentHistory, HistoryEntry, HistoryOutcome } from "../deploy/history";
import { list, paragraph, section, type Doc } from "./document";

const outcomes: Readonly<Record<HistoryOutcome, string>> = {
  done: "done",
  failed: "failed",
  rolledBack: "rolled back",
  stopped: "stopped",
  running: "under way",
};

const unknown = "not known";

/** A moment, epoch milliseconds, as the front end writes it. */
export type When = (at: number) => string;

const timeText = (at: number | undefined, when: When): string => (at === undefined ? unknown : when(at));

function durationText(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return unknown;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Of an ARN that says who: the session's or user's name, with its role. */
const personOf = (arn: string | undefined): string =>
  arn === undefined
    ? unknown
    : arn
        .split(":")
        .slice(5)
        .join(":")
        .replace(/^assumed-role\//, "") || arn;

/** One deployment as the cells of a table: number, when, revision, image, commit, outcome, duration, who. */
export function historyCells(entry: HistoryEntry, when: When): string[] {
  const { number, at, revision, digest, commit, outcome, milliseconds, by, isLive, state } = entry;
  const said = outcome === undefined ? unknown : outcomes[outcome];
  const more = [...(isLive ? ["live"] : []), ...(state === undefined || state === "active" ? [] : [state])];
  return [
    `${number}`,
    timeText(at, when),
    revision,
    digest === undefined ? unknown : shortDigest(digest),
    commit?.slice(0, 10) ?? unknown,
    [said, ...more].join(", "),
    durationText(milliseconds),
    personOf(by),
  ];
}

export const historyColumns = ["N", "When", "Revision", "Image", "Commit", "Outcome", "Took", "Who"] as const;

const detailsOf = ({ reason, changes }: HistoryEntry): string[] => [
  ...(reason === undefined ? [] : [`ECS says: ${reason}`]),
  ...(changes === undefined
    ? []
    : [changes.length ? `Changed: ${changes.join(", ")}` : "Changed nothing of the task definition"]),
];

/** The whole as a page. */
export function historyDocument({ application, environment, service, entries }: DeploymentHistory, when: When): Doc {
  return {
    title: `History of ${application}${environment === "default" ? "" : ` (${environment})`}`,
    blocks: [
      paragraph(
        entries.length
          ? `Deployments of the service ${service}, the newest first. What neither ECS nor Slipway knows is said to be not known.`
          : `No deployment of the service ${service} is known.`,
      ),
      ...entries.flatMap((entry) => {
        const cells = historyCells(entry, when);
        const facts = historyColumns.map((column, at) => `${column}: ${cells[at] ?? ""}`).slice(1);
        return section(
          `${entry.number}. ${entry.revision}, ${timeText(entry.at, when)}`,
          list([...facts, ...detailsOf(entry)]),
          entry.isLive ? {} : { folded: true },
        );
      }),
    ],
  };
}
