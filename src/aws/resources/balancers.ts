import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type Action,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
  type TargetHealthDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ResourceItem, ResourceState } from "../../core/ports/resourceModel";
import { matching, present, type Loaders } from "./shared";

const pageSize = 100;

const balancerItem = (found: LoadBalancer): ResourceItem => {
  const state = found.State?.Code ?? "";
  return {
    kind: "loadBalancer",
    key: found.LoadBalancerArn ?? "",
    label: found.LoadBalancerName ?? "",
    expandable: true,
    can: found.Type === "application" ? ["url"] : [],
    state: state === "active" ? "good" : state === "provisioning" ? "busy" : "bad",
    description: [
      state === "active" ? "" : state,
      found.Type === "application" ? "" : found.Type,
      found.Scheme === "internal" ? "internal" : "",
      found.DNSName,
    ]
      .filter(Boolean)
      .join(" · "),
    ...(found.LoadBalancerArn === undefined ? {} : { arn: found.LoadBalancerArn }),
    ref: {
      loadBalancer: found.LoadBalancerArn ?? "",
      name: found.LoadBalancerName ?? "",
      address: found.DNSName ?? "",
    },
    facts: [
      ["ARN", found.LoadBalancerArn ?? ""],
      ["Address", found.DNSName ?? ""],
      ["Scheme", found.Scheme ?? ""],
      ["VPC", found.VpcId ?? ""],
      ["Zones", (found.AvailabilityZones ?? []).map((zone) => zone.ZoneName ?? "").join(", ")],
      ["Security groups", (found.SecurityGroups ?? []).join(", ")],
    ],
  };
};

const groupsOf = (actions: readonly Action[] | undefined): string[] => [
  ...new Set(
    (actions ?? [])
      .flatMap((action) => [
        action.TargetGroupArn,
        ...(action.ForwardConfig?.TargetGroups ?? []).map((group) => group.TargetGroupArn),
      ])
      .filter((arn) => arn !== undefined),
  ),
];
const nameOfGroup = (arn: string): string => arn.split("/").at(-2) ?? arn;
const wordsOf = (actions: readonly Action[] | undefined): string =>
  (actions ?? [])
    .map((action) =>
      action.Type === "forward"
        ? `to ${groupsOf([action]).map(nameOfGroup).join(", ")}`
        : action.RedirectConfig
          ? `redirect to ${action.RedirectConfig.Protocol ?? ""} ${action.RedirectConfig.Port ?? ""}`.trim()
          : (action.Type ?? ""),
    )
    .join(", ");

const listenerItem = (found: Listener, parent: ResourceItem): ResourceItem => ({
  kind: "listener",
  key: found.ListenerArn ?? "",
  label: `${found.Protocol ?? ""}:${found.Port ?? ""}`,
  description: wordsOf(found.DefaultActions),
  state: "plain",
  expandable: true,
  can: ["HTTP", "HTTPS"].includes(found.Protocol ?? "") ? ["url"] : [],
  ...(found.ListenerArn === undefined ? {} : { arn: found.ListenerArn }),
  ref: {
    ...parent.ref,
    listener: found.ListenerArn ?? "",
    port: String(found.Port ?? 80),
    protocol: found.Protocol ?? "",
  },
  facts: [
    ["ARN", found.ListenerArn ?? ""],
    ["Default", wordsOf(found.DefaultActions)],
    ...(found.Certificates?.length
      ? [
          ["Certificate", found.Certificates.map(({ CertificateArn }) => CertificateArn ?? "").join(", ")] as [
            string,
            string,
          ],
        ]
      : []),
    ...(found.SslPolicy === undefined ? [] : [["TLS policy", found.SslPolicy] as [string, string]]),
  ],
});

const ruleItem = (found: Rule, parent: ResourceItem): ResourceItem => {
  const conditions = (found.Conditions ?? [])
    .map(
      (condition) =>
        `${condition.Field ?? ""} ` +
        `${(condition.Values ?? condition.PathPatternConfig?.Values ?? condition.HostHeaderConfig?.Values ?? []).join(" or ")}`,
    )
    .join(" and ");
  return {
    kind: "rule",
    key: found.RuleArn ?? "",
    label: found.IsDefault ? "Default" : `Rule ${found.Priority ?? ""}`,
    description: [conditions, wordsOf(found.Actions)].filter(Boolean).join(" · "),
    state: "plain",
    expandable: groupsOf(found.Actions).length > 0,
    can: [],
    ...(found.RuleArn === undefined ? {} : { arn: found.RuleArn }),
    ref: { ...parent.ref, groups: groupsOf(found.Actions).join(" ") },
    facts: [
      ["ARN", found.RuleArn ?? ""],
      ["If", conditions || "nothing else fits"],
      ["Then", wordsOf(found.Actions)],
    ],
  };
};

