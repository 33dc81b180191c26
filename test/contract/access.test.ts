/** Who may do what, and which addresses a rule of a security group names. */
import assert from "node:assert/strict";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { endpoint, RUN, until } from "./support/sandbox";

describe("policies and security groups", function () {
  this.timeout(20_000);
  let options: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  before(async () => {
    const e = await endpoint();
    options = { endpoint: e.url, region: e.region, credentials: e.credentials };
  });

  it("decides by resource, NotResource, condition and Deny, and asks of no resource where none is given", async () => {
    const iam = new IAMClient(options);
    const RoleName = `${RUN}-judged`;
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const repository = (name: string) => `arn:aws:ecr:${options.region}:111122223333:repository/${name}`;
    const policy = {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ecr:BatchGetImage", NotResource: repository("secret") },
        { Effect: "Deny", Action: "ecr:*", Resource: repository("old") },
        {
          Effect: "Allow",
          Action: "ecr:PutImage",
          Resource: repository("*"),
          Condition: { StringEquals: { "aws:RequestedRegion": "mars-1" } },
        },
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: repository("*") },
      ],
    };
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "judged", PolicyDocument: JSON.stringify(policy) }),
    );
    const decision = async (action: string, resource?: string) =>
      (
        await iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: Role?.Arn ?? "",
            ActionNames: [action],
            ...(resource === undefined ? {} : { ResourceArns: [resource] }),
          }),
        )
      ).EvaluationResults?.[0]?.EvalDecision;
    assert.equal(await decision("ecr:BatchGetImage", repository("api")), "allowed");
    assert.equal(await decision("ecr:BatchGetImage", repository("secret")), "implicitDeny");
    assert.equal(await decision("ecr:BatchGetImage", repository("old")), "explicitDeny");
    assert.equal(await decision("ecr:BatchGetImage", repository("Secret")), "allowed");
    assert.equal(await decision("ecr:PutImage", repository("api")), "implicitDeny");
    assert.equal(await decision("ecr:GetAuthorizationToken"), "implicitDeny");
  });

  it("stores a rule's blocks in their canonical form, and takes none that is malformed", async () => {
    const ec2 = new EC2Client(options);
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: `${RUN}-blocks`, Description: "blocks" }),
    );
    const port = { IpProtocol: "tcp", FromPort: 80, ToPort: 80 };
    const admit = (CidrIp: string) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ ...port, IpRanges: [{ CidrIp }] }] }),
      );
    await until("the group", () => admit("10.0.0.5/8").catch(() => undefined));
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ ...port, Ipv6Ranges: [{ CidrIpv6: "2001:DB8:0:0::1/32" }] }],
      }),
    );
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId ?? ""] }));
    const [rule] = SecurityGroups?.[0]?.IpPermissions ?? [];
    assert.deepEqual([rule?.IpRanges?.[0]?.CidrIp, rule?.Ipv6Ranges?.[0]?.CidrIpv6], ["10.0.0.0/8", "2001:db8::/32"]);
    await assert.rejects(admit("10.0.0.0/8"), { name: "InvalidPermission.Duplicate" });
    for (const bad of ["10.0.0.0", "010.0.0.0/8", "10.0.0.0/33", "2001:db8::/32", "office"])
      await assert.rejects(admit(bad), { name: "InvalidParameterValue" }, bad);
  });
});
