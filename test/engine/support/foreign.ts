/** Other people's resources in the same account, which no deployment and no removal may touch. */
import { CreateSecurityGroupCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand } from "@aws-sdk/client-ecr";
import { CreateClusterCommand, RegisterTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { CreateTargetGroupCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { World } from "./world";

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

export const defaultVpc = async ({ clients }: World): Promise<string> =>
  (await clients.ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["true"] }] }))).Vpcs?.[0]
    ?.VpcId ?? "";

/** Makes one of each kind, some with tags that look like Slipway's for another application. */
export async function makeForeign(world: World): Promise<void> {
  const { ec2, ecr, ecs, elb, iam, logs } = world.clients;
  const VpcId = await defaultVpc(world);
  const other = { "slipway:app": "other", "slipway:environment": "default" };
  await ec2.send(new CreateSecurityGroupCommand({ GroupName: "theirs", Description: "theirs", VpcId }));
  await ecr.send(
    new CreateRepositoryCommand({
      repositoryName: "theirs",
      tags: Object.entries(other).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  await ecs.send(
    new CreateClusterCommand({
      clusterName: "theirs",
      tags: Object.entries(other).map(([key, value]) => ({ key, value })),
    }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "theirs",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      memory: "512",
      containerDefinitions: [{ name: "web", image: "theirs:1" }],
    }),
  );
  await elb.send(new CreateTargetGroupCommand({ Name: "theirs", Protocol: "HTTP", Port: 80, VpcId, TargetType: "ip" }));
  await iam.send(new CreateRoleCommand({ RoleName: "theirs", AssumeRolePolicyDocument: trust }));
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "theirs",
      PolicyName: "theirs",
      PolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
      }),
    }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/ecs/theirs" }));
}
