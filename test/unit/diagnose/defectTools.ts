/** What defects are made of: a snapshot changed as AWS shows it when something goes wrong. */
import type { Symptoms } from "../../../src/core/service/diagnosis/types";
import { known, type SeenTask, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import { deploymentId, executionPolicy, groupArn, now, runningTask, serviceDeployment } from "./base";

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

export const value = <T>(read: { known: boolean; value?: T }): NonNullable<T> => {
  if (!read.known || read.value === undefined || read.value === null) throw new Error("not known");
  return read.value as NonNullable<T>;
};
export const svc = (s: ServiceSnapshot) => value(s.service);
export const definition = (s: ServiceSnapshot) => value(s.revision).definition;
export const container = (s: ServiceSnapshot) => value({ known: true, value: definition(s).containerDefinitions?.[0] });
export const role = (s: ServiceSnapshot) => value(s.executionRole);
export const subnets = (s: ServiceSnapshot) => value(s.subnets);
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

export interface Stop {
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
export function failed(s: ServiceSnapshot, stop: Stop): void {
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

export const cannotPull = (s: ServiceSnapshot, rest: string, pulled: Stop["pulled"] = "started"): void => {
  const reason = `CannotPullContainerError: ${rest}`;
  failed(s, { code: "TaskFailedToStart", reason, containerReason: reason, pulled: pulled ?? "started" });
};
export const reference = (s: ServiceSnapshot): string => container(s).image ?? "";
export const resolve = (s: ServiceSnapshot, rest: string): string =>
  `pull image manifest has been retried 5 time(s): failed to resolve ref ${reference(s)}: ${rest}`;
export const init = (s: ServiceSnapshot, rest: string): void =>
  failed(s, { code: "TaskFailedToStart", reason: `ResourceInitializationError: ${rest}`, pulled: "no" });
export const ECR = "unable to pull secrets or registry auth: ";
export const retrieval = `${ECR}execution resource retrieval failed: `;
export const denial = (action: string): string =>
  `AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/quay-execution/4f2 is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`;

export function isolate(s: ServiceSnapshot, ...services: readonly string[]): void {
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
export function forbid(s: ServiceSnapshot, ...actions: readonly string[]): void {
  const policy = executionPolicy();
  for (const statement of policy.Statement)
    statement.Action = statement.Action.filter((action) => !actions.includes(action));
  role(s).policies = [{ name: "narrow", document: policy }];
}
export function rename(
  s: ServiceSnapshot,
  name: string,
  { foreign = false, ...seen }: Partial<ServiceSnapshot["images"][number]> & { foreign?: boolean },
): void {
  container(s).image = name;
  s.images = [{ ...image(s), reference: name, ...seen }];
  if (foreign) delete s.images[0]?.repository;
}
export const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:quay/db-AbCdEf";
export function withSecret(s: ServiceSnapshot, exists: boolean, allowed: boolean): void {
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
export const ended =
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
export function sick(
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
export const codes =
  (code: number) =>
  (s: ServiceSnapshot): void =>
    sick(s, "unhealthy", "Target.ResponseCodeMismatch", `Health checks failed with these codes: [${code}]`);
export function elbStop(s: ServiceSnapshot, why?: string): void {
  failed(s, {
    code: "ServiceSchedulerInitiated",
    reason: `Task failed ELB health checks in (target-group ${groupArn})`,
    lines: ["listening on port 8080"],
  });
  if (why)
    event(s, `(task ${"2".repeat(32)}) (port 8080) is unhealthy in (target-group ${groupArn}) due to (reason ${why}).`);
}
/** No task at all, and an event that says why. */
export const unplaced =
  (reason: string) =>
  (s: ServiceSnapshot): void => {
    down(s);
    event(s, reason);
  };
export const place = (reason: string) => unplaced(`was unable to place a task. Reason: ${reason}`);
/** An old deployment that runs beside a new one that does not begin. */
export function stuck(s: ServiceSnapshot): void {
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
export function rolledBack(s: ServiceSnapshot, statusReason: string, breaker: string): void {
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
export const answers =
  (status: number, start: string) =>
  (s: ServiceSnapshot): void =>
    void (s.url = { url: "http://quay-1.us-east-1.elb.amazonaws.com/", status, milliseconds: 9, start });
export const silent =
  (error: string) =>
  (s: ServiceSnapshot): void =>
    void (s.url = { url: "http://quay-1.us-east-1.elb.amazonaws.com/", error, milliseconds: 10_000, start: "" });
/** An HTTPS listener that shows this certificate; nobody gets further than that. */
export const shows =
  (names: string[], error: string) =>
  (s: ServiceSnapshot): void =>
    void (s.url = {
      url: "https://shop.example.com/",
      error,
      milliseconds: 20,
      start: "",
      certificate: { names, error },
    });
export const pushed = (code: string, summary: string, ...evidence: string[]): Symptoms => ({
  error: { code, summary, evidence, quotes: evidence, remedy: "", actions: [] },
});
export const guard = (s: ServiceSnapshot, id: string) =>
  value({ known: true, value: value(s.securityGroups).find((item) => item.id === id) });
export function onlyTask(s: ServiceSnapshot, change: Partial<SeenTask>): void {
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
