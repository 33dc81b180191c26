import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { connectionNotes } from "../../src/aws/connect";
import { ensureProfileFile, parseSections, readProfileFiles, shellWords } from "../../src/aws/profileFiles";
import { kindOf } from "../../src/aws/profiles";
import { toldApart } from "../../src/aws/regions";
import { cloudOf } from "../../src/aws/cloud";
import { openSession } from "../../src/aws/connect";
import { signIn } from "../../src/aws/signIn";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { clientOptions } from "../../src/aws/clientSettings";
import { errorCode, SlipwayError } from "../../src/core/base/errors";
import { systemClock } from "../../src/machine/clock";
import { readProfileVector } from "../../scripts/profileVectors";

interface Read {
  readonly accessKeyId?: string;
  readonly region?: string;
  readonly endpoints?: { readonly sts: string; readonly ecs: string };
  readonly code?: string;
  readonly message?: string;
  readonly kind?: string;
  readonly profiles: readonly string[];
}

const read = async (input: object): Promise<Read> => (await readProfileVector(input)) as Read;

/** A profile p with keys and a region, and what more its section says. */
const withKeys = (
  more: string,
  name = "p",
): { config: string; credentials: string; arguments: { profile: string } } => ({
  config: `[profile ${name}]\nregion = eu-west-2\n${more}\n`,
  credentials: `[${name}]\naws_access_key_id = AKP\naws_secret_access_key = s\n`,
  arguments: { profile: name },
});

const other = "\n[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:4711\nuse_fips_endpoint = true\n";

