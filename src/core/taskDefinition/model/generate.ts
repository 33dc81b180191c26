import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import type { Application } from "../../app/app";
import { SlipwayError } from "../../base/errors";
import { tooDeepAt } from "../../base/jsonDepth";
import { markNumbers } from "../../base/exactJson";
import { normalise } from "./normalise";
import type { ContainerDefinition, JsonObject, TaskDefinition } from "../../base/taskDefinition";

export type Architecture = "X86_64" | "ARM64";

/** The smallest pair that Fargate has, and enough for most first applications. */
const defaultSize = { cpu: "256", memory: "512" } as const;

/**
 * The task definition that Slipway writes when there is none. What depends on account and region (image, execution
 * role, the logs' region) is left out: it is filled in when the definition is registered.
 */
export function generateDefinition(app: Application, architecture: Architecture): TaskDefinition {
  const container: ContainerDefinition = {
    name: app.container,
    image: `${app.repository}:latest`,
    essential: true,
    ...(app.port === undefined ? {} : { portMappings: [{ containerPort: app.port, protocol: "tcp" }] }),
    stopTimeout: 30,
    logConfiguration: logConfiguration(app),
  };
  return {
    family: app.family,
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    ...defaultSize,
    runtimePlatform: { cpuArchitecture: architecture, operatingSystemFamily: "LINUX" },
    containerDefinitions: [container],
  };
}

function logConfiguration(app: Application): JsonObject {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": app.logGroup,
      "awslogs-stream-prefix": app.container,
      "awslogs-create-group": "true",
      // Said outright: ECS's own default became non-blocking in June 2025, with a buffer of one megabyte.
      mode: "non-blocking",
      "max-buffer-size": "25m",
    },
  };
}

/** What only this deployment knows. */
export interface Resolved {
  image: string;
  executionRoleArn: string;
  taskRoleArn?: string | undefined;
  region: string;
}

/**
 * The definition to register: the merged one with this deployment's image in the application's container, and with what
 * nobody stated filled in. Fargate's demands (awsvpc, FARGATE) are filled in as well when a file leaves them out.
 */
export function completeDefinition(merged: TaskDefinition, app: Application, resolved: Resolved): TaskDefinition {
  const containers = (merged.containerDefinitions ?? []).map((container) => withLogRegion(container, resolved.region));
  const index = containers.findIndex((container) => container.name === app.container);
  const own = containers[index < 0 && containers.length === 1 ? 0 : index];
  if (!own) {
    throw new SlipwayError({
      code: "ContainerMissing",
      summary: `${app.taskDefinitionFile} has no container named "${app.container}" for the image.`,
      evidence: [`It has: ${containers.map((container) => container.name ?? "(no name)").join(", ") || "none"}.`],
      remedy: `Name one of them as "container" in slipway.json, or rename the container.`,
      actions: ["openTaskDefinition", "openConfig"],
    });
  }
  own.image = resolved.image;
  own.name ??= app.container;
  if (app.port !== undefined) ensurePort(own, app.port);
  const taskRole = resolved.taskRoleArn;
  return normalise({
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    ...defaultSize,
    ...merged,
    family: app.family,
    executionRoleArn: merged.executionRoleArn ?? resolved.executionRoleArn,
    ...(taskRole === undefined ? {} : { taskRoleArn: merged.taskRoleArn ?? taskRole }),
    containerDefinitions: containers,
  });
}

function ensurePort(container: ContainerDefinition, port: number): void {
  const mappings = Array.isArray(container["portMappings"]) ? container["portMappings"] : [];
  if (mappings.some((mapping) => (mapping as JsonObject)["containerPort"] === port)) return;
  container["portMappings"] = [...mappings, { containerPort: port }];
}

function withLogRegion(container: ContainerDefinition, region: string): ContainerDefinition {
  const log = container["logConfiguration"] as JsonObject | undefined;
  if (log?.["logDriver"] !== "awslogs") return { ...container };
  const options = { "awslogs-region": region, ...(log["options"] as JsonObject | undefined) };
  return { ...container, logConfiguration: { ...log, options } };
}

/** Reads a task definition file: bare, or the answer of describe-task-definition. */
export function parseDefinition(content: string, fileName: string): TaskDefinition {
  const deep = tooDeepAt(content);
  if (deep >= 0)
    throw new SlipwayError({
      code: "InvalidTaskDefinition",
      summary: `${fileName} is nested deeper than a task definition can be, in line ${content.slice(0, deep).split("\n").length}.`,
      remedy: "Fix the file and try again; nothing was changed.",
      actions: ["openTaskDefinition"],
    });
  const errors: ParseError[] = [];
  const text = markNumbers(content);
  const value = parse(text, errors, { allowTrailingComma: true }) as JsonObject | undefined;
  const first = errors[0];
  const definition = (value?.["taskDefinition"] ?? value) as TaskDefinition | undefined;
  if (!first && typeof definition === "object" && Array.isArray(definition.containerDefinitions)) return definition;
  const line = first ? text.slice(0, first.offset).split("\n").length : 1;
  throw new SlipwayError({
    code: "InvalidTaskDefinition",
    summary: first
      ? `${fileName} is not valid JSON: ${printParseErrorCode(first.error)} in line ${line}.`
      : `${fileName} has no containerDefinitions, so it is no task definition.`,
    remedy: "Fix the file and try again; nothing was changed.",
    actions: ["openTaskDefinition"],
  });
}

/** The log group and stream prefix of the application's container; undefined when it logs elsewhere. */
export function logsOf(
  definition: TaskDefinition,
  containerName: string,
): { group: string; prefix: string; container: string } | undefined {
  const containers = definition.containerDefinitions ?? [];
  const container = containers.find((item) => item.name === containerName) ?? containers[0];
  const log = container?.["logConfiguration"] as { logDriver?: string; options?: Record<string, string> } | undefined;
  const group = log?.options?.["awslogs-group"];
  if (log?.logDriver !== "awslogs" || !group || !container?.name) return undefined;
  return { group, prefix: log.options?.["awslogs-stream-prefix"] ?? "", container: container.name };
}

/** CPU architecture that a definition asks for; Fargate's default is X86_64. */
export function architectureOf(definition: TaskDefinition): Architecture {
  const platform = definition["runtimePlatform"] as { cpuArchitecture?: string } | undefined;
  return platform?.cpuArchitecture === "ARM64" ? "ARM64" : "X86_64";
}

/** ARNs of the secrets that the execution role must be able to read. */
export function secretsOf(definition: TaskDefinition): string[] {
  const found = new Set<string>();
  for (const container of definition.containerDefinitions ?? []) {
    const log = container["logConfiguration"] as JsonObject | undefined;
    for (const list of [container["secrets"], log?.["secretOptions"]]) {
      for (const secret of Array.isArray(list) ? list : []) {
        const from = (secret as JsonObject)["valueFrom"];
        if (typeof from === "string") found.add(from);
      }
    }
  }
  return [...found];
}

/** `512`, `.5 vCPU` and `1 GB` in units of 1/1024. */
export function sizeOf(text: string | undefined, fallback: number): number {
  const match = /^\s*(\d*\.?\d+)\s*(vcpu|gb)?\s*$/i.exec(text ?? "");
  return match?.[1] === undefined ? fallback : Number(match[1]) * (match[2] ? 1024 : 1);
}

/** vCPUs of one task. */
export const cpusOf = (definition: TaskDefinition): number => sizeOf(definition.cpu, Number(defaultSize.cpu)) / 1024;
