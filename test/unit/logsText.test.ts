import assert from "node:assert/strict";
import { dateOf, defaultFormat, Formatter, type FormatOptions } from "../../src/core/logs/format";
import type { TailEvent } from "../../src/core/logs/tailTypes";
import { tailEvent } from "../../src/core/logs/output";
import { patternProblem } from "../../src/core/logs/pattern";
import { parseDuration, parseSince, requireOrder } from "../../src/core/logs/since";
import { partsOf, targetName } from "../../src/core/logs/target";

const at = Date.UTC(2026, 10, 24, 17, 3, 12, 45);
const task = "3f2a9c1b".repeat(4);
const event = (message: string, more: Partial<TailEvent> = {}): TailEvent => ({
  ...tailEvent("/ecs/web", { at, ingestedAt: at, stream: `web/app/${task}`, message }, false),
  ...more,
});
const text = (message: string, options: Partial<FormatOptions> = {}): string =>
  new Formatter({ ...defaultFormat, ...options }, () => 0)
    .text([event(message)])
    .split("\n")
    .slice(1)
    .join("\n");

describe("a line of a tail", () => {
  it("has local time with milliseconds, the short task id, the container and the message", () => {
    assert.equal(
      new Formatter(defaultFormat, () => 330).text([event("hello")]),
      "---- 2026-11-24 ----\n22:33:12.045 3f2a9c1b app hello\n",
    );
  });
  it("keeps an event of several lines together below its first", () => {
    assert.equal(
      text("Error: bad\n  at one\r\n  at two\n"),
      `17:03:12.045 3f2a9c1b app Error: bad\n${" ".repeat(24)}|   at one\n${" ".repeat(24)}|   at two\n`,
    );
  });
  it("shows JSON as it is, indented, or as its members", () => {
    const json = '{"level":30,"msg":"served","http":{"status":200},"path":"/"}';
    assert.equal(text(json, { json: "raw" }), `17:03:12.045 3f2a9c1b app ${json}\n`);
    assert.match(text(json, { json: "pretty" }), /app \{\n +\| {3}"level": 30,\n/);
    assert.equal(text(json), '17:03:12.045 3f2a9c1b app INFO served http={"status":200} path=/\n');
    assert.equal(
      text(json, { fields: ["level", "http.status", "msg"] }),
      "17:03:12.045 3f2a9c1b app INFO http.status=200 served\n",
    );
    assert.equal(text(json, { fields: ["nothing"] }), `17:03:12.045 3f2a9c1b app ${json}\n`);
    for (const broken of ['{"level":30', "{}x", "[1]"])
      assert.equal(text(broken), `17:03:12.045 3f2a9c1b app ${broken}\n`);
  });
  it("takes colors out where they are not shown, and shows what else a terminal would act on", () => {
    assert.equal(text("\u001b[31mred\u001b[0m and plain"), "17:03:12.045 3f2a9c1b app red and plain\n");
    const link = "\u001b]8;;http://x\u0007link\u001b]8;;\u0007";
    for (const ansi of [true, false])
      assert.equal(text(link, { ansi }), "17:03:12.045 3f2a9c1b app ␛]8;;http://x␇link␛]8;;␇\n");
    assert.ok(text("\u001b[31mred", { ansi: true }).endsWith("\u001b[31mred\u001b[0m\n"));
  });
  it("shows a stream's name without what a terminal would act on", () => {
    const lines = new Formatter(defaultFormat, () => 0).text([
      event("hello", { task: undefined, container: undefined, stream: "\u001b]0;x\u0007\u202e" } as Partial<TailEvent>),
    ]);
    assert.match(lines, /17:03:12\.045 ␛\]0;x␇\\u202e hello\n$/);
  });
  it("says that it is late, and when the day changes", () => {
    const lines = new Formatter(defaultFormat, () => 0)
      .text([event("one"), event("two", { at: at + 86_400_000 }), event("back", { late: true })])
      .split("\n");
    assert.deepEqual(
      lines.filter((line) => line.startsWith("----")),
      ["---- 2026-11-24 ----", "---- 2026-11-25 ----", "---- back at 2026-11-24 ----"],
    );
    assert.match(lines.at(-2) ?? "", /\(late\) back$/);
  });
  it("knows the date of any day", () => {
    for (const day of [0, 58, 59, 60, 11_016, 11_017, 20_000, 20_781, 47_540])
      assert.equal(dateOf(day), new Date(day * 86_400_000).toISOString().slice(0, 10));
  });
});

describe("names", () => {
  it("finds container and task in a stream's name", () => {
    assert.deepEqual(partsOf(`web/app/${task}`), { container: "app", task });
    assert.deepEqual(partsOf("web/app/not-a-task"), {});
    assert.equal(
      targetName({ kind: "task", cluster: "c", service: "web", task: `arn:aws:ecs:us-east-1:1:task/c/${task}` }),
      "web/3f2a9c1b",
    );
    assert.equal(targetName({ kind: "stream", group: "/g", stream: `web/app/${task}` }), "app/3f2a9c1b");
  });
});

