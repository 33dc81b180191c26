/** What a folder that somebody else made may not do: lead out of itself, never end, fill the memory. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { errorCode } from "../../src/core/base/errors";
import { findOutside } from "../../src/core/deploy/outside";
import { openProject } from "../../src/core/project/project";
import type { ContainerEngine, SourceRequest } from "../../src/core/ports/machine";
import { readCompose } from "../../src/core/source/compose/compose";
import { hasSources } from "../../src/docker/copySources";
import { openContext } from "../../src/docker/context";
import { buildInputs } from "../../src/docker/buildInputs";
import { Turns } from "../../src/docker/turns";
import { folderWorkspace } from "../../src/machine/workspace";
import { absolutePath, listWorkspaceFolder, readWorkspaceFile } from "../../src/machine/workspaceFiles";
import { refuseUndecided } from "../../src/cli/consent";
import { plannedFrom } from "../../src/core/deploy/prepare";
import { planJson } from "../../src/core/render/json";
import { documentText } from "../../src/core/render/document";
import { planDocument, planSummary } from "../../src/core/render/plan";
import { inputOf, nothingThere } from "./deploy/observed";

const isWindows = process.platform === "win32";
let base = "";
let root = "";
let home = "";
const workspace = () => folderWorkspace(root, hasSources);
const put = (name: string, content: string | Buffer) => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), content);
};
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error: unknown) => errorCode(error),
  );

beforeEach(() => {
  base = realpathSync(mkdtempSync(path.join(os.tmpdir(), "slipway-folder-")));
  root = path.join(base, "clone");
  home = path.join(base, "victim");
  mkdirSync(root);
  mkdirSync(path.join(home, ".ssh"), { recursive: true });
  writeFileSync(path.join(home, ".ssh", "id"), "private");
  writeFileSync(path.join(home, "notes.json"), "{}");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe("a file of a workspace", () => {
  const ways = (): string[] => {
    symlinkSync(home, path.join(root, "linked"));
    symlinkSync(path.join(home, "notes.json"), path.join(root, "one.json"));
    mkdirSync(path.join(root, "a"));
    symlinkSync("../linked", path.join(root, "a", "again"));
    return [
      "../victim/notes.json",
      path.join(home, "notes.json"),
      "linked/notes.json",
      "one.json",
      "a/again/notes.json",
      "a/../../victim/notes.json",
      "~/.profile",
      "linked/not-there.json",
      "../clone2/x",
    ];
  };

  it("is neither read nor written where it leads out of the folder, by whatever way", async () => {
    for (const name of ways()) {
      assert.equal(await code(workspace().read(name)), "OutsideWorkspace", name);
      assert.equal(await code(workspace().write(name, "mine")), "OutsideWorkspace", name);
    }
    assert.equal(readFileSync(path.join(home, "notes.json"), "utf8"), "{}");
  });

  it("may be reached by links that stay inside, and is written where they lead", async () => {
    put("real/definition.json", "{}");
    symlinkSync("real", path.join(root, "short"));
    symlinkSync("real/definition.json", path.join(root, "definition.json"));
    await workspace().write("definition.json", "[1]");
    assert.equal(await workspace().read("short/definition.json"), "[1]");
    assert.equal(readFileSync(path.join(root, "real/definition.json"), "utf8"), "[1]");
  });

  it("may lie in a folder that is itself a link", async () => {
    put("slipway.json", "{}");
    symlinkSync(root, path.join(base, "door"));
    assert.equal(await readWorkspaceFile(path.join(base, "door"), "slipway.json"), "{}");
  });

  it("has to be a regular file of a size that people write", async function () {
    if (isWindows) this.skip();
    execFileSync("mkfifo", [path.join(root, "pipe")]);
    const server = createServer().listen(path.join(root, "socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    put("large", Buffer.alloc(3_000_000, 97));
    mkdirSync(path.join(root, "folder"));
    try {
      for (const name of ["pipe", "socket", "folder"])
        assert.equal(await code(workspace().read(name)), "NotRegularFile");
      assert.equal(await code(workspace().read("large")), "FileTooLarge");
      // A device inside the folder needs a root user: what reads is asked by itself.
      assert.equal(await code(readWorkspaceFile("/", "dev/zero")), "NotRegularFile");
      symlinkSync("/dev/zero", path.join(root, "zero"));
      assert.equal(await code(workspace().read("zero")), "OutsideWorkspace");
      symlinkSync("round", path.join(root, "round"));
      assert.equal(await code(workspace().read("round")), "FileUnreadable");
    } finally {
      server.close();
    }
  });

  it("is UTF-8, or says what it is", async () => {
    put("bom", Buffer.from("\uFEFF{}"));
    put("wide", Buffer.from("\uFEFF{}", "utf16le"));
    put("latin", Buffer.from("caf\u00e9", "latin1"));
    assert.equal(await workspace().read("bom"), "{}");
    assert.equal(await code(workspace().read("wide")), "NotText");
    assert.equal(await code(workspace().read("latin")), "NotText");
    assert.equal(await workspace().read("latin", { lenient: true }), "caf\uFFFD");
  });

  it("is not there where nothing is, whatever is in the way", async () => {
    put("file", "x");
    for (const name of ["none", "none/deeper", "file/below"]) assert.equal(await workspace().read(name), undefined);
    assert.deepEqual(await listWorkspaceFolder(root, "none"), []);
    assert.deepEqual(await listWorkspaceFolder(root, "../victim"), []);
  });
});

describe("a project", () => {
  const engine = { inspect: () => Promise.resolve(undefined) } as unknown as ContainerEngine;
  const open = (entry: object) => {
    put("slipway.json", JSON.stringify({ applications: { web: { port: 80, ...entry } } }));
    put("Dockerfile", "FROM scratch\nCOPY . /\n");
    return openProject(workspace(), engine, {});
  };

  it("does not read a definition or a Dockerfile from outside", async () => {
    assert.equal(await code(open({ taskDefinition: "../victim/notes.json" })), "OutsideWorkspace");
    assert.equal(await code(open({ dockerfile: "../victim/notes.json" })), "OutsideWorkspace");
  });

  it("may have its Dockerfile in the context that it states, which is asked about", async () => {
    writeFileSync(path.join(base, "Shared.Dockerfile"), "FROM scratch\n");
    const { app } = await open({ context: "..", dockerfile: "../Shared.Dockerfile" });
    assert.equal(app.context, "..");
  });

  it("reads no Compose file, include, override or env file from outside", async () => {
    writeFileSync(path.join(home, "compose.yaml"), "services: {}\n");
    const one = (text: string) => {
      put("compose.yaml", text);
      return code(readCompose(workspace(), "compose.yaml", () => undefined));
    };
    assert.equal(await code(readCompose(workspace(), "../victim/compose.yaml", () => undefined)), "OutsideWorkspace");
    assert.equal(await one("include: [../victim/compose.yaml]\n"), "OutsideWorkspace");
    assert.equal(
      await one("services: { a: { extends: { file: ../victim/compose.yaml, service: b } } }\n"),
      "OutsideWorkspace",
    );
    put("part.yaml", "services: {}\n");
    assert.equal(await one("include: [{ path: part.yaml, env_file: ../victim/.ssh/id }]\n"), "OutsideWorkspace");
    symlinkSync(path.join(home, ".ssh", "id"), path.join(root, ".env"));
    assert.equal(await one("services: {}\n"), "OutsideWorkspace");
  });
});

describe("what a build gets from outside of the folder", () => {
  const counted = [
    { name: "", files: 2, bytes: 9 },
    { name: "lib", files: 3, bytes: 10 },
  ];
  const found = async (build: object, context = ".", inputs: object = {}) =>
    (
      await findOutside(
        { ...inputOf({ build }), app: { ...inputOf({ build }).app, context }, workspace: workspace() },
        { secrets: [], ssh: [], ...inputs },
        counted,
      )
    ).map(({ use, name, path: at, ...rest }) => ({ use, name, at: path.relative(base, at), ...rest }));

  it("is found by where it leads, and said with what is in it", async () => {
    symlinkSync(home, path.join(root, "linked"));
    for (const context of ["../victim", home, "linked", "./linked/../victim"])
      assert.deepEqual(
        await found({}, context === "./linked/../victim" ? "linked" : context),
        [{ use: "context", name: undefined, at: "victim", files: 2, bytes: 9, names: [".ssh", "notes.json"], more: 0 }],
        context,
      );
    assert.deepEqual(await found({}, "."), []);
  });

  it("is named contexts, layouts, secrets, keys and caches too, however they are written", async () => {
    // What looks like a URL is a folder where there is one of that name.
    mkdirSync(path.join(root, "https:"));
    const contexts = {
      lib: "../victim",
      layout: "oci-layout://../victim:latest",
      odd: "unknown://../../../victim",
      image: "docker-image://node:22",
      url: "https://example.com/x.git",
      sly: "https://../../victim",
    };
    assert.deepEqual(
      (await found({ contexts })).map(({ name }) => name),
      ["lib", "layout", "odd", "sly"],
    );
    const secret = { id: "npm", line: 0, isOptional: false, place: { kind: "file", path: path.join(home, ".ssh/id") } };
    assert.deepEqual(
      (
        await found(
          {
            cacheTo: ["type=local,dest=../victim/cache", 'type=local,"DEST=/tmp/x"'],
            cacheFrom: ["type=registry,ref=a/b"],
          },
          ".",
          { secrets: [secret], ssh: ["default", "key=../victim/.ssh/id"] },
        )
      ).map(({ use }) => use),
      ["secret", "ssh", "cache", "cache"],
    );
  });

  const request = (context: string, allowed?: string[]): SourceRequest => ({
    context,
    dockerfile: "Dockerfile",
    arguments: {},
    platform: "linux/amd64",
    leaveOut: [],
    ...(allowed ? { allowed } : {}),
  });

  it("is not copied for a build that nobody agreed to, and not handed to the engine", async () => {
    put("Dockerfile", "FROM scratch\n");
    const opened = (asked: SourceRequest) => openContext(root, asked, { builder: "buildkit" }, new Turns());
    assert.throws(() => opened(request("../victim", [])), { code: "OutsideWorkspace" });
    assert.throws(() => opened(request("../victim", [base])), { code: "OutsideWorkspace" });
    assert.equal(opened(request("../victim", [home])).folder, home);
    const given = (more: object) =>
      code(buildInputs({ ...request("."), tags: [], allowed: [], ...more }, root, undefined));
    assert.equal(await given({ contexts: { lib: "../victim" } }), "OutsideWorkspace");
    assert.equal(await given({ ssh: ["a=../victim/.ssh/id"] }), "OutsideWorkspace");
    assert.equal(await given({ cacheTo: ["type=local,dest=../victim/x"] }), "OutsideWorkspace");
    assert.equal(
      await given({ secrets: { a: { kind: "file", path: path.join(home, ".ssh/id") } } }),
      "OutsideWorkspace",
    );
    assert.equal(await given({ contexts: { lib: "../victim" }, allowed: [home] }), "");
  });

  it("has an ignore file that leads elsewhere refused, since without it more would be sent", () => {
    put("Dockerfile", "FROM scratch\n");
    symlinkSync(path.join(home, "notes.json"), path.join(root, ".dockerignore"));
    assert.throws(() => openContext(root, request("."), { builder: "buildkit" }, new Turns()), {
      code: "OutsideWorkspace",
    });
  });

  it("begins at the home folder where a path does", () =>
    assert.equal(absolutePath(root, "~/x"), path.join(os.homedir(), "x")));
});

describe("the question about what lies outside", () => {
  const observed = (use: "context" | "secret" = "context") => ({
    ...nothingThere(),
    outside: [{ use, path: "/home/victim", files: 3, bytes: 2_500_000, names: [".ssh", "notes"], more: 4 }],
  });
  const plan = () => plannedFrom(inputOf(), observed()).plan;

  it("is asked at each build, names it in plan and summary, and is part of what is agreed to", () => {
    const said = /\/home\/victim as the build context \(3 files, 2\.5 MB: \.ssh, notes and 4 more\)/;
    assert.match(documentText(planDocument(plan())), said);
    assert.match(planSummary(plan()).join("\n"), said);
    assert.deepEqual(
      plan()
        .consentReasons.map(({ code: each }) => each)
        .includes("readsOutside"),
      true,
    );
    assert.deepEqual((planJson(plan())["outside"] as { path: string }[])[0]?.path, "/home/victim");
    const other = { ...observed(), outside: [{ use: "context" as const, path: "/home" }] };
    assert.notEqual(plan().fingerprint, plannedFrom(inputOf(), other).plan.fingerprint);
  });

  it("is not decided by --yes, and by nothing but the very path", () => {
    const flags = { adopt: true, acceptChanges: true };
    assert.throws(() => refuseUndecided(plan(), flags, () => false), { code: "OutsideNotAllowed" });
    assert.throws(() => refuseUndecided(plan(), flags, (at) => at === "/home"), { code: "OutsideNotAllowed" });
    refuseUndecided(plan(), flags, (at) => at === "/home/victim");
  });
});
