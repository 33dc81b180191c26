/** Names that every JavaScript object has are names like any other. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import { parsePlatform } from "../../src/core/base/platform";
import { tablePrices } from "../../src/core/base/prices";
import { withoutNotedValues } from "../../src/core/deploy/journal";
import { localImageTargets, ownImages } from "../../src/core/deploy/localImages";
import type { Target } from "../../src/core/deploy/removalTargets";
import type { Cloud } from "../../src/core/ports/cloud";
import type { ContainerEngine } from "../../src/core/ports/machine";
import { openProject } from "../../src/core/project/project";
import { readDockerfile } from "../../src/core/source/dockerfile";
import { namesOnly, withValuesOf } from "../../src/core/taskDefinition/model/hidden";
import { mergeDefinitions } from "../../src/core/taskDefinition/model/merge";
import { inputOptions } from "../../src/docker/buildOptions";
import { hasSources } from "../../src/docker/copySources";
import { buildInputs } from "../../src/docker/buildInputs";
import { folderWorkspace } from "../../src/machine/workspace";
import { inputOf } from "./deploy/observed";

const inherited = ["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "__proto__"];

describe("a name that every object has", () => {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), "slipway-names-"));
    writeFileSync(path.join(root, "Dockerfile"), "FROM scratch\nEXPOSE 80\n");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("is no application and no environment that is there", () => {
    const config = parseConfig('{"applications":{"web":{}}}');
    for (const name of inherited) {
      assert.throws(() => resolveApplication(config, name, undefined), { code: "UnknownApplication" }, name);
      assert.throws(() => resolveApplication(config, "web", name), { code: "UnknownEnvironment" }, name);
    }
  });

  it("is no new application's either, which says so", async () => {
    const engine = { inspect: () => Promise.resolve(undefined) } as unknown as ContainerEngine;
    const open = (application: string) => openProject(folderWorkspace(root, hasSources), engine, { application });
    // JSON's readers drop this one: better said than lost.
    await assert.rejects(open("constructor"), { code: "InvalidName" });
    for (const name of inherited)
      assert.equal((await open(name).catch((error: unknown) => error as Error)) instanceof Error, true);
  });

  it("is refused where a reader of JSON would lose it", () => {
    for (const text of [
      '{"applications":{"__proto__":{"web":{}}}}',
      '{"applications":{"web":{"tags":{"constructor":"x"}}}}',
    ])
      assert.throws(() => parseConfig(text), { code: "InvalidConfig" });
  });

  it("is no platform, no region, no field of a mount and no folder of a context", () => {
    for (const name of inherited) {
      assert.equal(tablePrices(name), undefined);
      assert.equal(typeof (parsePlatform(`linux/${name}`)?.architecture ?? ""), "string");
      assert.equal(readDockerfile(`FROM scratch\nRUN --mount=type=bind,${name}=x,target=/a true\n`).problems.length, 1);
      const contexts = Object.fromEntries([[name, "docker-image://node"]]);
      const given = inputOptions({ contexts } as never, { contexts: {} });
      assert.deepEqual(given.args, ["--build-context", `${name}=docker-image://node`]);
    }
  });

  it("may be a secret's", async () => {
    const request = { context: ".", dockerfile: "Dockerfile", arguments: {}, platform: "linux/amd64", tags: [] };
    const secrets = { constructor: { kind: "environment", name: "PATH" } } as const;
    assert.equal((await buildInputs({ ...request, secrets }, root, undefined)).paths.stored?.size, 0);
  });
});

describe("a source of COPY that is no pattern to Docker", () => {
  it("stands for itself", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-copy-"));
    mkdirSync(path.join(folder, "x"));
    try {
      for (const source of ["*[ab", "[", "a[^", "[]", "x\\", "*(", "a{1001}", `${"*a".repeat(5_000)}b`])
        assert.equal(await hasSources(folder, [source]), false, source.slice(0, 20));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("a folder with links that lead up again", () => {
  it("is no endless one for a pattern of many parts", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-links-"));
    try {
      for (const name of ["a", "b", "c"]) symlinkSync(".", path.join(folder, name));
      const since = performance.now();
      assert.equal(await hasSources(folder, [`${"*/".repeat(35)}none`, `${"a/".repeat(5_000)}none`]), false);
      assert.ok(performance.now() - since < 10_000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(20_000);
});

