/** EC2: making and removing networks: VPCs, subnets, routes, gateways, endpoints. */
import { hex } from "../ids";
import type { Ec2Operations, RouteTable, Subnet, Vpc, VpcEndpoint } from "../model/ec2.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { overlaps, rangeOf } from "./cidr";
import { groupOf } from "./groups";
import { addDefaultVpc, addInterface, addSubnet, addVpc, ec2Id, storeTags, zonesOf } from "./network";

type Operations = Pick<
  Ec2Operations,
  | "CreateVpcEndpoint"
  | "DeleteVpcEndpoints"
  | "CreateDefaultVpc"
  | "CreateVpc"
  | "DeleteVpc"
  | "DescribeVpcAttribute"
  | "ModifyVpcAttribute"
  | "CreateSubnet"
  | "DeleteSubnet"
  | "ModifySubnetAttribute"
  | "CreateRouteTable"
  | "DeleteRouteTable"
  | "AssociateRouteTable"
  | "DisassociateRouteTable"
  | "CreateRoute"
  | "DeleteRoute"
  | "CreateInternetGateway"
  | "AttachInternetGateway"
  | "DetachInternetGateway"
  | "DeleteInternetGateway"
  | "CreateNatGateway"
  | "DeleteNatGateway"
  | "AllocateAddress"
  | "ReleaseAddress"
>;

const NAT_MS = 100_000;
const ENDPOINT_MS = 60_000;

const lost = (code: string, what: string, id: string): ApiError =>
  new ApiError(code, `The ${what} '${id}' does not exist`);
