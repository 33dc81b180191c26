import type { DeploymentHistory } from "../core/deploy/history";
import { alignedRows } from "../core/render/document";
import { historyCells, historyColumns } from "../core/render/history";

/** `2026-11-30 17:05:12 UTC` */
export const utc = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** `slipway history` as a table, the newest first. */
export function historyLines({ application, entries }: DeploymentHistory): string[] {
  if (entries.length === 0) return [`No deployment of ${application} is known.`];
  return alignedRows([[...historyColumns], ...entries.map((entry) => historyCells(entry, utc))]);
}
