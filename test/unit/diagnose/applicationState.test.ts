import assert from "node:assert/strict";
import { applicationState } from "../../../src/core/service/diagnosis/applicationState";
import { diagnose } from "../../../src/core/service/diagnosis/diagnose";
import { known, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import { defects } from "./defects";
import { healthy } from "./base";

const stateOf = (spoil: (snapshot: ServiceSnapshot) => void = () => undefined) => {
  const snapshot = healthy();
  spoil(snapshot);
  return applicationState(snapshot, diagnose(snapshot, {}));
};
const serviceOf = (snapshot: ServiceSnapshot) => {
  assert.ok(snapshot.service.known && snapshot.service.value);
  return snapshot.service.value;
};

describe("how an application stands, in one row", () => {
  it("is live with its URL, revision and age", () => {
    const state = stateOf();
    assert.equal(state.code, "live");
    assert.ok(state.code === "live" && state.url?.startsWith("http"));
    assert.deepEqual([state.revision, state.running, state.desired], ["quay:7", 1, 1]);
    assert.ok(state.since > 0);
  });

  it("is not deployed where there is no service, or it is going", () => {
    assert.equal(stateOf((s) => (s.service = known(undefined))).code, "notDeployed");
    for (const status of ["INACTIVE", "DRAINING"])
      assert.equal(stateOf((s) => (serviceOf(s).status = status)).code, "notDeployed");
  });

  it("cannot be told where the service may not be read: never that it is not there", () => {
    const state = stateOf((s) => (s.service = { known: false, why: "you may not", code: "AccessDeniedException" }));
    assert.deepEqual(state, { code: "unknown", why: "you may not" });
  });

  it("is stopped where no task is wanted, and not failed", () => {
    const state = stateOf((s) => {
      Object.assign(serviceOf(s), { desired: 0, running: 0 });
      s.tasks = known([]);
    });
    assert.equal(state.code, "stopped");
  });

  it("rolls out from one revision to another, and goes back", () => {
    const rolling = (status: string) =>
      stateOf((s) => {
        const service = serviceOf(s);
        const [primary] = service.deployments;
        assert.ok(primary);
        const before = {
          ...primary,
          id: "ecs-svc/0",
          status: "ACTIVE",
          taskDefinition: primary.taskDefinition.replace(":7", ":6"),
        };
        Object.assign(primary, { rolloutState: "IN_PROGRESS", desired: 3, running: 1, pending: 2 });
        service.deployments = [primary, before];
        if (s.serviceDeployments.known && s.serviceDeployments.value[0]) s.serviceDeployments.value[0].status = status;
      });
    const forward = rolling("IN_PROGRESS");
    assert.ok(forward.code === "rollingOut");
    assert.deepEqual(
      [forward.from, forward.revision, forward.running, forward.desired, forward.back],
      ["quay:6", "quay:7", 1, 3, false],
    );
    const back = rolling("ROLLBACK_IN_PROGRESS");
    assert.ok(back.code === "rollingOut" && back.back);
  });

  it("is live where somebody took the newest deployment back on purpose", () => {
    const asked = defects.find(({ codes }) => codes.includes("RollbackRequested"));
    assert.ok(asked);
    assert.equal(stateOf(asked.shows).code, "live");
  });

  it("has failed for every defect that is certain, with the sentence of the diagnosis and the last line", () => {
    let failed = 0;
    for (const { name, shows } of defects) {
      const snapshot = healthy();
      shows(snapshot);
      const diagnosis = diagnose(snapshot, {});
      const state = applicationState(snapshot, diagnosis);
      if (diagnosis.healthy) assert.notEqual(state.code, "failed", name);
      else if (diagnosis.cause?.code !== "RollbackRequested") assert.notEqual(state.code, "live", name);
      if (state.code !== "failed") continue;
      failed++;
      assert.equal(state.summary, diagnosis.summary, name);
    }
    assert.ok(failed > defects.length / 3, `${failed} of ${defects.length}`);
    const crash = defects.find(({ name }) => name === "the application throws");
    const state = stateOf((s) => {
      crash?.shows(s);
      if (s.tasks.known)
        for (const task of s.tasks.value) task.lastLines = ["starting", "Error: DATABASE_URL is not set"];
    });
    assert.ok(state.code === "failed" || state.code === "rollingOut");
    if (state.code === "failed") assert.equal(state.line, "Error: DATABASE_URL is not set");
  });
});
