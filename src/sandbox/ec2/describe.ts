/** EC2's Describe calls: one generic reading with filters, and a table of what each resource can be filtered by. */
import type { AvailabilityZone, Ec2Operations, Filter, Tag } from "../model/ec2.types";
import type { Table } from "../registry";
import type { Tags } from "../states";
import { page, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { describedGroup } from "./groups";
import { freeAddresses, tagsOf, zonesOf } from "./network";

type DescribeOperations = Pick<
  Ec2Operations,
  | "DescribeVpcs"
  | "DescribeSubnets"
  | "DescribeRouteTables"
  | "DescribeAvailabilityZones"
  | "DescribeInternetGateways"
  | "DescribeNatGateways"
  | "DescribeAccountAttributes"
  | "DescribeSecurityGroups"
  | "DescribeSecurityGroupRules"
  | "DescribeNetworkInterfaces"
  | "DescribeVpcEndpoints"
  | "DescribeTags"
  | "DescribeAddresses"
  | "DescribeRegions"
>;

type Text = string | boolean | number | undefined;
/** Filter name to the values that a resource has under it. */
export type Filters<T> = Readonly<Record<string, (item: T) => Text | readonly Text[]>>;

function matchesPattern(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  return new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".")}$`,
    "s",
  ).test(text);
}

/** Keeps the items that satisfy every filter; an unknown filter name is EC2's error. */
function filtered<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  table: Filters<T>,
  tags: (item: T) => Tags,
): T[] {
  let out = [...items];
  for (const f of filters ?? []) {
    const name = f.Name ?? "";
    const values = f.Values ?? [];
    const wanted = (text: Text | readonly Text[]): boolean => {
      const has = (Array.isArray(text) ? text : [text]) as readonly Text[];
      return has.some((h) => h !== undefined && values.some((v) => matchesPattern(v, String(h))));
    };
    const read = table[name];
    if (name.startsWith("tag:")) out = out.filter((i) => wanted(tags(i).get(name.slice(4))));
    else if (name === "tag-key") out = out.filter((i) => wanted([...tags(i).keys()]));
    else if (read) out = out.filter((i) => wanted(read(i)));
    else throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
  return out;
}

interface Query {
  readonly ids?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly token?: string;
  readonly max?: number;
}

interface Kind<T> {
  readonly id: (item: T) => string;
  readonly missing: (id: string) => ApiError;
  readonly filters: Filters<T>;
}

const notFound =
  (code: string, what: string) =>
  (id: string): ApiError =>
    new ApiError(code, `The ${what} '${id}' does not exist`);

/** Reads items by id or filter, with tags and a page. */
function read<T extends object>(
  region: Region,
  items: readonly T[],
  kind: Kind<T>,
  query: Query,
): { items: (T & { Tags: Tag[] })[]; next: string | undefined } {
  let found = items;
  if (query.ids && query.ids.length > 0) {
    if (query.max !== undefined)
      throw new ApiError(
        "InvalidParameterCombination",
        "The parameter MaxResults cannot be used with the parameter that lists ids",
      );
    found = query.ids.map((id) => {
      const item = items.find((i) => kind.id(i) === id);
      if (!item) throw kind.missing(id);
      return item;
    });
  }
  if (query.max !== undefined && (query.max < 5 || query.max > 1000)) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value ( ${query.max} ) for parameter maxResults is invalid. Expecting a value ${query.max < 5 ? "greater than or equal to 5" : "less than or equal to 1000"}.`,
    );
  }
  const visible = (item: T): Tags => {
    const record = region.ec2.tags.get(kind.id(item));
    return record && Date.now() >= record.visibleAt ? record.tags : new Map<string, string>();
  };
  const p = page(
    filtered(found, query.filters, kind.filters, visible),
    query.token,
    query.max ?? 1000,
    () => new ApiError("InvalidNextToken", "The token is invalid."),
  );
  return { items: p.items.map((i) => ({ ...i, Tags: upperTags(visible(i)) })), next: p.next };
}

const zones = (region: Region): AvailabilityZone[] =>
  zonesOf(region).map((z) => ({
    ZoneName: z.name,
    ZoneId: z.id,
    RegionName: region.name,
    State: "available",
    OptInStatus: "opt-in-not-required",
    ZoneType: "availability-zone",
    GroupName: `${region.name}-zg-1`,
    NetworkBorderGroup: region.name,
    Messages: [],
  }));

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

const typeOfId = (id: string): string => RESOURCE[id.split("-")[0] ?? ""] ?? "unknown";

