import assert from "node:assert/strict";
import { closureOf, select, type ImportGraph } from "../../scripts/selection";

const graph: ImportGraph = new Map([
  ["test/unit/plan.test.ts", ["src/core/deploy/plan.ts", "test/unit/support/world.ts"]],
  ["test/unit/map.test.ts", ["src/core/map/build.ts", "node:assert"]],
  ["test/unit/bundles.test.ts", ["esbuild"]],
  ["test/unit/support/world.ts", []],
  ["test/contract/load.test.ts", ["test/contract/support/sandbox.ts"]],
  ["test/contract/logs.test.ts", []],
  ["test/contract/support/sandbox.ts", ["node:fs"]],
  ["test/e2e/map.spec.ts", ["src/core/map/build.ts", "scripts/browser.ts"]],
  ["src/core/deploy/plan.ts", ["src/core/base/errors.ts"]],
  ["src/core/base/errors.ts", ["src/core/deploy/plan.ts", "src/core/base/words.ts"]],
  ["src/core/base/words.ts", []],
  ["src/core/map/build.ts", []],
  ["scripts/browser.ts", ["node:fs"]],
]);
const below = (dir: string): string[] =>
  [...graph.keys()].filter((file) => /\.(test|spec)\.ts$/.test(file) && file.startsWith(dir));
const stages = new Map([
  ["unit", below("test/unit")],
  ["contract", below("test/contract")],
  ["engine", ["test/engine/deploy.test.ts"]],
  ["e2e", below("test/e2e")],
]);
const chosen = (...changed: string[]): Record<string, readonly string[]> => {
  const { lint: _lint, ...rest } = Object.fromEntries(select(graph, changed, stages).files);
  return rest;
};

describe("what changed files can touch", () => {
  it("is followed through imports, also round a circle", () => {
    assert.deepEqual([...closureOf(graph, "test/unit/plan.test.ts")].sort(), [
      "src/core/base/errors.ts",
      "src/core/base/words.ts",
      "src/core/deploy/plan.ts",
      "test/unit/plan.test.ts",
      "test/unit/support/world.ts",
    ]);
  });

  it("is of core: the unit tests that import it, and those that read files, and no other stage", () => {
    assert.deepEqual(chosen("src/core/base/words.ts"), {
      unit: ["test/unit/plan.test.ts", "test/unit/bundles.test.ts"],
    });
    assert.deepEqual(select(graph, ["src/core/base/words.ts"], stages).leftOut, ["contract", "engine", "e2e"]);
    assert.deepEqual(chosen("src/core/map/build.ts"), {
      unit: ["test/unit/map.test.ts", "test/unit/bundles.test.ts"],
    });
  });

  it("is a whole stage where code changed that the unit tests do not reach", () => {
    assert.deepEqual(chosen("src/sandbox/ecs/docker.ts"), {
      unit: ["test/unit/bundles.test.ts"],
      contract: ["test/contract/load.test.ts", "test/contract/logs.test.ts"],
    });
    assert.deepEqual(Object.keys(chosen("src/aws/cloud.ts")), ["unit", "engine"]);
    assert.deepEqual(Object.keys(chosen("src/vscode/map/panel.ts")), ["unit", "e2e"]);
  });

  it("is of a stage's own files those tests that import them", () => {
    assert.deepEqual(chosen("test/contract/support/sandbox.ts"), {
      unit: ["test/unit/bundles.test.ts"],
      contract: ["test/contract/load.test.ts"],
    });
    assert.deepEqual(chosen("scripts/browser.ts"), {
      unit: ["test/unit/bundles.test.ts"],
      e2e: ["test/e2e/map.spec.ts"],
    });
    assert.deepEqual(chosen("test/unit/plan.test.ts")["unit"]?.includes("test/unit/plan.test.ts"), true);
  });

  it("is everything where everything hangs on what changed, or nobody knows what does", () => {
    for (const file of ["package-lock.json", "tsconfig.json", "something/new.bin"])
      assert.deepEqual(chosen(file), Object.fromEntries(stages), file);
  });

  it("is lint alone where nothing changed, and ESLint looks at changed sources alone", () => {
    assert.deepEqual(chosen(), {});
    const { files } = select(graph, ["README.md", "src/core/map/build.ts", "scripts/lint.mjs"], stages);
    assert.deepEqual(files.get("lint"), ["src/core/map/build.ts", "scripts/lint.mjs"]);
  });
});
