import assert from "node:assert/strict";
import type { DeployEvent } from "../../src/core/deploy/events";
import { rows } from "../../src/core/deploy/phases";
import {
  emptyState,
  hasBegun,
  phaseState,
  reduce,
  resourcesOf,
  rowSnapshots,
  type DeploymentState,
} from "../../src/core/deploy/state";

const after = (...events: DeployEvent[]): DeploymentState => events.reduce(reduce, emptyState);
const row = (state: DeploymentState, id: string) => rowSnapshots(state).find((item) => item.id === id);
const started: DeployEvent = {
  type: "started",
  at: 0,
  operation: "deploy",
  runId: "r",
  application: "web",
  environment: "default",
  region: "eu-west-1",
  connection: "dev",
  folder: "/x",
};

describe("the state of a deployment", () => {
  it("has nineteen rows", () => {
    assert.equal(rows.length, 19);
    assert.equal(rowSnapshots(emptyState).length, 19);
  });
  it("reads Building while the build runs, Built with its time afterwards", () => {
    const running = after(
      started,
      { type: "step", at: 1000, step: "build", state: "running" },
      { type: "progress", at: 1500, step: "build", message: "step 2 of 4", fraction: 0.5 },
    );
    assert.equal(row(running, "3.1")?.text, "Building");
    assert.equal(row(running, "3.1")?.message, "step 2 of 4");
    const done = reduce(running, { type: "step", at: 4000, step: "build", state: "done" });
    const snapshot = row(done, "3.1");
    assert.deepEqual([snapshot?.text, snapshot?.startedAt, snapshot?.endedAt], ["Built", 1000, 4000]);
  });
  it("makes a row of what its steps are together", () => {
    const state = after(
      started,
      { type: "step", at: 1, step: "role", state: "done" },
      { type: "step", at: 1, step: "logGroup", state: "reused" },
      { type: "step", at: 1, step: "register", state: "waiting" },
    );
    assert.equal(row(state, "5.2")?.state, "running");
    assert.equal(
      row(reduce(state, { type: "step", at: 2, step: "register", state: "failed", detail: "no" }), "5.2")?.text,
      "Failed",
    );
  });
  it("shows phase 6 as left out where there is no load balancer", () => {
    const leftOut = (
      ["targetGroup", "targetGroupArn", "loadBalancerGroup", "loadBalancer", "listener", "loadBalancerActive"] as const
    ).map((step): DeployEvent => ({ type: "step", at: 1, step, state: "leftOut" }));
    const state = after(
      started,
      ...leftOut,
      { type: "step", at: 1, step: "taskGroup", state: "leftOut" },
      { type: "step", at: 1, step: "taskRule", state: "leftOut" },
    );
    assert.equal(phaseState(state, 6), "leftOut");
    assert.equal(row(state, "6.2")?.text, "Left out");
  });
  it("shows nothing as running once it is over", () => {
    const begun = after(
      started,
      { type: "step", at: 1, step: "role", state: "done" },
      { type: "step", at: 1, step: "register", state: "waiting" },
      { type: "step", at: 1, step: "build", state: "failed", detail: "no" },
    );
    assert.deepEqual([row(begun, "5.2")?.text, phaseState(begun, 5)], ["Registering", "running"]);
    const over = reduce(begun, { type: "finished", at: 2, outcome: "failed", resources: [] });
    assert.deepEqual([row(over, "5.2")?.text, phaseState(over, 5), phaseState(over, 3)], ["", "waiting", "failed"]);
  });
  it("tells nothing in its rows while something is removed, and after that", () => {
    const removing = after(
      { ...started, operation: "destroy" },
      { type: "removed", at: 1, kind: "cluster", name: "web", state: "removed" },
    );
    assert.ok(rowSnapshots(removing).every(({ state, text }) => state === "waiting" && text === ""));
    assert.equal(hasBegun(removing), false);
    assert.equal(hasBegun(emptyState), false);
    assert.equal(hasBegun(after(started)), true);
  });
  it("never changes what it is given, and survives a trip through JSON", () => {
    const before = after(started);
    const frozen = JSON.stringify(before);
    reduce(before, {
      type: "resource",
      at: 1,
      step: "cluster",
      resource: { kind: "cluster", name: "web", arn: "arn", origin: "created" },
    });
    assert.equal(JSON.stringify(before), frozen);
    assert.deepEqual(JSON.parse(frozen), before);
  });
  it("lists resources in the order of the guide", () => {
    const resource = (kind: "cluster" | "repository") => ({ kind, name: kind, arn: kind, origin: "created" as const });
    const state = after(
      started,
      { type: "resource", at: 1, step: "cluster", resource: resource("cluster") },
      { type: "resource", at: 1, step: "repository", resource: resource("repository") },
    );
    assert.deepEqual(
      resourcesOf(state).map((item) => item.kind),
      ["repository", "cluster"],
    );
  });
});
