import * as v from "valibot";
import { hostNamePattern } from "../base/certificateNames";
import { readHours } from "./hours";
import { schedulesSchema } from "./schedules";

/**
 * The shape of slipway.json. The build turns the same definition into the JSON schema that the editor uses, so the two
 * cannot differ. Nothing personal (profile, region, endpoint) and no secret belongs here.
 */
const described = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text));
const text = (words: string) => described(v.string(), words);
const whole = (minimum: number, maximum: number, words: string) =>
  described(v.pipe(v.number(), v.integer(), v.minValue(minimum), v.maxValue(maximum)), words);
const yesNo = (words: string) => described(v.boolean(), words);

const healthCheck = v.strictObject({
  path: v.optional(text("Path that the load balancer asks. Default: the HEALTHCHECK's, else /.")),
  matcher: v.optional(text("Status codes that count as healthy, e.g. 200 or 200-399.")),
  intervalSeconds: v.optional(whole(5, 300, "Seconds between two checks. Default 5.")),
  timeoutSeconds: v.optional(whole(2, 120, "Seconds that a check may take. Default 4.")),
  gracePeriodSeconds: v.optional(
    whole(0, 2147483647, "Seconds after a task's start in which failed checks do not count."),
  ),
});

const loadBalancer = v.strictObject({
  name: v.optional(
    text(
      "Name of the Application Load Balancer. One that exists and is not Slipway's is adopted: a rule is added, " +
        "its default action stays.",
    ),
  ),
  listenerPort: v.optional(
    whole(1, 65535, "Port that the load balancer listens on. Default 443 with a certificate, else 80."),
  ),
  domain: v.optional(
    described(
      v.pipe(v.string(), v.regex(hostNamePattern, "a host name in lower case, such as shop.example.com")),
      "Host name that people call the application by, e.g. shop.example.com. Where Route 53 has its zone in this " +
        "account, its record is written.",
    ),
  ),
  certificate: v.optional(
    described(
      v.union([
        v.literal("request"),
        v.literal(false),
        v.pipe(
          v.string(),
          v.regex(
            /^arn:[\w-]+:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
            '"request", or the ARN of a certificate of ACM',
          ),
        ),
      ]),
      'Certificate for HTTPS: "request" has ACM issue one for the domain, an ARN names one that is there; ' +
        "false: none, in an environment.",
    ),
  ),
  redirectHttp: v.optional(yesNo("With a certificate: whether port 80 redirects to HTTPS. Default true.")),
  internal: v.optional(yesNo("True for one that is reachable inside the VPC alone. Default false.")),
  pathPattern: v.optional(
    text(
      "On an adopted load balancer: the paths that go to this application, e.g. /shop/*. " +
        "Its rule goes behind those of others.",
    ),
  ),
  hostHeader: v.optional(
    text("On an adopted load balancer: the host that goes to this application, e.g. shop.example.com."),
  ),
  allowFrom: v.optional(
    described(
      v.array(v.string()),
      'Who may reach the listener: CIDR blocks, ids of prefix lists (pl-…), or "cloudfront" for CloudFront\'s own addresses. ' +
        "Default: everyone.",
    ),
  ),
  idleTimeoutSeconds: v.optional(
    whole(1, 4000, "Of a load balancer of its own: seconds after which a silent connection is closed. Default 60."),
  ),
  accessLogs: v.optional(
    described(
      v.union([
        v.literal(false),
        v.strictObject({
          bucket: text("Bucket of S3 in the same region, which Elastic Load Balancing may write into."),
          prefix: v.optional(text("What the keys of its logs begin with.")),
        }),
      ]),
      "Of a load balancer of its own: where each request is logged. false: nowhere. Default: as it is.",
    ),
  ),
});

