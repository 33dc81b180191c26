import assert from "node:assert/strict";
import { completed } from "../../src/core/registeredDefinitions/completed";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";

describe("what a repository's task definition leaves out", () => {
  const before: TaskDefinition = {
    family: "web",
    executionRoleArn: "arn:aws:iam::111122223333:role/web-execution",
    taskRoleArn: "arn:aws:iam::111122223333:role/web",
    containerDefinitions: [
      {
        name: "web",
        image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:1",
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1" },
        },
      },
    ],
  };
  const file: TaskDefinition = {
    family: "web",
    cpu: "512",
    containerDefinitions: [
      { name: "web", logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/ecs/web" } } },
      { name: "side", image: "nginx:1" },
    ],
  };
  it("comes from the revision before: roles, image and the logs' region", () => {
    const whole = completed(file, before);
    assert.deepEqual(
      [whole["executionRoleArn"], whole["taskRoleArn"]],
      [before["executionRoleArn"], before["taskRoleArn"]],
    );
    const [web, side] = whole.containerDefinitions ?? [];
    assert.equal(web?.image, before.containerDefinitions?.[0]?.image);
    assert.deepEqual(web?.["logConfiguration"], before.containerDefinitions?.[0]?.["logConfiguration"]);
    assert.deepEqual(side, { name: "side", image: "nginx:1" });
    assert.equal(whole["cpu"], "512");
  });
  it("is nothing that the file states, and nothing where nothing was registered", () => {
    const stated = { ...file, executionRoleArn: "mine", containerDefinitions: [{ name: "web", image: "mine:1" }] };
    const whole = completed(stated, before);
    assert.deepEqual([whole["executionRoleArn"], whole.containerDefinitions?.[0]?.image], ["mine", "mine:1"]);
    assert.equal(completed(file, undefined), file);
  });
});
