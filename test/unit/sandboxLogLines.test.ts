import assert from "node:assert/strict";
import { eventsOf, lineOf } from "../../src/sandbox/ecs/logLines";

const TIME = "2026-01-02T03:04:05.678901234Z";
const LATER = "2026-01-02T03:04:06.000000001Z";

describe("lines of the sandbox's containers", () => {
  it("have their time before them", () => {
    assert.deepEqual(lineOf(`${TIME} hello there`), { text: "hello there", at: Date.parse(TIME) });
    assert.equal(lineOf(`${TIME} `).text, "");
  });

  it("that the engine cut into parts are one, without the times between", () => {
    for (const tail of ["", "end", "x".repeat(16_384)]) {
      const parts = ["a".repeat(16_384), "b".repeat(16_384), tail];
      const text = parts.map((part, i) => `${i === 0 ? TIME : LATER} ${part}`).join("");
      assert.deepEqual(lineOf(text), { text: parts.join(""), at: Date.parse(TIME) });
    }
  });

  it("that are cut within a character are whole again", () => {
    const text = `${"a".repeat(16_383)}\u00e4\u00f6 end`;
    const bytes = Buffer.from(text).toString("latin1");
    assert.equal(lineOf(`${TIME} ${bytes.slice(0, 16_384)}${LATER} ${bytes.slice(16_384)}`).text, text);
  });

  it("that are long without parts stay as they are, also where they look like a time", () => {
    const text = `${"x".repeat(20_000)} ${LATER} y`;
    assert.equal(lineOf(`${TIME} ${text}`).text, text);
  });

  it("become events of at most 262,118 bytes, cut between characters", () => {
    assert.deepEqual(eventsOf("short"), ["short"]);
    assert.deepEqual(eventsOf(""), [""]);
    const sizes = (text: string) => eventsOf(text).map((part) => Buffer.byteLength(part));
    assert.deepEqual(sizes("x".repeat(262_118)), [262_118]);
    assert.deepEqual(sizes("x".repeat(600_000)), [262_118, 262_118, 75_764]);
    const wide = `x${"\u00e4".repeat(200_000)}`;
    assert.deepEqual(sizes(wide), [262_117, 137_884]);
    assert.equal(eventsOf(wide).join(""), wide);
  });
});
