import { elapsed } from "../core/base/elapsed";
import { setMaxListeners } from "node:events";
import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { fromEnv } from "@aws-sdk/credential-providers";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { PricingClient } from "@aws-sdk/client-pricing";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { cancelled, throwIfCancelled } from "../core/base/errors";
import type { RegionPrices } from "../core/base/prices";
import type { Clock, PriceStore } from "../core/ports/machine";
import type { Identity, RegistryToken } from "../core/ports/cloud";
import { clientOptions, type CallSettings, type ClientSettings, type ServiceName } from "./clientSettings";
import { translate } from "./errors";
import { recognizeForeignAnswers } from "./foreignAnswers";
import { noPatience, type Patience } from "./patience";

/** What gives a client its keys, as the SDK's own providers do. */
export type CredentialSource = ReturnType<typeof fromEnv> & {
  /** True for one that keeps what it gave itself: the SDK then asks it for every call. */
  memoized?: boolean;
  /** Keeps nothing any more: the next call reads files anew, or asks. */
  forget?: () => void;
};

export interface SessionSettings {
  region: string;
  credentials: CredentialSource;
  /** Another AWS-compatible endpoint for every service that has none of its own. */
  endpoint?: string;
  /** The endpoint of one service; where absent, `endpoint` is that of all. */
  endpointOf?: CallSettings["endpointOf"];
  client?: ClientSettings;
}

/** Calls a second and burst of each bucket: AWS's published rates (ECS, ELB and EC2 request throttling pages). */
const buckets = {
  ecsCluster: { burst: 50, perSecond: 20 },
  ecsService: { burst: 100, perSecond: 20 },
  ecsServiceModify: { burst: 50, perSecond: 5 },
  ecsTask: { burst: 100, perSecond: 20 },
  ecsDefinition: { burst: 50, perSecond: 20 },
  ecsRegister: { burst: 20, perSecond: 1 },
  ecsDeployment: { burst: 50, perSecond: 20 },
  elb: { burst: 40, perSecond: 10 },
  /** All calls of an account together. Source: Route 53's page on quotas, maximums on API requests. */
  route53: { burst: 5, perSecond: 5 },
  /** Source: ACM's page on quotas, API rate quotas: most are ten a second, RequestCertificate five. */
  acm: { burst: 5, perSecond: 5 },
  /** DescribeAlarmHistory. Source: CloudWatch's service quotas page. */
  alarmHistory: { burst: 3, perSecond: 3 },
  /** PutMetricAlarm and DeleteAlarms together. Source: the same page. */
  alarmChange: { burst: 3, perSecond: 3 },
  other: { burst: 50, perSecond: 20 },
} as const;

export type BucketName = keyof typeof buckets;

/**
 * How much of a full bucket is used. AWS's fills from the moment at which the first call arrives, and a slow first
 * connection
 * makes that later than here: with all of it the two run empty together, and AWS says no to one call in twenty.
 */
const burstShare = 0.9;

/** Stays below AWS's rate instead of being told off; shared by everything that uses the session. */
class TokenBucket {
  private readonly most: number;
  private tokens: number;
  private last: number;

  constructor(
    private readonly rate: { burst: number; perSecond: number },
    private readonly clock: Clock,
  ) {
    this.most = rate.burst * burstShare;
    this.tokens = this.most;
    this.last = elapsed(clock);
  }

  async take(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      throwIfCancelled(signal);
      const now = elapsed(this.clock);
      this.tokens = Math.min(this.most, this.tokens + ((now - this.last) / 1000) * this.rate.perSecond);
      this.last = now;
      if (this.tokens >= 1) {
        this.tokens -= 1;
        return;
      }
      await this.clock.sleep(Math.ceil(((1 - this.tokens) / this.rate.perSecond) * 1000), signal);
    }
  }
}

/** What all of the SDK's commands share, as far as sending needs it: their output's type and their operation's name. */
interface SdkCommand<Output> {
  readonly schema?: unknown;
  resolveMiddleware(stack: never, configuration: never, options: never): (args: never) => Promise<{ output: Output }>;
}

interface SdkClient {
  send(command: never, options: { abortSignal?: AbortSignal }): Promise<unknown>;
}

/**
 * The price list has endpoints in a few regions, and China's own one. Source: the API reference's page on endpoints.
 */
