/** What RegisterTaskDefinition refuses for Fargate, in the order in which it is found. */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "../model/ecs.types";
import { formRefusal } from "./definitionForms";
import { client, invalid } from "./lookup";

const GB = 1024;
const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);

/** CPU units to the memory sizes (MiB) that Fargate offers with them. */
const SIZES: Readonly<Record<number, readonly number[]>> = {
  256: [512, GB, 2 * GB],
  512: range(GB, 4 * GB, GB),
  1024: range(2 * GB, 8 * GB, GB),
  2048: range(4 * GB, 16 * GB, GB),
  4096: range(8 * GB, 30 * GB, GB),
  8192: range(16 * GB, 60 * GB, 4 * GB),
  16384: range(32 * GB, 120 * GB, 8 * GB),
  32768: [60 * GB, 120 * GB, 244 * GB],
};

/** "1 vCPU", ".25 vcpu" or "256" as CPU units; undefined when it is none of these. */
export function cpuUnits(text: string): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*(vcpu)?\s*$/i.exec(text);
  if (!match) return undefined;
  return match[2] ? Math.round(Number(match[1]) * 1024) : Number(match[1]);
}

type Sized = Pick<RegisterTaskDefinitionRequest, "cpu" | "memory" | "runtimePlatform">;

/** Why Fargate has no task of that size; undefined where it has. */
export function sizeRefusal({ cpu: units, memory: size, runtimePlatform }: Sized): string | undefined {
  const [cpu, memory] = [cpuUnits(units ?? "") ?? 0, memoryMiB(size ?? "") ?? 0];
  const windows = runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS") ?? false;
  const bad =
    !SIZES[cpu]?.includes(memory) ||
    (windows && (![1024, 2048, 4096].includes(cpu) || runtimePlatform?.cpuArchitecture === "ARM64"));
  return bad
    ? `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS ` +
        "documentation for the valid values."
    : undefined;
}

/** "2 GB" or "2048" as MiB. */
export function memoryMiB(text: string): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*(gb)?\s*$/i.exec(text);
  if (!match) return undefined;
  return match[2] ? Math.round(Number(match[1]) * 1024) : Number(match[1]);
}

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const IMAGE =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/;
const AWSLOGS = new Set([
  "awslogs-group",
  "awslogs-region",
  "awslogs-stream-prefix",
  "awslogs-create-group",
  "awslogs-datetime-format",
  "awslogs-multiline-pattern",
  "mode",
  "max-buffer-size",
  "awslogs-endpoint",
  "awslogs-format",
  "awslogs-credentials-endpoint",
  "awslogs-force-flush-interval-seconds",
  "awslogs-max-buffered-events",
  "awslogs-stream",
]);

type Check = (input: RegisterTaskDefinitionRequest) => string | undefined;
type ContainerCheck = (c: ContainerDefinition, input: RegisterTaskDefinitionRequest) => string | undefined;

const isFargate = (input: RegisterTaskDefinitionRequest): boolean =>
  input.requiresCompatibilities?.includes("FARGATE") ?? false;

const isEcr = (image: string): boolean => /\.dkr[.-]ecr[.-]/.test(image) || /^127\.0\.0\.1:\d+\//.test(image);

