/**
 * What RegisterTaskDefinition refuses for its form: words, names and numbers that are none. AWS's own words for these
 * are not recorded; they are put as it puts the ones that are.
 */
import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "../model/ecs.types";

type Refusal = string | undefined;

/** The first value that occurs a second time. */
function twice(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}

const setting = (what: string, c: ContainerDefinition): string =>
  `Invalid '${what}' setting for container '${c.name ?? ""}'.`;

function healthCheck(c: ContainerDefinition): Refusal {
  const check = c.healthCheck;
  if (!check) return undefined;
  const [form, ...rest] = check.command ?? [];
  if (form === undefined || ((form === "CMD" || form === "CMD-SHELL") && !rest[0]?.trim()))
    return `Health check command must not be empty for container '${c.name ?? ""}'`;
  if (check.timeout !== undefined && check.interval !== undefined && check.timeout > check.interval)
    return `Health check timeout must be less than or equal to the interval for container '${c.name ?? ""}'`;
  return undefined;
}

const SECRET_SERVICES: readonly string[] = ["secretsmanager", "ssm"];

function secrets(c: ContainerDefinition): Refusal {
  for (const { name, valueFrom } of c.secrets ?? []) {
    if (!name?.trim()) return "Secret name cannot be null or blank.";
    if (!valueFrom?.trim()) return `The valueFrom of secret ${name} cannot be null or blank.`;
    // Without an ARN it is the name of a parameter.
    if (!valueFrom.startsWith("arn:")) {
      if (/\s|:\/\/|^(?:aws|ssm|secretsmanager):/.test(valueFrom)) return "Invalid arn syntax.";
      continue;
    }
    const [, partition = "", service = "", region = "", account = ""] = valueFrom.split(":");
    const isRight =
      partition.startsWith("aws") && SECRET_SERVICES.includes(service) && region !== "" && /^\d{12}$/.test(account);
    if (!isRight) return "Invalid arn syntax.";
  }
  return undefined;
}

function logging(c: ContainerDefinition): Refusal {
  const log = c.logConfiguration;
  const { mode, "max-buffer-size": size, "awslogs-group": group, "awslogs-region": region } = log?.options ?? {};
  const refused = (option: string): string =>
    `Invalid value for option '${option}' of log driver ${log?.logDriver ?? ""}.`;
  if (mode !== undefined && !["blocking", "non-blocking"].includes(mode)) return refused("mode");
  if (size !== undefined && !/^[\d.]+ ?[kmg]?b?$/i.test(size)) return refused("max-buffer-size");
  if (log?.logDriver !== "awslogs") return undefined;
  if (group !== undefined && !/^[\w.\-/#]{1,512}$/.test(group)) return refused("awslogs-group");
  if (region !== undefined && !/^[a-z]+(-[a-z]+)+-\d$/.test(region)) return refused("awslogs-region");
  return undefined;
}

function linux(c: ContainerDefinition): Refusal {
  const { tmpfs, capabilities } = c.linuxParameters ?? {};
  const bad = capabilities?.drop?.find((name) => name.startsWith("CAP_") || name !== name.toUpperCase());
  if (bad !== undefined) return `${bad} is not a valid capability.`;
  if (tmpfs?.some((t) => !t.containerPath?.startsWith("/") || (t.size ?? 0) < 1)) return setting("tmpfs", c);
  const limit = twice((c.ulimits ?? []).map(({ name }) => name ?? ""));
  if (limit !== undefined) return `Duplicate ulimit names found: ${limit}. Each ulimit name must be unique.`;
  if (c.ulimits?.some(({ softLimit, hardLimit }) => softLimit < -1 || hardLimit < -1)) return setting("ulimits", c);
  return undefined;
}

function mounts(c: ContainerDefinition): Refusal {
  const paths = (c.mountPoints ?? []).map(({ containerPath }) => containerPath ?? "");
  if (paths.some((path) => path === "")) return setting("mountPoints", c);
  const isWindows = paths.some((path) => /^[A-Za-z]:/.test(path));
  if (!isWindows && paths.some((path) => !path.startsWith("/"))) return setting("mountPoints", c);
  const again = twice(paths.map((path) => (path.length > 1 ? path.replace(/\/+$/, "") : path)));
  if (again !== undefined) return `Duplicate mount point '${again}' for container '${c.name ?? ""}'.`;
  if ((c.volumesFrom ?? []).some(({ sourceContainer }) => sourceContainer === c.name))
    return `Invalid 'volumesFrom' setting. Container '${c.name ?? ""}' refers to itself.`;
  return undefined;
}

function windows(c: ContainerDefinition, input: RegisterTaskDefinitionRequest): Refusal {
  if (!input.runtimePlatform?.operatingSystemFamily?.startsWith("WINDOWS")) return undefined;
  const { initProcessEnabled, ...linuxParameters } = c.linuxParameters ?? {};
  const found: readonly (readonly [string, boolean])[] = [
    ["linuxParameters", initProcessEnabled === true || Object.keys(linuxParameters).length > 0],
    ["ulimits", (c.ulimits ?? []).length > 0],
    ["readonlyRootFilesystem", c.readonlyRootFilesystem === true],
  ];
  const first = found.find(([, given]) => given);
  return first && `${first[0]} is not supported on container '${c.name ?? ""}' for Windows.`;
}

const NOT_ON_FARGATE: readonly string[] = [
  "WINDOWS_SERVER_2016_FULL",
  "WINDOWS_SERVER_2004_CORE",
  "WINDOWS_SERVER_20H2_CORE",
];

function task(input: RegisterTaskDefinitionRequest): Refusal {
  const family = input.runtimePlatform?.operatingSystemFamily ?? "";
  if (input.requiresCompatibilities?.includes("FARGATE") && NOT_ON_FARGATE.includes(family))
    return `Fargate does not support the operating system family '${family}'.`;
  const tags = input.tags ?? [];
  if (tags.length > 50) return "Too many tags.";
  for (const { key = "", value = "" } of tags) {
    if (/^aws:/i.test(key)) return `Tag key '${key}' is reserved.`;
    if (![key, value].every((text) => /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u.test(text)))
      return `Tag '${key}' contains invalid characters.`;
  }
  const again = twice(tags.map(({ key }) => key ?? ""));
  return again === undefined ? undefined : `Duplicate tag keys found: ${again}.`;
}

/** Why the definition is refused for its form; undefined where it is taken. */
export function formRefusal(input: RegisterTaskDefinitionRequest): Refusal {
  const isFargate = input.requiresCompatibilities?.includes("FARGATE") ?? false;
  for (const c of input.containerDefinitions) {
    const found =
      windows(c, input) ??
      healthCheck(c) ??
      secrets(c) ??
      logging(c) ??
      linux(c) ??
      mounts(c) ??
      ((c.user ?? "").split(":").length > 2 ? setting("user", c) : undefined) ??
      (c.startTimeout !== undefined && (c.startTimeout < 2 || (isFargate && c.startTimeout > 120))
        ? setting("startTimeout", c)
        : undefined);
    if (found !== undefined) return found;
  }
  return task(input);
}
