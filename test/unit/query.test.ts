/** Queries of Logs Insights: their files, their end, their results. */
import assert from "node:assert/strict";
import type { SlipwayError } from "../../src/core/base/errors";
import { cancelled } from "../../src/core/base/errors";
import type { QueryAnswer, QueryPort, QueryState } from "../../src/core/ports/queries";
import { chartOf, rowTimes } from "../../src/core/query/chart";
import { exampleQueries } from "../../src/core/query/examples";
import { runQuery, tableOf } from "../../src/core/query/run";
import { csvOf, headOf, isEmptyQuery, readingCost } from "../../src/core/query/text";
import { beginsCommand, fieldText, queryWords } from "../../src/core/query/words";
import { documentHtml, documentMarkdown, documentText, hasChart } from "../../src/core/render/document";
import { queryDocument } from "../../src/core/render/query";

const nothing = { matched: 0, scanned: 0, bytes: 0 };
const answer = (state: QueryState, rows: QueryAnswer["rows"] = []): QueryAnswer => ({
  state,
  rows,
  statistics: nothing,
});

/** Answers in this order, and notes what was stopped. */
function port(...answers: QueryAnswer[]): QueryPort & { stopped: string[] } {
  const stopped: string[] = [];
  return {
    stopped,
    start: async () => "q1",
    answer: async () => answers.shift() ?? answer("Running"),
    stop: async (id) => void stopped.push(id),
    fields: async () => [],
    saved: async () => [],
    save: async () => undefined,
  };
}
const request = { groups: ["/ecs/web"], text: "limit 1", from: 0, until: 1 };
const clock = {
  sleep: async (_milliseconds: number, signal?: AbortSignal) => {
    if (signal?.aborted) throw cancelled();
  },
};

describe("a query", () => {
  it("is looked at until it is complete, with what it has so far", async () => {
    const told: QueryState[] = [];
    const asked = port(answer("Scheduled"), answer("Running"), answer("Complete", [[{ field: "n", value: "8" }]]));
    const result = await runQuery(asked, clock, request, new AbortController().signal, ({ state }) => told.push(state));
    assert.deepEqual([told, result.columns, result.rows], [["Scheduled", "Running"], ["n"], [["8"]]]);
    assert.deepEqual(asked.stopped, []);
  });
  it("is stopped in AWS when nobody waits for it any more", async () => {
    const asked = port();
    const leave = new AbortController();
    await assert.rejects(
      runQuery(asked, clock, request, leave.signal, () => leave.abort()),
      (error) => (error as SlipwayError).code === "Cancelled",
    );
    assert.deepEqual(asked.stopped, ["q1"]);
  });
  for (const [state, code] of [
    ["Failed", "QueryFailed"],
    ["Timeout", "QueryTimeout"],
    ["Cancelled", "QueryStopped"],
  ] as const)
    it(`that ends as ${state} is said to`, () =>
      assert.rejects(
        runQuery(port(answer(state)), clock, request, new AbortController().signal),
        (error) => (error as SlipwayError).code === code,
      ));
});

describe("a result", () => {
  it("has each column once, in the order in which they come, and no pointers", () => {
    const cell = (field: string, value: string) => ({ field, value });
    const { columns, rows } = tableOf(
      answer("Complete", [
        [cell("@timestamp", "t"), cell("@ptr", "p"), cell("a", "1")],
        [cell("b", "2"), cell("a", "3"), cell("@ptr", "q")],
      ]),
    );
    assert.deepEqual(columns, ["@timestamp", "a", "b"]);
    assert.deepEqual(rows, [
      ["t", "1", ""],
      ["", "3", "2"],
    ]);
  });
  it("is CSV that spreadsheets read as it is, and calculate nothing of", () => {
    const rows = [
      ["a,b", 'say "x"', "two\nlines"],
      ["=1+1", "@now", "-5.5"],
    ];
    assert.equal(
      csvOf({ columns: ["one", "two", "three"], rows }),
      `one,two,three\r\n"a,b","say ""x""","two\nlines"\r\n'=1+1,'@now,-5.5\r\n`,
    );
  });
  it("is a table as text, Markdown and HTML, whatever is in it", () => {
    const hostile = "<script>x</script> | [a](command:b)\n# c";
    const doc = queryDocument(
      "Q",
      { columns: ["n"], rows: [[hostile]], statistics: nothing },
      { place: "p", isLocal: true },
    );
    assert.ok(!documentHtml(doc, { copy: "Copy" }).includes("<script>"));
    assert.equal(
      documentMarkdown(doc)
        .split("\n")
        .filter((line) => line.startsWith("| ")).length,
      3,
    );
    assert.ok(documentText(doc).includes("<script>x</script> | [a](command:b) # c"));
  });
});

