/** Connecting the ways that people do: keys, a role, a role with MFA, a process; and what is said when it goes wrong. */
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import type { SignInPrompts } from "../../src/core/base/connection";
import type { Connection } from "../../src/core/api";
import { errorCode } from "../../src/core/base/errors";
import { createBackend } from "../../src/backend/backend";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { applicationFolder, theEngine, World } from "./support/world";

describe("connecting", function () {
  this.timeout(120_000);
  let world: World;
  let home = "";
  const before_ = { ...process.env };
  const signal = new AbortController().signal;
  const engine = createBackend({ sandboxProgram: "", log: () => undefined });
  const quiet: SignInPrompts = { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) };

  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("connections", ["--tasks", "simulated", "--consistency", "strong"]);
    home = mkdtempSync(path.join(os.tmpdir(), "slipway-profiles-"));
    const key = { id: world.env["AWS_ACCESS_KEY_ID"] ?? "", secret: world.env["AWS_SECRET_ACCESS_KEY"] ?? "" };
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
    };
    for (const RoleName of ["deployer", "looker"])
      await world.clients.iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
      );
    await world.clients.iam.send(
      new PutRolePolicyCommand({
        RoleName: "deployer",
        PolicyName: "all",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
        }),
      }),
    );
    const allButRoles = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: ["iam:CreateRole"], Resource: "*" },
      ],
    };
    await world.clients.iam.send(
      new PutRolePolicyCommand({ RoleName: "looker", PolicyName: "most", PolicyDocument: JSON.stringify(allButRoles) }),
    );
    const role = (name: string, more = "") =>
      `[profile ${name}]\nrole_arn = arn:aws:iam::000000000000:role/${more ? "deployer" : name}\nsource_profile = keys\nregion = us-east-1\nendpoint_url = ${world.sandbox.url}\n${more}\n`;
    writeFileSync(
      path.join(home, "credentials"),
      `[keys]\naws_access_key_id = ${key.id}\naws_secret_access_key = ${key.secret}\n`,
    );
    const printed = JSON.stringify({ Version: 1, AccessKeyId: key.id, SecretAccessKey: key.secret });
    writeFileSync(path.join(home, "printed.json"), printed);
    writeFileSync(
      path.join(home, "config"),
      `[profile keys]\nregion = us-east-1\nendpoint_url = ${world.sandbox.url}\n${role("deployer")}${role("looker")}${role("guarded", "mfa_serial = arn:aws:iam::000000000000:mfa/somebody")}` +
        `[profile process]\nregion = us-east-1\nendpoint_url = ${world.sandbox.url}\ncredential_process = cat ${path.join(home, "printed.json")}\n[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://corp.example/start\n[profile sso]\nsso_session = corp\nsso_account_id = 000000000000\nsso_role_name = x\nregion = us-east-1\n[profile nowhere]\noutput = json\n`,
    );
    Object.assign(process.env, {
      AWS_CONFIG_FILE: path.join(home, "config"),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, "credentials"),
      AWS_EC2_METADATA_DISABLED: "true",
    });
    for (const name of [
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_REGION",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_PROFILE",
    ])
      delete process.env[name];
  });
  after(async () => {
    for (const name of [
      "AWS_CONFIG_FILE",
      "AWS_SHARED_CREDENTIALS_FILE",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_REGION",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_PROFILE",
    ]) {
      if (before_[name] === undefined) delete process.env[name];
      else process.env[name] = before_[name];
    }
    if (home) rmSync(home, { recursive: true, force: true });
    await world?.stop();
  });

  async function identityOf(profile: string, prompts = quiet): Promise<Connection["identity"]> {
    const connection = await engine.connect({ kind: "profile", profile }, prompts, signal);
    connection.close();
    return connection.identity;
  }

  it("lists the profiles with their kind, and no section that is none", async () => {
    const kinds = Object.fromEntries((await engine.profiles()).map((profile) => [profile.name, profile.kind]));
    assert.deepEqual(kinds, {
      keys: "access key",
      deployer: "role",
      looker: "role",
      guarded: "role with MFA",
      process: "process",
      sso: "SSO",
      nowhere: "no credentials",
    });
  });

  it("takes access keys, a process, and a role through its source profile", async () => {
    assert.match((await identityOf("keys")).arn, /user\//);
    assert.match((await identityOf("process")).arn, /user\//);
    assert.match((await identityOf("deployer")).arn, /assumed-role\/deployer\//);
  });

  it("asks for the MFA code, and cancels when none is given", async () => {
    const asked: string[] = [];
    const identity = await identityOf("guarded", {
      ...quiet,
      mfaCode: (serial) => {
        asked.push(serial);
        return Promise.resolve("123456");
      },
    });
    assert.match(identity.arn, /assumed-role\/deployer\//);
    assert.deepEqual(asked, ["arn:aws:iam::000000000000:mfa/somebody"]);
    await assert.rejects(identityOf("guarded"), (error) => errorCode(error) === "Cancelled");
  });

  it("says which profile is missing, and that a region is missing", async () => {
    await assert.rejects(identityOf("nobody"), (error) => errorCode(error) === "ProfileMissing");
    await assert.rejects(identityOf("nowhere"), (error) => errorCode(error) === "NoRegion");
    await assert.rejects(identityOf("sso"), (error) => errorCode(error) === "NoCredentials");
  });

  it("offers existing roles to somebody who may not create one, and takes the one that is named", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    const env = {
      AWS_CONFIG_FILE: path.join(home, "config"),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, "credentials"),
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_ENDPOINT_URL: world.sandbox.url,
    };
    const tasks = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    await world.clients.iam.send(
      new CreateRoleCommand({ RoleName: "given", AssumeRolePolicyDocument: JSON.stringify(tasks) }),
    );
    await world.clients.iam.send(
      new AttachRolePolicyCommand({
        RoleName: "given",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      }),
    );
    const refused = await world.cliEndsWith(1, folder, ["deploy", "--yes", "--profile", "looker"], env);
    const { error } = resultOf(refused);
    assert.equal(error?.code, "RoleDenied", accountOf(refused));
    assert.ok(
      error.evidence?.some((line) => line.includes("given")),
      JSON.stringify(error),
    );
    writeFileSync(
      path.join(folder, "slipway.json"),
      JSON.stringify({ applications: { quay: { executionRole: "given" } } }),
    );
    const done = resultOf(await world.cliEndsWith(0, folder, ["deploy", "--yes", "--profile", "looker"], env));
    assert.equal(done.resources.find((resource) => resource.kind === "role")?.origin, "adopted");
  });
});
