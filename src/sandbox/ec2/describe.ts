/** EC2's Describe calls: one generic reading with filters, and a table of what each resource can be filtered by. */
import type { Table } from "../registry";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { describedGroup } from "./groups";
import { tagsOf } from "./network";
import { describeNetworkOperations } from "./describeNetwork";
import { type DescribeOperations, filtered, notFound, read } from "./filters";

const REGIONS = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "eu-west-1",
  "eu-central-1",
  "ap-southeast-1",
  "ap-northeast-1",
];

const RESOURCE: Readonly<Record<string, string>> = {
  sg: "security-group",
  vpc: "vpc",
  subnet: "subnet",
  rtb: "route-table",
  igw: "internet-gateway",
  nat: "natgateway",
  sgr: "security-group-rule",
  vpce: "vpc-endpoint",
  eni: "network-interface",
};

const typeOfId = (id: string): string =>
  Object.entries(RESOURCE).find(([prefix]) => id.startsWith(`${prefix}-`))?.[1] ?? "unknown";
export const describeOperations = (world: SandboxState): Table<DescribeOperations> => ({
  ...describeNetworkOperations(),
  DescribeSecurityGroups: {
    supports: "Filters GroupIds GroupNames NextToken MaxResults",
    run: (input, { region }) => {
      const now = Date.now();
      const groups = [...region.ec2.groups.values()]
        .filter((g) => now >= g.visibleAt)
        .map((g) => describedGroup(region, g));
      for (const name of input.GroupNames ?? []) {
        if (!groups.some((g) => g.GroupName === name))
          throw new ApiError("InvalidGroup.NotFound", `The security group '${name}' does not exist`);
      }
      const named = input.GroupNames?.length
        ? groups.filter((g) => input.GroupNames?.includes(g.GroupName ?? ""))
        : groups;
      const r = read(
        region,
        named,
        {
          id: (g) => g.GroupId ?? "",
          missing: (id) => new ApiError("InvalidGroup.NotFound", `The security group '${id}' does not exist`),
          filters: {
            "vpc-id": (g) => g.VpcId,
            "group-id": (g) => g.GroupId,
            "group-name": (g) => g.GroupName,
            description: (g) => g.Description,
            "owner-id": (g) => g.OwnerId,
            "ip-permission.from-port": (g) => g.IpPermissions?.map((p) => p.FromPort),
            "ip-permission.to-port": (g) => g.IpPermissions?.map((p) => p.ToPort),
            "ip-permission.cidr": (g) => g.IpPermissions?.flatMap((p) => p.IpRanges?.map((x) => x.CidrIp) ?? []),
            "ip-permission.group-id": (g) =>
              g.IpPermissions?.flatMap((p) => p.UserIdGroupPairs?.map((x) => x.GroupId) ?? []),
            "ip-permission.protocol": (g) => g.IpPermissions?.map((p) => p.IpProtocol),
          },
        },
        { ids: input.GroupIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { SecurityGroups: r.items, NextToken: r.next };
    },
  },
  DescribeSecurityGroupRules: {
    supports: "Filters SecurityGroupRuleIds NextToken MaxResults",
    run: (input, { region }) => {
      const rules = [...region.ec2.groups.values()].flatMap((g) => [...g.rules.values()]);
      const r = read(
        region,
        rules,
        {
          id: (x) => x.SecurityGroupRuleId ?? "",
          missing: notFound("InvalidSecurityGroupRuleId.NotFound", "security group rule ID"),
          filters: { "group-id": (x) => x.GroupId, "security-group-rule-id": (x) => x.SecurityGroupRuleId },
        },
        { ids: input.SecurityGroupRuleIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { SecurityGroupRules: r.items, NextToken: r.next };
    },
  },
  DescribeNetworkInterfaces: {
    supports: "Filters NetworkInterfaceIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        [...region.ec2.interfaces.values()],
        {
          id: (i) => i.NetworkInterfaceId ?? "",
          missing: notFound("InvalidNetworkInterfaceID.NotFound", "networkInterface ID"),
          filters: {
            "group-id": (i) => i.Groups?.map((g) => g.GroupId),
            "subnet-id": (i) => i.SubnetId,
            "vpc-id": (i) => i.VpcId,
            description: (i) => i.Description,
            status: (i) => i.Status,
            "network-interface-id": (i) => i.NetworkInterfaceId,
            "private-ip-address": (i) => i.PrivateIpAddress,
            "addresses.private-ip-address": (i) => i.PrivateIpAddress,
            "availability-zone": (i) => i.AvailabilityZone,
            "interface-type": (i) => i.InterfaceType,
            "association.public-ip": (i) => i.Association?.PublicIp,
            "requester-id": (i) => i.RequesterId,
          },
        },
        { ids: input.NetworkInterfaceIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { NetworkInterfaces: r.items.map(({ Tags, ...i }) => ({ ...i, TagSet: Tags })), NextToken: r.next };
    },
  },
  DescribeVpcEndpoints: {
    supports: "Filters VpcEndpointIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        [...region.ec2.endpoints.values()],
        {
          id: (e) => e.VpcEndpointId ?? "",
          missing: (id) => new ApiError("InvalidVpcEndpointId.NotFound", `The Vpc Endpoint Id '${id}' does not exist`),
          filters: {
            "vpc-id": (e) => e.VpcId,
            "service-name": (e) => e.ServiceName,
            "vpc-endpoint-id": (e) => e.VpcEndpointId,
            "vpc-endpoint-state": (e) => e.State,
            "vpc-endpoint-type": (e) => e.VpcEndpointType,
          },
        },
        { ids: input.VpcEndpointIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { VpcEndpoints: r.items, NextToken: r.next };
    },
  },
  DescribeTags: {
    supports: "Filters NextToken MaxResults",
    run: (input, { region }) => {
      const all = [...region.ec2.tags]
        .filter(([, r]) => Date.now() >= r.visibleAt)
        .flatMap(([id]) =>
          [...tagsOf(region, id)].map(([Key, Value]) => ({ Key, Value, ResourceId: id, ResourceType: typeOfId(id) })),
        );
      const found = filtered(
        all,
        input.Filters,
        {
          key: (t) => t.Key,
          value: (t) => t.Value,
          "resource-id": (t) => t.ResourceId,
          "resource-type": (t) => t.ResourceType,
        },
        (t) => new Map([[t.Key, t.Value]]),
      );
      const p = page(
        found,
        input.NextToken,
        input.MaxResults ?? 1000,
        () => new ApiError("InvalidNextToken", "The token is invalid."),
      );
      return { Tags: p.items, NextToken: p.next };
    },
  },
  DescribeAddresses: {
    supports: "AllocationIds",
    run: (input, { region }) => {
      const all = [...region.ec2.addresses.values()].filter(
        (a) => !input.AllocationIds?.length || input.AllocationIds.includes(a.allocationId),
      );
      return {
        Addresses: all.map((a) => ({
          AllocationId: a.allocationId,
          PublicIp: a.publicIp,
          Domain: "vpc",
          NetworkInterfaceId: a.networkInterfaceId,
          NetworkBorderGroup: region.name,
        })),
      };
    },
  },
  DescribeRegions: {
    supports: "RegionNames AllRegions Filters",
    run: (input) => {
      const names = [...new Set([...REGIONS, world.options.region])].filter(
        (r) => !input.RegionNames?.length || input.RegionNames.includes(r),
      );
      return {
        Regions: names.map((r) => ({
          RegionName: r,
          Endpoint: `ec2.${r}.amazonaws.com`,
          OptInStatus: "opt-in-not-required",
        })),
      };
    },
  },
});
