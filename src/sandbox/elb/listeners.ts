/** ELBv2: listeners and rules. */
import { checkListenerAttributes, listenerDefaults } from "./attributes";
import { hex } from "../ids";
import type { Action, Certificate, Elbv2Operations, Listener, Rule, RuleCondition } from "../model/elbv2.types";
import type { Table } from "../registry";
import type { ListenerRecord, LoadBalancerRecord } from "../states";
import { canonical, page, tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { stored } from "../ec2/cidr";
import { defaultCertificate } from "./certificates";
import { badMarker } from "./loadBalancers";
import { policyNamed } from "./sslPolicies";
import { balancerUsing, forwardsTo, listenerOf, loadBalancerOf, ruleOf, targetGroupOf } from "./lookup";

type Operations = Pick<
  Elbv2Operations,
  | "CreateListener"
  | "DescribeListeners"
  | "ModifyListener"
  | "DeleteListener"
  | "DescribeListenerAttributes"
  | "ModifyListenerAttributes"
  | "CreateRule"
  | "DescribeRules"
  | "ModifyRule"
  | "DeleteRule"
  | "SetRulePriorities"
>;

const validation = (text: string): ApiError => new ApiError("ValidationError", text);
/** Without the default ones. */
const RULES_PER_BALANCER = 100;
const ACTIONS = ["forward", "redirect", "fixed-response"];
const FIELDS = ["path-pattern", "host-header", "http-header", "query-string", "http-request-method", "source-ip"];

/** Checks actions against the region, and gives them the way AWS stores them. */
function checkActions(
  region: Region,
  balancer: LoadBalancerRecord,
  operation: string,
  actions: readonly Action[],
): Action[] {
  if (actions.length === 0) throw validation("A listener or rule must have an action");
  for (const a of actions) {
    if (!ACTIONS.includes(a.Type))
      throw new ApiError(
        "NotImplementedException",
        `The sandbox does not implement elbv2 ${operation} with action type '${a.Type}'.`,
        501,
      );
    if (a.Type === "forward" && forwardsTo([a]).length === 0) throw validation("A target group ARN must be specified");
    if (a.Type === "fixed-response" && !/^[245]\d\d$/.test(a.FixedResponseConfig?.StatusCode ?? ""))
      throw validation("A fixed-response action needs a status code of 2XX, 4XX or 5XX");
    if (a.Type === "redirect" && !a.RedirectConfig)
      throw validation("A redirect action needs a redirect configuration");
    for (const { arn } of forwardsTo([a])) {
      const group = targetGroupOf(region, arn);
      const other = balancerUsing(region, arn);
      if (other && other !== balancer)
        throw new ApiError(
          "TargetGroupAssociationLimit",
          `The following target groups cannot be associated with more than one load balancer: ${arn}`,
        );
      if (group.group.VpcId !== balancer.loadBalancer.VpcId)
        throw new ApiError(
          "InvalidConfigurationRequest",
          `The following target groups are not in the same VPC as the load balancer: ${arn}`,
        );
    }
  }
  return actions.map((a): Action => {
    if (a.Type === "redirect" && a.RedirectConfig)
      return { ...a, RedirectConfig: { ...REDIRECT_DEFAULTS, ...a.RedirectConfig } };
    if (a.Type !== "forward") return { ...a };
    const groups = forwardsTo([a]);
    const config = {
      TargetGroups: groups.map((g) => ({ TargetGroupArn: g.arn, Weight: g.weight })),
      TargetGroupStickinessConfig: a.ForwardConfig?.TargetGroupStickinessConfig ?? { Enabled: false },
    };
    return {
      Type: "forward",
      Order: a.Order,
      TargetGroupArn: groups.length === 1 ? groups[0]?.arn : undefined,
      ForwardConfig: config,
    };
  });
}

/** What a redirect keeps of the request where it does not say otherwise. */
const REDIRECT_DEFAULTS = {
  Protocol: "#{protocol}",
  Port: "#{port}",
  Host: "#{host}",
  Path: "/#{path}",
  Query: "#{query}",
};

function checkRegexes(regexes: readonly string[]): void {
  for (const regex of regexes) {
    try {
      new RegExp(regex);
    } catch {
      throw validation(`The regular expression '${regex}' is not valid`);
    }
  }
}

/** Sources are CIDR blocks, of IPv4 or IPv6. */
function checkBlocks(c: RuleCondition): void {
  for (const block of c.SourceIpConfig?.Values ?? [])
    if (stored(block) === undefined) throw validation(`The CIDR block '${block}' is not valid`);
}

function checkConditions(conditions: readonly RuleCondition[]): RuleCondition[] {
  if (conditions.length === 0) throw validation("A condition must be specified");
  return conditions.map((c) => {
    if (!FIELDS.includes(c.Field ?? ""))
      throw validation(`Condition field '${c.Field ?? ""}' must be one of '[${FIELDS.join(", ")}]'`);
    checkBlocks(c);
    const values = c.Values ?? c.PathPatternConfig?.Values ?? c.HostHeaderConfig?.Values;
    const regexes = c.RegexValues ?? c.PathPatternConfig?.RegexValues ?? c.HostHeaderConfig?.RegexValues;
    checkRegexes(regexes ?? c.HttpHeaderConfig?.RegexValues ?? []);
    if (c.Field !== "path-pattern" && c.Field !== "host-header") return { ...c };
    if (!values?.length && !regexes?.length) throw validation("A condition value must be specified");
    const config = values?.length ? { Values: values } : { RegexValues: regexes };
    return c.Field === "path-pattern"
      ? { Field: c.Field, ...config, PathPatternConfig: config }
      : { Field: c.Field, ...config, HostHeaderConfig: config };
  });
}

const defaultRule = (listener: Listener, actions: Action[]): Rule => ({
  RuleArn: `${(listener.ListenerArn ?? "").replace(":listener/", ":listener-rule/")}/${hex(16)}`,
  Priority: "default",
  Conditions: [],
  Actions: actions,
  IsDefault: true,
});

const listed = (record: ListenerRecord): Listener => record.listener;

function checkPort(balancer: LoadBalancerRecord, port: number, except?: ListenerRecord): void {
  if (port < 1 || port > 65535) throw validation(`The port '${port}' must be between 1 and 65535`);
  if ([...balancer.listeners.values()].some((l) => l !== except && l.listener.Port === port)) {
    throw new ApiError(
      "DuplicateListener",
      `A listener already exists on this port for this load balancer '${balancer.loadBalancer.LoadBalancerArn ?? ""}'`,
    );
  }
}

function checkProtocol(protocol: string | undefined): string {
  if (protocol === undefined) throw validation("A listener protocol must be specified");
  if (!["HTTP", "HTTPS"].includes(protocol))
    throw validation(`Listener protocol '${protocol}' must be one of 'HTTPS, HTTP'`);
  return protocol;
}

/** A redirect to where the request came from has no end. */
function checkLoops(protocol: string, port: number, actions: readonly Action[]): void {
  for (const { RedirectConfig: to } of actions) {
    if (!to) continue;
    const filled = (text: string | undefined, itself: string, placeholder: string): boolean =>
      text === undefined || text === itself || text === placeholder;
    const same =
      filled(to.Protocol, protocol, "#{protocol}") &&
      filled(to.Port, String(port), "#{port}") &&
      filled(to.Host, "#{host}", "#{host}") &&
      filled(to.Path, "/#{path}", "/#{path}") &&
      filled(to.Query, "#{query}", "#{query}");
    if (same)
      throw new ApiError(
        "InvalidLoadBalancerAction",
        "The redirect configuration is not valid because it creates a loop.",
      );
  }
}

/** The members of a listener that only TLS has. */
function tlsOf(
  world: SandboxState,
  region: Region,
  protocol: string,
  certificates: readonly Certificate[] | undefined,
  policy: string | undefined,
): Pick<Listener, "Certificates" | "SslPolicy"> {
  const arn = defaultCertificate(world, region, protocol, certificates);
  return arn === undefined ? {} : { Certificates: [{ CertificateArn: arn }], SslPolicy: policyNamed(policy) };
}

export const listenerOperations = (world: SandboxState, onPort: (port: number) => void): Table<Operations> => ({
  CreateListener: {
    supports: "LoadBalancerArn DefaultActions Protocol Port Certificates SslPolicy Tags",
    run: (input, { region }) => {
      const balancer = loadBalancerOf(region, input.LoadBalancerArn);
      const text = canonical(input);
      const same = [...balancer.listeners.values()].find((l) => l.listener.Port === input.Port);
      if (same && same.attributes.get("sandbox.arguments") === text) return { Listeners: [listed(same)] };
      const protocol = checkProtocol(input.Protocol);
      if (input.Port === undefined) throw validation("A listener port must be specified");
      checkPort(balancer, input.Port);
      const actions = checkActions(region, balancer, "CreateListener", input.DefaultActions);
      checkLoops(protocol, input.Port, actions);
      const listener: Listener = {
        ListenerArn: `${input.LoadBalancerArn.replace(":loadbalancer/", ":listener/")}/${hex(16)}`,
        LoadBalancerArn: input.LoadBalancerArn,
        Port: input.Port,
        Protocol: protocol,
        ...tlsOf(world, region, protocol, input.Certificates, input.SslPolicy),
        DefaultActions: actions,
      };
      const rule = defaultRule(listener, actions);
      const record: ListenerRecord = {
        listener,
        attributes: new Map([...listenerDefaults(protocol), ["sandbox.arguments", text]]),
        tags: tagsFrom(input.Tags),
        rules: new Map([[rule.RuleArn ?? "", { rule, tags: new Map() }]]),
        certificates: new Set(),
      };
      balancer.listeners.set(listener.ListenerArn ?? "", record);
      onPort(input.Port);
      return { Listeners: [listener] };
    },
  },
  DescribeListeners: {
    supports: "*",
    run: (input, { region }) => {
      if (!input.LoadBalancerArn && !input.ListenerArns?.length)
        throw validation("You must specify either listener ARNs or a load balancer ARN");
      const all = input.ListenerArns?.length
        ? input.ListenerArns.map((arn) => listenerOf(region, arn).record)
        : [...loadBalancerOf(region, input.LoadBalancerArn ?? "").listeners.values()];
      const p = page(all, input.Marker, input.PageSize ?? 400, badMarker);
      return { Listeners: p.items.map(listed), NextMarker: p.next };
    },
  },
  ModifyListener: {
    supports: "ListenerArn Port Protocol DefaultActions Certificates SslPolicy",
    run: (input, { region }) => {
      const { record, balancer } = listenerOf(region, input.ListenerArn);
      const protocol = checkProtocol(input.Protocol ?? record.listener.Protocol);
      const certificates = input.Certificates ?? (protocol === "HTTPS" ? record.listener.Certificates : undefined);
      const tls = tlsOf(world, region, protocol, certificates, input.SslPolicy ?? record.listener.SslPolicy);
      if (input.Port !== undefined) {
        checkPort(balancer, input.Port, record);
        record.listener.Port = input.Port;
        onPort(input.Port);
      }
      if (input.DefaultActions) {
        const actions = checkActions(region, balancer, "ModifyListener", input.DefaultActions);
        checkLoops(protocol, input.Port ?? record.listener.Port ?? 0, actions);
        record.listener.DefaultActions = actions;
        for (const r of record.rules.values()) if (r.rule.IsDefault) r.rule.Actions = actions;
      }
      Object.assign(record.listener, { Protocol: protocol, Certificates: undefined, SslPolicy: undefined, ...tls });
      if (protocol !== "HTTPS") record.certificates.clear();
      record.attributes.delete("sandbox.arguments");
      return { Listeners: [record.listener] };
    },
  },
  DeleteListener: {
    supports: "*",
    run: (input, { region }) => {
      listenerOf(region, input.ListenerArn).balancer.listeners.delete(input.ListenerArn);
      return {};
    },
  },
  DescribeListenerAttributes: {
    supports: "*",
    run: (input, { region }) => ({
      Attributes: upperTags(listenerOf(region, input.ListenerArn).record.attributes).filter(
        (a) => !a.Key.startsWith("sandbox."),
      ),
    }),
  },
  ModifyListenerAttributes: {
    supports: "*",
    run: (input, { region }) => {
      const { attributes, listener } = listenerOf(region, input.ListenerArn).record;
      checkListenerAttributes(listener.Protocol ?? "HTTP", input.Attributes);
      for (const a of input.Attributes) attributes.set(a.Key ?? "", a.Value ?? "");
      return { Attributes: upperTags(attributes).filter((a) => !a.Key.startsWith("sandbox.")) };
    },
  },
  CreateRule: {
    supports: "ListenerArn Conditions Priority Actions Tags",
    run: (input, { region }) => {
      const { record, balancer } = listenerOf(region, input.ListenerArn);
      if (input.Priority < 1 || input.Priority > 50000) throw validation("Rule priority must be between 1 and 50000");
      if ([...record.rules.values()].some((r) => r.rule.Priority === String(input.Priority)))
        throw new ApiError("PriorityInUse", `Priority '${input.Priority}' is currently in use`);
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
      const others = [...balancer.listeners.values()].flatMap((listener) => [...listener.rules.values()]);
      if (others.filter((r) => !r.rule.IsDefault).length >= RULES_PER_BALANCER)
        throw new ApiError(
          "TooManyRules",
          `The maximum number of rules on load balancer '${input.ListenerArn.split("/").slice(1, 4).join("/")}' has been reached`,
        );
      const rule: Rule = {
        RuleArn: `${input.ListenerArn.replace(":listener/", ":listener-rule/")}/${hex(16)}`,
        Priority: String(input.Priority),
        Conditions: checkConditions(input.Conditions),
        Actions: checkActions(region, balancer, "CreateRule", input.Actions),
        IsDefault: false,
      };
      record.rules.set(rule.RuleArn ?? "", { rule, tags: tagsFrom(input.Tags) });
      return { Rules: [rule] };
    },
  },
  DescribeRules: {
    supports: "*",
    run: (input, { region }) => {
      if (!input.ListenerArn && !input.RuleArns?.length)
        throw validation("You must specify either listener rule ARNs or a listener ARN");
      const rules = input.RuleArns?.length
        ? input.RuleArns.map((arn) => ruleOf(region, arn).record.rule)
        : [...listenerOf(region, input.ListenerArn ?? "").record.rules.values()].map((r) => r.rule);
      rules.sort((a, b) => (a.IsDefault ? 1 : b.IsDefault ? -1 : Number(a.Priority) - Number(b.Priority)));
      const p = page(rules, input.Marker, input.PageSize ?? 400, badMarker);
      return { Rules: p.items, NextMarker: p.next };
    },
  },
  ModifyRule: {
    supports: "RuleArn Conditions Actions",
    run: (input, { region }) => {
      const { record, balancer } = ruleOf(region, input.RuleArn);
      if (input.Conditions) record.rule.Conditions = checkConditions(input.Conditions);
      if (input.Actions) record.rule.Actions = checkActions(region, balancer, "ModifyRule", input.Actions);
      return { Rules: [record.rule] };
    },
  },
  DeleteRule: {
    supports: "*",
    run: (input, { region }) => {
      const { record, listener } = ruleOf(region, input.RuleArn);
      if (record.rule.IsDefault)
        throw new ApiError("OperationNotPermitted", `Default rule '${input.RuleArn}' cannot be deleted`);
      listener.rules.delete(input.RuleArn);
      return {};
    },
  },
  SetRulePriorities: {
    supports: "*",
    run: (input, { region }) => {
      const wanted = input.RulePriorities.map((r) => ({
        found: ruleOf(region, r.RuleArn ?? ""),
        priority: String(r.Priority ?? ""),
      }));
      for (const { found, priority } of wanted) {
        const clash = [...found.listener.rules.values()].find(
          (r) => r.rule.Priority === priority && !wanted.some((w) => w.found.record === r),
        );
        if (clash) throw new ApiError("PriorityInUse", `Priority '${priority}' is currently in use`);
      }
      for (const { found, priority } of wanted) found.record.rule.Priority = priority;
      return { Rules: wanted.map((w) => w.found.record.rule) };
    },
  },
});
