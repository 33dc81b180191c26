/** How long a large build context takes to be read, the first time and again, against `tar c | sha256sum` over it. */
import { execFileSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryDir } from "../../scripts/paths";
import type { SourceRequest } from "../../src/core/ports/machine";
import { contextDigest } from "../../src/docker/context";
import { FileHashes } from "../../src/docker/fileHashes";
import { takeSnapshot } from "../../src/docker/snapshot";
import { Turns } from "../../src/docker/turns";
import type { Bench } from "./table";

const folders = 200;
const filesEach = 100;
const bytesEach = 25_000;
const coldBudget = 1.3;
const warmBudget = 0.1;
const rounds = 3;

/** As people write them: fifty, of all kinds. */
const kinds = ["node_modules#", "**/dist#", "*.log#", "**/*.tmp#", "docs#/*.md", "!docs#/keep.md", "**/cache#/**"];
const more = ["**/*.py[co]#", ".env#*", "src/**/fixtures#"];
const patterns = Array.from({ length: 50 }, (_, index) => {
  const all = [...kinds, ...more];
  return (all[index % all.length] ?? "").replace("#", index < all.length ? "" : String(index));
}).join("\n");

const request: SourceRequest = {
  context: ".",
  dockerfile: "Dockerfile",
  arguments: {},
  platform: "linux/amd64",
  leaveOut: [],
};

/** The shortest of some runs, in milliseconds. */
async function shortest(work: () => Promise<unknown> | void): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

export const context: Bench = async (row) => {
  const place = temporaryDir("context");
  const [root, state] = [path.join(place, "app"), path.join(place, "state")];
  const content = Buffer.alloc(bytesEach);
  for (let folder = 0; folder < folders; folder++) {
    const at = path.join(root, "src", `part${folder % 20}`, `module${folder}`);
    mkdirSync(at, { recursive: true });
    for (let file = 0; file < filesEach; file++)
      writeFileSync(path.join(at, `file${file}.js`), randomFillSync(content));
  }
  writeFileSync(path.join(root, "Dockerfile"), "FROM scratch\nCOPY . .\n");
  // What was written a moment ago is not trusted, here as elsewhere.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const tar = await shortest(() => void execFileSync("sh", ["-c", `tar c -C '${root}' . | sha256sum`]));
  row({ name: `${folders * filesEach} files, tar c | sha256sum`, value: `${tar.toFixed(0)} ms` });
  const show = (name: string, ms: number, budget: number) =>
    row({
      name,
      value: `${ms.toFixed(0)} ms, ${(ms / tar).toFixed(2)}`,
      budget: String(budget),
      met: ms <= tar * budget,
    });
  for (const [name, text] of [
    ["no patterns", ""],
    ["50 patterns", patterns],
  ] as const) {
    writeFileSync(path.join(root, ".dockerignore"), text);
    show(`the first time, ${name}`, await shortest(() => contextDigest(root, request, new FileHashes())), coldBudget);
    await contextDigest(root, request, new FileHashes(state));
    const again = await shortest(() => contextDigest(root, request, new FileHashes(state)));
    show(`again, by another process, ${name}`, again, warmBudget);
  }
  const began = performance.now();
  const taken = await takeSnapshot(root, request, { builder: "buildkit" }, state, new Turns());
  row({ name: "copied for the build", value: `${(performance.now() - began).toFixed(0)} ms` });
  await taken.discard();
  rmSync(place, { recursive: true, force: true });
};
