/** How often AWS is asked, in how many rounds one after the other, and what for twice; and nine deployments at once. */
import { tinyApplication } from "../engine/support/apps";
import { applicationFolder, World, writesOf, type Call } from "../engine/support/world";
import type { Bench } from "./table";

/** Each call is held up for so long: what is asked side by side then arrives together, and what waits for it comes after. */
const heldMilliseconds = 400;

/** How many times something was waited for before the next was asked. */
function roundsOf(calls: readonly Call[]): number {
  const times = calls.map(({ at }) => at).sort((one, other) => one - other);
  return times.filter((at, index) => index === 0 || at - (times[index - 1] ?? 0) > heldMilliseconds / 2).length;
}

/** Operations that were asked more than once, with how often. */
function often(calls: readonly Call[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts].flatMap(([name, count]) => (count > 1 ? [`${name} ${count}`] : [])).join(", ") || "none";
}

const together = 9;

export const calls: Bench = async (row) => {
  const world = await World.start("calls", ["--tasks", "simulated", "--consistency", "strong"]);
  try {
    const folder = applicationFolder("quay", tinyApplication());
    const deploy = () => world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    const first = await deploy();
    const again = await deploy();
    await world.fault({ kind: "delay", delayMs: heldMilliseconds, count: 10_000 });
    const held = await deploy();
    await world.clearFaults();
    row({ name: "calls of a first deployment, polls included", value: String(first.length) });
    row({ name: "  asked more than once", value: often(first) });
    row({
      name: "calls of a deployment that changes nothing",
      value: String(again.length),
      budget: "20",
      met: again.length <= 20 && writesOf(again).length === 0,
    });
    row({
      name: "  in rounds, one after the other",
      value: String(roundsOf(held)),
      budget: "6",
      met: roundsOf(held) <= 6,
    });
    row({ name: "  asked more than once", value: often(again), budget: "none", met: often(again) === "none" });
    await world.reset();
    const folders = Array.from({ length: together }, (_, index) =>
      applicationFolder(`quay-${index}`, tinyApplication(`app-${index}`)),
    );
    const began = Date.now();
    const ended = await Promise.all(folders.map((item) => world.cli(item, ["deploy", "--yes"])));
    const codes = ended.map(({ code }) => code);
    if (codes.some((code) => code !== 0)) console.log(ended.map(({ lines }) => lines.at(-1)).join("\n"));
    row({
      name: `${together} deployments at once in one account, exit codes`,
      value: [...new Set(codes)].join(" "),
      budget: "0",
      met: codes.every((code) => code === 0),
    });
    row({ name: "  the last of them ended after", value: `${Math.round((Date.now() - began) / 1000)} s` });
  } finally {
    await world.stop();
  }
};
