import assert from "node:assert/strict";
import { diagnoseStop, stoppedOnPurpose } from "../../src/core/service/diagnosis/stopped";
import type { Task } from "../../src/core/ports/cloud";

const task = (stoppedReason: string, container: Partial<Task["containers"][number]> = {}): Task => ({
  id: "t",
  arn: "a",
  taskDefinition: "d",
  lastStatus: "STOPPED",
  desiredStatus: "STOPPED",
  createdAt: 0,
  stoppedReason,
  containers: [{ name: "web", ...container }],
});

describe("why a task stopped", () => {
  it("names the exit code and shows the last lines", () => {
    const cause = diagnoseStop(task("Essential container in task exited", { exitCode: 7 }), ["boom"]);
    assert.match(cause.sentence, /web exited with code 7/);
    assert.ok(cause.evidence.some((line) => line.includes("boom")));
    assert.equal(cause.mayCure, false);
  });
  it("does not call every 137 out of memory", () => {
    assert.equal(
      diagnoseStop(task("Essential container in task exited", { exitCode: 137 }), []).code,
      "ContainerExited",
    );
    assert.equal(
      diagnoseStop(task("x", { exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }), [])
        .code,
      "OutOfMemory",
    );
  });
  it("tells no route from no permission", () => {
    assert.equal(
      diagnoseStop(
        task(
          "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry " +
            "auth from Amazon ECR: There is a connection issue between the task and Amazon ECR.",
        ),
        [],
      ).code,
      "NoRouteToEcr",
    );
    assert.equal(
      diagnoseStop(
        task(
          "ResourceInitializationError: unable to retrieve ecr registry auth: AccessDeniedException: User is not " +
            "authorized to perform: ecr:GetAuthorizationToken",
        ),
        [],
      ).code,
      "PullDenied",
    );
  });
  it("does not guess when ECS says nothing", () => {
    assert.match(diagnoseStop(task(""), []).evidence.join(), /No container started/);
  });
  it("knows a task that a deployment stopped from one that failed", () => {
    assert.ok(stoppedOnPurpose(task("Scaling activity initiated by (deployment ecs-svc/1)", { exitCode: 143 })));
    assert.ok(!stoppedOnPurpose(task("Essential container in task exited", { exitCode: 1 })));
  });
});
