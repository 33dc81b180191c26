import { errorCode, SlipwayError } from "../../base/errors";
import type { Role } from "../../ports/cloud";
import { completeDefinition, parseDefinition, secretsOf } from "../../taskDefinition/model/generate";
import { mergeDefinitions } from "../../taskDefinition/model/merge";
import { canonical, differences, normalise, sameDefinition } from "../../taskDefinition/model/normalise";
import type { JsonObject, TaskDefinition } from "../../base/taskDefinition";
import { executionPolicyName, logGroupName, wantedDefinition } from "../observe";
import type { Decision } from "../plan";
import { need, originOf, untilSeen, type RunContext, type Step } from "../step";
import { isOurs, ownershipTags, type Revision, type RunInput, type World } from "../observedState";

export const managedPolicy = (partition: string): string =>
  `arn:${partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`;

const trust: JsonObject = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

const wantedOf = (input: RunInput, world: World) =>
  wantedDefinition(input, world.engine, world.live, world.definitionFile);

/** File, live revision and the file as last registered, merged; image and roles are not in it yet. */
export function mergedDefinition(input: RunInput, world: World): TaskDefinition {
  const { journal } = input;
  const known = journal.registeredFile !== undefined && journal.registeredRevision === world.live?.arn;
  const lastFile = known ? parseDefinition(journal.registeredFile ?? "", "the journal") : undefined;
  return mergeDefinitions({ file: wantedOf(input, world).definition, live: world.live?.definition, lastFile });
}

/** The revision that can be used as it is: the live one, else the newest that Slipway registered. */
function revisionFor(definition: TaskDefinition, world: World, input: RunInput): Revision | undefined {
  const candidates = [world.live, ...(world.latest && isOurs(world.latest.tags, input.app) ? [world.latest] : [])];
  return candidates.find((revision) => revision && sameDefinition(revision.definition, definition));
}

/** What would be registered, where image and role are known before the work begins. */
export function predictedDefinition(input: RunInput, world: World): TaskDefinition {
  const image =
    world.image && !input.rebuild ? `${world.repository?.uri ?? ""}@${world.image.digest}` : "(this source's image)";
  const role =
    world.role?.role.arn ??
    `arn:${world.identity.partition}:iam::${world.identity.account}:role/${input.app.executionRoleName}`;
  return completeDefinition(mergedDefinition(input, world), input.app, {
    image,
    executionRoleArn: role,
    taskRoleArn: world.taskRoleArn,
    region: world.identity.region,
  });
}

export const files: Step = {
  id: "files",
  needs: [],
  decide: (world, input) => {
    const names = [
      ...(world.configFile === input.configText ? [] : ["slipway.json"]),
      ...(world.definitionFile === undefined ? [input.app.taskDefinitionFile] : []),
    ];
    if (names.length === 0)
      return { action: "reuse", kind: "file", name: input.app.taskDefinitionFile, reason: "the files are there" };
    return {
      action: world.definitionFile === undefined ? "create" : "update",
      kind: "file",
      name: names.join(", "),
      reason: "they belong with the code",
    };
  },
  apply: async (context) => {
    const { app, world, workspace } = context;
    if (world.configFile !== context.configText) await workspace.write("slipway.json", context.configText);
    if (world.definitionFile === undefined) {
      const { definition } = wantedOf(context, world);
      await workspace.write(app.taskDefinitionFile, `${JSON.stringify(portable(definition), null, 2)}\n`);
    }
  },
  detail: ({ app }) => app.taskDefinitionFile,
};

/** A definition for the repository: without what belongs to one account alone. */
function portable(definition: TaskDefinition): TaskDefinition {
  const { executionRoleArn: _role, ...rest } = normalise(definition);
  return rest;
}

