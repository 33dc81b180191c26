import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import type { QuotasPort } from "../core/ports/cloud";
import { isCancelled } from "../core/base/errors";
import type { Caller } from "./session";

/** "Fargate On-Demand vCPU resource count". Source: the Service Quotas console's list for AWS Fargate. */
const fargateCpuQuota = { ServiceCode: "fargate", QuotaCode: "L-3032A538" };

/** Service Quotas. Reading one is a courtesy of the plan: whoever may not is not held up. */
export function quotasPort(caller: Caller): QuotasPort {
  return {
    async fargateCpus() {
      try {
        const { Quota } = await caller.send(caller.session.quotas, new GetServiceQuotaCommand(fargateCpuQuota));
        return Quota?.Value;
      } catch (error) {
        if (isCancelled(error)) throw error;
        return undefined;
      }
    },
  };
}
