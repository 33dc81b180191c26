/** What UpdateService is told: what changes, and nothing of what somebody else set. */
import assert from "node:assert/strict";
import type { RunContext } from "../../../src/core/deploy/step";
import { planDefinition } from "../../../src/core/deploy/definitionPlan";
import type { ObservedState } from "../../../src/core/deploy/observedState";
import { service } from "../../../src/core/deploy/steps/service";
import type { ApplicationConfig } from "../../../src/core/app/schema";
import { allThere, inputOf } from "./observed";

const revisionArn = "arn:aws:ecs:us-east-1:123456789012:task-definition/quay:8";

/** Deploys onto what was deployed without `config`. */
async function toldBy(
  config: ApplicationConfig,
  change: (state: ObservedState) => void = () => undefined,
  more: object = {},
  outputs: object = {},
) {
  const observed = allThere(inputOf());
  change(observed);
  const input = inputOf(config);
  const told: unknown[] = [];
  const updateService = (...all: unknown[]) => {
    const [cluster, name, settings, revision] = all;
    told.push([cluster, name, settings]);
    // What the service has beside its description goes along.
    assert.equal(revision, observed.service?.revision);
    return Promise.resolve(observed.service);
  };
  const context = {
    ...input,
    observed,
    cloud: { ecs: { updateService } },
    outputs: { revisionArn, targetGroupArn: observed.targetGroup?.arn, taskGroup: "sg-tasks", ...outputs },
    emit: () => undefined,
    reportResource: () => undefined,
    ...more,
  } as unknown as RunContext;
  await service.apply(context, service.decide(observed, input, planDefinition(input, observed)));
  return told;
}

describe("a service that runs", () => {
  it("gets the new revision and nothing else, whatever its count and its other settings are", async () => {
    assert.deepEqual(
      await toldBy({}, (state) => {
        Object.assign(state.service ?? {}, { desired: 5, gracePeriodSeconds: 77, minimumHealthyPercent: 50 });
        state.image = undefined;
      }),
      [["quay", "quay", { taskDefinition: revisionArn }]],
    );
  });
  it("waits until a policy that was just written has reached ECS, where new tasks start and only then", async () => {
    const slept: number[] = [];
    const waiting = {
      settleMilliseconds: 10_000,
      clock: { now: () => 5000, sleep: (ms: number) => Promise.resolve(slept.push(ms)) },
    };
    const newRevision = (state: ObservedState): void => void (state.image = undefined);
    await toldBy({}, newRevision, waiting, { policiesAttachedAt: 2000 });
    assert.deepEqual(slept.splice(0), [7000]);
    await toldBy({}, newRevision, waiting, { policiesAttachedAt: -60_000 });
    await toldBy({}, newRevision, waiting);
    const counted = { desiredCount: 3 };
    const same = { policiesAttachedAt: 2000, revisionArn: allThere(inputOf()).service?.taskDefinition };
    await toldBy(counted, undefined, waiting, same);
    assert.deepEqual(slept, []);
  });
  it("keeps the target groups that another tool gave it when its port changes", async () => {
    const theirs = {
      targetGroupArn: "arn:theirs",
      containerName: "quay",
      containerPort: 8081,
      rest: { advancedConfiguration: { roleArn: "arn:role" } },
    };
    const told = await toldBy({ port: 9090 }, (state) => state.service?.loadBalancers.push(theirs));
    const [[, , settings]] = told as [[unknown, unknown, object]];
    assert.deepEqual(settings, {
      taskDefinition: revisionArn,
      loadBalancers: [
        { targetGroupArn: allThere(inputOf()).targetGroup?.arn, containerName: "quay", containerPort: 9090 },
        theirs,
      ],
    });
  });
});