describe("since when", () => {
  it("reads durations, times of today and moments", () => {
    assert.equal(parseDuration("15m"), 900_000);
    assert.equal(parseDuration("1h 30min"), 5_400_000);
    assert.equal(parseDuration("soon"), undefined);
    assert.deepEqual(parseSince("2d", Date.parse, "2026-11-24"), { back: 172_800_000 });
    assert.deepEqual(parseSince("9:05", Date.parse, "2026-11-24"), { from: Date.parse("2026-11-24T09:05") });
    assert.deepEqual(parseSince("2026-11-24T14:05Z", Date.parse, "2026-11-24"), {
      from: Date.UTC(2026, 10, 24, 14, 5),
    });
    assert.throws(() => parseSince("yesterdayish", Date.parse, "2026-11-24"), /neither a duration/);
  });
  it("takes a date alone for its first minute on this machine", () => {
    assert.deepEqual(parseSince("2026-11-24", Date.parse, "2026-11-25"), { from: new Date(2026, 10, 24).getTime() });
    assert.deepEqual(parseSince("2026-11-24 14:05:06.5 +0200", Date.parse, "2026-11-25"), {
      from: Date.UTC(2026, 10, 24, 12, 5, 6, 500),
    });
  });
  it("refuses what is no time, with the forms that are taken", () => {
    for (const text of ["5", "500ms", "1 month", "2y", "2026-02-30", "2025-02-29", "24:00", "11-24", "2026", "Nov 24"])
      assert.throws(() => parseSince(text, Date.parse, "2026-11-24"), /15m.*2026-11-24T14:05/s, text);
  });
  it("refuses a range that ends before it begins", () => {
    assert.throws(() => requireOrder({ back: 60_000 }, 0, 120_000), /is before --since/);
    assert.throws(() => requireOrder({ from: 10 }, 9, 0), /Exchange them|is before --since/);
    requireOrder({ from: 10 }, 10, 0);
  });
});

describe("a filter pattern", () => {
  const right = [
    "",
    "ERROR",
    "ERROR timeout",
    '"two words"',
    "?ERROR ?WARN",
    "ERROR -timeout",
    '-"health check"',
    "%5\\d\\d%",
    '{ $.level = "error" }',
    '{$.status >= 500 && ($.path = "/api/*" || $.retry IS TRUE)}',
    "{ $.user NOT EXISTS }",
    "{ $.a[0].b != 3.5 }",
    "{ $.x IS NULL }",
    "{ $.message = %time.?out% }",
    "[ip, user, ..., status = 4*, bytes > 1000]",
    "[w1 = ERROR || w1 = WARN, ...]",
    "{ $.list[*].['a name'] = %x% || $['b'] = 1e-3 }",
    "%\\x28\\d+%",
  ];
  const wrong: [string, RegExp][] = [
    ['"open', /not closed/],
    ["%open", /no closing %/],
    ["%%", /no regular expression/],
    ["%(%", /cannot be read/],
    ["%gr(a|e)y%", /no parentheses/],
    ["%stop!%", /takes no "!"/],
    ["%a\\(b%", /no parentheses/],
    ["status:500", /in quotes alone/],
    ["user@example.com", /in quotes alone/],
    ['ERROR ""', /no text between these quotes/],
    ["%größe%", /takes no "ö"/],
    ["%[a%", /cannot be read/],
    ["{ $.a = %x% && $.b = %y% && $.c = %z% }", /2 regular expressions/],
    ["{ $.a == 1 }", /A value is expected/],
    ["ERROR - timeout", /needs a term/],
    ["{ $.a }", /comparison/],
    ["{ $.a = 1", /not closed/],
    ["{ a = 1 }", /begins with \$/],
    ['{ $.a > "x" }', /compares numbers/],
    ["{ $.a > x }", /compares numbers/],
    ["{ ($.a = 1 }", /\( that begins/],
    ["{ $.a = 1 } x", /Nothing may follow/],
    ["{ $.a IS maybe }", /TRUE, FALSE or NULL/],
    ["[a, b", /not closed/],
    ["[..., ...]", /Only one/],
    ["[a b]", /comma/],
    ["x".repeat(1025), /1024/],
  ];
  it("is let through where CloudWatch takes it", () => {
    for (const pattern of right) assert.equal(patternProblem(pattern), undefined, pattern);
  });
  it("is refused where CloudWatch cannot read it, with the place", () => {
    for (const [pattern, message] of wrong) {
      const problem = patternProblem(pattern);
      assert.equal(problem?.severity, "error", pattern);
      assert.match(problem.message, message);
      assert.ok(problem.at <= pattern.length);
    }
  });
  it("warns of what is taken and means something else", () => {
    assert.match(patternProblem("?ERROR timeout")?.message ?? "", /ignores/);
  });
});
