/** An application's environments beside each other, in words. */
import { shortDigest } from "../base/imageReference";
import type { EnvironmentLook } from "../deploy/environments";
import { paragraph, section, type Doc } from "./document";
import type { When } from "./history";

export const environmentColumns = ["Environment", "Where", "Revision", "Image", "Commit", "Since"] as const;

/** One environment as the cells of a table. */
export function environmentCells({ environment, account, region, state, live, error }: EnvironmentLook, when: When) {
  const where = account === undefined ? "" : `${account} ${region ?? ""}`;
  if (!live) return [environment, where, state === "notRead" ? `cannot tell: ${error?.summary ?? ""}` : "not deployed"];
  const { revision, digest, commit, at } = live;
  const unknown = "not known";
  return [
    environment,
    where,
    revision,
    digest === undefined ? unknown : shortDigest(digest),
    commit?.slice(0, 10) ?? unknown,
    at === undefined ? unknown : when(at),
  ];
}

/** Which of them run the very same image, where more than one is live. */
export function sameImageText(looks: readonly EnvironmentLook[]): string {
  const live = looks.filter(({ state }) => state === "live");
  if (live.length < 2) return "";
  const digests = new Set(live.map((each) => each.live?.digest));
  if (digests.has(undefined)) return "";
  return digests.size === 1 ? "All of them run the same image." : "They run different images.";
}

/** As a page; each row that is live can be promoted. */
export function environmentsDocument(
  application: string,
  looks: readonly EnvironmentLook[],
  when: When,
  promote: string,
): Doc {
  const same = sameImageText(looks);
  const width = environmentColumns.length;
  const rows = looks.map((look) => {
    const cells = environmentCells(look, when);
    return [...cells, ...Array<string>(Math.max(0, width - cells.length)).fill("")];
  });
  return {
    title: `Environments of ${application}`,
    blocks: [
      paragraph(same || "What runs in each environment."),
      {
        kind: "table",
        columns: [...environmentColumns],
        rows,
        leads: looks.map(({ state }) => (state === "live" && looks.length > 1 ? promote : undefined)),
      },
      ...looks.flatMap(({ environment, error }) =>
        error ? section(`${environment} could not be looked at`, [paragraph(`${error.summary} ${error.remedy}`)]) : [],
      ),
    ],
  };
}
