/** A rollout that stands still is left to itself, after a time that follows from what it waits for, and is not called failed. */
import assert from "node:assert/strict";
import type { Service, ServiceDeployment, TargetHealth } from "../../../src/core/ports/cloud";
import type { TimelessEvent } from "../../../src/core/deploy/events";
import type { RunContext } from "../../../src/core/deploy/step";
import { errorCode, type SlipwayError } from "../../../src/core/base/errors";
import { rollout } from "../../../src/core/deploy/steps/rollout";
import { waitsOf } from "../../../src/core/deploy/steps/rolloutPatience";
import { allThere, inputOf } from "./observed";

const deploymentId = "ecs-svc/2";

/** Watches a service that always says the same, or what `change` makes of it after so many seconds. */
async function watch({
  change = () => undefined,
  health = [],
  wall = 0,
  config = {},
  deployment = () => [],
}: {
  change?: (service: Service, seconds: number) => void;
  health?: TargetHealth[];
  /** What the wall clock is set back by, in mid-rollout. */
  wall?: number;
  config?: object;
  /** What ECS says of its deployments after so many seconds. */
  deployment?: (seconds: number) => Partial<ServiceDeployment>[];
}) {
  const input = inputOf(config);
  const observed = allThere(input);
  let passed = 0;
  const events: TimelessEvent[] = [];
  const taken: string[] = [];
  const base = observed.service as Service;
  const findService = () => {
    const service = structuredClone(base);
    service.deployments = [
      {
        ...(base.deployments[0] as Service["deployments"][0]),
        id: deploymentId,
        status: "PRIMARY",
        rolloutState: "IN_PROGRESS",
        desired: 1,
        running: 0,
        pending: 1,
        failed: 0,
      },
    ];
    change(service, passed / 1000);
    return Promise.resolve(service);
  };
  const decisions = new Map([["service", { action: "update" as const, reason: { code: "newRevision" as const } }]]);
  const context = {
    ...input,
    observed,
    decisions,
    pollMilliseconds: 3000,
    clock: {
      now: () => passed - (passed > 60_000 ? wall : 0),
      elapsed: () => passed,
      sleep: (milliseconds: number) => ((passed += milliseconds), Promise.resolve()),
    },
    cloud: {
      ecs: {
        findService,
        listServiceDeployments: () =>
          Promise.resolve(
            deployment(passed / 1000).map((each) => ({
              arn: "arn:deployment",
              status: "IN_PROGRESS",
              createdAt: 0,
              targetRevision: "arn:revision",
              requested: 1,
              running: 1,
              pending: 0,
              ...each,
            })),
          ),
        findRevisionTaskDefinition: () => Promise.resolve(undefined),
        rollBack: (arn: string) => (taken.push(arn), Promise.resolve()),
        listTasks: () => Promise.resolve([]),
      },
      elb: { targetHealth: () => Promise.resolve(health) },
    },
    taskFailed: () => new Promise(() => undefined),
    outputs: { deploymentId, deployedAt: 0, targetGroupArn: "arn:tg", service: base, imageBytes: 100e6 },
    signal: new AbortController().signal,
    emit: (event: TimelessEvent) => events.push(event),
  } as unknown as RunContext;
  let error: unknown;
  try {
    await rollout.apply(context, { action: "run", reason: { code: "newTasksTakeOver" } });
  } catch (caught) {
    error = caught;
  }
  return { error: error as SlipwayError | undefined, minutes: passed / 60_000, events, context, taken };
}

