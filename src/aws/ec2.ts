import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  paginateDescribeManagedPrefixLists,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
  type Route,
  type RouteTable,
  type SecurityGroup as SdkSecurityGroup,
  type Subnet as SdkSubnet,
} from "@aws-sdk/client-ec2";
import { coverage } from "../core/base/cidr";
import { isCancelled } from "../core/base/errors";
import { ruleMark } from "../core/base/ruleMark";
import type { SecurityGroupFacts, SubnetFacts } from "../core/ports/inspection";
import type { Ec2Port, IngressRule, SecurityGroup, SecurityGroupRule, Subnet } from "../core/ports/cloud";
import { publicAccess } from "./publicAccess";
import { fromUpper, undefinedOn, upperTags, type Caller } from "./session";

const filter = (Name: string, ...Values: string[]) => ({ Name, Values });

/** Where a route table sends the rest of the world, also by several routes. A blackhole is no way out. */
export function egressOf(table: RouteTable | undefined): Subnet["egress"] {
  const routes = (table?.Routes ?? []).filter(
    ({ GatewayId, State, VpcPeeringConnectionId }) =>
      // The VPC itself, gateway endpoints and the VPC beyond a peering are not the world.
      State !== "blackhole" && GatewayId !== "local" && !GatewayId?.startsWith("vpce-") && !VpcPeeringConnectionId,
  );
  const reach = (some: readonly Route[]) =>
    coverage(
      some.flatMap(({ DestinationCidrBlock }) => DestinationCidrBlock ?? []),
      "0.0.0.0/0",
    );
  if (reach(routes.filter(({ GatewayId }) => GatewayId?.startsWith("igw-"))) === "all") return "internet";
  if (reach(routes.filter(({ GatewayId, NatGatewayId }) => NatGatewayId ?? GatewayId?.startsWith("igw-"))) === "all")
    return "nat";
  const leads = routes.some(
    ({ DestinationCidrBlock, DestinationPrefixListId }) =>
      DestinationCidrBlock !== undefined || DestinationPrefixListId !== undefined,
  );
  return leads ? "unknown" : "none";
}

/** The sources whose rule Slipway made. */
function markedIn({ IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] }: IpPermission): { marked?: string[] } {
  const sources = [
    ...IpRanges.map(({ CidrIp, Description }) => [CidrIp, Description] as const),
    ...Ipv6Ranges.map(({ CidrIpv6, Description }) => [CidrIpv6, Description] as const),
    ...PrefixListIds.map(({ PrefixListId, Description }) => [PrefixListId, Description] as const),
  ];
  const marked = sources.flatMap(([source, description]) => (description === ruleMark ? [source ?? ""] : []));
  return marked.length ? { marked } : {};
}

const rulesFrom = (permissions: readonly IpPermission[] | undefined): SecurityGroupRule[] =>
  (permissions ?? []).map((permission) => ({
    protocol: permission.IpProtocol ?? "-1",
    fromPort: permission.FromPort ?? 0,
    toPort: permission.ToPort ?? 65535,
    cidrs: [
      ...(permission.IpRanges ?? []).map((range) => range.CidrIp ?? ""),
      ...(permission.Ipv6Ranges ?? []).map((range) => range.CidrIpv6 ?? ""),
    ],
    ...(permission.PrefixListIds?.length
      ? { prefixLists: permission.PrefixListIds.map((list) => list.PrefixListId ?? "") }
      : {}),
    groups: (permission.UserIdGroupPairs ?? []).map((pair) => pair.GroupId ?? ""),
    ...markedIn(permission),
  }));

const groupFrom = (found: SdkSecurityGroup): SecurityGroup => ({
  id: found.GroupId ?? "",
  name: found.GroupName ?? "",
  vpc: found.VpcId ?? "",
  ingress: rulesFrom(found.IpPermissions),
  tags: fromUpper(found.Tags),
});

/** A security group with both directions. */
export const groupFactsFrom = (found: SdkSecurityGroup): SecurityGroupFacts => ({
  ...groupFrom(found),
  egress: rulesFrom(found.IpPermissionsEgress),
});

