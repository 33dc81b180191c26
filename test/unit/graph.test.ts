import assert from "node:assert/strict";
import { runGraph, withNeeds, type GraphNode } from "../../src/core/deploy/graph";
import { stepRows, type StepId } from "../../src/core/deploy/phases";
import { steps } from "../../src/core/deploy/steps/index";
import { errorCode } from "../../src/core/base/errors";

const never = new AbortController().signal;
const diamond: GraphNode<"a" | "b" | "c" | "d">[] = [
  { id: "a", needs: [] },
  { id: "b", needs: ["a"] },
  { id: "c", needs: ["a"] },
  { id: "d", needs: ["b", "c"] },
];

describe("running a graph", () => {
  it("starts a node as soon as what it needs is there, and side by side where nothing is between", async () => {
    const log: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const run = runGraph(
      diamond,
      async (id) => {
        log.push(`${id} begins`);
        if (id === "b") await gate;
        if (id === "c") open();
        log.push(`${id} ends`);
      },
      never,
    );
    await run;
    assert.deepEqual(log, ["a begins", "a ends", "b begins", "c begins", "c ends", "b ends", "d begins", "d ends"]);
  });
  it("gives the first failure, stops the others through their signal and waits for them", async () => {
    let stopped = false;
    const run = runGraph(
      diamond,
      (id, signal) => {
        if (id === "b") return Promise.reject(new Error("b is broken"));
        if (id !== "c") return Promise.resolve();
        return new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => {
            stopped = true;
            reject(new Error("aborted"));
          }),
        );
      },
      never,
    );
    await assert.rejects(run, /b is broken/);
    assert.ok(stopped);
  });
  it("ends with the cancellation when the person cancels", async () => {
    const cancel = new AbortController();
    const run = runGraph(
      diamond,
      (id) => {
        if (id === "a") cancel.abort();
        return Promise.resolve();
      },
      cancel.signal,
    );
    await assert.rejects(run, (error) => errorCode(error) === "Cancelled");
  });
  it("finds what a phase needs", () => {
    assert.deepEqual([...withNeeds(diamond, ["b"])].sort(), ["a", "b"]);
  });
});

describe("the deployment's graph", () => {
  it("has every step once, needs only steps that exist, and has no cycle", () => {
    const ids = steps.map((step) => step.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual([...ids, "configure"].sort(), Object.keys(stepRows).sort());
    const visiting = new Set<StepId>();
    const done = new Set<StepId>();
    const visit = (id: StepId): void => {
      if (done.has(id)) return;
      assert.ok(!visiting.has(id), `${id} needs itself`);
      visiting.add(id);
      const step = steps.find((item) => item.id === id);
      assert.ok(step, `${id} exists`);
      step.needs.forEach(visit);
      visiting.delete(id);
      done.add(id);
    };
    ids.forEach(visit);
  });
  it("makes the service wait for the listener but not for the load balancer to be active", () => {
    const needs = withNeeds(steps, ["service"]);
    assert.ok(needs.has("listener") && needs.has("clusterActive") && needs.has("role"));
    assert.ok(!needs.has("loadBalancerActive"));
  });
  it("writes slipway.json, by which what is made is found again, before anything is made in AWS", () => {
    const makers = [
      "repository",
      "cluster",
      "role",
      "logGroup",
      "targetGroup",
      "loadBalancerGroup",
      "taskGroup",
    ] as const;
    for (const id of [...makers, "loadBalancer", "register", "service"] as const)
      assert.ok(withNeeds(steps, [id]).has("files"), id);
  });
});
