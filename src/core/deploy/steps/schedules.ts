/**
 * Commands that run at their times, by EventBridge Scheduler: a role that it runs them as, and a group with a schedule for
 * each. They run the revision that the service runs: they are moved to a new one once that was rolled out, and not before.
 */
import { errorCode } from "../../base/errors";
import { isOver, rateStart, type ScheduledCommand } from "../../app/schedules";
import type { Role, ServiceNetwork } from "../../ports/cloud";
import { canonical } from "../../taskDefinition/model/normalise";
import type { Change, Decision } from "../decision";
import { isOurs, ownershipTags, type ObservedState, type RunInput } from "../observedState";
import {
  scheduleDiffers,
  schedulePolicy,
  schedulePolicyName,
  scheduleSettings,
  scheduleTrust,
  type SchedulePlace,
} from "../schedules";
import { originOf, poll, requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { createServiceRole } from "./createRole";
import { isAdoptedService, statedGroups } from "./network";
import { serviceNetwork } from "./service";

/** A group that is being deleted takes seconds; this long it is waited for. */
const goneMilliseconds = 120_000;

/** True where some are to be there. */
const wantsAny = ({ app }: RunInput): boolean => (app.schedules?.length ?? 0) > 0;

export const scheduleRole: Step = {
  id: "scheduleRole",
  needs: ["register"],
  decide: (observed, input, { predicted }): Decision => {
    const { app } = input;
    if (!wantsAny(input) || (input.goBack && observed.schedules.found.length === 0))
      return { action: "leaveOut", reason: { code: "schedulesNotStated" } };
    const named = { kind: "role" as const, name: app.scheduleRoleName };
    const state = observed.schedules.role;
    const writes: Change[] = [{ code: "writePolicy", policy: schedulePolicyName }];
    if (!state) return { action: "create", ...named, reason: { code: "schedulesNeedRole" }, changes: writes };
    if (!isOurs(state.role.tags, app)) return { action: "adopt", ...named, reason: { code: "exists" } };
    const definitions = [predicted, ...(observed.live ? [observed.live.definition] : [])];
    const wanted = schedulePolicy(app, observed.identity, predicted.family ?? app.family, definitions);
    return state.inline && canonical(state.inline) === canonical(wanted)
      ? { action: "reuse", ...named, reason: { code: "exists" } }
      : { action: "update", ...named, reason: { code: "policiesDiffer" }, changes: writes };
  },
  reuse: (context) => {
    if (context.observed.schedules.role) takeRole(context, context.observed.schedules.role.role);
  },
  apply: async (context) => {
    const { app, cloud, observed } = context;
    const role = observed.schedules.role?.role ?? (await createRole(context));
    const definition = requireOutput(context, "definition");
    // Those of the running revision too: it is what they run until the new one is rolled out.
    const definitions = [definition, ...(observed.live ? [observed.live.definition] : [])];
    const policy = schedulePolicy(app, observed.identity, definition.family ?? app.family, definitions);
    await untilSeen(context, () => cloud.iam.putInlinePolicy(role.name, schedulePolicyName, policy));
    takeRole(context, role);
  },
  detail: ({ outputs }) => outputs.scheduleRoleArn,
};

const createRole = (context: RunContext): Promise<Role> =>
  createServiceRole(context, {
    name: context.app.scheduleRoleName,
    trust: scheduleTrust(context.app, context.observed.identity),
    description: `Runs the scheduled commands of ${context.app.name}`,
    denied: {
      summary: `You may not create the role ${context.app.scheduleRoleName}, as which the scheduled commands run.`,
      remedy:
        "Ask for iam:CreateRole, or for a role of that name that scheduler.amazonaws.com may assume and that may run " +
        "its tasks; or take schedules out of slipway.json.",
    },
  });

function takeRole(context: RunContext, { name, arn, tags }: Role): void {
  context.outputs.scheduleRoleArn = arn;
  context.reportResource("scheduleRole", { kind: "role", name, arn, origin: originOf(tags, context.app) });
}

/** What there is to do with each. */
interface Work {
  readonly puts: readonly ScheduledCommand[];
  /** Those of which the revision alone is another. */
  readonly moves: readonly string[];
  readonly removes: readonly string[];
}

/** @param revision that of the service; undefined for one that this deployment registers */
function workOf(observed: ObservedState, input: RunInput, revision: string | undefined): Work {
  const { app, clock, goBack } = input;
  const { found, role } = observed.schedules;
  const wanted = app.schedules ?? [];
  const isMoved = (definition: string): boolean => revision === undefined || definition !== revision;
  // Going back changes what runs, and nothing else of it.
  if (goBack) {
    const moved = found.filter((one) => isMoved(one.definition) && !isOver(one, clock.now()));
    return { puts: [], removes: [], moves: moved.map(({ name }) => name) };
  }
  const known = { role: role?.role.arn, network: knownNetwork(observed, input) };
  const there = new Map(found.map((one) => [one.name, one]));
  // What came once is over: Scheduler takes no time that has passed.
  const over = new Set(wanted.filter((one) => isOver(one, clock.now())).map(({ name }) => name));
  const puts = wanted.filter((one) => {
    const now = there.get(one.name);
    if (over.has(one.name)) return false;
    return now === undefined || scheduleDiffers(app, one, now, known);
  });
  const names = new Set(wanted.map(({ name }) => name));
  const moves = found.filter(
    ({ name, definition }) =>
      names.has(name) && !over.has(name) && !puts.some((one) => one.name === name) && isMoved(definition),
  );
  return {
    puts,
    moves: moves.map(({ name }) => name),
    removes: found.filter(({ name }) => !names.has(name)).map(({ name }) => name),
  };
}

/** Where tasks run, as far as that is known before anything is made. */
function knownNetwork(observed: ObservedState, input: RunInput): Partial<ServiceNetwork> {
  if (isAdoptedService(observed, input)) return observed.service?.network ?? {};
  const groups = statedGroups(observed, input) ?? (observed.taskGroup ? [observed.taskGroup.id] : undefined);
  return {
    subnets: observed.network.taskSubnets.map(({ id }) => id),
    assignPublicIp: observed.network.assignPublicIp,
    ...(groups ? { securityGroups: groups } : {}),
  };
}

export const schedules: Step = {
  id: "schedules",
  needs: ["rollout", "scheduleRole", "clusterActive", "taskGroup"],
  decide: (observed, input, { reusable }): Decision => {
    const { app } = input;
    const { group, found } = observed.schedules;
    if (!app.schedules) return { action: "leaveOut", reason: { code: "schedulesNotStated" } };
    const named = { kind: "scheduleGroup" as const, name: app.scheduleGroup };
    const { puts, moves, removes } = workOf(observed, input, reusable?.arn);
    const changes: Change[] = [
      ...puts.map(
        ({ name, expression, timezone, command, enabled }): Change => ({
          code: "scheduledCommand",
          name,
          expression,
          timezone,
          command,
          ...(enabled === undefined ? {} : { enabled }),
        }),
      ),
      ...(moves.length ? [{ code: "schedulesMove" as const, names: moves }] : []),
      ...removes.map((name): Change => ({ code: "removeSchedule", name })),
    ];
    if (changes.length === 0)
      return wantsAny(input) && found.length > 0
        ? { action: "reuse", ...named, reason: { code: "schedulesSet" } }
        : { action: "leaveOut", reason: { code: "schedulesNotStated" } };
    const reason = wantsAny(input) ? ("schedulesStated" as const) : ("schedulesUnwanted" as const);
    return { action: group ? "update" : "create", ...named, reason: { code: reason }, changes };
  },
  apply: async (context) => {
    const { app, clock, cloud, observed } = context;
    const { puts, moves, removes } = workOf(observed, context, requireOutput(context, "revisionArn"));
    const revision = requireOutput(context, "revisionArn");
    if (puts.length) await requireGroup(context);
    const there = new Map(observed.schedules.found.map((one) => [one.name, one]));
    for (const one of puts) await put(context, one);
    for (const one of moves.flatMap((name) => there.get(name) ?? [])) {
      const startsAt = rateStart(one, one.begin, clock.now());
      await untilSeen(context, () => cloud.schedules.move(app.scheduleGroup, one.name, revision, startsAt));
    }
    for (const name of removes) await cloud.schedules.delete(app.scheduleGroup, name);
  },
};

/** The group, made where it is not there; one that is being deleted is waited for. */
async function requireGroup(context: RunContext): Promise<void> {
  const { app, cloud } = context;
  const name = app.scheduleGroup;
  await poll(context, goneMilliseconds, async () => {
    const found = await cloud.schedules.findGroup(name);
    if (found?.isGoing) {
      context.emit({ type: "progress", step: "schedules", message: `The schedule group ${name} is being deleted` });
      return undefined;
    }
    if (!found) await unlessThere(() => cloud.schedules.createGroup(name, ownershipTags(app)));
    return true;
  });
  const made = await cloud.schedules.findGroup(name);
  if (made)
    context.reportResource("schedules", {
      kind: "scheduleGroup",
      name,
      arn: made.arn,
      origin: originOf(made.tags, app),
    });
}

/** A run that was killed may have made it a moment ago. False where it was there. */
async function unlessThere(make: () => Promise<void>): Promise<boolean> {
  try {
    await make();
    return true;
  } catch (error) {
    if (errorCode(error) !== "ConflictException") throw error;
    return false;
  }
}

async function put(context: RunContext, one: ScheduledCommand): Promise<void> {
  const { app, clock, cloud, observed } = context;
  const there = observed.schedules.found.find(({ name }) => name === one.name);
  // The same rate goes on as it went.
  const begin = there?.expression === one.expression ? there.begin : clock.now();
  const kept = isAdoptedService(observed, context) ? observed.service?.network : undefined;
  const place: SchedulePlace = {
    identity: observed.identity,
    role: requireOutput(context, "scheduleRoleArn"),
    definition: requireOutput(context, "revisionArn"),
    network: kept ?? serviceNetwork(context),
    startsAt: rateStart(one, begin, clock.now()),
  };
  const settings = scheduleSettings(app, one, place);
  const group = app.scheduleGroup;
  const isNew = !there && (await unlessThere(() => untilSeen(context, () => cloud.schedules.create(group, settings))));
  if (!isNew) await untilSeen(context, () => cloud.schedules.update(group, settings));
}
