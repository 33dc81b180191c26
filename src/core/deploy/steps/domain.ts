/** The application's own name: an alias of its load balancer, where the zone is this account's. */
import { errorCode, SlipwayError } from "../../base/errors";
import type { Decision } from "../decision";
import { leadOf, recordTag, zoneOf } from "../names";
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import { poll, requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { balancerOf, noBalancer } from "./network";

function decide(observed: ObservedState, input: RunInput): Decision {
  const settings = balancerOf(observed, input);
  if (!settings) return noBalancer;
  const { domain } = settings;
  const { names, loadBalancer } = observed;
  if (domain === undefined) return { action: "leaveOut", reason: { code: "noDomain" } };
  const zone = zoneOf(names);
  const lead = leadOf(names.records, loadBalancer);
  const named = { kind: "record" as const, name: domain };
  if (lead?.here) return { action: "reuse", ...named, reason: { code: "leadsHere" } };
  if (loadBalancer && !isOurs(loadBalancer.tags, input.app))
    return { action: "leaveOut", reason: { code: "balancerNotOurs" } };
  if (!zone) return { action: "leaveOut", reason: { code: "noZone", domain } };
  if (lead) return { action: "leaveOut", reason: { code: "leadsElsewhere", to: lead.to } };
  return {
    action: "create",
    ...named,
    reason: { code: "zoneHasDomain", zone: zone.name },
    changes: [{ code: "aliasRecord", zone: zone.name }],
  };
}

export const domain: Step = {
  id: "domain",
  // A name that leads to nothing is remembered as such by whoever asks too early.
  needs: ["listener"],
  decide,
  apply: async (context) => {
    const { cloud, observed } = context;
    const name = context.app.loadBalancer?.domain;
    const zone = zoneOf(observed.names);
    if (name === undefined || !zone) return;
    const balancerArn = requireOutput(context, "loadBalancerArn");
    const target = {
      dnsName: requireOutput(context, "loadBalancerDns"),
      zoneId: requireOutput(context, "loadBalancerZone"),
    };
    // Before it is written: so whoever removes the application knows that the record is its own.
    await untilSeen(context, () => cloud.elb.tag(balancerArn, { [recordTag]: `${zone.id}/${name}` }));
    const change = await cloud.zones.create(zone.id, { name, balancer: target }).catch(async (error: unknown) => {
      if (!/^InvalidChangeBatch/.test(errorCode(error))) throw error;
      const lead = leadOf(await cloud.zones.records(zone.id, name), target);
      if (lead?.here) return undefined;
      await cloud.elb.untag(balancerArn, [recordTag]);
      throw taken(name, zone.name, lead?.to ?? "", error);
    });
    context.reportResource("domain", {
      kind: "record",
      name,
      arn: `arn:${observed.identity.partition}:route53:::hostedzone/${zone.id}`,
      origin: "created",
    });
    if (change !== undefined) await untilEverywhere(context, change);
  },
  detail: ({ app }) => app.loadBalancer?.domain,
};

/** Route 53's servers know a change within a minute. */
const everywhereMilliseconds = 3 * 60_000;

/** Whoever asks before that is told that there is no such name, and keeps that for a quarter of an hour. */
async function untilEverywhere(context: RunContext, change: string): Promise<void> {
  await poll(context, everywhereMilliseconds, async () => {
    try {
      return (await context.cloud.zones.isEverywhere(change)) ? true : undefined;
    } catch (error) {
      // It is there all the same; only when it is seen cannot be told.
      if (/AccessDenied|NotImplemented|UnknownOperation/.test(errorCode(error))) return true;
      throw error;
    }
  });
}

const taken = (name: string, zone: string, to: string, cause: unknown): SlipwayError =>
  new SlipwayError(
    {
      code: "RecordTaken",
      summary: `The zone ${zone} has got a record of ${name} meanwhile${to ? `, which leads to ${to}` : ""}; Slipway changes none.`,
      remedy: "Delete that record or state another loadBalancer.domain, then deploy again.",
      actions: ["openConfig", "retry"],
    },
    { cause },
  );

/** Whether people who ask for the domain come here, as far as the zone of this account says. */
export const leadsHere = (context: RunContext): boolean =>
  context.decisions.get("domain")?.action === "create" ||
  leadOf(context.observed.names.records, context.observed.loadBalancer)?.here === true;
