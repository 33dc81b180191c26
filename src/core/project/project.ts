import { applyEdits, modify } from "jsonc-parser";
import { configFileName, defaultDefinitionFile, parseConfig, resolveApplication, type Application } from "../app/app";
import type { ApplicationConfig, SlipwayConfig } from "../app/schema";
import { readDockerfile, type DockerfileFacts } from "../source/dockerfile";
import { chosenService, type ComposeRequest } from "../source/compose/compose";
import { SlipwayError } from "../base/errors";
import { own as member } from "../base/taskDefinition";
import { applicationNameFrom } from "../base/names";
import type { ContainerEngine, Workspace } from "../ports/machine";
import { chooseContext, type ContextChoice } from "./context";
import { portOfFile, readDefinitionFile } from "./definitionFile";
import { notesOf, type ProjectNote } from "./notes";
import { findPort, type PortChoice } from "./port";

/** What is asked for; everything that is absent is found out or takes its default. */
export interface ProjectRequest {
  /** Name in slipway.json, or of the one to be added to it. */
  application?: string;
  environment?: string;
  /** Relative to the workspace folder. */
  dockerfile?: string;
  /** What the person answered or stated; written to slipway.json when the application is new in it. */
  answers?: ApplicationConfig;
  /** The service of a Compose file that becomes the application. */
  compose?: ComposeRequest;
}

/** What a deployment does not take over of a service of a Compose file. */
export interface ComposeLeftOut {
  readonly file: string;
  readonly service: string;
  /** In the file's own words: `volumes`, `build.secrets`. */
  readonly members: readonly string[];
}

/** An application ready to be planned. */
export interface Project {
  app: Application;
  dockerfile: DockerfileFacts;
  /** slipway.json as it should be. */
  configText: string;
  /** True when slipway.json does not name the application yet. */
  isNew: boolean;
  /** The port and where it was found; undefined when nothing says one, and a person has to. */
  port: PortChoice | undefined;
  /** The build context, and why it is this one. */
  context: ContextChoice;
  /** What a person should know of how the Dockerfile was read. */
  notes: ProjectNote[];
  compose?: ComposeLeftOut;
}

/**
 * Finds the application, its Dockerfile, its context and its port. Reads only.
 * @param environment variables that a Compose file may use
 */
export async function openProject(
  workspace: Workspace,
  engine: ContainerEngine,
  asked: ProjectRequest,
  environment: (name: string) => string | undefined = () => undefined,
): Promise<Project> {
  const existing = await workspace.read(configFileName);
  const config: SlipwayConfig = existing === undefined ? { applications: {} } : parseConfig(existing);
  // What slipway.json has is governed by it: a Compose file that has gone since stops nothing.
  const listed = asked.application !== undefined && Object.hasOwn(config.applications, asked.application);
  const service =
    asked.compose &&
    (await chosenService(workspace, asked.compose, environment).catch((error: unknown) => {
      if (!listed) throw error;
      return undefined;
    }));
  const request: ProjectRequest = service
    ? {
        ...asked,
        dockerfile: service.settings.dockerfile,
        answers: { ...service.settings, ...withoutUndefined(asked.answers) },
      }
    : asked;
  const name = chooseApplication(config, workspace, request, service?.name);
  const stated = member(config.applications, name);
  const isNew = stated === undefined;
  const answers = request.answers ?? {};
  const dockerfileName = stated?.dockerfile ?? answers.dockerfile ?? request.dockerfile ?? "Dockerfile";
  // Where the context lies above the folder, so may its Dockerfile; the plan names that folder and asks.
  const statedContext = (stated ?? answers).context;
  const text = await workspace.read(dockerfileName, { also: statedContext, lenient: true });
  if (text === undefined) {
    throw new SlipwayError({
      code: "DockerfileMissing",
      summary: `There is no ${dockerfileName} in ${workspace.root}.`,
      remedy: isNew ? "Name the Dockerfile to deploy." : `Correct "dockerfile" in ${configFileName}.`,
      actions: ["openConfig"],
    });
  }
  const own: ApplicationConfig = stated ?? answers;
  const dockerfile = readDockerfile(text, own.buildArguments ?? {}, own.target);
  const problem = dockerfile.problems[0];
  if (problem) {
    throw new SlipwayError({
      code: "InvalidDockerfile",
      summary: `${dockerfileName} cannot be built (line ${problem.line + 1}). ${problem.message}`,
      remedy: "Fix that line and try again.",
      actions: ["openDockerfile"],
      location: { file: dockerfileName, line: problem.line },
    });
  }
  const overrides = request.environment === undefined ? undefined : member(own.environments ?? {}, request.environment);
  const fileName =
    overrides?.taskDefinition ??
    own.taskDefinition ??
    (isNew ? freeDefinitionFile(config, name, dockerfileName) : defaultDefinitionFile);
  const container = overrides?.container ?? own.container;
  const definition = readDefinitionFile(await workspace.read(fileName), fileName, {
    name: container ?? name,
    isStated: container !== undefined,
  });
  const said = { clear: true, others: [] };
  const port: PortChoice | undefined =
    own.port === undefined
      ? (portOfFile(definition, dockerfile) ?? (await findPort(dockerfile, engine)))
      : stated
        ? { ...said, port: own.port, source: "config", from: configFileName }
        : { ...said, port: own.port, source: "answer", from: "your answer" };
  const context = await chooseContext(workspace, dockerfileName, dockerfile, own.context);
  const ownFile = fileName === defaultDefinitionFile ? {} : { taskDefinition: fileName };
  const fresh = isNew ? { ...newEntry(answers, dockerfileName, port), ...ownFile } : undefined;
  const whole: SlipwayConfig = fresh ? { ...config, applications: { ...config.applications, [name]: fresh } } : config;
  const hint = dockerfile.healthCheck;
  const healthPath =
    hint?.path !== undefined && (hint.port === undefined || hint.port === port?.port) ? hint.path : undefined;
  const app = resolveApplication(whole, name, request.environment, {
    context: context.folder,
    ...(port ? { port: port.port } : {}),
    ...(healthPath === undefined ? {} : { healthPath }),
    file: definition,
    listed: !isNew,
    folder: folderForPeople(workspace.root),
  });
  return {
    app,
    dockerfile,
    configText: fresh ? withApplication(existing, name, fresh) : (existing ?? ""),
    isNew,
    port,
    ...(service && asked.compose
      ? { compose: { file: asked.compose.file, service: service.name, members: service.notCarriedOver } }
      : {}),
    context,
    notes: notesOf(dockerfile, port),
  };
}

