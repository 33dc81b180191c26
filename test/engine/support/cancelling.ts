/** Presses Ctrl+C at a certain event of a deployment, and looks at what is left of it. */
import { readdirSync, readFileSync } from "node:fs";
import { promised, waitFor } from "../../../scripts/waiting";
import { accountOf, resultOf, type CliEvent } from "./cli";
import type { World } from "./world";

/** Within this time no child and no socket is left, in milliseconds. */
export const cancelMilliseconds = 2000;

/** Processes whose environment has this line: everything that a command line of this world has started. */
export function descendants(mark: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark)
          ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`]
          : [];
      } catch {
        return [];
      }
    });
}

export interface Cancelled {
  /** Milliseconds from Ctrl+C to the end of the process. */
  readonly took: number;
  /** What is wrong; empty when all is well. */
  readonly problems: readonly string[];
}

/** Deploys, and presses Ctrl+C (or does what the signal stands for) at the first event that fits. A run that never comes to it ends by itself, which is a problem. */
export async function cancelAt(
  world: World,
  folder: string,
  fits: (event: CliEvent) => boolean,
  signal: NodeJS.Signals = "SIGINT",
): Promise<Cancelled> {
  const problems: string[] = [];
  const mark = `SLIPWAY_STATE_DIR=${world.env["SLIPWAY_STATE_DIR"] ?? ""}`;
  const run = world.start(folder, ["deploy", "--yes"]);
  await run.event(fits);
  const asked = Date.now();
  run.kill(signal);
  const finished = await run.exited;
  const took = Date.now() - asked;
  const limit = promised(cancelMilliseconds);
  if (finished.code !== 130) problems.push(accountOf(finished));
  if (took >= limit) problems.push(`it took ${took} ms`);
  await waitFor("its children to be gone", () => descendants(mark).length === 0, {
    timeoutMs: Math.max(limit - took, 100),
  }).catch(() => problems.push(`left: ${descendants(mark).join("; ")}`));
  if (finished.code !== 130) return { took, problems };
  const { outcome, error, resources } = resultOf(finished);
  if (!["cancelled", "stoppedWatching"].includes(outcome) || error?.code !== "Cancelled")
    problems.push(`outcome ${outcome}, error ${error?.code ?? "none"}`);
  for (const { name, origin } of resources)
    if (origin === "created" && !error?.evidence?.some((line) => line.includes(name)))
      problems.push(`${name} is not in the summary`);
  return { took, problems };
}