const network = v.strictObject({
  vpc: v.optional(text("VPC id. Default: the region's default VPC.")),
  subnets: v.optional(described(v.array(v.string()), "Subnets of the tasks.")),
  loadBalancerSubnets: v.optional(described(v.array(v.string()), "Subnets of the load balancer; at least two zones.")),
  securityGroups: v.optional(
    described(v.array(v.string()), "Security groups of the tasks, instead of one that Slipway makes."),
  ),
  assignPublicIp: v.optional(yesNo("Whether tasks get a public address. Default: what the subnets' routes need.")),
  allowFrom: v.optional(
    described(
      v.array(v.string()),
      "Without a load balancer: who may reach the container's port, as loadBalancer.allowFrom says it. Default: nobody.",
    ),
  ),
});

const scaling = v.strictObject({
  minimum: whole(0, 10000, "Fewest tasks."),
  maximum: whole(0, 10000, "Most tasks."),
  cpuPercent: v.optional(whole(1, 100, "Average CPU to keep to.")),
  memoryPercent: v.optional(whole(1, 100, "Average memory to keep to.")),
  requestsPerTarget: v.optional(whole(1, 1000000, "Requests a minute and task to keep to.")),
  hours: v.optional(
    described(
      v.pipe(
        v.string(),
        v.rawCheck(({ dataset, addIssue }) => {
          const read = dataset.typed ? readHours(dataset.value) : undefined;
          if (read && "wrong" in read) addIssue({ message: read.wrong });
        }),
      ),
      'When it runs, e.g. "weekdays 8-19 Europe/Berlin" or "mon-fri 08:00-19:30, sat 10-14 America/New_York"; ' +
        "outside of these hours no task does.",
    ),
  ),
  offHours: v.optional(
    described(
      v.strictObject({ minimum: whole(0, 10000, "Fewest tasks."), maximum: whole(0, 10000, "Most tasks.") }),
      "Between what it is scaled outside of its hours. Default: no task.",
    ),
  ),
});

/** A secret's id comes into a command line, where a comma would begin another field. */
const secretId = v.pipe(v.string(), v.regex(/^[\w.][\w./-]*$/, "letters, digits, and . _ - /"));
const field = (words: string) =>
  described(v.pipe(v.string(), v.regex(/^[^,\s"][^,"]*$/, "without commas and quotes")), words);

const build = v.strictObject({
  secrets: v.optional(
    described(
      v.record(
        secretId,
        v.union([
          v.strictObject({ env: text("Environment variable that has the value.") }),
          v.strictObject({ file: field("File that has the value, relative to this file; ~ is the home folder.") }),
          v.literal(false),
        ]),
      ),
      "Where the secrets of RUN --mount=type=secret come from, by id; false: it is built without. No values here.",
    ),
  ),
  ssh: v.optional(
    described(
      v.array(v.pipe(v.string(), v.regex(/^\w[\w.-]*(?:=[^,\s"][^"]*)?$/, "an id, or id=path of a key or socket"))),
      "For RUN --mount=type=ssh: `default` for the agent, or id=path. Default: the agent where it is asked for.",
    ),
  ),
  contexts: v.optional(
    described(
      v.record(
        v.pipe(v.string(), v.regex(/^[\w][\w./:@-]*$/, "a name as FROM and --from take it")),
        field("Folder, URL or image."),
      ),
      "Named contexts: a folder relative to this file, a URL, docker-image://NAME or oci-layout://PATH.",
    ),
  ),
  cacheFrom: v.optional(
    described(v.array(v.string()), "Where the build takes its cache from, as docker build --cache-from."),
  ),
  cacheTo: v.optional(described(v.array(v.string()), "Where it puts its cache, as docker build --cache-to.")),
});

const release = v.strictObject({
  command: described(
    v.pipe(v.array(v.string()), v.minLength(1, "the command and its arguments")),
    "The command and its arguments, each by itself; no shell sees them.",
  ),
  container: v.optional(text("The container whose command it is. Default: the application's.")),
  minutes: v.optional(whole(1, 1440, "How long it is waited for. Default 30.")),
});

const percent = (minimum: number, words: string) =>
  described(v.pipe(v.number(), v.minValue(minimum), v.maxValue(100)), words);

