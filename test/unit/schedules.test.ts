/** Times of EventBridge Scheduler's expressions, and what slipway.json may say of schedules. */
import { strict as assert } from "node:assert";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import { isOver, nextTimes, timesOf, type ScheduledCommand } from "../../src/core/app/schedules";

const one = (expression: string, timezone = "UTC"): ScheduledCommand => ({
  name: "job",
  expression,
  timezone,
  command: ["true"],
});
const from = Date.parse("2026-12-01T12:00:00Z");
const next = (expression: string, timezone: string, at: string, count = 3): string[] =>
  nextTimes(one(expression, timezone), Date.parse(at), from, count).map((moment) =>
    new Date(moment).toISOString().slice(0, 16),
  );

describe("the times of a schedule", () => {
  it("go by the clocks of their zone, over both changes", () => {
    // Half past two does not exist on 28 March 2027 in Berlin, and comes twice on 31 October.
    assert.deepEqual(next("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-26T12:00:00Z"), [
      "2027-03-27T01:30",
      "2027-03-29T00:30",
      "2027-03-30T00:30",
    ]);
    assert.deepEqual(next("cron(30 2 * * ? *)", "Europe/Berlin", "2027-10-30T12:00:00Z"), [
      "2027-10-31T00:30",
      "2027-11-01T01:30",
      "2027-11-02T01:30",
    ]);
    assert.deepEqual(next("cron(0 9 ? * MON-FRI *)", "America/New_York", "2026-12-04T15:00:00Z", 2), [
      "2026-12-07T14:00",
      "2026-12-08T14:00",
    ]);
  });

  it("have AWS's days, steps and ends", () => {
    // Sunday is 1.
    assert.deepEqual(next("cron(0 12 ? * 1 *)", "UTC", "2026-12-01T00:00:00Z", 2), [
      "2026-12-06T12:00",
      "2026-12-13T12:00",
    ]);
    assert.deepEqual(next("cron(5/20 8 * * ? *)", "UTC", "2026-12-01T00:00:00Z"), [
      "2026-12-01T08:05",
      "2026-12-01T08:25",
      "2026-12-01T08:45",
    ]);
    assert.deepEqual(next("cron(0 0 L * ? *)", "UTC", "2027-02-01T00:00:00Z", 2), [
      "2027-02-28T00:00",
      "2027-03-31T00:00",
    ]);
    assert.deepEqual(next("cron(0 0 1 1 ? 2027)", "UTC", "2026-12-01T00:00:00Z"), ["2027-01-01T00:00"]);
  });

  it("of a rate count from its beginning, of one moment are one", () => {
    assert.deepEqual(next("rate(90 minutes)", "UTC", "2026-12-01T12:00:00Z", 2), [
      "2026-12-01T13:30",
      "2026-12-01T15:00",
    ]);
    assert.deepEqual(next("at(2027-01-31T03:00:00)", "Europe/Berlin", "2026-12-01T12:00:00Z"), ["2027-01-31T02:00"]);
    assert.equal(isOver(one("at(2026-11-30T03:00:00)"), from), true);
    assert.equal(isOver(one("at(2026-12-01T13:00:00)", "Europe/Berlin"), from), true);
    assert.equal(isOver(one("at(2026-12-01T13:00:00)"), from), false);
    assert.equal(isOver(one("rate(1 hour)"), from), false);
  });

  it("are refused where Scheduler would refuse them, in words of their own", () => {
    for (const expression of [
      "0 3 * * *",
      "cron(0 3 * * *)",
      "cron(0 3 * * MON *)",
      "cron(0 3 ? * ? *)",
      "cron(61 3 * * ? *)",
      "cron()",
      "rate(0 hours)",
      "rate(1 week)",
      "rate(hour)",
      "at(2027-01-31)",
      "every night",
      "",
    ]) {
      const times = timesOf(expression, "UTC", 0);
      assert.ok(typeof times === "object", expression);
      assert.match(times.wrong, /is not understood/, expression);
    }
    for (const zone of ["Berlin", "Europe/Berlinn", ""]) {
      const times = timesOf("rate(1 hour)", zone, 0);
      assert.ok(typeof times === "object" && times.wrong.includes("time zone"), zone);
    }
  });
});

describe("schedules in slipway.json", () => {
  const app = (schedules: unknown, own: unknown = {}, environment?: string) =>
    resolveApplication(
      parseConfig(JSON.stringify({ applications: { web: { schedules, environments: { staging: own } } } })),
      "web",
      environment,
    ).schedules;
  const nightly = { expression: "cron(0 3 * * ? *)", command: ["report"] };

  it("are read in their order; nothing said of them is not the same as none", () => {
    assert.deepEqual(app({ nightly, hourly: { ...nightly, timezone: "Asia/Tokyo", enabled: false } }), [
      { ...nightly, name: "nightly", timezone: "UTC" },
      { ...nightly, name: "hourly", timezone: "Asia/Tokyo", enabled: false },
    ]);
    assert.equal(app(undefined), undefined);
    assert.deepEqual(app({}), []);
  });

  it("are an environment's as it says, one by one", () => {
    const names = (own: unknown): string[] => (app({ nightly }, own, "staging") ?? []).map(({ name }) => name);
    assert.deepEqual(names({}), ["nightly"]);
    assert.deepEqual(names({ schedules: { nightly: false } }), []);
    assert.deepEqual(names({ schedules: { more: nightly } }), ["nightly", "more"]);
  });

  it("say what is wrong with them, and where", () => {
    const refused = (schedules: unknown, text: RegExp) =>
      assert.throws(() => app(schedules), { code: "InvalidConfig", message: text });
    refused({ nightly: { ...nightly, expression: "0 3 * * *" } }, /schedules\.nightly.*0 3 \* \* \*/s);
    refused({ nightly: { ...nightly, timezone: "CET!" } }, /schedules\.nightly.*time zone/s);
    refused({ "a b": nightly }, /letters, digits/);
    refused({ nightly: { expression: "rate(1 hour)", command: [] } }, /command/);
  });
});
