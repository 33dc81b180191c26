/** Finding what an EC2 operation names, and what stands in the way of deleting it. */
import type { Ec2Operations, RouteTable, Subnet, Vpc } from "../model/ec2.types";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { rangeOf } from "./cidr";

export type Operations = Pick<
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

export const lost = (code: string, what: string, id: string): ApiError =>
  new ApiError(code, `The ${what} '${id}' does not exist`);
export const dependency = (what: string, id: string): ApiError =>
  new ApiError("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted.`);

export function vpcOf(region: Region, id: string): Vpc {
  const vpc = region.ec2.vpcs.get(id);
  if (!vpc) throw lost("InvalidVpcID.NotFound", "vpc ID", id);
  return vpc;
}

export function subnetOf(region: Region, id: string): Subnet {
  const subnet = region.ec2.subnets.get(id);
  if (!subnet) throw lost("InvalidSubnetID.NotFound", "subnet ID", id);
  return subnet;
}

export function tableOf(region: Region, id: string): RouteTable {
  const table = region.ec2.routeTables.get(id);
  if (!table) throw lost("InvalidRouteTableID.NotFound", "routeTable ID", id);
  return table;
}

export function checkBlock(cidr: string | undefined): string {
  const size = rangeOf(cidr ?? "")?.size ?? 0;
  if (cidr === undefined || size < 16 || size > 65536)
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${cidr ?? ""}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  return cidr;
}

export const inSubnet = (region: Region, id: string): boolean =>
  [...region.ec2.interfaces.values()].some((i) => i.SubnetId === id);

export function deleteVpc(region: Region, id: string): void {
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