const releases = v.strictObject({
  strategy: described(
    v.picklist(["rolling", "blueGreen", "linear", "canary"]),
    "How the traffic goes to a new version: task by task, all at once, in equal steps, or a part first.",
  ),
  bakeMinutes: v.optional(
    whole(
      0,
      1440,
      "How long the old version stays once the new one has all traffic: until then going back is instant. Default 5.",
    ),
  ),
  stepPercent: v.optional(percent(3, "linear: the traffic that each step moves. Default 20.")),
  stepMinutes: v.optional(whole(0, 1440, "linear: minutes between two steps. Default 3.")),
  canaryPercent: v.optional(percent(0.1, "canary: the traffic that the new version gets first. Default 10.")),
  canaryMinutes: v.optional(whole(0, 1440, "canary: minutes until it gets the rest. Default 5.")),
  pauseBefore: v.optional(
    described(
      v.picklist(["traffic", "eachStep", "end"]),
      "Where a deployment waits for slipway continue: before the new version gets traffic, before each step, or before " +
        "the old version goes. Default: nowhere.",
    ),
  ),
  pauseMinutes: v.optional(whole(1, 20160, "After so many minutes of waiting it is rolled back. Default 1440.")),
});

const place = v.strictObject({
  account: v.optional(
    described(v.pipe(v.string(), v.regex(/^\d{12}$/, "twelve digits")), "Its AWS account: nothing is done in another."),
  ),
  region: v.optional(
    described(
      v.pipe(v.string(), v.regex(/^[a-z]{2,}(-[a-z]+)+-\d+$/, "a region, e.g. eu-central-1")),
      "Its region: taken where no other is asked for, and nothing is done in another.",
    ),
  ),
  profile: v.optional(
    text(
      "The profile that leads there, by the name that all of you give it; taken where it is there and none is chosen.",
    ),
  ),
});

const threshold = (minimum: number, maximum: number, words: string) =>
  described(
    v.union([v.literal(false), v.pipe(v.number(), v.minValue(minimum), v.maxValue(maximum))]),
    `${words} false: no such alarm.`,
  );

const alarms = v.strictObject({
  errors: v.optional(threshold(1, 1e9, "Answers 5xx of tasks in a minute, in three of five minutes. Default 5.")),
  loadBalancerErrors: v.optional(
    threshold(1, 1e9, "The same of 5xx by the load balancer itself, where it is this application's own. Default 5."),
  ),
  latency: v.optional(
    threshold(0.001, 3600, "Seconds that one request in ten takes longer than, in three of five minutes. Default 1."),
  ),
  healthyTargets: v.optional(threshold(1, 5000, "Fewer healthy tasks than this, for two minutes. Default 1.")),
  cpu: v.optional(threshold(1, 100, "Percent of their CPU that all tasks use, for five minutes. Default 90.")),
  memory: v.optional(threshold(1, 100, "Percent of its memory that a task uses, for three minutes. Default 90.")),
  topic: v.optional(
    described(
      v.pipe(v.string(), v.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w.-]+$/, "the ARN of an SNS topic")),
      "ARN of the SNS topic that is told.",
    ),
  ),
  deployments: v.optional(
    described(
      v.picklist(["ignore", "fail", "rollBack"]),
      "What a deployment does when errors, load balancer errors or latency ring meanwhile. Default ignore.",
    ),
  ),
});