const groupItem = (found: TargetGroup): ResourceItem => ({
  kind: "targetGroup",
  key: found.TargetGroupArn ?? "",
  label: found.TargetGroupName ?? "",
  state: found.LoadBalancerArns?.length ? "plain" : "off",
  expandable: true,
  can: [],
  description: [
    `${found.Protocol ?? ""}:${found.Port ?? ""}`,
    found.TargetType,
    found.HealthCheckPath,
    found.LoadBalancerArns?.length ? "" : "not in use",
  ]
    .filter(Boolean)
    .join(" · "),
  ...(found.TargetGroupArn === undefined ? {} : { arn: found.TargetGroupArn }),
  ref: { targetGroup: found.TargetGroupArn ?? "", name: found.TargetGroupName ?? "" },
  facts: [
    ["ARN", found.TargetGroupArn ?? ""],
    [
      "Health check",
      `${found.HealthCheckPath ?? ""} every ${found.HealthCheckIntervalSeconds ?? "?"} s, ` +
        `${found.Matcher?.HttpCode ?? ""}`,
    ],
    ["VPC", found.VpcId ?? ""],
  ],
});

const targetStates: Readonly<Record<string, ResourceState>> = {
  healthy: "good",
  initial: "busy",
  draining: "busy",
  unhealthy: "bad",
  unused: "bad",
  unavailable: "bad",
};

const targetItem = (found: TargetHealthDescription, parent: ResourceItem): ResourceItem => {
  const { Id = "", Port, AvailabilityZone } = found.Target ?? {};
  const { State = "", Reason, Description } = found.TargetHealth ?? {};
  return {
    kind: "target",
    key: `${Id}:${Port ?? ""}`,
    label: `${Id}:${Port ?? ""}`,
    description: [State, Description ?? Reason, AvailabilityZone].filter(Boolean).join(" · "),
    state: targetStates[State] ?? "plain",
    expandable: false,
    can: [],
    ref: { ...parent.ref, address: Id },
    facts: [
      ["State", State],
      ["Reason", Reason ?? ""],
      ["Description", Description ?? ""],
      ["Zone", AvailabilityZone ?? ""],
      ["Health check port", found.HealthCheckPort ?? ""],
    ],
  };
};

export const balancerLoaders: Loaders = {
  async loadBalancers(caller, _parent, page, filter) {
    const { LoadBalancers, NextMarker } = await caller.send(
      caller.session.elb,
      new DescribeLoadBalancersCommand({
        PageSize: filter === undefined ? pageSize : 400,
        ...present({ Marker: page }),
      }),
      "elb",
    );
    return {
      items: matching((LoadBalancers ?? []).map(balancerItem), filter).sort((a, b) => a.label.localeCompare(b.label)),
      ...present({ next: NextMarker }),
    };
  },
  async loadBalancer(caller, parent) {
    const { Listeners } = await caller.send(
      caller.session.elb,
      new DescribeListenersCommand({ LoadBalancerArn: parent.ref["loadBalancer"], PageSize: 400 }),
      "elb",
    );
    return { items: (Listeners ?? []).map((item) => listenerItem(item, parent)) };
  },
  async listener(caller, parent) {
    const { Rules } = await caller.send(
      caller.session.elb,
      new DescribeRulesCommand({ ListenerArn: parent.ref["listener"], PageSize: 400 }),
      "elb",
    );
    return { items: (Rules ?? []).map((item) => ruleItem(item, parent)) };
  },
  async rule(caller, parent) {
    const arns = (parent.ref["groups"] ?? "").split(" ").filter(Boolean);
    if (arns.length === 0) return { items: [] };
    const { TargetGroups } = await caller.send(
      caller.session.elb,
      new DescribeTargetGroupsCommand({ TargetGroupArns: arns }),
      "elb",
    );
    return { items: (TargetGroups ?? []).map(groupItem) };
  },
  async targetGroups(caller, _parent, page, filter) {
    const { TargetGroups, NextMarker } = await caller.send(
      caller.session.elb,
      new DescribeTargetGroupsCommand({
        PageSize: filter === undefined ? pageSize : 400,
        ...present({ Marker: page }),
      }),
      "elb",
    );
    return {
      items: matching((TargetGroups ?? []).map(groupItem), filter).sort((a, b) => a.label.localeCompare(b.label)),
      ...present({ next: NextMarker }),
    };
  },
  async targetGroup(caller, parent) {
    const { TargetHealthDescriptions } = await caller.send(
      caller.session.elb,
      new DescribeTargetHealthCommand({ TargetGroupArn: parent.ref["targetGroup"] }),
      "elb",
    );
    return { items: (TargetHealthDescriptions ?? []).map((item) => targetItem(item, parent)) };
  },
};