const dependency = (what: string, id: string): ApiError =>
  new ApiError("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted.`);

function vpcOf(region: Region, id: string): Vpc {
  const vpc = region.ec2.vpcs.get(id);
  if (!vpc) throw lost("InvalidVpcID.NotFound", "vpc ID", id);
  return vpc;
}

function subnetOf(region: Region, id: string): Subnet {
  const subnet = region.ec2.subnets.get(id);
  if (!subnet) throw lost("InvalidSubnetID.NotFound", "subnet ID", id);
  return subnet;
}

function tableOf(region: Region, id: string): RouteTable {
  const table = region.ec2.routeTables.get(id);
  if (!table) throw lost("InvalidRouteTableID.NotFound", "routeTable ID", id);
  return table;
}

function checkBlock(cidr: string | undefined): string {
  const size = rangeOf(cidr ?? "")?.size ?? 0;
  if (cidr === undefined || size < 16 || size > 65536)
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${cidr ?? ""}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  return cidr;
}

const inSubnet = (region: Region, id: string): boolean =>
  [...region.ec2.interfaces.values()].some((i) => i.SubnetId === id);

function deleteVpc(region: Region, id: string): void {
  vpcOf(region, id);
  const e = region.ec2;
  const busy =
    [...e.subnets.values()].some((s) => s.VpcId === id) ||
    [...e.internetGateways.values()].some((g) => g.Attachments?.some((a) => a.VpcId === id)) ||
    [...e.groups.values()].some((g) => g.group.VpcId === id && g.group.GroupName !== "default") ||
    [...e.routeTables.values()].some((t) => t.VpcId === id && !t.Associations?.some((a) => a.Main));
  if (busy) throw dependency("vpc", id);
  for (const [key, t] of e.routeTables) if (t.VpcId === id) e.routeTables.delete(key);
  for (const [key, g] of e.groups) if (g.group.VpcId === id) e.groups.delete(key);
  e.vpcs.delete(id);
}

function makeEndpoint(
  world: SandboxState,
  region: Region,
  input: Ec2Operations["CreateVpcEndpoint"]["input"],
): VpcEndpoint {
  const vpc = vpcOf(region, input.VpcId);
  const service = input.ServiceName ?? "";
  if (!/^com\.amazonaws\.[a-z0-9-]+\.[a-z0-9.-]+$/.test(service))
    throw new ApiError("InvalidServiceName", `The Vpc Endpoint Service '${service}' does not exist`);
  const type = input.VpcEndpointType ?? "Gateway";
  if (!["Gateway", "Interface"].includes(type))
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement ec2 CreateVpcEndpoint of type '${type}'.`,
      501,
    );
  for (const id of input.RouteTableIds ?? []) tableOf(region, id);
  const subnets = (input.SubnetIds ?? []).map((id) => subnetOf(region, id));
  const groups = input.SecurityGroupIds?.length
    ? input.SecurityGroupIds
    : [...region.ec2.groups.values()]
        .filter((g) => g.group.VpcId === input.VpcId && g.group.GroupName === "default")
        .map((g) => g.group.GroupId ?? "");
  for (const id of input.SecurityGroupIds ?? []) groupOf(region, id);
  const privateDns = type === "Interface" ? (input.PrivateDnsEnabled ?? true) : false;
  const dns = region.ec2.dns.get(input.VpcId);
  if (privateDns && !(dns?.hostnames && dns.support))
    throw new ApiError(
      "InvalidParameter",
      "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for " +
        input.VpcId,
    );
  const id = ec2Id("vpce");
  const endpoint: VpcEndpoint = {
    VpcEndpointId: id,
    VpcEndpointType: type,
    VpcId: vpc.VpcId,
    ServiceName: service,
    State: type === "Gateway" ? "available" : "pending",
    PolicyDocument: input.PolicyDocument,
    RouteTableIds: input.RouteTableIds ?? [],
    SubnetIds: input.SubnetIds ?? [],
    Groups:
      type === "Interface"
        ? groups.map((GroupId) => ({ GroupId, GroupName: region.ec2.groups.get(GroupId)?.group.GroupName }))
        : [],
    PrivateDnsEnabled: privateDns,
    NetworkInterfaceIds:
      type === "Interface"
        ? subnets.map(
            (s) =>
              addInterface(world, region, s, groups, `VPC Endpoint Interface ${id}`, false, "vpc_endpoint")
                .NetworkInterfaceId ?? "",
          )
        : [],
    CreationTimestamp: new Date(),
    OwnerId: region.account,
    Tags: storeTags(region, id, input.TagSpecifications),
  };
  region.ec2.endpoints.set(id, endpoint);
  if (type === "Interface")
    world.background(
      "endpoint",
      world.work("vpc-endpoint", id, ENDPOINT_MS).then(() => {
        endpoint.State = "available";
      }),
    );
  return endpoint;
}

function target(
  input: { GatewayId?: string; NatGatewayId?: string; TransitGatewayId?: string; NetworkInterfaceId?: string },
  region: Region,
): Record<string, string> {
  if (input.GatewayId) {
    if (!region.ec2.internetGateways.has(input.GatewayId))
      throw lost("InvalidGatewayID.NotFound", "gateway ID", input.GatewayId);
    return { GatewayId: input.GatewayId };
  }
  if (input.NatGatewayId) {
    if (!region.ec2.natGateways.has(input.NatGatewayId))
      throw lost("InvalidNatGatewayID.NotFound", "natGateway ID", input.NatGatewayId);
    return { NatGatewayId: input.NatGatewayId };
  }
  throw new ApiError(
    "MissingParameter",
    "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId or transitGatewayId",
  );
}

export const buildOperations = (world: SandboxState): Table<Operations> => ({
  CreateDefaultVpc: {
    supports: "",
    run: (_input, { region }) => {
      if ([...region.ec2.vpcs.values()].some((v) => v.IsDefault))
        throw new ApiError("DefaultVpcAlreadyExists", "A Default VPC already exists for this account in this region.");
      return { Vpc: addDefaultVpc(world, region) };
    },
  },
  CreateVpc: {
    supports: "CidrBlock InstanceTenancy TagSpecifications",
    run: (input, { region }) => {
      const vpc = addVpc(world, region, checkBlock(input.CidrBlock), false);
      return { Vpc: { ...vpc, Tags: storeTags(region, vpc.VpcId ?? "", input.TagSpecifications) } };
    },
  },
  DeleteVpc: {
    supports: "VpcId",
    run: (input, { region }) => {
      deleteVpc(region, input.VpcId);
      return {};
    },
  },
  DescribeVpcAttribute: {
    supports: "*",
    run: (input, { region }) => {
      vpcOf(region, input.VpcId);
      const dns = region.ec2.dns.get(input.VpcId);
      if (input.Attribute === "enableDnsHostnames")
        return { VpcId: input.VpcId, EnableDnsHostnames: { Value: dns?.hostnames } };
      return { VpcId: input.VpcId, EnableDnsSupport: { Value: dns?.support } };
    },
  },
  ModifyVpcAttribute: {
    supports: "VpcId EnableDnsHostnames EnableDnsSupport",
    run: (input, { region }) => {
      vpcOf(region, input.VpcId);
      const dns = region.ec2.dns.get(input.VpcId);
      if (dns && input.EnableDnsHostnames?.Value !== undefined) dns.hostnames = input.EnableDnsHostnames.Value;
      if (dns && input.EnableDnsSupport?.Value !== undefined) dns.support = input.EnableDnsSupport.Value;
      return {};
    },
  },
  CreateSubnet: {
    supports: "VpcId CidrBlock AvailabilityZone AvailabilityZoneId TagSpecifications",
    run: (input, { region }) => {
      const vpc = vpcOf(region, input.VpcId);
      const cidr = checkBlock(input.CidrBlock);
      if (!overlaps(cidr, vpc.CidrBlock ?? ""))
        throw new ApiError("InvalidSubnet.Range", `The CIDR '${cidr}' is invalid.`);
      if ([...region.ec2.subnets.values()].some((s) => s.VpcId === input.VpcId && overlaps(s.CidrBlock ?? "", cidr)))
        throw new ApiError("InvalidSubnet.Conflict", `The CIDR '${cidr}' conflicts with another subnet`);
      const zones = zonesOf(region);
      const zone =
        zones.find((z) => z.name === input.AvailabilityZone || z.id === input.AvailabilityZoneId) ??
        (input.AvailabilityZone || input.AvailabilityZoneId ? undefined : zones[0]);
      if (!zone)
        throw new ApiError(
          "InvalidParameterValue",
          `Value (${input.AvailabilityZone ?? input.AvailabilityZoneId ?? ""}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.map((z) => z.name).join(", ")}.`,
        );
      const subnet = addSubnet(world, region, vpc, cidr, zone, false);
      return {
        Subnet: {
          ...subnet,
          AvailableIpAddressCount: (rangeOf(cidr)?.size ?? 0) - 5,
          Tags: storeTags(region, subnet.SubnetId ?? "", input.TagSpecifications),
        },
      };
    },
  },
  DeleteSubnet: {
    supports: "SubnetId",
    run: (input, { region }) => {
      subnetOf(region, input.SubnetId);
      if (inSubnet(region, input.SubnetId)) throw dependency("subnet", input.SubnetId);
      region.ec2.subnets.delete(input.SubnetId);
      for (const t of region.ec2.routeTables.values())
        t.Associations = t.Associations?.filter((a) => a.SubnetId !== input.SubnetId);
      return {};
    },
  },
  ModifySubnetAttribute: {
    supports: "SubnetId MapPublicIpOnLaunch",
    run: (input, { region }) => {
      subnetOf(region, input.SubnetId).MapPublicIpOnLaunch = input.MapPublicIpOnLaunch?.Value;
      return {};
    },
  },
  CreateRouteTable: {
    supports: "VpcId TagSpecifications",
    run: (input, { region }) => {
      const vpc = vpcOf(region, input.VpcId);
      const id = ec2Id("rtb");
      const table: RouteTable = {
        RouteTableId: id,
        VpcId: vpc.VpcId,
        OwnerId: region.account,
        PropagatingVgws: [],
        Associations: [],
        Routes: [
          { DestinationCidrBlock: vpc.CidrBlock, GatewayId: "local", Origin: "CreateRouteTable", State: "active" },
        ],
      };
      region.ec2.routeTables.set(id, table);
      return { RouteTable: { ...table, Tags: storeTags(region, id, input.TagSpecifications) } };
    },
  },
  DeleteRouteTable: {
    supports: "RouteTableId",
    run: (input, { region }) => {
      if (tableOf(region, input.RouteTableId).Associations?.length) throw dependency("routeTable", input.RouteTableId);
      region.ec2.routeTables.delete(input.RouteTableId);
      return {};
    },
  },
  AssociateRouteTable: {
    supports: "RouteTableId SubnetId",
    run: (input, { region }) => {
      const table = tableOf(region, input.RouteTableId);
      subnetOf(region, input.SubnetId ?? "");
      if ([...region.ec2.routeTables.values()].some((t) => t.Associations?.some((a) => a.SubnetId === input.SubnetId)))
        throw new ApiError(
          "Resource.AlreadyAssociated",
          `the specified association for route table ${input.RouteTableId} conflicts with an existing association`,
        );
      const RouteTableAssociationId = ec2Id("rtbassoc");
      table.Associations = [
        ...(table.Associations ?? []),
        {
          Main: false,
          RouteTableAssociationId,
          RouteTableId: input.RouteTableId,
          SubnetId: input.SubnetId,
          AssociationState: { State: "associated" },
        },
      ];
      return { AssociationId: RouteTableAssociationId, AssociationState: { State: "associated" } };
    },
  },
  DisassociateRouteTable: {
    supports: "AssociationId",
    run: (input, { region }) => {
      const table = [...region.ec2.routeTables.values()].find((t) =>
        t.Associations?.some((a) => a.RouteTableAssociationId === input.AssociationId),
      );
      if (!table) throw lost("InvalidAssociationID.NotFound", "association ID", input.AssociationId);
      table.Associations = table.Associations?.filter((a) => a.RouteTableAssociationId !== input.AssociationId);
      return {};
    },
  },
  CreateRoute: {
    supports: "RouteTableId DestinationCidrBlock GatewayId NatGatewayId",
    run: (input, { region }) => {
      const table = tableOf(region, input.RouteTableId);
      const cidr = input.DestinationCidrBlock;
      if (cidr === undefined || !rangeOf(cidr))
        throw new ApiError(
          "InvalidParameterValue",
          `Value (${cidr ?? ""}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
        );
      if (table.Routes?.some((r) => r.DestinationCidrBlock === cidr))
        throw new ApiError("RouteAlreadyExists", `The route identified by ${cidr} already exists.`);
      table.Routes?.push({
        DestinationCidrBlock: cidr,
        ...target(input, region),
        Origin: "CreateRoute",
        State: "active",
      });
      return { Return: true };
    },
  },
  DeleteRoute: {
    supports: "RouteTableId DestinationCidrBlock",
    run: (input, { region }) => {
      const table = tableOf(region, input.RouteTableId);
      if (!table.Routes?.some((r) => r.DestinationCidrBlock === input.DestinationCidrBlock))
        throw new ApiError(
          "InvalidRoute.NotFound",
          `no route with destination-cidr-block ${input.DestinationCidrBlock ?? ""} in route table ${input.RouteTableId}`,
        );
      table.Routes = table.Routes.filter((r) => r.DestinationCidrBlock !== input.DestinationCidrBlock);
      return {};
    },
  },
  CreateInternetGateway: {
    supports: "TagSpecifications",
    run: (input, { region }) => {
      const id = ec2Id("igw");
      const gateway = { InternetGatewayId: id, OwnerId: region.account, Attachments: [] };
      region.ec2.internetGateways.set(id, gateway);
      return { InternetGateway: { ...gateway, Tags: storeTags(region, id, input.TagSpecifications) } };
    },
  },
  AttachInternetGateway: {
    supports: "InternetGatewayId VpcId",
    run: (input, { region }) => {
      const gateway = region.ec2.internetGateways.get(input.InternetGatewayId);
      if (!gateway) throw lost("InvalidInternetGatewayID.NotFound", "internetGateway ID", input.InternetGatewayId);
      vpcOf(region, input.VpcId);
      if (gateway.Attachments?.length)
        throw new ApiError(
          "Resource.AlreadyAssociated",
          `resource ${input.InternetGatewayId} is already attached to network ${gateway.Attachments[0]?.VpcId ?? ""}`,
        );
      gateway.Attachments = [{ State: "available", VpcId: input.VpcId }];
      return {};
    },
  },
  DetachInternetGateway: {
    supports: "InternetGatewayId VpcId",
    run: (input, { region }) => {
      const gateway = region.ec2.internetGateways.get(input.InternetGatewayId);
      if (!gateway) throw lost("InvalidInternetGatewayID.NotFound", "internetGateway ID", input.InternetGatewayId);
      if (!gateway.Attachments?.some((a) => a.VpcId === input.VpcId))
        throw new ApiError(
          "Gateway.NotAttached",
          `resource ${input.InternetGatewayId} is not attached to network ${input.VpcId}`,
        );
      gateway.Attachments = [];
      return {};
    },
  },
  DeleteInternetGateway: {
    supports: "InternetGatewayId",
    run: (input, { region }) => {
      const gateway = region.ec2.internetGateways.get(input.InternetGatewayId);
      if (!gateway) throw lost("InvalidInternetGatewayID.NotFound", "internetGateway ID", input.InternetGatewayId);
      if (gateway.Attachments?.length) throw dependency("internetGateway", input.InternetGatewayId);
      region.ec2.internetGateways.delete(input.InternetGatewayId);
      return {};
    },
  },
  CreateNatGateway: {
    supports: "SubnetId AllocationId ConnectivityType ClientToken TagSpecifications",
    run: (input, { region }) => {
      const subnet = subnetOf(region, input.SubnetId ?? "");
      const type = input.ConnectivityType ?? "public";
      const address = region.ec2.addresses.get(input.AllocationId ?? "");
      if (type === "public" && !address)
        throw input.AllocationId
          ? lost("InvalidAllocationID.NotFound", "allocation ID", input.AllocationId)
          : new ApiError("MissingParameter", "The request must include the AllocationId parameter");
      const id = `nat-0${hex(16)}`;
      const nat = {
        NatGatewayId: id,
        SubnetId: subnet.SubnetId,
        VpcId: subnet.VpcId,
        State: "pending",
        ConnectivityType: type,
        CreateTime: new Date(),
        NatGatewayAddresses: address
          ? [{ AllocationId: address.allocationId, PublicIp: address.publicIp, IsPrimary: true, Status: "succeeded" }]
          : [],
      };
      region.ec2.natGateways.set(id, nat);
      world.background(
        "nat gateway",
        world.work("nat-gateway", id, NAT_MS).then(() => {
          nat.State = "available";
        }),
      );
      return {
        ClientToken: input.ClientToken,
        NatGateway: { ...nat, Tags: storeTags(region, id, input.TagSpecifications) },
      };
    },
  },
  DeleteNatGateway: {
    supports: "NatGatewayId",
    run: (input, { region }) => {
      const nat = region.ec2.natGateways.get(input.NatGatewayId);
      if (!nat) throw new ApiError("NatGatewayNotFound", `The Nat Gateway ${input.NatGatewayId} was not found`);
      nat.State = "deleted";
      nat.DeleteTime = new Date();
      return { NatGatewayId: input.NatGatewayId };
    },
  },
  AllocateAddress: {
    supports: "Domain TagSpecifications",
    run: (input, { region }) => {
      const id = ec2Id("eipalloc");
      const address = { allocationId: id, publicIp: `54.210.${region.ec2.addresses.size % 256}.10` };
      region.ec2.addresses.set(id, address);
      storeTags(region, id, input.TagSpecifications);
      return {
        AllocationId: id,
        PublicIp: address.publicIp,
        Domain: "vpc",
        NetworkBorderGroup: region.name,
        PublicIpv4Pool: "amazon",
      };
    },
  },
  ReleaseAddress: {
    supports: "AllocationId",
    run: (input, { region }) => {
      if (!region.ec2.addresses.delete(input.AllocationId ?? ""))
        throw lost("InvalidAllocationID.NotFound", "allocation ID", input.AllocationId ?? "");
      return {};
    },
  },
  CreateVpcEndpoint: {
    supports:
      "VpcId ServiceName VpcEndpointType RouteTableIds SubnetIds SecurityGroupIds PrivateDnsEnabled PolicyDocument ClientToken TagSpecifications",
    run: (input, { region }) => ({ VpcEndpoint: makeEndpoint(world, region, input) }),
  },
  DeleteVpcEndpoints: {
    supports: "VpcEndpointIds",
    run: (input, { region }) => ({
      Unsuccessful: input.VpcEndpointIds.flatMap((id) => {
        const endpoint = region.ec2.endpoints.get(id);
        if (!endpoint)
          return [
            {
              ResourceId: id,
              Error: { Code: "InvalidVpcEndpointId.NotFound", Message: `The Vpc Endpoint Id '${id}' does not exist` },
            },
          ];
        for (const eni of endpoint.NetworkInterfaceIds ?? []) region.ec2.interfaces.delete(eni);
        region.ec2.endpoints.delete(id);
        return [];
      }),
    }),
  },
});
