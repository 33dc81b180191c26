/** Who reaches whom: routes and security groups, evaluated and not assumed. */
import type { RouteTable, SecurityGroupRule } from "../model/ec2.types";
import type { Region } from "../world";
import { contains } from "./cidr";
import { lettingOut } from "./publicAccess";

/** The subnet's route table: its explicit association, else the VPC's main one. */
function routeTableOf(region: Region, subnetId: string): RouteTable | undefined {
  const tables = [...region.ec2.routeTables.values()];
  const explicit = tables.find((t) => t.Associations?.some((a) => a.SubnetId === subnetId));
  const vpcId = region.ec2.subnets.get(subnetId)?.VpcId;
  return explicit ?? tables.find((t) => t.VpcId === vpcId && t.Associations?.some((a) => a.Main));
}

/** How the subnet reaches the internet. */
function egressOf(region: Region, subnetId: string): "internet" | "nat" | "none" {
  const route = routeTableOf(region, subnetId)?.Routes?.find(
    (r) => r.DestinationCidrBlock === "0.0.0.0/0" && r.State === "active",
  );
  if (!route) return "none";
  if (route.GatewayId?.startsWith("igw-")) return lettingOut(region, subnetId, false) ? "internet" : "none";
  if (route.NatGatewayId) return natWorks(region, route.NatGatewayId) ? "nat" : "none";
  return route.TransitGatewayId || route.NetworkInterfaceId ? "nat" : "none";
}

/** Whether a NAT gateway in this subnet gets out by an internet gateway. */
function leadsOut(region: Region, subnetId: string): boolean {
  const route = routeTableOf(region, subnetId)?.Routes?.find(
    (r) => r.DestinationCidrBlock === "0.0.0.0/0" && r.State === "active",
  );
  return route?.GatewayId?.startsWith("igw-") === true && lettingOut(region, subnetId, true);
}

function natWorks(region: Region, id: string): boolean {
  const nat = region.ec2.natGateways.get(id);
  return nat?.State === "available" && nat.ConnectivityType !== "private" && leadsOut(region, nat.SubnetId ?? "");
}

/** Where a connection comes from or goes to: an address and the groups of its interface. */
export interface Peer {
  readonly address: string;
  readonly groups: readonly string[];
}

function ruleAllows(rule: SecurityGroupRule, peer: Peer, port: number): boolean {
  const protocol = rule.IpProtocol ?? "-1";
  if (protocol !== "-1") {
    if (protocol !== "tcp" && protocol !== "6") return false;
    if (port < (rule.FromPort ?? 0) || port > (rule.ToPort ?? 65535)) return false;
  }
  if (rule.ReferencedGroupInfo?.GroupId) return peer.groups.includes(rule.ReferencedGroupInfo.GroupId);
  return rule.CidrIpv4 !== undefined && contains(rule.CidrIpv4, peer.address);
}

function anyRule(region: Region, groups: readonly string[], egress: boolean, peer: Peer, port: number): boolean {
  return groups.some((id) =>
    [...(region.ec2.groups.get(id)?.rules.values() ?? [])].some(
      (r) => r.IsEgress === egress && ruleAllows(r, peer, port),
    ),
  );
}

/** Whether groups `to` admit TCP `port` from the peer. */
export function admits(region: Region, to: readonly string[], from: Peer, port: number): boolean {
  return anyRule(region, to, false, from, port);
}

/** Whether groups `from` let TCP `port` out to the peer. */
export function letsOut(region: Region, from: readonly string[], to: Peer, port: number): boolean {
  return anyRule(region, from, true, to, port);
}

/** A public address outside every VPC, for rules about the internet. */
const INTERNET: Peer = { address: "203.0.113.10", groups: [] };

/**
 * Whether an interface reaches an AWS service: by the internet, a NAT, or endpoints (one of each list in `services`).
 */
export function reachesService(
  region: Region,
  from: {
    readonly subnetId: string;
    readonly groups: readonly string[];
    readonly publicIp: boolean;
    readonly address: string;
  },
  services: readonly string[],
): boolean {
  const egress = egressOf(region, from.subnetId);
  const out = letsOut(region, from.groups, INTERNET, 443);
  if (out && (egress === "nat" || (egress === "internet" && from.publicIp))) return true;
  return services.every((service) => endpointServes(region, from, service));
}

function endpointServes(
  region: Region,
  from: { readonly subnetId: string; readonly groups: readonly string[]; readonly address: string },
  service: string,
): boolean {
  const vpcId = region.ec2.subnets.get(from.subnetId)?.VpcId;
  const name = `com.amazonaws.${region.name}.${service}`;
  return [...region.ec2.endpoints.values()].some((e) => {
    if (e.VpcId !== vpcId || e.ServiceName !== name || e.State !== "available") return false;
    if (e.VpcEndpointType === "Gateway")
      return e.RouteTableIds?.includes(routeTableOf(region, from.subnetId)?.RouteTableId ?? "") ?? false;
    const groups = (e.Groups ?? []).map((g) => g.GroupId ?? "");
    return e.PrivateDnsEnabled === true && admits(region, groups, from, 443);
  });
}
