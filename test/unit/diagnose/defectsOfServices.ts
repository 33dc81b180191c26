/** What keeps a service from its count, a deployment from its end, and an image from its registry. Texts as AWS words them. */
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { groupArn } from "./base";
import {
  type Defect,
  value,
  svc,
  definition,
  role,
  subnets,
  event,
  sick,
  unplaced,
  place,
  stuck,
  rolledBack,
  answers,
  silent,
  pushed,
  shows,
  guard,
} from "./defectTools";

export const defectsOfServices: readonly Defect[] = [
  {
    number: 34,
    name: "tasks keep failing, and are forgotten",
    codes: ["StartsThrottled"],
    shows: unplaced(
      "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section " +
        "of the Amazon ECS Developer Guide.",
    ),
    without: [],
  },
  {
    number: 35,
    name: "the vCPU quota",
    codes: ["VcpuQuota"],
    at: 3,
    world: (s) => {
      svc(s).desired = 30;
      svc(s).deployments.forEach((item) => (item.desired = 30));
    },
    shows: place("You've reached the limit on the number of vCPUs you can run concurrently."),
  },
  {
    number: 35,
    name: "a size above the limit",
    codes: ["SizeAboveLimit"],
    at: 2.5,
    world: (s) => {
      definition(s).cpu = "32 vCPU";
      s.fargateCpus = known(64);
    },
    shows: place("CPU|MEMORY configuration is above your limit."),
  },
  {
    number: 36,
    name: "a zone without Fargate",
    codes: ["ZoneWithoutFargate"],
    at: 2,
    world: (s) => subnets(s).forEach((item) => (item.zoneId = "use1-az3")),
    shows: place("Internal error."),
  },
  {
    number: 37,
    name: "no capacity",
    codes: ["NoCapacity"],
    at: 2.8,
    shows: place(
      "Capacity is unavailable at this time. Please try again later or in a different availability zone. For " +
        "more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
    ),
    without: [],
  },
  {
    number: 38,
    name: "percents that leave no room",
    codes: ["CountCannotMove"],
    world: (s) => Object.assign(svc(s), { minimumHealthyPercent: 100, maximumPercent: 100 }),
    shows: (s) => {
      stuck(s);
      event(
        s,
        "was unable to stop or start tasks during a deployment because of the service deployment configuration. " +
          "Update the minimumHealthyPercent or maximumPercent value and try again.",
      );
    },
  },
  {
    number: 39,
    name: "throttled operations",
    codes: ["OperationsThrottled"],
    shows: unplaced("operations are being throttled. Will try again later."),
    without: [],
  },
  {
    number: 40,
    name: "not Fargate",
    codes: ["NotFargate"],
    shows: unplaced(
      "was unable to place a task because no container instance met all of its requirements. Reason: No " +
        "Container Instances were found in your cluster.",
    ),
    without: [],
  },
  {
    number: 41,
    name: "a role that trusts somebody else",
    codes: ["RoleNotAssumed"],
    at: 1,
    world: (s) =>
      void (role(s).trust = {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    shows: unplaced(
      "failed to launch a task with (error ECS was unable to assume the role " +
        "'arn:aws:iam::123456789012:role/quay-execution' that was provided for this task. Please verify that the " +
        "role being passed has the proper trust relationship and permissions and that your IAM user has " +
        "permissions to pass this role.).",
    ),
  },
  {
    number: 41,
    name: "target health cannot be asked",
    codes: ["LinkedRoleMissing"],
    shows: (s) => {
      sick(s, "initial", "Elb.InitialHealthChecking", "Initial health checks in progress");
      event(
        s,
        `failed to describe target health on (target-group ${groupArn}) with (error ECS was unable to assume the service linked role)`,
      );
    },
    without: [],
  },
  {
    number: 42,
    name: "the circuit breaker, tasks forgotten",
    codes: ["CircuitBreaker"],
    shows: (s) =>
      rolledBack(s, "Service deployment rolled back because the circuit breaker threshold was exceeded.", "TRIGGERED"),
  },
  {
    number: 42,
    name: "an alarm",
    codes: ["AlarmRollback"],
    shows: (s) => rolledBack(s, "Service deployment rolled back because of an alarm: alarm detected.", "MONITORING"),
    without: [],
  },
  {
    number: 42,
    name: "somebody took it back",
    codes: ["RollbackRequested"],
    shows: (s) => rolledBack(s, "Service deployment rolled back because of a stop request.", "MONITORING"),
    without: [],
  },
  {
    number: 43,
    name: "an expired login",
    codes: ["RegistryLoginExpired"],
    shows: () => undefined,
    symptoms: pushed(
      "RegistryLoginExpired",
      "The image could not be pushed.",
      "denied: Your authorization token has expired. Reauthenticate and try again.",
    ),
  },
  {
    number: 43,
    name: "no repository to push to",
    codes: ["RepositoryMissing"],
    shows: () => undefined,
    symptoms: pushed(
      "PushFailed",
      "The image could not be pushed.",
      "name unknown: The repository with name 'quay' does not exist in the registry with id '123456789012'",
    ),
  },
  {
    number: 43,
    name: "an immutable tag",
    codes: ["TagImmutable"],
    shows: () => undefined,
    symptoms: pushed(
      "PushFailed",
      "The image could not be pushed.",
      "tag invalid: The image tag 'latest' already exists in the 'quay' repository and cannot be overwritten " +
        "because the tag is immutable.",
    ),
  },
  {
    number: 43,
    name: "no permission to push",
    codes: ["PushDenied"],
    shows: () => undefined,
    symptoms: pushed(
      "PushFailed",
      "The image could not be pushed.",
      "denied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: ecr:InitiateLayerUpload on " +
        "resource: quay",
    ),
  },
  {
    number: 43,
    name: "no engine",
    codes: ["EngineNotRunning"],
    shows: () => undefined,
    symptoms: pushed(
      "PushFailed",
      "The image could not be pushed.",
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    ),
  },
  {
    number: 44,
    name: "503",
    codes: ["NoUsableTarget"],
    shows: answers(503, "<html><head><title>503 Service Temporarily Unavailable</title>"),
  },
  { number: 44, name: "502", codes: ["BadGateway"], shows: answers(502, "<html><head><title>502 Bad Gateway</title>") },
  {
    number: 44,
    name: "504, closed",
    codes: ["TaskPortClosed"],
    world: (s) => void (guard(s, "sg-tasks").ingress = []),
    shows: answers(504, "<html><head><title>504 Gateway Time-out</title>"),
  },
  {
    number: 44,
    name: "closed, and gone before the 504",
    codes: ["TaskPortClosed"],
    world: (s) => void (guard(s, "sg-tasks").ingress = []),
    shows: silent("no answer within 15 s"),
  },
  {
    number: 44,
    name: "504, slow",
    codes: ["GatewayTimeout"],
    shows: answers(504, "<html><head><title>504 Gateway Time-out</title>"),
  },
  {
    number: 44,
    name: "the load balancer is closed",
    codes: ["BalancerClosed"],
    at: 71,
    world: (s) => void (guard(s, "sg-balancer").ingress = []),
    shows: silent("no answer within 10 s"),
  },
  {
    number: 44,
    name: "an internal load balancer",
    codes: ["BalancerClosed"],
    at: 71,
    world: (s) => value(s.loadBalancers).forEach((item) => (item.scheme = "internal")),
    shows: silent("no answer within 10 s"),
  },
  {
    number: 44,
    name: "a certificate that has ended",
    codes: ["CertificateWrong"],
    shows: shows(["shop.example.com"], "it ended on 2026-11-01"),
  },
  {
    number: 44,
    name: "a certificate of another host",
    codes: ["CertificateWrong"],
    shows: shows(["app.example.com"], "Hostname/IP does not match certificate's altnames: Host: shop.example.com."),
  },
  {
    number: 44,
    name: "a name that is not there yet",
    codes: ["NameUnknown"],
    shows: silent("its name is not known here (yet)"),
  },
];
