/** What can go wrong, in two parts: what is wrong in the account, and what AWS then shows. Texts as AWS words them. */
import type { Symptoms } from "../../../src/core/service/diagnosis/types";
import { known, type SeenTask, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import { deploymentId, executionPolicy, groupArn, now, registry, runningTask, serviceDeployment } from "./base";

export interface Defect {
  /** Its place in the catalogue. */
  number: number;
  name: string;
  /** What has to be named first; several where texts are the only thing that tells them apart. */
  codes: readonly string[];
  /** When in a task's life it strikes: of two, the lower one is seen. Absent for what cannot be combined. */
  at?: number;
  /** What is wrong in the account. */
  world?: (s: ServiceSnapshot) => void;
  /** What AWS shows of it. */
  shows: (s: ServiceSnapshot) => void;
  symptoms?: Symptoms;
  /** What may be named first where AWS's texts are gone; absent: the same codes. Empty: nothing in the account shows it. */
  without?: readonly string[];
}

const value = <T>(read: { known: boolean; value?: T }): NonNullable<T> => {
  if (!read.known || read.value === undefined || read.value === null) throw new Error("not known");
  return read.value as NonNullable<T>;
};
const svc = (s: ServiceSnapshot) => value(s.service);
const definition = (s: ServiceSnapshot) => value(s.revision).definition;
const container = (s: ServiceSnapshot) => value({ known: true, value: definition(s).containerDefinitions?.[0] });
const role = (s: ServiceSnapshot) => value(s.executionRole);
const subnets = (s: ServiceSnapshot) => value(s.subnets);
const image = (s: ServiceSnapshot) => value({ known: true, value: s.images[0] });

/** Nothing runs any more: the deployment goes on trying. */
function down(s: ServiceSnapshot): void {
  const service = svc(s);
  service.running = 0;
  service.deployments = service.deployments.map((item) => ({
    ...item,
    running: 0,
    rolloutState: "IN_PROGRESS",
    rolloutStateReason: `ECS deployment ${deploymentId} in progress.`,
  }));
  s.serviceDeployments = known([
    {
      ...serviceDeployment(),
      status: "IN_PROGRESS",
      circuitBreaker: { status: "MONITORING", failureCount: 0, threshold: 3 },
    },
  ]);
  s.tasks = known([]);
  value(s.targetGroups).forEach((group) => (group.health = known([])));
  s.url = { url: "http://quay-1.us-east-1.elb.amazonaws.com/", status: 503, milliseconds: 3, start: "" };
}

export function event(s: ServiceSnapshot, message: string, ago = 5000): void {
  svc(s).events.unshift({ id: `e${svc(s).events.length}`, at: now - ago, message: `(service quay) ${message}` });
}

interface Stop {
  code: string;
  reason: string;
  pulled?: "no" | "started" | "stopped";
  exit?: number;
  containerReason?: string;
  lines?: string[];
  times?: number;
  event?: boolean;
  health?: string;
}

/** Tasks that failed, newest first, and what ECS says of them. */
function failed(s: ServiceSnapshot, stop: Stop): void {
  down(s);
  const tasks = Array.from({ length: stop.times ?? 2 }, (_, index): SeenTask => {
    const n = index + 2;
    const base = runningTask(n);
    const ran = stop.exit !== undefined || stop.code === "ServiceSchedulerInitiated";
    const task: SeenTask = {
      ...base,
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: stop.code,
      stoppedReason: stop.reason,
      stoppedAt: now - 10_000 * (index + 1),
      createdAt: now - 60_000 * (index + 1),
      lastLines: stop.lines ?? [],
    };
    if (!ran) {
      delete task.startedAt;
      if (stop.pulled !== "stopped") delete task.pullStoppedAt;
      if (stop.pulled === "no") delete task.pullStartedAt;
    }
    delete task.publicAddress;
    task.containers = base.containers.map((item) => ({
      ...item,
      lastStatus: "STOPPED",
      ...(stop.exit === undefined ? {} : { exitCode: stop.exit }),
      ...(stop.containerReason ? { reason: stop.containerReason } : {}),
      ...(stop.health ? { health: stop.health } : {}),
    }));
    return task;
  });
  for (const deployment of svc(s).deployments) deployment.failed = tasks.length;
  s.tasks = known(tasks);
  if (stop.code === "TaskFailedToStart" && stop.event !== false)
    event(s, `was unable to place a task. Reason: ${stop.reason}.`);
}

const cannotPull = (s: ServiceSnapshot, rest: string, pulled: Stop["pulled"] = "started"): void => {
  const reason = `CannotPullContainerError: ${rest}`;
  failed(s, { code: "TaskFailedToStart", reason, containerReason: reason, pulled: pulled ?? "started" });
};
const reference = (s: ServiceSnapshot): string => container(s).image ?? "";
const resolve = (s: ServiceSnapshot, rest: string): string =>
  `pull image manifest has been retried 5 time(s): failed to resolve ref ${reference(s)}: ${rest}`;
const init = (s: ServiceSnapshot, rest: string): void =>
  failed(s, { code: "TaskFailedToStart", reason: `ResourceInitializationError: ${rest}`, pulled: "no" });
const ECR = "unable to pull secrets or registry auth: ";
const retrieval = `${ECR}execution resource retrieval failed: `;
const denial = (action: string): string =>
  `AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/quay-execution/4f2 is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;

function isolate(s: ServiceSnapshot, ...services: readonly string[]): void {
  for (const item of subnets(s)) Object.assign(item, { egress: "none", routeTable: "rtb-private" });
  svc(s).network = { subnets: ["subnet-a", "subnet-b"], securityGroups: ["sg-tasks"], assignPublicIp: false };
  s.endpoints = known(
    services.map((service) => ({
      id: `vpce-${service}`,
      service,
      kind: service === "s3" ? "gateway" : "interface",
      state: "available",
      securityGroups: service === "s3" ? [] : ["sg-endpoint"],
      subnets: ["subnet-a"],
      privateDns: service !== "s3",
      routeTables: service === "s3" ? ["rtb-private"] : [],
      openPolicy: true,
    })),
  );
  value(s.securityGroups).push({
    id: "sg-endpoint",
    name: "endpoints",
    vpc: "vpc-1",
    tags: {},
    ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrs: ["172.31.0.0/16"], groups: [] }],
    egress: [],
  });
}
function forbid(s: ServiceSnapshot, ...actions: readonly string[]): void {
  const policy = executionPolicy();
  for (const statement of policy.Statement)
    statement.Action = statement.Action.filter((action) => !actions.includes(action));
  role(s).policies = [{ name: "narrow", document: policy }];
}
function rename(
  s: ServiceSnapshot,
  name: string,
  { foreign = false, ...seen }: Partial<ServiceSnapshot["images"][number]> & { foreign?: boolean },
): void {
  container(s).image = name;
  s.images = [{ ...image(s), reference: name, ...seen }];
  if (foreign) delete s.images[0]?.repository;
}
const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:quay/db-AbCdEf";
function withSecret(s: ServiceSnapshot, exists: boolean, allowed: boolean): void {
  container(s)["secrets"] = [{ name: "DB", valueFrom: secretArn }];
  s.secrets = [{ reference: secretArn, kind: "secret", exists: known(exists) }];
  if (allowed)
    role(s).policies.push({
      name: "secrets",
      document: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: `${secretArn.slice(0, -6)}*` },
        ],
      },
    });
}
const ended =
  (code: number, lines: string[], reason?: string) =>
  (s: ServiceSnapshot): void =>
    failed(s, {
      code: "EssentialContainerExited",
      reason: "Essential container in task exited",
      exit: code,
      lines,
      ...(reason ? { containerReason: reason } : {}),
    });

/** A task that runs, and whose target is not healthy. */
function sick(
  s: ServiceSnapshot,
  state: string,
  reason: string,
  description: string,
  lines = ["listening on port 8080"],
): void {
  down(s);
  svc(s).running = 1;
  svc(s).deployments = svc(s).deployments.map((item) => ({ ...item, running: 1 }));
  s.tasks = known([{ ...runningTask(1), createdAt: now - 60_000, lastLines: lines }]);
  value(s.targetGroups).forEach(
    (group) => (group.health = known([{ target: "172.31.0.10", port: 8080, state, reason, description }])),
  );
}
const codes =
  (code: number) =>
  (s: ServiceSnapshot): void =>
    sick(s, "unhealthy", "Target.ResponseCodeMismatch", `Health checks failed with these codes: [${code}]`);
function elbStop(s: ServiceSnapshot, why?: string): void {
  failed(s, {
    code: "ServiceSchedulerInitiated",
    reason: `Task failed ELB health checks in (target-group ${groupArn})`,
    lines: ["listening on port 8080"],
  });
  if (why)
    event(s, `(task ${"2".repeat(32)}) (port 8080) is unhealthy in (target-group ${groupArn}) due to (reason ${why}).`);
}
/** No task at all, and an event that says why. */
const unplaced =
  (reason: string) =>
  (s: ServiceSnapshot): void => {
    down(s);
    event(s, reason);
  };
const place = (reason: string) => unplaced(`was unable to place a task. Reason: ${reason}`);
/** An old deployment that runs beside a new one that does not begin. */
function stuck(s: ServiceSnapshot): void {
  down(s);
  const service = svc(s);
  service.running = service.desired = 2;
  const old = {
    id: "ecs-svc/0000000000000000000",
    status: "ACTIVE",
    taskDefinition: "old",
    rolloutState: "COMPLETED",
    desired: 2,
    running: 2,
    pending: 0,
    failed: 0,
    createdAt: now - 900_000,
  };
  service.deployments = [
    { ...value({ known: true, value: service.deployments[0] }), desired: 2, running: 0, createdAt: now - 120_000 },
    old,
  ];
  s.tasks = known([1, 2].map((n) => ({ ...runningTask(n), startedBy: old.id, taskDefinition: "old" })));
}
function rolledBack(s: ServiceSnapshot, statusReason: string, breaker: string): void {
  const service = svc(s);
  service.deployments = [
    {
      ...value({ known: true, value: service.deployments[0] }),
      id: "ecs-svc/9999999999999999999",
      rolloutState: "COMPLETED",
    },
  ];
  s.tasks = known([{ ...runningTask(1), startedBy: "ecs-svc/9999999999999999999" }]);
  s.serviceDeployments = known([
    {
      ...serviceDeployment(),
      status: "ROLLBACK_SUCCESSFUL",
      statusReason,
      circuitBreaker: { status: breaker, failureCount: breaker === "TRIGGERED" ? 3 : 0, threshold: 3 },
    },
  ]);
}
const answers =
  (status: number, start: string) =>
  (s: ServiceSnapshot): void =>
    void (s.url = { url: "http://quay-1.us-east-1.elb.amazonaws.com/", status, milliseconds: 9, start });
const silent =
  (error: string) =>
  (s: ServiceSnapshot): void =>
    void (s.url = { url: "http://quay-1.us-east-1.elb.amazonaws.com/", error, milliseconds: 10_000, start: "" });
const pushed = (code: string, summary: string, ...evidence: string[]): Symptoms => ({
  error: { code, summary, evidence, quotes: evidence, remedy: "", actions: [] },
});
const guard = (s: ServiceSnapshot, id: string) =>
  value({ known: true, value: value(s.securityGroups).find((item) => item.id === id) });
function onlyTask(s: ServiceSnapshot, change: Partial<SeenTask>): void {
  const task = {
    ...runningTask(3),
    lastStatus: "STOPPED",
    desiredStatus: "STOPPED",
    stoppedAt: now - 30_000,
    ...change,
  };
  s.tasks = known([runningTask(1), task]);
  s.subject = { cluster: "quay", service: "quay", task: task.arn };
}

export const defects: readonly Defect[] = [
  {
    number: 1,
    name: "no route, seen at the pull",
    codes: ["NoRouteToEcr"],
    at: 11,
    world: (s) => isolate(s),
    shows: (s) =>
      cannotPull(
        s,
        resolve(
          s,
          `failed to do request: Head "https://${registry}/v2/quay/manifests/sha256:abab": dial tcp 52.46.1.1:443: i/o timeout`,
        ),
      ),
  },
  {
    number: 2,
    name: "the role may not get the image",
    codes: ["PullDenied"],
    at: 20,
    world: (s) => forbid(s, "ecr:BatchGetImage"),
    shows: (s) =>
      cannotPull(
        s,
        resolve(s, `pulling from host ${registry} failed with status code [manifests sha256:abab]: 403 Forbidden`),
      ),
  },
  {
    number: 2,
    name: "another account's repository",
    codes: ["RepositoryPolicyDenies"],
    at: 21,
    world: (s) =>
      rename(s, `999999999999.dkr.ecr.us-east-1.amazonaws.com/quay:v1`, {
        facts: known(undefined),
        repositoryExists: known(false),
        tags: known([]),
        foreign: true,
      }),
    shows: (s) => {
      cannotPull(
        s,
        resolve(
          s,
          "pulling from host 999999999999.dkr.ecr.us-east-1.amazonaws.com failed with status code [manifests v1]: 403 Forbidden",
        ),
      );
    },
  },
  {
    number: 3,
    name: "a tag that is not there",
    codes: ["ImageMissing"],
    at: 22,
    world: (s) => rename(s, `${registry}/quay:v9`, { facts: known(undefined) }),
    shows: (s) => cannotPull(s, resolve(s, `${reference(s)}: not found`)),
  },
  {
    number: 3,
    name: "a repository that is not there",
    codes: ["RepositoryMissing"],
    at: 22,
    world: (s) =>
      rename(s, `${registry}/quay:v9`, { facts: known(undefined), repositoryExists: known(false), tags: known([]) }),
    shows: (s) => cannotPull(s, resolve(s, `${reference(s)}: not found`)),
  },
  {
    number: 4,
    name: "no variant for the platform",
    codes: ["WrongArchitecture"],
    at: 23,
    world: (s) =>
      rename(s, reference(s), {
        facts: known({
          digest: "sha256:x",
          tags: [],
          platforms: ["linux/arm64"],
          exposedPorts: [8080],
          bytes: 1_000_000,
        }),
      }),
    shows: (s) =>
      cannotPull(
        s,
        "pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
      ),
  },
  {
    number: 5,
    name: "Docker Hub's limit",
    codes: ["PullLimited"],
    at: 22,
    world: (s) =>
      rename(s, "nginx:1.27", {
        facts: known(undefined),
        repositoryExists: known(false),
        tags: known([]),
        foreign: true,
      }),
    shows: (s) => {
      cannotPull(
        s,
        resolve(
          s,
          "failed to copy: httpReadSeeker: failed open: unexpected status code 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading",
        ),
      );
    },
  },
  {
    number: 6,
    name: "no space for the image",
    codes: ["NoSpace"],
    at: 25,
    world: (s) =>
      rename(s, reference(s), {
        facts: known({
          digest: "sha256:x",
          tags: [],
          platforms: ["linux/amd64"],
          exposedPorts: [8080],
          bytes: 9_000_000_000,
        }),
      }),
    shows: (s) =>
      cannotPull(
        s,
        "ref pull has been retried 1 time(s): failed to extract layer sha256:4f2: write /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/3/fs/big: no space left on device",
      ),
  },
  {
    number: 7,
    name: "endpoints without S3's",
    codes: ["LayersUnreachable"],
    at: 24,
    world: (s) => isolate(s, "ecr.api", "ecr.dkr", "logs"),
    shows: (s) =>
      cannotPull(
        s,
        'ref pull has been retried 5 time(s): failed to copy: httpReaderSeeker: failed open: failed to do request: Get "https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/abc": dial tcp 52.216.1.1:443: i/o timeout',
      ),
  },
  {
    number: 8,
    name: "a malformed image name",
    codes: ["InvalidImageName"],
    at: 19,
    world: (s) => rename(s, `${registry}/Quay App:v1`, { facts: known(undefined) }),
    shows: (s) => cannotPull(s, "invalid reference format"),
  },
  {
    number: 9,
    name: "a digest that was deleted",
    codes: ["DigestMissing"],
    at: 22,
    world: (s) => rename(s, reference(s), { facts: known(undefined) }),
    shows: (s) => cannotPull(s, resolve(s, `${reference(s)}: not found`)),
  },
  {
    number: 10,
    name: "no route, seen at the token",
    codes: ["NoRouteToEcr"],
    at: 10,
    world: (s) => isolate(s),
    shows: (s) =>
      init(
        s,
        `${ECR}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. operation error ECR: GetAuthorizationToken, exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , request send failed`,
      ),
  },
  {
    number: 11,
    name: "the role may not get a token",
    codes: ["PullDenied"],
    at: 12,
    world: (s) => forbid(s, "ecr:GetAuthorizationToken"),
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve ecr registry auth: service call has been retried 1 time(s): ${denial("ecr:GetAuthorizationToken")}`,
      ),
  },
  {
    number: 12,
    name: "the role may not read the secret",
    codes: ["SecretDenied"],
    at: 14,
    world: (s) => withSecret(s, true, false),
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${secretArn} from secrets manager: ${denial("secretsmanager:GetSecretValue")}`,
      ),
  },
  {
    number: 12,
    name: "a secret that is not there",
    codes: ["SecretMissing"],
    at: 15,
    world: (s) => withSecret(s, false, true),
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret ${secretArn} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
      ),
  },
  {
    number: 12,
    name: "no endpoint for the secret",
    codes: ["SecretUnreachable"],
    at: 13,
    world: (s) => {
      isolate(s, "ecr.api", "ecr.dkr", "s3", "logs");
      withSecret(s, true, true);
    },
    shows: (s) =>
      init(
        s,
        `${retrieval}unable to retrieve secret from asm: service call has been retried 5 time(s): failed to fetch secret ${secretArn} from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded`,
      ),
  },
  {
    number: 13,
    name: "no log group",
    codes: ["LogGroupMissing"],
    at: 32,
    world: (s) => s.logs.forEach((log) => (log.facts = known(undefined))),
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1",
      }),
  },
  {
    number: 13,
    name: "the role may not log",
    codes: ["LogsDenied"],
    at: 31,
    world: (s) => forbid(s, "logs:CreateLogStream"),
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason: `ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ${denial("logs:CreateLogStream")} : exit status 1`,
      }),
  },
  {
    number: 13,
    name: "no endpoint for the logs",
    codes: ["LogsUnreachable"],
    at: 30,
    world: (s) => isolate(s, "ecr.api", "ecr.dkr", "s3"),
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason:
          "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: RequestCanceled: request context canceled caused by: context deadline exceeded: i/o timeout",
      }),
  },
  {
    number: 14,
    name: "the pull was killed",
    codes: ["PullKilled"],
    at: 26,
    shows: (s) => init(s, "pull command failed: : signal: killed"),
    without: [],
  },
  {
    number: 15,
    name: "EFS does not let the task in",
    codes: ["VolumeUnreachable"],
    at: 16,
    world: (s) =>
      void (definition(s)["volumes"] = [{ name: "data", efsVolumeConfiguration: { fileSystemId: "fs-1" } }]),
    shows: (s) =>
      init(
        s,
        "failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out : unsuccessful EFS utils command execution; code: 32",
      ),
  },
  { number: 16, name: "the process ends by itself", codes: ["ExitedCleanly"], at: 50, shows: ended(0, ["done"]) },
  {
    number: 17,
    name: "the application throws",
    codes: ["ContainerExited"],
    at: 50,
    shows: ended(1, ["Error: DATABASE_URL is not set", "    at start (/srv/main.js:3)"]),
  },
  {
    number: 18,
    name: "memory runs out",
    codes: ["OutOfMemory"],
    at: 50,
    shows: ended(137, ["starting"], "OutOfMemoryError: Container killed due to memory usage"),
  },
  {
    number: 19,
    name: "SIGTERM was ignored",
    codes: ["KilledAtStop"],
    shows: (s) =>
      onlyTask(s, {
        stopCode: "UserInitiated",
        stoppedReason: "Task stopped by user",
        containers: [{ name: "quay", exitCode: 137 }],
      }),
  },
  {
    number: 19,
    name: "killed, and not by memory",
    codes: ["KilledAtStop"],
    at: 50,
    shows: ended(137, ["starting"]),
    without: [],
  },
  { number: 20, name: "a native crash", codes: ["Crashed"], at: 50, shows: ended(139, ["loading"]) },
  { number: 20, name: "an abort", codes: ["Aborted"], at: 50, shows: ended(134, ["assertion failed"]) },
  { number: 21, name: "the command fails at once", codes: ["CannotRun"], at: 50, shows: ended(255, ["usage: main"]) },
  {
    number: 21,
    name: "another processor, seen at the start",
    codes: ["WrongArchitecture"],
    at: 40,
    world: (s) =>
      rename(s, reference(s), {
        facts: known({
          digest: "sha256:x",
          tags: [],
          platforms: ["linux/arm64"],
          exposedPorts: [8080],
          bytes: 1_000_000,
        }),
      }),
    shows: ended(255, ["exec /usr/bin/node: exec format error"]),
  },
  {
    number: 22,
    name: "the command was not found",
    codes: ["CannotStart"],
    at: 45,
    shows: ended(127, ["sh: serve: not found"]),
  },
  {
    number: 22,
    name: "the executable is not in the image",
    codes: ["CannotStart"],
    at: 41,
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        exit: 127,
        reason:
          'CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim: OCI runtime create failed: runc create failed: exec: "serve": executable file not found in $PATH',
        containerReason: "CannotStartContainerError: executable file not found in $PATH",
      }),
  },
  {
    number: 23,
    name: "AWS cannot make the container",
    codes: ["EngineTrouble"],
    at: 35,
    shows: (s) =>
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "stopped",
        reason:
          "CannotCreateContainerError: DockerTimeoutError: Could not transition to created; timed out after waiting 3m0s",
      }),
    without: [],
  },
  {
    number: 24,
    name: "no free address",
    codes: ["NoFreeAddress"],
    at: 4,
    world: (s) => subnets(s).forEach((item) => (item.freeAddresses = 0)),
    shows: place("The subnet 'subnet-a' does not have enough free addresses to satisfy the request."),
  },
  {
    number: 24,
    name: "AWS is slow with the interface",
    codes: ["NetworkInterface"],
    at: 5,
    shows: (s) => {
      failed(s, {
        code: "TaskFailedToStart",
        pulled: "no",
        reason: "Timeout waiting for network interface provisioning to complete.",
      });
      for (const task of value(s.tasks)) {
        delete task.networkInterface;
        delete task.address;
      }
    },
  },
  {
    number: 25,
    name: "the load balancer's checks, and no more is known",
    codes: ["LoadBalancerHealth"],
    shows: (s) => elbStop(s),
  },
  {
    number: 26,
    name: "the container's own check",
    codes: ["ContainerHealth"],
    at: 60,
    world: (s) => void (container(s)["healthCheck"] = { command: ["CMD-SHELL", "curl -f http://localhost:8080/"] }),
    shows: (s) =>
      failed(s, {
        code: "ServiceSchedulerInitiated",
        reason: "Task failed container health checks",
        health: "UNHEALTHY",
        lines: ["listening on port 8080"],
      }),
  },
  {
    number: 27,
    name: "a scaling",
    codes: ["Scaling"],
    shows: (s) =>
      onlyTask(s, {
        startedBy: "ecs-svc/0",
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1111111111111111111)",
        containers: [{ name: "quay", exitCode: 0 }],
      }),
    without: [],
  },
  { number: 28, name: "404", codes: ["HealthPathMissing"], at: 63, shows: codes(404), without: ["HealthCode"] },
  { number: 28, name: "a redirect", codes: ["HealthRedirect"], at: 63, shows: codes(302), without: ["HealthCode"] },
  { number: 28, name: "a login", codes: ["HealthNeedsLogin"], at: 63, shows: codes(401), without: ["HealthCode"] },
  { number: 28, name: "an error", codes: ["HealthServerError"], at: 63, shows: codes(500), without: ["HealthCode"] },
  { number: 28, name: "a teapot", codes: ["HealthCode"], at: 63, shows: codes(418) },
  {
    number: 29,
    name: "a closed security group",
    codes: ["TaskPortClosed"],
    at: 61,
    world: (s) => void (guard(s, "sg-tasks").ingress = []),
    shows: (s) => sick(s, "unhealthy", "Target.Timeout", "Request timed out"),
  },
  {
    number: 29,
    name: "the load balancer's own way out",
    codes: ["TaskPortClosed"],
    at: 61,
    world: (s) => void (guard(s, "sg-balancer").egress = []),
    shows: (s) => sick(s, "unhealthy", "Target.Timeout", "Request timed out"),
  },
  {
    number: 29,
    name: "a slow path",
    codes: ["HealthTimeout"],
    at: 63,
    shows: (s) => sick(s, "unhealthy", "Target.Timeout", "Request timed out"),
  },
  {
    number: 30,
    name: "another port",
    codes: ["ConnectionRefused"],
    at: 62,
    world: (s) =>
      rename(s, reference(s), {
        facts: known({
          digest: "sha256:x",
          tags: [],
          platforms: ["linux/amd64"],
          exposedPorts: [3000],
          bytes: 1_000_000,
        }),
      }),
    shows: (s) => sick(s, "unhealthy", "Target.FailedHealthChecks", "Health checks failed", ["listening on port 3000"]),
  },
  {
    number: 31,
    name: "a zone that is not served",
    codes: ["ZoneNotEnabled"],
    at: 60,
    world: (s) =>
      value(s.loadBalancers).forEach((item) => {
        item.zones = ["us-east-1b", "us-east-1c"];
        item.subnets = ["subnet-b", "subnet-c"];
      }),
    shows: (s) =>
      sick(
        s,
        "unused",
        "Target.NotInUse",
        "Target is in an Availability Zone that is not enabled for the load balancer",
      ),
  },
  {
    number: 31,
    name: "no listener",
    codes: ["TargetGroupUnused"],
    world: (s) => {
      value(s.targetGroups).forEach((group) => (group.loadBalancers = []));
      value(s.loadBalancers).forEach((item) => (item.listeners = known([])));
    },
    shows: (s) =>
      sick(s, "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
  },
  {
    number: 32,
    name: "checks under way",
    codes: ["StillChecking"],
    shows: (s) => sick(s, "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"),
  },
  {
    number: 33,
    name: "an event with its reason",
    codes: ["HealthPathMissing"],
    at: 63,
    shows: (s) => elbStop(s, "Health checks failed with these codes: [404]"),
    without: ["LoadBalancerHealth"],
  },
  {
    number: 34,
    name: "tasks keep failing, and are forgotten",
    codes: ["StartsThrottled"],
    shows: unplaced(
      "is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
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
      "Capacity is unavailable at this time. Please try again later or in a different availability zone. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
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
        "was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
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
      "was unable to place a task because no container instance met all of its requirements. Reason: No Container Instances were found in your cluster.",
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
      "failed to launch a task with (error ECS was unable to assume the role 'arn:aws:iam::123456789012:role/quay-execution' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.).",
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
      "tag invalid: The image tag 'latest' already exists in the 'quay' repository and cannot be overwritten because the tag is immutable.",
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
      "denied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: ecr:InitiateLayerUpload on resource: quay",
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
    name: "a name that is not there yet",
    codes: ["NameUnknown"],
    shows: silent("its name is not known here (yet)"),
  },
];
