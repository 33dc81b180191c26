/** A stage whose service shifts traffic: another target group, a rule of its own, and the role that moves it. */
import {
  ContinueServiceDeploymentCommand,
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  type DeploymentConfiguration,
  type DeploymentLifecycleHookAction,
  type LoadBalancer,
  type ServiceDeployment,
} from "@aws-sdk/client-ecs";
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AttachRolePolicyCommand, CreateRoleCommand } from "@aws-sdk/client-iam";
import { stage, type Clients, type Stage } from "./network";
import { until } from "./sandbox";

export interface ShiftStage extends Stage {
  readonly alternateArn: string;
  readonly ruleArn: string;
  readonly listenerArn: string;
  readonly shiftRoleArn: string;
  readonly balancers: LoadBalancer[];
}

const trustOf = (service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

export const SHIFT_POLICY = "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers";

/** All that a strategy needs beside the stage. */
export async function shiftStage(c: Clients, name: string): Promise<ShiftStage> {
  const s = await stage(c, name);
  const made = await c.elb.send(
    new CreateTargetGroupCommand({
      Name: `${name}-2`,
      Protocol: "HTTP",
      Port: 8080,
      VpcId: s.vpcId,
      TargetType: "ip",
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
    }),
  );
  const alternateArn = made.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await c.elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: alternateArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "1" }],
    }),
  );
  const listeners = await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn }));
  const listenerArn = listeners.Listeners?.[0]?.ListenerArn ?? "";
  const rule = await c.elb.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 10,
      Conditions: [{ Field: "path-pattern", Values: ["/*"] }],
      Actions: [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: s.targetGroupArn, Weight: 100 },
              { TargetGroupArn: alternateArn, Weight: 0 },
            ],
          },
        },
      ],
    }),
  );
  const ruleArn = rule.Rules?.[0]?.RuleArn ?? "";
  const role = await c.iam.send(
    new CreateRoleCommand({ RoleName: `${name}-shift`, AssumeRolePolicyDocument: trustOf("ecs.amazonaws.com") }),
  );
  await until("the role", () =>
    c.iam
      .send(new AttachRolePolicyCommand({ RoleName: `${name}-shift`, PolicyArn: SHIFT_POLICY }))
      .catch(() => undefined),
  );
  const shiftRoleArn = role.Role?.Arn ?? "";
  const balancers: LoadBalancer[] = [
    {
      targetGroupArn: s.targetGroupArn,
      containerName: "web",
      containerPort: 8080,
      advancedConfiguration: {
        alternateTargetGroupArn: alternateArn,
        productionListenerRule: ruleArn,
        roleArn: shiftRoleArn,
      },
    },
  ];
  return { ...s, alternateArn, ruleArn, listenerArn, shiftRoleArn, balancers };
}

/** The weights of both target groups in the rule: those of the first and of the other one. */
export async function weights(c: Clients, s: ShiftStage): Promise<[number, number]> {
  const found = await c.elb.send(new DescribeRulesCommand({ RuleArns: [s.ruleArn] }));
  const tuples = found.Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const of = (arn: string): number => tuples.find((t) => t.TargetGroupArn === arn)?.Weight ?? 0;
  return [of(s.targetGroupArn), of(s.alternateArn)];
}

export async function newest(c: Clients, s: Stage): Promise<ServiceDeployment | undefined> {
  const listed = await c.ecs.send(new ListServiceDeploymentsCommand({ cluster: s.name, service: s.name }));
  const arn = listed.serviceDeployments?.[0]?.serviceDeploymentArn;
  if (!arn) return undefined;
  const found = await c.ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
  return found.serviceDeployments?.[0];
}

/** The newest deployment of a service once it looks like that, and not the one of before. */
export async function deploymentWhen(
  c: Clients,
  s: Stage,
  what: string,
  is: (d: ServiceDeployment) => boolean,
  ms = 20_000,
): Promise<ServiceDeployment> {
  let last: ServiceDeployment | undefined;
  return until(
    what,
    async () => {
      last = await newest(c, s);
      return last && is(last) ? last : undefined;
    },
    ms,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
  });
}

/** The hook that waits, once one does. */
export async function waitingHook(
  c: Clients,
  s: Stage,
): Promise<{ deployment: ServiceDeployment; hookId: string; arn: string }> {
  const waits = (d: ServiceDeployment): boolean =>
    d.lifecycleHookDetails?.some((h) => h.status === "AWAITING_ACTION") ?? false;
  const deployment = await deploymentWhen(c, s, "a hook that waits", waits);
  const hook = deployment.lifecycleHookDetails?.find((h) => h.status === "AWAITING_ACTION");
  return { deployment, hookId: hook?.hookId ?? "", arn: deployment.serviceDeploymentArn ?? "" };
}

export async function resume(c: Clients, s: Stage, action?: DeploymentLifecycleHookAction): Promise<void> {
  const { arn, hookId } = await waitingHook(c, s);
  await c.ecs.send(
    new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId, ...(action ? { action } : {}) }),
  );
}

export const blueGreen = (more: Partial<DeploymentConfiguration> = {}): DeploymentConfiguration => ({
  strategy: "BLUE_GREEN",
  bakeTimeInMinutes: 0,
  deploymentCircuitBreaker: { enable: true, rollback: true },
  ...more,
});
