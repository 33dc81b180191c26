/** Secrets, SSH agents, named contexts and arguments of a build: seen before, given by id, and nowhere to be read. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryDir } from "../../scripts/paths";
import { parseConfig } from "../../src/core/app/app";
import { isSlipwayError } from "../../src/core/base/errors";
import { buildOptions, findBuildInputs, plannedBuildInputs } from "../../src/core/deploy/buildInputs";
import type { ObservedState, RunInput } from "../../src/core/deploy/observedState";
import { buildInputs, buildKit } from "../../src/core/deploy/preflight/build";
import { builderSyntax } from "../../src/core/deploy/preflight/dockerfile";
import { digestOf } from "../../src/core/deploy/sourceDigest";
import type { BuildRequest, SecretPlace } from "../../src/core/ports/machine";
import { buildInputsText } from "../../src/core/render/plan";
import { readDockerfile } from "../../src/core/source/dockerfile";
import { argumentOptions, inputOptions } from "../../src/docker/buildOptions";
import { buildCommand, describe as inWords } from "../../src/docker/commands";
import { containerEngine } from "../../src/docker/engine";
import { masking } from "../../src/docker/mask";
import { buildSecretSource } from "../../src/machine/buildSecrets";
import { nothingThere } from "./deploy/observed";

const file = (...lines: string[]) => readDockerfile(["FROM alpine", ...lines].join("\n"));
const token = "s3cret-value-of-the-token";

describe("what a Dockerfile asks for", () => {
  const asked = (...lines: string[]) =>
    file(...lines).buildSecrets.map(({ kind, id, isOptional, line }) => [kind, id, isOptional, line]);

  it("secrets have their id, else the name of the file or the variable, and may be optional", () => {
    assert.deepEqual(
      asked(
        "RUN --mount=type=secret,id=npm cat /run/secrets/npm",
        "RUN --mount=type=secret,target=/etc/.netrc true",
        "RUN --mount=type=secret,env=TOKEN,required=false true",
        "RUN --mount=type=secret,id=pip,required true",
      ),
      [
        ["secret", "npm", false, 1],
        ["secret", ".netrc", false, 2],
        ["secret", "TOKEN", true, 3],
        ["secret", "pip", false, 4],
      ],
    );
  });
  it("agents have one that counts where none is named", () => {
    assert.deepEqual(asked("RUN --mount=type=ssh git clone x", "RUN --mount=type=ssh,id=work true"), [
      ["ssh", "default", false, 1],
      ["ssh", "work", false, 2],
    ]);
  });
  it("each once, of what is built alone, and optional where all of them do without", () => {
    assert.deepEqual(
      asked(
        "RUN --mount=type=secret,id=npm,required=false true",
        "RUN --mount=type=secret,id=npm true",
        "FROM alpine",
        "RUN --mount=type=secret,id=pip true",
      ).map(([, id, isOptional]) => [id, isOptional]),
      [["pip", false]],
    );
    assert.deepEqual(
      asked("RUN --mount=type=secret,id=npm,required=false true", "RUN --mount=type=secret,id=npm true")[0]?.[2],
      false,
    );
  });
});

/** A run with as much as the build's inputs depend on. */
function run(dockerfile: string[], build: object = {}, variables: Record<string, string> = {}, stored: string[] = []) {
  const root = temporaryDir("inputs");
  writeFileSync(path.join(root, ".npmrc"), token);
  const input = {
    app: { build, dockerfile: "Dockerfile" },
    dockerfile: file(...dockerfile),
    rebuild: false,
    buildSecrets: buildSecretSource(
      root,
      (name) => variables[name],
      (id) => Promise.resolve(stored.includes(id)),
    ),
  } as unknown as RunInput;
  return { root, input };
}
const secret = (id: string) => `RUN --mount=type=secret,id=${id} true`;

