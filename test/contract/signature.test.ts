import assert from "node:assert/strict";
import { STSClient, AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { IAMClient, CreateRoleCommand, PutRolePolicyCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { ECSClient, ListClustersCommand, CreateClusterCommand, DescribeClustersCommand } from "@aws-sdk/client-ecs";
import { endpoint, RUN, TARGET, until } from "./support/sandbox";
import { send } from "./support/wire";

const WRONG = { accessKeyId: "AKIAWRONGWRONGWRONG1", secretAccessKey: "x".repeat(40) };

describe("credentials", () => {
  const refusals: [string, string, string, string][] = [
    ["sts", "GetCallerIdentity", "InvalidClientTokenId", "SignatureDoesNotMatch"],
    ["ecs", "ListClusters", "UnrecognizedClientException", "InvalidSignatureException"],
    ["ec2", "DescribeVpcs", "AuthFailure", "AuthFailure"],
    ["elbv2", "DescribeLoadBalancers", "InvalidClientTokenId", "SignatureDoesNotMatch"],
    ["logs", "DescribeLogGroups", "UnrecognizedClientException", "InvalidSignatureException"],
  ];
  for (const [service, operation, unknown, mismatch] of refusals) {
    it(`${service} answers an unknown key with ${unknown} and a wrong secret with ${mismatch}`, async () => {
      const e = await endpoint();
      assert.match((await send(e, service, operation, {}, { credentials: WRONG })).text, new RegExp(unknown));
      const secret = { accessKeyId: e.credentials.accessKeyId, secretAccessKey: "wrong" };
      assert.match((await send(e, service, operation, {}, { credentials: secret })).text, new RegExp(mismatch));
    });
  }

  it("a body that was changed after signing is refused", async () => {
    assert.match(
      (await send(await endpoint(), "ecs", "ListClusters", {}, { tamper: true })).text,
      /InvalidSignatureException/,
    );
  });

  it("a request that was signed an hour ago is refused", async () => {
    const answer = await send(
      await endpoint(),
      "sts",
      "GetCallerIdentity",
      {},
      { signingDate: new Date(Date.now() - 3600_000) },
    );
    assert.match(answer.text, /SignatureDoesNotMatch.*Signature expired/s);
  });

  it("a clock that is an hour ahead is refused in AWS's own words", async () => {
    const e = await endpoint();
    const signingDate = new Date(Date.now() + 3600_000);
    const stamp = String.raw`\d{8}T\d{6}Z`;
    const text = new RegExp(
      `Signature not yet current: ${stamp} is still later than ${stamp} \\(${stamp} \\+ 5 min\\.\\)`,
    );
    assert.match((await send(e, "sts", "GetCallerIdentity", {}, { signingDate })).text, text);
    assert.match((await send(e, "ecs", "ListClusters", {}, { signingDate })).text, text);
    const ec2 = await send(e, "ec2", "DescribeVpcs", {}, { signingDate });
    assert.deepEqual([ec2.status, /AuthFailure/.test(ec2.text)], [401, true]);
  });

  it("EC2 answers an old signature with RequestExpired, and a wrong one with 401", async () => {
    const e = await endpoint();
    const signingDate = new Date(Date.now() - 3600_000);
    assert.match((await send(e, "ec2", "DescribeVpcs", {}, { signingDate })).text, /RequestExpired.*has expired/s);
    assert.equal((await send(e, "ec2", "DescribeVpcs", {}, { tamper: true })).status, 401);
  });

  it("a request without a signature is refused", async () => {
    const e = await endpoint();
    const response = await fetch(e.url, {
      method: "POST",
      headers: { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters" },
      body: "{}",
    });
    assert.equal(response.status, 400);
    assert.match(await response.text(), /MissingAuthenticationTokenException/);
  });

  it("a request from a web page is refused, and so is one to another host name", async function () {
    if (TARGET !== undefined) this.skip();
    const e = await endpoint();
    assert.equal((await fetch(e.url, { headers: { origin: "http://evil.example" } })).status, 403);
    assert.equal((await fetch(`${e.url}/_sandbox/config`)).status, 403);
    assert.equal((await fetch(`${e.url}/v2/`, { headers: { origin: "null" } })).status, 403);
    const rebound = await send(e, "ecs", "ListClusters", {}, { headers: { host: "evil.example" } });
    assert.equal(rebound.status, 400, "fetch sends its own Host, so the signature over another one does not match");
  });

  it("AssumeRole gives credentials that work, within what the role may do", async () => {
    const e = await endpoint();
    const options = { endpoint: e.url, region: e.region, credentials: e.credentials };
    const identity = await new STSClient(options).send(new GetCallerIdentityCommand({}));
    const trust = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${identity.Account ?? ""}:root` },
          Action: "sts:AssumeRole",
        },
      ],
    };
    const iam = new IAMClient(options);
    const RoleName = `${RUN}-reader`;
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
    const policy = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ecs:List*", Resource: "*" },
        {
          Effect: "Deny",
          Action: "ecs:DescribeClusters",
          Resource: "*",
          Condition: { StringEquals: { "aws:RequestedRegion": options.region } },
        },
        { Effect: "Allow", Action: "ecs:DescribeClusters", Resource: "*" },
      ],
    };
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "read", PolicyDocument: JSON.stringify(policy) }));
    await until("the role", async () => iam.send(new GetRoleCommand({ RoleName })).catch(() => undefined));
    const assumed = await new STSClient(options).send(
      new AssumeRoleCommand({
        RoleArn: `arn:aws:iam::${identity.Account ?? ""}:role/${RoleName}`,
        RoleSessionName: "test",
      }),
    );
    const c = assumed.Credentials;
    const credentials = {
      accessKeyId: c?.AccessKeyId ?? "",
      secretAccessKey: c?.SecretAccessKey ?? "",
      sessionToken: c?.SessionToken ?? "",
    };
    const ecs = new ECSClient({ ...options, credentials });
    assert.ok((await ecs.send(new ListClustersCommand({}))).clusterArns);
    await assert.rejects(ecs.send(new CreateClusterCommand({ clusterName: "no" })), { name: "AccessDeniedException" });
    await assert.rejects(ecs.send(new DescribeClustersCommand({})), { name: "AccessDeniedException" });
  });
});
