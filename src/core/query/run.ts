/** Runs a query of Logs Insights to its end: started, looked at, stopped in AWS where nobody waits for it any more. */
import { isCancelled, SlipwayError, throwIfCancelled } from "../base/errors";
import type { QueryAnswer, QueryPort, QueryRequest } from "../ports/queries";

/** Milliseconds between two looks: the first come quickly, since most queries take a second. */
const firstLook = 250;
const longestPause = 2000;

/** What a query found, as a table. */
export interface QueryResult {
  readonly columns: readonly string[];
  /** A cell that a row does not have is empty. */
  readonly rows: readonly (readonly string[])[];
  readonly statistics: QueryAnswer["statistics"];
}

interface Sleeper {
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** What CloudWatch adds for its own use: a pointer to the whole event. */
const hidden = "@ptr";

/** The columns in the order in which they first come; CloudWatch gives each row its own fields. */
export function tableOf({ rows, statistics }: QueryAnswer): QueryResult {
  const columns = [...new Set(rows.flatMap((row) => row.map(({ field }) => field)))].filter(
    (field) => field !== hidden,
  );
  return {
    columns,
    rows: rows.map((row) => columns.map((column) => row.find(({ field }) => field === column)?.value ?? "")),
    statistics,
  };
}

/**
 * @param tell called with what there is so far
 * @throws SlipwayError Cancelled, when the query has been stopped in AWS; QueryFailed, QueryTimeout
 */
export async function runQuery(
  port: QueryPort,
  clock: Sleeper,
  request: QueryRequest,
  signal: AbortSignal,
  tell: (soFar: QueryAnswer) => void = () => undefined,
): Promise<QueryResult> {
  throwIfCancelled(signal);
  const id = await port.start(request);
  try {
    for (let pause = firstLook; ; pause = Math.min(pause * 1.5, longestPause)) {
      await clock.sleep(pause, signal);
      const answer = await port.answer(id);
      switch (answer.state) {
        case "Complete":
          return tableOf(answer);
        case "Failed":
        case "Timeout":
        case "Cancelled":
          throw endedOtherwise(answer);
        default:
          tell(answer);
      }
    }
  } catch (error) {
    // Left alone it would go on reading, and what it reads costs.
    if (isCancelled(error)) await port.stop(id).catch(() => undefined);
    throw error;
  }
}

const endings = {
  Failed: { code: "QueryFailed", summary: "CloudWatch gave the query up, and does not say why." },
  Timeout: { code: "QueryTimeout", summary: "The query took longer than the hour that CloudWatch gives one." },
  Cancelled: { code: "QueryStopped", summary: "Somebody else stopped the query." },
} as const;

function endedOtherwise({ state, statistics }: QueryAnswer): SlipwayError {
  const { code, summary } = endings[state as keyof typeof endings];
  return new SlipwayError({
    code,
    summary,
    evidence: [`It had read ${statistics.scanned} events, ${statistics.bytes} bytes.`],
    remedy: "Ask about less time, or filter sooner.",
    actions: ["retry"],
  });
}