const pricingRegion = (region: string): string => (region.startsWith("cn-") ? "cn-northwest-1" : "us-east-1");

/**
 * One account, region and endpoint. Replaced whole when any of them changes, so that no client keeps old credentials.
 */
export class Session {
  readonly ecr: ECRClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudWatch: CloudWatchClient;
  readonly scaling: ApplicationAutoScalingClient;
  readonly quotas: ServiceQuotasClient;
  readonly pricing: PricingClient;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
  /** What secrets of other regions are read with, by region. */
  private readonly elsewhere = new Map<string, { secrets: SecretsManagerClient; ssm: SSMClient }>();
  private readonly kept: (Parameters<typeof recognizeForeignAnswers>[0] & { destroy(): void })[] = [];
  /** Clients that were ever answered: their endpoints exist. */
  readonly reached = new Set<SdkClient>();
  private readonly limits: Record<BucketName, TokenBucket>;
  /** Who this is, once it was asked. */
  identity: Identity | undefined;
  /**
   * The registry's password and when it was asked for, on the clock that never goes back: a look and the deployment
   * after it share it.
   */
  registryToken: { token: RegistryToken; at: number } | undefined;
  /** The region's prices, once somebody asked. */
  prices?: Promise<RegionPrices | undefined>;
  /** Where they are kept from one session to the next. */
  priceStore: PriceStore | undefined;

  constructor(
    readonly settings: SessionSettings,
    readonly clock: Clock,
  ) {
    const of = (service: ServiceName) => this.optionsOf(service, settings.region);
    this.ecr = new ECRClient(of("ECR"));
    this.ecs = new ECSClient(of("ECS"));
    this.elb = new ElasticLoadBalancingV2Client(of("ELASTIC_LOAD_BALANCING_V2"));
    this.ec2 = new EC2Client(of("EC2"));
    this.iam = new IAMClient(of("IAM"));
    this.sts = new STSClient(of("STS"));
    const logs = of("CLOUDWATCH_LOGS");
    // The SDK would put `stream-` before a custom endpoint's host too, where no such host is.
    this.logs = new CloudWatchLogsClient({ ...logs, ...("endpoint" in logs ? { disableHostPrefix: true } : {}) });
    this.cloudWatch = new CloudWatchClient(of("CLOUDWATCH"));
    this.scaling = new ApplicationAutoScalingClient(of("APPLICATION_AUTO_SCALING"));
    this.quotas = new ServiceQuotasClient(of("SERVICE_QUOTAS"));
    this.pricing = new PricingClient(this.optionsOf("PRICING", pricingRegion(settings.region)));
    this.secrets = new SecretsManagerClient(of("SECRETS_MANAGER"));
    this.ssm = new SSMClient(of("SSM"));
    for (const client of this.clients) recognizeForeignAnswers(client);
    this.limits = Object.fromEntries(
      Object.entries(buckets).map(([name, rate]) => [name, new TokenBucket(rate, clock)]),
    ) as Record<BucketName, TokenBucket>;
  }

  /** What a client of a service is made with: nothing of it comes from a profile that was not chosen. */
  optionsOf(service: ServiceName, region: string) {
    const { credentials, endpoint, endpointOf = () => endpoint, client = {} } = this.settings;
    return { ...clientOptions({ region, endpoint, endpointOf, client }, service), credentials };
  }

  /** A client that is made where it is first needed; ended with the others. */
  keep<Client extends (typeof this.kept)[number]>(client: Client): Client {
    recognizeForeignAnswers(client);
    this.kept.push(client);
    return client;
  }

  /** STS in another region, to tell whether it knows these credentials. The caller ends it. */
  stsIn(region: string): STSClient {
    const client = new STSClient(this.optionsOf("STS", region));
    recognizeForeignAnswers(client);
    return client;
  }

  private clientsIn(region: string): { secrets: SecretsManagerClient; ssm: SSMClient } {
    if (region === this.settings.region) return this;
    const known = this.elsewhere.get(region);
    if (known) return known;
    const made = {
      secrets: new SecretsManagerClient(this.optionsOf("SECRETS_MANAGER", region)),
      ssm: new SSMClient(this.optionsOf("SSM", region)),
    };
    recognizeForeignAnswers(made.secrets);
    recognizeForeignAnswers(made.ssm);
    this.elsewhere.set(region, made);
    return made;
  }