const TASK_CHECKS: readonly Check[] = [
  (i) => (NAME.test(i.family) ? undefined : "Family contains invalid characters."),
  (i) => (i.containerDefinitions.length === 0 ? "Container list cannot be empty." : undefined),
  (i) => (i.containerDefinitions.length > 10 ? "Too many containers." : undefined),
  (i) => (i.tags?.length === 0 ? "Tags can not be empty." : undefined),
  (i) => {
    const n = Buffer.byteLength(JSON.stringify(i));
    return n > 65536 ? `Actual length: '${n}'. Max allowed length is '65536' bytes.` : undefined;
  },
  (i) => (isFargate(i) && i.networkMode !== "awsvpc" ? "Fargate only supports network mode 'awsvpc'." : undefined),
  (i) => (isFargate(i) && !i.cpu ? "Fargate requires that 'cpu' be defined at the task level." : undefined),
  (i) => (isFargate(i) && !i.memory ? "Fargate requires that 'memory' be defined at the task level." : undefined),
  (i) => (i.cpu !== undefined && cpuUnits(i.cpu) === undefined ? "Invalid 'cpu' setting for task." : undefined),
  (i) =>
    i.memory !== undefined && memoryMiB(i.memory) === undefined ? "Invalid 'memory' setting for task." : undefined,
  (i) => (isFargate(i) ? sizeRefusal(i) : undefined),
  (i) =>
    i.containerDefinitions.every((c) => c.essential === false)
      ? "Task definition doesn't have any essential container"
      : undefined,
  (i) =>
    isFargate(i) && i.placementConstraints?.length
      ? "Fargate compatible task definitions do not support constraints"
      : undefined,
  (i) => (i.inferenceAccelerators?.length ? "Unsupported field 'inferenceAccelerators'." : undefined),
  (i) => (isFargate(i) && i.ipcMode ? "Fargate compatible task definitions do not support ipcMode" : undefined),
  (i) =>
    isFargate(i) && i.pidMode && i.pidMode !== "task"
      ? "Fargate compatible task definitions only support pidMode 'task'"
      : undefined,
  (i) =>
    i.ephemeralStorage && i.ephemeralStorage.sizeInGiB < 21 ? "EphemeralStorage size should be at least 21" : undefined,
  (i) =>
    i.ephemeralStorage && i.ephemeralStorage.sizeInGiB > 200
      ? "EphemeralStorage size should be at most 200"
      : undefined,
  (i) => {
    const names = i.containerDefinitions.map((c) => c.name);
    return new Set(names).size === names.length ? undefined : "Container names must be unique within a task definition";
  },
  (i) => {
    const sum = i.containerDefinitions.reduce((n, c) => n + (c.cpu ?? 0), 0);
    return i.cpu && sum > (cpuUnits(i.cpu) ?? 0)
      ? "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'."
      : undefined;
  },
  (i) => {
    const seen = new Set<string>();
    for (const p of i.containerDefinitions.flatMap((c) => c.portMappings ?? [])) {
      const key = `${p.containerPort ?? p.containerPortRange ?? ""}/${p.protocol ?? "tcp"}`;
      if (seen.has(key))
        return (
          `${(p.protocol ?? "tcp").toUpperCase()} container port ` +
          `'${p.containerPort ?? p.containerPortRange ?? ""}' is used multiple times in task when networkMode=awsvpc.`
        );
      seen.add(key);
    }
    const names = i.containerDefinitions.flatMap((c) => c.portMappings ?? []).flatMap((p) => (p.name ? [p.name] : []));
    return new Set(names).size === names.length
      ? undefined
      : "When networkMode=awsvpc, port mapping name is already used";
  },
  (i) =>
    i.volumes?.some((v) => v.host?.sourcePath) && isFargate(i)
      ? "Fargate compatible task definitions do not support sourcePath"
      : undefined,
  (i) =>
    i.volumes?.some((v) => v.dockerVolumeConfiguration) && isFargate(i)
      ? "Fargate compatible task definitions do not support dockerVolumeConfiguration"
      : undefined,
  (i) => {
    const cycle = dependencyCycle(i.containerDefinitions);
    return cycle ? `Container dependency cycle detected: ${cycle}` : undefined;
  },
  (i) => {
    if (i.executionRoleArn || !isFargate(i)) return undefined;
    if (
      i.containerDefinitions.some(
        (c) =>
          c.secrets?.length ||
          c.environmentFiles?.length ||
          c.logConfiguration?.secretOptions?.length ||
          c.repositoryCredentials,
      )
    )
      return "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.";
    if (i.containerDefinitions.some((c) => isEcr(c.image ?? "")))
      return "Fargate requires task definition to have execution role ARN to support ECR images.";
    if (i.containerDefinitions.some((c) => c.logConfiguration?.logDriver === "awslogs"))
      return "Fargate requires task definition to have execution role ARN to support log driver awslogs.";
    return undefined;
  },
  (i) =>
    [i.executionRoleArn, i.taskRoleArn].some((r) => r?.includes(":") && !/^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(r))
      ? "Role is not valid"
      : undefined,
];

function dependencyCycle(containers: readonly ContainerDefinition[]): string | undefined {
  const edges = new Map(containers.map((c) => [c.name ?? "", (c.dependsOn ?? []).map((d) => d.containerName)]));
  const visit = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return [...path, name].join(" -> ");
    for (const next of edges.get(name) ?? []) {
      const found = visit(next, [...path, name]);
      if (found) return found;
    }
    return undefined;
  };
  for (const name of edges.keys()) {
    const found = visit(name, []);
    if (found) return found;
  }
  return undefined;
}

const between = (value: number | undefined, low: number, high: number): boolean =>
  value === undefined || (value >= low && value <= high);

function healthCheck(c: ContainerDefinition): string | undefined {
  const h = c.healthCheck;
  if (!h) return undefined;
  for (const [label, value, low, high] of [
    ["interval", h.interval, 5, 300],
    ["timeout", h.timeout, 2, 60],
    ["retries", h.retries, 1, 10],
    ["startPeriod", h.startPeriod, 0, 300],
  ] as const) {
    if (value !== undefined && value > high)
      return (
        `Health check ${label} must be less than or equal to the maximum allowed value ${high} for container ` +
        `'${c.name ?? ""}'`
      );
    if (value !== undefined && value < low)
      return (
        `Health check ${label} must be greater than or equal to the minimum allowed value ${low} for container ` +
        `'${c.name ?? ""}'`
      );
  }
  return undefined;
}

