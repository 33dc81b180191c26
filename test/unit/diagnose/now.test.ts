import assert from "node:assert/strict";
import type { ErrorReport } from "../../../src/core/base/errors";
import { lastFailure } from "../../../src/core/deploy/lastFailure";
import type { DeploymentRecord } from "../../../src/core/ports/machine";
import { diagnosisLines } from "../../../src/core/render/diagnosis";
import { checklist } from "../../../src/core/service/checks/checklist";
import { diagnose, diagnoseByLooking } from "../../../src/core/service/diagnosis/diagnose";
import {
  known,
  valueOf,
  type SeenTask,
  type ServiceSnapshot,
} from "../../../src/core/service/snapshot/serviceSnapshot";
import { healthy, now, runningTask } from "./base";
import { container, failed, rolledBack, secretArn, svc, value } from "./defectTools";

const serving = "ecs-svc/9999999999999999999";
const back = "Service deployment rolled back because the circuit breaker threshold was exceeded.";

function stopped(n: number, startedBy: string, exitCode: number, reason?: string, ago = 60_000): SeenTask {
  const task = runningTask(n);
  return {
    ...task,
    startedBy,
    taskDefinition: startedBy === serving ? task.taskDefinition : `${task.taskDefinition}0`,
    lastStatus: "STOPPED",
    desiredStatus: "STOPPED",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    createdAt: now - ago - 60_000,
    stoppedAt: now - ago,
    containers: [
      {
        name: "quay",
        image: "quay",
        lastStatus: "STOPPED",
        health: "UNKNOWN",
        exitCode,
        ...(reason ? { reason } : {}),
      },
    ],
    lastLines: exitCode === 1 ? ["Error: DATABASE_URL is not set"] : [],
  };
}
const memory = "OutOfMemoryError: Container killed due to memory usage";

/** Revision 2 failed and was taken back; revision 1 serves, and was killed for memory. */
function outage(): ServiceSnapshot {
  const s = healthy();
  rolledBack(s, back, "TRIGGERED");
  svc(s).running = 0;
  svc(s).deployments = svc(s).deployments.map((item) => ({ ...item, running: 0 }));
  value(s.targetGroups).forEach((group) => (group.health = known([])));
  s.tasks = known([stopped(3, serving, 137, memory, 20_000), stopped(2, "ecs-svc/2", 1, undefined, 400_000)]);
  return s;
}
const check = (s: ServiceSnapshot, id: string) => {
  const found = checklist(s).find((item) => item.id === id);
  assert.ok(found);
  return found;
};

