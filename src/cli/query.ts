import type { Backend, Connection, RunRequest } from "../core/api";
import { isSlipwayError, SlipwayError } from "../core/base/errors";
import { requireOrder } from "../core/logs/since";
import { csvOf, headOf, isEmptyQuery } from "../core/query/text";
import { alignedRows } from "../core/render/document";
import { resultText } from "../core/render/query";
import { systemClock } from "../machine/clock";
import { readNamedFile } from "../machine/workspaceFiles";
import type { QueryArguments } from "./figuresArguments";
import { momentOf } from "./moment";
import { usageError } from "./usage";

const defaultSince = "1h";

/** A file where there is one of this name, or where its ending says so; else the query itself. */
async function textOf(what: string): Promise<string> {
  const isFile = /\.cwli$/i.test(what);
  // A query has commands with room between them; a word of its own may be a file's name.
  const text = isFile || !/[\s|]/.test(what) ? await readNamedFile(what) : undefined;
  if (text !== undefined) return text;
  if (isFile) throw usageError(`There is no file ${what}.`);
  return what;
}

/** Where what is printed goes: rows apart from what is said of them. */
export interface QueryOutput {
  say(line: string): void;
  write(text: string): void;
  complain(line: string): void;
}

/**
 * `slipway query`: asks Logs Insights.
 * @returns 0
 */
export async function runQueryCommand(
  given: QueryArguments,
  { request, format }: { request: RunRequest; format: string },
  engine: Backend,
  connection: Pick<Connection, "query" | "choice" | "identity">,
  signal: AbortSignal,
  { say, write, complain }: QueryOutput,
): Promise<number> {
  const text = await textOf(given.what);
  if (isEmptyQuery(text)) throw usageError("There is no query: nothing but comments.");
  const head = headOf(text);
  const named = given.groups.length ? given.groups : head.groups;
  const groups = named.length ? named : [(await engine.project(request.folder, request, connection)).app.logGroup];
  const now = systemClock.now();
  const begin = momentOf(given.since ?? head.since ?? defaultSince);
  const end = given.until === undefined ? { from: now } : momentOf(given.until);
  const until = "from" in end ? end.from : now - end.back;
  requireOrder(begin, until, now);
  const from = "from" in begin ? begin.from : now - begin.back;
  const limit = given.limit === undefined ? {} : { limit: given.limit };
  const result = await connection.query({ groups, text, from, until, ...limit }, signal).catch((error: unknown) => {
    throw withLine(error, text);
  });
  const { columns, rows, statistics } = result;
  const records = rows.map((row) => Object.fromEntries(row.map((cell, at) => [columns[at] ?? "", cell])));
  if (format === "json") say(JSON.stringify({ groups, from, until, columns, rows: records, statistics }));
  else if (format === "csv") write(csvOf(result));
  else alignedRows([columns, ...rows]).forEach(say);
  if (format === "text") complain(resultText(result, connection.choice.kind === "sandbox"));
  return 0;
}

/** A mistake with the line that it is in, and a sign below it. */
function withLine(error: unknown, text: string): unknown {
  if (!isSlipwayError(error) || !error.at) return error;
  const { code, summary, remedy, at } = error;
  const begin = text.lastIndexOf("\n", at.from - 1) + 1;
  const line = text.slice(begin).split("\n")[0] ?? "";
  const length = Math.max(1, Math.min(at.to, begin + line.length) - at.from);
  const evidence = [line, `${" ".repeat(Math.max(0, at.from - begin))}${"^".repeat(length)}`];
  return new SlipwayError({ code, summary, remedy, actions: [], evidence, at });
}
