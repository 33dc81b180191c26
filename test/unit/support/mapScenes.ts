/** Situations and runs for the map, made by hand: an application at every moment that the map has to show. */
import { resolveApplication, type Application } from "../../../src/core/app/app";
import type { DeployEvent, StepState } from "../../../src/core/deploy/events";
import type { StepId } from "../../../src/core/deploy/phases";
import { emptyState, reduce, type DeploymentState } from "../../../src/core/deploy/state";
import type { MapInput } from "../../../src/core/map/input";
import { now, arn, snapshot } from "./mapSnapshot";

export const shop = (balanced = true): Application =>
  resolveApplication(
    {
      applications: {
        shop: {
          dockerfile: "Dockerfile",
          port: 3000,
          desiredCount: 3,
          cluster: "production",
          healthCheck: { path: "/healthz" },
          ...(balanced ? {} : { loadBalancer: false }),
        },
      },
    },
    "shop",
    undefined,
    { context: "." },
  );

/** A run as far as this: all steps before `until` are done, it is `how`, the rest waits. */
export function run(until: StepId | "finished", how: StepState = "running"): DeploymentState {
  const order: readonly [StepId, number][] = [
    ["configure", 0],
    ["identity", 0.4],
    ["repository", 0.6],
    ["lifecycle", 0.2],
    ["token", 0.2],
    ["login", 0.1],
    ["build", 31],
    ["tag", 0.1],
    ["push", 9],
    ["verifyImage", 0.2],
    ["cluster", 0.8],
    ["clusterActive", 0.1],
    ["files", 0.1],
    ["role", 0.2],
    ["logGroup", 0.2],
    ["register", 0.3],
    ["targetGroup", 0.6],
    ["loadBalancerGroup", 0.3],
    ["taskGroup", 0.3],
    ["taskRule", 0.2],
    ["loadBalancer", 0.8],
    ["listener", 0.3],
    ["loadBalancerActive", 148],
    ["targetGroupArn", 0.1],
    ["service", 1.2],
    ["scaling", 0.1],
    ["rollout", 63],
    ["settle", 0.2],
    ["live", 1],
  ];
  let at = now - 300_000;
  const events: DeployEvent[] = [
    {
      type: "started",
      at,
      operation: "deploy",
      runId: "r",
      application: "shop",
      environment: "default",
      region: "ap-southeast-1",
      connection: "Production",
      folder: "/w",
    },
    { type: "identified", at, account: "111122223333", arn: arn("iam", "user/ann") },
    { type: "consented", at, asked: true },
  ];
  let reached = false;
  for (const [step, seconds] of order) {
    if (reached) {
      events.push({ type: "step", at, step, state: "waiting" });
      continue;
    }
    events.push({ type: "step", at, step, state: "running" });
    at += seconds * 1000;
    reached = step === until;
    if (!reached) events.push({ type: "step", at, step, state: "done" });
    else if (how !== "running") events.push({ type: "step", at, step, state: how });
  }
  return events.reduce(reduce, emptyState);
}

const place = "Production · 111122223333 · ap-southeast-1";

/** What the map is made of, at the moments that matter. */
export const moments: Readonly<Record<string, (tasks: number, balanced?: boolean) => MapInput>> = {
  before: (tasks, balanced = true) => ({
    app: { ...shop(balanced), desiredCount: tasks },
    deployment: emptyState,
    checks: [],
    place,
    now,
    base: "node:22-alpine",
  }),
  during: (tasks, balanced = true) => ({
    app: { ...shop(balanced), desiredCount: tasks },
    deployment: reduce(run("push"), {
      type: "progress",
      at: now,
      step: "push",
      message: "layer 3 of 7, 24 MB",
      fraction: 0.4,
    }),
    checks: [],
    place,
    now,
    base: "node:22-alpine",
  }),
  rolling: (tasks, balanced = true) => ({
    app: shop(balanced),
    snapshot: snapshot({ tasks, balanced, rolling: true }),
    deployment: run("rollout"),
    checks: [],
    place,
    now,
    base: "node:22-alpine",
  }),
  after: (tasks, balanced = true) => ({
    app: shop(balanced),
    snapshot: snapshot({ tasks, balanced }),
    deployment: {
      ...run("finished"),
      outcome: "done",
      endedAt: now,
      url: "http://shop-1234567890.ap-southeast-1.elb.amazonaws.com/",
    },
    checks: ["a", "b", "c", "d", "e", "f", "g", "h"].map((id) => ({ id, title: id, state: "passed", evidence: "" })),
    place,
    now,
    base: "node:22-alpine",
  }),
  failed: (tasks, balanced = true) => ({
    app: shop(balanced),
    snapshot: snapshot({ tasks, balanced, failing: true }),
    deployment: run("rollout"),
    place,
    now,
    base: "node:22-alpine",
    checks: [
      ...["a", "b", "c", "d", "e", "f"].map((id) => ({ id, title: id, state: "passed" as const, evidence: "" })),
      { id: "targets", title: "The load balancer's health checks pass", state: "failed", evidence: "" },
      { id: "service", title: "The service runs its desired count", state: "failed", evidence: "" },
    ],
    diagnosis: {
      code: "HealthPathNotFound",
      sentence: "The health check's path answers 404",
      remedy:
        "Revision 9 serves /health, and the target group asks for /healthz. Correct the path in slipway.json, or " +
        "serve it.",
      actions: [
        { label: "Fix…", value: "openConfig" },
        { label: "Show Logs", value: "tailLogs" },
      ],
    },
  }),
};
