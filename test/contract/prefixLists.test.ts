/** Managed prefix lists in security groups, and access logs of load balancers into buckets. */
import assert from "node:assert/strict";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateManagedPrefixListCommand,
  DeleteManagedPrefixListCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSecurityGroupsCommand,
  GetManagedPrefixListEntriesCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancerAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clients, stage, type Clients, type Stage } from "./support/network";
import { refuses } from "./support/refusal";
import { control, RUN, startSandbox, TARGET, type Endpoint } from "./support/sandbox";

describe("managed prefix lists", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox(["--tasks", "simulated", "--consistency", "strong"]);
    c = clients(e);
    s = await stage(c, `${RUN}-lists`);
  });
  after(async () => e?.stop());

  const named = async (name: string) => {
    const Filters = [{ Name: "prefix-list-name", Values: [name] }];
    return (await c.ec2.send(new DescribeManagedPrefixListsCommand({ Filters }))).PrefixLists?.[0];
  };
  const permission = (port: number, id: string) => [
    {
      IpProtocol: "tcp",
      FromPort: port,
      ToPort: port,
      PrefixListIds: [{ PrefixListId: id, Description: "for a test" }],
    },
  ];
  const admit = (port: number, id: string) =>
    c.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: s.balancerGroup, IpPermissions: permission(port, id) }),
    );

  it("of AWS have a weight, and count for as many rules", async () => {
    const list = await named("com.amazonaws.global.cloudfront.origin-facing");
    const id = list?.PrefixListId ?? "";
    assert.deepEqual([list?.OwnerId, list?.MaxEntries, list?.AddressFamily], ["AWS", 55, "IPv4"]);
    await admit(443, id);
    await assert.rejects(admit(443, id), refuses("InvalidPermission.Duplicate", new RegExp(id)));
    await assert.rejects(admit(80, id), refuses("RulesPerSecurityGroupLimitExceeded"));
    await control(e, "POST", "quotas", { "L-0EA8095F": 120 });
    await admit(80, id);
    const { SecurityGroups } = await c.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [s.balancerGroup] }));
    const lists = SecurityGroups?.[0]?.IpPermissions?.flatMap(({ PrefixListIds }) => PrefixListIds ?? []);
    assert.deepEqual(lists, Array(2).fill({ PrefixListId: id, Description: "for a test" }));
    for (const port of [80, 443])
      await c.ec2.send(
        new RevokeSecurityGroupIngressCommand({ GroupId: s.balancerGroup, IpPermissions: permission(port, id) }),
      );
    await assert.rejects(
      c.ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId: id })),
      refuses("UnauthorizedOperation"),
    );
  });

  it("of the account are made, read, used and deleted", async () => {
    const made = await c.ec2.send(
      new CreateManagedPrefixListCommand({
        PrefixListName: "offices",
        AddressFamily: "IPv4",
        MaxEntries: 3,
        Entries: [{ Cidr: "203.0.113.7/24", Description: "Berlin" }],
      }),
    );
    const id = made.PrefixList?.PrefixListId ?? "";
    const { Entries } = await c.ec2.send(new GetManagedPrefixListEntriesCommand({ PrefixListId: id }));
    assert.deepEqual(Entries, [{ Cidr: "203.0.113.0/24", Description: "Berlin" }]);
    await admit(8080, id);
    await assert.rejects(
      c.ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId: id })),
      refuses("PrefixListInUse"),
    );
    await c.ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId: s.balancerGroup, IpPermissions: permission(8080, id) }),
    );
    await c.ec2.send(new DeleteManagedPrefixListCommand({ PrefixListId: id }));
    await assert.rejects(admit(8080, id), refuses("InvalidPrefixListID.NotFound", new RegExp(id)));
    await assert.rejects(
      c.ec2.send(new DescribeManagedPrefixListsCommand({ PrefixListIds: [id] })),
      refuses("InvalidPrefixListID.NotFound"),
    );
  });

  it("access logs are refused into a bucket that nobody may write", async () => {
    const set = (Attributes: { Key: string; Value: string }[]) =>
      c.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: s.loadBalancerArn, Attributes }));
    const logs = (bucket: string, prefix = "web") => [
      { Key: "access_logs.s3.enabled", Value: "true" },
      { Key: "access_logs.s3.bucket", Value: bucket },
      { Key: "access_logs.s3.prefix", Value: prefix },
    ];
    await assert.rejects(
      set(logs("none")),
      refuses("InvalidConfigurationRequestException", /Access Denied for bucket: none/),
    );
    await assert.rejects(set(logs("")), refuses("ValidationError", /Bucket name/));
    await control(e, "POST", "buckets", { names: ["logs-of-ours"] });
    await assert.rejects(set(logs("logs-of-ours", "AWSLogs")), refuses("ValidationError", /prefix/));
    await set(logs("logs-of-ours"));
    const { Attributes } = await c.elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: s.loadBalancerArn }),
    );
    assert.equal(Attributes?.find(({ Key }) => Key === "access_logs.s3.bucket")?.Value, "logs-of-ours");
    assert.equal(Attributes?.find(({ Key }) => Key === "idle_timeout.timeout_seconds")?.Value, "60");
  });
});
