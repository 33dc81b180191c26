/** What the product and the sandbox make of the reference vectors in test/vectors. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { inputOf, readers } from "../../scripts/vectorReaders";
import { compare, contentOf, vectorsOf } from "../vectors/compare";

const root = path.join(import.meta.dirname, "../..");
const folder = path.join(root, "test", "vectors");
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
/** How many policies in a hundred the product may leave open. */
const mostUnknown = 15;

describe("reference vectors", function () {
  // Thousands of inputs each, beside whatever else runs.
  this.timeout(20_000);
  it("are there, each file with a reader", () =>
    assert.deepEqual(files.map((file) => path.basename(file, ".json")).sort(), Object.keys(readers).sort()));

  for (const file of files) {
    const reader = path.basename(file, ".json");
    it(`of ${reader} are read as their reference reads them`, async () => {
      const content = contentOf(path.join(folder, file));
      const { vectors } = content;
      const got = new Map<string, unknown>();
      for (const vector of vectors) got.set(vector.name, await readers[reader]?.(inputOf(vector), content));
      const { wrong, unknown } = compare(reader, vectors, got);
      assert.deepEqual(wrong, []);
      assert.ok(unknown * 100 <= mostUnknown * vectors.length, `${unknown} of ${vectors.length} are left open`);
    });
  }

  it("are printed by a command, a line each, and a file without a reader is said to have none", () => {
    const run = (file: string) =>
      spawnSync(process.execPath, ["--import", "tsx", "scripts/vectors.ts", file], { cwd: root, encoding: "utf8" });
    const lines = run("test/vectors/arns.json").stdout.trim().split("\n");
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { name: string }).name),
      vectorsOf(path.join(folder, "arns.json")).map(({ name }) => name),
    );
    const unread = run("test/vectors/nothing.json");
    assert.equal(unread.status, 2);
    assert.match(unread.stderr, /no reader for nothing/);
  }).timeout(20_000);
});
