import assert from "node:assert/strict";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { docker, IMAGE, withEngine } from "./support/engine";
import { clients, definition, printed, stage, start, stopped, type Clients, type Stage } from "./support/network";
import { control, startSandbox, TARGET, endpoint, type Endpoint } from "./support/sandbox";

const ASM =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to " +
  "retrieve secret from asm: service call has been retried 1 time(s): ";
const SSM =
  "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to " +
  "retrieve secrets from ssm: service call has been retried 1 time(s): ";

/** What makes a simulated container end with an exit code, which shows that it got both variables. */
const AFTER = "SANDBOX_EXIT_AFTER_MS";
const CODE = "SANDBOX_EXIT_CODE";

interface Made {
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  readonly kms: KMSClient;
}

function made(e: Endpoint): Made {
  const options = { endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 };
  return { secrets: new SecretsManagerClient(options), ssm: new SSMClient(options), kms: new KMSClient(options) };
}

const allow = (c: Clients, s: Stage, statements: readonly object[]) =>
  c.iam.send(
    new PutRolePolicyCommand({
      RoleName: `${s.name}-exec`,
      PolicyName: "secrets",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
      }),
    }),
  );

describe("a task's secrets", function () {
  this.timeout(40_000);
  let c: Clients;
  let s: Stage;
  let m: Made;
  let plain = "";
  let json = "";
  let keyed = "";
  let keyArn = "";
  before(async function () {
    if (TARGET !== undefined) this.skip();
    const e = await endpoint();
    // Each case is a definition of its own: more than AWS lets anybody register in a moment.
    await control(e, "POST", "rates", { on: false });
    c = clients(e);
    m = made(e);
    s = await stage(c, "task-secrets");
    const create = async (Name: string, SecretString: string, KmsKeyId?: string): Promise<string> =>
      (await m.secrets.send(new CreateSecretCommand({ Name, SecretString, KmsKeyId }))).ARN ?? "";
    keyArn = (await m.kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
    plain = await create("task/plain", "41");
    json = await create("task/json", JSON.stringify({ code: "42", number: 43 }));
    keyed = await create("task/keyed", "44", keyArn);
    await m.ssm.send(new PutParameterCommand({ Name: "/task/code", Value: "45", Type: "SecureString" }));
    await m.ssm.send(
      new PutParameterCommand({ Name: "/task/keyed", Value: "46", Type: "SecureString", KeyId: keyArn }),
    );
  });
  after(async () => TARGET === undefined && control(await endpoint(), "POST", "rates", { on: true }));
  beforeEach(async () => {
    await allow(c, s, [
      { Action: ["secretsmanager:GetSecretValue", "ssm:GetParameters", "kms:Decrypt"], Resource: "*" },
    ]);
  });

  const run = async (valueFrom: string, extra: Partial<ContainerDefinition> = {}) => {
    const container = { name: "web", image: "web:1", environment: [{ name: AFTER, value: "10" }], ...extra };
    const secrets = [{ name: CODE, valueFrom }];
    const task = await stopped(c, s, await start(c, s, await definition(c, s, [{ secrets, ...container }])));
    return { code: task.containers?.[0]?.exitCode, reason: task.stoppedReason ?? "", stopCode: task.stopCode };
  };
  const stops = async (valueFrom: string, reason: string | RegExp, extra = {}): Promise<void> => {
    const task = await run(valueFrom, extra);
    assert.equal(task.stopCode, "TaskFailedToStart");
    if (typeof reason === "string") assert.equal(task.reason, reason);
    else assert.match(task.reason, reason);
  };

  it("reach the container: whole, by ARN without suffix, by JSON key, stage and version, of the Parameter Store", async () => {
    const next = await m.secrets.send(new PutSecretValueCommand({ SecretId: plain, SecretString: "47" }));
    const cases: readonly [string, number][] = [
      [plain, 47],
      [plain.slice(0, -7), 47],
      [`${plain}::AWSPREVIOUS:`, 41],
      [`${plain}:::${next.VersionId ?? ""}`, 47],
      [`${json}:code::`, 42],
      [`${json}:number::`, 43],
      [keyed, 44],
      ["/task/code", 45],
      [keyArn.replace(":kms:", ":ssm:").replace(/key\/.*/, "parameter/task/code"), 45],
      ["/task/keyed", 46],
    ];
    const got = await Promise.all(cases.map(async ([from]) => (await run(from)).code));
    assert.deepEqual(
      got,
      cases.map(([, code]) => code),
    );
  });

  it("that are not there, or will not be there, stop the task", async () => {
    const none = plain.replace("task/plain", "task/none");
    await stops(
      none,
      `${ASM}failed to fetch secret ${none} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    );
    await stops("/task/none", `${SSM}invalid parameters: /task/none`);
    const { ARN = "" } = await m.secrets.send(new CreateSecretCommand({ Name: "task/gone", SecretString: "1" }));
    await m.secrets.send(new DeleteSecretCommand({ SecretId: ARN }));
    await stops(
      ARN,
      /: InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion\.$/,
    );
    await stops(
      `${plain}::GREEN:`,
      /ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: GREEN$/,
    );
  });

  it("whose JSON key is not there, or that are no JSON, stop the task and are not shown", async () => {
    await stops(`${json}:nokey::`, `${ASM}retrieved secret from Secrets Manager did not contain json key nokey`);
    await m.secrets.send(new CreateSecretCommand({ Name: "task/text", SecretString: "plain-text-value" }));
    const reason = (await run(`${plain.replace("task/plain", "task/text").slice(0, -7)}:key::`)).reason;
    assert.match(reason, /invalid character/);
    assert.equal(reason.includes("plain-text-value"), false);
  });

  it("that the execution role may not read stop the task", async () => {
    await allow(c, s, [{ Action: "secretsmanager:GetSecretValue", Resource: json }]);
    const who = String.raw`AccessDeniedException: User: arn:aws:sts::\d{12}:assumed-role/task-secrets-exec/[0-9a-f]{32} is not authorized to perform: `;
    await stops(
      plain,
      new RegExp(
        `^${ASM.replace(/[()]/g, "\\$&")}failed to fetch secret ${plain} from secrets manager: ${who}secretsmanager:GetSecretValue on resource: ${plain} because no identity-based policy allows the secretsmanager:GetSecretValue action$`,
      ),
    );
    await stops(
      "/task/code",
      new RegExp(`${who}ssm:GetParameters on resource: arn:aws:ssm:[^:]+:\\d+:parameter/task/code because`),
    );
    assert.equal((await run(`${json}:code::`)).code, 42);
    await c.iam.send(new DeleteRolePolicyCommand({ RoleName: `${s.name}-exec`, PolicyName: "secrets" }));
    await stops(`${json}:code::`, /secretsmanager:GetSecretValue/);
  });

  it("whose own key the execution role may not use stop the task; AWS's key takes no permission", async () => {
    await allow(c, s, [{ Action: ["secretsmanager:GetSecretValue", "ssm:GetParameters"], Resource: "*" }]);
    await stops(
      keyed,
      `${ASM}failed to fetch secret ${keyed} from secrets manager: AccessDeniedException: Access to KMS is not allowed`,
    );
    await stops(
      "/task/keyed",
      /^.*unable to retrieve secrets from ssm.*AccessDeniedException: The ciphertext refers to a customer master key/,
    );
    assert.equal((await run(plain)).code, 47);
    await allow(c, s, [
      { Action: ["secretsmanager:GetSecretValue", "ssm:GetParameters"], Resource: "*" },
      {
        Action: "kms:Decrypt",
        Resource: keyArn,
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${c.region}.amazonaws.com` } },
      },
    ]);
    assert.equal((await run(keyed)).code, 44);
    await stops("/task/keyed", /AccessDeniedException/);
  });

  it("of the registry and of the log driver are read too", async () => {
    const none = plain.replace("task/plain", "task/none");
    await stops(plain, /failed to fetch secret .*task\/none/, {
      repositoryCredentials: { credentialsParameter: none },
    });
    await stops(plain, /username and password/, { repositoryCredentials: { credentialsParameter: plain } });
    await stops(plain, /failed to fetch secret .*task\/none/, {
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": `/ecs/${s.name}`,
          "awslogs-region": c.region,
          "awslogs-stream-prefix": "ecs",
        },
        secretOptions: [{ name: "token", valueFrom: none }],
      },
    });
  });

  it("are not reached from a subnet without a way to them", async () => {
    const container = { name: "web", image: "web:1", secrets: [{ name: CODE, valueFrom: plain }] };
    const arn = await start(c, s, await definition(c, s, [container]), false);
    const task = await stopped(c, s, arn);
    assert.match(
      task.stoppedReason ?? "",
      /unable to retrieve secret from asm.*context deadline exceeded.*network configuration/,
    );
  });
});

