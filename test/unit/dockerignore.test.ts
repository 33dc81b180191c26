import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { isSlipwayError } from "../../src/core/base/errors";
import { contextDigest } from "../../src/docker/context";
import { FileHashes } from "../../src/docker/fileHashes";
import { readIgnoreFile, sentOf } from "../../src/docker/ignore";
import { quickest } from "./support/quickest";

interface Vector {
  name: string;
  tree: string;
  dockerignore: string;
  expected: { sent?: string[]; refused?: true; message?: string };
}

/** BuildKit's own answers: fsutil's walk over moby/patternmatcher. */
const { trees, vectors } = JSON.parse(readFileSync("test/vectors/dockerignore.json", "utf8")) as {
  trees: Record<string, string[]>;
  vectors: Vector[];
};

const sent = (text: string, files: readonly string[]) =>
  sentOf(files, readIgnoreFile(text, ".dockerignore"), "buildkit");

const matches = (pattern: string, name: string) => sent(pattern, [name]).length === 0;

describe(".dockerignore", () => {
  for (const { name, tree, dockerignore, expected } of vectors)
    it(`as BuildKit: ${name}`, () => {
      const files = trees[tree] ?? [];
      assert.ok(files.length > 0);
      if (expected.refused)
        assert.throws(
          () => sent(dockerignore, files),
          (error) =>
            isSlipwayError(error) &&
            error.code === "InvalidDockerignore" &&
            error.summary.includes(expected.message ?? ""),
        );
      else assert.deepEqual(sent(dockerignore, files), expected.sent);
    });

  it("reads what is left of a pattern as Go's regular expressions do", () => {
    for (const [pattern, fits, fitsNot] of [
      ["obj\\d*", "obj1", "objd"],
      ["x[[:digit:]]", "x1", "xd"],
      ["z{2}*", "zza", "za"],
      ["z{1,2}[a]", "zza", "zzza"],
      ["z{1,}[a]", "zzzza", "a"],
      ["*.{js,ts}", "a.{js,ts}", "a.js"],
      ["a|*b", "ax", "xc"],
      ["b\\x64*", "bd1", "bx64"],
      ["b\\141*", "ba1", "b1411"],
      ["a[^b-c]", "ad", "ab"],
      ["a[\\]]", "a]", "a"],
      ["s\\Qa*\\E?", "sa[^/]*x", "sax"],
      ["\\pLx", "äx", "1x"],
      ["*a\\b|*c", "xa/y", "ay"],
      ["b|\\bc*d", "e/cd", "ecx"],
    ] as const) {
      assert.equal(matches(pattern, fits), true, `${pattern} fits ${fits}`);
      assert.equal(matches(pattern, fitsNot), false, `${pattern} does not fit ${fitsNot}`);
    }
    assert.equal(matches("src\\bin", "srcin"), false);
    for (const bad of ["a[", "a[]", "a[^]", "a[x-]", "a\\", "x[b-a]", "x\\y", "x*{2}", "x[[:none:]]", "x{3,2}*"])
      assert.throws(() => matches(bad, "x"), /syntax error in pattern/, bad);
  });

  it("takes time that is linear in pattern and path", () => {
    const name = "a".repeat(2000);
    for (const pattern of ["*a*a*a*a*a*a*a*a*b", `${"**/a".repeat(20)}*b`, `${"[a]{0,9}".repeat(20)}b*`]) {
      const limit = pattern.startsWith("*a") ? 50 : 500;
      const ms = quickest(() => assert.equal(readIgnoreFile(pattern, "").look(name, undefined).ignored, false), {
        enough: limit,
      });
      assert.ok(ms <= limit, `${pattern}: ${ms} ms`);
    }
  });

  it("names the file and the line that Docker would refuse, before anything starts", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "slipway-ignore-"));
    try {
      await writeFile(path.join(folder, "Dockerfile"), "FROM a\n");
      await writeFile(path.join(folder, ".dockerignore"), "# kept\n*.log\nlogs/[a\n");
      const request = { context: ".", dockerfile: "Dockerfile", arguments: {}, platform: "linux/amd64", leaveOut: [] };
      await assert.rejects(contextDigest(folder, request, new FileHashes()), (error) => {
        assert.ok(isSlipwayError(error));
        assert.equal(error.code, "InvalidDockerignore");
        assert.deepEqual(error.location, { file: ".dockerignore", line: 2 });
        assert.match(error.summary, /syntax error in pattern/);
        return true;
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
