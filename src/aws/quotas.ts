import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import type { QuotasPort } from "../core/ports/cloud";
import { isCancelled } from "../core/base/errors";
import type { Caller } from "./session";

/**
 * "Fargate On-Demand vCPU resource count" and "Fargate Spot …". Source: the Service Quotas console's list for AWS
 * Fargate.
 */
const fargateCpuQuotas = {
  onDemand: { ServiceCode: "fargate", QuotaCode: "L-3032A538" },
  spot: { ServiceCode: "fargate", QuotaCode: "L-36FBB829" },
} as const;

/** Service Quotas. Reading one is a courtesy of the plan: whoever may not is not held up. */
export function quotasPort(caller: Caller): QuotasPort {
  return {
    async fargateCpus(kind = "onDemand") {
      try {
        const { Quota } = await caller.send(caller.session.quotas, new GetServiceQuotaCommand(fargateCpuQuotas[kind]));
        return Quota?.Value;
      } catch (error) {
        if (isCancelled(error)) throw error;
        return undefined;
      }
    },
  };
}
