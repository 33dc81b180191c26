/** What ends a task, or keeps traffic from it. Texts as AWS words them. */
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import {
  type Defect,
  value,
  container,
  subnets,
  failed,
  reference,
  rename,
  ended,
  sick,
  codes,
  elbStop,
  place,
  guard,
  onlyTask,
} from "./defectTools";

export const defectsOfTasks: readonly Defect[] = [
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
          "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: " +
          'failed to create shim: OCI runtime create failed: runc create failed: exec: "serve": executable file ' +
          "not found in $PATH",
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
          "CannotCreateContainerError: DockerTimeoutError: Could not transition to created; timed out after " +
          "waiting 3m0s",
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
];
