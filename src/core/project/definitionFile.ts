/** What a task definition file says of the application: its container, its port and its execution role come from there. */
import { parse } from "jsonc-parser";
import { applicationContainer } from "../base/applicationContainer";
import { tooDeepAt } from "../base/jsonDepth";
import type { ContainerDefinition, JsonObject, TaskDefinition } from "../base/taskDefinition";
import type { DockerfileFacts } from "../source/dockerfile";
import { webPort } from "../source/webPort";
import type { OtherPort } from "../source/otherPorts";
import type { PortChoice } from "./port";

export interface DefinitionFileFacts {
  file: string;
  container?: string;
  /** The ports that its container says it listens on, in the file's order. */
  ports: readonly (OtherPort & { isHttp: boolean })[];
  /** Name or ARN. */
  executionRole?: string;
}

/** What a template's placeholder never looks like. */
const named = /^[A-Za-z0-9_-]{1,255}$/;
const role = /^(?:arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+|[\w+=,.@-]{1,64})$/;

const stringLike = (form: RegExp, value: unknown): string | undefined =>
  typeof value === "string" && form.test(value) ? value : undefined;

const objectsOf = (value: unknown): JsonObject[] =>
  Array.isArray(value) ? value.filter((item): item is JsonObject => typeof item === "object" && item !== null) : [];

/**
 * Reads what concerns the application. What cannot be read says nothing here: the plan says what is wrong with it.
 * @param wanted the container's name where the file has one of that name; whether slipway.json states it
 */
export function readDefinitionFile(
  text: string | undefined,
  file: string,
  wanted: { name: string; isStated: boolean },
): DefinitionFileFacts {
  const facts: DefinitionFileFacts = { file, ports: [] };
  if (text === undefined || tooDeepAt(text) >= 0) return facts;
  const root = parse(text, [], { allowTrailingComma: true }) as JsonObject | undefined;
  const definition = (root?.["taskDefinition"] ?? root) as TaskDefinition | undefined;
  const containers = objectsOf(definition?.containerDefinitions) as ContainerDefinition[];
  const chosen = applicationContainer(
    containers.map((container) => ({
      name: stringLike(named, container.name),
      isEssential: container["essential"] !== false,
      hasPorts: objectsOf(container["portMappings"]).length > 0,
    })),
    wanted.name,
    wanted.isStated,
  );
  const executionRole = stringLike(role, definition?.executionRoleArn);
  const own = containers.find(({ name }) => name === chosen) ?? (containers.length === 1 ? containers[0] : undefined);
  const ports = objectsOf(own?.["portMappings"]).flatMap((mapping) => {
    const port = mapping["containerPort"];
    const isPort = typeof port === "number" && Number.isInteger(port) && port > 0 && port < 65_536;
    const protocol = mapping["protocol"] === "udp" ? ("udp" as const) : ("tcp" as const);
    return isPort ? [{ port, protocol, isHttp: typeof mapping["appProtocol"] === "string" }] : [];
  });
  return {
    file,
    ports,
    ...(chosen === undefined ? {} : { container: chosen }),
    ...(executionRole === undefined ? {} : { executionRole }),
  };
}

/** The file's port; of several the one that says it is HTTP, then the one that the Dockerfile means. */
export function portOfFile({ file, ports }: DefinitionFileFacts, dockerfile: DockerfileFacts): PortChoice | undefined {
  const tcp = ports.filter(({ protocol }) => protocol === "tcp");
  const meant = webPort(dockerfile)?.port;
  const spoken = tcp.find(({ isHttp }) => isHttp) ?? tcp.find(({ port }) => port === meant);
  const chosen = spoken ?? tcp[0];
  if (!chosen) return undefined;
  return {
    port: chosen.port,
    source: "taskDefinition",
    from: file,
    clear: spoken !== undefined || tcp.length === 1,
    others: ports.filter((port) => port !== chosen).map(({ port, protocol }) => ({ port, protocol })),
  };
}