describe("where a build's secrets are", () => {
  async function places(...args: Parameters<typeof run>): Promise<Record<string, SecretPlace | undefined>> {
    const { secrets } = await findBuildInputs(run(...args).input);
    return Object.fromEntries(secrets.map(({ id, place }) => [id, place]));
  }
  it("a variable of the name, what slipway.json names, and what is stored, in this order", async () => {
    assert.deepEqual(await places([secret("npm-token")], {}, { NPM_TOKEN: "x" }, ["npm-token"]), {
      "npm-token": { kind: "environment", name: "NPM_TOKEN" },
    });
    const stated = { secrets: { npm: { env: "TOKEN" } } };
    assert.deepEqual(await places([secret("npm")], stated, { npm: "x", TOKEN: "y" }), {
      npm: { kind: "environment", name: "TOKEN" },
    });
    assert.deepEqual(await places([secret("npm")], {}, {}, ["npm"]), { npm: { kind: "stored" } });
    assert.deepEqual(await places([secret("npm")], stated, { npm: "x" }), { npm: undefined });
    assert.deepEqual(await places([secret("npm")], { secrets: { npm: false } }, { npm: "x" }), {});
  });
  it("a file, from the workspace folder", async () => {
    const { input, root } = run([secret("npm")], { secrets: { npm: { file: ".npmrc" } } });
    const found = await findBuildInputs(input);
    assert.deepEqual(found.secrets[0]?.place, { kind: "file", path: path.join(root, ".npmrc") });
    assert.deepEqual(await places([secret("npm")], { secrets: { npm: { file: "none" } } }), { npm: undefined });
  });
  it("the agent is given where it is asked for, and its absence is said", async () => {
    const ssh = ["RUN --mount=type=ssh true"];
    assert.deepEqual(await findBuildInputs(run(ssh, {}, { SSH_AUTH_SOCK: "/s" }).input), {
      secrets: [],
      ssh: ["default"],
    });
    if (process.platform !== "win32")
      assert.deepEqual((await findBuildInputs(run(ssh).input)).agentMissing, { id: "default", line: 1 });
    assert.deepEqual((await findBuildInputs(run(ssh, { ssh: ["default=/k"] }).input)).ssh, ["default=/k"]);
    assert.equal((await findBuildInputs(run([secret("a")], {}, { SSH_AUTH_SOCK: "/s" }).input)).ssh.length, 0);
  });
});

describe("before the first write, of a build", () => {
  async function problems(given: ReturnType<typeof run>, change: Partial<ObservedState> = {}) {
    const observed = { ...nothingThere(), buildInputs: await findBuildInputs(given.input), ...change };
    return [
      builderSyntax(given.input, observed),
      buildKit(given.input, observed),
      ...buildInputs(given.input, observed),
    ].filter((problem) => problem !== undefined);
  }
  const classic = {
    engine: { ...nothingThere().engine, builder: "classic" as const, withoutBuildKit: "noBuildx" as const },
  };

  it("a missing secret stops it, with what was looked for and what to do", async () => {
    const [problem, ...others] = await problems(run([secret("npm-token")]));
    assert.deepEqual([problem?.code, problem?.severity, others.length], ["BuildSecretMissing", "stop", 0]);
    assert.match(problem?.sentence ?? "", /secret "npm-token" \(line 2 of Dockerfile\), .* no variable NPM_TOKEN/);
    assert.match(problem?.remedy ?? "", /build\.secrets in slipway\.json/);
    const [stated] = await problems(run([secret("npm")], { secrets: { npm: { env: "TOKEN" } } }));
    assert.match(stated?.sentence ?? "", /variable TOKEN is not set/);
  });
  it("not where it is optional, where it is there, and where nothing is built", async () => {
    assert.deepEqual(await problems(run(["RUN --mount=type=secret,id=npm,required=false true"])), []);
    assert.deepEqual(await problems(run([secret("npm")], {}, { NPM: "x" })), []);
    assert.deepEqual(await problems(run([secret("npm")]), { image: { digest: "sha256:1", tags: [] } }), []);
  });
  it("an engine without BuildKit is named with what needs it, and with the way out", async () => {
    const [problem] = await problems(run([secret("npm")], {}, { NPM: "x" }), classic);
    assert.equal(problem?.code, "BuildKitNeeded");
    assert.match(problem?.sentence ?? "", /Line 2 of Dockerfile has RUN --mount/);
    assert.match(problem?.remedy ?? "", /buildx/);
    const [settings] = await problems(run(["RUN true"], { contexts: { common: "../common" } }), classic);
    assert.match(settings?.sentence ?? "", /build\.contexts in slipway\.json/);
    assert.deepEqual(await problems(run(["RUN true"]), classic), []);
  });
  it("the plan says where each comes from, and no value", async () => {
    const { input } = run(
      [secret("npm"), secret("pip"), secret("gem")],
      { contexts: { common: "../common" } },
      { NPM: token },
      ["pip"],
    );
    const observed = { ...nothingThere(), buildInputs: await findBuildInputs(input) };
    const planned = plannedBuildInputs(input, observed);
    assert.deepEqual(planned?.secrets, [
      { id: "npm", from: "environment", name: "NPM" },
      { id: "pip", from: "stored" },
      { id: "gem", from: "missing" },
    ]);
    assert.equal(
      planned && buildInputsText(planned),
      "The build gets: secret npm (from NPM), secret pip (stored by VS Code), secret gem (not there), context common.",
    );
    assert.ok(!JSON.stringify([planned, observed, buildOptions(input, observed.buildInputs)]).includes(token));
  });
});

