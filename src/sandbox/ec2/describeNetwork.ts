/** EC2's Describe operations on networks. */
import type { AvailabilityZone } from "../model/ec2.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import { freeAddresses } from "./network";
import { type DescribeOperations, type Filters, filtered, notFound, read, zones } from "./filters";

export const describeNetworkOperations = (): Pick<
  Table<DescribeOperations>,
  | "DescribeVpcs"
  | "DescribeSubnets"
  | "DescribeRouteTables"
  | "DescribeAvailabilityZones"
  | "DescribeInternetGateways"
  | "DescribeNatGateways"
  | "DescribeAccountAttributes"
> => ({
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
});