describe("the notes of a deployment", () => {
  const definition = {
    family: "web",
    containerDefinitions: [
      {
        name: "web",
        image: "x",
        environment: [
          { name: "TOKEN", value: "kiwi" },
          { name: "MODE", value: "plain" },
        ],
      },
    ],
  };

  it("have names of variables and no values, whatever they look like; older ones are cleaned", () => {
    const noted = withoutNotedValues({
      created: {},
      registeredFile: JSON.stringify(definition),
      registeredRevision: "r",
    });
    assert.doesNotMatch(JSON.stringify(noted), /kiwi|plain/);
    assert.match(JSON.stringify(noted), /TOKEN.*MODE/);
    assert.deepEqual(withoutNotedValues(noted), noted);
    assert.equal(withoutNotedValues({ created: {}, registeredFile: "no JSON with kiwi" }).registeredFile, undefined);
  });

  it("still say what a person took out of the file", () => {
    const live = {
      ...definition,
      containerDefinitions: [
        {
          ...definition.containerDefinitions[0],
          environment: [...(definition.containerDefinitions[0]?.environment ?? []), { name: "ELSEWHERE", value: "1" }],
        },
      ],
    };
    const file = {
      ...definition,
      containerDefinitions: [{ name: "web", image: "x", environment: [{ name: "MODE", value: "plain" }] }],
    };
    const merged = mergeDefinitions({ file, live, lastFile: withValuesOf(namesOnly(definition), live) });
    assert.deepEqual(merged.containerDefinitions?.[0]?.["environment"], [
      { name: "MODE", value: "plain" },
      { name: "ELSEWHERE", value: "1" },
    ]);
  });
});

describe("the notes of a deployment, of what else may hold a password", () => {
  const definition = {
    family: "web",
    volumes: [{ name: "nfs", dockerVolumeConfiguration: { driver: "local", driverOpts: { o: "password=kiwi" } } }],
    containerDefinitions: [
      {
        name: "web",
        command: ["serve", "--password=kiwi", "--quiet"],
        entryPoint: ["kiwi=1 sh"],
        dockerLabels: { "traefik.users": "kiwi" },
        logConfiguration: { logDriver: "splunk", options: { "splunk-token": "kiwi", mode: "non-blocking" } },
      },
    ],
  };
  const [web] = definition.containerDefinitions;

  it("have none of it, and give it back by the revision that was registered", () => {
    assert.doesNotMatch(JSON.stringify(namesOnly(definition)), /kiwi/);
    assert.match(JSON.stringify(namesOnly(definition)), /serve.*traefik\.users.*splunk-token.*non-blocking/);
    assert.deepEqual(withValuesOf(namesOnly(definition), definition), definition);
    const renamed = { ...definition, containerDefinitions: [{ ...web, name: "shop" }] };
    assert.deepEqual(
      withValuesOf(namesOnly(definition), renamed).containerDefinitions,
      definition.containerDefinitions,
    );
  });

  it("still say what a person took out of the file", () => {
    const { command: _, logConfiguration: __, ...rest } = web ?? { name: "web" };
    const file = { ...definition, containerDefinitions: [rest] };
    const lastFile = withValuesOf(namesOnly(definition), definition);
    assert.deepEqual(mergeDefinitions({ file, live: definition, lastFile }), file);
    const elsewhere = { ...definition, containerDefinitions: [{ ...web, command: ["serve", "--else"] }] };
    const kept = mergeDefinitions({ file, live: elsewhere, lastFile });
    assert.deepEqual(kept.containerDefinitions?.[0]?.["command"], ["serve", "--else"]);
  });
});

describe("images on this machine", () => {
  const uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web";
  const own = ["web:slipway-0a1b", `${uri}:latest`, `${uri}:slipway-0a1b`, `${uri}:slipway-0a1b-mx1`];
  const others = [
    "web:latest",
    "web:mine",
    "web:slipway-ffff",
    "shop/web:slipway-0a1b",
    "999999999999.dkr.ecr.eu-west-1.amazonaws.com/web:latest",
    "webs:slipway-0a1b",
    `${uri}:mine`,
    `${uri}s:latest`,
  ];
  const repository = { id: "repository", kind: "repository", name: "web", arn: "", ours: true } as unknown as Target;

  it("are the application's where they were pushed to its own repository", () => {
    assert.deepEqual(ownImages([...others, ...own], "web", uri), own);
  });

  it("go with the repository, and never fail a removal", async () => {
    const { signal } = new AbortController();
    const removed: string[] = [];
    const images = {
      localImages: () => Promise.resolve([...own, ...others]),
      removeImages: (names: readonly string[]) => {
        removed.push(...names);
        return Promise.reject(new Error("in use"));
      },
    };
    const input = {
      ...inputOf(),
      cloud: { ecr: { findRepository: () => Promise.resolve({ uri }) } } as unknown as Cloud,
    };
    input.app = { ...input.app, repository: "web" };
    const [target, ...more] = await localImageTargets({ ...input, images }, [repository], signal);
    assert.deepEqual(more, []);
    assert.match(target?.name ?? "", /on this machine and 3 more/);
    const told: string[] = [];
    await target?.remove({ signal, tell: (line: string) => told.push(line) } as never);
    assert.deepEqual([removed, told.length], [own, 1]);
    assert.deepEqual(await localImageTargets({ ...input, images }, [{ ...repository, ours: false }], signal), []);
    const silent = { ...images, localImages: () => Promise.reject(new Error("no engine")) };
    assert.deepEqual(await localImageTargets({ ...input, images: silent }, [repository], signal), []);
  });
});
