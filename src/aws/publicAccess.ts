import {
  DescribeVpcBlockPublicAccessExclusionsCommand,
  DescribeVpcBlockPublicAccessOptionsCommand,
  type VpcBlockPublicAccessExclusion,
} from "@aws-sdk/client-ec2";
import { isCancelled } from "../core/base/errors";
import type { BlockedAccess, SubnetFacts } from "../core/ports/inspection";
import type { Caller } from "./session";

/** Says of a subnet what VPC Block Public Access keeps from it. */
export type BlockOf = (subnet: Pick<SubnetFacts, "id" | "vpc" | "egress">) => BlockedAccess | undefined;

const nothing: BlockOf = () => undefined;

/**
 * VPC Block Public Access of the region, which overrides routes and security groups: read by itself, since with it
 * everything
 * succeeds and nothing answers. Whoever may not read it is told nothing of it.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa-basics.html
 */
export async function publicAccess(caller: Caller): Promise<BlockOf> {
  const { ec2 } = caller.session;
  try {
    const { VpcBlockPublicAccessOptions: options } = await caller.send(
      ec2,
      new DescribeVpcBlockPublicAccessOptionsCommand({}),
    );
    const mode = options?.InternetGatewayBlockMode ?? "off";
    if (mode === "off") return nothing;
    const { VpcBlockPublicAccessExclusions: exclusions = [] } = await caller.send(
      ec2,
      new DescribeVpcBlockPublicAccessExclusionsCommand({}),
    );
    return (subnet) => blockedAccess(mode, exclusions, subnet);
  } catch (error) {
    if (isCancelled(error)) throw error;
    return nothing;
  }
}

const inForce = ({ State }: VpcBlockPublicAccessExclusion): boolean =>
  State === "create-complete" || State === "update-complete";

/** What a mode and its exclusions, of the subnet or of its VPC, mean for one subnet. */
export function blockedAccess(
  mode: string,
  exclusions: readonly VpcBlockPublicAccessExclusion[],
  { id, vpc, egress }: Pick<SubnetFacts, "id" | "vpc" | "egress">,
): BlockedAccess | undefined {
  const live = exclusions.filter(inForce);
  const modes = live
    .filter(({ ResourceArn }) => [`:subnet/${id}`, `:vpc/${vpc}`].some((end) => ResourceArn?.endsWith(end)))
    .map(({ InternetGatewayExclusionMode }) => InternetGatewayExclusionMode);
  if (modes.includes("allow-bidirectional")) return undefined;
  if (modes.includes("allow-egress")) return { in: true, out: "no" };
  // A NAT gateway is in another subnet: under block-ingress it goes on, else that subnet would have to be left out.
  if (egress !== "internet" && mode === "block-ingress") return { in: true, out: "no" };
  if (egress !== "internet" && live.length > 0) return { in: true, out: "unknown" };
  return { in: true, out: "yes" };
}