describe("a build's command", () => {
  const request: BuildRequest = {
    context: ".",
    dockerfile: "Dockerfile",
    arguments: { VERSION: "1", HTTPS_PROXY: "http://me:pass@proxy", DOCKER_HOST: "tcp://x", "a.b": "2", EMPTY: "" },
    platform: "linux/amd64",
    tags: ["web:1"],
  };
  it("names arguments, and keeps from the engine's own program what it would read itself", () => {
    const { args, env } = argumentOptions(request.arguments);
    assert.deepEqual(
      args.filter((word) => word !== "--build-arg"),
      ["a.b=2", "DOCKER_HOST=tcp://x", "EMPTY", "HTTPS_PROXY", "VERSION"],
    );
    assert.deepEqual(env, { EMPTY: "", HTTPS_PROXY: "http://me:pass@proxy", VERSION: "1" });
    const command = buildCommand(
      { program: "docker", kind: "docker" },
      request,
      { context: "/w", dockerfile: "/w/Dockerfile" },
      "buildkit",
    );
    assert.doesNotMatch(inWords(command), /tcp:|pass|=2/);
  });
  it("gives secrets by id, agents, named contexts and cache", () => {
    const { args, env } = inputOptions(
      {
        ...request,
        secrets: {
          npm: { kind: "environment", name: "NPM_TOKEN" },
          pip: { kind: "file", path: "/home/me/a,b" },
          gem: { kind: "stored" },
        },
        ssh: ["default", "work=/k"],
        contexts: { common: "../common", base: "docker-image://alpine:3" },
        cacheFrom: ["type=gha"],
        cacheTo: ["type=inline"],
      },
      { contexts: { common: "/code/common" }, stored: new Map([["gem", token]]) },
    );
    assert.deepEqual(args, [
      ...["--secret", "id=npm,env=NPM_TOKEN", "--secret", 'id=pip,"src=/home/me/a,b"'],
      ...["--secret", "id=gem,env=SLIPWAY_BUILD_SECRET_0", "--ssh", "default", "--ssh", "work=/k"],
      ...["--build-context", "common=/code/common", "--build-context", "base=docker-image://alpine:3"],
      ...["--cache-from", "type=gha", "--cache-to", "type=inline"],
    ]);
    assert.deepEqual(env, { SLIPWAY_BUILD_SECRET_0: token });
  });
  it("takes the values of secrets out of what is printed", () => {
    const mask = masking([`${token}\nsecond-line-of-it`, "abc"]);
    assert.equal(mask(`#7 0.1 ${token} abc second-line-of-it`), "#7 0.1 *** abc ***");
  });
  it("another folder's content as a named context is another source", async () => {
    const engine = (digest: string) => ({
      contextDigest: ({ context }: { context: string }) =>
        Promise.resolve({ digest: context === "." ? "main" : digest, files: 1, bytes: 10 }),
    });
    const asked = { ...request, leaveOut: [] };
    const digest = async (other: string, contexts?: Record<string, string>) =>
      (await digestOf(engine(other), contexts, asked)).digest;
    assert.equal(await digest("a"), "main");
    const [one, two] = [await digest("a", { shared: "../s" }), await digest("b", { shared: "../s" })];
    assert.notEqual(one, two);
    assert.notEqual(await digest("a", { base: "docker-image://alpine:3" }), one);
    assert.equal(await digest("a", { shared: "../s" }), one);
  });
});

