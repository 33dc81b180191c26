/** From a look at the world to a plan. */
import { hoursOf, isWithin, nextChanges } from "../app/hours";
import { offLimits } from "../app/sleep";
import { standstillOf } from "../app/standstill";
import { wantedAlarms } from "./alarms";
import { ringing } from "./steps/alarms";
import { alsoAdmitted } from "./steps/network";
import { estimateCost } from "../base/cost";
import type { TaskDefinition } from "../base/taskDefinition";
import { architectureOf } from "../taskDefinition/model/generate";
import { pricedSize } from "../taskDefinition/model/pricedSize";
import { withoutValues } from "../taskDefinition/model/hidden";
import { differences, normalise, type Difference } from "../taskDefinition/model/normalise";
import { isBuilt, plannedBuildInputs } from "./buildInputs";
import type { Decision, PlanWarning } from "./decision";
import { planDefinition, type DefinitionPlan } from "./definitionPlan";
import { observe, type EarlierLook } from "./observe";
import { isChangedElsewhere, isOurs, tasksAfter, type RunInput, type ObservedState } from "./observedState";
import { existingThings, settledConfig } from "./ownership";
import type { StepId } from "./phases";
import { assemblePlan, type Plan } from "./plan";
import { preflight } from "./preflight/preflight";
import { decideGoingBack } from "./steps/goingBack";
import { promotedDifferences } from "./promotion";
import { decidePromoting } from "./steps/promoting";
import { steps } from "./steps/index";
import { isForeignSchedule } from "./steps/scaling";
import { pathWaits } from "./steps/loadBalancer";
import { isAdoptedService } from "./steps/network";

/** Everything read and decided, nothing written. */
export interface Prepared {
  /** With the application as it is after the look: whose it is. */
  input: RunInput;
  observed: ObservedState;
  definition: DefinitionPlan;
  decisions: Map<StepId, Decision>;
  plan: Plan;
  /** What a consent is to: the plan's fingerprint, and the values that the plan does not show. Never leaves this process. */
  consentKey: string;
}

/**
 * Inspects the world and decides for every step. Reads only.
 * @param earlier a look that was planned with
 */
export async function prepare(asked: RunInput, earlier?: EarlierLook): Promise<Prepared> {
  const observed = await observe(asked, earlier);
  return plannedFrom(asked, observed);
}

/** What a look leads to. Pure. */
export function plannedFrom(asked: RunInput, observed: ObservedState): Prepared {
  const input = withOwner(asked, observed);
  const definition = planDefinition(input, observed);
  const decisions = new Map(
    steps.map((step) => [
      step.id,
      input.goBack
        ? decideGoingBack(step, observed, input, definition)
        : input.promotion
          ? decidePromoting(step, observed, input, input.promotion, definition)
          : step.decide(observed, input, definition),
    ]),
  );
  const elsewhere = changedElsewhere(input, observed);
  const plan = planOf(input, observed, definition.predicted, decisions, elsewhere);
  const consentKey = JSON.stringify([plan.fingerprint, elsewhere.map(({ path, after }) => [path, after ?? null])]);
  return { input, observed, definition, decisions, plan, consentKey };
}

/** The run for the application as what was seen makes it: its id is settled, and slipway.json is to have it. */
function withOwner(input: RunInput, { ownership: { planned: owner }, service }: ObservedState): RunInput {
  const app = { ...input.app, owner };
  return { ...input, app, configText: settledConfig(input.configText, app, service) };
}

/** What somebody else changed of the live definition since it was registered. */
function changedElsewhere(input: RunInput, observed: ObservedState): Difference[] {
  const { live, own } = observed;
  // None of it is merged into what runs next: the plan shows the whole difference.
  if (input.goBack) return [];
  const { app } = input;
  if (!live || !isChangedElsewhere(observed, app)) return [];
  return differences(own ? normalise(own.definition) : {}, normalise(live.definition));
}

function planOf(
  input: RunInput,
  observed: ObservedState,
  definition: TaskDefinition,
  decisions: Map<StepId, Decision>,
  elsewhere: readonly Difference[],
): Plan {
  const { app } = input;
  const live = observed.live;
  const problems = preflight(input, observed, definition);
  return assemblePlan({
    app,
    identity: observed.identity,
    decisions,
    problems,
    warnings: [
      ...(!input.goBack && input.compose?.members.length
        ? [{ code: "composeLeftOut" as const, ...input.compose }]
        : []),
      ...problems
        .filter(({ severity }) => severity === "warn")
        .map((problem): PlanWarning => ({ code: "problem", problem: problem.code, sentence: problem.sentence })),
      ...(input.goBack ? [] : warningsOf(input, observed, definition)),
    ],
    takesOver: observed.ownership.takesOver,
    existing: existingThings(observed, app, decisions),
    changedElsewhere: withoutValues(elsewhere),
    revisionChanges: live ? withoutValues(differences(normalise(live.definition), definition)) : [],
    ...goesBackOf(input, observed),
    ...promotesOf(input, observed, definition),
    ...(input.context && !input.goBack && !input.promotion ? { context: input.context } : {}),
    buildInputs: input.goBack ? undefined : plannedBuildInputs(input, observed),
    ...plannedHours(input, observed),
    isLocal: input.localEndpoint,
    // What is not built is not published either.
    ...(isBuilt(input, observed) ? { outside: observed.outside } : {}),
    cost: costInput(input, observed, definition, tasksAfter(input, observed)),
    costNow:
      live && observed.service
        ? estimateCost(costInput(input, observed, live.definition, observed.service.desired)).monthly
        : undefined,
    lastAccount: input.journal.account ?? (observed.service ? observed.identity.account : undefined),
  });
}

