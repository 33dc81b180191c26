/** What a query found, in words and as a document. */
import { readingCost } from "../query/text";
import type { QueryResult } from "../query/run";
import type { QueryChart } from "../query/chart";
import { paragraph, type Block, type Doc } from "./document";

/** "20 rows of 1,204 matching events; 0.8 GB ≈ $0.004 read". */
export function resultText({ rows, statistics }: QueryResult, isLocal: boolean): string {
  const count = (value: number, one: string, many: string): string =>
    `${new Intl.NumberFormat("en-US").format(value)} ${value === 1 ? one : many}`;
  return (
    `${count(rows.length, "row", "rows")} of ${count(statistics.matched, "matching event", "matching events")}; ` +
    `${readingCost(statistics.bytes, isLocal)} read.`
  );
}

/** What stands above the rows of a query by time. */
function chartBlocks({ lines, others, ...span }: QueryChart): Block[] {
  const label = `Over time: ${lines.map(({ name }) => name).join(", ")}. The rows below have the same figures.`;
  return [
    { kind: "chart", label, chart: { ...span, lines } },
    ...(others > 0 ? [paragraph(`The ${others} smaller lines are in the rows alone.`, "quiet")] : []),
  ];
}

/**
 * The page of a result.
 * @param leads what the button of a row says that leads to its logs, by row
 */
export function queryDocument(
  title: string,
  result: QueryResult,
  {
    place,
    isLocal,
    chart,
    leads,
  }: { place: string; isLocal: boolean; chart?: QueryChart | undefined; leads?: readonly (string | undefined)[] },
): Doc {
  const { columns, rows } = result;
  const hasLeads = leads?.some((lead) => lead !== undefined) ?? false;
  return {
    title,
    blocks: [
      paragraph(place),
      paragraph(resultText(result, isLocal)),
      ...(chart ? chartBlocks(chart) : []),
      ...(rows.length
        ? [{ kind: "table" as const, columns, rows, ...(hasLeads && leads ? { leads } : {}) }]
        : [paragraph("Nothing was found.", "quiet")]),
    ],
  };
}