/** Who may do what for the tasks: create the log group if it is gone, and read the secrets that the definition names. */
function inlinePolicy(input: RunInput, world: World): JsonObject {
  const { partition, account } = world.identity;
  const group = logGroupName(input, wantedOf(input, world));
  const statements: JsonObject[] = [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup"],
      Resource: [
        `arn:${partition}:logs:*:${account}:log-group:${group}`,
        `arn:${partition}:logs:*:${account}:log-group:${group}:*`,
      ],
    },
  ];
  const secrets = secretsOf(mergedDefinition(input, world));
  const managed = secrets
    .filter((arn) => arn.includes(":secretsmanager:"))
    .map((arn) => arn.split(":").slice(0, 7).join(":"));
  const parameters = secrets
    .filter((arn) => !arn.includes(":secretsmanager:"))
    .map((name) =>
      name.startsWith("arn:") ? name : `arn:${partition}:ssm:*:${account}:parameter/${name.replace(/^\//, "")}`,
    );
  if (managed.length)
    statements.push({ Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: managed });
  if (parameters.length) statements.push({ Effect: "Allow", Action: ["ssm:GetParameters"], Resource: parameters });
  return { Version: "2012-10-17", Statement: statements };
}

export const role: Step = {
  id: "role",
  needs: ["identity"],
  decide: (world, input) => {
    const { app } = input;
    const name = app.executionRole ?? app.executionRoleName;
    if (!world.role) {
      if (app.executionRole === undefined)
        return { action: "create", kind: "role", name, reason: "ECS needs one to pull the image and write logs" };
      throw new SlipwayError({
        code: "RoleMissing",
        summary: `The execution role "${name}" that slipway.json names does not exist in this account.`,
        remedy: "Create it, name another, or leave executionRole out and Slipway makes one.",
        actions: ["openConfig"],
      });
    }
    if (!isOurs(world.role.role.tags, app)) return { action: "adopt", kind: "role", name, reason: "it exists" };
    const changes = roleChanges(input, world);
    return changes.length
      ? { action: "update", kind: "role", name, reason: "its policies differ", changes }
      : { action: "reuse", kind: "role", name, reason: "it exists" };
  },
  reuse: (context) => takeRole(context, context.world.role?.role as Role),
  apply: async (context) => {
    const { cloud, world } = context;
    const made = world.role?.role ?? (await createRole(context));
    const managed = managedPolicy(world.identity.partition);
    if (!world.role?.attached.includes(managed))
      await untilSeen(context, () => cloud.iam.attachPolicy(made.name, managed));
    const inline = inlinePolicy(context, world);
    if (!world.role?.inline || canonical(world.role.inline) !== canonical(inline))
      await untilSeen(context, () => cloud.iam.putInlinePolicy(made.name, executionPolicyName, inline));
    context.outputs.policiesAttachedAt = context.clock.now();
    takeRole(context, made);
  },
  detail: ({ outputs }) => outputs.roleArn,
};

function roleChanges(input: RunInput, world: World): string[] {
  const state = world.role;
  if (!state) return [];
  const changes: string[] = [];
  if (!state.attached.includes(managedPolicy(world.identity.partition)))
    changes.push("attach AmazonECSTaskExecutionRolePolicy");
  if (!state.inline || canonical(state.inline) !== canonical(inlinePolicy(input, world)))
    changes.push(`write its policy ${executionPolicyName}`);
  return changes;
}

async function createRole(context: RunContext): Promise<Role> {
  const { app, cloud } = context;
  try {
    return await cloud.iam.createRole({
      name: app.executionRoleName,
      trust,
      description: `Pulls the image and writes the logs of ${app.name}`,
      tags: ownershipTags(app),
      ...(app.permissionsBoundary === undefined ? {} : { permissionsBoundary: app.permissionsBoundary }),
    });
  } catch (error) {
    if (!/AccessDenied/.test(errorCode(error))) throw error;
    const usable = await cloud.iam.listRolesTrustedBy("ecs-tasks.amazonaws.com").catch(() => []);
    throw new SlipwayError(
      {
        code: "RoleDenied",
        summary: `You may not create the execution role ${app.executionRoleName}.`,
        evidence: [
          ...(error instanceof SlipwayError ? error.evidence : []),
          ...(usable.length ? [`Roles here that ECS tasks may use: ${usable.join(", ")}.`] : []),
        ],
        remedy: usable.length
          ? `Name one of them as "executionRole" in slipway.json, or ask for iam:CreateRole.`
          : `Ask somebody who may to create one, and name it as "executionRole" in slipway.json.`,
        actions: ["openConfig", "retry"],
      },
      { cause: error },
    );
  }
}

