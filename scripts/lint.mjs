// The lint stage: `npm run lint` as one check, reported like a test.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const done = spawnSync("npm", ["run", "--silent", "lint"], { stdio: "inherit", shell: process.platform === "win32" });
const passed = done.status === 0;
const report = {
  passed: Number(passed),
  failed: Number(!passed),
  skipped: 0,
  tests: [{ title: "types, lint and rings", state: passed ? "passed" : "failed", ms: 0 }],
};
if (process.env.SLIPWAY_REPORT) writeFileSync(process.env.SLIPWAY_REPORT, JSON.stringify(report));
process.exit(passed ? 0 : 1);