function ports(c: ContainerDefinition): string | undefined {
  for (const p of c.portMappings ?? []) {
    if (p.containerPortRange !== undefined) {
      if (p.containerPort !== undefined || p.hostPort !== undefined)
        return `Invalid port mapping for container '${c.name ?? ""}', cannot specify both single port and port range.`;
      const [first = 0, last = 0] = p.containerPortRange.split("-").map(Number);
      if (!(first >= 1 && last > first && last <= 65535))
        return `Invalid 'containerPortRange' setting for container '${c.name ?? ""}'.`;
    } else if (p.containerPort === undefined || !between(p.containerPort, 1, 65535))
      return `Invalid 'containerPort' setting for container '${c.name ?? ""}'.`;
    if (p.hostPort !== undefined && p.hostPort !== p.containerPort)
      return "When networkMode=awsvpc, the host ports and container ports in port mappings must match.";
  }
  return undefined;
}

function environment(c: ContainerDefinition): string | undefined {
  const names = (c.environment ?? []).map((e) => e.name ?? "");
  if (names.some((n) => n.trim() === "")) return "Environment variable name cannot be null or blank.";
  const secrets = (c.secrets ?? []).map((s) => s.name);
  const twice = secrets.find((s, i) => secrets.indexOf(s) !== i);
  if (twice !== undefined) return `Duplicate secret names found: ${twice}. Each secret name must be unique.`;
  const clash = secrets.find((s) => names.includes(s));
  if (clash !== undefined)
    return (
      "The secret name must be unique and not shared with any new or existing environment variables set on the " +
      `container, such as '${clash}'.`
    );
  if ((c.environmentFiles ?? []).some((f) => !/^arn:aws[\w-]*:s3:::/.test(f.value))) return "Invalid arn syntax.";
  if ((c.environmentFiles ?? []).length > 10)
    return "The maximum number of environment files was exceeded. Specify ten or less and try again.";
  return undefined;
}

function logging(c: ContainerDefinition, input: RegisterTaskDefinitionRequest): string | undefined {
  const log = c.logConfiguration;
  if (!log) return undefined;
  if (!["awslogs", "splunk", "awsfirelens"].includes(log.logDriver))
    return `${log.logDriver} is not a valid log driver. Must be one of [awslogs,splunk,awsfirelens]`;
  if (log.logDriver === "awsfirelens" && !input.containerDefinitions.some((x) => x.firelensConfiguration))
    return (
      "When awsfirelens log driver is specified in log configuration, a firelens configuration object must be " +
      "configured in one of the containers."
    );
  if (log.logDriver !== "awslogs") return undefined;
  const options = log.options ?? {};
  const missing = ["awslogs-region", "awslogs-group"].filter((o) => options[o] === undefined);
  if (missing.length > 0) return `Log driver awslogs requires options: ${missing.join(", ")}`;
  if (options["awslogs-group"] === "") return "Log driver awslogs option 'awslogs-group' should not be null or empty.";
  if (isFargate(input) && !options["awslogs-stream-prefix"])
    return "Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.";
  const unknown = Object.keys(options).filter((o) => !AWSLOGS.has(o));
  if (unknown.length > 0) return `Log driver awslogs disallows options: ${unknown.join(", ")}`;
  if (options["awslogs-create-group"] !== undefined && options["awslogs-create-group"] !== "true")
    return "Log driver awslogs option 'awslogs-create-group' should only be set to 'true', else omit option.";
  return undefined;
}

function depends(c: ContainerDefinition, input: RegisterTaskDefinitionRequest): string | undefined {
  for (const d of c.dependsOn ?? []) {
    const target = input.containerDefinitions.find((x) => x.name === d.containerName);
    if (!target) return `Cannot depend on container + '${d.containerName}' because it does not exist`;
    if (d.condition === "HEALTHY" && !target.healthCheck)
      return "A dependency container with HEALTHY condition must have health check configured";
    if ((d.condition === "COMPLETE" || d.condition === "SUCCESS") && target.essential !== false)
      return "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container";
  }
  return undefined;
}

