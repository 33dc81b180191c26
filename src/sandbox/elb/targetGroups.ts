/** ELBv2: target groups and their targets. */
import { contains } from "../ec2/cidr";
import { hex } from "../ids";
import type {
  CreateTargetGroupInput,
  Elbv2Operations,
  ModifyTargetGroupInput,
  TargetDescription,
  TargetGroup,
  TargetHealthDescription,
} from "../model/elbv2.types";
import type { Table } from "../registry";
import type { TargetGroupRecord } from "../states";
import { canonical, page, tagsFrom, upperTags } from "../util";
import { quotaOf, TARGET_GROUP_QUOTA } from "../quotas";
import { ApiError, notImplemented } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { badMarker, checkName } from "./loadBalancers";
import { balancerUsing, endpointOf, groupsBehind, loadBalancerOf, targetGroupOf } from "./lookup";
import { deregisterTarget, keyOf, registerTarget } from "./targets";

type Operations = Pick<
  Elbv2Operations,
  | "CreateTargetGroup"
  | "DescribeTargetGroups"
  | "ModifyTargetGroup"
  | "DeleteTargetGroup"
  | "DescribeTargetGroupAttributes"
  | "ModifyTargetGroupAttributes"
  | "RegisterTargets"
  | "DeregisterTargets"
  | "DescribeTargetHealth"
>;

const validation = (text: string): ApiError => new ApiError("ValidationError", text);

const DEFAULTS: Readonly<Record<string, string>> = {
  "stickiness.enabled": "false",
  "deregistration_delay.timeout_seconds": "300",
  "stickiness.type": "lb_cookie",
  "stickiness.lb_cookie.duration_seconds": "86400",
  "stickiness.app_cookie.duration_seconds": "86400",
  "stickiness.app_cookie.cookie_name": "",
  "slow_start.duration_seconds": "0",
  "load_balancing.algorithm.type": "round_robin",
  "load_balancing.algorithm.anomaly_mitigation": "off",
  "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
  "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
};

const SPANS: readonly (readonly [
  keyof ModifyTargetGroupInput & keyof CreateTargetGroupInput,
  string,
  number,
  number,
])[] = [
  ["HealthCheckIntervalSeconds", "Health check interval", 5, 300],
  ["HealthCheckTimeoutSeconds", "Health check timeout", 2, 120],
  ["HealthyThresholdCount", "Healthy threshold count", 2, 10],
  ["UnhealthyThresholdCount", "Unhealthy threshold count", 2, 10],
];

function checkHealth(input: Partial<TargetGroup>): void {
  for (const [member, text, low, high] of SPANS) {
    const value = input[member as keyof TargetGroup];
    if (typeof value === "number" && (value < low || value > high))
      throw validation(`${text} must be greater than or equal to '${low}' and less than or equal to '${high}'`);
  }
  const { HealthCheckIntervalSeconds: interval = 30, HealthCheckTimeoutSeconds: timeout = 5 } = input;
  if (timeout >= interval) throw validation("Health check timeout must be smaller than the interval");
  if (input.HealthCheckPath !== undefined && !input.HealthCheckPath.startsWith("/"))
    throw validation(`Health check path '${input.HealthCheckPath}' must begin with a '/' character`);
  const code = input.Matcher?.HttpCode;
  const codes = code?.split(/[,-]/).map(Number) ?? [];
  if (code !== undefined && (codes.length === 0 || codes.some((c) => !Number.isInteger(c) || c < 200 || c > 499)))
    throw validation(`Health check matcher HTTP code '${code}' must be within '200-499' inclusive`);
}

