/**
 * What ECS refuses of a deployment strategy that shifts traffic. Ranges and rules are those of the API's own
 * documentation (DeploymentConfiguration, LinearConfiguration, CanaryConfiguration, DeploymentLifecycleHook,
 * DeploymentEarlySuccessCriteria, AdvancedConfiguration); where that gives no sentence, the sentence is the sandbox's.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-implementation.html
 */
import { balancerUsing, forwardsTo, ruleOf } from "../elb/lookup";
import { evaluate, findRole, trusts } from "../iam/evaluate";
import type {
  DeploymentConfiguration,
  DeploymentEarlySuccessCriteria,
  DeploymentLifecycleHook,
  LoadBalancer,
} from "../model/ecs.types";
import type { RoleRecord, RuleRecord } from "../states";
import { ApiError, notImplemented } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { invalid } from "./lookup";

/** What AWS takes where linear and canary deployments say nothing, and what a pause lasts. */
export const DEFAULTS = {
  stepPercent: 10,
  stepBakeTimeInMinutes: 6,
  canaryPercent: 5,
  canaryBakeTimeInMinutes: 10,
  pauseMinutes: 1440,
} as const;

const DAY = 1440;
const TWO_WEEKS = 20_160;

/** Whether the strategy moves traffic from one target group to another. */
export const shifts = (strategy: string | undefined): boolean => strategy !== undefined && strategy !== "ROLLING";

function checkRange(name: string, value: number | undefined, min: number, max: number): void {
  if (value !== undefined && (value < min || value > max)) throw invalid(`${name} must be between ${min} and ${max}.`);
}

function checkPercent(name: string, value: number | undefined, min: number): void {
  checkRange(name, value, min, 100);
  if (value !== undefined && Math.abs(value * 10 - Math.round(value * 10)) > 1e-9)
    throw invalid(`${name} must be a multiple of 0.1.`);
}

/** Stages at which only a Lambda function may run: traffic is on its way there. */
const NO_PAUSE: readonly string[] = ["TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT"];

function checkHook(hook: DeploymentLifecycleHook): void {
  const stages = hook.lifecycleStages ?? [];
  if (stages.length === 0) throw invalid("lifecycleStages must be provided for a deployment lifecycle hook.");
  if (new Set(stages).size < stages.length) throw invalid("lifecycleStages must not contain duplicates.");
  if (hook.targetType !== "PAUSE") {
    if (!hook.hookTargetArn || !hook.roleArn)
      throw invalid("hookTargetArn and roleArn must be provided for an AWS_LAMBDA lifecycle hook.");
    throw notImplemented("ecs", "CreateService", "deploymentConfiguration.lifecycleHooks.hookTargetArn");
  }
  if (hook.hookTargetArn || hook.roleArn)
    throw invalid("hookTargetArn and roleArn cannot be specified for a PAUSE lifecycle hook.");
  const never = stages.find((stage) => NO_PAUSE.includes(stage));
  if (never) throw invalid(`PAUSE lifecycle hooks cannot be configured at the ${never} lifecycle stage.`);
  checkRange("timeoutInMinutes", hook.timeoutConfiguration?.timeoutInMinutes, 1, TWO_WEEKS);
}

function checkEarlySuccess(
  criteria: DeploymentEarlySuccessCriteria | undefined,
  strategy: string,
  minimumHealthyPercent: number,
): void {
  if (!criteria?.enable) return;
  if (strategy !== "ROLLING") throw invalid("earlySuccessCriteria can only be used with the ROLLING strategy.");
  if (criteria.healthyPercent === undefined || !criteria.sourceServiceRevisionCleanup)
    throw invalid("healthyPercent and sourceServiceRevisionCleanup must be provided for earlySuccessCriteria.");
  if (!Number.isInteger(criteria.healthyPercent)) throw invalid("healthyPercent must be an integer.");
  checkRange("healthyPercent", criteria.healthyPercent, 0, 100);
  if (criteria.healthyPercent < minimumHealthyPercent)
    throw invalid("healthyPercent must be greater than or equal to minimumHealthyPercent.");
}

/** The members of a deployment configuration that are the strategy's, checked, with what AWS fills in. */
export function strategyDefaults(
  config: DeploymentConfiguration,
  minimumHealthyPercent: number,
): Pick<DeploymentConfiguration, "strategy" | "bakeTimeInMinutes" | "linearConfiguration" | "canaryConfiguration"> {
  const { strategy = "ROLLING", bakeTimeInMinutes, linearConfiguration, canaryConfiguration } = config;
  if (strategy === "BLUE_GREEN" && bakeTimeInMinutes === undefined)
    throw invalid("bakeTimeInMinutes must be provided when the deployment strategy is BLUE_GREEN.");
  checkRange("bakeTimeInMinutes", bakeTimeInMinutes, 0, DAY);
  if (linearConfiguration && strategy !== "LINEAR")
    throw invalid("linearConfiguration is only valid when the deployment strategy is LINEAR.");
  if (canaryConfiguration && strategy !== "CANARY")
    throw invalid("canaryConfiguration is only valid when the deployment strategy is CANARY.");
  checkPercent("stepPercent", linearConfiguration?.stepPercent, 3);
  checkRange("stepBakeTimeInMinutes", linearConfiguration?.stepBakeTimeInMinutes, 0, DAY);
  checkPercent("canaryPercent", canaryConfiguration?.canaryPercent, 0.1);
  checkRange("canaryBakeTimeInMinutes", canaryConfiguration?.canaryBakeTimeInMinutes, 0, DAY);
  const hooks = config.lifecycleHooks ?? [];
  if (hooks.length > 0 && !shifts(strategy))
    throw invalid("lifecycleHooks cannot be specified when the deployment strategy is ROLLING.");
  hooks.forEach(checkHook);
  checkEarlySuccess(config.earlySuccessCriteria, strategy, minimumHealthyPercent);
  const { stepPercent, stepBakeTimeInMinutes, canaryPercent, canaryBakeTimeInMinutes } = DEFAULTS;
  return {
    strategy,
    bakeTimeInMinutes: bakeTimeInMinutes ?? 0,
    ...(strategy === "LINEAR"
      ? { linearConfiguration: { stepPercent, stepBakeTimeInMinutes, ...linearConfiguration } }
      : {}),
    ...(strategy === "CANARY"
      ? { canaryConfiguration: { canaryPercent, canaryBakeTimeInMinutes, ...canaryConfiguration } }
      : {}),
  };
}

