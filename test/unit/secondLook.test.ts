import assert from "node:assert/strict";
import type { StageResult, TimedTest } from "../../scripts/runStage";
import { secondLooks, together } from "../../scripts/secondLook";
import type { Part } from "../../scripts/stages";

const test = (title: string, file: string, state = "passed"): TimedTest => ({ title, file, state, ms: 10 });

function result(tests: readonly TimedTest[], more: Partial<StageResult> = {}): StageResult {
  const count = (state: string): number => tests.filter((one) => one.state === state).length;
  return {
    name: "unit",
    passed: count("passed"),
    failed: count("failed"),
    skipped: count("skipped"),
    ms: 100,
    processorMs: 50,
    notes: tests.filter(({ state }) => state === "failed").map(({ title }) => `unit: failed: ${title}\n      late`),
    tests,
    ...more,
  };
}

const part: Part = {
  label: "unit",
  args: [],
  expected: 1,
  again: (files) => ({ label: "unit-again", args: files, expected: 1 }),
};
const first = result([
  test("a one", "a.test.ts"),
  test("a two", "a.test.ts", "failed"),
  test("b one", "b.test.ts"),
  test("b two", "b.test.ts", "skipped"),
]);

describe("the second look at what failed", () => {
  it("is at the files of the tests that failed", () => {
    assert.deepEqual(
      secondLooks([{ part, result: first }]).map((look) => look.part.args),
      [["a.test.ts"]],
    );
    assert.deepEqual(secondLooks([{ part, result: result([test("b one", "b.test.ts")]) }]), []);
  });

  it("is at all of them where what failed is no test", () => {
    const hung = result([test("a one", "a.test.ts")], { failed: 1, notes: ["unit: failed, it left no report"] });
    assert.deepEqual(
      secondLooks([{ part, result: hung }]).map((look) => look.part.args),
      [[]],
    );
    const second = result([test("a one", "a.test.ts"), test("a two", "a.test.ts")]);
    assert.deepEqual([together(hung, second).passed, together(hung, second).failed], [2, 0]);
  });

  it("is not taken where more failed than a busy machine explains, or a second look sees the same", () => {
    const many = result(["1", "2", "3", "4"].map((title) => test(title, "a.test.ts", "failed")));
    assert.deepEqual(secondLooks([{ part, result: many }]), []);
    assert.deepEqual(secondLooks([{ part: { label: "lint", args: [], expected: 1 }, result: first }]), []);
  });

  it("counts what passed then, and says with what it failed before", () => {
    const both = together(first, result([test("a one", "a.test.ts"), test("a two", "a.test.ts")]));
    assert.deepEqual([both.passed, both.failed, both.skipped], [3, 0, 1]);
    assert.deepEqual(both.notes, ["unit: UNSTEADY, passed alone; beside others it failed: a two\n      late"]);
    assert.deepEqual([both.ms, both.processorMs, both.tests.length], [200, 100, 4]);
  });

  it("leaves what fails twice failed", () => {
    const both = together(first, result([test("a one", "a.test.ts"), test("a two", "a.test.ts", "failed")]));
    assert.deepEqual([both.passed, both.failed, both.skipped], [2, 1, 1]);
    assert.equal(both.notes.length, 2);
  });
});
