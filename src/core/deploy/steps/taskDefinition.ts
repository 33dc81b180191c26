import { errorCode, SlipwayError } from "../../base/errors";
import type { Role } from "../../ports/cloud";
import { completeDefinition } from "../../taskDefinition/model/generate";
import { namesOnly } from "../../taskDefinition/model/hidden";
import { canonical, differences, normalise } from "../../taskDefinition/model/normalise";
import { exactText } from "../../base/exactJson";
import type { JsonObject, TaskDefinition } from "../../base/taskDefinition";
import { revisionFor, wantedOf } from "../definitionPlan";
import { policyDuringRollout } from "../executionPolicy";
import { executionPolicyName } from "../observe";
import { logGroupName } from "../wantedDefinition";
import type { Change, Decision } from "../decision";
import { requireOutput, originOf, untilSeen, type RunContext, type Step } from "../step";
import { revisionTags, tagsOfEarlier } from "../revisions";
import { isOurs, ownershipTags, type GoBack, type Revision, type RunInput, type ObservedState } from "../observedState";

const managedPolicy = (partition: string): string =>
  `arn:${partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`;

/**
 * ECS may act as the role for tasks of this account alone: without the condition it could be made to do so for another's.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
 */
const trustOfTasks = (account: string): JsonObject => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ],
});

export const files: Step = {
  id: "files",
  // Before anything is made: what a run that is killed has made is found again by the id in slipway.json.
  needs: ["identity"],
  decide: (observed, input) => {
    const names = [
      ...(observed.configFile === input.configText ? [] : ["slipway.json"]),
      ...(observed.definitionFile === undefined ? [input.app.taskDefinitionFile] : []),
    ];
    if (names.length === 0)
      return { action: "reuse", kind: "file", name: input.app.taskDefinitionFile, reason: { code: "filesThere" } };
    return {
      action: observed.definitionFile === undefined ? "create" : "update",
      kind: "file",
      name: names.join(", "),
      reason: { code: "filesBelongWithCode" },
    };
  },
  apply: async (context) => {
    const { app, observed, workspace } = context;
    if (observed.configFile !== context.configText) await workspace.write("slipway.json", context.configText);
    if (observed.definitionFile === undefined) {
      const { definition } = wantedOf(context, observed);
      await workspace.write(app.taskDefinitionFile, `${exactText(portable(definition), 2)}\n`);
    }
  },
  detail: ({ app }) => app.taskDefinitionFile,
};

/** A definition for the repository: without what belongs to one account alone. */
function portable(definition: TaskDefinition): TaskDefinition {
  const { executionRoleArn: _role, ...rest } = normalise(definition);
  return rest;
}

export const role: Step = {
  id: "role",
  needs: ["files"],
  decide: (observed, input, { merged }) => {
    const { app } = input;
    const name = app.executionRole ?? app.executionRoleName;
    if (!observed.role) {
      if (app.executionRole === undefined)
        return { action: "create", kind: "role", name, reason: { code: "roleNeeded" } };
      throw new SlipwayError({
        code: "RoleMissing",
        summary: `The execution role "${name}" that ${app.executionRoleFrom ?? "slipway.json"} names does not exist in this account.`,
        remedy: "Create it, name another, or leave it out there and Slipway makes one.",
        actions: [app.executionRoleFrom === app.taskDefinitionFile ? "openTaskDefinition" : "openConfig"],
      });
    }
    if (!isOurs(observed.role.role.tags, app))
      return { action: "adopt", kind: "role", name, reason: { code: "exists" } };
    const changes = roleChanges(input, observed, merged);
    return changes.length
      ? { action: "update", kind: "role", name, reason: { code: "policiesDiffer" }, changes }
      : { action: "reuse", kind: "role", name, reason: { code: "exists" } };
  },
  reuse: (context) => takeRole(context, context.observed.role?.role as Role),
  apply: async (context) => {
    const { cloud, observed } = context;
    const made = observed.role?.role ?? (await createRole(context));
    const managed = managedPolicy(observed.identity.partition);
    if (!observed.role?.attached.includes(managed))
      await untilSeen(context, () => cloud.iam.attachPolicy(made.name, managed));
    const inline = policyDuringRollout(context, observed, context.definition.merged);
    if (!observed.role?.inline || canonical(observed.role.inline) !== canonical(inline))
      await untilSeen(context, () => cloud.iam.putInlinePolicy(made.name, executionPolicyName, inline));
    context.outputs.policiesAttachedAt = context.clock.now();
    takeRole(context, made);
  },
  detail: ({ outputs }) => outputs.roleArn,
};

function roleChanges(input: RunInput, observed: ObservedState, merged: TaskDefinition): Change[] {
  const state = observed.role;
  if (!state) return [];
  const changes: Change[] = [];
  if (!state.attached.includes(managedPolicy(observed.identity.partition)))
    changes.push({ code: "attachPolicy", policy: "AmazonECSTaskExecutionRolePolicy" });
  if (!state.inline || canonical(state.inline) !== canonical(policyDuringRollout(input, observed, merged)))
    changes.push({ code: "writePolicy", policy: executionPolicyName });
  return changes;
}