/** The last two names of the folder's path, in the characters that AWS takes in a tag. */
function folderForPeople(root: string): string {
  return root
    .split(/[\\/]/)
    .filter(Boolean)
    .slice(-2)
    .join("/")
    .replace(/[^\p{L}\p{N} +\-=._:/@]/gu, "_")
    .slice(-100);
}

const withoutUndefined = (answers: ApplicationConfig | undefined): ApplicationConfig =>
  Object.fromEntries(Object.entries(answers ?? {}).filter(([, value]) => value !== undefined));

/** @param service the Compose service that it comes from: several may share a Dockerfile, each with its own stage */
function chooseApplication(
  config: SlipwayConfig,
  workspace: Workspace,
  request: ProjectRequest,
  service: string | undefined,
): string {
  if (request.application !== undefined) return request.application;
  const entries = Object.entries(config.applications);
  if (request.dockerfile !== undefined) {
    const match = entries.find(
      ([, entry]) =>
        (entry.dockerfile ?? "Dockerfile") === request.dockerfile &&
        (service === undefined || entry.target === request.answers?.target),
    );
    if (match) return match[0];
    const name = freeName(config, workspace, request.dockerfile);
    const own = applicationNameFrom(service ?? "");
    // A second service of the same folder is better known by its own name than by a number.
    return service !== undefined && entries.length > 0 && !Object.hasOwn(config.applications, own) ? own : name;
  }
  const [first, second] = entries;
  if (!first) return freeName(config, workspace, "Dockerfile");
  if (!second) return first[0];
  throw new SlipwayError({
    code: "WhichApplication",
    summary: `${configFileName} names several applications.`,
    evidence: [entries.map(([name]) => name).join(", ")],
    remedy: "Say which one.",
    actions: ["openConfig"],
  });
}

/** The folder's name, and for a Dockerfile further down that folder's. */
function freeName(config: SlipwayConfig, workspace: Workspace, dockerfile: string): string {
  const folder = dockerfile.includes("/")
    ? dockerfile.split("/").at(-2)
    : workspace.root.split(/[\\/]/).filter(Boolean).at(-1);
  const suffix = /^(?:.*\/)?(?:Dockerfile\.(.+)|(.+)\.Dockerfile)$/i.exec(dockerfile);
  const base = applicationNameFrom([folder ?? "app", suffix?.[1] ?? suffix?.[2]].filter(Boolean).join("-"));
  let name = base;
  for (let number = 2; Object.hasOwn(config.applications, name); number++) name = `${base}-${number}`;
  return name;
}

/**
 * The task definition file of a new application: each has its own. The second of a folder has it beside its Dockerfile
 * where that lies further down, else under its name.
 */
function freeDefinitionFile(config: SlipwayConfig, name: string, dockerfile: string): string {
  const taken = new Set(
    Object.values(config.applications).flatMap((entry) => [
      entry.taskDefinition ?? defaultDefinitionFile,
      ...Object.values(entry.environments ?? {}).flatMap(({ taskDefinition }) => taskDefinition ?? []),
    ]),
  );
  const folder = dockerfile.includes("/") ? dockerfile.slice(0, dockerfile.lastIndexOf("/") + 1) : "";
  const beside = `${folder}${defaultDefinitionFile}`;
  return [defaultDefinitionFile, beside].find((file) => !taken.has(file)) ?? `${folder}task-definition.${name}.json`;
}

/** What a new application's entry states: the Dockerfile, what was answered, and a port that no single EXPOSE says. */
function newEntry(answers: ApplicationConfig, dockerfile: string, port: Project["port"]): ApplicationConfig {
  const isSaid = port?.source === "expose" || port?.source === "taskDefinition";
  const stated = port && (!isSaid || port.others.length > 0);
  return { dockerfile, ...(stated ? { port: port.port } : {}), ...answers };
}

/** slipway.json with one more application; comments and formatting of the rest stay. */
function withApplication(existing: string | undefined, name: string, entry: ApplicationConfig): string {
  const before = existing ?? "{}";
  const edits = modify(before, ["applications", name], entry, {
    formattingOptions: { insertSpaces: true, tabSize: 2 },
  });
  const after = applyEdits(before, edits);
  return after.endsWith("\n") ? after : `${after}\n`;
}
