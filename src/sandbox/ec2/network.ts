/** Networks as other services see them: the default VPC, interfaces and their addresses. */
import { hex } from "../ids";
import type { NetworkInterface, Subnet, Tag, Vpc } from "../model/ec2.types";
import type { GroupRecord, Tags } from "../states";
import { tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { rangeOf, toAddress, toNumber } from "./cidr";

/** The zones of a region; the last one has no Fargate, as some zones on AWS. */
export function zonesOf(region: Region): { name: string; id: string }[] {
  const [a = "us", b = "east", n = "1"] = region.name.split("-");
  const short = `${a}${b.replace(/^(north|south)?(east|west)?.*$/, (_, ns: string = "", ew: string = "") => (ns ? ns.charAt(0) : "") + (ew ? ew.charAt(0) : "") || b.charAt(0))}${n}`;
  return ["a", "b", "c"].map((letter, i) => ({
    name: `${region.name}${letter}`,
    id: `${short}-az${[2, 4, 6][i] ?? i}`,
  }));
}

/** An id such as vpc-0123456789abcdef0. */
export const ec2Id = (prefix: string): string => `${prefix}-0${hex(16)}`;

/** Stores the tags of a creating call and gives them as a list. */
export function storeTags(
  region: Region,
  id: string,
  specs: readonly { ResourceType?: string; Tags?: Tag[] }[] | undefined,
): Tag[] {
  const tags = new Map((specs ?? []).flatMap((s) => [...tagsFrom(s.Tags)]));
  if (tags.size > 0) region.ec2.tags.set(id, { tags, visibleAt: 0 });
  return upperTags(tags);
}

export function tagsOf(region: Region, id: string): Tags {
  return region.ec2.tags.get(id)?.tags ?? new Map();
}

function addDefaultGroup(world: SandboxState, region: Region, vpcId: string): GroupRecord {
  const record = newGroup(world, region, vpcId, "default", "default VPC security group");
  const ruleId = ec2Id("sgr");
  const groupId = record.group.GroupId ?? "";
  record.rules.set(ruleId, {
    SecurityGroupRuleId: ruleId,
    GroupId: groupId,
    GroupOwnerId: world.account,
    IsEgress: false,
    IpProtocol: "-1",
    FromPort: -1,
    ToPort: -1,
    ReferencedGroupInfo: { GroupId: groupId, UserId: world.account },
  });
  return record;
}

/** A group with AWS's default egress rule (everything). */
export function newGroup(
  world: SandboxState,
  region: Region,
  vpcId: string,
  name: string,
  description: string,
): GroupRecord {
  const id = ec2Id("sg");
  const lag = name === "default" ? 0 : world.lag("group");
  const record: GroupRecord = {
    group: {
      GroupId: id,
      GroupName: name,
      Description: description,
      VpcId: vpcId,
      OwnerId: world.account,
      SecurityGroupArn: region.arn("ec2", `security-group/${id}`),
    },
    rules: new Map(),
    visibleAt: Date.now() + lag,
  };
  const ruleId = ec2Id("sgr");
  record.rules.set(ruleId, {
    SecurityGroupRuleId: ruleId,
    GroupId: id,
    GroupOwnerId: world.account,
    IsEgress: true,
    IpProtocol: "-1",
    FromPort: -1,
    ToPort: -1,
    CidrIpv4: "0.0.0.0/0",
    SecurityGroupRuleArn: region.arn("ec2", `security-group-rule/${ruleId}`),
  });
  region.ec2.groups.set(id, record);
  return record;
}

/** A VPC with its main route table and default group. */
export function addVpc(world: SandboxState, region: Region, cidr: string, isDefault: boolean): Vpc {
  const id = ec2Id("vpc");
  const vpc: Vpc = {
    VpcId: id,
    CidrBlock: cidr,
    State: "available",
    IsDefault: isDefault,
    OwnerId: world.account,
    InstanceTenancy: "default",
    DhcpOptionsId: ec2Id("dopt"),
    CidrBlockAssociationSet: [
      { AssociationId: ec2Id("vpc-cidr-assoc"), CidrBlock: cidr, CidrBlockState: { State: "associated" } },
    ],
  };
  region.ec2.vpcs.set(id, vpc);
  region.ec2.dns.set(id, { hostnames: isDefault, support: true });
  const tableId = ec2Id("rtb");
  region.ec2.routeTables.set(tableId, {
    RouteTableId: tableId,
    VpcId: id,
    OwnerId: world.account,
    PropagatingVgws: [],
    Associations: [
      {
        Main: true,
        RouteTableAssociationId: ec2Id("rtbassoc"),
        RouteTableId: tableId,
        AssociationState: { State: "associated" },
      },
    ],
    Routes: [{ DestinationCidrBlock: cidr, GatewayId: "local", Origin: "CreateRouteTable", State: "active" }],
  });
  addDefaultGroup(world, region, id);
  return vpc;
}

export function addSubnet(
  world: SandboxState,
  region: Region,
  vpc: Vpc,
  cidr: string,
  zone: { name: string; id: string },
  isDefault: boolean,
): Subnet {
  const id = ec2Id("subnet");
  const subnet: Subnet = {
    SubnetId: id,
    VpcId: vpc.VpcId,
    CidrBlock: cidr,
    State: "available",
    AvailabilityZone: zone.name,
    AvailabilityZoneId: zone.id,
    OwnerId: world.account,
    DefaultForAz: isDefault,
    MapPublicIpOnLaunch: isDefault,
    AssignIpv6AddressOnCreation: false,
    MapCustomerOwnedIpOnLaunch: false,
    EnableDns64: false,
    Ipv6Native: false,
    Ipv6CidrBlockAssociationSet: [],
    SubnetArn: region.arn("ec2", `subnet/${id}`),
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: "ip-name",
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
  };
  region.ec2.subnets.set(id, subnet);
  return subnet;
}

/** The network that a new account has: 172.31.0.0/16, three public subnets, an internet gateway. */
export function addDefaultVpc(world: SandboxState, region: Region): Vpc {
  const vpc = addVpc(world, region, "172.31.0.0/16", true);
  const gatewayId = ec2Id("igw");
  region.ec2.internetGateways.set(gatewayId, {
    InternetGatewayId: gatewayId,
    OwnerId: world.account,
    Attachments: [{ State: "available", VpcId: vpc.VpcId }],
  });
  const main = [...region.ec2.routeTables.values()].find((t) => t.VpcId === vpc.VpcId);
  main?.Routes?.push({
    DestinationCidrBlock: "0.0.0.0/0",
    GatewayId: gatewayId,
    Origin: "CreateRoute",
    State: "active",
  });
  zonesOf(region).forEach((zone, i) => addSubnet(world, region, vpc, `172.31.${i * 16}.0/20`, zone, true));
  return vpc;
}

/** The addresses of a subnet that are taken; AWS reserves the first four and the last. */
function takenIn(region: Region, subnetId: string): Set<string> {
  return new Set(
    [...region.ec2.interfaces.values()].filter((i) => i.SubnetId === subnetId).map((i) => i.PrivateIpAddress ?? ""),
  );
}

/** How many addresses of the subnet are free. */
export function freeAddresses(region: Region, subnet: Subnet): number {
  const size = rangeOf(subnet.CidrBlock ?? "")?.size ?? 0;
  return Math.max(0, size - 5 - takenIn(region, subnet.SubnetId ?? "").size);
}

/** A new interface with the lowest free address; throws InsufficientFreeAddressesInSubnet. */
export function addInterface(
  world: SandboxState,
  region: Region,
  subnet: Subnet,
  groups: readonly string[],
  description: string,
  publicIp: boolean,
  type = "interface",
): NetworkInterface {
  const subnetId = subnet.SubnetId ?? "";
  const range = rangeOf(subnet.CidrBlock ?? "");
  const taken = takenIn(region, subnetId);
  let address: string | undefined;
  for (let n = (range?.first ?? 0) + 4; range && n < range.first + range.size - 1; n++) {
    if (!taken.has(toAddress(n))) {
      address = toAddress(n);
      break;
    }
  }
  if (!address || world.faultFires("no-addresses", subnetId)) {
    throw new ApiError(
      "InsufficientFreeAddressesInSubnet",
      `The specified subnet does not have enough free addresses to satisfy the request.`,
    );
  }
  const id = ec2Id("eni");
  const mac = `0a:${(hex(10).match(/../g) ?? []).join(":")}`;
  const n = toNumber(address) ?? 0;
  const pub = `52.${40 + ((n >>> 16) % 200)}.${(n >>> 8) % 256}.${n % 256}`;
  const eni: NetworkInterface = {
    NetworkInterfaceId: id,
    SubnetId: subnetId,
    VpcId: subnet.VpcId,
    AvailabilityZone: subnet.AvailabilityZone,
    AvailabilityZoneId: subnet.AvailabilityZoneId,
    Description: description,
    Groups: groups.map((g) => ({ GroupId: g, GroupName: region.ec2.groups.get(g)?.group.GroupName })),
    InterfaceType: type,
    MacAddress: mac,
    OwnerId: world.account,
    PrivateDnsName: `ip-${address.replaceAll(".", "-")}.ec2.internal`,
    PrivateIpAddress: address,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: address }],
    RequesterManaged: true,
    SourceDestCheck: true,
    Status: "in-use",
    TagSet: [],
    Ipv6Addresses: [],
    Attachment: {
      AttachmentId: ec2Id("ela-attach"),
      AttachTime: new Date(),
      DeleteOnTermination: false,
      DeviceIndex: 1,
      InstanceOwnerId: "amazon-aws",
      Status: "attached",
    },
    ...(publicIp
      ? {
          Association: {
            IpOwnerId: "amazon",
            PublicIp: pub,
            PublicDnsName: `ec2-${pub.replaceAll(".", "-")}.compute-1.amazonaws.com`,
          },
        }
      : {}),
  };
  region.ec2.interfaces.set(id, eni);
  return eni;
}
