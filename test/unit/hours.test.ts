/** Hours as a sentence: what is understood, what is not, and when that is in a zone with daylight saving. */
import assert from "node:assert/strict";
import { cronOf, isWithin, nextChanges, readHours, switchesOf, type Hours } from "../../src/core/app/hours";

function hours(text: string): Hours {
  const read = readHours(text);
  if ("wrong" in read) throw new Error(read.wrong);
  return read;
}
const crons = (text: string): string[] =>
  switchesOf(hours(text)).map((each) => `${each.isOn ? "on" : "off"} ${cronOf(each)}`);

describe("hours in which an application runs", () => {
  for (const [text, expected] of [
    ["weekdays 8-19 Europe/Berlin", ["on cron(0 8 ? * MON-FRI *)", "off cron(0 19 ? * MON-FRI *)"]],
    ["mon-fri 08:00-19:30 America/New_York", ["on cron(0 8 ? * MON-FRI *)", "off cron(30 19 ? * MON-FRI *)"]],
    [
      "mon-fri 08:00-19:30 America/New_York, sat 10-14",
      [
        "on cron(0 8 ? * MON-FRI *)",
        "on cron(0 10 ? * SAT *)",
        "off cron(0 14 ? * SAT *)",
        "off cron(30 19 ? * MON-FRI *)",
      ],
    ],
    ["mon, wed, fri 9-17 UTC", ["on cron(0 9 ? * MON,WED,FRI *)", "off cron(0 17 ? * MON,WED,FRI *)"]],
    ["daily 7:15-23 Asia/Kolkata", ["on cron(15 7 ? * * *)", "off cron(0 23 ? * * *)"]],
    ["daily 22-6 UTC", ["off cron(0 6 ? * * *)", "on cron(0 22 ? * * *)"]],
    // Over midnight, and over the end of the week.
    ["fri 22-2 UTC", ["off cron(0 2 ? * SAT *)", "on cron(0 22 ? * FRI *)"]],
    ["sun 22-2 UTC", ["off cron(0 2 ? * MON *)", "on cron(0 22 ? * SUN *)"]],
    ["weekends 0-24 UTC", ["on cron(0 0 ? * SAT *)", "off cron(0 0 ? * MON *)"]],
    ["fri-mon 0-24 UTC", ["on cron(0 0 ? * FRI *)", "off cron(0 0 ? * TUE *)"]],
    // What touches or overlaps is one.
    ["mon 8-12, mon 12-17 UTC", ["on cron(0 8 ? * MON *)", "off cron(0 17 ? * MON *)"]],
    ["mon 8-14, mon 12-17, mon 9-10 UTC", ["on cron(0 8 ? * MON *)", "off cron(0 17 ? * MON *)"]],
    ["mon 0-8, sun 20-24 UTC", ["off cron(0 8 ? * MON *)", "on cron(0 20 ? * SUN *)"]],
    [
      "mon 8-12, mon 13-17 UTC",
      ["on cron(0 8 ? * MON *)", "off cron(0 12 ? * MON *)", "on cron(0 13 ? * MON *)", "off cron(0 17 ? * MON *)"],
    ],
  ] as const)
    it(`${text}`, () => assert.deepEqual(crons(text), expected));

  for (const [text, why] of [
    ["", /a part is empty/],
    ["weekdays 8-19", /time zone is missing/],
    ["weekdays Europe/Berlin", /times are missing/],
    ["8-19 Europe/Berlin", /"8-19" is no day/],
    ["weekday 8-19 Europe/Berlin", /"weekday" is no day/],
    ["mon-fri-sat 8-19 UTC", /is no day/],
    ["monday 8-19 UTC", /"monday" is no day/],
    ["weekdays 8 UTC", /"8" is no span/],
    ["weekdays 8-25 UTC", /"25" is no time/],
    ["weekdays 8-24:01 UTC", /"24:01" is no time/],
    ["weekdays 8:5-19 UTC", /"8:5" is no time/],
    ["weekdays 8am-7pm UTC", /"8am" is no time/],
    ["weekdays 8-8 UTC", /begins where it ends/],
    ["weekdays 24-8 UTC", /begins where it ends/],
    ["weekdays 8-12-19 UTC", /no span/],
    ["weekdays 8 - 19 UTC", /too much|no span/],
    ["weekdays 8-19 Mars/Phobos", /"Mars\/Phobos" is no time zone/],
    ["weekdays 8-19 CET", /"CET" is no time zone/],
    ["weekdays 8-19 GMT+1", /no time zone/],
    ["weekdays 8-19 europe/berlin", /too much/],
    ["mon 8-19 Europe/Berlin, tue 8-19 UTC", /two time zones/],
    ["daily 0-24 UTC", /that is always/],
    ["daily 8-20, daily 20-8 UTC", /that is always/],
    ["weekdays 8-19, Europe/Berlin", /part is empty/],
    ["mon 8-19,, tue 8-9 UTC", /part is empty/],
  ] as const)
    it(`refuses "${text}" and says why`, () => {
      const read = readHours(text);
      assert.ok("wrong" in read, JSON.stringify(read));
      assert.match(read.wrong, why);
    });

  // Each change as UTC: the zone's clocks show the same, AWS's and ours.
  for (const [text, after, expected] of [
    [
      "weekdays 8-19 Europe/Berlin",
      "2027-03-26T12:00Z",
      ["-2027-03-26T18:00", "+2027-03-29T06:00", "-2027-03-29T17:00"],
    ],
    [
      "weekdays 8-19 Europe/Berlin",
      "2027-10-29T12:00Z",
      ["-2027-10-29T17:00", "+2027-11-01T07:00", "-2027-11-01T18:00"],
    ],
    [
      "daily 8-19 America/New_York",
      "2027-03-13T12:00Z",
      ["+2027-03-13T13:00", "-2027-03-14T00:00", "+2027-03-14T12:00"],
    ],
    [
      "daily 8-19 America/New_York",
      "2027-11-06T13:00Z",
      ["-2027-11-06T23:00", "+2027-11-07T13:00", "-2027-11-08T00:00"],
    ],
    // What a change to summer skips comes at its end, what comes twice comes once.
    ["sun 2:30-5 Europe/Berlin", "2027-03-27T12:00Z", ["+2027-03-28T01:00", "-2027-03-28T03:00", "+2027-04-04T00:30"]],
    ["sun 2:30-5 Europe/Berlin", "2027-10-30T12:00Z", ["+2027-10-31T00:30", "-2027-10-31T04:00", "+2027-11-07T01:30"]],
    [
      "sun 1-2 Australia/Lord_Howe",
      "2027-10-02T00:00Z",
      ["+2027-10-02T14:30", "-2027-10-02T15:30", "+2027-10-09T14:00"],
    ],
    ["mon 8-9 Pacific/Auckland", "2027-04-01T00:00Z", ["+2027-04-04T20:00", "-2027-04-04T21:00", "+2027-04-11T20:00"]],
    ["mon 8-9 UTC", "2027-04-05T08:00Z", ["-2027-04-05T09:00", "+2027-04-12T08:00", "-2027-04-12T09:00"]],
  ] as const)
    it(`${text} after ${after}`, () => {
      const found = nextChanges(hours(text), Date.parse(after), 3);
      assert.deepEqual(
        found.map(({ at, isOn }) => `${isOn ? "+" : "-"}${new Date(at).toISOString().slice(0, 16)}`),
        expected,
      );
    });

  it("the next changes are written as the zone's clocks show them", () =>
    assert.deepEqual(
      nextChanges(hours("weekdays 8-19 Europe/Berlin"), Date.parse("2027-03-26T12:00Z"), 2).map(({ local }) => local),
      ["Fri 2027-03-26 19:00", "Mon 2027-03-29 08:00"],
    ));

  for (const [text, at, isIn] of [
    ["weekdays 8-19 Europe/Berlin", "2027-03-26T06:59Z", false],
    ["weekdays 8-19 Europe/Berlin", "2027-03-26T07:00Z", true],
    ["weekdays 8-19 Europe/Berlin", "2027-03-26T18:00Z", false],
    ["weekdays 8-19 Europe/Berlin", "2027-03-29T06:00Z", true],
    ["weekdays 8-19 Europe/Berlin", "2027-03-28T10:00Z", false],
    ["sun 22-2 UTC", "2027-03-29T01:59Z", true],
    ["sun 22-2 UTC", "2027-03-29T02:00Z", false],
  ] as const)
    it(`${text}: ${at} is ${isIn ? "within" : "outside"}`, () =>
      assert.equal(isWithin(hours(text), Date.parse(at)), isIn));
});
