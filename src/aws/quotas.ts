import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import type { QuotasPort } from "../core/ports/cloud";
import { isCancelled } from "../core/base/errors";
import type { Caller } from "./session";

/**
 * "Fargate On-Demand vCPU resource count", "Fargate Spot …" and "Inbound or outbound rules per security group". Source: the
 * Service Quotas console's lists.
 */
const codes = {
  onDemand: { ServiceCode: "fargate", QuotaCode: "L-3032A538" },
  spot: { ServiceCode: "fargate", QuotaCode: "L-36FBB829" },
  securityGroupRules: { ServiceCode: "vpc", QuotaCode: "L-0EA8095F" },
} as const;

/** Service Quotas. Reading one is a courtesy of the plan: whoever may not is not held up. */
export function quotasPort(caller: Caller): QuotasPort {
  const read = async (of: keyof typeof codes): Promise<number | undefined> => {
    try {
      const { Quota } = await caller.send(caller.session.quotas, new GetServiceQuotaCommand(codes[of]));
      return Quota?.Value;
    } catch (error) {
      if (isCancelled(error)) throw error;
      return undefined;
    }
  };
  return {
    fargateCpus: (kind = "onDemand") => read(kind),
    securityGroupRules: () => read("securityGroupRules"),
  };
}