function create(world: SandboxState, region: Region, input: CreateTargetGroupInput): TargetGroup {
  checkName("Target group", input.Name);
  const text = canonical(input);
  const existing = [...region.elb.targetGroups.values()].find((r) => r.group.TargetGroupName === input.Name);
  if (existing) {
    if (existing.attributes.get("sandbox.arguments") === text) return existing.group;
    throw new ApiError(
      "DuplicateTargetGroupName",
      `A target group with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  if (region.elb.targetGroups.size >= quotaOf(world, TARGET_GROUP_QUOTA))
    throw new ApiError("TooManyTargetGroups", "The maximum number of target groups has been reached");
  const type = input.TargetType ?? "instance";
  if (type !== "lambda") {
    if (!input.Protocol) throw validation("A protocol must be specified");
    if (input.Port === undefined) throw validation("A port must be specified");
    if (!input.VpcId) throw validation("A VPC ID must be specified");
    if (input.Port < 1 || input.Port > 65535)
      throw validation(`Port '${input.Port}' is not valid; it must be between 1 and 65535`);
    if (!region.ec2.vpcs.has(input.VpcId)) throw validation(`The VPC ID '${input.VpcId}' is not found`);
  }
  if (input.Protocol !== undefined && !["HTTP", "HTTPS"].includes(input.Protocol))
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement elbv2 CreateTargetGroup with Protocol '${input.Protocol}'.`,
      501,
    );
  const group: TargetGroup = {
    TargetGroupArn: region.arn("elasticloadbalancing", `targetgroup/${input.Name}/${hex(16)}`),
    TargetGroupName: input.Name,
    Protocol: input.Protocol,
    Port: input.Port,
    VpcId: input.VpcId,
    HealthCheckProtocol: input.HealthCheckProtocol ?? "HTTP",
    HealthCheckPort: input.HealthCheckPort ?? "traffic-port",
    HealthCheckEnabled: input.HealthCheckEnabled ?? true,
    HealthCheckIntervalSeconds: input.HealthCheckIntervalSeconds ?? 30,
    HealthCheckTimeoutSeconds: input.HealthCheckTimeoutSeconds ?? 5,
    HealthyThresholdCount: input.HealthyThresholdCount ?? 5,
    UnhealthyThresholdCount: input.UnhealthyThresholdCount ?? 2,
    HealthCheckPath: input.HealthCheckPath ?? "/",
    Matcher: { HttpCode: input.Matcher?.HttpCode ?? "200" },
    TargetType: type,
    ProtocolVersion: input.ProtocolVersion ?? "HTTP1",
    IpAddressType: input.IpAddressType ?? "ipv4",
  };
  checkHealth(group);
  region.elb.targetGroups.set(group.TargetGroupArn ?? "", {
    group,
    attributes: new Map([...Object.entries(DEFAULTS), ["sandbox.arguments", text]]),
    tags: tagsFrom(input.Tags),
    targets: new Map(),
    shown: new Map(),
    cursor: 0,
  });
  return group;
}

const described = (region: Region, record: TargetGroupRecord): TargetGroup => {
  const balancer = balancerUsing(region, record.group.TargetGroupArn ?? "");
  return { ...record.group, LoadBalancerArns: balancer ? [balancer.loadBalancer.LoadBalancerArn ?? ""] : [] };
};

const attributesOf = (record: TargetGroupRecord): { Key: string; Value: string }[] =>
  upperTags(record.attributes).filter((a) => !a.Key.startsWith("sandbox."));

/** Attributes that would change the traffic and are not implemented: only these values are taken. */
const FIXED: Readonly<Record<string, string>> = {
  "slow_start.duration_seconds": "0",
  "load_balancing.algorithm.type": "round_robin",
  "load_balancing.algorithm.anomaly_mitigation": "off",
};

const SECONDS_OF_STICKINESS = [1, 604_800] as const;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
function checkStickiness(key: string, value: string): void {
  const wrong = (): ApiError => validation(`'${value}' is not a valid value for '${key}'`);
  if (key === "stickiness.enabled" && value !== "true" && value !== "false") throw wrong();
  if (key === "stickiness.type" && value !== "lb_cookie" && value !== "app_cookie") throw wrong();
  const [low, high] = SECONDS_OF_STICKINESS;
  if (key.startsWith("stickiness.") && key.endsWith("duration_seconds"))
    if (!/^\d+$/.test(value) || Number(value) < low || Number(value) > high) throw wrong();
  if (key === "stickiness.app_cookie.cookie_name" && /^AWSALB(APP|TG|CORS)?|[^!#$%&'*+.^_`|~0-9A-Za-z-]/.test(value))
    throw wrong();
}

function checkAttribute(record: TargetGroupRecord, key: string, value: string): void {
  if (!record.attributes.has(key) || key.startsWith("sandbox."))
    throw validation(`Target group attribute key '${key}' is not recognized`);
  checkStickiness(key, value);
  const n = Number(value);
  if (key === "deregistration_delay.timeout_seconds" && (!Number.isInteger(n) || n < 0 || n > 3600))
    throw validation(`'deregistration_delay.timeout_seconds' must be between '0' and '3600' inclusive`);
  if (key === "slow_start.duration_seconds" && n !== 0 && (!Number.isInteger(n) || n < 30 || n > 900))
    throw validation(`'slow_start.duration_seconds' must be 0 or between '30' and '900' inclusive`);
  const fixed = FIXED[key];
  if (fixed !== undefined && value !== fixed)
    throw notImplemented("elbv2", "ModifyTargetGroupAttributes", `${key}=${value}`);
}

function zoneOf(region: Region, record: TargetGroupRecord, id: string): string | undefined {
  const vpc = region.ec2.vpcs.get(record.group.VpcId ?? "");
  if (!contains(vpc?.CidrBlock ?? "", id))
    throw new ApiError(
      "InvalidTarget",
      `The following targets are not in the target group VPC '${record.group.VpcId ?? ""}': '${id}'`,
    );
  const subnet = [...region.ec2.subnets.values()].find(
    (s) => s.VpcId === record.group.VpcId && contains(s.CidrBlock ?? "", id),
  );
  return endpointOf(region, id, 0)?.zone ?? subnet?.AvailabilityZone;
}

function health(
  world: SandboxState,
  record: TargetGroupRecord,
  wanted: TargetDescription[] | undefined,
): TargetHealthDescription[] {
  const now = Date.now();
  const injected =
    record.targets.size > 0 ? world.faultFires("target-health", record.group.TargetGroupName ?? "")?.target : undefined;
  const shown = [...record.targets.values()].map((t) => {
    const stale = record.shown.get(keyOf(t));
    const view = injected ?? (stale && stale.until > now ? stale : t);
    return {
      Target: { Id: t.id, Port: t.port, AvailabilityZone: t.zone },
      HealthCheckPort: record.group.HealthCheckPort === "traffic-port" ? String(t.port) : record.group.HealthCheckPort,
      TargetHealth: { State: view.state, Reason: view.reason, Description: view.description },
    };
  });
  if (!wanted?.length) return shown;
  return wanted.map(
    (w) =>
      shown.find((s) => s.Target.Id === w.Id && (w.Port === undefined || s.Target.Port === w.Port)) ?? {
        Target: { Id: w.Id, Port: w.Port ?? record.group.Port },
        TargetHealth: {
          State: "unused",
          Reason: "Target.NotRegistered",
          Description: "Target is not registered to the target group",
        },
      },
  );
}

export const targetGroupOperations = (world: SandboxState): Table<Operations> => ({
  CreateTargetGroup: {
    supports:
      "Name Protocol ProtocolVersion Port VpcId HealthCheckProtocol HealthCheckPort HealthCheckEnabled " +
      "HealthCheckPath HealthCheckIntervalSeconds HealthCheckTimeoutSeconds HealthyThresholdCount " +
      "UnhealthyThresholdCount Matcher TargetType Tags IpAddressType",
    run: (input, { region }) => ({ TargetGroups: [{ ...create(world, region, input), LoadBalancerArns: [] }] }),
  },
  DescribeTargetGroups: {
    supports: "*",
    run: (input, { region }) => {
      if (input.PageSize !== undefined && (input.PageSize < 1 || input.PageSize > 400))
        throw validation("The page size must be between 1 and 400");
      const notFound = (): ApiError => new ApiError("TargetGroupNotFound", "One or more target groups not found");
      let all = [...region.elb.targetGroups.values()];
      if (input.LoadBalancerArn) {
        const behind = groupsBehind(loadBalancerOf(region, input.LoadBalancerArn));
        all = all.filter((r) => behind.has(r.group.TargetGroupArn ?? ""));
      }
      for (const arn of input.TargetGroupArns ?? []) if (!region.elb.targetGroups.has(arn)) throw notFound();
      if (input.TargetGroupArns?.length)
        all = all.filter((r) => input.TargetGroupArns?.includes(r.group.TargetGroupArn ?? ""));
      if (input.Names?.length) {
        if (input.Names.some((n) => !all.some((r) => r.group.TargetGroupName === n))) throw notFound();
        all = all.filter((r) => input.Names?.includes(r.group.TargetGroupName ?? ""));
      }
      const p = page(all, input.Marker, input.PageSize ?? 400, badMarker);
      return { TargetGroups: p.items.map((r) => described(region, r)), NextMarker: p.next };
    },
  },
  ModifyTargetGroup: {
    supports: "*",
    run: (input, { region }) => {
      const record = targetGroupOf(region, input.TargetGroupArn);
      const { TargetGroupArn: _arn, Matcher, ...rest } = input;
      const changes = Object.fromEntries(
        Object.entries({ ...rest, ...(Matcher ? { Matcher } : {}) }).filter(([, v]) => v !== undefined),
      );
      checkHealth({ ...record.group, ...changes });
      Object.assign(record.group, changes);
      return { TargetGroups: [described(region, record)] };
    },
  },
  DeleteTargetGroup: {
    supports: "*",
    run: (input, { region }) => {
      if (balancerUsing(region, input.TargetGroupArn))
        throw new ApiError(
          "ResourceInUse",
          `Target group '${input.TargetGroupArn}' is currently in use by a listener or a rule`,
        );
      region.elb.targetGroups.delete(input.TargetGroupArn);
      return {};
    },
  },
  DescribeTargetGroupAttributes: {
    supports: "*",
    run: (input, { region }) => ({ Attributes: attributesOf(targetGroupOf(region, input.TargetGroupArn)) }),
  },
  ModifyTargetGroupAttributes: {
    supports: "*",
    run: (input, { region }) => {
      const record = targetGroupOf(region, input.TargetGroupArn);
      for (const a of input.Attributes) checkAttribute(record, a.Key ?? "", a.Value ?? "");
      for (const a of input.Attributes) record.attributes.set(a.Key ?? "", a.Value ?? "");
      return { Attributes: attributesOf(record) };
    },
  },
  RegisterTargets: {
    supports: "*",
    run: (input, { region }) => {
      const record = targetGroupOf(region, input.TargetGroupArn);
      const found = input.Targets.map((t) => ({
        id: t.Id,
        port: t.Port ?? record.group.Port ?? 80,
        zone: zoneOf(region, record, t.Id),
      }));
      for (const t of found) registerTarget(world, region, record, t.id, t.port, t.zone);
      return {};
    },
  },
  DeregisterTargets: {
    supports: "*",
    run: (input, { region }) => {
      const record = targetGroupOf(region, input.TargetGroupArn);
      for (const t of input.Targets) {
        for (const target of [...record.targets.values()].filter(
          (x) => x.id === t.Id && (t.Port === undefined || x.port === t.Port),
        )) {
          world.background("draining", deregisterTarget(world, record, target.id, target.port));
        }
      }
      return {};
    },
  },
  DescribeTargetHealth: {
    supports: "TargetGroupArn Targets Include",
    run: (input, { region }) => ({
      TargetHealthDescriptions: health(world, targetGroupOf(region, input.TargetGroupArn), input.Targets),
    }),
  },
});
