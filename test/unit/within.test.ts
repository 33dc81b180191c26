import assert from "node:assert/strict";
import { within } from "../../src/core/base/within";
import { isCancelled } from "../../src/core/base/errors";
import { systemClock } from "../../src/machine/clock";

describe("work that may take so long and no longer", () => {
  /** The machine's clock, and how many of its timers run. */
  function counting() {
    let running = 0;
    const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
      running += 1;
      return systemClock.sleep(milliseconds, signal).finally(() => (running -= 1));
    };
    return { sleep, running: () => running };
  }
  const never = new Promise<string>(() => undefined);

  it("gives the answer, and leaves no timer", async () => {
    const clock = counting();
    assert.equal(await within(clock, 60_000, undefined, Promise.resolve("answer")), "answer");
    await assert.rejects(within(clock, 60_000, undefined, Promise.reject(new Error("refused"))), /refused/);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(clock.running(), 0);
  });

  it("gives nothing where the time is over", async () => {
    const clock = counting();
    assert.equal(await within(clock, 5, new AbortController().signal, never), undefined);
    assert.equal(clock.running(), 0);
  });

  it("ends with the cancellation", async () => {
    const [clock, cancel] = [counting(), new AbortController()];
    const waiting = within(clock, 60_000, cancel.signal, never);
    cancel.abort();
    await assert.rejects(waiting, isCancelled);
    assert.equal(clock.running(), 0);
  });
});
