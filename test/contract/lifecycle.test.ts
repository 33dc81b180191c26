import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { docker, IMAGE, withEngine } from "./support/engine";
import { clients, definition, stage, start, taskOf } from "./support/network";
import { startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

describe("a sandbox's life", function () {
  this.timeout(60_000);
  before(function () {
    if (TARGET !== undefined) this.skip();
  });

  it("writes an env file for its owner alone, and takes it away with itself", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
    const file = path.join(dir, "env");
    const e = await startSandbox(["--tasks", "simulated", "--env-file", file]);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.match(readFileSync(file, "utf8"), new RegExp(`^export AWS_ENDPOINT_URL=${e.url}$`, "m"));
    assert.equal(await e.stop(), 0);
    assert.equal(existsSync(file), false);
    rmSync(dir, { recursive: true });
  });

  it("leaves no file behind after it was killed and started again", async () => {
    const state = mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
    const file = path.join(state, "env");
    const killed = await startSandbox(["--tasks", "simulated", "--env-file", file], state);
    await killed.stop("SIGKILL");
    assert.equal(readdirSync(state).filter((n) => n.startsWith("run-")).length, 1);
    const next = await startSandbox(["--tasks", "simulated"], state);
    assert.equal(existsSync(file), false);
    assert.equal(readdirSync(state).filter((n) => n.startsWith("run-")).length, 1, "only the new run's own folder");
    assert.equal(await next.stop(), 0);
    rmSync(state, { recursive: true });
  });

  it("ends by itself ten seconds after its last lease", async () => {
    const e = await startSandbox(["--tasks", "simulated", "--leased"]);
    const holder = new AbortController();
    const lease = await fetch(`${e.url}/_sandbox/lease`, {
      headers: { authorization: `Bearer ${e.token}` },
      signal: holder.signal,
    });
    assert.equal(lease.status, 200);
    const from = Date.now();
    holder.abort();
    await until(
      "the end",
      async () =>
        fetch(`${e.url}/v2/`).then(
          () => false,
          () => true,
        ),
      20_000,
    );
    assert.ok(Date.now() - from >= 9000);
    await e.stop();
  });

  describe("with containers", () => {
    let state: string;
    before(function () {
      withEngine(this);
    });
    beforeEach(() => {
      state = mkdtempSync(path.join(tmpdir(), "slipway-contract-"));
    });
    afterEach(() => rmSync(state, { recursive: true, force: true }));

    /** What the engine has of that sandbox: containers, volumes, networks, references to its registry. */
    const left = (e: Endpoint): string[] => {
      const filter = ["--filter", `label=slipway.sandbox.pid=${e.pid ?? 0}`];
      const host = new URL(e.url).host;
      return [
        docker("ps", "--all", "--quiet", ...filter),
        docker("volume", "ls", "--quiet", ...filter),
        docker("network", "ls", "--quiet", ...filter),
        docker("images", "--digests", "--format", "{{.Repository}}:{{.Tag}}@{{.Digest}}")
          .split("\n")
          .filter((line) => line.startsWith(`${host}/`))
          .join(" "),
      ].filter(Boolean);
    };

    /** A sandbox whose service-less task runs an image that was pushed to it, with a volume. */
    const busy = async (): Promise<Endpoint> => {
      const e = await startSandbox([], state);
      const c = clients(e);
      const s = await stage(c, "left");
      const ecr = new ECRClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
      const uri =
        (await ecr.send(new CreateRepositoryCommand({ repositoryName: "team/left" }))).repository?.repositoryUri ?? "";
      const auth = (await ecr.send(new GetAuthorizationTokenCommand({}))).authorizationData?.[0]?.authorizationToken;
      const config = path.join(state, "docker-config");
      mkdirSync(config);
      writeFileSync(path.join(config, "config.json"), JSON.stringify({ auths: { [new URL(e.url).host]: { auth } } }));
      docker("tag", IMAGE, `${uri}:v1`);
      docker("--config", config, "push", `${uri}:v1`);
      rmSync(config, { recursive: true });
      const task = await start(
        c,
        s,
        await definition(
          c,
          s,
          [
            {
              name: "web",
              image: `${uri}:v1`,
              command: ["sleep", "600"],
              mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
            },
          ],
          { volumes: [{ name: "data" }] },
        ),
      );
      await until("RUNNING", async () => (await taskOf(c, s, task)).lastStatus === "RUNNING");
      assert.equal(left(e).length, 3, "a container, a volume and references to the image");
      return e;
    };

    it("leaves nothing in the engine and no file when it stops", async () => {
      const e = await busy();
      assert.equal(await e.stop(), 0);
      assert.deepEqual([left(e), readdirSync(state)], [[], []]);
    });

    it("leaves nothing after it was killed and started again", async () => {
      const e = await busy();
      await e.stop("SIGKILL");
      const next = await startSandbox([], state);
      assert.deepEqual(left(e), []);
      assert.equal(await next.stop(), 0);
      assert.deepEqual(readdirSync(state), []);
    });
  });
});
