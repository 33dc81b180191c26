import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DescribeAccountLimitsCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RemoveTagsCommand,
  type Listener as SdkListener,
  type LoadBalancer as SdkLoadBalancer,
  type Rule,
  type TargetGroup as SdkTargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { isCancelled } from "../core/base/errors";
import type { ElbPort, Tags } from "../core/ports/cloud";
import {
  forwardAction,
  forwardsOf,
  healthCheckInput,
  listenerFrom,
  loadBalancerFrom,
  redirectAction,
  ruleFrom,
  targetGroupFrom,
} from "./elbShapes";
import { fromUpper, undefinedOn, upperTags, type Caller } from "./session";

/**
 * TLS 1.3 and 1.2, as the console proposes it.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
const sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06";

/** Elastic Load Balancing, version 2. */
export function elbPort(caller: Caller): ElbPort {
  const { elb } = caller.session;
  /** Tags of up to any number of resources, twenty a call as the API allows. */
  const tagsOf = async (arns: readonly string[]): Promise<Map<string, Tags>> => {
    const found = new Map<string, Tags>();
    for (let from = 0; from < arns.length; from += 20) {
      const { TagDescriptions } = await caller.send(
        elb,
        new DescribeTagsCommand({ ResourceArns: arns.slice(from, from + 20) }),
        "elb",
      );
      for (const item of TagDescriptions ?? []) found.set(item.ResourceArn ?? "", fromUpper(item.Tags));
    }
    return found;
  };
  const withTags = async <Found, Result>(
    items: readonly Found[],
    arnOf: (item: Found) => string | undefined,
    make: (item: Found, tags: Tags) => Result,
  ): Promise<Result[]> => {
    const tags = await tagsOf(items.map((item) => arnOf(item) ?? ""));
    return items.map((item) => make(item, tags.get(arnOf(item) ?? "") ?? {}));
  };
  const groupNamed = async (name: string): Promise<SdkTargetGroup | undefined> => {
    const command = new DescribeTargetGroupsCommand({ Names: [name] });
    return (await undefinedOn(/^TargetGroupNotFound/, caller.send(elb, command, "elb")))?.TargetGroups?.[0];
  };
  const balancerNamed = async (name: string): Promise<SdkLoadBalancer | undefined> => {
    const command = new DescribeLoadBalancersCommand({ Names: [name] });
    return (await undefinedOn(/^LoadBalancerNotFound/, caller.send(elb, command, "elb")))?.LoadBalancers?.[0];
  };
  const listenersOf = async (LoadBalancerArn: string | undefined): Promise<SdkListener[]> =>
    (await caller.send(elb, new DescribeListenersCommand({ LoadBalancerArn, PageSize: 400 }), "elb")).Listeners ?? [];
  const rulesOf = async (ListenerArn: string | undefined): Promise<Rule[]> =>
    (await caller.send(elb, new DescribeRulesCommand({ ListenerArn, PageSize: 400 }), "elb")).Rules ?? [];
  return {
    async look({ targetGroups: names, loadBalancer: name, port }) {
      // One page of all is one call, whether they are there or not, and has the count; few accounts have more.
      const [balancers, all] = await Promise.all([
        caller.send(elb, new DescribeLoadBalancersCommand({ PageSize: 400 }), "elb"),
        caller.send(elb, new DescribeTargetGroupsCommand({ PageSize: 400 }), "elb"),
      ]);
      const balancer = balancers.NextMarker
        ? await balancerNamed(name)
        : balancers.LoadBalancers?.find(({ LoadBalancerName }) => LoadBalancerName === name);
      const named = all.NextMarker
        ? await Promise.all(names.map(groupNamed))
        : names.map((item) => all.TargetGroups?.find(({ TargetGroupName }) => TargetGroupName === item));
      const groups = named.filter((group) => group !== undefined);
      const listeners = balancer ? await listenersOf(balancer.LoadBalancerArn) : [];
      const listener = listeners.find(({ Port }) => Port === port);
      const sends = forwardsOf(listener?.DefaultActions).some(({ arn }) =>
        groups.some(({ TargetGroupArn }) => TargetGroupArn === arn),
      );
      // With a second group a rule between the two decides.
      const rules = listener && (!sends || groups.length > 1) ? await rulesOf(listener.ListenerArn) : [];
      const arns = [
        balancer?.LoadBalancerArn,
        ...listeners.map(({ ListenerArn }) => ListenerArn),
        ...groups.map(({ TargetGroupArn }) => TargetGroupArn),
        ...rules.map(({ RuleArn }) => RuleArn),
      ].filter((arn) => arn !== undefined);
      const tags = await tagsOf(arns);
      const tagsAt = (arn: string | undefined): Tags => tags.get(arn ?? "") ?? {};
      return {
        targetGroups: groups.map((group) => targetGroupFrom(group, tagsAt(group.TargetGroupArn))),
        loadBalancer: balancer && loadBalancerFrom(balancer, tagsAt(balancer.LoadBalancerArn)),
        listener: listener && listenerFrom(listener, tagsAt(listener.ListenerArn)),
        listeners: listeners.map((each) => listenerFrom(each, tagsAt(each.ListenerArn))),
        rules: rules.map((rule) => ruleFrom(rule, tagsAt(rule.RuleArn))),
        counts: {
          ...(balancers.NextMarker
            ? {}
            : { loadBalancers: (balancers.LoadBalancers ?? []).filter(({ Type }) => Type === "application").length }),
          ...(all.NextMarker ? {} : { targetGroups: all.TargetGroups?.length ?? 0 }),
        },
      };
    },
    async limits() {
      try {
        const { Limits } = await caller.send(elb, new DescribeAccountLimitsCommand({ PageSize: 400 }), "elb");
        const most = (name: string) => {
          const text = Limits?.find((limit) => limit.Name === name)?.Max;
          return text === undefined ? undefined : Number(text);
        };
        const [loadBalancers, targetGroups] = [most("application-load-balancers"), most("target-groups")];
        return {
          ...(loadBalancers === undefined ? {} : { loadBalancers }),
          ...(targetGroups === undefined ? {} : { targetGroups }),
        };
      } catch (error) {
        if (isCancelled(error)) throw error;
        return {};
      }
    },
    async findTargetGroup(name) {
      const found = await groupNamed(name);
      return (await withTags(found ? [found] : [], (item) => item.TargetGroupArn, targetGroupFrom))[0];
    },
    async createTargetGroup({ name, vpc, port, healthCheck, tags }) {
      const { TargetGroups } = await caller.send(
        elb,
        new CreateTargetGroupCommand({
          Name: name,
          Protocol: "HTTP",
          Port: port,
          VpcId: vpc,
          TargetType: "ip",
          ...healthCheckInput(healthCheck),
          Tags: upperTags(tags),
        }),
      );
      return targetGroupFrom(TargetGroups?.[0] ?? {}, tags);
    },
    async modifyHealthCheck(arn, healthCheck) {
      await caller.send(elb, new ModifyTargetGroupCommand({ TargetGroupArn: arn, ...healthCheckInput(healthCheck) }));
    },
    async targetGroupAttributes(arn) {
      const { Attributes } = await caller.send(
        elb,
        new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }),
        "elb",
      );
      return fromUpper(Attributes);
    },
    async setTargetGroupAttributes(arn, attributes) {
      await caller.send(
        elb,
        new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: upperTags(attributes) }),
      );
    },
    async deleteTargetGroup(arn) {
      await caller.send(elb, new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
    },
    async targetHealth(arn) {
      const { TargetHealthDescriptions } = await caller.send(
        elb,
        new DescribeTargetHealthCommand({ TargetGroupArn: arn }),
        "elb",
      );
      return (TargetHealthDescriptions ?? []).map((item) => ({
        target: item.Target?.Id ?? "",
        port: item.Target?.Port ?? 0,
        state: item.TargetHealth?.State ?? "",
        ...(item.TargetHealth?.Reason === undefined ? {} : { reason: item.TargetHealth.Reason }),
        ...(item.TargetHealth?.Description === undefined ? {} : { description: item.TargetHealth.Description }),
      }));
    },
    async loadBalancerState(name) {
      return (await balancerNamed(name))?.State?.Code;
    },
    async findLoadBalancer(name) {
      const found = await balancerNamed(name);
      return (await withTags(found ? [found] : [], (item) => item.LoadBalancerArn, loadBalancerFrom))[0];
    },
    async createLoadBalancer({ name, subnets, securityGroups, internal, tags }) {
      const { LoadBalancers } = await caller.send(
        elb,
        new CreateLoadBalancerCommand({
          Name: name,
          Type: "application",
          Scheme: internal ? "internal" : "internet-facing",
          Subnets: subnets,
          SecurityGroups: securityGroups,
          Tags: upperTags(tags),
        }),
      );
      return loadBalancerFrom(LoadBalancers?.[0] ?? {}, tags);
    },
    async loadBalancerAttributes(arn) {
      const { Attributes } = await caller.send(
        elb,
        new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }),
        "elb",
      );
      return Object.fromEntries((Attributes ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
    },
    async setLoadBalancerAttributes(arn, attributes) {
      await caller.send(
        elb,
        new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes: upperTags(attributes) }),
      );
    },
    async deleteLoadBalancer(arn) {
      await caller.send(elb, new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
    },
    async listListeners(loadBalancerArn) {
      return withTags(await listenersOf(loadBalancerArn), (item) => item.ListenerArn, listenerFrom);
    },
    async createListener({ loadBalancerArn, port, to, certificateArn, tags }) {
      const { Listeners } = await caller.send(
        elb,
        new CreateListenerCommand({
          LoadBalancerArn: loadBalancerArn,
          ...(certificateArn === undefined
            ? { Protocol: "HTTP" }
            : { Protocol: "HTTPS", SslPolicy: sslPolicy, Certificates: [{ CertificateArn: certificateArn }] }),
          Port: port,
          DefaultActions: [
            "redirect" in to ? redirectAction(to.redirect) : { Type: "forward", TargetGroupArn: to.targetGroupArn },
          ],
          Tags: upperTags(tags),
        }),
      );
      return listenerFrom(Listeners?.[0] ?? {}, tags);
    },
    async redirectListener(arn, redirect) {
      await caller.send(
        elb,
        new ModifyListenerCommand({ ListenerArn: arn, DefaultActions: [redirectAction(redirect)] }),
      );
    },
    async setCertificate(arn, certificateArn) {
      await caller.send(
        elb,
        new ModifyListenerCommand({ ListenerArn: arn, Certificates: [{ CertificateArn: certificateArn }] }),
      );
    },
    async certificatesOf(listenerArn) {
      const { Certificates } = await caller.send(
        elb,
        new DescribeListenerCertificatesCommand({ ListenerArn: listenerArn, PageSize: 400 }),
        "elb",
      );
      return (Certificates ?? []).flatMap(({ CertificateArn }) => CertificateArn ?? []);
    },
    async tag(arn, tags) {
      await caller.send(elb, new AddTagsCommand({ ResourceArns: [arn], Tags: upperTags(tags) }));
    },
    async untag(arn, keys) {
      await caller.send(elb, new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [...keys] }));
    },
    async forwardListener(arn, forwards) {
      await caller.send(
        elb,
        new ModifyListenerCommand({ ListenerArn: arn, DefaultActions: [forwardAction(forwards)] }),
      );
    },
    async deleteListener(arn) {
      await caller.send(elb, new DeleteListenerCommand({ ListenerArn: arn }));
    },
    async listRules(listenerArn) {
      return withTags(await rulesOf(listenerArn), (item) => item.RuleArn, ruleFrom);
    },
    async createRule({ listenerArn, priority, forwards, pathPattern, hostHeader, tags }) {
      const { Rules } = await caller.send(
        elb,
        new CreateRuleCommand({
          ListenerArn: listenerArn,
          Priority: priority,
          Conditions: [
            ...(pathPattern === undefined
              ? []
              : [{ Field: "path-pattern", PathPatternConfig: { Values: [pathPattern] } }]),
            ...(hostHeader === undefined ? [] : [{ Field: "host-header", HostHeaderConfig: { Values: [hostHeader] } }]),
          ],
          Actions: [forwardAction(forwards)],
          Tags: upperTags(tags),
        }),
      );
      return ruleFrom(Rules?.[0] ?? {}, tags);
    },
    async forwardRule(arn, forwards) {
      await caller.send(elb, new ModifyRuleCommand({ RuleArn: arn, Actions: [forwardAction(forwards)] }));
    },
    async deleteRule(arn) {
      await caller.send(elb, new DeleteRuleCommand({ RuleArn: arn }));
    },
  };
}
