/** The sandbox keeps what was measured in bounded memory, the newest of it. */
import assert from "node:assert/strict";
import { DAY, HOUR, MetricStore, MINUTE } from "../../src/sandbox/cloudwatch/store";

const metric = { namespace: "n", name: "m", dimensions: [] };
const now = Math.floor(Date.now() / MINUTE) * MINUTE;

describe("the store of metrics", function () {
  this.timeout(30_000);
  it("keeps fifteen days of minutes, and three hours of seconds", () => {
    const store = new MetricStore();
    for (let minute = 30 * 24 * 60; minute > 0; minute--)
      store.add(metric, { at: now - minute * MINUTE, values: [[1, 1]] });
    for (let second = 5 * 3600; second > 0; second--)
      store.add({ ...metric, name: "fine" }, { at: now - second * 1000, values: [[1, 1]], fine: true });
    const minutes = store.read(metric, now - 40 * DAY, now, MINUTE)?.length ?? 0;
    // The store counts from now, which is some minutes after this file was loaded.
    assert.ok(minutes >= 15 * 24 * 60 - 30 && minutes <= 15 * 24 * 60 * 1.05, `${minutes} minutes`);
    const seconds = store.read({ ...metric, name: "fine" }, now - 6 * HOUR, now, 1000)?.length ?? 0;
    assert.ok(seconds >= 3 * 3600 - 1800 && seconds <= 3 * 3600 * 1.05, `${seconds} seconds`);
    // The newest are those that are left.
    assert.equal(store.read(metric, now - 60 * MINUTE, now, MINUTE)?.length, 60);
  });

  it("keeps a bounded number of series, and forgets those that were measured longest ago", () => {
    const store = new MetricStore();
    for (let i = 0; i < 20_100; i++)
      store.add({ ...metric, name: `m${i}` }, { at: now - (30_000 - i) * 1000, values: [[i, 1]] });
    assert.equal(store.list().length, 20_000);
    assert.equal(store.read({ ...metric, name: "m0" }, 0, now, MINUTE), undefined);
    assert.equal(store.read({ ...metric, name: "m20099" }, 0, now, MINUTE)?.length, 1);
  });

  it("tells dimensions by what they are, in whatever order", () => {
    const store = new MetricStore();
    const a = { Name: "A", Value: "1" };
    const b = { Name: "B", Value: "2" };
    store.add({ ...metric, dimensions: [a, b] }, { at: now, values: [[5, 2]] });
    assert.equal(store.read({ ...metric, dimensions: [b, a] }, now, now + MINUTE, MINUTE)?.[0]?.of.sum, 10);
    assert.equal(store.read({ ...metric, dimensions: [a] }, now, now + MINUTE, MINUTE), undefined);
    assert.equal(store.read({ ...metric, dimensions: [a, b] }, now, now + MINUTE, MINUTE, "Bytes"), undefined);
  });
});
