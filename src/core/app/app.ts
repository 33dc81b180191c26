import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from "jsonc-parser";
import * as v from "valibot";
import { withCanonicalBlocks } from "./allowFrom";
import { loadBalancerSettings, misfits, type LoadBalancerSettings } from "./loadBalancer";
import { scheduleMisfits, schedulesOf, type ScheduledCommand } from "./schedules";
import { mergeReleases, releaseMisfits, releasesOf, type Releases } from "./releases";
import {
  configSchema,
  type AlarmsConfig,
  type ApplicationConfig,
  type Place,
  type ApplicationOverrides,
  type BuildConfig,
  type SlipwayConfig,
} from "./schema";
import { SlipwayError } from "../base/errors";
import { own } from "../base/taskDefinition";
import { tooDeepAt } from "../base/jsonDepth";
import { fittedName, requireName, reservedNames } from "../base/names";

/** Where an application says nothing else. */
export const defaultDefinitionFile = "task-definition.json";
export const configFileName = "slipway.json";

export type { LoadBalancerSettings } from "./loadBalancer";

/** How an application knows what it made: by its name, its environment and its id. */
export interface Owner {
  /** Undefined until the first deployment makes one, and for one that was first deployed before there were ids. */
  id?: string;
  /** True where what carries the application's name and no id is its own: slipway.json listed it all along. */
  unmarked: boolean;
  /** The end of the folder's path, so that a person in another folder sees where it was deployed from. */
  folder?: string;
}

export type NamedKind = "service" | "cluster" | "repository" | "loadBalancer" | "role";

/** One application in one environment, every default filled in. */
/** A command that runs to its end in a task of each new revision before the service gets it. */
export interface ReleaseCommand {
  readonly command: readonly string[];
  /** The application's where it is absent. */
  readonly container?: string;
  /** How long it is waited for. */
  readonly minutes: number;
}

export interface Application {
  name: string;
  /** `default` when slipway.json names none. */
  environment: string;
  owner: Owner;
  /** What slipway.json names itself: what exists under such a name was chosen by a person. */
  named: ReadonlySet<NamedKind>;
  dockerfile: string;
  /** Relative to the workspace folder; undefined until the COPY sources were looked for. */
  context?: string;
  buildArguments: Record<string, string>;
  /** What BuildKit takes beside the context. */
  build: BuildConfig;
  target?: string;
  repository: string;
  immutableTags: boolean;
  cluster: string;
  service: string;
  family: string;
  taskDefinitionFile: string;
  container: string;
  /** Undefined for a worker that listens on nothing. */
  port?: number;
  healthCheck: {
    path: string;
    guessed: boolean;
    matcher: string;
    intervalSeconds: number;
    timeoutSeconds: number;
    gracePeriodSeconds?: number;
  };
  loadBalancer?: LoadBalancerSettings;
  targetGroup: string;
  /** The other name: a change of the health check path moves the service from one group to the other. */
  secondTargetGroup: string;
  securityGroups: { loadBalancer: string; tasks: string };
  network: {
    vpc?: string;
    subnets?: string[];
    loadBalancerSubnets?: string[];
    securityGroups?: string[];
    assignPublicIp?: boolean;
    allowFrom: string[];
  };
  desiredCount: number;
  /** True when slipway.json states the count, so that a deployment sets it. */
  desiredCountStated: boolean;
  scaling?: ApplicationConfig["scaling"];
  /** What runs in a task of a new revision before the service gets it. */
  release?: ReleaseCommand;
  /** Commands that run at their times; undefined where slipway.json says nothing of them: those that are there stay. */
  schedules?: readonly ScheduledCommand[];
  scheduleGroup: string;
  /** The role that EventBridge Scheduler runs them as. */
  scheduleRoleName: string;
  /** Undefined where slipway.json says nothing of it: the service's own strategy stays. */
  releases?: Releases;
  /** The role that ECS moves the traffic as. */
  shiftRoleName: string;
  /** Undefined where slipway.json says nothing of them: those that are there stay. */
  alarms?: AlarmsConfig | undefined;
  /** True where slipway.json says that there are to be none. */
  withoutAlarms?: boolean;
  logGroup: string;
  logRetentionDays: number;
  executionRole?: string;
  /** The file that names `executionRole`. */
  executionRoleFrom?: string;
  executionRoleName: string;
  taskRole?: string;
  permissionsBoundary?: string;
  platformVersion: string;
  deregistrationDelaySeconds: number;
  /** Where slipway.json says that it lives. */
  place?: Place;
  /** What a person types before it is changed, where slipway.json protects it. */
  confirmName?: string;
  /** What slipway.json has every created resource carry. */
  tags: Readonly<Record<string, string>>;
}

