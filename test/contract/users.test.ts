/** IAM's users with their own keys, policies that IAM does not take, sessions, and what else a caller needs. */
import assert from "node:assert/strict";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { refuses } from "./support/refusal";
import { startSandbox, TARGET, type Endpoint } from "./support/sandbox";
import { send, type Answer } from "./support/wire";

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}
type Statement = Readonly<Record<string, unknown>>;

describe("users, sessions and policies", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let iam: IAMClient;
  const account = "000000000000";
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--consistency", "strong"]);
    iam = new IAMClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    for (const repositoryName of ["mine", "other"]) {
      const made = await send(e, "ecr", "CreateRepository", { repositoryName });
      assert.equal(made.status, 200, made.text);
    }
  });
  after(async () => e?.stop());

  const document = (...Statement: Statement[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
  const repository = (name: string): string => `arn:aws:ecr:${e.region}:${account}:repository/${name}`;

  async function user(UserName: string, ...statements: Statement[]): Promise<Credentials> {
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument: document(...statements) }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  }
  const as =
    (credentials: Credentials) =>
    async (service: string, operation: string, input: object): Promise<Answer> =>
      send(e, service, operation, input as Readonly<Record<string, unknown>>, { credentials });

  it("a user may do what its policies say, and nothing else", async () => {
    const credentials = await user("narrow", {
      Effect: "Allow",
      Action: "ecr:DescribeImages",
      Resource: repository("mine"),
    });
    const call = as(credentials);
    const sts = new STSClient({ endpoint: e.url, region: e.region, credentials });
    const who = await sts.send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, `arn:aws:iam::${account}:user/narrow`);
    assert.equal((await call("ecr", "DescribeImages", { repositoryName: "mine" })).status, 200);
    const refused = await call("ecr", "DescribeImages", { repositoryName: "other" });
    assert.match(
      refused.text,
      /User: arn:aws:iam::000000000000:user\/narrow is not authorized to perform: ecr:DescribeImages/,
    );

    const AccessKeyId = credentials.accessKeyId;
    await iam.send(new UpdateAccessKeyCommand({ UserName: "narrow", AccessKeyId, Status: "Inactive" }));
    assert.match((await call("ecr", "DescribeImages", { repositoryName: "mine" })).text, /UnrecognizedClient/);
    await iam.send(new UpdateAccessKeyCommand({ UserName: "narrow", AccessKeyId, Status: "Active" }));
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: "narrow" })), refuses("DeleteConflictException"));
    await iam.send(new DeleteAccessKeyCommand({ UserName: "narrow", AccessKeyId }));
    await iam.send(new DeleteUserPolicyCommand({ UserName: "narrow", PolicyName: "own" }));
    await iam.send(new DeleteUserCommand({ UserName: "narrow" }));
    assert.match((await call("ecr", "DescribeImages", { repositoryName: "mine" })).text, /UnrecognizedClient/);
  });

  it("a third key of a user is refused", async () => {
    await user("keys", { Effect: "Allow", Action: "*", Resource: "*" });
    await iam.send(new CreateAccessKeyCommand({ UserName: "keys" }));
    await assert.rejects(iam.send(new CreateAccessKeyCommand({ UserName: "keys" })), refuses("LimitExceededException"));
  });

  it("policies that IAM does not take are refused in its words", async () => {
    const good = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
    const cases: readonly (readonly [string, RegExp])[] = [
      ["anything", /invalid Json/],
      ["[]", /Syntax errors/],
      [JSON.stringify({ Version: "2020-01-01", Statement: [good] }), /Syntax errors/],
      [JSON.stringify({ Version: "2012-10-17", Statement: [good], More: 1 }), /Syntax errors/],
      [document({ ...good, Effect: "Maybe" }), /Syntax errors/],
      [document({ ...good, Action: undefined }), /must contain actions/],
      [document({ ...good, Action: "GetObject" }), /prefaced by a vendor/],
      [document({ ...good, Resource: undefined }), /must contain resources/],
      [document({ ...good, Resource: "bucket" }), /must be in ARN format/],
      [document({ ...good, Principal: "*" }), /should not specify a principal/],
      [document({ ...good, Sid: "a" }, { ...good, Sid: "a" }), /must be unique/],
    ];
    await iam.send(new CreateUserCommand({ UserName: "documents" }));
    for (const [PolicyDocument, text] of cases)
      await assert.rejects(
        iam.send(new PutUserPolicyCommand({ UserName: "documents", PolicyName: "p", PolicyDocument })),
        refuses("MalformedPolicyDocumentException", text),
        PolicyDocument,
      );
  });

  it("a trust policy names principals that there are", async () => {
    const trust = (more: Statement) =>
      iam.send(
        new CreateRoleCommand({
          RoleName: "trusting",
          AssumeRolePolicyDocument: document({ Effect: "Allow", Action: "sts:AssumeRole", ...more }),
        }),
      );
    const cases: readonly (readonly [Statement, RegExp])[] = [
      [
        { Principal: { AWS: `arn:aws:iam::${account}:role/nobody` } },
        /Invalid principal in policy: "AWS":"arn:aws:iam::000000000000:role\/nobody"/,
      ],
      [{ Principal: { AWS: "nobody" } }, /Invalid principal/],
      [{ Principal: { Service: "ecs-tasks" } }, /Invalid principal in policy: "SERVICE":"ecs-tasks"/],
      [{ Principal: { Robot: "x" } }, /Invalid principal/],
      [{}, /Principal/],
      [{ Principal: "*", Resource: "*" }, /prohibited field Resource/],
      [{ Principal: "*", Action: "s3:GetObject" }, /may only specify STS/],
    ];
    for (const [more, text] of cases)
      await assert.rejects(trust(more), refuses("MalformedPolicyDocumentException", text), JSON.stringify(more));
    await trust({ Principal: { AWS: `arn:aws:iam::${account}:root`, Service: "ecs-tasks.amazonaws.com" } });
  });

  it("a session can do no more than its policy and its role allow", async () => {
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: "trusting",
        PolicyName: "p",
        PolicyDocument: document({ Effect: "Allow", Action: "ecr:*", Resource: "*" }),
      }),
    );
    const sts = new STSClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    const ask = { RoleArn: `arn:aws:iam::${account}:role/trusting`, RoleSessionName: "session" };
    await assert.rejects(
      sts.send(new AssumeRoleCommand({ ...ask, Policy: "{}" })),
      refuses("MalformedPolicyDocumentException"),
    );
    const Policy = document({ Effect: "Allow", Action: ["ecr:Describe*", "sts:*"], Resource: "*" });
    const { Credentials: c } = await sts.send(new AssumeRoleCommand({ ...ask, Policy }));
    const call = as({
      accessKeyId: c?.AccessKeyId ?? "",
      secretAccessKey: c?.SecretAccessKey ?? "",
      sessionToken: c?.SessionToken ?? "",
    });
    assert.equal((await call("ecr", "DescribeImages", { repositoryName: "mine" })).status, 200);
    const refused = await call("ecr", "ListImages", { repositoryName: "mine" });
    assert.match(refused.text, /because no session policy allows the ecr:ListImages action/);
  });

  it("the registry obeys the policies of whoever asked for the password", async () => {
    const all = ["ecr:BatchGetImage", "ecr:InitiateLayerUpload", "ecr:ListImages"];
    const call = as(
      await user(
        "pusher",
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        { Effect: "Allow", Action: all, Resource: repository("mine") },
        { Effect: "Deny", Action: "ecr:ListImages", Resource: "*" },
      ),
    );
    const token = await call("ecr", "GetAuthorizationToken", {});
    const [, authorization = ""] = /"authorizationToken":"([^"]+)"/.exec(token.text) ?? [];
    const ask = async (method: string, path: string) => {
      const answer = await fetch(`${e.url}/v2/${path}`, {
        method,
        headers: { authorization: `Basic ${authorization}` },
      });
      return [answer.status, await answer.text()] as const;
    };
    assert.equal((await ask("GET", ""))[0], 200);
    assert.equal((await ask("POST", "mine/blobs/uploads/"))[0], 202);
    const [status, text] = await ask("POST", "other/blobs/uploads/");
    assert.equal(status, 403);
    assert.match(
      text,
      /"code":"DENIED".*user\/pusher is not authorized to perform: ecr:InitiateLayerUpload on resource: arn:aws:ecr:[^:]+:000000000000:repository\/other/,
    );
    assert.equal((await ask("GET", "mine/manifests/none"))[0], 404);
    assert.match((await ask("GET", "mine/tags/list"))[1], /explicit deny in an identity-based policy/);
    for (const [method, path] of [
      ["PUT", "mine/manifests/latest"],
      ["DELETE", "mine/manifests/latest"],
      ["HEAD", `mine/blobs/sha256:${"0".repeat(64)}`],
      ["GET", `mine/blobs/sha256:${"0".repeat(64)}`],
      ["GET", "_catalog"],
    ] as const)
      assert.equal((await ask(method, path))[0], 403, `${method} ${path}`);
  });

  it("a scaling policy takes the right to make its alarms", async () => {
    const scaling = { Effect: "Allow", Action: "application-autoscaling:*", Resource: "*" };
    const policy = {
      PolicyName: "p",
      ServiceNamespace: "ecs",
      ResourceId: "service/a/b",
      ScalableDimension: "ecs:service:DesiredCount",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
      },
    };
    const without = await as(await user("scaler", scaling))("autoscaling", "PutScalingPolicy", policy);
    assert.match(without.text, /not authorized to perform: cloudwatch:DescribeAlarms/);
    const some = { Effect: "Allow", Action: "cloudwatch:DescribeAlarms", Resource: "*" };
    const half = await as(await user("half", scaling, some))("autoscaling", "PutScalingPolicy", policy);
    assert.match(half.text, /not authorized to perform: cloudwatch:PutMetricAlarm/);
    const both = { Effect: "Allow", Action: "cloudwatch:*", Resource: "*" };
    const whole = await as(await user("whole", scaling, both))("autoscaling", "PutScalingPolicy", policy);
    assert.match(whole.text, /ObjectNotFoundException/);
  });
});
