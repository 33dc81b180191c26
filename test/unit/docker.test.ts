import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile, chmod } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { buildCommand, describe as inWords, loginCommand, pushCommand } from "../../src/docker/commands";
import { contextDigest } from "../../src/docker/context";
import { hasSources } from "../../src/docker/copySources";
import { FileHashes } from "../../src/docker/fileHashes";
import {
  buildFailure,
  engineStopped,
  failingLine,
  lostEngine,
  missingSource,
  pushFailure,
} from "../../src/docker/failures";
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
    assert.deepEqual(
      [false, true].map(
        (listens) =>
          pushFailure(['Get "https://127.0.0.1:4566/v2/": EOF'], "127.0.0.1:4566/web:1", "push", listens).code,
      ),
      ["RegistryGone", "EngineCannotSeeLoopback"],
    );
    assert.equal(pushFailure(["denied: not authorized"], "1.dkr.ecr.x/web:1", "push").code, "PushDenied");
    assert.equal(
      pushFailure(["tag invalid: The image tag 'v1' already exists"], "1.dkr.ecr.x/web:1", "push").code,
      "TagImmutable",
    );
  });
});

describe("an engine that is ended in the middle of something", () => {
  const lost: readonly string[] = [
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    'error during connect: Post "http://%2Fvar%2Frun%2Fdocker.sock/v1.47/images/quay/push?tag=1": EOF',
    "ERROR: failed to receive status: rpc error: code = Unavailable desc = error reading from server: EOF",
    "ERROR: failed to build: failed to receive status: rpc error: code = Unavailable desc = closing transport due to: connection error",
    "unexpected EOF",
    "Error: unable to connect to Podman socket: failed to connect: dial tcp 127.0.0.1:41511: connect: connection refused",
    "dial unix /run/user/1000/docker.sock: connect: no such file or directory",
  ];
  for (const line of lost)
    it(`is told by: ${line.slice(0, 60)}`, () => {
      assert.equal(lostEngine(["The push refers to repository [x]", "a1b2: Preparing", line, ""]), true);
    });
  it("is not told by what a registry or a build's own command says", () => {
    const others = [
      [
        'Get "https://1.dkr.ecr.eu-west-1.amazonaws.com/v2/": dial tcp: lookup 1.dkr.ecr.eu-west-1.amazonaws.com: no such host',
      ],
      ['Put "https://127.0.0.1:4566/v2/quay/blobs": EOF'],
      [
        "#7 1.203 Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
        "#7 ERROR: process did not complete successfully: exit code: 1",
        "------",
        'ERROR: failed to solve: process "/bin/sh -c docker info" did not complete successfully: exit code: 1',
      ],
      [
        "failed to resolve source metadata for docker.io/library/x: unexpected status from HEAD request: 503 Service Unavailable",
      ],
    ];
    for (const tail of others) assert.equal(lostEngine(tail), false, tail.join("\n"));
  });
  it("is named, certain of nothing else, with what to do", () => {
    assert.match(engineStopped("push", ["unexpected EOF"]).summary, /engine stopped in mid-push/);
    assert.match(engineStopped("build", [], "SIGKILL").summary, /program was ended by SIGKILL in mid-build/);
    assert.equal(engineStopped("build", []).code, "EngineNotRunning");
  });
  it("a registry's bad moment may pass, a refusal does not", () => {
    const may = (line: string) => pushFailure([line], "1.dkr.ecr.x/web:1", "push").transient === true;
    assert.deepEqual(
      ["dial tcp: i/o timeout", "received unexpected HTTP status: 503 Service Unavailable", "denied", "EOF"].map(may),
      [true, true, false, true],
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