describe("a secret in a real container", function () {
  this.timeout(60_000);
  let e: Endpoint;
  before(async function () {
    withEngine(this);
    e = await startSandbox([]);
  });
  after(async () => e?.stop());

  it("is in its environment, with all its lines and under any name, and in no argument", async () => {
    const c = clients(e);
    const { secrets } = made(e);
    const s = await stage(c, "real-secret");
    const text = "first line\nsecond = 'line' \"x\" $HOME";
    await allow(c, s, [{ Action: "secretsmanager:GetSecretValue", Resource: "*" }]);
    const { ARN: lines = "" } = await secrets.send(new CreateSecretCommand({ Name: "lines", SecretString: text }));
    const { ARN: odd = "" } = await secrets.send(new CreateSecretCommand({ Name: "odd", SecretString: "tcp://other" }));
    const container = {
      name: "web",
      image: IMAGE,
      command: ["sh", "-c", 'printf "%s|%s|" "$LINES" "$DOCKER_HOST"; echo; cat /proc/1/cmdline; sleep 0.5'],
      secrets: [
        { name: "LINES", valueFrom: lines },
        { name: "DOCKER_HOST", valueFrom: odd },
      ],
    };
    const arn = await start(c, s, await definition(c, s, [container]));
    const task = await stopped(c, s, arn, 40_000);
    assert.equal(task.containers?.[0]?.exitCode, 0, task.stoppedReason);
    const log = await printed(c, s, task);
    assert.ok(log.includes(`${text}|tcp://other|`), log);
    assert.equal(docker("ps", "--all", "--no-trunc", "--format", "{{.Command}}").includes("tcp://other"), false);
  });
});