const members = {
  dockerfile: v.optional(text("The Dockerfile, relative to this file.")),
  context: v.optional(
    text("The build context. Default: the folder that has the most of what COPY, ADD and RUN --mount take."),
  ),
  buildArguments: v.optional(
    described(
      v.record(v.string(), v.string()),
      "Values for the Dockerfile's ARGs. They are visible in the image: no secrets.",
    ),
  ),
  build: v.optional(described(build, "What BuildKit takes beside the context: secrets, SSH, named contexts, cache.")),
  target: v.optional(text("The build stage that ships. Default: the last.")),
  repository: v.optional(text("Name of the ECR repository. Default: the application's name.")),
  immutableTags: v.optional(yesNo("True to let no tag of the repository be overwritten; `latest` is then left out.")),
  cluster: v.optional(text("Name of the ECS cluster. Default: the application's name.")),
  service: v.optional(text("Name of the ECS service. Default: the application's name.")),
  taskDefinition: v.optional(text("The task definition file. Default: task-definition.json.")),
  container: v.optional(
    text("Name of the container that gets the image and the traffic. Default: the application's name."),
  ),
  port: v.optional(
    whole(1, 65535, "The port that the application listens on. Default: the likely web port of the Dockerfile."),
  ),
  healthCheck: v.optional(healthCheck),
  loadBalancer: v.optional(v.union([v.boolean(), loadBalancer])),
  network: v.optional(network),
  desiredCount: v.optional(whole(0, 5000, "How many tasks run. Default 1.")),
  scaling: v.optional(scaling),
  release: v.optional(
    described(
      v.union([v.literal(false), release]),
      "A command that runs to its end in a task of each new revision before the service gets it, a database migration " +
        "for example: where it fails, nothing is rolled out. false: none, in an environment for example.",
    ),
  ),
  schedules: v.optional(schedulesSchema),
  releases: v.optional(
    described(
      releases,
      "How a new version gets the traffic, by ECS's own strategies. Default: as the service has it, else task by task.",
    ),
  ),
  alarms: v.optional(
    described(
      v.union([v.boolean(), alarms]),
      "CloudWatch alarms of the service: true for all with their defaults, false to take those away that Slipway made.",
    ),
  ),
  aws: v.optional(described(place, "Where it lives. Names only: credentials never belong here.")),
  protected: v.optional(
    yesNo("True to have the environment's name typed before anything is deployed, stopped or removed. Default false."),
  ),
  tags: v.optional(
    described(
      v.pipe(
        v.record(
          v.pipe(
            v.string(),
            v.regex(/^(?!aws:)(?!slipway:).{1,128}$/is, "1 to 128 characters, not beginning with aws: or slipway:"),
          ),
          v.pipe(v.string(), v.maxLength(256)),
        ),
        v.check((tags) => Object.keys(tags).length <= 40, "at most 40 tags"),
      ),
      "Tags for everything that Slipway creates, beside its own. What is there already keeps its tags.",
    ),
  ),
  logRetentionDays: v.optional(
    described(
      v.picklist([
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
      ]),
      "Days that logs are kept. Default 30.",
    ),
  ),
  executionRole: v.optional(text("Name or ARN of an execution role that exists, instead of one that Slipway makes.")),
  taskRole: v.optional(text("Name or ARN of the role that the application itself acts as.")),
  permissionsBoundary: v.optional(text("ARN of the permissions boundary for the role that Slipway makes.")),
  platformVersion: v.optional(text("Fargate platform version. Default LATEST.")),
  deregistrationDelaySeconds: v.optional(
    whole(0, 3600, "Seconds that the load balancer lets requests finish on a task that goes. Default 30."),
  ),
} as const;

export const overridesSchema = v.strictObject(members);

export const applicationSchema = v.strictObject({
  ...members,
  id: v.optional(
    described(
      v.pipe(v.string(), v.regex(/^[a-z0-9-]{8,64}$/, "8 to 64 of a-z, 0-9 and -")),
      "Tells this application from another of the same name, also in a clone. Slipway writes it; keep it.",
    ),
  ),
  environments: v.optional(
    described(v.record(v.string(), overridesSchema), "Named environments; each overrides what stands above."),
  ),
});

export const configSchema = v.strictObject({
  $schema: v.optional(v.string()),
  applications: described(v.record(v.string(), applicationSchema), "The applications of this folder, by name."),
});

export type Place = v.InferOutput<typeof place>;
export type AlarmsConfig = v.InferOutput<typeof alarms>;
export type BuildConfig = v.InferOutput<typeof build>;
export type ApplicationConfig = v.InferOutput<typeof applicationSchema>;
export type ApplicationOverrides = v.InferOutput<typeof overridesSchema>;
export type SlipwayConfig = v.InferOutput<typeof configSchema>;