const cannotValidate = (what: string): ApiError =>
  invalid(
    `Unable to assume role and validate the ${what}. Please verify that the ECS service role being passed has the ` +
      "proper permissions.",
  );

/** The role that moves the traffic, where ECS itself may become it by now. */
export function shiftingRole(world: SandboxState, region: Region, arn: string | undefined): RoleRecord | undefined {
  const role = arn === undefined ? undefined : findRole(world, arn);
  if (!role || Date.now() < role.assumableAt) return undefined;
  const facts = { "aws:SourceAccount": world.account, "aws:SourceArn": region.arn("ecs", "*") };
  return trusts(role.trust, "ecs.amazonaws.com", facts) ? role : undefined;
}

/** Whether the role may do that of ELB; to look at something is to be allowed for everything. */
export const mayShift = (world: SandboxState, role: RoleRecord | undefined, action: string, resource = "*"): boolean =>
  role !== undefined && evaluate(world, role, `elasticloadbalancing:${action}`, resource) === "allowed";

const LOOKS = ["DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth"];

function ruleFor(region: Region, arn: string): RuleRecord {
  try {
    return ruleOf(region, arn).record;
  } catch (error) {
    if (error instanceof ApiError) throw cannotValidate(`specified listener rule ${arn}`);
    throw error;
  }
}

function checkRule(region: Region, arn: string, groups: readonly string[]): void {
  const actions = ruleFor(region, arn).rule.Actions ?? [];
  if (actions.some(({ Type }) => Type !== "forward"))
    throw invalid(`The listener rule ${arn} must have forward actions only.`);
  const forwarded = forwardsTo(actions).map((f) => f.arn);
  if (!forwarded.some((group) => groups.includes(group)))
    throw invalid(`The listener rule ${arn} must forward to the target groups of the service.`);
}

/** Checks what a strategy needs of each load balancer: another group, a rule, and the role that moves it. */
export function checkShifting(
  world: SandboxState,
  region: Region,
  strategy: string | undefined,
  balancers: readonly LoadBalancer[],
): void {
  if ((strategy === "LINEAR" || strategy === "CANARY") && balancers.length === 0)
    throw invalid(`A load balancer must be specified when the deployment strategy is ${strategy}.`);
  for (const { targetGroupArn = "", advancedConfiguration: more } of balancers) {
    // What stays of an earlier strategy does nothing while deployments are rolling.
    if (!more && !shifts(strategy)) continue;
    const { alternateTargetGroupArn, productionListenerRule, testListenerRule, roleArn } = more ?? {};
    if (!alternateTargetGroupArn || !productionListenerRule || !roleArn)
      throw invalid(
        "advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn must be provided for " +
          `load balancers when the deployment strategy is ${strategy ?? "ROLLING"}.`,
      );
    if (alternateTargetGroupArn === targetGroupArn)
      throw invalid("alternateTargetGroupArn must be different from targetGroupArn.");
    const role = shiftingRole(world, region, roleArn);
    if (!LOOKS.every((action) => mayShift(world, role, action)))
      throw cannotValidate("listeners configured on your load balancer");
    const other = region.elb.targetGroups.get(alternateTargetGroupArn);
    if (!other) throw cannotValidate("specified alternateTargetGroupArn");
    const { TargetType, VpcId, Protocol } = other.group;
    const first = region.elb.targetGroups.get(targetGroupArn)?.group;
    if (TargetType !== "ip")
      throw invalid(
        `The provided target group ${alternateTargetGroupArn} has target type ${TargetType ?? ""}, which is ` +
          "incompatible with the awsvpc network mode specified in the task definition.",
      );
    if (VpcId !== first?.VpcId || Protocol !== first?.Protocol)
      throw invalid("targetGroupArn and alternateTargetGroupArn must have the same VPC and protocol.");
    const uses = balancerUsing(region, alternateTargetGroupArn);
    if (uses && uses !== balancerUsing(region, targetGroupArn))
      throw invalid("targetGroupArn and alternateTargetGroupArn must belong to the same load balancer.");
    const groups = [targetGroupArn, alternateTargetGroupArn];
    checkRule(region, productionListenerRule, groups);
    if (testListenerRule) checkRule(region, testListenerRule, groups);
    if (testListenerRule === productionListenerRule)
      throw invalid("testListenerRule must be different from productionListenerRule.");
  }
}
