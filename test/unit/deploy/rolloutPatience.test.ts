/** A rollout that stands still is left to itself, after a time that follows from what it waits for, and is not called failed. */
import assert from "node:assert/strict";
import type { Service, TargetHealth } from "../../../src/core/ports/cloud";
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
}: {
  change?: (service: Service, seconds: number) => void;
  health?: TargetHealth[];
  /** What the wall clock is set back by, in mid-rollout. */
  wall?: number;
  config?: object;
}) {
  const input = inputOf(config);
  const observed = allThere(input);
  let passed = 0;
  const events: TimelessEvent[] = [];
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
        listServiceDeployments: () => Promise.resolve([]),
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
  return { error: error as SlipwayError | undefined, minutes: passed / 60_000, events, context };
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
