/** EC2: making and removing networks: VPCs, subnets, routes, gateways, endpoints. */
import { hex } from "../ids";
import type { Ec2Operations, VpcEndpoint } from "../model/ec2.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { rangeOf } from "./cidr";
import { groupOf } from "./groups";
import { addInterface, ec2Id, storeTags } from "./network";
import { buildNetworkOperations } from "./buildNetwork";
import { type Operations, lost, dependency, vpcOf, subnetOf, tableOf } from "./lookup";

const NAT_MS = 100_000;
const ENDPOINT_MS = 60_000;

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
    "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, vpcPeeringConnectionId " +
      "or transitGatewayId",
  );
}

export const buildOperations = (world: SandboxState): Table<Operations> => ({
  ...buildNetworkOperations(world),
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
      "VpcId ServiceName VpcEndpointType RouteTableIds SubnetIds SecurityGroupIds PrivateDnsEnabled " +
      "PolicyDocument ClientToken TagSpecifications",
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
