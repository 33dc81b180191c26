/** What Elastic Load Balancing answers, in core's words, and core's words as it takes them. */
import type {
  Action,
  Listener as SdkListener,
  LoadBalancer as SdkLoadBalancer,
  Rule,
  RuleCondition,
  TargetGroup as SdkTargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ListenerCondition } from "../core/base/listenerConditions";
import type {
  Forward,
  HealthCheckSettings,
  Listener,
  ListenerRule,
  LoadBalancer,
  Redirect,
  Tags,
  TargetGroup,
} from "../core/ports/cloud";

export const healthCheckInput = (check: HealthCheckSettings) => ({
  HealthCheckProtocol: "HTTP" as const,
  HealthCheckPath: check.path,
  HealthCheckIntervalSeconds: check.intervalSeconds,
  HealthCheckTimeoutSeconds: check.timeoutSeconds,
  HealthyThresholdCount: check.healthyThreshold,
  UnhealthyThresholdCount: check.unhealthyThreshold,
  Matcher: { HttpCode: check.matcher },
});

export const targetGroupFrom = (found: SdkTargetGroup, tags: Tags): TargetGroup => ({
  name: found.TargetGroupName ?? "",
  arn: found.TargetGroupArn ?? "",
  vpc: found.VpcId ?? "",
  port: found.Port ?? 0,
  targetType: found.TargetType ?? "",
  loadBalancers: found.LoadBalancerArns ?? [],
  healthCheck: {
    path: found.HealthCheckPath ?? "/",
    matcher: found.Matcher?.HttpCode ?? "200",
    intervalSeconds: found.HealthCheckIntervalSeconds ?? 30,
    timeoutSeconds: found.HealthCheckTimeoutSeconds ?? 5,
    healthyThreshold: found.HealthyThresholdCount ?? 5,
    unhealthyThreshold: found.UnhealthyThresholdCount ?? 2,
  },
  tags,
});

export const loadBalancerFrom = (found: SdkLoadBalancer, tags: Tags): LoadBalancer => ({
  name: found.LoadBalancerName ?? "",
  arn: found.LoadBalancerArn ?? "",
  dnsName: found.DNSName ?? "",
  state: found.State?.Code ?? "",
  scheme: found.Scheme ?? "",
  vpc: found.VpcId ?? "",
  type: found.Type ?? "",
  securityGroups: found.SecurityGroups ?? [],
  subnets: (found.AvailabilityZones ?? []).flatMap((zone) => (zone.SubnetId === undefined ? [] : [zone.SubnetId])),
  ...(found.CanonicalHostedZoneId === undefined ? {} : { zoneId: found.CanonicalHostedZoneId }),
  tags,
});

/** Target groups that an action forwards to, and their weights; a forward to one group alone has all of it. */
export const forwardsOf = (actions: readonly Action[] | undefined): Forward[] => {
  const weights = new Map<string, number>();
  for (const action of actions ?? []) {
    for (const { TargetGroupArn: arn, Weight: weight } of action.ForwardConfig?.TargetGroups ?? [])
      if (arn !== undefined) weights.set(arn, weight ?? 1);
    if (action.TargetGroupArn !== undefined && !weights.has(action.TargetGroupArn))
      weights.set(action.TargetGroupArn, 1);
  }
  return [...weights].map(([arn, weight]) => ({ arn, weight }));
};

export const forwardAction = (forwards: readonly Forward[]): Action =>
  forwards.length === 1
    ? { Type: "forward", TargetGroupArn: forwards[0]?.arn }
    : {
        Type: "forward",
        ForwardConfig: { TargetGroups: forwards.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })) },
      };

export const listenerFrom = (found: SdkListener, tags: Tags): Listener => ({
  arn: found.ListenerArn ?? "",
  port: found.Port ?? 0,
  protocol: found.Protocol ?? "",
  forwards: forwardsOf(found.DefaultActions),
  ...certificateAndRedirect(found),
  tags,
});

function certificateAndRedirect({
  Certificates,
  DefaultActions,
}: SdkListener): Pick<Listener, "certificate" | "redirect"> {
  const certificate = Certificates?.[0]?.CertificateArn;
  const redirect = DefaultActions?.find(({ RedirectConfig }) => RedirectConfig)?.RedirectConfig;
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(redirect
      ? {
          redirect: {
            protocol: redirect.Protocol ?? "#{protocol}",
            host: redirect.Host ?? "#{host}",
            port: redirect.Port ?? "#{port}",
          },
        }
      : {}),
  };
}

/** People who kept the address are not asked to learn the new one: the path and what is asked stay. */
export const redirectAction = ({ protocol, host, port }: Redirect): Action => ({
  Type: "redirect",
  RedirectConfig: {
    Protocol: protocol === "HTTP" ? "HTTP" : "HTTPS",
    Host: host,
    Port: port,
    Path: "/#{path}",
    Query: "#{query}",
    StatusCode: "HTTP_301",
  },
});

/** A condition in core's words; undefined for one of a kind that came after this version. */
function conditionFrom(found: RuleCondition): ListenerCondition | undefined {
  const patterns = (config: { Values?: string[] | undefined; RegexValues?: string[] | undefined } | undefined) => ({
    // The older form has its values beside the field.
    values: config?.Values ?? found.Values ?? [],
    ...((found.RegexValues ?? config?.RegexValues)
      ? { regexValues: found.RegexValues ?? config?.RegexValues ?? [] }
      : {}),
  });
  switch (found.Field) {
    case "host-header":
      return { field: "host-header", ...patterns(found.HostHeaderConfig) };
    case "path-pattern":
      return { field: "path-pattern", ...patterns(found.PathPatternConfig) };
    case "http-header":
      return {
        field: "http-header",
        header: found.HttpHeaderConfig?.HttpHeaderName ?? "",
        ...patterns(found.HttpHeaderConfig),
      };
    case "query-string":
      return {
        field: "query-string",
        values: (found.QueryStringConfig?.Values ?? []).map(({ Key, Value }) => ({
          ...(Key === undefined ? {} : { key: Key }),
          value: Value ?? "",
        })),
      };
    case "http-request-method":
      return { field: "http-request-method", values: found.HttpRequestMethodConfig?.Values ?? [] };
    case "source-ip":
      return { field: "source-ip", values: found.SourceIpConfig?.Values ?? [] };
    default:
      return undefined;
  }
}

export const ruleFrom = (found: Rule, tags: Tags): ListenerRule => ({
  arn: found.RuleArn ?? "",
  priority: found.Priority ?? "",
  isDefault: found.IsDefault ?? false,
  forwards: forwardsOf(found.Actions),
  pathPatterns: (found.Conditions ?? []).flatMap((condition) => condition.PathPatternConfig?.Values ?? []),
  hostHeaders: (found.Conditions ?? []).flatMap((condition) => condition.HostHeaderConfig?.Values ?? []),
  conditions: (found.Conditions ?? []).flatMap((condition) => conditionFrom(condition) ?? []),
  partlyRead: (found.Conditions ?? []).some((condition) => conditionFrom(condition) === undefined),
  tags,
});
