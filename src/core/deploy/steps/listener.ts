/** What listens at the load balancer: a listener of ours, or a rule of one that others use. */
import { errorCode, SlipwayError } from "../../base/errors";
import type { Listener, ListenerRule } from "../../ports/cloud";
import type { Change, Decision } from "../decision";
import { isSecure, wantedCertificate } from "../names";
import { isOurs, ownershipTags, type ObservedState, type RunInput } from "../observedState";
import { placeRule, type RuleMatch, type RulePlace } from "../rulePlace";
import { originOf, requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { harden } from "./harden";
import { balancerOf, noBalancer } from "./network";
import { forwardsNow } from "./shifting";
import { forwardingOf, needsCutover, recordNewTargetGroup, spareName } from "./targetGroupCutover";

/** What of the listener or its rule has to change: another group is to be named, another certificate to be shown. */
function listenerChanges(observed: ObservedState, input: RunInput): Change[] {
  const { listener } = observed;
  const isOwn = listener !== undefined && isOurs(listener.tags, input.app);
  const wanted = wantedCertificate(observed, input);
  return [
    ...(isOwn && isRedirecting(listener) ? [{ code: "forwardAgain" as const }] : []),
    ...(needsCutover(observed, input)
      ? [{ code: "forwardToNewTargetGroup" as const, name: spareName(observed, input) }]
      : []),
    ...(isOwn && isSecure(observed, input) && (wanted === undefined || listener.certificate !== wanted.arn)
      ? [{ code: "listenerCertificate" as const, domain: input.app.loadBalancer?.domain ?? "" }]
      : []),
  ];
}

/** Sends everybody to HTTPS: what is left of it where HTTPS is no longer wanted. */
const isRedirecting = ({ redirect, forwards }: Listener): boolean => redirect !== undefined && forwards.length === 0;

/** A port keeps its protocol: whoever calls it now would be cut off. */
function requireProtocol({ listener }: ObservedState, { app }: RunInput): void {
  const wanted = app.loadBalancer?.certificate === undefined ? "HTTP" : "HTTPS";
  if (!listener || !isOurs(listener.tags, app) || listener.protocol === wanted) return;
  throw new SlipwayError({
    code: "OtherProtocol",
    summary: `Port ${listener.port} of the load balancer speaks ${listener.protocol}, and ${wanted} is wanted there.`,
    evidence: [listener.arn],
    remedy:
      "Leave loadBalancer.listenerPort out (443 for HTTPS, 80 for HTTP) or state another: " +
      "who calls the old port is then served until the new one works.",
    actions: ["openConfig"],
  });
}

export const listener: Step = {
  id: "listener",
  needs: ["loadBalancer", "targetGroup", "certificateIssued"],
  decide: (observed, input) => {
    const settings = balancerOf(observed, input);
    if (!settings) return noBalancer;
    const name = `${settings.name}:${settings.listenerPort}`;
    if (!observed.listener)
      return {
        action: "create",
        kind: "listener",
        name,
        reason: { code: "nothingListens" },
        ...(settings.certificate === undefined
          ? {}
          : { changes: [{ code: "listenerCertificate", domain: settings.domain ?? "" }] }),
      };
    requireProtocol(observed, input);
    const changes = listenerChanges(observed, input);
    if (changes.length)
      return {
        action: "update",
        kind: "listener",
        name,
        reason: needsCutover(observed, input) ? { code: "bothVersionsRun" } : { code: "settingsDiffer" },
        changes,
      };
    const replaced = ruleToReplace(observed, input);
    if (replaced) return { ...newRule(observed, input, name), action: "update" };
    if (forwardingOf(observed, input))
      return {
        action: isOurs(observed.listener.tags, input.app) ? "reuse" : "adopt",
        kind: "listener",
        name,
        reason: { code: "sendsHere" },
      };
    if (settings.pathPattern === undefined && settings.hostHeader === undefined) {
      throw new SlipwayError({
        code: "ListenerInUse",
        summary: `Port ${settings.listenerPort} of the load balancer ${settings.name} serves something else already.`,
        evidence: observed.listener.forwards.map((forward) => forward.arn),
        remedy:
          "Say which of its requests are for this application, with loadBalancer.pathPattern or " +
          "loadBalancer.hostHeader in slipway.json: Slipway then adds a rule and leaves the rest as it is.",
        actions: ["openConfig"],
      });
    }
    return newRule(observed, input, name);
  },
  reuse: noteListener,
  apply: async (context, decision) => {
    const { app, cloud, observed } = context;
    const settings = app.loadBalancer as NonNullable<typeof app.loadBalancer>;
    const targetGroupArn = requireOutput(context, "targetGroupArn");
    if (decision.kind === "listenerRule" && observed.listener) return createRule(context, observed.listener, decision);
    if (decision.action === "update" && observed.listener) {
      await changeListener(context, observed.listener, decision);
      return noteListener(context);
    }
    const loadBalancerArn = requireOutput(context, "loadBalancerArn");
    if (!observed.loadBalancer || isOurs(observed.loadBalancer.tags, app)) await harden(context, loadBalancerArn);
    const made = await untilSeen(context, () =>
      cloud.elb.createListener({
        loadBalancerArn,
        port: settings.listenerPort,
        to: { targetGroupArn },
        ...(settings.certificate === undefined ? {} : { certificateArn: requireOutput(context, "certificateArn") }),
        tags: ownershipTags(app),
      }),
    ).catch(async (error: unknown) => {
      const found = errorCode(error).startsWith("DuplicateListener")
        ? (await cloud.elb.listListeners(loadBalancerArn)).find((item) => item.port === settings.listenerPort)
        : undefined;
      if (!found?.forwards.some((forward) => forward.arn === targetGroupArn)) throw error;
      return found;
    });
    context.reportResource("listener", {
      kind: "listener",
      name: decision.name ?? "",
      arn: made.arn,
      origin: "created",
    });
  },
};

async function changeListener(context: RunContext, listener: Listener, decision: Decision): Promise<void> {
  const { elb } = context.cloud;
  for (const { code } of decision.changes ?? []) {
    if (code === "listenerCertificate") {
      const arn = requireOutput(context, "certificateArn");
      await untilSeen(context, () => elb.setCertificate(listener.arn, arn));
    } else if (code === "forwardAgain")
      await elb.forwardListener(listener.arn, [{ arn: requireOutput(context, "targetGroupArn"), weight: 1 }]);
    else await recordNewTargetGroup(context);
  }
}

const matchOf = ({ app: { loadBalancer } }: RunInput): RuleMatch => ({
  pathPattern: loadBalancer?.pathPattern,
  hostHeader: loadBalancer?.hostHeader,
});

/** Our rule where slipway.json states other requests by now. */
export function ruleToReplace(observed: ObservedState, input: RunInput): ListenerRule | undefined {
  const { pathPattern, hostHeader } = matchOf(input);
  if (pathPattern === undefined && hostHeader === undefined) return undefined;
  const forwarding = forwardingOf(observed, input);
  const rule = observed.rules.find(({ arn, tags }) => arn === forwarding?.arn && isOurs(tags, input.app));
  const same = (stated: string | undefined, now: readonly string[]) =>
    now.length === (stated === undefined ? 0 : 1) && now[0] === stated;
  return rule && !(same(pathPattern, rule.pathPatterns) && same(hostHeader, rule.hostHeaders)) ? rule : undefined;
}

/** Where the rule goes that is to be made; undefined where none is. */
export function placeOfNewRule(observed: ObservedState, input: RunInput): RulePlace | undefined {
  if (!balancerOf(observed, input) || !observed.listener || needsCutover(observed, input)) return undefined;
  const replaced = ruleToReplace(observed, input);
  if (forwardingOf(observed, input) && !replaced) return undefined;
  return placeRule(matchOf(input), observed.rules, replaced?.arn);
}

function newRule(observed: ObservedState, input: RunInput, name: string): Decision {
  const { pathPattern, hostHeader } = matchOf(input);
  const place = placeOfNewRule(observed, input);
  return {
    action: "create",
    kind: "listenerRule",
    name,
    reason: { code: "ruleFor", condition: [hostHeader, pathPattern].filter(Boolean).join(" ") },
    changes: [{ code: "rulePlace", after: place?.after ?? [], shadowedBy: place?.shadowedBy ?? [] }],
  };
}

/** Looks again, for rules that were made meanwhile; the rule that this one replaces goes when it is there. */
async function createRule(context: RunContext, { arn: listenerArn }: Listener, decision: Decision): Promise<void> {
  const { app, cloud, observed } = context;
  const { pathPattern, hostHeader } = matchOf(context);
  const replaced = ruleToReplace(observed, context);
  const made = await untilSeen(context, async () => {
    const { priority } = placeRule(matchOf(context), await cloud.elb.listRules(listenerArn), replaced?.arn);
    if (priority === undefined) throw noPriority(decision.name ?? "");
    return cloud.elb.createRule({
      listenerArn,
      priority,
      forwards: forwardsNow(context),
      tags: ownershipTags(app),
      ...(pathPattern === undefined ? {} : { pathPattern }),
      ...(hostHeader === undefined ? {} : { hostHeader }),
    });
  });
  if (replaced) await cloud.elb.deleteRule(replaced.arn);
  context.reportResource("listener", {
    kind: "listenerRule",
    name: decision.name ?? "",
    arn: made.arn,
    origin: "created",
  });
}

const noPriority = (name: string): SlipwayError =>
  new SlipwayError({
    code: "NoRulePriority",
    summary: `The listener ${name} has no priority left behind the rules whose requests this application would take.`,
    remedy: "Renumber its rules in the console, then deploy again.",
    actions: ["retry"],
  });

function noteListener({ app, reportResource, observed }: RunContext): void {
  if (observed.listener)
    reportResource("listener", {
      kind: "listener",
      name: `${app.loadBalancer?.name ?? ""}:${observed.listener.port}`,
      arn: observed.listener.arn,
      origin: originOf(observed.listener.tags, app),
    });
}