/** A subnet's own association wins over the VPC's main table. */
const tableOf = (subnet: SdkSubnet, tables: readonly RouteTable[] | undefined): RouteTable | undefined =>
  tables?.find((table) => table.Associations?.some((association) => association.SubnetId === subnet.SubnetId)) ??
  tables?.find((table) => table.Associations?.some((association) => association.Main));

/**
 * Every subnet of a VPC, with what its way out is made of.
 * @param blocks whether VPC Block Public Access is read as well: one call more
 */
export async function subnetsOf(caller: Caller, vpc: string, blocks: boolean): Promise<SubnetFacts[]> {
  const { ec2 } = caller.session;
  const within = [filter("vpc-id", vpc)];
  const [blockOf, { Subnets }, { RouteTables }] = await Promise.all([
    blocks ? publicAccess(caller) : undefined,
    caller.send(ec2, new DescribeSubnetsCommand({ Filters: within })),
    caller.send(ec2, new DescribeRouteTablesCommand({ Filters: within })),
  ]);
  const natStates = new Map<string, Promise<string>>();
  return Promise.all(
    (Subnets ?? []).map(async (subnet) => {
      const table = tableOf(subnet, RouteTables);
      const route = table?.Routes?.find((item) => item.DestinationCidrBlock === "0.0.0.0/0");
      const nat = route?.NatGatewayId;
      if (nat !== undefined && !natStates.has(nat)) natStates.set(nat, natState(caller, nat));
      const plain = subnetFrom(subnet, table);
      const blocked = blockOf?.({ ...plain, vpc });
      return {
        ...plain,
        ...(blocked ? { blocked } : {}),
        vpc,
        blackhole: route?.State === "blackhole",
        ...(table?.RouteTableId === undefined ? {} : { routeTable: table.RouteTableId }),
        ...(nat === undefined ? {} : { natState: (await natStates.get(nat)) ?? "" }),
      };
    }),
  );
}

/** Whoever may not see NAT gateways takes them for ones that work. */
async function natState(caller: Caller, id: string): Promise<string> {
  try {
    const answer = await undefinedOn(
      /^NatGatewayNotFound/,
      caller.send(caller.session.ec2, new DescribeNatGatewaysCommand({ NatGatewayIds: [id] })),
    );
    return answer?.NatGateways?.[0]?.State ?? "gone";
  } catch (error) {
    if (isCancelled(error)) throw error;
    return "available";
  }
}

const subnetFrom = (subnet: SdkSubnet, table: RouteTable | undefined): Subnet => ({
  id: subnet.SubnetId ?? "",
  zone: subnet.AvailabilityZone ?? "",
  zoneId: subnet.AvailabilityZoneId ?? "",
  freeAddresses: subnet.AvailableIpAddressCount ?? 0,
  defaultForZone: subnet.DefaultForAz ?? false,
  cidr: subnet.CidrBlock ?? "",
  ...(subnet.OutpostArn === undefined ? {} : { onOutpost: true }),
  egress: egressOf(table),
});

/** @param mark what each rule says of itself; nothing where one is to be found, which goes by its source alone */
function permissionOf(rule: IngressRule, mark?: string): IpPermission {
  const cidrs = rule.cidrs ?? [];
  const four = cidrs.filter((cidr) => !cidr.includes(":"));
  const six = cidrs.filter((cidr) => cidr.includes(":"));
  const lists = rule.prefixLists ?? [];
  const says = mark === undefined ? {} : { Description: mark };
  return {
    IpProtocol: "tcp",
    FromPort: rule.port,
    ToPort: rule.port,
    ...(four.length ? { IpRanges: four.map((CidrIp) => ({ CidrIp, ...says })) } : {}),
    ...(six.length ? { Ipv6Ranges: six.map((CidrIpv6) => ({ CidrIpv6, ...says })) } : {}),
    ...(lists.length ? { PrefixListIds: lists.map((PrefixListId) => ({ PrefixListId, ...says })) } : {}),
    ...(rule.fromGroup === undefined ? {} : { UserIdGroupPairs: [{ GroupId: rule.fromGroup }] }),
  };
}

