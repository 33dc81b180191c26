import assert from "node:assert/strict";
import { failure, seeded } from "./support/fakeLogs";
import { faultsOf, startTail, type Bed } from "./support/tails";

async function ended(bed: Bed): Promise<void> {
  await bed.clock.until(bed.tail.stop());
}

describe("a tail under everything at once", function () {
  this.timeout(20_000);
  for (let seed = 1; seed <= 24; seed++) {
    it(`prints every event exactly once, in order but for those marked late (seed ${seed})`, async () => {
      const random = seeded(seed * 7919);
      const mode = seed % 3 === 0 ? "polling" : "auto";
      const bed = startTail(
        { mode },
        {
          seed,
          prepare: (logs) => {
            logs.pageSize = 20 + Math.floor(random() * 200);
            logs.emptyPages = random() * 0.4;
            logs.liveLimit = 5 + Math.floor(random() * 100);
            logs.latency = random() * 200;
          },
        },
      );
      const { clock, logs } = bed;
      const streams = Array.from({ length: 4 }, (_, index) => `web/app/${String(index).repeat(32)}`);
      let number = 0;
      for (let step = 0; step < 200; step++) {
        for (const stream of streams) {
          if (random() < 0.4) continue;
          const at = clock.now() - (random() < 0.1 ? random() * 50_000 : random() * 200);
          const count = random() < 0.05 ? 60 : Math.floor(random() * 6);
          const events = Array.from({ length: count }, (_, index) => ({
            at: Math.floor(at + (random() < 0.5 ? 0 : index)),
            message: random() < 0.2 ? "the same again" : `line ${number++}`,
          })).sort((one, other) => one.at - other.at);
          logs.put("/g", stream, events, random() * (random() < 0.1 ? 14_000 : 1_500));
        }
        const dice = random();
        if (dice < 0.02) logs.failures.push(failure("ThrottlingException"), failure("ThrottlingException"));
        else if (dice < 0.04) logs.failures.push(failure("Unreachable"));
        else if (dice < 0.06)
          for (const session of logs.sessions)
            session.end = ["SessionTimeoutException", "SessionStreamingException", "ECONNRESET", "silence"][
              Math.floor(random() * 4)
            ];
        else if (dice < 0.07) clock.jump(Math.floor(random() * 600_000));
        else if (dice < 0.08) bed.tail.pause();
        else if (dice < 0.12) bed.tail.resume();
        else if (dice < 0.14) bed.tail.setHidden(random() < 0.5);
        else if (dice < 0.15) {
          logs.failures.push(failure("CredentialsExpired"));
          await clock.advance(5_000);
          bed.signIn();
        }
        await clock.advance(random() < 0.8 ? random() * 1_000 : random() * 8_000);
        bed.signIn();
      }
      bed.tail.resume();
      logs.failures.length = 0;
      for (let second = 0; second < 200; second++) {
        bed.signIn();
        await clock.advance(1_000);
      }
      await ended(bed);
      assert.deepEqual(faultsOf(bed, logs.events).slice(0, 5), []);
      assert.ok(logs.events.length > 500);
    });
  }
});