describe("AWS profiles", () => {
  describe("send nothing to another profile's endpoint", () => {
    const own = { sts: "https://sts.eu-west-2.amazonaws.com", ecs: "https://ecs.eu-west-2.amazonaws.com" };
    it("for keys", async () => assert.deepEqual((await read(withKeys(other))).endpoints, own));
    it("for AWS_PROFILE", async () => {
      const { config, credentials } = withKeys(other);
      assert.deepEqual((await read({ config, credentials, environment: { AWS_PROFILE: "p" } })).endpoints, own);
    });
    it("for a role, whose source has an endpoint that does not count", async () => {
      const { config, credentials } = withKeys("endpoint_url = http://127.0.0.1:4712");
      const { accessKeyId, endpoints } = await read({
        config: `${config}[profile r]\nregion = eu-west-2\nsource_profile = p\nrole_arn = arn:aws:iam::1:role/x\n${other}`,
        credentials,
        arguments: { profile: "r" },
      });
      assert.deepEqual([accessKeyId, endpoints], ["ROLE.x.AKP", own]);
    });
    it("for a services section of another", async () => {
      const services = `[default]\nservices = s\n[services s]\necs =\n  endpoint_url = http://127.0.0.1:4711\n`;
      assert.deepEqual((await read(withKeys(services))).endpoints, own);
    });
    it("when configured endpoints are to be ignored", async () => {
      const ignoring = withKeys("endpoint_url = http://127.0.0.1:1\nignore_configured_endpoint_urls = true");
      assert.deepEqual((await read({ ...ignoring, environment: { AWS_ENDPOINT_URL_ECS: "http://x" } })).endpoints, own);
    });
  });

  it("go to a configured endpoint also where FIPS is asked for, and know FIPS by a region's name", async () => {
    const { endpoints } = await read(withKeys("use_fips_endpoint = true\nendpoint_url = http://127.0.0.1:1"));
    assert.equal(endpoints?.ecs, "http://127.0.0.1:1");
    const { region, endpoints: named } = await read(withKeys("region = fips-us-east-1"));
    assert.deepEqual([region, named?.ecs], ["us-east-1", "https://ecs-fips.us-east-1.amazonaws.com"]);
  });

  it("have one endpoint a service where one is stated", async () => {
    const services =
      "services = s\nendpoint_url = http://127.0.0.1:1\n[services s]\nsts =\n  endpoint_url = http://127.0.0.1:2";
    assert.deepEqual((await read(withKeys(services))).endpoints, {
      sts: "http://127.0.0.1:2",
      ecs: "http://127.0.0.1:1",
    });
  });

  it("are listed by the names that the AWS CLI takes", async () => {
    const { profiles } = await read({
      config:
        '[default]\n[profile "a b"]\n[profile größe]\n[profile x=y(1)]\n[plain]\n[sso-session s]\n[services t]\n[profile two words]\n',
      credentials: "[größe]\n[only here]\n",
    });
    assert.deepEqual(profiles, ["a b", "default", "größe", "only here", "x=y(1)"]);
  });

  const kinds: readonly (readonly [settings: string, kind: string])[] = [
    ["login_session = arn:aws:iam::1:user/me", "console sign-in"],
    ["role_arn = x\nweb_identity_token_file = y", "web identity"],
    ["role_arn = x\nsource_profile = y\nmfa_serial = z", "role with MFA"],
    ["aws_access_key_id = x\ncredential_process = y", "access key"],
    ["sso_account_id = 1\nsso_role_name = x\naws_access_key_id = y", "access key"],
    ["sso_account_id = 1\nsso_role_name = x\ncredential_process = y", "SSO"],
    ["", "no credentials"],
  ];
  for (const [settings, kind] of kinds)
    it(`are of the kind that is used: ${kind}`, () => {
      const section = parseSections(`[p]\n${settings}\n`, "config").get("p");
      assert.ok(section);
      assert.equal(kindOf({ name: "p", ...section, config: section }), kind);
    });

  it("keep a process's command whole, and a value without its comment", async () => {
    const script = `#!/bin/sh\nprintf '{"Version":1,"AccessKeyId":"AK%s","SecretAccessKey":"s"}' "$*"\n`;
    const { accessKeyId, region } = await read({
      config: `[profile p]\nregion = eu-west-2 # here\ncredential_process = @HOME@/p.sh "it's ;" '#1' # 2\n`,
      files: { "p.sh": script },
      arguments: { profile: "p" },
    });
    assert.deepEqual([accessKeyId, region], ["AKit's ; #1 # 2", "eu-west-2"]);
  });

  it("are parted into words as a shell parts them", () => {
    assert.deepEqual(shellWords(`profile "a \\"b" c\\ d 'e"f' ""`), ["profile", 'a "b', "c d", 'e"f', ""]);
    assert.equal(shellWords('profile "a'), undefined);
  });

  const failures: readonly (readonly [name: string, input: object, code: string, says: RegExp])[] = [
    [
      "a circle of sources",
      {
        config:
          "[profile a]\nregion = x\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n",
      },
      "InvalidProfile",
      /config, line 7: the profiles name each other as their source: a -> b -> a\./,
    ],
    [
      "a missing source",
      { config: "[profile a]\nregion = x\nrole_arn = r\nsource_profile = nope\n" },
      "InvalidProfile",
      /config, line 4: source_profile names nope, and there is no profile of that name\./,
    ],
    [
      "a role without a source",
      { config: "[profile a]\nregion = x\nrole_arn = r\n" },
      "InvalidProfile",
      /line 3: .*nothing says who assumes it/,
    ],
    [
      "an unknown credential source",
      { config: "[profile a]\nregion = x\nrole_arn = r\ncredential_source = Moon\n" },
      "InvalidProfile",
      /line 4: "Moon" is no credential_source/,
    ],
    [
      "a process that prints no JSON",
      { config: "[profile a]\nregion = x\ncredential_process = echo hello\n" },
      "CredentialProcessFailed",
      /line 3: credential_process gives no credentials: returned invalid JSON/,
    ],
    [
      "a process that is not there",
      { config: "[profile a]\nregion = x\ncredential_process = /nowhere/tool\n" },
      "CredentialProcessFailed",
      /line 3: credential_process gives no credentials/,
    ],
    [
      "a missing SSO session",
      { config: "[profile a]\nregion = x\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n" },
      "InvalidProfile",
      /line 3: sso_session names corp, and no section \[sso-session corp\] is found/,
    ],
    [
      "nobody signed in",
      {
        config:
          "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n" +
          "[profile a]\nregion = x\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n",
      },
      "NoCredentials",
      /not signed in/,
    ],
    [
      "a missing token file",
      { config: "[profile a]\nregion = x\nrole_arn = r\nweb_identity_token_file = /nowhere/token\n" },
      "InvalidProfile",
      /line 4: the web identity's token file \/nowhere\/token cannot be read \(ENOENT\)/,
    ],
    [
      "a console sign-in that has ended",
      { config: "[profile a]\nregion = x\nlogin_session = arn:aws:iam::1:user/me\n" },
      "CredentialsExpired",
      /line 3: the console sign-in has ended/,
    ],
    [
      "a wrong defaults_mode",
      { ...withKeys("defaults_mode = fast", "a") },
      "InvalidProfile",
      /line 3: "fast" is no defaults_mode/,
    ],
    ["a wrong retry_mode", { ...withKeys("retry_mode = often", "a") }, "InvalidProfile", /"often" is no retry_mode/],
    [
      "a wrong region",
      { ...withKeys("region = eu-west-2/x", "a") },
      "InvalidRegion",
      /line 3: "eu-west-2\/x" is no region/,
    ],
    [
      "half of a key",
      { config: "[profile a]\nregion = x\naws_access_key_id = AK\n" },
      "InvalidProfile",
      /line 3: .*without its secret/,
    ],
    [
      "no credentials",
      { config: "[profile a]\nregion = x\n" },
      "NoCredentials",
      /line 1: the profile a has no credentials/,
    ],
    [
      "a start URL that is not the session's",
      {
        config:
          "[sso-session corp]\nsso_region = eu-west-1\nsso_start_url = https://x\n[profile a]\nregion = x\n" +
          "sso_session = corp\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = https://y\n",
      },
      "InvalidProfile",
      /line 9: sso_start_url differs from that of the session corp \(https:\/\/x\)/,
    ],
  ];
  for (const [name, input, code, says] of failures)
    it(`say file, line and what to write for ${name}`, async () => {
      const found = await read({ arguments: { profile: "a" }, ...input });
      assert.equal(found.code, code, JSON.stringify(found));
      assert.match(found.message ?? "", says);
    });

  it("count variables that are empty as absent, and read AWS_DEFAULT_PROFILE", async () => {
    const { config, credentials } = withKeys("");
    const environment = { AWS_PROFILE: "", AWS_DEFAULT_PROFILE: "p", AWS_REGION: "", AWS_ACCESS_KEY_ID: "" };
    assert.equal((await read({ config, credentials, environment })).accessKeyId, "AKP");
    assert.equal((await read({ config, credentials, environment: { AWS_PROFILE: "q" } })).code, "ProfileMissing");
  });

  it("say whose keys are used where a profile and keys are in the variables", async () => {
    const { config, credentials } = withKeys("");
    const environment = { AWS_PROFILE: "p", AWS_ACCESS_KEY_ID: "AKENV", AWS_SECRET_ACCESS_KEY: "s" };
    assert.equal((await read({ config, credentials, environment })).accessKeyId, "AKENV");
    assert.match(connectionNotes(environment)[0] ?? "", /AWS_ACCESS_KEY_ID is set, and so is the profile p/);
    assert.deepEqual(connectionNotes({ AWS_PROFILE: "p" }), []);
  });

  describe("that sign in", () => {
    let home = "";
    const before_ = process.env["HOME"];
    beforeEach(() => {
      home = mkdtempSync(path.join(os.tmpdir(), "slipway-home-"));
      mkdirSync(path.join(home, ".aws"));
      process.env["HOME"] = home;
    });
    afterEach(() => {
      if (before_ === undefined) delete process.env["HOME"];
      else process.env["HOME"] = before_;
      rmSync(home, { recursive: true, force: true });
    });

    it("are kept by all clients together until somebody has signed in again", async () => {
      const file = path.join(home, ".aws", "credentials");
      const write = (id: string) => writeFileSync(file, `[p]\naws_access_key_id = ${id}\naws_secret_access_key = s\n`);
      writeFileSync(path.join(home, ".aws", "config"), "[profile p]\nregion = eu-west-1\n");
      write("FIRST");
      const prompts = { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) };
      const session = await openSession({ profile: "p" }, prompts, systemClock);
      const cloud = cloudOf(session);
      const key = async () => (await session.ecs.config.credentials()).accessKeyId;
      assert.equal(await key(), "FIRST");
      write("SECOND");
      assert.equal(await key(), "FIRST");
      cloud.renew();
      assert.equal(await key(), "SECOND");
      assert.equal((await session.elb.config.credentials()).accessKeyId, "SECOND");
      session.close();
    });

    it("by the console are left to the AWS CLI, also where a role rests on them", async () => {
      writeFileSync(
        path.join(home, ".aws", "config"),
        "[profile l]\nlogin_session = x\n[profile r]\nrole_arn = r\nsource_profile = l\n",
      );
      const prompts = { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(false) };
      const signedIn = await signIn("r", prompts, systemClock, new AbortController().signal);
      assert.deepEqual(signedIn, { consoleProfile: "l" });
      assert.equal((await readProfileFiles()).profiles.get("r")?.settings.get("role_arn")?.line, 4);
    });
  });

  it("wait for no endpoint for ever that takes a connection and says nothing", async function () {
    this.timeout(10_000);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const call = { endpointOf: () => `http://127.0.0.1:${port}`, region: "us-east-1", client: { maxAttempts: 1 } };
    const { requestHandler, ...options } = clientOptions({ ...call, endpoint: undefined }, "STS");
    const limits = requestHandler as { requestTimeout: number; connectionTimeout: number };
    assert.ok(limits.requestTimeout <= 15_000 && limits.connectionTimeout <= 5000);
    const keys = { accessKeyId: "A", secretAccessKey: "s" };
    // The same, sooner.
    const client = new STSClient({
      ...options,
      credentials: keys,
      requestHandler: { ...limits, requestTimeout: 300 },
    });
    await assert.rejects(client.send(new GetCallerIdentityCommand({})), { name: "TimeoutError" });
    client.destroy();
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  describe("whose keys AWS refuses", () => {
    const refused = new SlipwayError({ code: "CredentialsRefused", summary: "no", evidence: ["AWS's words"] });
    const asking = (answer: () => Promise<unknown>) => {
      const asked: string[] = [];
      const client = (region: string) => {
        asked.push(region);
        return { send: answer, destroy: () => undefined } as unknown as STSClient;
      };
      return { asked, client };
    };
    it("may be right, in a region that is not enabled", async () => {
      const { asked, client } = asking(() => Promise.resolve({}));
      const told = await toldApart(refused, "ap-east-1", client);
      assert.deepEqual([errorCode(told), asked], ["RegionNotEnabled", ["us-east-1"]]);
      assert.match((told as SlipwayError).summary, /ap-east-1 is not enabled.*us-east-1 accepts the same/);
    });
    it("are wrong where another region refuses them too, and nobody is asked twice", async () => {
      const { client } = asking(() => Promise.reject(new Error("no")));
      assert.equal(await toldApart(refused, "ap-east-1", client), refused);
      const { asked, client: same } = asking(() => Promise.resolve({}));
      assert.equal(await toldApart(refused, "us-east-1", same), refused);
      assert.deepEqual(asked, []);
    });
  });
});

describe("the files of profiles", () => {
  it("are made for their owner alone where they are not there, and left as they are where they are", async () => {
    const home = mkdtempSync(path.join(os.tmpdir(), "slw-profiles-"));
    try {
      const file = await ensureProfileFile("credentials", { HOME: home });
      assert.equal(file, path.join(home, ".aws", "credentials"));
      assert.equal(statSync(file).mode & 0o777, 0o600);
      writeFileSync(file, "[default]\n");
      chmodSync(file, 0o640);
      await ensureProfileFile("credentials", { HOME: home });
      assert.equal(readFileSync(file, "utf8"), "[default]\n");
      assert.equal(statSync(file).mode & 0o777, 0o640);
      const stated = path.join(home, "elsewhere", "config");
      assert.equal(await ensureProfileFile("config", { HOME: home, AWS_CONFIG_FILE: stated }), stated);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
