import assert from "node:assert/strict";
import { mutationRun } from "./taskDefinitionCases/mutations";

describe("task definitions, damaged at random", () => {
  it("are looked at without an exception, and nothing is found outside of them", function () {
    this.timeout(60_000);
    assert.deepEqual(mutationRun(3000, 7).failures, []);
  });
});
