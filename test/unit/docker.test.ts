import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile, chmod } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { buildCommand, describe as inWords, loginCommand, pushCommand } from "../../src/docker/commands";
import { contextDigest } from "../../src/docker/context";
import { hasSources } from "../../src/docker/copySources";
import { FileHashes } from "../../src/docker/fileHashes";
import { buildFailure, failingLine, missingSource, pushFailure } from "../../src/docker/failures";
import { PushProgress } from "../../src/docker/progress";
import { run } from "../../src/docker/run";

const docker = { program: "docker", kind: "docker" as const, host: "unix:///x.sock" };
const request = {
  context: ".",
  dockerfile: "Dockerfile",
  arguments: { B: "2", A: "1" },
  platform: "linux/amd64",
  tags: ["web:1"],
};

describe("describing a command", () => {
  it("is a list of arguments with absolute paths, and no provenance where BuildKit would add it", () => {
    const { args, env } = buildCommand(docker, request, { context: "/w", dockerfile: "/w/Dockerfile" }, "buildkit");
    assert.deepEqual(args, [
      "build",
      "--progress=plain",
      "--provenance=false",
      "--platform",
      "linux/amd64",
      "--file",
      "/w/Dockerfile",
      "--build-arg",
      "A",
      "--build-arg",
      "B",
      "--tag",
      "web:1",
      "/w",
    ]);
    assert.deepEqual(env, { A: "1", B: "2", DOCKER_BUILDKIT: "1" });
    assert.ok(
      !buildCommand(docker, request, { context: "/w", dockerfile: "/w/Dockerfile" }, "classic").args.includes(
        "--provenance=false",
      ),
    );
    // A client before 23 has BuildKit built in, and refuses an option that only the buildx plugin knows.
    const old = buildCommand(
      { ...docker, withoutBuildx: true },
      request,
      { context: "/w", dockerfile: "/w/Dockerfile" },
      "buildkit",
    );
    assert.ok(!old.args.includes("--provenance=false"));
    assert.equal(old.env?.["DOCKER_BUILDKIT"], "1");
  });
  it("refuses a value that would be an option", () => {
    assert.throws(
      () =>
        buildCommand(docker, { ...request, target: "--privileged" }, { context: "/w", dockerfile: "/w/D" }, "classic"),
      /may not begin with a hyphen/,
    );
    assert.throws(
      () =>
        buildCommand(
          docker,
          { ...request, arguments: { "-x": "1" } },
          { context: "/w", dockerfile: "/w/D" },
          "classic",
        ),
      /hyphen/,
    );
  });
  it("keeps the password out of arguments, environment and log", () => {
    for (const kind of ["docker", "podman", "nerdctl"] as const) {
      const command = loginCommand({ ...docker, kind }, "r.example", "AWS", "secret-password", "/tmp/f");
      assert.ok(!JSON.stringify([command.args, command.env]).includes("secret-password"));
      assert.ok(!inWords(command).includes("secret-password"));
      assert.equal(command.input, "secret-password");
    }
  });
  it("pushes with the private configuration, to the host that the user's context names", () => {
    const command = pushCommand(docker, "r.example/web:1", "/tmp/f");
    assert.deepEqual(command.args, ["--config", "/tmp/f", "push", "r.example/web:1"]);
    assert.equal(command.env?.["DOCKER_HOST"], "unix:///x.sock");
    assert.ok(
      pushCommand({ ...docker, kind: "podman" }, "127.0.0.1:5000/web:1", "/tmp/f").args.includes("--tls-verify=false"),
    );
  });
});

describe("reading what the engine prints", () => {
  it("counts layers and takes the digest of the push", () => {
    const progress = new PushProgress();
    progress.read("34e6d80dbac6: Preparing");
    progress.read("989f7ac381cd: Waiting");
    assert.deepEqual(progress.read("34e6d80dbac6: Layer already exists"), { fraction: 0.5, text: "1 of 2 layers" });
    progress.read(`latest: digest: sha256:${"a".repeat(64)} size: 944`);
    assert.equal(progress.digest, `sha256:${"a".repeat(64)}`);
  });
  it("finds the failing line of either builder", () => {
    const dockerfile = "FROM a\n# x\nRUN  exit 3 \\\n  && true\n";
    assert.equal(
      failingLine(["Step 1/2 : FROM a", "Step 2/2 : RUN exit 3   && true", "returned a non-zero code: 3"], dockerfile),
      2,
    );
    assert.equal(failingLine(["Dockerfile:3", "--------------------", ">>> RUN exit 3"], dockerfile), 2);
    assert.equal(
      failingLine(
        [
          "------",
          " > [2/2] RUN exit 3   && true:",
          "------",
          "executor failed running [/bin/sh -c exit 3]: exit code: 3",
        ],
        dockerfile,
      ),
      2,
    );
    assert.equal(failingLine(["no idea"], dockerfile), undefined);
  });
  it("tells an engine that cannot see our loopback from a refused push", () => {
    assert.equal(
      pushFailure(["dial tcp 127.0.0.1:4566: connect: connection refused"], "127.0.0.1:4566", "login").code,
      "EngineCannotSeeLoopback",
    );
    assert.equal(pushFailure(["denied: not authorized"], "1.dkr.ecr.x/web:1", "push").code, "PushDenied");
    assert.equal(
      pushFailure(["tag invalid: The image tag 'v1' already exists"], "1.dkr.ecr.x/web:1", "push").code,
      "TagImmutable",
    );
  });
});

