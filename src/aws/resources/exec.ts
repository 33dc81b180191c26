import { DescribeTaskDefinitionCommand, DescribeTasksCommand, ExecuteCommandCommand } from "@aws-sdk/client-ecs";
import { SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { reportOf } from "../../core/base/errors";
import type { ExecProblem, ExecProblemCode, ExecSession } from "../../core/ports/resources";
import type { Caller } from "../session";
import { lastOf } from "./shared";

/** What a shell needs of the task role. Source: the developer guide's page on ECS Exec. */
const channelActions = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/** Asks ECS for a session in a container. */
export async function openSession(
  caller: Caller,
  cluster: string,
  task: string,
  container: string,
  command: string,
): Promise<ExecSession> {
  const { ecs } = caller.session;
  const { tasks } = await caller.send(ecs, new DescribeTasksCommand({ cluster, tasks: [task] }), "ecsTask");
  const runtimeId = tasks?.[0]?.containers?.find((item) => item.name === container)?.runtimeId ?? "";
  const { session } = await caller.send(
    ecs,
    new ExecuteCommandCommand({ cluster, task, container, command, interactive: true }),
  );
  return {
    sessionId: session?.sessionId ?? "",
    streamUrl: session?.streamUrl ?? "",
    tokenValue: session?.tokenValue ?? "",
    target: `ecs:${cluster}_${lastOf(task)}_${runtimeId}`,
  };
}

/** Looks for everything that is known to stand in a shell's way. */
export async function diagnoseExec(caller: Caller, cluster: string, task: string): Promise<ExecProblem[]> {
  const { ecs, iam } = caller.session;
  const { tasks } = await caller.send(ecs, new DescribeTasksCommand({ cluster, tasks: [task] }), "ecsTask");
  const found = tasks?.[0];
  if (!found) return [{ code: "TaskGone", sentence: "The task is gone." }];
  const problems: ExecProblem[] = [];
  const add = (code: ExecProblemCode, sentence: string) => problems.push({ code, sentence });
  if (found.lastStatus !== "RUNNING")
    add("TaskNotRunning", `The task is ${found.lastStatus ?? "not there"}, and a shell needs one that runs.`);
  if (!found.enableExecuteCommand)
    add("ExecOff", "ECS Exec was off when this task started. Enable it for the service: new tasks have it.");
  if (/^1\.[0-3]\./.test(found.platformVersion ?? ""))
    add(
      "PlatformTooOld",
      `The task runs on platform version ${found.platformVersion ?? ""}; ECS Exec needs 1.4.0 or later.`,
    );
  const agent = found.containers
    ?.flatMap((item) => item.managedAgents ?? [])
    .find((item) => item.name === "ExecuteCommandAgent");
  if (found.enableExecuteCommand && agent && agent.lastStatus !== "RUNNING")
    add(
      "AgentNotRunning",
      "The ECS Exec agent in the task is " +
        `${agent.lastStatus ?? "not running"}${agent.reason ? `: ${agent.reason}` : ""}.`,
    );
  const { taskDefinition } = await caller.send(
    ecs,
    new DescribeTaskDefinitionCommand({ taskDefinition: found.taskDefinitionArn }),
    "ecsDefinition",
  );
  const role = taskDefinition?.taskRoleArn;
  if (role === undefined)
    add(
      "NoTaskRole",
      "The task definition has no task role, and ECS Exec needs one that may open ssmmessages channels.",
    );
  else {
    try {
      const { EvaluationResults } = await caller.send(
        iam,
        new SimulatePrincipalPolicyCommand({ PolicySourceArn: role, ActionNames: channelActions }),
      );
      const denied = (EvaluationResults ?? [])
        .filter((item) => item.EvalDecision !== "allowed")
        .map((item) => item.EvalActionName ?? "");
      if (denied.length) add("RoleDenied", `The task role ${lastOf(role)} may not ${denied.join(", ")}.`);
    } catch (error) {
      add(
        "RoleUnknown",
        `Whether the task role ${lastOf(role)} may open channels is not known: ${reportOf(error).summary}`,
      );
    }
  }
  const readOnly = taskDefinition?.containerDefinitions?.some((item) => item.readonlyRootFilesystem);
  if (readOnly)
    add("ReadOnlyRoot", "A container's root file system is read-only: the ECS Exec agent has nowhere to write.");
  return problems;
}