describe("what runs now", () => {
  it("is judged first: an outage after a rollback is the cause, the deployment before it a second sentence", () => {
    const { cause, before, healthy: well } = diagnose(outage());
    assert.deepEqual([well, cause?.code, before?.code], [false, "OutOfMemory", "ContainerExited"]);
    const lines = diagnosisLines(diagnose(outage()));
    assert.match(lines[0] ?? "", /used more memory/);
    assert.ok(
      lines.some((line) => /^Before that, the newest deployment was rolled back: .*DATABASE_URL/.test(line)),
      lines.join("\n"),
    );
  });
  it("is no outage while the deployment is being taken back, unless a task of it died", () => {
    const s = outage();
    value(s.serviceDeployments).forEach((item) => (item.status = "ROLLBACK_IN_PROGRESS"));
    assert.equal(diagnose(s).cause?.code, "OutOfMemory");
    s.tasks = known([stopped(2, "ecs-svc/2", 1, undefined, 400_000)]);
    assert.deepEqual([diagnose(s).cause?.code, diagnose(s).before], ["ContainerExited", undefined]);
  });
  it("is not explained by the circuit breaker of the deployment before", () => {
    const s = outage();
    s.tasks = known([stopped(2, "ecs-svc/2", 1, undefined, 400_000)]);
    const { cause, before } = diagnose(s);
    assert.deepEqual([cause?.code, before?.code], ["Unknown", "ContainerExited"]);
  });
  it("is well after a rollback where it serves: then the deployment that was taken back is the cause", () => {
    const s = healthy();
    rolledBack(s, back, "TRIGGERED");
    s.tasks = known([...value(s.tasks), stopped(2, "ecs-svc/2", 1)]);
    const { cause, before } = diagnose(s);
    assert.deepEqual([cause?.code, before], ["ContainerExited", undefined]);
  });
  it("fails the checklist where a task of the revision that serves died within the hour", () => {
    const s = healthy();
    const [own] = svc(s).deployments;
    assert.equal(check(s, "service").state, "passed");
    s.tasks = known([runningTask(1), stopped(2, own?.id ?? "", 137, memory)]);
    assert.equal(check(s, "service").state, "failed");
    assert.match(
      check(s, "service").evidence,
      /1 of 1 running, but task 22222222 .* ended .* ago: OutOfMemoryError.*, exit code 137$/,
    );
    s.tasks = known([runningTask(1), stopped(2, own?.id ?? "", 137, memory, 3_700_000)]);
    assert.equal(check(s, "service").state, "passed", "it is an hour ago");
    s.tasks = known([runningTask(1), stopped(2, "ecs-svc/old", 137, memory)]);
    assert.equal(check(s, "service").state, "passed", "another deployment's");
    s.tasks = known([
      runningTask(1),
      { ...stopped(2, own?.id ?? "", 0), stoppedReason: "Scaling activity initiated by (deployment x)" },
    ]);
    assert.equal(check(s, "service").state, "passed", "on purpose");
  });
  it("fails the checklist where an older revision serves because the newest does not start", () => {
    const s = healthy();
    const [own] = svc(s).deployments;
    assert.ok(own);
    svc(s).deployments = [
      {
        ...own,
        id: "ecs-svc/new",
        taskDefinition: "arn:aws:ecs:x:1:task-definition/quay:8",
        running: 0,
        pending: 1,
        failed: 4,
        rolloutState: "IN_PROGRESS",
      },
      { ...own, status: "ACTIVE" },
    ];
    assert.match(
      check(s, "service").evidence,
      /^1 of 1 running, but by an older revision: of quay:8, the newest, 0 run and 4 failed/,
    );
    const rolled = healthy();
    rolledBack(rolled, back, "TRIGGERED");
    assert.deepEqual(
      [check(rolled, "service").state, /taken back/.test(check(rolled, "service").evidence)],
      ["failed", true],
    );
    const asked = healthy();
    rolledBack(asked, "Service deployment rolled back because of a stop request.", "MONITORING");
    assert.equal(check(asked, "service").state, "passed");
  });
  it("says that a log group was deleted, also where a new task would make it again", () => {
    for (const createGroup of [true, false]) {
      const s = healthy();
      s.logs.forEach((log) => Object.assign(log, { createGroup, facts: known(undefined) }));
      const { summary, healthy: well, cause } = diagnose(s);
      assert.deepEqual([well, cause?.code, cause?.certainty], [false, "LogGroupMissing", "certain"]);
      assert.match(summary, /^The log group \S+ was deleted/);
    }
    const s = healthy();
    s.logs.forEach((log) => Object.assign(log, { region: "eu-west-1", facts: known(undefined) }));
    assert.equal(diagnose(s).healthy, true, "of another region nothing is read");
  });
  it("is scaled to zero where nobody wants a task, which is no error", () => {
    const s = healthy();
    Object.assign(svc(s), { desired: 0, running: 0 });
    svc(s).deployments = svc(s).deployments.map((item) => ({ ...item, desired: 0, running: 0 }));
    value(s.targetGroups).forEach((group) => (group.health = known([])));
    s.tasks = known([stopped(2, svc(s).deployments[0]?.id ?? "", 1)]);
    s.url = { url: "http://quay/", status: 503, milliseconds: 3, start: "" };
    const { healthy: well, summary } = diagnose(s);
    assert.deepEqual([well, summary], [true, "quay is scaled to zero: its desired count is 0, so no task runs."]);
    assert.deepEqual(
      checklist(s).filter(({ state }) => state === "failed" || state === "blocked"),
      [],
    );
    assert.match(check(s, "service").evidence, /^scaled to zero/);
    s.expected = {
      application: "quay",
      environment: "default",
      container: "quay",
      repository: "quay",
      family: "quay",
      healthPath: "/",
      matcher: "200-399",
      desiredCount: 2,
      shared: false,
      definitionFileName: "taskdef.json",
    };
    assert.match(check(s, "service").evidence, /scaled to zero, and slipway\.json says 2$/);
    assert.equal(check(s, "service").state, "failed", "slipway.json says otherwise");
  });
  it("knows a secret's missing JSON key from a missing secret", () => {
    const s = healthy();
    const reference = `${secretArn}:password::`;
    container(s)["secrets"] = [{ name: "DB", valueFrom: reference }];
    s.secrets = [{ reference, kind: "secret", exists: known(true) }];
    failed(s, {
      code: "TaskFailedToStart",
      pulled: "no",
      reason:
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable " +
        "to retrieve secret from asm: service call has been retried 1 time(s): retrieved secret from Secrets Manager did " +
        "not contain json key password",
    });
    const { cause } = diagnose(s);
    assert.deepEqual(
      [cause?.code, cause?.sentence],
      ["SecretKeyMissing", `The secret ${secretArn} is there, and has no JSON key password.`],
    );
  });
});

