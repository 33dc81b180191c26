/** The engine, found by programs that answer as the real ones do. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isSlipwayError, type SlipwayError } from "../../src/core/base/errors";
import { loginCommand } from "../../src/docker/commands";
import { snapFolder } from "../../src/docker/engine";
import { findEngine } from "../../src/docker/findEngine";

const dockerServer = { Version: "28.2.2", Arch: "amd64", Components: [{ Name: "Engine" }] };
const context = { Name: "colima", Endpoints: { docker: { Host: "unix:///c/docker.sock" } }, TLSMaterial: {} };

describe("the container engine", function () {
  let folder = "";
  const before: Record<string, string | undefined> = {};
  const variables = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"];
  beforeEach(function () {
    if (process.platform === "win32") return this.skip();
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-engine-"));
    for (const name of variables) {
      before[name] = process.env[name];
      delete process.env[name];
    }
  });
  afterEach(() => {
    for (const name of variables) if (before[name] !== undefined) process.env[name] = before[name];
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** A program of this name that prints these answers, by its first two arguments; null where it fails. */
  function program(name: string, answers: Readonly<Record<string, object | string | null>>): string {
    const file = path.join(folder, name);
    const cases = Object.entries(answers).map(([words, answer]) => {
      const text = typeof answer === "string" ? answer : `echo '${JSON.stringify(answer)}'`;
      return `"${words}"*) ${answer === null ? "exit 1" : text} ;;`;
    });
    writeFileSync(file, `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\n*) echo unknown >&2; exit 1 ;;\nesac\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const docker = (client: object, server: object | null, more: Readonly<Record<string, object | string | null>> = {}) =>
    program("docker", { version: { Client: client, Server: server }, "context inspect": context, ...more });
  const refusal = (file: string, patience?: number): Promise<SlipwayError> =>
    findEngine(file, undefined, patience).then(
      () => assert.fail("it was found"),
      (error: unknown) => {
        assert.ok(isSlipwayError(error));
        return error as SlipwayError;
      },
    );

  it("builds with BuildKit where the client can", async () => {
    const found = async (version: string, buildx: string | null, server: object = dockerServer) => {
      const { info } = await findEngine(
        docker({ Version: version, ApiVersion: "1.50" }, server, { "buildx version": buildx }),
        undefined,
      );
      return [info.name, info.builder, info.withoutBuildKit];
    };
    assert.deepEqual(await found("28.2.2", "echo ok"), ["docker", "buildkit", undefined]);
    assert.deepEqual(await found("28.2.2", null), ["docker", "classic", "noBuildx"]);
    assert.deepEqual(await found("20.10.24", null), ["docker", "buildkit", undefined]);
    // Behind Podman's socket is no BuildKit; its builder takes the syntax all the same.
    const podman = { ...dockerServer, Components: [{ Name: "Podman Engine" }] };
    assert.deepEqual(await found("28.2.2", "echo ok", podman), ["docker", "classic", undefined]);
  });

  it("is Podman under Docker's name, where that is what answers", async () => {
    const file = program("docker", {
      version: { Client: { Version: "5.2.0", APIVersion: "5.2.0", OsArch: "linux/arm64" } },
    });
    const { info, address } = await findEngine(file, undefined);
    assert.deepEqual([info.name, info.architecture, address.kind], ["podman", "ARM64", "podman"]);
  });

  it("is reached at a login where the user's context leads, with its certificates", async () => {
    const client = { Version: "28.2.2", ApiVersion: "1.50" };
    const { address } = await findEngine(docker(client, dockerServer), undefined);
    const env = (to: typeof address) => loginCommand(to, "r", "AWS", "x", "/f").env;
    assert.deepEqual(env(address), { DOCKER_HOST: "unix:///c/docker.sock" });
    const far = {
      Name: "far",
      Endpoints: { docker: { Host: "tcp://far:2376" } },
      TLSMaterial: { docker: ["ca.pem", "cert.pem"] },
      Storage: { TLSPath: "/home/me/.docker/contexts/tls/1" },
    };
    const secured = await findEngine(docker(client, dockerServer, { "context inspect": far }), undefined);
    assert.deepEqual(env(secured.address), {
      DOCKER_HOST: "tcp://far:2376",
      DOCKER_CERT_PATH: "/home/me/.docker/contexts/tls/1/docker",
      DOCKER_TLS_VERIFY: "1",
    });
    process.env["DOCKER_HOST"] = "tcp://other:2376";
    assert.deepEqual(env((await findEngine(docker(client, dockerServer), undefined)).address), {});
    delete process.env["DOCKER_HOST"];
  });

  it("that does not run is named with where it was looked for", async () => {
    const error = await refusal(docker({ Version: "28.2.2" }, null));
    assert.equal(error.code, "EngineNotRunning");
    assert.ok(error.evidence?.some((line) => /unix:\/\/\/c\/docker\.sock, the context "colima" of/.test(line)));
    process.env["DOCKER_HOST"] = "unix:///nowhere.sock";
    const stated = await refusal(docker({ Version: "28.2.2" }, null));
    assert.ok(stated.evidence?.some((line) => /unix:\/\/\/nowhere\.sock, as DOCKER_HOST says/.test(line)));
    delete process.env["DOCKER_HOST"];
  });

  it("that accepts and never answers is named after some seconds", async () => {
    const began = Date.now();
    const error = await refusal(program("docker", { version: "exec sleep 30", "context inspect": context }), 300);
    assert.equal(error.code, "EngineNotAnswering");
    assert.match(error.summary, /said nothing for 0\.3 seconds/);
    assert.match(error.evidence?.join() ?? "", /colima/);
    assert.ok(Date.now() - began < 5000);
  });

  it("that is a snap builds from a folder that snaps see", () => {
    const at = (there: string, program = "docker") =>
      snapFolder(program, "/home/me", "/usr/bin:/snap/bin", (file) => file === there);
    assert.equal(at("/snap/bin/docker"), "/home/me/snap/docker/common/slipway-contexts");
    assert.equal(at("/snap/bin/docker", "/snap/bin/docker"), "/home/me/snap/docker/common/slipway-contexts");
    assert.equal(at("/usr/bin/docker"), undefined);
  });

  it("is not waited for by who cancels", async () => {
    const cancelled = AbortSignal.timeout(100);
    await assert.rejects(findEngine(program("docker", { version: "exec sleep 30" }), cancelled), { code: "Cancelled" });
  });
});