/** The parts of Amazon EC2 that a network is made of. */
export function ec2Port(caller: Caller): Ec2Port {
  const { ec2 } = caller.session;
  const vpcFrom = (found: {
    VpcId?: string | undefined;
    IsDefault?: boolean | undefined;
    CidrBlock?: string | undefined;
    Tags?: { Key?: string | undefined; Value?: string | undefined }[] | undefined;
  }) => {
    const name = fromUpper(found.Tags)["Name"];
    return {
      id: found.VpcId ?? "",
      isDefault: found.IsDefault ?? false,
      cidr: found.CidrBlock ?? "",
      ...(name === undefined ? {} : { name }),
    };
  };
  return {
    async findVpc(id) {
      const answer = await undefinedOn(
        /^InvalidVpcID/,
        caller.send(
          ec2,
          new DescribeVpcsCommand(id === undefined ? { Filters: [filter("is-default", "true")] } : { VpcIds: [id] }),
        ),
      );
      const found = answer?.Vpcs?.[0];
      return found ? vpcFrom(found) : undefined;
    },
    async listVpcs() {
      const { Vpcs } = await caller.send(ec2, new DescribeVpcsCommand({}));
      return (Vpcs ?? []).map(vpcFrom);
    },
    listSubnets: (vpc, options) => subnetsOf(caller, vpc, options?.blocks ?? false),
    async findSecurityGroups(vpc, names) {
      if (names.length === 0) return [];
      const { SecurityGroups } = await caller.send(
        ec2,
        new DescribeSecurityGroupsCommand({ Filters: [filter("vpc-id", vpc), filter("group-name", ...names)] }),
      );
      return (SecurityGroups ?? []).map(groupFactsFrom);
    },
    async findSecurityGroup(vpc, name) {
      const { SecurityGroups } = await caller.send(
        ec2,
        new DescribeSecurityGroupsCommand({ Filters: [filter("vpc-id", vpc), filter("group-name", name)] }),
      );
      const found = SecurityGroups?.[0];
      return found ? groupFrom(found) : undefined;
    },
    async findSecurityGroupById(id) {
      const answer = await undefinedOn(
        /^InvalidGroup/,
        caller.send(ec2, new DescribeSecurityGroupsCommand({ GroupIds: [id] })),
      );
      const found = answer?.SecurityGroups?.[0];
      return found ? groupFrom(found) : undefined;
    },
    async createSecurityGroup({ name, description, vpc, tags }) {
      const { GroupId } = await caller.send(
        ec2,
        new CreateSecurityGroupCommand({
          GroupName: name,
          Description: description,
          VpcId: vpc,
          TagSpecifications: [{ ResourceType: "security-group", Tags: upperTags(tags) }],
        }),
      );
      return { id: GroupId ?? "", name, vpc, ingress: [], tags };
    },
    async allowIngress(group, rule) {
      await caller.send(
        ec2,
        new AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [permissionOf(rule, ruleMark)] }),
      );
    },
    async revokeIngress(group, rule) {
      await caller.send(
        ec2,
        new RevokeSecurityGroupIngressCommand({ GroupId: group, IpPermissions: [permissionOf(rule)] }),
      );
    },
    async deleteSecurityGroup(id) {
      await caller.send(ec2, new DeleteSecurityGroupCommand({ GroupId: id }));
    },
    async prefixLists({ ids, names }) {
      const by = async (name: string, values: readonly string[]) =>
        values.length === 0
          ? []
          : caller.all(
              paginateDescribeManagedPrefixLists,
              ec2,
              { Filters: [filter(name, ...values)] },
              ({ PrefixLists }) => PrefixLists,
            );
      const found = await Promise.all([by("prefix-list-id", ids), by("prefix-list-name", names)]);
      return found.flat().map(({ PrefixListId = "", PrefixListName = "", MaxEntries = 1 }) => ({
        id: PrefixListId,
        name: PrefixListName,
        weight: MaxEntries,
      }));
    },
    async publicAddress(networkInterface) {
      const answer = await undefinedOn(
        /^InvalidNetworkInterface/,
        caller.send(ec2, new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [networkInterface] })),
      );
      return answer?.NetworkInterfaces?.[0]?.Association?.PublicIp;
    },
    async countInterfaces(description) {
      const { NetworkInterfaces } = await caller.send(
        ec2,
        new DescribeNetworkInterfacesCommand({ Filters: [filter("description", description)] }),
      );
      return NetworkInterfaces?.length ?? 0;
    },
  };
}
