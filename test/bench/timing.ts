/**
 * How long a first deployment takes in AWS's own durations, against the longest path through its graph and against the
 * guide's commands one after another. Time runs faster; Slipway's own waits (role, polls) are scaled alike.
 */
import path from "node:path";
import { busyboxBase } from "../../scripts/baseImages";
import { pause } from "../../scripts/waiting";
import { accountOf, distFolder, eventsOf, startCli, type CliEvent } from "../engine/support/cli";
import { applicationFolder, World } from "../engine/support/world";
import { followGuide, guideDefaults, type HealthCheck } from "./guide";
import type { Bench } from "./table";

const speed = 10;
/** Simulated seconds that build and push take together. */
const imageSeconds = 120;
/** What Slipway sets. */
const slipwayHealth: HealthCheck = {
  intervalSeconds: 5,
  timeoutSeconds: 4,
  healthyThreshold: 2,
  unhealthyThreshold: 6,
};

interface Duration {
  readonly kind: string;
  readonly id: string;
  readonly from: number;
  readonly until: number;
  readonly simulatedMs: number;
}

export const timing: Bench = async (row) => {
  const options = [
    "--time",
    "aws",
    "--speed",
    String(speed),
    "--tasks",
    "simulated",
    "--image-time",
    String(imageSeconds),
  ];
  const world = await World.start("timing", options);
  try {
    const { total, image, settle, durations } = await deployOnce(world);
    const length = (kind: string): number =>
      Math.max(
        0,
        ...durations.filter((item) => item.kind === kind).map((item) => ((item.until - item.from) / 1000) * speed),
      );
    // build and push -> service; role and its ten seconds -> service; the load balancer beside them -> URL.
    const longest = Math.max(Math.max(image, settle) + length("service-deployment"), length("load-balancer"));
    row({ name: "build and push (fixed)", value: `${image.toFixed(0)} s` });
    for (const kind of ["load-balancer", "task-provisioning", "pull", "activate", "service-deployment"])
      row({ name: `recorded by the sandbox: ${kind}`, value: `${length(kind).toFixed(0)} s` });
    row({ name: "longest path through the graph", value: `${longest.toFixed(0)} s` });
    row({ name: "first deployment, to the answering URL", value: `${total.toFixed(0)} s` });
    row({
      name: "against the longest path",
      value: (total / longest).toFixed(3),
      budget: "1.15",
      met: total / longest <= 1.15,
    });
    const build = (): Promise<void> => pause((image * 1000) / speed);
    const same = await followGuide(world, "guide-same", slipwayHealth, build, speed);
    row({ name: "the guide, one command after another, same health check", value: `${same.toFixed(0)} s` });
    row({ name: "against that", value: (total / same).toFixed(3), budget: "0.7", met: total / same <= 0.7 });
    const own = await followGuide(world, "guide-own", guideDefaults, build, speed);
    row({ name: "the guide with its own defaults", value: `${own.toFixed(0)} s` });
    row({ name: "against that", value: (total / own).toFixed(3) });
  } finally {
    await world.stop();
  }
};

/** Simulated seconds of a first deployment whose image takes a fixed time. */
async function deployOnce(
  world: World,
): Promise<{ total: number; image: number; settle: number; durations: Duration[] }> {
  // What docker itself needs for the step, the push and the registry is measured, not guessed: this is only about the size.
  const sleep = (imageSeconds / speed - 0.9).toFixed(1);
  const folder = applicationFolder("quay", {
    Dockerfile: `FROM ${busyboxBase}\nRUN sleep ${sleep} && echo ${Date.now()} > /built\nEXPOSE 8080\nCMD ["httpd", "-f", "-p", "8080"]\n`,
  });
  const dist = distFolder();
  const program = path.join(__dirname, "..", "engine", "support", "deployOnce.cjs");
  const settleMs = 10_000 / speed;
  const finished = await startCli(
    [path.join(dist, "engine.js"), path.join(dist, "sandbox.js"), folder, String(settleMs), String(3 / speed)],
    world.env,
    program,
  ).exited;
  if (finished.code !== 0) throw new Error(accountOf(finished));
  const events = eventsOf(finished);
  const at = (fits: (event: CliEvent) => boolean): number => events.find(fits)?.at ?? Number.NaN;
  const started = at((event) => event.type === "started");
  const step = (name: string, state: string): number =>
    at((event) => event.type === "step" && event.step === name && event.state === state);
  const seconds = (from: number, until: number): number => ((until - from) / 1000) * speed;
  return {
    total: seconds(started, at((event) => event.type === "finished") || step("live", "done")),
    image: seconds(step("build", "running"), step("push", "done")),
    settle: seconds(step("role", "running"), step("role", "done")) + (settleMs / 1000) * speed,
    durations: await world.control<Duration[]>("GET", "durations"),
  };
}