function unsupported(c: ContainerDefinition, input: RegisterTaskDefinitionRequest): string | undefined {
  if (!isFargate(input)) return undefined;
  if (c.privileged) return "Fargate requires that the 'privileged' setting be 'false' at the container level.";
  const capability = c.linuxParameters?.capabilities?.add?.find((x) => x !== "SYS_PTRACE");
  if (capability) return `${capability} is not allowed on Fargate.`;
  if (c.linuxParameters?.devices?.length) return "Fargate compatible task definitions do not support devices";
  if (c.linuxParameters?.sharedMemorySize !== undefined)
    return "Fargate compatible task definitions do not support sharedMemorySize";
  if (c.linuxParameters?.maxSwap !== undefined) return "Fargate compatible task definitions do not support maxSwap";
  if (c.linuxParameters?.swappiness !== undefined)
    return "Fargate compatible task definitions do not support swappiness";
  if (c.resourceRequirements?.some((r) => r.type === "GPU"))
    return "Tasks using the Fargate launch type do not support GPU resource requirements.";
  if (c.dockerSecurityOptions?.length)
    return "Fargate compatible task definitions do not support dockerSecurityOptions";
  const network: [string, boolean][] = [
    ["links", (c.links?.length ?? 0) > 0],
    ["hostname", c.hostname !== undefined],
    ["dnsServers", (c.dnsServers?.length ?? 0) > 0],
    ["dnsSearchDomains", (c.dnsSearchDomains?.length ?? 0) > 0],
    ["extraHosts", (c.extraHosts?.length ?? 0) > 0],
    ["disableNetworking", c.disableNetworking === true],
  ];
  const found = network.find(([, given]) => given);
  return found ? `${found[0]} is not supported on container when networkMode=awsvpc.` : undefined;
}

const CONTAINER_CHECKS: readonly ContainerCheck[] = [
  (c) => (c.name ? undefined : "Container.name should not be null or empty."),
  (c) => (NAME.test(c.name ?? "") ? undefined : "Container.name contains invalid characters."),
  (c) => (c.image ? undefined : "Container.image should not be null or empty."),
  (c) => (IMAGE.test(c.image ?? "") ? undefined : "Container.image contains invalid characters."),
  (c, i) =>
    !i.memory && c.memory === undefined && c.memoryReservation === undefined
      ? `Invalid setting for container '${c.name ?? ""}'. At least one of 'memory' or 'memoryReservation' must ` +
        "be specified."
      : undefined,
  (c) =>
    c.memory !== undefined && c.memoryReservation !== undefined && c.memoryReservation > c.memory
      ? "'memory' must be greater than or equal to 'memoryReservation'"
      : undefined,
  (c, i) =>
    i.memory && (c.memory ?? 0) > (memoryMiB(i.memory) ?? 0)
      ? `The 'memory' setting for container '${c.name ?? ""}' is greater than for the task.`
      : undefined,
  ports,
  environment,
  logging,
  healthCheck,
  depends,
  unsupported,
  (c, i) =>
    isFargate(i) && (c.stopTimeout ?? 0) > 120
      ? "Tasks using the Fargate launch type must have a container stop timeout of less than 120 seconds."
      : undefined,
  (c) =>
    c.restartPolicy && !between(c.restartPolicy.restartAttemptPeriod, 60, 1800)
      ? `The 'restartAttemptPeriod' setting for container '${c.name ?? ""}' must be between 60 and 1800.`
      : undefined,
  (c) =>
    c.ulimits?.some((u) => u.softLimit > u.hardLimit)
      ? "Ulimit soft limit cannot be greater than the hard limit."
      : undefined,
  (c, i) => {
    const m = c.mountPoints?.find((x) => !i.volumes?.some((v) => v.name === x.sourceVolume));
    return m ? `Unknown volume '${m.sourceVolume ?? ""}'.` : undefined;
  },
  (c, i) => {
    const v = c.volumesFrom?.find((x) => !i.containerDefinitions.some((o) => o.name === x.sourceContainer));
    return v ? `Unknown container '${v.sourceContainer ?? ""}' in volumesFrom.` : undefined;
  },
];

/** Throws the ClientException with which AWS refuses the definition. */
export function checkDefinition(input: RegisterTaskDefinitionRequest): void {
  if (isFargate(input) && input.requiresCompatibilities?.some((c) => c === "EXTERNAL"))
    throw invalid("FARGATE and EXTERNAL are incompatible.");
  for (const check of TASK_CHECKS.slice(0, 3)) {
    const text = check(input);
    if (text) throw client(text);
  }
  for (const container of input.containerDefinitions) {
    for (const check of CONTAINER_CHECKS.slice(0, 4)) {
      const text = check(container, input);
      if (text) throw client(text);
    }
  }
  for (const check of TASK_CHECKS.slice(3)) {
    const text = check(input);
    if (text) throw client(text);
  }
  for (const container of input.containerDefinitions) {
    for (const check of CONTAINER_CHECKS.slice(4)) {
      const text = check(container, input);
      if (text) throw client(text);
    }
  }
  const refused = formRefusal(input);
  if (refused !== undefined) throw client(refused);
}
