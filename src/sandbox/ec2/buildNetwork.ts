/** EC2's operations that make and delete networks. */
import type { RouteTable } from "../model/ec2.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { overlaps, rangeOf } from "./cidr";
import { addDefaultVpc, addSubnet, addVpc, ec2Id, storeTags, zonesOf } from "./network";
import { type Operations, dependency, vpcOf, subnetOf, tableOf, checkBlock, inSubnet, deleteVpc } from "./lookup";

export const buildNetworkOperations = (
  world: SandboxState,
): Pick<
  Table<Operations>,
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
> => ({
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
});
