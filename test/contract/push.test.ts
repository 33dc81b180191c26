import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fails, has, ok } from "./support/cli";
import { IMAGE, withEngine } from "./support/engine";
import { startSandbox } from "./support/sandbox";

describe("a real push, a real pull, a real container", function () {
  this.timeout(90_000);
  it("runs what was pushed, and serves it", async function () {
    const docker = (args: readonly string[], input?: string): { status: number | null; out: string } => {
      const done = spawnSync("docker", args, {
        encoding: "utf8",
        input,
        env: { ...process.env, DOCKER_CONFIG: scratch },
      });
      return { status: done.status, out: done.stdout + done.stderr };
    };
    withEngine(this);
    if (!has("aws")) this.skip();
    const scratch = mkdtempSync(path.join(tmpdir(), "slipway-push-"));
    const source = docker(["images", "--quiet", IMAGE]).out.trim();
    const e = await startSandbox([]);
    try {
      const uri = await ok(
        e,
        "ecr create-repository --repository-name team/web --image-tag-mutability IMMUTABLE --query " +
          "repository.repositoryUri",
      );
      const host = uri.split("/")[0] ?? "";
      docker(["tag", source, `${uri}:v1`]);
      assert.match(docker(["push", `${uri}:v1`]).out, /no basic auth credentials/);
      assert.equal(
        docker(["login", "--username", "AWS", "--password-stdin", host], await ok(e, "ecr get-login-password")).status,
        0,
      );
      const pushed = docker(["push", `${uri}:v1`]);
      assert.equal(pushed.status, 0, pushed.out);
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.out)?.[1] ?? "none";
      assert.equal(
        await ok(e, "ecr describe-images --repository-name team/web --query imageDetails[0].imageDigest"),
        digest,
      );
      assert.equal(
        await ok(
          e,
          "ecr batch-get-image --repository-name team/web --image-ids imageTag=none --query failures[0].failureCode",
        ),
        "ImageNotFound",
      );
      docker(["tag", source, `${host}/nobody:v1`]);
      assert.match(
        docker(["push", `${host}/nobody:v1`]).out,
        /The repository with name 'nobody' does not exist in the registry with id/,
      );
      docker(["rmi", `${host}/nobody:v1`, `${uri}:v1`]);
      assert.equal(docker(["pull", `${uri}@${digest}`]).status, 0);
      docker(["rmi", `${uri}@${digest}`]);
      await fails(e, "ecr delete-repository --repository-name team/web", /RepositoryNotEmptyException/);
      await ok(e, "ecr delete-repository --repository-name team/web --force");
    } finally {
      await e.stop();
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
