// Mocha's reporter for `npm test`: prints like `spec` and writes the counts and outcomes to SLIPWAY_REPORT.
const { writeFileSync } = require("node:fs");
const path = require("node:path");

/** @param {import("mocha").Runner} runner */
module.exports = class SlipwayReporter {
  constructor(runner) {
    const tests = [];
    let depth = 0;
    const say = (text) => console.log(`${"  ".repeat(depth)}${text}`);
    // A hook that fails is told as a test, and knows its file by its suite.
    const fileOf = (test) => test.file ?? (test.parent ? fileOf(test.parent) : undefined);
    const add = (test, state, error) =>
      tests.push({
        title: test.fullTitle(),
        file: path.relative(process.cwd(), fileOf(test) ?? ""),
        state,
        ms: test.duration ?? 0,
        ...(error ? { error: String(error.stack ?? error) } : {}),
      });
    runner.on("suite", (suite) => {
      if (!suite.root) say(suite.title);
      depth += 1;
    });
    runner.on("suite end", () => (depth -= 1));
    runner.on("pass", (test) => {
      add(test, "passed");
      say(`✔ ${test.title}${test.duration > 75 ? ` (${test.duration} ms)` : ""}`);
    });
    runner.on("pending", (test) => {
      add(test, "skipped");
      say(`- ${test.title}`);
    });
    runner.on("fail", (test, error) => {
      add(test, "failed", error);
      say(`✘ ${test.title}`);
      const { actual, expected } = error;
      console.log(String(error.stack ?? error).replaceAll(/^/gm, "      "));
      if (expected !== undefined && typeof actual !== "string")
        console.log(`      expected ${JSON.stringify(expected)}\n      actual   ${JSON.stringify(actual)}`);
    });
    runner.on("end", () => {
      const count = (state) => tests.filter((test) => test.state === state).length;
      const report = { passed: count("passed"), failed: count("failed"), skipped: count("skipped"), tests };
      if (process.env.SLIPWAY_REPORT) writeFileSync(process.env.SLIPWAY_REPORT, JSON.stringify(report));
      console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
    });
  }
};
