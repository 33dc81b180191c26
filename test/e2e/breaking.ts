/** Another client than Slipway, which breaks what was deployed. */
import { DescribeSecurityGroupsCommand, EC2Client, RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import { theSandbox } from "./harness";

/** Closes every way in of a security group of the sandbox. */
export async function closePort(group: string): Promise<void> {
  const { env } = await theSandbox();
  const client = new EC2Client({
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    region: env["AWS_REGION"] ?? "us-east-1",
    credentials: { accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "" },
  });
  const { SecurityGroups: [found] = [] } = await client.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: [group] }] }),
  );
  if (!found?.GroupId) throw new Error(`The sandbox has no security group ${group}.`);
  await client.send(
    new RevokeSecurityGroupIngressCommand({ GroupId: found.GroupId, IpPermissions: found.IpPermissions ?? [] }),
  );
  client.destroy();
}