describe("a build with a secret", function () {
  if (process.platform === "win32") return;
  /** A program that answers as docker with buildx does, and writes down what it was started with. */
  function fakeDocker(root: string): string {
    const program = path.join(root, "docker");
    writeFileSync(
      program,
      `#!/bin/sh
case "$1" in
version) echo '{"Client":{"Version":"28.0.0"},"Server":{"Version":"28.0.0","Arch":"amd64"}}';;
buildx|context) exit 0;;
build) printf '%s\\n' "$@" > "${root}/argv"; env > "${root}/env"; echo "prints $SLIPWAY_BUILD_SECRET_0"; exit \${FAIL:-0};;
esac
`,
    );
    chmodSync(program, 0o755);
    return program;
  }
  it("has it in the child's environment alone: not in arguments, log, output or error", async () => {
    const root = temporaryDir("build");
    mkdirSync(path.join(root, "app"));
    writeFileSync(path.join(root, "Dockerfile"), `FROM alpine\n${secret("npm")}\n`);
    const told: string[] = [];
    const engine = containerEngine({
      root,
      executable: fakeDocker(root),
      state: path.join(root, "state"),
      log: (line) => told.push(line),
      storedSecret: (id) => Promise.resolve(id === "npm" ? token : undefined),
    });
    const signal = new AbortController().signal;
    const source = { context: "app", dockerfile: "Dockerfile", arguments: {}, platform: "linux/amd64", leaveOut: [] };
    const snapshot = await engine.snapshot(source, () => undefined, signal);
    const build = (given: Record<string, string>) =>
      engine.build(
        {
          context: "app",
          dockerfile: "Dockerfile",
          arguments: given,
          platform: "linux/amd64",
          tags: ["web:1"],
          secrets: { npm: { kind: "stored" } },
        },
        snapshot,
        (line) => told.push(line),
        signal,
      );
    await build({ API_VERSION: "argument-value" });
    const argv = readFileSync(path.join(root, "argv"), "utf8");
    assert.match(argv, /--secret\nid=npm,env=SLIPWAY_BUILD_SECRET_0\n/);
    assert.match(argv, /--build-arg\nAPI_VERSION\n/);
    assert.doesNotMatch(argv, new RegExp(`${token}|argument-value`));
    assert.match(readFileSync(path.join(root, "env"), "utf8"), new RegExp(`SLIPWAY_BUILD_SECRET_0=${token}`));
    assert.ok(told.includes("prints ***"), told.join("\n"));
    await assert.rejects(build({ FAIL: "1" }), (error) => {
      assert.ok(isSlipwayError(error));
      assert.ok(!JSON.stringify([error.message, error.evidence, error.quotes]).includes(token));
      return error.code === "BuildFailed";
    });
    assert.ok(!told.join("\n").includes(token));
  });
});

describe("build in slipway.json", () => {
  const parse = (build: object) => parseConfig(JSON.stringify({ applications: { web: { build } } }));
  it("is taken", () => {
    const build = {
      secrets: { npm: { env: "NPM_TOKEN" }, pip: { file: "~/.netrc" }, gem: false },
      ssh: ["default", "work=~/.ssh/key"],
      contexts: { common: "../common", base: "docker-image://alpine:3" },
      cacheFrom: ["type=registry,ref=x"],
      cacheTo: ["type=inline"],
    };
    assert.deepEqual(parse(build).applications["web"]?.build, build);
  });
  it("holds no values, and nothing that would become another field", () => {
    for (const build of [
      { secrets: { npm: "value" } },
      { secrets: { npm: { value: "x" } } },
      { secrets: { "npm,src=/etc/passwd": { env: "X" } } },
      { secrets: { npm: { file: "a,b" } } },
      { ssh: ["--x"] },
      { contexts: { "-x": "." } },
    ])
      assert.throws(() => parse(build), { code: "InvalidConfig" }, JSON.stringify(build));
  });
});
