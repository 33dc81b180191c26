/** What leaves the task definition file, and what had been added to it. */
import assert from "node:assert/strict";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";
import { mergeDefinitions } from "../../src/core/taskDefinition/model/merge";

const container = (more: object): TaskDefinition => ({
  family: "web",
  containerDefinitions: [{ name: "web", ...more }],
});
const merged = (file: object, live: object, last: object): object => {
  const { containerDefinitions } = mergeDefinitions({
    file: container(file),
    live: container(live),
    lastFile: container(last),
  });
  return containerDefinitions?.[0] ?? {};
};

describe("what leaves the file", () => {
  const logs = { logDriver: "awslogs", options: { "awslogs-group": "/ecs/web" } };

  it("takes with it what was added to it, where AWS takes the rest for nothing", () => {
    const added = { ...logs, options: { ...logs.options, mode: "non-blocking" } };
    assert.deepEqual(merged({}, { logConfiguration: added }, { logConfiguration: logs }), { name: "web" });
    const check = { command: ["CMD", "true"] };
    assert.deepEqual(merged({}, { healthCheck: { ...check, retries: 5 } }, { healthCheck: check }), { name: "web" });
  });

  it("leaves what came from elsewhere, where that is whole by itself", () => {
    const elsewhere = { ...logs, logDriver: "fluentd", options: { tag: "x" } };
    assert.deepEqual(merged({}, { logConfiguration: elsewhere }, { logConfiguration: logs }), {
      name: "web",
      logConfiguration: elsewhere,
    });
    const parameters = { linuxParameters: { initProcessEnabled: true, swappiness: 5 } };
    assert.deepEqual(merged({}, parameters, { linuxParameters: { initProcessEnabled: true } }), {
      name: "web",
      linuxParameters: { swappiness: 5 },
    });
  });
});
