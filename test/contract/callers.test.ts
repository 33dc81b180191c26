/** What callers may do: policies are judged with the resource of the call, its conditions, and the roles that it hands on. */
import assert from "node:assert/strict";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { endpoint, RUN, TARGET, until, type Endpoint } from "./support/sandbox";
import { send, type Answer } from "./support/wire";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

describe("callers", function () {
  this.timeout(15_000);
  let account = "";
  let e: Endpoint;
  let n = 0;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    account = /<Account>(\d{12})</.exec((await send(e, "sts", "GetCallerIdentity", {})).text)?.[1] ?? "";
    const ecr = new ECRClient({ endpoint: e.url, region: e.region, credentials: e.credentials });
    for (const name of ["mine", "other"])
      await ecr.send(new CreateRepositoryCommand({ repositoryName: `${RUN}/${name}` }));
  });

  const repository = (name: string): string => `arn:aws:ecr:${e.region}:${account}:repository/${RUN}/${name}`;

  /** A caller with exactly these statements. */
  async function caller(...statements: Statement[]) {
    const options = { endpoint: e.url, region: e.region, credentials: e.credentials };
    const RoleName = `${RUN}-caller-${++n}`;
    const iam = new IAMClient(options);
    const statement = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const made = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument }));
    const assume = new AssumeRoleCommand({ RoleArn: made.Role?.Arn ?? "", RoleSessionName: "session" });
    const { Credentials: c } = await until(
      "the role",
      () => new STSClient(options).send(assume).catch(() => undefined),
      5000,
    );
    const credentials = {
      accessKeyId: c?.AccessKeyId ?? "",
      secretAccessKey: c?.SecretAccessKey ?? "",
      sessionToken: c?.SessionToken ?? "",
    };
    return async (service: string, operation: string, input: object): Promise<Answer> =>
      send(e, service, operation, input as Readonly<Record<string, unknown>>, { credentials });
  }

  it("a role for one repository does not delete another", async () => {
    const as = await caller({ Effect: "Allow", Action: "ecr:*", Resource: repository("mine") });
    const refused = await as("ecr", "DeleteRepository", { repositoryName: `${RUN}/other` });
    assert.equal(refused.status, 400);
    const { __type, message } = JSON.parse(refused.text) as { __type: string; message: string };
    assert.equal(__type, "AccessDeniedException");
    assert.equal(
      message,
      `User: arn:aws:sts::${account}:assumed-role/${RUN}-caller-${n}/session is not authorized to perform: ` +
        `ecr:DeleteRepository on resource: ${repository("other")} because no identity-based policy allows the ` +
        "ecr:DeleteRepository action",
    );
    const mine = await as("ecr", "DescribeRepositories", { repositoryNames: [`${RUN}/mine`] });
    assert.equal(mine.status, 200, mine.text);
    assert.equal((await as("ecr", "DescribeRepositories", {})).status, 400);
    assert.equal((await as("ecr", "GetAuthorizationToken", {})).status, 400);
  });

  it("says that a Deny was explicit", async () => {
    const as = await caller(
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: "logs:DeleteLogGroup", Resource: "arn:aws:logs:*:*:log-group:/prod/*" },
    );
    const refused = await as("logs", "DeleteLogGroup", { logGroupName: "/prod/x" });
    assert.match(refused.text, /on resource: .*:log-group:\/prod\/x:log-stream: with an explicit deny in an identity-/);
    assert.match((await as("logs", "DeleteLogGroup", { logGroupName: "/dev/x" })).text, /ResourceNotFoundException/);
  });

  it("judges conditions: the region, tags of the request and of the resource, the cluster", async () => {
    const as = await caller(
      {
        Effect: "Allow",
        Action: "ecr:CreateRepository",
        Resource: "*",
        Condition: {
          StringEquals: { "aws:RequestTag/team": "a" },
          "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
        },
      },
      {
        Effect: "Allow",
        Action: "ecr:DeleteRepository",
        Resource: "*",
        Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
      },
      {
        Effect: "Allow",
        Action: "ecs:DescribeServices",
        Resource: "*",
        Condition: { ArnEquals: { "ecs:cluster": `arn:aws:ecs:*:${account}:cluster/mine` } },
      },
      {
        Effect: "Allow",
        Action: "ecs:ListClusters",
        Resource: "*",
        Condition: { StringEquals: { "aws:RequestedRegion": "mars-1" } },
      },
    );
    const create = async (name: string, tags?: object[]) =>
      (await as("ecr", "CreateRepository", { repositoryName: `${RUN}/${name}`, ...(tags ? { tags } : {}) })).status;
    const team = { Key: "team", Value: "a" };
    assert.deepEqual([await create("tagged"), await create("tagged", [{ Key: "team", Value: "b" }])], [400, 400]);
    assert.equal(await create("tagged", [team, { Key: "more", Value: "b" }]), 400);
    assert.equal(await create("tagged", [team]), 200);
    assert.equal((await as("ecr", "DeleteRepository", { repositoryName: `${RUN}/mine` })).status, 400);
    assert.equal((await as("ecr", "DeleteRepository", { repositoryName: `${RUN}/tagged` })).status, 200);
    const services = { cluster: "mine", services: ["x"] };
    assert.match((await as("ecs", "DescribeServices", services)).text, /ClusterNotFoundException/);
    assert.match((await as("ecs", "DescribeServices", { ...services, cluster: "b" })).text, /AccessDeniedException/);
    assert.match((await as("ecs", "ListClusters", {})).text, /AccessDeniedException/);
  });

  it("asks for iam:PassRole on the roles of a definition, with the service that they are passed to", async () => {
    const role = (name: string): string => `arn:aws:iam::${account}:role/${RUN}-${name}`;
    const register = { Effect: "Allow", Action: "ecs:RegisterTaskDefinition", Resource: "*" } as const;
    const pass = (service: string): Statement => ({
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: role("given"),
      Condition: { StringEquals: { "iam:PassedToService": service } },
    });
    const input = (name: string) => ({
      family: `${RUN}-passed`,
      executionRoleArn: role(name),
      containerDefinitions: [{ name: "web", image: "web:1", memory: 64 }],
    });
    const right = await caller(register, pass("ecs-tasks.amazonaws.com"));
    const taken = await right("ecs", "RegisterTaskDefinition", input("given"));
    assert.equal(taken.status, 200, taken.text);
    const refused = await right("ecs", "RegisterTaskDefinition", input("another"));
    assert.match(
      refused.text,
      /AccessDeniedException.*perform: iam:PassRole on resource: [^ ]*-another because no ident/,
    );
    const wrong = await caller(register, pass("ec2.amazonaws.com"));
    assert.match((await wrong("ecs", "RegisterTaskDefinition", input("given"))).text, /iam:PassRole/);
  });

  it("judges CloudWatch's calls by its actions, whatever they are signed for", async () => {
    const as = await caller({ Effect: "Allow", Action: "cloudwatch:ListMetrics", Resource: "*" });
    assert.equal((await as("cloudwatch", "ListMetrics", {})).status, 200);
    const input = { MetricDataQueries: [], StartTime: 1, EndTime: 2 };
    const refused = await as("cloudwatch", "GetMetricData", input);
    assert.equal(refused.status, 403);
    assert.match(
      refused.text,
      /AccessDenied.*not authorized to perform: cloudwatch:GetMetricData on resource: \* because/,
    );
  });

  it("judges alarms by their ARNs, and a new one with tags as one that is tagged", async () => {
    const mine = `arn:aws:cloudwatch:${e.region}:${account}:alarm:slipway/*`;
    const as = await caller({ Effect: "Allow", Action: "cloudwatch:PutMetricAlarm", Resource: mine });
    const alarm = (AlarmName: string, more: object = {}) => ({
      AlarmName,
      Namespace: "x",
      MetricName: "y",
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
      ...more,
    });
    assert.equal((await as("cloudwatch", "PutMetricAlarm", alarm("slipway/a"))).status, 200);
    const other = await as("cloudwatch", "PutMetricAlarm", alarm("other"));
    assert.match(other.text, /cloudwatch:PutMetricAlarm on resource: \S+:alarm:other because/);
    const tagged = await as("cloudwatch", "PutMetricAlarm", alarm("slipway/b", { Tags: [{ Key: "a", Value: "b" }] }));
    assert.match(tagged.text, /cloudwatch:TagResource on resource: \S+:alarm:slipway\/b because/);
    assert.match(
      (await as("cloudwatch", "DescribeAlarms", {})).text,
      /cloudwatch:DescribeAlarms on resource: \S+:alarm:\* because/,
    );
  });

  it("judges queries of Insights by their groups", async () => {
    const mine = `arn:aws:logs:*:${account}:log-group:/mine:*`;
    const as = await caller({ Effect: "Allow", Action: "logs:StartQuery", Resource: mine });
    const query = (logGroupNames: string[]) =>
      as("logs", "StartQuery", { logGroupNames, startTime: 1, endTime: 2, queryString: "fields x" });
    assert.match((await query(["/mine"])).text, /ResourceNotFoundException/);
    assert.match(
      (await query(["/mine", "/other"])).text,
      /logs:StartQuery on resource: \S+:log-group:\/other:\S* because/,
    );
    assert.match(
      (await as("logs", "GetQueryResults", { queryId: "x" })).text,
      /logs:GetQueryResults on resource: \* because/,
    );
  });
});
