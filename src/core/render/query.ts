/** What a query found, in words and as a document. */
import { readingCost } from "../query/text";
import type { QueryResult } from "../query/run";
import { paragraph, type Doc } from "./document";

/** "20 rows of 1,204 matching events; 0.8 GB ≈ $0.004 read". */
export function resultText({ rows, statistics }: QueryResult, isLocal: boolean): string {
  const count = (value: number, one: string, many: string): string =>
    `${new Intl.NumberFormat("en-US").format(value)} ${value === 1 ? one : many}`;
  return (
    `${count(rows.length, "row", "rows")} of ${count(statistics.matched, "matching event", "matching events")}; ` +
    `${readingCost(statistics.bytes, isLocal)} read.`
  );
}

/** The page of a result. */
export function queryDocument(
  title: string,
  result: QueryResult,
  { place, isLocal }: { place: string; isLocal: boolean },
): Doc {
  const { columns, rows } = result;
  return {
    title,
    blocks: [
      paragraph(place),
      paragraph(resultText(result, isLocal)),
      ...(rows.length ? [{ kind: "table" as const, columns, rows }] : [paragraph("Nothing was found.", "quiet")]),
    ],
  };
}
