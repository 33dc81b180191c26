import assert from "node:assert/strict";
import { parseOptions, UsageError } from "../../src/sandbox/options";

describe("the sandbox's command line", () => {
  it("has defaults, and takes a value after the name or behind an equals sign, the last one given", () => {
    const none = parseOptions([]);
    assert.equal(none.port, 0);
    assert.equal(none.vcpus, 6);
    assert.equal(none.leased, false);
    assert.equal(none.unknownMembers, "refuse");
    const given = parseOptions(["--port", "1", "--port=2", "--env-file=a=b", "--leased", "--tasks", "simulated"]);
    assert.equal(given.port, 2);
    assert.equal(given.envFile, "a=b");
    assert.equal(given.leased, true);
    assert.equal(given.vcpus, 4000);
  });
  for (const [argv, message] of [
    [["here"], "unexpected argument here"],
    [["-p", "1"], "unexpected argument -p"],
    [["--nothing"], "unknown option --nothing"],
    [["--no-leased"], "unknown option --no-leased"],
    [["--toString"], "unknown option --toString"],
    [["--port"], "--port needs a value"],
    [["--leased=yes"], "--leased takes no value"],
    [["--port", "-1"], "--port must be a number of at least 0"],
    [["--port", "x"], "--port must be a number of at least 0"],
    [["--time", "slow"], "--time must be one of instant, aws"],
    [["--unknown-members=yes"], "--unknown-members must be one of refuse, keep"],
    [["--account", "1"], "--account must have 12 digits"],
  ] as const)
    it(`refuses ${argv.join(" ")}`, () => {
      assert.throws(
        () => parseOptions(argv),
        (error) => error instanceof UsageError && error.message === message,
      );
    });
});