async function createRole(context: RunContext): Promise<Role> {
  const { app, cloud, observed } = context;
  try {
    return await cloud.iam.createRole({
      name: app.executionRoleName,
      trust: trustOfTasks(observed.identity.account),
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
  context.reportResource("role", {
    kind: "role",
    name: made.name,
    arn: made.arn,
    origin: originOf(made.tags, context.app),
  });
}

export const logGroup: Step = {
  id: "logGroup",
  needs: ["files"],
  decide: (observed, input) => {
    const { app } = input;
    const name = logGroupName(input, wantedOf(input, observed));
    if (!observed.logGroup) return { action: "create", kind: "logGroup", name, reason: { code: "absent" } };
    if (!isOurs(observed.logGroup.tags, app))
      return { action: "adopt", kind: "logGroup", name, reason: { code: "exists" } };
    if (observed.logGroup.retentionDays === app.logRetentionDays)
      return { action: "reuse", kind: "logGroup", name, reason: { code: "exists" } };
    return {
      action: "update",
      kind: "logGroup",
      name,
      reason: { code: "retentionDiffers" },
      changes: [{ code: "logRetention", days: app.logRetentionDays }],
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
  const { observed, app } = context;
  const name = made ?? observed.logGroup?.name ?? app.logGroup;
  const { partition, region, account } = observed.identity;
  const arn = observed.logGroup?.arn ?? `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
  context.reportResource("logGroup", {
    kind: "logGroup",
    name,
    arn,
    origin: made === undefined ? originOf(observed.logGroup?.tags, app) : "created",
  });
}

export const register: Step = {
  id: "register",
  needs: ["verifyImage", "role", "logGroup", "files"],
  decide: (observed, input, { predicted, reusable }): Decision => {
    if (reusable)
      return {
        action: "reuse",
        kind: "taskDefinition",
        name: `${input.app.family}:${reusable.revision}`,
        reason: { code: "sameRegistered" },
      };
    const changes = observed.live
      ? differences(normalise(observed.live.definition), predicted).map(
          ({ path }): Change => ({ code: "definitionMember", path }),
        )
      : [];
    return {
      action: "create",
      kind: "taskDefinition",
      name: input.app.family,
      reason: { code: reasonToRegister(observed) },
      ...(changes.length ? { changes: changes.slice(0, 8) } : {}),
    };
  },
  reuse: async (context) => {
    const same = context.definition.reusable as Revision;
    await takeRevision(context, same.arn, same.definition);
  },
  apply: async (context) => {
    if (context.goBack) return registerAgain(context, context.goBack);
    const { app, cloud, observed } = context;
    const definition = completeDefinition(context.definition.merged, app, {
      image: `${requireOutput(context, "repositoryUri")}@${requireOutput(context, "digest")}`,
      executionRoleArn: requireOutput(context, "roleArn"),
      taskRoleArn: observed.taskRoleArn,
      region: observed.identity.region,
    });
    const same = revisionFor(definition, observed, context);
    const { definition: file } = wantedOf(context, observed);
    const made = { source: requireOutput(context, "source"), digest: context.outputs.digest, commit: context.commit };
    const tags = await revisionTags(app, observed, made, file, definition);
    const arn = same?.arn ?? (await untilSeen(context, () => cloud.ecs.register(definition, tags))).arn;
    await takeRevision(context, arn, definition);
  },
  detail: ({ outputs }) => outputs.revisionArn?.split("/").at(-1),
};

/** The same content as a revision of its own: nothing new may use one that was deregistered. */
async function registerAgain(context: RunContext, { revision, digest, commit }: GoBack): Promise<void> {
  const { app, cloud } = context;
  const definition = context.definition.merged;
  const tags = await tagsOfEarlier(app, revision, { digest, commit }, definition);
  const { arn } = await untilSeen(context, () => cloud.ecs.register(definition, tags));
  await takeRevision(context, arn, definition);
}

function reasonToRegister({ live }: ObservedState): "noRevision" | "revisionInactive" | "newRevision" {
  if (!live) return "noRevision";
  return live.status === "INACTIVE" ? "revisionInactive" : "newRevision";
}

/** So many revisions whose file is noted. */
const mostNoted = 20;

/** Notes what the file said of this revision; true where the notes changed. Going back, what it said then is taken along. */
function noteRegistered(context: RunContext, arn: string): boolean {
  const { goBack, journal } = context;
  const { [arn]: before, ...others } = journal.registeredFiles ?? {};
  // Values of environment variables stay out of the notes.
  const stated = goBack
    ? (before ?? journal.registeredFiles?.[goBack.revision.arn])
    : exactText(namesOnly(wantedOf(context, context.observed).definition));
  if (journal.registeredRevision === arn && journal.registeredFile === stated && before === stated) return false;
  const noted = [...Object.entries(others), ...(stated === undefined ? [] : [[arn, stated] as const])];
  journal.registeredFiles = Object.fromEntries(noted.slice(-mostNoted));
  delete journal.registeredFile;
  delete journal.registeredRevision;
  if (stated !== undefined) Object.assign(journal, { registeredFile: stated, registeredRevision: arn });
  return true;
}

async function takeRevision(context: RunContext, arn: string, definition: TaskDefinition): Promise<void> {
  context.outputs.definition = definition;
  context.outputs.revisionArn = arn;
  if (noteRegistered(context, arn)) await context.saveJournal();
  context.reportResource("register", {
    kind: "taskDefinition",
    name: arn.split("/").at(-1) ?? arn,
    arn,
    origin: "created",
  });
}