function takeRole(context: RunContext, made: Role): void {
  context.outputs.roleArn = made.arn;
  // Made by a run that was killed a moment ago, it is as new to ECS as one made by this run.
  context.outputs.policiesAttachedAt ??= made.createdAt;
  context.made("role", { kind: "role", name: made.name, arn: made.arn, origin: originOf(made.tags, context.app) });
}

export const logGroup: Step = {
  id: "logGroup",
  needs: ["identity"],
  decide: (world, input) => {
    const { app } = input;
    const name = logGroupName(input, wantedOf(input, world));
    if (!world.logGroup) return { action: "create", kind: "logGroup", name, reason: "it does not exist" };
    if (!isOurs(world.logGroup.tags, app)) return { action: "adopt", kind: "logGroup", name, reason: "it exists" };
    if (world.logGroup.retentionDays === app.logRetentionDays)
      return { action: "reuse", kind: "logGroup", name, reason: "it exists" };
    return {
      action: "update",
      kind: "logGroup",
      name,
      reason: "its retention differs",
      changes: [`keep logs ${app.logRetentionDays} days`],
    };
  },
  reuse: (context) => takeLogGroup(context),
  apply: async (context, decision) => {
    const { app, cloud } = context;
    const name = decision.name ?? app.logGroup;
    if (decision.action === "create") {
      await cloud.logs.createGroup(name, ownershipTags(app)).catch((error: unknown) => {
        if (errorCode(error) !== "ResourceAlreadyExistsException") throw error;
      });
    }
    await untilSeen(context, () => cloud.logs.putRetention(name, app.logRetentionDays));
    takeLogGroup(context, name);
  },
};

function takeLogGroup(context: RunContext, made?: string): void {
  const { world, app } = context;
  const name = made ?? world.logGroup?.name ?? app.logGroup;
  const { partition, region, account } = world.identity;
  const arn = world.logGroup?.arn ?? `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
  context.made("logGroup", {
    kind: "logGroup",
    name,
    arn,
    origin: made === undefined ? originOf(world.logGroup?.tags, app) : "created",
  });
}

export const register: Step = {
  id: "register",
  needs: ["verifyImage", "role", "logGroup", "files"],
  decide: (world, input): Decision => {
    const definition = predictedDefinition(input, world);
    const same = world.image && !input.rebuild && world.role ? revisionFor(definition, world, input) : undefined;
    if (same)
      return {
        action: "reuse",
        kind: "taskDefinition",
        name: `${input.app.family}:${same.revision}`,
        reason: "the same is registered",
      };
    const changes = world.live
      ? differences(normalise(world.live.definition), definition).map((item) => item.path)
      : [];
    return {
      action: "create",
      kind: "taskDefinition",
      name: input.app.family,
      reason: world.live ? "a new revision" : "there is none",
      ...(changes.length ? { changes: changes.slice(0, 8) } : {}),
    };
  },
  reuse: async (context) => {
    const same = revisionFor(predictedDefinition(context, context.world), context.world, context) as Revision;
    await takeRevision(context, same.arn, same.definition);
  },
  apply: async (context) => {
    const { app, cloud, world } = context;
    const definition = completeDefinition(mergedDefinition(context, world), app, {
      image: `${need(context, "repositoryUri")}@${need(context, "digest")}`,
      executionRoleArn: need(context, "roleArn"),
      taskRoleArn: world.taskRoleArn,
      region: world.identity.region,
    });
    const same = revisionFor(definition, world, context);
    const arn = same?.arn ?? (await untilSeen(context, () => cloud.ecs.register(definition, ownershipTags(app)))).arn;
    await takeRevision(context, arn, definition);
  },
  detail: ({ outputs }) => outputs.revisionArn?.split("/").at(-1),
};

async function takeRevision(context: RunContext, arn: string, definition: TaskDefinition): Promise<void> {
  context.outputs.definition = definition;
  context.outputs.revisionArn = arn;
  const stated = context.world.definitionFile ?? JSON.stringify(wantedOf(context, context.world).definition);
  if (context.journal.registeredRevision !== arn || context.journal.registeredFile !== stated) {
    Object.assign(context.journal, { registeredFile: stated, registeredRevision: arn });
    await context.note();
  }
  context.made("register", { kind: "taskDefinition", name: arn.split("/").at(-1) ?? arn, arn, origin: "created" });
}
