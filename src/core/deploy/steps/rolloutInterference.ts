/** What others do to a service while it is being deployed, and how that is said. */
import { errorCode, quotedText, SlipwayError } from "../../base/errors";
import type { Service, TargetHealth } from "../../ports/cloud";
import type { RunContext } from "../step";

/** A deployment that was stopped for another one has neither failed nor been rolled back. */
export function requireOurs({ app, outputs }: RunContext, { deployments }: Service): void {
  const newest = deployments.find(({ status }) => status === "PRIMARY");
  if (!newest || newest.taskDefinition === outputs.revisionArn) return;
  const name = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "";
  throw new SlipwayError({
    code: "Superseded",
    summary:
      `Somebody deployed something else to ${app.service} while this rollout was under way: ECS stopped it for ` +
      `${name(newest.taskDefinition)}.`,
    evidence: [`This deployment's revision is ${name(outputs.revisionArn)}; it stays registered.`],
    remedy: "Find out who deploys there too (the console, a pipeline). Deploy again to bring this version.",
    actions: ["retry", "showLog"],
  });
}

export function vanished({ app }: RunContext): SlipwayError {
  return new SlipwayError({
    code: "ServiceGone",
    summary: `The service ${app.service} was deleted while it was being deployed.`,
    remedy: "Deploy again to make it anew.",
    actions: ["retry"],
  });
}

/** ECS takes no change of a service whose target group is behind no load balancer any more: that is what happened, then. */
export function withoutBalancer({ app }: RunContext, error: unknown): unknown {
  const said = quotedText(error);
  if (errorCode(error) !== "InvalidParameterException" || !/does not have an associated load balancer/i.test(said))
    return error;
  return new SlipwayError({
    code: "LoadBalancerGone",
    summary: `The load balancer of ${app.service}, its listener or its rule was deleted while it was being deployed.`,
    evidence: [said],
    quotes: [said],
    remedy: "Deploy again: Slipway makes it anew. Find out who deleted it.",
    actions: ["retry", "showLog"],
  });
}

/** New targets are not in use for a moment. */
const unusedMilliseconds = 20_000;

/** Behind no listener a target is never asked and never gets healthy: ECS says nothing of it, and waits for ever. */
export class UnusedTargets {
  private since: number | undefined;
  private isSaid = false;

  constructor(private readonly say: (message: string) => void) {}

  look(health: readonly TargetHealth[], now: number): void {
    const unused = health.every(({ state }) => state === "unused") ? health[0] : undefined;
    this.since = unused ? (this.since ?? now) : undefined;
    if (!unused || this.isSaid || now - (this.since ?? now) < unusedMilliseconds) return;
    this.isSaid = true;
    this.say(
      "No load balancer sends requests to the service's target group " +
        `(${unused.description ?? unused.reason ?? "no reason given"}), so its tasks never count as healthy: somebody ` +
        "may have deleted the listener, its rule or the load balancer. Deploy again to make them anew.",
    );
  }
}
