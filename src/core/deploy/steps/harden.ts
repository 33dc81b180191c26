/** What a load balancer of ours is told beyond AWS's defaults. */
import { errorCode } from "../../base/errors";
import { untilSeen, type RunContext } from "../step";

/** What AWS's Foundational Security Best Practices ask of a balancer and is off by default (ELB.4). */
const hardened = { "routing.http.drop_invalid_header_fields.enabled": "true" };

/**
 * Before a balancer of ours listens for the first time: so a run that was killed in between does it again, and nobody's later
 * choice is taken back. Whoever may not is not held up.
 */
export async function harden(context: RunContext, arn: string): Promise<void> {
  try {
    await untilSeen(context, () => context.cloud.elb.setLoadBalancerAttributes(arn, hardened));
  } catch (error) {
    if (!/AccessDenied/.test(errorCode(error))) throw error;
  }
}