describe("the build context", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "slipway-context-"));
    await mkdir(path.join(folder, "src"));
    await writeFile(path.join(folder, "Dockerfile"), "FROM a\nCOPY . .\n");
    await writeFile(path.join(folder, "src/a.js"), "1");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const digest = async () =>
    (await contextDigest(folder, { ...request, leaveOut: ["slipway.json"] }, new FileHashes())).digest;

  it("has another digest for another source, argument, mode or Dockerfile, and the same for the same", async () => {
    const first = await digest();
    assert.equal(await digest(), first);
    await chmod(path.join(folder, "src/a.js"), 0o755);
    const program = await digest();
    assert.notEqual(program, first);
    await writeFile(path.join(folder, "src/a.js"), "2");
    assert.notEqual(await digest(), program);
  });
  it("leaves out what .dockerignore names and what Slipway writes itself", async () => {
    await writeFile(path.join(folder, ".dockerignore"), "*.log\n.dockerignore\n");
    const first = await digest();
    await writeFile(path.join(folder, "x.log"), "x");
    await writeFile(path.join(folder, "slipway.json"), "{}");
    assert.equal(await digest(), first);
  });
  it("takes the Dockerfile's own ignore file before the context's", async () => {
    await writeFile(path.join(folder, "Dockerfile.dockerignore"), "src\nDockerfile.dockerignore\n");
    const first = await digest();
    await writeFile(path.join(folder, "src/a.js"), "3");
    assert.equal(await digest(), first);
  });
  it("knows in which folder the sources of a COPY are", async () => {
    assert.equal(await hasSources(folder, ["src/", "Docker*"]), true);
    assert.equal(await hasSources(folder, ["package.json"]), false);
    assert.equal(await hasSources(path.join(folder, "src"), ["../Dockerfile"]), false);
    assert.equal(await hasSources(folder, ["/src/*.js", "s?c/[a-c].js", "."]), true);
    assert.equal(await hasSources(folder, ["src/*.ts"]), false);
    assert.equal(await hasSources(folder, ["src[1/a.js"]), false);
    await writeFile(path.join(folder, "a".repeat(200)), "");
    const began = Date.now();
    assert.equal(await hasSources(folder, [`${"*a".repeat(60)}*b`]), false);
    assert.ok(Date.now() - began < 1000, "in no long time, whatever the pattern is");
  });
  it("follows the builder: the classic one does not look for what an exception takes back anywhere", async () => {
    await writeFile(path.join(folder, ".dockerignore"), "*\n!**/*.js\n");
    const files = async (builder: "buildkit" | "classic") =>
      (await contextDigest(folder, { ...request, leaveOut: [] }, new FileHashes(), undefined, { builder })).files;
    assert.deepEqual([await files("buildkit"), await files("classic")], [1, 0]);
  });
  it("says of a source that is not there what was looked for where, and where there is one", async () => {
    const failed = (source: string, context: string) =>
      buildFailure([`ERROR: failed to calculate checksum of ref a::b: "/${source}": not found`], {
        root: folder,
        dockerfile: "Dockerfile",
        context,
      });
    assert.match(
      (await failed("Dockerfile", "src")).remedy ?? "",
      /context, which is src\. There is one in the workspace/,
    );
    assert.match((await failed("nothing", "src")).remedy ?? "", /nothing was looked for .* src; it is not there/);
    assert.match((await failed("src/a.js", ".")).remedy ?? "", /\.dockerignore leaves it out/);
    assert.ok((await failed("nothing", ".")).actions.includes("openConfig"));
  });
  it("knows how builders say that a source is not there", () => {
    for (const [line, source] of [
      ['ERROR: failed to calculate checksum of ref d1::x: "/package.json": not found', "package.json"],
      [
        "COPY failed: file not found in build context or excluded by .dockerignore: stat app.js: file does not exist",
        "app.js",
      ],
      ["COPY failed: stat /var/lib/docker/tmp/docker-builder123/a b.txt: no such file or directory", "a b.txt"],
      ['copier: stat: "/go.mod": no such file or directory', "go.mod"],
      ["exit code: 1", undefined],
    ] as const)
      assert.equal(missingSource([line]), source, line);
  });
});

describe("running a command", () => {
  it("ends the child and what it started when it is cancelled", async () => {
    const cancel = new AbortController();
    let pid = 0;
    const running = run(
      { program: "sh", args: ["-c", "sleep 100 & echo $!; wait"] },
      {
        signal: cancel.signal,
        onLine: (line) => {
          pid = Number(line);
          cancel.abort();
        },
      },
    );
    await assert.rejects(running, /Cancelled/);
    const gone = async () => {
      for (let attempt = 0; attempt < 100; attempt++) {
        try {
          process.kill(pid, 0);
        } catch {
          return true;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return false;
    };
    assert.ok(await gone());
  });
});