describe("a diagnosis without a service", () => {
  const failure: ErrorReport = {
    code: "BuildFailed",
    step: "build",
    summary: "The image could not be built.",
    evidence: ["npm error missing script: build"],
    remedy: "Correct the Dockerfile.",
    actions: [],
  };
  const absent = (): ServiceSnapshot => ({ ...healthy(), service: known(undefined), tasks: known([]) });
  it("says why the last deployment failed, and not only that there is none", () => {
    const { cause, evidence } = diagnose(absent(), { lastFailure: failure });
    assert.equal(cause?.code, "DeploymentFailed");
    assert.match(cause.sentence, /because the last deployment failed: The image could not be built\.$/);
    assert.equal(cause.remedy, "Correct the Dockerfile.");
    assert.ok(evidence.includes("npm error missing script: build"));
    assert.equal(diagnose(absent()).cause?.code, "ServiceMissing");
    assert.notEqual(diagnose(healthy(), { lastFailure: failure }).cause?.code, "DeploymentFailed");
  });
  it("names the build that failed where what runs is well, and not where something newer runs", () => {
    const snapshot = healthy();
    const began = Math.max(...(valueOf(snapshot.service)?.deployments ?? []).map(({ createdAt }) => createdAt));
    const after = diagnose(snapshot, { error: failure, failedAt: began + 1 });
    assert.deepEqual([after.healthy, after.summary, after.cause?.code], [false, failure.summary, "BuildFailed"]);
    assert.ok(after.evidence.includes("npm error missing script: build"));
    assert.match(after.evidence.at(-1) ?? "", /runs 1 of 1 tasks, as before/);
    assert.deepEqual(diagnose(snapshot, { lastFailure: failure, failedAt: began + 1 }).cause, after.cause);
    assert.ok(diagnose(snapshot, { error: failure, failedAt: began - 1 }).healthy);
    assert.ok(diagnose(snapshot, { error: { ...failure, step: "rollout" }, failedAt: began + 1 }).healthy);
  });
  it("reads that from the events of the last run", async () => {
    const record = (events: readonly unknown[], locked = false) =>
      ({
        isLocked: () => Promise.resolve(locked),
        async *follow() {
          yield* await Promise.resolve(events);
        },
      }) as unknown as DeploymentRecord;
    const { signal } = new AbortController();
    const events = [
      { type: "started", operation: "deploy" },
      { type: "finished", at: 7, outcome: "failed", error: failure },
    ];
    assert.deepEqual(await lastFailure(record(events), signal), { error: failure, at: 7 });
    assert.equal(await lastFailure(record(events, true), signal), undefined);
    assert.equal(await lastFailure(record([]), signal), undefined);
    assert.equal(
      await lastFailure(
        record([
          { type: "started", operation: "deploy" },
          { type: "finished", outcome: "done" },
        ]),
        signal,
      ),
      undefined,
    );
    assert.equal(await lastFailure(record([{ type: "started", operation: "destroy" }, events[1]]), signal), undefined);
    assert.equal(await lastFailure(record([undefined]), signal), undefined);
  });
});

describe("a diagnosis of one task", () => {
  const of = (task: string) => {
    const s = healthy();
    s.subject = { cluster: "quay", service: "quay", task };
    s.tasks = known([runningTask(1), stopped(3, svc(s).deployments[0]?.id ?? "", 1)]);
    return diagnoseByLooking(() => Promise.resolve(s), {});
  };
  it("takes its ARN, its id and the eight digits that logs print", async () => {
    for (const task of [runningTask(3).arn, runningTask(3).id, "33333333"])
      assert.equal((await of(task)).cause?.code, "ContainerExited", task);
  });
  it("says that there is no such task, and answers for no other", async () => {
    for (const task of ["nonsense", "3333", "44444444", "4".repeat(32)])
      await assert.rejects(of(task), { code: "TaskMissing" }, task);
  });
});
