/** Containers that end, tasks that AWS stops, and what the service's events say. */
import type { Pattern } from "../model";

const exited = "Essential container in task exited";

export const runPatterns: readonly Pattern[] = [
  {
    code: "OutOfMemory", numbers: [18], family: "container", stage: ["start", "run"], title: "memory ran out", by: ["task", "container"],
    leads: [exited, "OutOfMemoryError: container killed due to memory usage"], proves: [/OutOfMemory/i], facts: ["memoryRanOut"],
    sentence: "The container {container|} used more memory than it has ({memory|} MiB) and was killed.",
    remedy: "Raise memory in the task definition; a JVM also needs -XX:MaxRAMPercentage, Node --max-old-space-size.", actions: ["openTaskDefinition", "tailLogs"],
  },
  {
    code: "ExitedCleanly", numbers: [16], family: "container", stage: ["run", "run"], title: "the process ended by itself",
    leads: [exited], facts: ["exitedZero"], observed: true,
    sentence: "The container {container|} ended by itself with code 0; a service needs a process that stays.",
    remedy: "Start the server in the foreground: no daemon mode, no script that only starts something in the background.", actions: ["openDockerfile", "tailLogs"],
  },
  {
    code: "ContainerExited", numbers: [17], family: "container", stage: ["run", "run"], title: "the application ended with an error", general: true,
    leads: [exited], facts: ["exitedItself"], observed: true,
    sentence: "The container {container|} exited with code {exit|}: the application ended itself.",
    remedy: "Its last lines say why; run the image on this machine to try a mend.", command: "slipway logs --since 1h --task {task}", actions: ["tailLogs", "openDockerfile"],
  },
  {
    code: "KilledAtStop", numbers: [19], family: "container", stage: ["run", "health"], title: "killed because it did not stop in time",
    leads: [exited, "Scaling activity initiated by", "Task failed ", "Task stopped by"], facts: ["killedWhenStopped"],
    sentence: "The container {container|} was killed (137): it did not end within {stopTimeout|30} s of SIGTERM, or something else killed it; memory was not named as the cause.",
    remedy: "Handle SIGTERM (exec form of CMD, so that the signal arrives), or raise stopTimeout in the task definition (120 s at most).", actions: ["openTaskDefinition", "openDockerfile"],
  },
  {
    code: "Crashed", numbers: [20], family: "container", stage: ["start", "run"], title: "a crash in native code",
    leads: [exited], facts: ["exitedCrash"], observed: true,
    sentence: "The container {container|} crashed in native code (code 139, segmentation fault).",
    remedy: "Look at native modules and the base image: built for another processor or another C library they crash so.", actions: ["tailLogs", "openDockerfile"],
  },
  {
    code: "Aborted", numbers: [20], family: "container", stage: ["run", "run"], title: "the process aborted",
    leads: [exited], facts: ["exitedAbort"], observed: true,
    sentence: "The container {container|} aborted itself (code 134).", remedy: "Its last lines say on what: an assertion, or a heap that was full.", actions: ["tailLogs", "openTaskDefinition"],
  },
  {
    code: "Terminated", numbers: [20], family: "container", stage: ["run", "run"], title: "ended by SIGTERM",
    leads: [exited], facts: ["exitedTerminated"], observed: true,
    sentence: "The container {container|} ended by SIGTERM (code 143), which is how a container ends that is asked to.", remedy: "Where nobody asked it to, its own parent did: look at what starts the process.", actions: ["tailLogs"],
  },
  {
    code: "CannotRun", numbers: [21], family: "container", stage: ["start", "run"], title: "ENTRYPOINT or CMD",
    leads: [exited], facts: ["exited255"], observed: true,
    sentence: "The container {container|} ended with code 255: its ENTRYPOINT or CMD could not be run, or failed at once.",
    remedy: "Look at ENTRYPOINT, CMD and the task definition's command, and whether the image is for the task's processor.", actions: ["openDockerfile", "openTaskDefinition", "tailLogs"],
  },
  {
    code: "CannotStart", numbers: [22], family: "container", stage: ["start", "start"], title: "the command is not in the image", by: ["task", "container", "event", "log"],
    leads: [exited, "CannotStartContainerError: "], proves: ["executable file not found"], says: ["CannotStartContainerError", /no such file or directory/i], facts: ["commandBroken"], observed: true,
    sentence: "The container's command could not be started{exitNote|}.",
    remedy: "Look at ENTRYPOINT, CMD and the task definition's command: the path, the execute bit, and that a script has no Windows line ends.", actions: ["openDockerfile", "openTaskDefinition"],
  },
  {
    code: "EngineTrouble", numbers: [23], family: "container", stage: ["create", "start"], title: "trouble on AWS's side", by: ["task", "container", "event"],
    leads: ["CannotCreateContainerError: ", "CannotInspectContainerError: ", "DockerTimeoutError: ", "InternalError: ", "ContainerRuntimeError: "], proves: [/\bCannot(Create|Inspect)ContainerError|DockerTimeoutError|ContainerRuntime\w*Error/i], says: [/^InternalError/i],
    sentence: "AWS could not make or start the container in time.", remedy: "It is tried again by itself; where it goes on, look at the task's network and size, and at AWS's health page.", actions: ["retry"], mayCure: true,
  },
  {
    code: "RoleNotAssumed", numbers: [41], family: "event", stage: ["place", "place"], title: "ECS cannot act as the task's role", by: ["event", "task", "error"],
    leads: ["failed to launch a task with (error ecs was unable to assume the role"], says: ["unable to assume the role"], facts: ["roleNotTrusting"],
    sentence: "ECS cannot act as the role {role|of the task}: it {roleFault|may not assume it}.", remedy: "Its trust policy has to let ecs-tasks.amazonaws.com assume it. A role made a moment ago needs some seconds.",
    command: "aws iam get-role --role-name {role}", actions: ["retry"], mayCure: true,
  },
  {
    code: "ZoneWithoutFargate", numbers: [36], family: "event", stage: ["place", "place"], title: "a zone without Fargate",
    leads: ["was unable to place a task. Reason: Internal error"], says: [/Reason: Internal error/i], facts: ["zoneWithoutFargate"],
    sentence: "The subnet {subnet|} is in a zone in which there is no Fargate ({zoneId|}).", remedy: "Use subnets of other zones (network.subnets in slipway.json).", actions: ["openConfig"],
  },
  {
    code: "SizeAboveLimit", numbers: [35], family: "event", stage: ["place", "place"], title: "the task is larger than the account may run",
    leads: ["was unable to place a task. Reason: The CPU|MEMORY configuration is above your limit", "was unable to place a task. Reason: CPU|MEMORY configuration is above your limit"], proves: [/(CPU|MEMORY)[^.]{0,20}configuration is above your limit/i], facts: ["sizeAboveLimit"],
    sentence: "The task's CPU or memory is above what the account may run.", remedy: "Make it smaller, or ask AWS to raise the limit.", actions: ["openTaskDefinition"],
  },
  {
    code: "VcpuQuota", numbers: [35], family: "event", stage: ["place", "place"], title: "the quota of Fargate vCPUs",
    leads: ["was unable to place a task. Reason: You've reached the limit on the number of vCPUs you can run concurrently"], proves: ["reached the limit on the number of vCPUs"], facts: ["aboveQuota"],
    sentence: "The account's quota of Fargate vCPUs ({quota|} vCPUs) is used up.", remedy: "Ask for more (Service Quotas, Fargate On-Demand vCPU resource count), or run fewer or smaller tasks.",
    command: "aws service-quotas request-service-quota-increase --region {region} --service-code fargate --quota-code L-3032A538 --desired-value {peak}", actions: ["openConfig"],
  },
  {
    code: "NoFreeAddress", numbers: [24], family: "task", stage: ["place", "place"], title: "no free address in the subnet",
    leads: ["Timeout waiting for network interface provisioning", "unexpected EC2 error while attempting to create network interface", "was unable to place a task. Reason: RESOURCE:ENI", "RESOURCE:ENI", "was unable to place a task. Reason: The subnet", "The subnet "], says: [/InsufficientFreeAddresses|not (have )?enough free addresses|insufficient free|RESOURCE:ENI|does not have (enough|available)/i], facts: ["noFreeAddress"],
    sentence: "The subnet {subnet|} has no free address left, so no task can start there.", remedy: "Use further or larger subnets (network.subnets in slipway.json), or free addresses: old tasks and interfaces hold them.",
    command: "aws ec2 describe-subnets --region {region} --subnet-ids {subnet}", actions: ["openConfig"],
  },
  {
    code: "NetworkInterface", numbers: [24], family: "task", stage: ["place", "place"], title: "AWS was slow to provide network or disk",
    leads: ["Timeout waiting for network interface provisioning", "Timeout waiting for EphemeralStorage provisioning"], proves: [/network interface provisioning|EphemeralStorage provisioning/i], says: ["Timeout waiting for network", "Timeout waiting for Ephemeral"], facts: ["noInterface"],
    sentence: "AWS could not provide the task's network interface or disk in time.", remedy: "It tries again by itself; where it goes on, look whether the subnets have free addresses.", actions: ["retry"], mayCure: true,
  },
  {
    code: "LoadBalancerHealth", numbers: [25], family: "task", stage: ["health", "health"], title: "the load balancer's health checks", general: true,
    leads: ["Task failed ELB health checks in (target-group"], proves: ["failed ELB health checks"], facts: ["stoppedForHealth"],
    sentence: "The load balancer's health checks of {path|the task} failed, so ECS stopped the task.", remedy: "Look whether the application listens on 0.0.0.0 at port {port|of the container} and answers {path|the health check's path} in time.",
    command: "aws elbv2 describe-target-health --region {region} --target-group-arn {targetGroup}", actions: ["tailLogs", "openConfig"],
  },
  {
    code: "ContainerHealth", numbers: [26], family: "task", stage: ["health", "health"], title: "the container's own health check",
    leads: ["Task failed container health checks", "(task"], proves: ["failed container health checks"], facts: ["containerUnhealthy"], observed: true,
    sentence: "The container's own health check failed.", remedy: "Look at its command (is curl in the image?), its port, and startPeriod.", actions: ["openTaskDefinition", "openDockerfile", "tailLogs"],
  },
  {
    code: "Scaling", numbers: [27], family: "task", stage: ["run", "health"], title: "a scaling or a deployment", benign: true,
    leads: ["Scaling activity initiated by"], proves: ["Scaling activity initiated by"], facts: ["scaledIn"], observed: true,
    sentence: "ECS stopped the task on purpose: a scaling, or a deployment that replaced it.", remedy: "Nothing is wrong.",
  },
  {
    code: "StoppedByPerson", numbers: [27], family: "task", stage: ["run", "health"], title: "stopped by somebody", benign: true, facts: ["byPerson"], observed: true,
    proves: [/^Task stopped by/i], sentence: "Somebody stopped the task.", remedy: "Nothing is wrong.",
  },
  {
    code: "SpotTaken", numbers: [37], family: "task", stage: ["place", "health"], title: "Spot capacity was taken back", facts: ["spotTaken"], observed: true, mayCure: true,
    sentence: "AWS took the Spot capacity back that the task ran on.", remedy: "ECS starts another one; use FARGATE beside FARGATE_SPOT where that must not interrupt.", actions: ["openConfig"],
  },
  {
    code: "Retired", numbers: [23], family: "task", stage: ["run", "health"], title: "AWS retired the machine", facts: ["retired"], observed: true, mayCure: true,
    sentence: "AWS retired what the task ran on.", remedy: "ECS starts another task by itself.",
  },
  {
    code: "StartsThrottled", numbers: [34], family: "event", stage: ["place", "health"], title: "tasks keep failing", general: true, consequence: true,
    leads: ["is unable to consistently start tasks successfully"], proves: ["unable to consistently start tasks"],
    sentence: "Tasks of the service keep failing, so ECS starts them ever more rarely (up to 27 minutes apart).", remedy: "Mend what stops them: the stopped task's reason says it.", actions: ["tailLogs", "retry"],
  },
  {
    code: "NoCapacity", numbers: [37], family: "event", stage: ["place", "place"], title: "AWS has no capacity", by: ["event", "task"],
    leads: ["was unable to place a task. Reason: Capacity is unavailable at this time", "Capacity is unavailable at this time"], proves: ["Capacity is unavailable at this time"],
    sentence: "AWS has no Fargate capacity for the task in these zones right now.", remedy: "ECS tries again by itself. Subnets in further zones, another size, or FARGATE instead of FARGATE_SPOT help.", actions: ["retry", "openConfig"], mayCure: true,
  },
  {
    code: "CountCannotMove", numbers: [38], family: "event", stage: ["place", "place"], title: "minimum and maximum percent",
    leads: ["was unable to stop or start tasks during a deployment because of the service deployment configuration"], proves: ["unable to stop or start tasks during a deployment"], facts: ["countCannotMove"], observed: true,
    sentence: "Minimum {minimum|} % and maximum {maximum|} % of {desired|} tasks let ECS neither stop an old task nor start a new one.", remedy: "Lower the minimum or raise the maximum; 100 and 200 always work.",
    command: "aws ecs update-service --region {region} --cluster {cluster} --service {service} --deployment-configuration minimumHealthyPercent=100,maximumPercent=200", actions: ["retry"],
  },
  {
    code: "OperationsThrottled", numbers: [39], family: "event", stage: ["place", "health"], title: "AWS limits the calls", general: true,
    leads: ["operations are being throttled"], proves: ["operations are being throttled"],
    sentence: "AWS limits how often the service's operations are called; it goes on by itself, later.", remedy: "Wait; many services deploying at the same time share one rate.", actions: ["retry"], mayCure: true,
  },
  {
    code: "NotFargate", numbers: [40], family: "event", stage: ["place", "place"], title: "the service does not run on Fargate",
    leads: ["was unable to place a task because no container instance met all of its requirements"], proves: ["no container instance met all of its requirements"],
    sentence: "The service looks for machines of its own (EC2), and none fits: it does not run on Fargate.", remedy: "Make the service with launch type FARGATE; what it is cannot be changed afterwards.", actions: ["openConfig"],
  },
  {
    code: "LinkedRoleMissing", numbers: [41], family: "event", stage: ["place", "health"], title: "ECS's own service-linked role",
    leads: ["failed to describe target health", "failed to register targets", "unable to assume the service linked role"], proves: [/failed to (describe target health|(de)?register targets?).*(error|denied|assume)/is, "unable to assume the service linked role"], says: ["failed to describe target health"],
    sentence: "ECS could not ask the load balancer about the targets.", remedy: "It tries again; where it goes on, ECS's service-linked role is missing or was changed.",
    command: "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com", actions: ["retry"], mayCure: true,
  },
  {
    code: "CircuitBreaker", numbers: [42], family: "event", stage: ["place", "health"], title: "the circuit breaker", general: true, consequence: true,
    proves: [/circuit breaker/i, /deployment failed: tasks failed to start/i], facts: ["breakerTripped"], observed: true,
    sentence: "Too many tasks of the new version failed, so ECS gave the deployment up.", remedy: "The reason is in a stopped task; they are kept for about an hour. Deploy again to see one.", command: "aws ecs list-tasks --region {region} --cluster {cluster} --service-name {service} --desired-status STOPPED", actions: ["tailLogs", "retry"],
  },
  {
    code: "AlarmRollback", numbers: [42], family: "event", stage: ["place", "health"], title: "a CloudWatch alarm", proves: [/alarm(s)? (was |were )?detected|because of (an|a CloudWatch) alarm|CloudWatch alarm/i], facts: ["takenBack"],
    sentence: "A CloudWatch alarm went off during the deployment, so ECS took it back.", remedy: "Look at the alarm: what it measures got worse with the new version.", command: "aws cloudwatch describe-alarms --region {region} --state-value ALARM", actions: ["tailLogs", "retry"],
  },
  {
    code: "RollbackRequested", numbers: [42], family: "event", stage: ["place", "health"], title: "somebody took the deployment back", proves: ["because of a stop request"], facts: ["takenBack"],
    sentence: "Somebody asked ECS to take the deployment back.", remedy: "Deploy again when it is wanted.", actions: ["retry"],
  },
];
