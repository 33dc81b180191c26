/** What the engine builds and what its tag says are the same bytes, also while somebody writes. */
import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { busyboxBase } from "../../scripts/baseImages";
import { temporaryDir } from "../../scripts/paths";
import { contextDigest } from "../../src/docker/context";
import { FileHashes } from "../../src/docker/fileHashes";
import { eventsOf, resultOf, type CliEvent, type ErrorReport } from "./support/cli";
import { applicationFolder, theEngine, World, writeIn, writesOf } from "./support/world";

describe("the context of a build", function () {
  this.timeout(90_000);
  let world: World;
  let state: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("context", ["--tasks", "simulated", "--consistency", "strong"]);
    state = temporaryDir("state");
  });
  after(async () => world?.stop());

  const docker = async (...args: string[]) =>
    execFileSync("docker", args, { env: { ...process.env, ...(await theEngine())?.env }, encoding: "utf8" }).trim();
  const settings = (name: string) => ({
    "slipway.json": JSON.stringify({
      applications: { [name]: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
    }),
  });
  /** Deploys, and gives the image that was built. */
  async function deploy(
    folder: string,
    env: Record<string, string> = {},
  ): Promise<{ plans: number; image: string; tag: string; source: string }> {
    const done = await world.cliEndsWith(0, folder, ["deploy", "--yes"], { ...env, SLIPWAY_STATE_DIR: state });
    const events = eventsOf(done) as (CliEvent & { detail?: string })[];
    const image = events.find((event) => event.step === "build" && event.state === "done")?.detail ?? "";
    const source = await docker("inspect", "--format", '{{index .Config.Labels "slipway.source"}}', image);
    return {
      plans: events.filter(({ type }) => type === "planned").length,
      image,
      tag: image.split(":")[1] ?? "",
      source,
    };
  }
  /** The digest of what is in the image at /ctx, with the Dockerfile that it was made of. */
  async function digestOfImage(folder: string, image: string): Promise<string> {
    const out = mkdtempSync(path.join(temporaryDir("image"), "x-"));
    const container = await docker("create", image);
    try {
      execFileSync("sh", ["-c", `docker cp '${container}:/ctx' - | tar x -C '${out}'`], {
        env: { ...process.env, ...(await theEngine())?.env },
      });
    } finally {
      await docker("rm", container);
    }
    const context = path.join(out, "ctx");
    const source = {
      context,
      arguments: {},
      leaveOut: [],
      platform: `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`,
    };
    const { digest } = await contextDigest(
      "/",
      { ...source, dockerfile: path.join(folder, "Dockerfile") },
      new FileHashes(),
    );
    return digest;
  }

  /** Folders of this machine's clients, one for each builder: the first in the path, and where there is one the other. */
  function clients(): Map<"buildkit" | "classic", string> {
    const found = new Map<"buildkit" | "classic", string>();
    for (const place of (process.env["PATH"] ?? "").split(path.delimiter)) {
      const program = path.join(place, "docker");
      if (!existsSync(program)) continue;
      const version = spawnSync(program, ["version", "--format", "{{.Client.Version}}"], { encoding: "utf8" }).stdout;
      const buildkit = Number.parseInt(version, 10) < 23 || spawnSync(program, ["buildx", "version"]).status === 0;
      const builder = buildkit ? "buildkit" : "classic";
      if (!found.has(builder)) found.set(builder, place);
    }
    return found;
  }

  it("is deployed with one plan where something is written all the time, under the tag of what was built", async () => {
    for (const [builder, place] of clients()) await writing(builder, { PATH: `${place}:${process.env["PATH"] ?? ""}` });
  });
  async function writing(builder: "buildkit" | "classic", env: Record<string, string>): Promise<void> {
    const name = `scribe-${builder}`;
    const folder = applicationFolder(name, {
      ...settings(name),
      Dockerfile: `FROM ${busyboxBase}\nCOPY . /ctx/\nEXPOSE 8080\nCMD ["httpd", "-f", "-p", "8080"]\n`,
      "app.log": "",
    });
    let line = 0;
    const writer = setInterval(() => {
      appendFileSync(path.join(folder, "app.log"), `line ${line++}\n`);
      writeIn(folder, "data.json", JSON.stringify({ line }));
      writeIn(folder, `tmp/${line % 7}`, String(line));
      rmSync(path.join(folder, `tmp/${(line + 3) % 7}`), { force: true });
    }, 20);
    try {
      const { plans, image, tag, source } = await deploy(folder, env);
      assert.ok(line > 20);
      assert.equal(plans, 1);
      assert.equal(tag, `slipway-${source.slice(0, 20)}`);
      assert.equal(await digestOfImage(folder, image), source);
      const { images } = await world.clients.ecr.send(
        new BatchGetImageCommand({ repositoryName: name, imageIds: [{ imageTag: tag }] }),
      );
      assert.equal(images?.length, 1, "it is pushed under this tag");
    } finally {
      clearInterval(writer);
    }
    assert.deepEqual(
      readdirSync(path.join(state, "contexts")).filter((name) => !name.endsWith(".hashes")),
      [],
      "no copy is left",
    );
  }

  it("has modes, links, empty folders and names of any bytes, less what .dockerignore names", async () => {
    const folder = applicationFolder("chest", {
      ...settings("chest"),
      Dockerfile: `FROM ${busyboxBase}\nCOPY . /ctx/\nEXPOSE 8080\nCMD ["httpd", "-f", "-p", "8080"]\n`,
      ".dockerignore": "*.log\ndata\nout\n!out/keep\n.dockerignore\n",
      "run.sh": "#!/bin/sh\n",
      "Data/Model.cs": "model",
      "out/keep": "k",
      "out/drop": "d",
      "x.log": "x",
    });
    const at = (name: string) => path.join(folder, name);
    chmodSync(at("run.sh"), 0o750);
    chmodSync(at("Data/Model.cs"), 0o604);
    mkdirSync(at("empty"), { mode: 0o711 });
    symlinkSync("../nowhere", at("link"));
    linkSync(at("run.sh"), at("Data/run.sh"));
    if (process.platform === "linux") writeFileSync(Buffer.from(`${folder}/caf\xe9`, "latin1"), "1");
    const { image, source } = await deploy(folder);
    assert.equal(await digestOfImage(folder, image), source);
    const listed = await docker("run", "--rm", "--entrypoint", "find", image, "/ctx", "-type", "f");
    assert.ok(
      /Model\.cs/.test(listed) && /out\/keep/.test(listed) && !/drop|x\.log|slipway\.json/.test(listed),
      listed,
    );
    const again = await world.cliEndsWith(0, folder, ["deploy", "--yes"], { SLIPWAY_STATE_DIR: state });
    assert.ok(!eventsOf(again).some(({ type, step }) => type === "output" && step === "build"), "nothing is built");
    chmodSync(at("Data/Model.cs"), 0o644);
    const { tag } = await deploy(folder);
    assert.notEqual(tag, `slipway-${source.slice(0, 20)}`, "a mode that changed is built");
  });

  it("is not even read where the builder at hand does not know the Dockerfile's syntax", async function () {
    if ([...clients().keys()][0] !== "classic") return this.skip();
    const folder = applicationFolder("mount", {
      Dockerfile: `FROM ${busyboxBase}\nRUN --mount=type=cache,target=/c true\nEXPOSE 8080\n`,
    });
    let error: ErrorReport | undefined;
    const calls = await world.callsDuring(async () => {
      error = resultOf(await world.cliEndsWith(1, folder, ["deploy", "--yes"])).error;
    });
    assert.equal(error?.code, "BuildKitNeeded");
    assert.deepEqual(writesOf(calls), []);
  });
});