/** Reads slipway.json; comments and trailing commas are allowed. Every complaint names line and setting. */
export function parseConfig(content: string): SlipwayConfig {
  const errors: ParseError[] = [];
  const deep = tooDeepAt(content);
  if (deep >= 0)
    throw configError([`line ${content.slice(0, deep).split("\n").length}: it is nested deeper than it can be`]);
  const root = parseTree(content, errors, { allowTrailingComma: true });
  const lineOf = (offset: number) => content.slice(0, offset).split("\n").length;
  const first = errors[0];
  if (!root || first) {
    throw configError(
      first ? [`line ${lineOf(first.offset)}: ${printParseErrorCode(first.error)}`] : ["the file is empty"],
    );
  }
  // Readers of JSON leave these out without a word, or take them for something else.
  const odd = findProperty(root, reservedNames);
  if (odd)
    throw configError([`line ${lineOf(odd.offset)}: "${String(odd.children?.[0]?.value)}" cannot be a name here`]);
  const result = v.safeParse(configSchema, getNodeValue(root));
  const complaint = (path: (string | number)[], message: string): string => {
    const node = findNodeAtLocation(root, path) ?? findNodeAtLocation(root, path.slice(0, -1)) ?? root;
    return `line ${lineOf(node.offset)}, ${path.join(".") || "the whole"}: ${message}`;
  };
  if (!result.success)
    throw configError(
      result.issues.slice(0, 5).map((issue) =>
        complaint(
          (issue.path ?? []).map((item) => item.key as string | number),
          issue.message,
        ),
      ),
    );
  const { config, bad } = withCanonicalBlocks(result.output);
  if (bad.length) throw configError(bad.slice(0, 5).map(({ path, message }) => complaint(path, message)));
  return config;
}

/** The first property of one of these names, however deep. */
function findProperty(root: Node, names: ReadonlySet<unknown>): Node | undefined {
  const nodes = [root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    if (node.type === "property" && names.has(node.children?.[0]?.value)) return node;
    nodes.push(...(node.children ?? []));
  }
  return undefined;
}

function configError(evidence: string[]): SlipwayError {
  return new SlipwayError({
    code: "InvalidConfig",
    summary: `${configFileName} cannot be used: ${evidence[0] ?? "it is not valid"}.`,
    evidence,
    remedy: `Fix ${configFileName} and try again; nothing was changed.`,
    actions: ["openConfig"],
  });
}

/** What the Dockerfile and the person add to slipway.json when it is silent. */
export interface ApplicationDefaults {
  port?: number;
  healthPath?: string;
  context?: string;
  /** What the task definition file states: it governs. */
  file?: { file: string; container?: string; executionRole?: string };
  /** False for an application that slipway.json does not list yet. */
  listed?: boolean;
  folder?: string;
}

/**
 * The application as it will be deployed.
 * @param environment a name from `environments`; undefined for the application as it stands
 */
export function resolveApplication(
  config: SlipwayConfig,
  name: string,
  environment: string | undefined,
  defaults: ApplicationDefaults = {},
): Application {
  const stated = own(config.applications, name);
  if (!stated) {
    throw new SlipwayError({
      code: "UnknownApplication",
      summary: `${configFileName} has no application "${name}".`,
      evidence: [`It has: ${Object.keys(config.applications).join(", ") || "none"}.`],
      remedy: "Name one of these.",
      actions: ["openConfig"],
    });
  }
  const overrides = environment === undefined ? {} : own(stated.environments ?? {}, environment);
  if (!overrides) {
    throw new SlipwayError({
      code: "UnknownEnvironment",
      summary: `The application "${name}" has no environment "${environment}" in ${configFileName}.`,
      evidence: [`It has: ${Object.keys(stated.environments ?? {}).join(", ") || "none"}.`],
      remedy: "Name one of these, or leave it out.",
      actions: ["openConfig"],
    });
  }
  const { environments: _environments, id, ...base } = stated;
  const owner: Owner = {
    unmarked: defaults.listed ?? true,
    ...(id === undefined ? {} : { id }),
    ...(defaults.folder === undefined ? {} : { folder: defaults.folder }),
  };
  return fillIn(name, environment, mergeOverrides(base, overrides), defaults, owner);
}

/** Overrides win; objects are merged a level deep, everything else is replaced. */
function mergeOverrides(base: ApplicationOverrides, overrides: ApplicationOverrides): ApplicationOverrides {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(overrides)) {
    const before = merged[key];
    const both = isRecord(before) && isRecord(value);
    merged[key] = both ? { ...before, ...value } : value;
  }
  if (overrides.releases) merged["releases"] = mergeReleases(base.releases, overrides.releases);
  return merged;
}