describe("a rollout that nothing comes of", () => {
  it("is left after a time that is counted up from what it waits for", async () => {
    const { error, minutes, context } = await watch({});
    assert.equal(errorCode(error), "RolloutTakesLong");
    const seconds = waitsOf(context, context.observed.service as Service).reduce((sum, wait) => sum + wait.seconds, 0);
    assert.ok(minutes * 60 >= seconds && minutes * 60 < 2 * seconds + 180, `${minutes} min of ${seconds} s`);
    assert.match(error?.summary ?? "", /Nothing has moved .* stopped watching; it goes on in AWS/);
    assert.match(error?.evidence.join("\n") ?? "", /0 of 1 running, 1 starting[^]*Waited for: a place for the task/);
    assert.match(error?.remedy ?? "", /deploy again/);
  });
  it("is given more time where its settings take more", async () => {
    const quick = await watch({ config: { deregistrationDelaySeconds: 5 } });
    const slow = await watch({ config: { deregistrationDelaySeconds: 900, healthCheck: { intervalSeconds: 60 } } });
    assert.ok(slow.minutes > quick.minutes + 15, `${slow.minutes} and ${quick.minutes} min`);
  });
  it("is watched on while something moves, and the wall clock may be set back an hour", async () => {
    const { error, minutes } = await watch({
      wall: 3_600_000,
      change: (service, seconds) => {
        const [own] = service.deployments;
        if (own) Object.assign(own, { running: Math.min(9, Math.floor(seconds / 600)), desired: 10 });
      },
    });
    assert.equal(errorCode(error), "RolloutTakesLong");
    assert.ok(minutes > 90 && minutes < 180, String(minutes));
  });
  it("ends all the same where tasks only come and go", async () => {
    const { error, minutes } = await watch({
      change: (service, seconds) => {
        const [own] = service.deployments;
        if (own) own.failed = Math.floor(seconds / 60);
      },
    });
    assert.equal(errorCode(error), "RolloutTakesLong");
    assert.match(error?.summary ?? "", /has not come to an end in \d+ minutes/);
    assert.ok(minutes < 24 * 60, String(minutes));
  });
  it("says early that no load balancer sends to its targets", async () => {
    const health = [
      {
        target: "10.0.0.1",
        port: 8080,
        state: "unused",
        reason: "Target.NotInUse",
        description: "Target group is not configured to receive traffic from the load balancer",
      },
    ];
    const { events } = await watch({ health: health as TargetHealth[] });
    const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    assert.deepEqual(
      notes.filter((note) => /No load balancer sends requests .*not configured to receive/.test(note)).length,
      1,
    );
  });
});

describe("a rollout that moves traffic", () => {
  const strategy = { name: "LINEAR", bakeMinutes: 30, hooks: 0, stepMinutes: 120 };
  const shifts = (service: Service): void => void Object.assign(service, { strategy });

  it("is given the time of its steps and of its bake", async () => {
    const plain = await watch({});
    const shifting = await watch({
      change: shifts,
      deployment: () => [{ stage: "PRODUCTION_TRAFFIC_SHIFT", share: 20 }],
    });
    assert.equal(errorCode(shifting.error), "RolloutTakesLong");
    assert.ok(shifting.minutes > plain.minutes + 150, `${shifting.minutes} and ${plain.minutes} min`);
    assert.match(shifting.error?.evidence.join() ?? "", /the traffic's steps 7200 s, the bake time 1800 s/);
  });

  it("waits for a person as long as ECS does, and no longer", async () => {
    const hook = { name: "ecs-pause-1", id: "ecs-pause-1", until: 86_400_000, then: "ROLLBACK" };
    const { minutes, events } = await watch({
      deployment: () => [{ stage: "POST_SCALE_UP", share: 0, waitingHooks: [hook] }],
    });
    assert.ok(minutes > 1440 && minutes < 1440 + 90, String(minutes));
    const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
    assert.equal(notes.filter((note) => /slipway continue .* it is rolled back in 1440 min/.test(note)).length, 1);
    const pauses = events.flatMap((event) => (event.type === "rollout" ? [event.counts.pause] : []));
    assert.deepEqual(pauses[0], { until: 86_400_000, then: "ROLLBACK" });
  });

  it("is taken back where its tasks fail again and again and ECS does not judge it", async () => {
    const { taken, events } = await watch({
      change: (service, seconds) => {
        const [own] = service.deployments;
        if (own) own.failed = Math.floor(seconds / 30);
      },
      deployment: (seconds) => [
        { stage: "SCALE_UP", share: 0, status: seconds > 600 ? "ROLLBACK_SUCCESSFUL" : "IN_PROGRESS" },
      ],
    });
    assert.deepEqual(taken, ["arn:deployment"]);
    assert.ok(events.some((event) => event.type === "note" && /fail again and again/.test(event.message)));
  });
});