export const describeOperations = (world: SandboxState): Table<DescribeOperations> => ({
  DescribeVpcs: {
    supports: "Filters VpcIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        [...region.ec2.vpcs.values()],
        {
          id: (v) => v.VpcId ?? "",
          missing: notFound("InvalidVpcID.NotFound", "vpc ID"),
          filters: {
            "vpc-id": (v) => v.VpcId,
            "is-default": (v) => v.IsDefault,
            isDefault: (v) => v.IsDefault,
            cidr: (v) => v.CidrBlock,
            "cidr-block": (v) => v.CidrBlock,
            state: (v) => v.State,
            "owner-id": (v) => v.OwnerId,
          },
        },
        { ids: input.VpcIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { Vpcs: r.items, NextToken: r.next };
    },
  },
  DescribeSubnets: {
    supports: "Filters SubnetIds NextToken MaxResults",
    run: (input, { region }) => {
      const subnets = [...region.ec2.subnets.values()].map((s) => ({
        ...s,
        AvailableIpAddressCount: freeAddresses(region, s),
      }));
      const r = read(
        region,
        subnets,
        {
          id: (s) => s.SubnetId ?? "",
          missing: notFound("InvalidSubnetID.NotFound", "subnet ID"),
          filters: {
            "vpc-id": (s) => s.VpcId,
            "subnet-id": (s) => s.SubnetId,
            "default-for-az": (s) => s.DefaultForAz,
            defaultForAz: (s) => s.DefaultForAz,
            state: (s) => s.State,
            "availability-zone": (s) => s.AvailabilityZone,
            availabilityZone: (s) => s.AvailabilityZone,
            "availability-zone-id": (s) => s.AvailabilityZoneId,
            "cidr-block": (s) => s.CidrBlock,
            "map-public-ip-on-launch": (s) => s.MapPublicIpOnLaunch,
            "owner-id": (s) => s.OwnerId,
          },
        },
        { ids: input.SubnetIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { Subnets: r.items, NextToken: r.next };
    },
  },
  DescribeRouteTables: {
    supports: "Filters RouteTableIds NextToken MaxResults",
    run: (input, { region }) => {
      if (input.MaxResults !== undefined && input.MaxResults > 100)
        throw new ApiError(
          "InvalidParameterValue",
          `Value ( ${input.MaxResults} ) for parameter maxResults is invalid. Expecting a value less than or equal to 100.`,
        );
      const r = read(
        region,
        [...region.ec2.routeTables.values()],
        {
          id: (t) => t.RouteTableId ?? "",
          missing: notFound("InvalidRouteTableID.NotFound", "routeTable ID"),
          filters: {
            "vpc-id": (t) => t.VpcId,
            "route-table-id": (t) => t.RouteTableId,
            "association.subnet-id": (t) => t.Associations?.map((a) => a.SubnetId),
            "association.main": (t) => t.Associations?.map((a) => a.Main),
            "association.route-table-id": (t) => t.RouteTableId,
            "route.gateway-id": (t) => t.Routes?.map((x) => x.GatewayId),
            "route.nat-gateway-id": (t) => t.Routes?.map((x) => x.NatGatewayId),
            "route.destination-cidr-block": (t) => t.Routes?.map((x) => x.DestinationCidrBlock),
            "owner-id": (t) => t.OwnerId,
          },
        },
        { ids: input.RouteTableIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { RouteTables: r.items, NextToken: r.next };
    },
  },
  DescribeAvailabilityZones: {
    supports: "Filters ZoneNames ZoneIds AllAvailabilityZones",
    run: (input, { region }) => {
      const all = zones(region).filter(
        (z) =>
          (!input.ZoneNames?.length || input.ZoneNames.includes(z.ZoneName ?? "")) &&
          (!input.ZoneIds?.length || input.ZoneIds.includes(z.ZoneId ?? "")),
      );
      for (const name of input.ZoneNames ?? []) {
        if (!all.some((z) => z.ZoneName === name))
          throw new ApiError("InvalidParameterValue", `Invalid availability zone: [${name}]`);
      }
      const table: Filters<AvailabilityZone> = {
        "zone-name": (z) => z.ZoneName,
        "zone-id": (z) => z.ZoneId,
        state: (z) => z.State,
        "region-name": (z) => z.RegionName,
        "zone-type": (z) => z.ZoneType,
        "opt-in-status": (z) => z.OptInStatus,
        "group-name": (z) => z.GroupName,
      };
      return { AvailabilityZones: filtered(all, input.Filters, table, () => new Map()) };
    },
  },
  DescribeInternetGateways: {
    supports: "Filters InternetGatewayIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        [...region.ec2.internetGateways.values()],
        {
          id: (g) => g.InternetGatewayId ?? "",
          missing: notFound("InvalidInternetGatewayID.NotFound", "internetGateway ID"),
          filters: {
            "attachment.vpc-id": (g) => g.Attachments?.map((a) => a.VpcId),
            "attachment.state": (g) => g.Attachments?.map((a) => a.State),
            "internet-gateway-id": (g) => g.InternetGatewayId,
            "owner-id": (g) => g.OwnerId,
          },
        },
        { ids: input.InternetGatewayIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { InternetGateways: r.items, NextToken: r.next };
    },
  },
  DescribeNatGateways: {
    supports: "Filter NatGatewayIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        [...region.ec2.natGateways.values()],
        {
          id: (g) => g.NatGatewayId ?? "",
          missing: (id) => new ApiError("NatGatewayNotFound", `NatGateway ${id} was not found`),
          filters: {
            "vpc-id": (g) => g.VpcId,
            "subnet-id": (g) => g.SubnetId,
            state: (g) => g.State,
            "nat-gateway-id": (g) => g.NatGatewayId,
          },
        },
        { ids: input.NatGatewayIds, filters: input.Filter, token: input.NextToken, max: input.MaxResults },
      );
      return { NatGateways: r.items, NextToken: r.next };
    },
  },
  DescribeAccountAttributes: {
    supports: "AttributeNames",
    run: (input, { region }) => {
      const vpc = [...region.ec2.vpcs.values()].find((v) => v.IsDefault)?.VpcId ?? "none";
      const all: Readonly<Record<string, string>> = {
        "supported-platforms": "VPC",
        "vpc-max-security-groups-per-interface": "5",
        "max-elastic-ips": "5",
        "max-instances": "20",
        "vpc-max-elastic-ips": "5",
        "default-vpc": vpc,
      };
      const names = input.AttributeNames?.length ? input.AttributeNames : Object.keys(all);
      return {
        AccountAttributes: names.map((n) => ({
          AttributeName: n,
          AttributeValues: [{ AttributeValue: all[n] ?? "" }],
        })),
      };
    },
  },
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
