/** A changed source is deployed while people use the application, until a minute after Done: not one request may fail. */
import { webApplication, type OnTerm } from "../engine/support/apps";
import { accountOf, resultOf } from "../engine/support/cli";
import { startTraffic } from "../engine/support/traffic";
import { applicationFolder, World, writeIn } from "../engine/support/world";
import { pause } from "../../scripts/waiting";
import type { Bench } from "./table";

/** The default drain delay; requests may take that less five seconds. */
const drainSeconds = 30;
const tailSeconds = 60;

export const loss: Bench = async (row) => {
  const world = await World.start("loss");
  try {
    for (const term of ["handle", "ignore", "exit"] as const) await replace(world, term, row);
  } finally {
    await world.stop();
  }
};

async function replace(world: World, term: OnTerm, row: Parameters<Bench>[0]): Promise<void> {
  const folder = applicationFolder(`term-${term}`, webApplication({ version: "one", term }));
  const first = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  const traffic = startTraffic(world, resultOf(first).url ?? "", {
    keepAlive: 50,
    fresh: 6,
    slow: 10,
    slowMs: (drainSeconds - 5) * 1000,
  });
  // Slow requests are under way when the new version comes.
  await pause(2000);
  writeIn(folder, "lib/main.js", webApplication({ version: "two", term })["lib/main.js"] ?? "");
  const began = Date.now();
  const second = await world.cli(folder, ["deploy", "--yes"]);
  const tookSeconds = (Date.now() - began) / 1000;
  // The tail is what is measured, so it is waited for by the clock.
  await pause(tailSeconds * 1000);
  const report = await traffic.stop();
  for (const failure of report.failures.slice(0, 10)) console.log(`  ${term}: ${failure}`);
  if (second.code !== 0) console.log(accountOf(second));
  const versions = [...report.versions].map(([version, count]) => `${count} by ${version}`).join(", ");
  row({
    name: `SIGTERM: ${term}; ${report.requests} requests (${versions}), rollout ${tookSeconds.toFixed(0)} s`,
    value: `${report.failures.length} failed`,
    budget: "0",
    met: second.code === 0 && report.failures.length === 0 && (report.versions.get("two") ?? 0) > 0,
  });
  await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
}
