import assert from "node:assert/strict";
import { mergeDefinitions } from "../../src/core/taskDefinition/model/merge";
import { differences, sameDefinition } from "../../src/core/taskDefinition/model/normalise";
import type { TaskDefinition } from "../../src/core/base/taskDefinition";

const definition = (environment: Record<string, string>, more: TaskDefinition = {}): TaskDefinition => ({
  family: "web",
  cpu: "256",
  ...more,
  containerDefinitions: [
    { name: "web", image: "web", environment: Object.entries(environment).map(([name, value]) => ({ name, value })) },
  ],
});
const environmentOf = (merged: TaskDefinition) =>
  Object.fromEntries(
    ((merged.containerDefinitions?.[0]?.["environment"] ?? []) as { name: string; value: string }[]).map((item) => [
      item.name,
      item.value,
    ]),
  );

describe("merging a task definition", () => {
  it("lets the file govern what it states and keeps what only the live revision has", () => {
    const merged = mergeDefinitions({
      file: definition({ MODE: "new" }),
      live: definition({ MODE: "old", EXTRA: "1" }, { memory: "1024" }),
    });
    assert.deepEqual(environmentOf(merged), { MODE: "new", EXTRA: "1" });
    assert.equal(merged.memory, "1024");
  });
  it("takes out what left the file since it was registered, but not what was changed elsewhere", () => {
    const lastFile = definition({ GONE: "1", TOUCHED: "1" });
    const merged = mergeDefinitions({ file: definition({}), live: definition({ GONE: "1", TOUCHED: "2" }), lastFile });
    assert.deepEqual(environmentOf(merged), { TOUCHED: "2" });
  });
  it("keeps a sidecar that was added elsewhere", () => {
    const live = definition({});
    live.containerDefinitions?.push({ name: "agent", image: "agent" });
    assert.deepEqual(
      mergeDefinitions({ file: definition({}), live }).containerDefinitions?.map((item) => item.name),
      ["web", "agent"],
    );
  });
});

describe("comparing task definitions", () => {
  it("does not take what ECS fills in for a difference", () => {
    const described: TaskDefinition = {
      ...definition({ A: "1" }),
      revision: 3,
      status: "ACTIVE",
      volumes: [],
      placementConstraints: [],
      containerDefinitions: [
        {
          name: "web",
          image: "web",
          cpu: 0,
          essential: true,
          environment: [{ name: "A", value: "1" }],
          mountPoints: [],
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
        },
      ],
    };
    const registered = definition({ A: "1" });
    registered.containerDefinitions = [
      { ...registered.containerDefinitions?.[0], portMappings: [{ containerPort: 80 }] },
    ];
    assert.ok(sameDefinition(described, registered));
  });
  it("names the place that differs", () => {
    const [first, ...rest] = differences(definition({ A: "1" }), definition({ A: "2" }));
    assert.equal(first?.path, "containerDefinitions[web].environment[A].value");
    assert.deepEqual(rest, []);
  });
});