  /** Secrets Manager in a region, which a secret's ARN may name. */
  secretsIn(region: string): SecretsManagerClient {
    return this.clientsIn(region).secrets;
  }

  /** Parameter Store in a region, which a parameter's ARN may name. */
  ssmIn(region: string): SSMClient {
    return this.clientsIn(region).ssm;
  }

  private get clients() {
    return [
      this.ecr,
      this.ecs,
      this.elb,
      this.ec2,
      this.iam,
      this.sts,
      this.logs,
      this.cloudWatch,
      this.scaling,
      this.quotas,
      this.pricing,
      this.secrets,
      this.ssm,
      ...[...this.elsewhere.values()].flatMap(({ secrets, ssm }) => [secrets, ssm]),
    ];
  }

  /** Ends every connection. */
  close(): void {
    for (const client of [...this.clients, ...this.kept]) client.destroy();
  }

  /** Sends within the rate, ends with the signal, and speaks in SlipwayErrors. */
  async call<Output>(
    client: SdkClient,
    command: SdkCommand<Output>,
    signal: AbortSignal | undefined,
    bucket: BucketName = "other",
  ): Promise<Output> {
    if (signal?.aborted) throw cancelled();
    // Every call under way listens to the run's one signal, and there may be many: that is no leak.
    if (signal) setMaxListeners(0, signal);
    await this.limits[bucket].take(signal);
    try {
      const answer = (await client.send(command as never, signal ? { abortSignal: signal } : {})) as Output;
      this.reached.add(client);
      return answer;
    } catch (error) {
      if ((error as { $response?: unknown }).$response !== undefined) this.reached.add(client);
      throw translate(error, operationOf(command), signal);
    }
  }
}

/** The operation's name out of the command's schema: class names do not survive minifying. */
function operationOf(command: SdkCommand<unknown>): string {
  const name: unknown = Array.isArray(command.schema) ? command.schema[2] : undefined;
  return typeof name === "string" ? name : command.constructor.name;
}

/** The one way that a service file reaches AWS: a session and the signal of whoever asks. */
export class Caller {
  /** @param patience how long what passes by itself is waited out once the SDK has given up */
  constructor(
    readonly session: Session,
    readonly signal: AbortSignal | undefined,
    private readonly patience: Patience = noPatience,
  ) {}

  async send<Output>(client: SdkClient, command: SdkCommand<Output>, bucket?: BucketName): Promise<Output> {
    const { session, signal } = this;
    const call = () => session.call(client, command, signal, bucket);
    return this.patience.bear(call, () => session.reached.has(client), session.clock, signal);
  }

  /**
   * What all pages of a list hold, by the SDK's paginator. Each page is asked for through `send`, within the rate and
   * the
   * signal; with a limit none more than it takes.
   */
  async all<Client extends SdkClient, Input, Output, Item>(
    paginate: (configuration: { client: Client }, input: Input) => AsyncIterable<Output>,
    client: Client,
    input: Input,
    itemsOf: (page: Output) => readonly Item[] | undefined,
    { bucket, limit = Infinity }: { bucket?: BucketName; limit?: number } = {},
  ): Promise<Item[]> {
    const send = (command: SdkCommand<unknown>): Promise<unknown> => this.send(client, command, bucket);
    // The paginator insists on the client's own class.
    const paced = Object.create(client, { send: { value: send } }) as Client;
    const items: Item[] = [];
    for await (const page of paginate({ client: paced }, input)) {
      items.push(...(itemsOf(page) ?? []));
      if (items.length >= limit) break;
    }
    return limit === Infinity ? items : items.slice(0, limit);
  }
}

/** The result, or undefined when it failed with one of these codes. */
export async function undefinedOn<T>(codes: RegExp, promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (codes.test((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}

/** Pairs of tags in the two spellings that AWS has. */
export const upperTags = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
export const lowerTags = (tags: Record<string, string>) => Object.entries(tags).map(([key, value]) => ({ key, value }));
export const fromUpper = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined) =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
export const fromLower = (tags: readonly { key?: string | undefined; value?: string | undefined }[] | undefined) =>
  Object.fromEntries((tags ?? []).map((tag) => [tag.key ?? "", tag.value ?? ""]));
