/** What is said where the network does not do. */
import { SlipwayError } from "../base/errors";
import type { SubnetFacts } from "../ports/inspection";

export function subnetNamed(subnets: readonly SubnetFacts[], id: string, vpc: string): SubnetFacts {
  const found = subnets.find((subnet) => subnet.id === id);
  if (found) return found;
  throw new SlipwayError({
    code: "SubnetMissing",
    summary: `The subnet ${id} is not in ${vpc}.`,
    evidence: [`It has: ${subnets.map((subnet) => subnet.id).join(", ")}.`],
    remedy: "Name one of these in slipway.json.",
    actions: ["openConfig"],
  });
}

export function noDefaultVpc(vpcs: readonly { id: string; cidr: string; name?: string }[]): SlipwayError {
  return new SlipwayError({
    code: "NoDefaultVpc",
    summary: "This region has no default VPC, so Slipway does not know into which network to deploy.",
    evidence: vpcs.map((vpc) => `${vpc.id} ${vpc.cidr}${vpc.name ? ` ${vpc.name}` : ""}`),
    remedy: vpcs.length
      ? "Name one of its VPCs as network.vpc in slipway.json, or make a default VPC with: aws ec2 create-default-vpc"
      : "Make one with: aws ec2 create-default-vpc",
    actions: ["openConfig", "retry"],
  });
}

export function missingVpc(id: string): SlipwayError {
  return new SlipwayError({
    code: "VpcMissing",
    summary: `The VPC ${id} does not exist in this region.`,
    remedy: "Name another as network.vpc in slipway.json, or choose its region.",
    actions: ["openConfig", "chooseConnection"],
  });
}

export function noSubnets(vpc: string): SlipwayError {
  return new SlipwayError({
    code: "NoSubnets",
    summary: `${vpc} has no subnet with a free address in which Fargate runs.`,
    remedy: "Create a subnet in it, or name others in slipway.json.",
    actions: ["openConfig"],
  });
}

export function tooFewZones(vpc: string, subnets: readonly SubnetFacts[], internal: boolean): SlipwayError {
  return new SlipwayError({
    code: "TooFewZones",
    summary:
      `An Application Load Balancer needs ${internal ? "" : "public "}subnets in two zones; ${vpc} offers ` +
      `${subnets.length === 0 ? "none" : `only ${subnets.map((subnet) => `${subnet.id} in ${subnet.zone}`).join(", ")}`}.`,
    evidence: [
      "A public subnet is one whose route table sends 0.0.0.0/0 to an internet gateway. Eight addresses must be free.",
    ],
    remedy:
      "Create a subnet in a second zone, name subnets as network.loadBalancerSubnets in slipway.json, or deploy " +
      `without a load balancer ("loadBalancer": false).`,
    actions: ["openConfig"],
  });
}