function plannedHours(input: RunInput, observed: ObservedState): Pick<Plan, "hours" | "schedulesElsewhere"> {
  const { app, clock, goBack } = input;
  if (goBack || !app.scaling) return {};
  const foreign = observed.scaling.scheduled.filter((each) => isForeignSchedule(app, each));
  const { hours: text, minimum, maximum } = app.scaling;
  if (text === undefined) return { schedulesElsewhere: foreign };
  const hours = hoursOf(text);
  return {
    schedulesElsewhere: foreign,
    hours: {
      text,
      zone: hours.zone,
      isOn: isWithin(hours, clock.now()),
      on: { minimum, maximum },
      off: offLimits(app),
      next: nextChanges(hours, clock.now(), 3),
    },
  };
}

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;

function goesBackOf({ goBack }: RunInput, { live }: ObservedState): Pick<Plan, "goesBack" | "restarts"> {
  if (!goBack) return {};
  if (goBack.restarts) return { restarts: { revision: nameOf(goBack.revision.arn) } };
  const { revision, digest, commit } = goBack;
  return {
    goesBack: {
      revision: nameOf(revision.arn),
      ...(live ? { from: nameOf(live.arn) } : {}),
      ...(digest === undefined ? {} : { digest }),
      ...(commit === undefined ? {} : { commit }),
    },
  };
}

function promotesOf(
  { app, promotion }: RunInput,
  { identity }: ObservedState,
  definition: TaskDefinition,
): Pick<Plan, "promotes"> {
  if (!promotion) return {};
  const { from, revision, digest, commit } = promotion;
  const { environment, account, region } = from;
  return {
    promotes: {
      environment,
      account,
      region,
      revision,
      digest,
      ...(commit === undefined ? {} : { commit }),
      differences: promotedDifferences(promotion, definition, app, identity),
    },
  };
}

function costInput(
  input: RunInput,
  observed: ObservedState,
  definition: TaskDefinition,
  tasks: number,
): Parameters<typeof estimateCost>[0] {
  const existing = observed.loadBalancer;
  // One that somebody else made is paid for already.
  const balancer =
    input.app.loadBalancer !== undefined &&
    !isAdoptedService(observed, input) &&
    (existing === undefined || isOurs(existing.tags, input.app));
  return {
    region: observed.identity.region,
    prices: observed.prices,
    ...pricedSize(definition),
    tasks,
    alarms: wantedAlarms(input.app, balancer).length,
    publicTasks: observed.network.assignPublicIp,
    loadBalancer: balancer,
    loadBalancerZones: input.app.loadBalancer?.internal ? 0 : observed.network.loadBalancerSubnets.length,
  };
}

function warningsOf(input: RunInput, observed: ObservedState, definition: TaskDefinition): PlanWarning[] {
  const { app, dockerfile } = input;
  // How the Dockerfile was read is nothing to what is not built.
  const warnings: PlanWarning[] = input.promotion ? [] : [...(input.notes ?? [])];
  const platform = architectureOf(definition);
  if (!input.promotion && platform !== observed.engine.architecture && !observed.image)
    warnings.push({ code: "emulation", platform, engine: observed.engine.architecture });
  for (const name of input.promotion ? [] : dockerfile.unsetPortVariables)
    warnings.push({ code: "portVariableUnset", name });
  if (app.port === undefined) warnings.push({ code: "noPort" });
  if (app.port === undefined || !app.loadBalancer) warnings.push({ code: "nothingTellsWhetherItAnswers" });
  if (app.loadBalancer && app.healthCheck.guessed)
    warnings.push({ code: "healthPathGuessed", path: app.healthCheck.path });
  if (pathWaits(observed, input)) warnings.push({ code: "healthPathWaits", path: app.healthCheck.path });
  const rings = ringing(observed, input);
  for (const also of input.goBack ? [] : alsoAdmitted(observed, input))
    warnings.push({ code: "alsoAdmitted", ...also });
  if (standstillOf(observed.service)) warnings.push({ code: "staysStopped" });
  if (rings !== undefined) warnings.push({ code: "alarmRings", name: rings });
  return warnings;
}
