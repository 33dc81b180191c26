/** Token buckets at AWS's published rates, scaled by the speed of time. */
import type { Options } from "../options";

type Rate = readonly [burst: number, perSecond: number];

/** Service to groups of operations: a pattern over names, burst, sustained rate. The first that matches counts. */
const RATES: Readonly<Record<string, readonly (readonly [string, RegExp, ...Rate])[]>> = {
  ecs: [
    ["cluster-modify", /^(Create|Delete|Update)Cluster|PutClusterCapacityProviders/, 20, 1],
    ["cluster-read", /^(Describe|List)Clusters$/, 50, 20],
    ["definition-modify", /^(Register|Deregister)TaskDefinition$|^DeleteTaskDefinitions$/, 20, 1],
    ["definition-read", /^(Describe|List)TaskDefinition/, 50, 20],
    ["deployment-read", /ServiceDeployments$|ServiceRevisions$/, 50, 20],
    ["service-read", /^(Describe|List)Services$/, 100, 20],
    ["service-modify", /^(Create|Update|Delete)Service$|^(Stop|Continue)ServiceDeployment$/, 50, 5],
    ["task-read", /^(Describe|List)Tasks$/, 100, 20],
    ["task-modify", /^(Run|Stop)Task$|^UpdateTaskProtection$/, 100, 20],
  ],
  elbv2: [
    ["read", /^Describe/, 40, 10],
    ["modify", /./, 20, 3],
  ],
  ecr: [
    ["put-image", /^PutImage$/, 10, 10],
    ["token", /^GetAuthorizationToken$/, 500, 500],
    ["other", /./, 200, 100],
  ],
  logs: [
    ["filter", /^FilterLogEvents$/, 25, 25],
    ["get", /^GetLogEvents$/, 30, 30],
    ["tail", /^StartLiveTail$/, 5, 5],
    ["query", /^(StartQuery|GetQueryResults|StopQuery)$/, 10, 10],
    ["describe", /^Describe/, 25, 25],
    ["group", /^(Create|Delete)LogGroup$/, 10, 10],
  ],
  cloudwatch: [
    ["data", /^GetMetricData$/, 50, 50],
    ["statistics", /^GetMetricStatistics$/, 400, 400],
    ["list", /^ListMetrics$/, 25, 25],
    ["put", /^PutMetricData$/, 500, 500],
    ["alarm-read", /^DescribeAlarms$/, 9, 9],
    ["alarm", /Alarm/, 3, 3],
  ],
  ec2: [
    ["read", /^Describe/, 100, 20],
    ["modify", /./, 50, 5],
  ],
  iam: [
    ["read", /^(Get|List)/, 100, 50],
    ["modify", /./, 50, 15],
  ],
  secrets: [
    ["value", /^(GetSecretValue|DescribeSecret)$/, 10_000, 10_000],
    ["list", /^List/, 100, 100],
    ["modify", /./, 50, 50],
  ],
  ssm: [
    ["read", /^Get/, 40, 40],
    ["modify", /./, 10, 10],
  ],
  kms: [
    ["work", /^(Encrypt|Decrypt|GenerateDataKey)$/, 10_000, 10_000],
    ["other", /./, 100, 100],
  ],
  acm: [
    ["read", /^(Describe|Get|List)/, 10, 10],
    ["modify", /./, 5, 5],
  ],
  // Five a second for the whole account: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
  route53: [["all", /./, 5, 5]],
};

const CODES: Readonly<Record<string, readonly [string, string]>> = {
  ec2: ["RequestLimitExceeded", "Request limit exceeded."],
  elbv2: ["Throttling", "Rate exceeded"],
  iam: ["Throttling", "Rate exceeded"],
  cloudwatch: ["Throttling", "Rate exceeded"],
  sts: ["Throttling", "Rate exceeded"],
  route53: ["Throttling", "Rate exceeded"],
};

/** The code and text with which a service says that it is asked too often. */
export function throttling(service: string): readonly [string, string] {
  return CODES[service] ?? ["ThrottlingException", "Rate exceeded"];
}

export class Throttle {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();
  /** Off while an account is filled; a test of a client that should be told off has it on. */
  isOn = true;

  constructor(private readonly options: Pick<Options, "time" | "speed">) {}

  /** Takes a token; false when the bucket is empty. */
  take(region: string, service: string, operation: string): boolean {
    if (!this.isOn) return true;
    const rate = RATES[service]?.find(([, pattern]) => pattern.test(operation));
    if (!rate) return true;
    const [group, , burst, perSecond] = rate;
    const speed = this.options.time === "aws" ? this.options.speed : 1;
    const key = `${region}/${service}/${group}`;
    const now = Date.now();
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond * speed);
    bucket.at = now;
    this.buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  clear(): void {
    this.buckets.clear();
  }
}
