import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { Cloud, Identity } from "../core/ports/cloud";
import { certificatePort, schedulePort, zonePort } from "./apart";
import { ec2Port } from "./ec2";
import { ecrPort } from "./ecr";
import { ecsPort } from "./ecs";
import { elbPort } from "./elb";
import { iamPort } from "./iam";
import { imagePort } from "./images";
import { inspectionPort } from "./inspection/port";
import { logsPort } from "./logs";
import { metricsPort } from "./metrics";
import { pricesPort } from "./prices";
import { noPatience, type Patience } from "./patience";
import { queryPort } from "./queries";
import { quotasPort } from "./quotas";
import { toldApart } from "./regions";
import { scalingPort } from "./scaling";
import { secretsPort } from "./secrets";
import { Caller, type Session } from "./session";

/**
 * Core's view of one session; every call ends with the signal.
 * @param patience how long a call waits where AWS does not answer; not at all unless stated
 */
export function cloudOf(session: Session, signal?: AbortSignal, patience: Patience = noPatience): Cloud {
  const caller = new Caller(session, signal, patience);
  return {
    async identity() {
      // A session has one account, user and region: what was proven once holds until it is closed.
      const known = session.identity;
      if (known) return known;
      const found = await caller.send(session.sts, new GetCallerIdentityCommand({})).catch(async (error: unknown) => {
        const { region, endpoint } = session.settings;
        // Another endpoint knows of one region only.
        throw endpoint === undefined ? await toldApart(error, region, (other) => session.stsIn(other), signal) : error;
      });
      const arn = found.Arn ?? "";
      const identity: Identity = {
        account: found.Account ?? "",
        arn,
        region: session.settings.region,
        partition: arn.split(":")[1] ?? "aws",
      };
      session.identity = identity;
      return identity;
    },
    ecr: ecrPort(caller),
    ecs: ecsPort(caller),
    elb: elbPort(caller),
    ec2: ec2Port(caller),
    iam: iamPort(caller),
    logs: logsPort(caller),
    metrics: metricsPort(caller),
    queries: queryPort(caller),
    scaling: scalingPort(caller),
    quotas: quotasPort(caller),
    prices: pricesPort(caller),
    secrets: secretsPort(caller),
    certificates: certificatePort(caller),
    zones: zonePort(caller),
    schedules: schedulePort(caller),
    inspection: inspectionPort(caller),
    images: imagePort(caller),
    renew: () => session.settings.credentials.forget?.(),
    withSignal: (inner) => cloudOf(session, inner, patience),
    withoutPatience: () => cloudOf(session, signal),
    tellOutages: (listener) => patience.tell(listener),
  };
}