describe("a query by time", () => {
  const at = (minutes: number): string =>
    new Date(Date.UTC(2026, 11, 1, 3, minutes)).toISOString().replace("T", " ").slice(0, 23);
  const start = Date.UTC(2026, 11, 1, 3, 0);
  const lines = (text: string, columns: string[], rows: string[][]) => chartOf({ columns, rows }, text, Date.parse);

  it("is drawn in steps of its bins: counted nothing is zero, of other values nobody knows", () => {
    const counted = lines(
      "stats count(*) as n by bin(5m)",
      ["bin(5m)", "n"],
      [
        [at(15), "4"],
        [at(0), "2"],
      ],
    );
    assert.deepEqual(counted, {
      from: start,
      until: start + 20 * 60_000,
      periodSeconds: 300,
      lines: [{ name: "n", values: [2, 0, 0, 4] }],
      others: 0,
    });
    const measured = lines(
      "stats avg(ms) by bin(5m) as t",
      ["t", "avg(ms)"],
      [
        [at(0), "1.5"],
        [at(10), "2"],
      ],
    );
    assert.deepEqual(measured?.lines, [{ name: "avg(ms)", values: [1.5, undefined, 2] }]);
  });
  it("has a line for each of what its rows are parted by, numbers among them, the greatest six", () => {
    const rows = [200, 201, 202, 203, 204, 404, 500].flatMap((status, index) => [
      [at(0), String(status), String(index + 1)],
      [at(1), String(status), "0"],
    ]);
    const drawn = lines("stats count(*) by bin(1m), status", ["bin(1m)", "status", "count(*)"], rows);
    assert.deepEqual(drawn?.lines[0], { name: "500", values: [7, 0] });
    assert.deepEqual([drawn?.lines.length, drawn?.others], [6, 1]);
  });
  for (const [why, text, columns, rows] of [
    [
      "no bins",
      "stats count(*) by status",
      ["status", "count(*)"],
      [
        ["200", "1"],
        ["500", "2"],
      ],
    ],
    ["one bin", "stats count(*) by bin(5m)", ["bin(5m)", "count(*)"], [[at(0), "1"]]],
    [
      "no numbers",
      "stats latest(@message) by bin(5m)",
      ["bin(5m)", "latest(@message)"],
      [
        [at(0), "a"],
        [at(5), "b"],
      ],
    ],
    [
      "steps without end",
      "stats count(*) by bin(1s)",
      ["bin(1s)", "n"],
      [
        ["2020-01-01 00:00:00.000", "1"],
        [at(5), "2"],
      ],
    ],
    [
      "moments that are none",
      "stats count(*) by bin(5m)",
      ["bin(5m)", "n"],
      [
        ["soon", "1"],
        ["later", "2"],
      ],
    ],
  ] as const)
    it(`is not drawn with ${why}`, () =>
      assert.equal(
        lines(
          text,
          [...columns],
          rows.map((row) => [...row]),
        ),
        undefined,
      ));
  it("leads from a row to its bin, from an event to its minute, and from nothing nowhere", () => {
    const bins = rowTimes(
      { columns: ["bin(5m)", "n"], rows: [[at(5), "1"]] },
      "stats count(*) as n by bin(5m)",
      Date.parse,
    );
    assert.deepEqual(bins.at(0), { from: start + 300_000, until: start + 600_000 });
    const events = rowTimes(
      { columns: ["@timestamp"], rows: [["2026-12-01 03:00:42.123"], ["?"]] },
      "fields @timestamp",
      Date.parse,
    );
    assert.deepEqual(
      [events.at(0), events.at(1), events.at(9)],
      [{ from: start, until: start + 60_000 }, undefined, undefined],
    );
  });
  it("is data on its page, and no markup, whatever its lines are called", () => {
    const hostile = '"><script>x</script>';
    const chart = lines(
      "stats count(*) by bin(1m), who",
      ["bin(1m)", "who", "count(*)"],
      [
        [at(0), hostile, "1"],
        [at(1), hostile, "2"],
      ],
    );
    const result = { columns: ["bin(1m)"], rows: [[at(0)], [at(1)]], statistics: nothing };
    const doc = queryDocument("Q", result, { place: "p", isLocal: true, chart, leads: ["Logs", undefined] });
    const page = documentHtml(doc, { copy: "Copy" });
    assert.ok(!page.includes("<script>") && page.includes("data-chart=") && hasChart(doc));
    assert.deepEqual(
      [...page.matchAll(/data-row="(\d+)"/g)].map(([, row]) => row),
      ["0"],
    );
  });
});

describe("a query's file", () => {
  it("says in its first comments what it is asked of", () => {
    const text = "# group: /ecs/web\n# Group: /ecs/api\n# since: 3h\n# another\n\nfields @message\n# group: /no";
    assert.deepEqual(headOf(text), { groups: ["/ecs/web", "/ecs/api"], since: "3h" });
    assert.deepEqual(headOf("limit 1"), { groups: [] });
  });
  it("may ask nothing", () => {
    assert.ok(isEmptyQuery("# only\n\n"));
    assert.ok(!isEmptyQuery("# and\nlimit 1"));
  });
  it("is completed with commands where one can begin", () => {
    assert.ok(["", "fi", "# c\n", "fields a | ", "fields a\n| so"].every(beginsCommand));
    assert.ok(!["fields a, ", "filter x = ", "stats count(*) as n by b"].some(beginsCommand));
    assert.equal(fieldText("request.path"), "request.path");
    assert.equal(fieldText("user-id"), "`user-id`");
    assert.equal(new Set(queryWords.map(({ word }) => word)).size, queryWords.length);
  });
  it("costs what it reads", () => {
    assert.equal(readingCost(0.8e9, false), "800 MB ≈ $0.004");
    assert.equal(readingCost(1000, false), "1 KB ≈ less than $0.001");
    assert.equal(readingCost(2e9, true), "2.0 GB");
  });
});

describe("the queries that come along", () => {
  it("are ten, each with a title and a command", () => {
    assert.equal(exampleQueries.length, 10);
    for (const { text, title } of exampleQueries)
      assert.ok(title && queryWords.some(({ kind, word }) => kind === "command" && text.startsWith(word)), text);
  });
});
