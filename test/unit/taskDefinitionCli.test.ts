import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { build, type BuildOptions } from "esbuild";
import { options } from "../../esbuild.js";
import { fargate, type Loose } from "./taskDefinitionCases/base";

/** The command line as it is shipped: with the two bundles that it loads alone, so that nothing else can be needed. */
describe("slipway validate", () => {
  let folder = "";
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [path.join(folder, "dist", "cli.js"), "validate", ...args],
      { cwd: path.join(folder, "work"), encoding: "utf8", env: { PATH: process.env["PATH"] } },
    );
    return { status, stdout, stderr };
  };
  const write = (name: string, value: Loose) => {
    const file = path.join(folder, "work", name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  };
  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-validate-"));
    const { cli, taskdef, dockerfile } = (options as BuildOptions & { entryPoints: Record<string, string> })
      .entryPoints;
    await build({
      ...(options as BuildOptions),
      entryPoints: { cli, taskdef, dockerfile } as Record<string, string>,
      outdir: path.join(folder, "dist"),
      metafile: false,
    });
    write("good.json", fargate());
    write("bad.json", { ...fargate(), networkMode: "host" });
    write("warned.json", {
      ...fargate(),
      containerDefinitions: [{ ...fargate().containerDefinitions[1], essential: true, image: "nginx" }],
      volumes: [],
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("ends with 0 when there is no error, and says so", () => {
    assert.deepEqual(run("good.json"), { status: 0, stdout: "1 file: nothing found\n", stderr: "" });
    assert.equal(run("warned.json").status, 0);
  });
  it("ends with 1 on an error, and tells each file's findings", () => {
    const { status, stdout } = run("good.json", "bad.json");
    assert.equal(status, 1);
    assert.match(stdout, /^bad\.json:\d+:\d+: error fargate-network-mode: /);
  });
  it("speaks JSON and SARIF", () => {
    const { status, stdout } = run("--format", "json", "good.json", "bad.json");
    assert.equal(status, 1);
    const [good, bad] = JSON.parse(stdout);
    assert.deepEqual(good, { file: "good.json", findings: [] });
    assert.deepEqual(Object.keys(bad.findings[0]), ["rule", "severity", "message", "path", "range", "fixes"]);
    assert.equal(JSON.parse(run("bad.json", "--format=sarif").stdout).runs[0].results.length, 1);
  });
  it("ends with 2 for a file that cannot be read, with the rest looked at, and for wrong arguments", () => {
    const { status, stdout, stderr } = run("--format", "json", "missing.json", "good.json");
    assert.deepEqual([status, JSON.parse(stdout).length], [2, 1]);
    assert.match(stderr, /^missing\.json cannot be read/);
    for (const args of [[], ["--format", "xml", "good.json"], ["--nonsense"], ["--severity", "x=loud", "good.json"]])
      assert.equal(run(...args).status, 2, args.join(" "));
  });
  it("lets severities be set", () =>
    assert.equal(run("--severity", "fargate-network-mode=warning", "bad.json").status, 0));
  it("skips a byte order mark", () => {
    write("bom.json", `\uFEFF${JSON.stringify({ ...fargate(), networkMode: "host" })}`);
    const [{ findings }] = JSON.parse(run("--format", "json", "bom.json").stdout);
    assert.equal(
      findings[0].range.start.character,
      JSON.stringify({ ...fargate(), networkMode: "host" }).indexOf('"host"'),
    );
  });
  it("looks at slipway.json and the Dockerfile beside it", () => {
    write("app/slipway.json", {
      applications: { web: { dockerfile: "Dockerfile", taskDefinition: "aws/taskdef.json" } },
    });
    write("app/Dockerfile", "FROM scratch\nEXPOSE 3000\n");
    const definition = fargate();
    delete definition.executionRoleArn;
    write("app/aws/taskdef.json", definition);
    const { stdout, status } = run("--format", "json", "app/aws/taskdef.json");
    assert.deepEqual(
      JSON.parse(stdout)[0].findings.map(({ rule }: Loose) => rule),
      ["dockerfile-port"],
    );
    assert.equal(status, 0);
  });
});
