import assert from "node:assert/strict";
import { CallBudget } from "../../src/core/logs/budget";
import { FakeClock } from "./support/fakeClock";
import { failure, FakeLogs, seeded } from "./support/fakeLogs";
import { faultsOf, startTail, type Bed } from "./support/tails";

const lines = (from: number, count: number, at: number, step = 1) =>
  Array.from({ length: count }, (_, index) => ({ at: at + index * step, message: `line ${from + index}` }));
async function ended(bed: Bed): Promise<void> {
  await bed.clock.until(bed.tail.stop());
}

describe("a tail", () => {
  it("prints what is stored already and then what comes, each event once", async () => {
    const bed = startTail(
      {},
      { prepare: (logs) => logs.put("/g", "s", lines(0, 120, Date.UTC(2026, 10, 24, 11, 59, 30))) },
    );
    await bed.clock.advance(3_000);
    for (let step = 0; step < 30; step++) {
      bed.logs.put("/g", "s", lines(120 + step * 7, 7, bed.clock.now()), 300);
      await bed.clock.advance(1_000);
    }
    await bed.clock.advance(10_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.equal(bed.printed.length, 330);
    assert.equal(bed.tail.state.total, 330);
  });

  for (const knows of [true, false])
    it(`gives the last lines alone, ${knows ? "by a call for each group" : "also where the endpoint gives the oldest first"}`, async () => {
      const past = Date.UTC(2026, 10, 20);
      const bed = startTail(
        { follow: false, from: Date.UTC(2024, 0, 1), lines: 7 },
        {
          prepare: (logs) => {
            logs.knowsNewest = knows;
            logs.put("/g", "s", lines(0, 120, past));
            logs.put("/g", "t", [{ at: past + 117, message: "another stream's" }]);
          },
        },
      );
      await bed.clock.until(bed.tail.done);
      assert.deepEqual(
        bed.printed.map(({ message }) => message),
        ["line 114", "line 115", "line 116", "line 117", "another stream's", "line 118", "line 119"],
      );
      if (knows) assert.equal(bed.logs.requests.length, 1);
    });

  it("goes on after the last lines with what comes, each once", async () => {
    const bed = startTail(
      { from: Date.UTC(2024, 0, 1), lines: 3 },
      { prepare: (logs) => logs.put("/g", "s", lines(0, 50, Date.UTC(2026, 10, 24, 11, 59, 30), 100)) },
    );
    await bed.clock.advance(5_000);
    bed.logs.put("/g", "s", lines(50, 5, bed.clock.now()));
    await bed.clock.advance(200_000);
    await ended(bed);
    assert.deepEqual(
      bed.printed.map(({ message }) => message),
      [47, 48, 49, 50, 51, 52, 53, 54].map((number) => `line ${number}`),
    );
  });

  it("follows empty pages with tokens to the end", async () => {
    const bed = startTail(
      {},
      {
        prepare: (logs) => {
          logs.emptyPages = 0.6;
          logs.pageSize = 5;
        },
      },
    );
    for (let step = 0; step < 20; step++) {
      bed.logs.put("/g", "s", lines(step * 11, 11, bed.clock.now()));
      await bed.clock.advance(1_000);
    }
    await bed.clock.advance(60_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
  });

  it("prints an event that comes late once, and marks it", async () => {
    const bed = startTail();
    bed.logs.put("/g", "s", lines(0, 3, bed.clock.now()));
    await bed.clock.advance(20_000);
    bed.logs.put("/g", "s", [{ at: bed.clock.now() - 15_000, message: "from before" }]);
    bed.logs.put("/g", "s", lines(3, 3, bed.clock.now()));
    await bed.clock.advance(40_000);
    bed.logs.put("/g", "s", [{ at: bed.clock.now() - 58_000, message: "from long before" }]);
    await bed.clock.advance(100_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.deepEqual(
      bed.printed.filter((event) => event.late).map((event) => event.message),
      ["from long before"],
    );
    assert.equal(bed.tail.state.late, 1);
    assert.match(bed.text, /\(late\) from long before/);
  });

  it("shows all of several events that look the same", async () => {
    for (const mode of ["polling", "auto"] as const) {
      const bed = startTail({ mode });
      const at = bed.clock.now() + 5_000;
      await bed.clock.advance(5_000);
      bed.logs.put(
        "/g",
        "s",
        Array.from({ length: 4 }, () => ({ at, message: "retrying" })),
        8_000,
      );
      await bed.clock.advance(5_000);
      bed.logs.put(
        "/g",
        "s",
        Array.from({ length: 3 }, () => ({ at, message: "retrying" })),
        2_000,
      );
      await bed.clock.advance(60_000);
      await ended(bed);
      assert.deepEqual(faultsOf(bed, bed.logs.events), [], mode);
    }
  });

  it("goes on at its watermark after throttling, and halves the budget's rate", async () => {
    const bed = startTail();
    await bed.clock.advance(5_000);
    bed.logs.failures.push(...Array.from({ length: 4 }, () => failure("ThrottlingException")));
    bed.logs.put("/g", "s", lines(0, 30, bed.clock.now()));
    await bed.clock.advance(3_000);
    assert.ok(bed.budget.rate < 25);
    await bed.clock.advance(60_000);
    assert.equal(bed.budget.rate, 25);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.equal(bed.tail.state.throttled, 4);
    assert.ok(bed.notes.some((note) => note.includes("throttles")));
  });

  it("waits for new credentials and then fills in what came meanwhile", async () => {
    const bed = startTail({ mode: "auto" });
    await bed.clock.advance(5_000);
    let expired = true;
    bed.logs.broken = () => (expired ? failure("CredentialsExpired") : undefined);
    for (const session of bed.logs.sessions) session.end = "CredentialsExpired";
    for (let minute = 0; minute < 10; minute++) {
      bed.logs.put("/g", "s", lines(minute * 5, 5, bed.clock.now()));
      await bed.clock.advance(60_000);
    }
    assert.equal(bed.tail.state.phase, "credentials");
    assert.equal(bed.printed.length, 0);
    const before = bed.logs.calls.filter;
    await bed.clock.advance(60_000);
    assert.equal(bed.logs.calls.filter, before, "nothing is asked while nobody has signed in");
    expired = false;
    bed.signIn();
    await bed.clock.advance(10_000);
    assert.equal(bed.tail.state.phase, "following");
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.equal(bed.logs.calls.renewed, 1);
  });

  it("fills in what came while the machine slept, or the network was gone", async () => {
    const bed = startTail({ mode: "auto" });
    await bed.clock.advance(5_000);
    bed.clock.jump(7_200_000);
    bed.logs.put("/g", "s", lines(0, 500, bed.clock.now() - 7_000_000, 13_000));
    await bed.clock.advance(120_000);
    let gone = true;
    bed.logs.broken = () => (gone ? failure("Unreachable") : undefined);
    for (const session of bed.logs.sessions) session.end = "ECONNRESET";
    for (let minute = 0; minute < 30; minute++) {
      bed.logs.put("/g", "s", lines(500 + minute * 10, 10, bed.clock.now()));
      await bed.clock.advance(60_000);
    }
    gone = false;
    await bed.clock.advance(90_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.ok(
      bed.notes.some((note) => note.includes("slept")),
      bed.notes.join("\n"),
    );
    assert.ok(
      bed.notes.some((note) => note.includes("cannot be reached")),
      bed.notes.join("\n"),
    );
  });

  it("loses nothing while paused, and none of it needs memory", async () => {
    const bed = startTail({ mode: "auto" });
    await bed.clock.advance(5_000);
    bed.tail.pause();
    await bed.clock.advance(2_000);
    const before = bed.logs.calls.filter;
    for (let minute = 0; minute < 20; minute++) {
      bed.logs.put("/g", "s", lines(minute * 10, 10, bed.clock.now()));
      await bed.clock.advance(60_000);
    }
    assert.equal(bed.logs.calls.filter, before);
    assert.equal(bed.logs.sessions.size, 0);
    bed.tail.resume();
    await bed.clock.advance(60_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
  });

  it("takes other lines from the moment on at which the filter changes", async () => {
    const bed = startTail({ pattern: "ERROR" });
    await bed.clock.advance(3_000);
    bed.logs.put("/g", "s", [
      { at: bed.clock.now(), message: "ERROR one" },
      { at: bed.clock.now(), message: "fine one" },
    ]);
    await bed.clock.advance(10_000);
    bed.tail.setFilter(undefined);
    await bed.clock.advance(1_000);
    bed.logs.put("/g", "s", [
      { at: bed.clock.now(), message: "ERROR two" },
      { at: bed.clock.now(), message: "fine two" },
    ]);
    await bed.clock.advance(30_000);
    await ended(bed);
    assert.deepEqual(
      bed.printed.map((event) => event.message),
      ["ERROR one", "ERROR two", "fine two"],
    );
  });

  it("goes on with the filter before where CloudWatch refuses one", async () => {
    const bed = startTail({ mode: "auto" }, { prepare: (logs) => (logs.refusedPattern = "bad[") });
    await bed.clock.advance(3_000);
    bed.tail.setFilter("bad[");
    await bed.clock.advance(5_000);
    bed.logs.put("/g", "s", lines(0, 5, bed.clock.now()));
    await bed.clock.advance(30_000);
    assert.deepEqual(
      [bed.tail.state.phase, bed.tail.state.filter, bed.tail.state.via],
      ["following", undefined, "liveTail"],
    );
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.ok(bed.notes.some((note) => note.includes("does not take the filter")));
  });

  it("starts from AWS's clock where this machine's is wrong", async () => {
    const bed = startTail({ back: 0 }, { prepare: (logs) => (logs.offset = -3_600_000) });
    await bed.clock.advance(2_000);
    bed.logs.put("/g", "s", lines(0, 5, bed.clock.now() - 3_600_000));
    await bed.clock.advance(10_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
  });

  it("keeps all tails within one budget", async () => {
    const clock = new FakeClock();
    const logs = new FakeLogs(clock, seeded(3));
    logs.pageSize = 10;
    const budget = new CallBudget(5, clock);
    const beds = Array.from({ length: 8 }, (_, index) =>
      startTail({ target: { kind: "group", group: `/g${index}` } }, { clock, logs, budget, seed: index }),
    );
    for (let second = 0; second < 60; second++) {
      for (let index = 0; index < 8; index++) logs.put(`/g${index}`, "s", lines(second * 3, 3, clock.now()));
      await clock.advance(1_000);
    }
    assert.ok(logs.calls.filter <= 5 * 61 + 5, `${logs.calls.filter} calls in a minute`);
    await clock.advance(120_000);
    for (const bed of beds) await ended(bed);
    beds.forEach((bed, index) =>
      assert.deepEqual(
        faultsOf(
          bed,
          logs.events.filter((event) => event.group === `/g${index}`),
        ),
        [],
      ),
    );
  });
});

describe("Live Tail", () => {
  it("brings events within a second, and polls seldom beside it", async () => {
    const bed = startTail({ mode: "auto" }, { prepare: (logs) => (logs.pageSize = 1000) });
    await bed.clock.advance(60_000);
    const before = bed.logs.calls.filter;
    for (let second = 0; second < 300; second++) {
      bed.logs.put("/g", "s", lines(second, 1, bed.clock.now()), 10_000);
      await bed.clock.advance(1_000);
    }
    assert.equal(bed.tail.state.via, "liveTail");
    assert.ok(bed.printed.length >= 297);
    assert.ok(bed.logs.calls.filter - before <= 10, `${bed.logs.calls.filter - before} polls in five minutes`);
    await bed.clock.advance(80_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
  });

  it("says that it is sampled, and fills in what was left out", async () => {
    const bed = startTail(
      { mode: "auto" },
      {
        prepare: (logs) => {
          logs.liveLimit = 10;
          logs.pageSize = 1000;
        },
      },
    );
    await bed.clock.advance(2_000);
    for (let second = 0; second < 20; second++) {
      bed.logs.put("/g", "s", lines(second * 50, 50, bed.clock.now()), 6_000);
      await bed.clock.advance(1_000);
    }
    await bed.clock.advance(90_000);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.ok(bed.tail.state.sampled >= 15);
    assert.ok(bed.tail.state.filled >= 500, `${bed.tail.state.filled} filled in`);
    assert.ok(bed.notes.some((note) => note.includes("sampled")));
  });

  it("begins another session after its three hours, a break and a silence", async () => {
    const bed = startTail({ mode: "auto" });
    for (const end of ["SessionTimeoutException", "ECONNRESET", "silence"]) {
      await bed.clock.advance(5_000);
      bed.logs.put("/g", "s", lines(0, 5, bed.clock.now()), 3_000);
      for (const session of bed.logs.sessions) session.end = end;
      bed.logs.put("/g", "s", lines(5, 5, bed.clock.now()), 3_000);
      await bed.clock.advance(60_000);
    }
    assert.equal(bed.logs.calls.live, 4);
    assert.equal(bed.logs.sessions.size, 1);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    for (const text of ["three hours", "ECONNRESET", "15 s"])
      assert.ok(
        bed.notes.some((note) => note.includes(text)),
        text,
      );
  });

  it("gives way to polling where the endpoint has none, and says so once", async () => {
    const bed = startTail({ mode: "auto" }, { prepare: (logs) => (logs.hasLive = false) });
    for (let second = 0; second < 60; second++) {
      bed.logs.put("/g", "s", lines(second, 1, bed.clock.now()));
      await bed.clock.advance(1_000);
    }
    await bed.clock.advance(10_000);
    assert.equal(bed.logs.calls.live, 1);
    assert.equal(bed.tail.state.via, "polling");
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
    assert.equal(bed.notes.filter((note) => note.startsWith("No Live Tail here")).length, 1);
  });

  it("stops while nobody sees it, goes on polling, and comes back", async () => {
    const bed = startTail({ mode: "auto" });
    await bed.clock.advance(3_000);
    bed.tail.setHidden(true);
    await bed.clock.advance(1_000);
    assert.equal(bed.logs.sessions.size, 0);
    bed.logs.put("/g", "s", lines(0, 5, bed.clock.now()));
    await bed.clock.advance(30_000);
    assert.equal(bed.printed.length, 5);
    bed.tail.setHidden(false);
    await bed.clock.advance(2_000);
    assert.equal(bed.logs.sessions.size, 1);
    bed.tail.setMode("polling");
    await bed.clock.advance(2_000);
    assert.equal(bed.logs.sessions.size, 0);
    bed.tail.setMode("liveTail");
    await bed.clock.advance(2_000);
    assert.equal(bed.logs.sessions.size, 1);
    await ended(bed);
    assert.deepEqual(faultsOf(bed, bed.logs.events), []);
  });
});
