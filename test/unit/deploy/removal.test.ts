/** What a removal leaves to others, also to those that come while it is under way. */
import assert from "node:assert/strict";
import type { Cloud, Service, Tags } from "../../../src/core/ports/cloud";
import { SlipwayError } from "../../../src/core/base/errors";
import { findOtherUsers } from "../../../src/core/deploy/otherUsers";
import { patiently, usedMeanwhile, type Context } from "../../../src/core/deploy/removalActions";
import { allThere, inputOf } from "./observed";

const cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/quay";
const inUse = new SlipwayError({ code: "ClusterContainsServicesException", summary: "" });

/** An account with these services in the cluster. */
function account(services: readonly Service[]) {
  let passed = 0;
  const told: string[] = [];
  const cloud = {
    ecs: {
      allServices: () => Promise.resolve(services.map((service) => ({ cluster, service }))),
      findCluster: () => Promise.resolve(undefined),
      findTaskDefinition: () => Promise.resolve(undefined),
    },
  } as unknown as Cloud;
  const context = {
    app: inputOf().app,
    cloud,
    clock: { now: () => passed, sleep: (milliseconds: number) => ((passed += milliseconds), Promise.resolve()) },
    pollMilliseconds: 3000,
    signal: new AbortController().signal,
    tell: (text: string) => told.push(text),
  } as unknown as Context;
  return { cloud, context, told, seconds: () => passed / 1000 };
}

const another = (tags: Tags = {}): Service => ({
  ...(allThere(inputOf()).service as Service),
  name: "beside",
  arn: "arn:beside",
  tags,
});

describe("a removal", () => {
  const remove = (context: Context) =>
    patiently(
      context,
      () => Promise.reject(inUse),
      (now) => now.ofCluster(cluster),
    );
  it("leaves what somebody else began to use meanwhile, and says who", async () => {
    const { context, told, seconds } = account([another()]);
    await assert.rejects(remove(context), { code: usedMeanwhile, summary: "the service beside" });
    assert.ok(seconds() >= 60 && seconds() < 90, String(seconds()));
    assert.equal(told.length, 1);
  });
  it("says what AWS said where nobody uses it, after ten minutes", async () => {
    const { context, seconds } = account([]);
    await assert.rejects(remove(context), { code: "ClusterContainsServicesException" });
    assert.ok(seconds() >= 600 && seconds() < 700, String(seconds()));
  });
  it("takes for left behind only what Slipway made for an application that has no service any more", async () => {
    const made = { "slipway:app": "host", "slipway:environment": "default", "slipway:id": "1" };
    const left = async (services: readonly Service[], tags: Tags) => {
      const { cloud, context } = account(services);
      return (await findOtherUsers(cloud, context.app, undefined)).isLeft(tags);
    };
    assert.equal(await left([another()], made), true);
    assert.equal(await left([another(made)], made), false);
    assert.equal(await left([another({ ...made, "slipway:id": "2" })], made), true);
    assert.equal(await left([], { team: "a" }), false);
    assert.equal(await left([], {}), false);
  });
  it("takes nothing for left behind where the services may not be read", async () => {
    const { cloud, context } = account([]);
    cloud.ecs.allServices = () => Promise.reject(new SlipwayError({ code: "AccessDeniedException", summary: "" }));
    const others = await findOtherUsers(cloud, context.app, undefined);
    assert.equal(others.isLeft({ "slipway:app": "host", "slipway:environment": "default" }), false);
  });
});
