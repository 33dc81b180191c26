import assert from "node:assert/strict";
import { ReorderBuffer, type Ordered } from "../../src/core/logs/reorder";
import { faultsOf, startTail } from "./support/tails";

describe("the order of a tail", () => {
  // As at thousands a second: several of one stream in each millisecond, some of them seen seconds later.
  for (const pageSize of [1, 2, 3, 4, 7, 50])
    it(`marks what others of its millisecond overtook, in pages of ${pageSize}`, async () => {
      const bed = startTail({}, { prepare: (logs) => (logs.pageSize = pageSize) });
      await bed.clock.advance(2_000);
      for (let second = 0; second < 8; second++) {
        const at = bed.clock.now();
        for (let index = 0; index < 12; index++)
          bed.logs.put(
            "/g",
            "s",
            [{ at: at + Math.floor(index / 4), message: `line ${second * 12 + index}` }],
            (index * 7 + second) % 5 < 2 ? 5_000 : 0,
          );
        await bed.clock.advance(1_000);
      }
      await bed.clock.advance(30_000);
      await bed.clock.until(bed.tail.stop());
      assert.deepEqual(faultsOf(bed, bed.logs.events), []);
      let newest = -1;
      for (const { message, late } of bed.printed) {
        const number = Number(message.split(" ")[1]);
        assert.ok(late || number > newest, `${message} after line ${newest}`);
        newest = Math.max(newest, number);
      }
    });

  it("remembers a stream that goes on, however many others there were", () => {
    const buffer = new ReorderBuffer<Ordered>(0);
    const event = (origin: string, at: number): Ordered => ({ origin, at, late: false });
    for (let at = 0; at < 20_000; at++) {
      buffer.mark(event("busy", at));
      buffer.mark(event(`short ${at}`, at));
    }
    const behind = event("busy", 5);
    buffer.mark(behind);
    assert.ok(behind.late);
  });
});
