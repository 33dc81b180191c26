/** Members of a task definition that no SDK knows yet: put in at random places, and looked for afterwards. */
import { canonical } from "../../../src/core/taskDefinition/model/normalise";
import type { ContainerDefinition, Json, JsonObject, TaskDefinition } from "../../../src/core/base/taskDefinition";

/** The same numbers for the same seed, from 0 to below 1. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const simple: readonly Json[] = [
  null,
  true,
  false,
  0,
  -7,
  0.25,
  1e21,
  9007199254740991,
  "",
  "text",
  'Überfahrt \u2028 "quoted" \\',
  "2026-11-30T10:00:00Z",
];
/** Words that mean something elsewhere in a definition, or in JavaScript. */
const words = ["name", "environment", "tags", "cpu", "status", "hostPort", "constructor", "toString", "port"];

function value(random: () => number, depth: number): Json {
  const kind = Math.floor(random() * (depth > 0 ? 8 : 4));
  const many = Math.floor(random() * 4);
  if (kind >= 6) return Array.from({ length: many }, () => value(random, depth - 1));
  if (kind >= 4)
    return Object.fromEntries(
      Array.from({ length: many }, (_, at) => [
        random() < 0.5 ? (words[Math.floor(random() * words.length)] ?? "") : `inner${at}`,
        value(random, depth - 1),
      ]),
    );
  return simple[Math.floor(random() * simple.length)] ?? null;
}

/** A definition that AWS takes, with something at every depth. */
export const plainDefinition = (): TaskDefinition => ({
  family: "quay",
  cpu: "256",
  memory: "512",
  executionRoleArn: "arn:aws:iam::000000000000:role/quay-execution",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" },
  volumes: [{ name: "scratch" }, { name: "cache" }],
  containerDefinitions: [container("quay", 8080), container("side", 9090)],
});

const container = (name: string, port: number): ContainerDefinition => ({
  name,
  image: `${name}:1`,
  essential: true,
  portMappings: [{ containerPort: port, protocol: "tcp" }],
  environment: [{ name: "MODE", value: "production" }],
  mountPoints: [{ sourceVolume: "scratch", containerPath: "/scratch" }],
  linuxParameters: { initProcessEnabled: true },
  healthCheck: { command: ["CMD-SHELL", "true"], interval: 10 },
  logConfiguration: {
    logDriver: "awslogs",
    options: { "awslogs-group": "/ecs/quay", "awslogs-region": "us-east-1", "awslogs-stream-prefix": name },
  },
});

/** Every object of a definition that has a fixed set of members. */
function places(definition: TaskDefinition): [path: string, place: JsonObject][] {
  const objects = (under: JsonObject, path: string, ...members: string[]): [string, JsonObject][] =>
    members.flatMap((member): [string, JsonObject][] => {
      const found = under[member];
      if (Array.isArray(found))
        return found.map((item, at) => {
          const element = item as JsonObject;
          const id = (element["name"] ?? element["containerPort"] ?? element["containerPath"] ?? at) as string | number;
          return [`${path}${member}[${id}].`, element];
        });
      return found === undefined ? [] : [[`${path}${member}.`, found as JsonObject]];
    });
  const containers = objects(definition, "", "containerDefinitions");
  return [
    ["", definition],
    ...objects(definition, "", "runtimePlatform", "volumes"),
    ...containers,
    ...containers.flatMap(([path, item]) =>
      objects(
        item,
        path,
        "portMappings",
        "environment",
        "mountPoints",
        "linuxParameters",
        "healthCheck",
        "logConfiguration",
      ),
    ),
  ];
}

/** Puts `count` unknown members into a definition, before or behind those that are there; says where by path. */
export function plant(definition: TaskDefinition, count: number, random: () => number): Map<string, Json> {
  const planted = new Map<string, Json>();
  const all = places(definition);
  for (let at = 0; at < count; at++) {
    const [path, place] = all[Math.floor(random() * all.length)] as [string, JsonObject];
    const word = words[Math.floor(random() * words.length)] ?? "";
    const member = `x${Math.floor(random() * 1e9).toString(36)}${word}`;
    const made = value(random, 3);
    if (random() < 0.5) place[member] = made;
    else {
      // In front of the others.
      const before = Object.entries(place);
      for (const [name] of before) delete place[name];
      Object.assign(place, { [member]: made }, Object.fromEntries(before));
    }
    planted.set(`${path}${member}`, made);
  }
  return planted;
}

/** What of `planted` is not, or not as it was, in a definition. */
export function lostOf(planted: ReadonlyMap<string, Json>, definition: TaskDefinition | undefined): string[] {
  const found = new Map(
    places(definition ?? {}).flatMap(([path, place]) =>
      Object.entries(place).map(([member, inner]): [string, Json | undefined] => [`${path}${member}`, inner]),
    ),
  );
  return [...planted].flatMap(([path, was]) => {
    const is = found.get(path);
    return found.has(path) && exact(is) === exact(was) ? [] : [`${path}: ${exact(was)} is now ${exact(is)}`];
  });
}

/** Lists in their order, members in any. */
const exact = (json: Json | undefined): string => canonical(json, "");