function nameRole(application: Application, role: string, file: string): void {
  application.executionRole = role;
  application.executionRoleFrom = file;
  application.named = new Set([...application.named, "role"]);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function namedIn(config: ApplicationOverrides): ReadonlySet<NamedKind> {
  const names: Record<NamedKind, string | undefined> = {
    service: config.service,
    cluster: config.cluster,
    repository: config.repository,
    loadBalancer: typeof config.loadBalancer === "object" ? config.loadBalancer.name : undefined,
    role: config.executionRole,
  };
  return new Set((Object.keys(names) as NamedKind[]).filter((kind) => names[kind] !== undefined));
}

function fillIn(
  name: string,
  environment: string | undefined,
  config: ApplicationOverrides,
  defaults: ApplicationDefaults,
  owner: Owner,
): Application {
  requireName("application", name, "the application");
  if (environment !== undefined) requireName("application", environment, "the environment");
  const base = environment === undefined || environment === "default" ? name : `${name}-${environment}`;
  // AWS keeps names with these beginnings for itself.
  const groupBase = base.startsWith("sg-") ? `app-${base}` : base;
  const balancerBase = base.startsWith("internal-") ? `app-${base}` : base;
  const port = config.port ?? defaults.port;
  const statedBalancer = typeof config.loadBalancer === "object" ? config.loadBalancer : {};
  const wantsBalancer = config.loadBalancer !== false && port !== undefined;
  const path = config.healthCheck?.path ?? defaults.healthPath;
  const application: Application = {
    name,
    environment: environment ?? "default",
    owner,
    named: namedIn(config),
    dockerfile: config.dockerfile ?? "Dockerfile",
    buildArguments: config.buildArguments ?? {},
    build: config.build ?? {},
    repository: requireName(
      "repository",
      config.repository ?? (base.length < 2 ? `${base}-app` : base),
      "the repository",
    ),
    immutableTags: config.immutableTags ?? false,
    cluster: requireName("cluster", config.cluster ?? base, "the cluster"),
    service: requireName("service", config.service ?? base, "the service"),
    family: requireName("family", base, "the task definition's family"),
    taskDefinitionFile: config.taskDefinition ?? defaultDefinitionFile,
    container: requireName("container", defaults.file?.container ?? config.container ?? name, "the container"),
    healthCheck: {
      path: path ?? "/",
      guessed: path === undefined,
      matcher: config.healthCheck?.matcher ?? "200-399",
      intervalSeconds: config.healthCheck?.intervalSeconds ?? 5,
      timeoutSeconds: config.healthCheck?.timeoutSeconds ?? 4,
      ...(config.healthCheck?.gracePeriodSeconds === undefined
        ? {}
        : { gracePeriodSeconds: config.healthCheck.gracePeriodSeconds }),
    },
    targetGroup: fittedName(base, "", 32),
    secondTargetGroup: fittedName(base, "-2", 32),
    securityGroups: {
      loadBalancer: fittedName(groupBase, "-load-balancer", 255),
      tasks: fittedName(groupBase, "-tasks", 255),
    },
    network: { ...config.network, allowFrom: config.network?.allowFrom ?? [] },
    desiredCount: config.desiredCount ?? 1,
    desiredCountStated: config.desiredCount !== undefined,
    logGroup: `/ecs/${base}`,
    logRetentionDays: config.logRetentionDays ?? 30,
    executionRoleName: fittedName(base, "-execution", 64),
    scheduleGroup: fittedName(base, "", 64),
    scheduleRoleName: fittedName(base, "-schedules", 64),
    shiftRoleName: fittedName(base, "-shifting", 64),
    platformVersion: config.platformVersion ?? "LATEST",
    deregistrationDelaySeconds: config.deregistrationDelaySeconds ?? 30,
    tags: config.tags ?? {},
  };
  const schedules = config.schedules && schedulesOf(config.schedules);
  const wrong = [
    ...scheduleMisfits(schedules ?? []),
    ...(wantsBalancer ? misfits(statedBalancer) : []),
    ...(config.releases ? releaseMisfits(config.releases, wantsBalancer, config.scaling?.requestsPerTarget) : []),
  ];
  if (wrong.length) throw configError(wrong.map((each) => `${name}${environment ? ` (${environment})` : ""}: ${each}`));
  if (wantsBalancer)
    application.loadBalancer = loadBalancerSettings(
      requireName("loadBalancer", statedBalancer.name ?? fittedName(balancerBase, "", 32), "the load balancer"),
      statedBalancer,
    );
  const context = config.context ?? defaults.context;
  if (context !== undefined) application.context = context;
  if (config.target !== undefined) application.target = config.target;
  if (port !== undefined) application.port = port;
  if (config.scaling) application.scaling = config.scaling;
  if (config.releases) application.releases = releasesOf(config.releases);
  if (schedules) application.schedules = schedules;
  if (config.aws) application.place = config.aws;
  if (config.protected) application.confirmName = environment ?? name;
  if (config.release) {
    const { command, container, minutes = 30 } = config.release;
    application.release = { command, minutes, ...(container === undefined ? {} : { container }) };
  }
  if (config.alarms === false) application.withoutAlarms = true;
  else if (config.alarms) application.alarms = config.alarms === true ? {} : config.alarms;
  const fileRole = defaults.file?.executionRole;
  // The role that Slipway makes is found by its name, and made again when it is gone.
  if (
    defaults.file &&
    fileRole !== undefined &&
    fileRole.replace(/^arn:.*?:role\//, "") !== application.executionRoleName
  )
    nameRole(application, fileRole, defaults.file.file);
  else if (config.executionRole !== undefined) nameRole(application, config.executionRole, configFileName);
  if (config.taskRole !== undefined) application.taskRole = config.taskRole;
  if (config.permissionsBoundary !== undefined) application.permissionsBoundary = config.permissionsBoundary;
  return application;
}
