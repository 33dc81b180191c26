import * as vscode from "vscode";
import { nameProblem } from "../../../core/base/names";
import type { ScalingMetric } from "../../../core/ports/resources";
import { askNumber, change, confirm, confirmByName, refOf, type NodeContext, type TreeCommand } from "./shared";

/** Fargate's default quota of tasks in a service. */
const mostTasks = 5000;

async function askName(kind: "repository" | "cluster", title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    placeHolder: kind === "repository" ? "team/web" : "production",
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? undefined : nameProblem(kind, text)),
  });
}

const placeOf = ({ connection }: NodeContext): string =>
  `In account ${connection.identity.account}, ${connection.identity.region} (${connection.name}).`;

const metrics: readonly { label: string; metric: ScalingMetric; value: number; most: number; prompt: string }[] = [
  {
    label: "CPU",
    metric: "ECSServiceAverageCPUUtilization",
    value: 60,
    most: 100,
    prompt: "Average CPU to keep to, in percent",
  },
  {
    label: "Memory",
    metric: "ECSServiceAverageMemoryUtilization",
    value: 70,
    most: 100,
    prompt: "Average memory to keep to, in percent",
  },
  {
    label: "Requests per target",
    metric: "ALBRequestCountPerTarget",
    value: 1000,
    most: 1_000_000,
    prompt: "Requests per target and minute to keep to",
  },
];

/** `app/NAME/ID/targetgroup/NAME/ID`: the load balancer and the target group whose requests are counted. */
async function requestLabel(context: NodeContext, targetGroup: string): Promise<string | undefined> {
  const found = await context.connection.resources.describe(
    { ...context.node.item, kind: "targetGroup", ref: { targetGroup } },
    new AbortController().signal,
  );
  const balancer = (found as { LoadBalancerArns?: string[] } | undefined)?.LoadBalancerArns?.[0]?.split(
    ":loadbalancer/",
  )[1];
  return balancer === undefined ? undefined : `${balancer}/${targetGroup.split(":").at(-1) ?? ""}`;
}

/** Commands that change something; what cannot be undone asks for the name. */
export const changeCommands: Readonly<Record<string, TreeCommand>> = {
  async createRepository(context) {
    const name = await askName("repository", "New ECR repository");
    if (name) await change(context, `Creating the repository ${name}`, { do: "createRepository", name }, context.node);
  },
  async createCluster(context) {
    const name = await askName("cluster", "New ECS cluster");
    if (name) await change(context, `Creating the cluster ${name}`, { do: "createCluster", name }, context.node);
  },
  async deleteRepository(context) {
    const repository = refOf(context.node.item, "repository");
    if (await confirmByName(repository, `Delete the repository ${repository} with all its images?`, placeOf(context)))
      await change(context, `Deleting the repository ${repository}`, { do: "deleteRepository", repository });
  },
  async deleteImages(context) {
    const repository = refOf(context.node.item, "repository");
    const names = context.nodes.map(({ item }) => `${item.label}  ${item.ref["digest"]?.slice(7, 19) ?? ""}`);
    const question =
      names.length === 1
        ? `Delete this image from ${repository}?`
        : `Delete ${names.length} images from ${repository}?`;
    if (
      !(await confirm(
        question,
        `${names.slice(0, 15).join("\n")}\n\n${placeOf(context)} A task that starts later from one of them will not find it.`,
        "Delete",
      ))
    )
      return;
    await change(context, `Deleting ${names.length} images of ${repository}`, {
      do: "deleteImages",
      repository,
      digests: context.nodes.map(({ item }) => refOf(item, "digest")),
    });
  },
  async deleteService(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    if (
      await confirmByName(
        service,
        `Delete the service ${service} and stop its tasks?`,
        `${item.description}. ${placeOf(context)}`,
      )
    )
      await change(context, `Deleting the service ${service}`, {
        do: "deleteService",
        cluster: refOf(item, "cluster"),
        service,
      });
  },
  async deleteCluster(context) {
    const cluster = refOf(context.node.item, "cluster");
    if (
      await confirmByName(
        cluster,
        `Delete the cluster ${cluster}?`,
        `${context.node.item.description}. AWS deletes only a cluster without services and tasks. ${placeOf(context)}`,
      )
    )
      await change(context, `Deleting the cluster ${cluster}`, { do: "deleteCluster", cluster });
  },
  async scale(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    const desired = await askNumber(
      `Scale ${service}`,
      "How many tasks should run?",
      Number(item.ref["desired"] ?? 1),
      0,
      mostTasks,
    );
    if (desired !== undefined)
      await change(context, `Scaling ${service} to ${desired}`, {
        do: "scale",
        cluster: refOf(item, "cluster"),
        service,
        desired,
      });
  },
  async setScaling(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    const offered = metrics.filter(
      ({ metric }) => metric !== "ALBRequestCountPerTarget" || item.ref["targetGroup"] !== undefined,
    );
    const picked = await vscode.window.showQuickPick(offered, {
      title: `Scale ${service} automatically`,
      placeHolder: "By what?",
    });
    if (!picked) return;
    const value = await askNumber(`Scale ${service} by ${picked.label}`, picked.prompt, picked.value, 1, picked.most);
    const minimum =
      value === undefined ? undefined : await askNumber(`Scale ${service}`, "At least so many tasks", 1, 0, mostTasks);
    const maximum =
      minimum === undefined
        ? undefined
        : await askNumber(
            `Scale ${service}`,
            "At most so many tasks",
            Math.max(minimum, Number(item.ref["desired"] ?? 1) * 2),
            Math.max(1, minimum),
            mostTasks,
          );
    if (value === undefined || minimum === undefined || maximum === undefined) return;
    const label =
      picked.metric === "ALBRequestCountPerTarget"
        ? await requestLabel(context, refOf(item, "targetGroup"))
        : undefined;
    await change(
      context,
      `Scaling ${service} by ${picked.label}`,
      {
        do: "setScaling",
        cluster: refOf(item, "cluster"),
        service,
        minimum,
        maximum,
        metric: picked.metric,
        value,
        ...(label === undefined ? {} : { label }),
      },
      context.node,
    );
  },
  async removeScaling(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    if (
      await confirm(
        `Stop scaling ${service} automatically?`,
        `It keeps the number of tasks that it has. ${placeOf(context)}`,
        "Stop Scaling",
      )
    )
      await change(
        context,
        `Removing the scaling of ${service}`,
        { do: "removeScaling", cluster: refOf(item, "cluster"), service },
        context.node,
      );
  },
  async forceDeployment(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    if (
      await confirm(
        `Start all tasks of ${service} anew?`,
        `The same revision is rolled out again, within the service's minimum and maximum percent. ${placeOf(context)}`,
        "Deploy Again",
      )
    )
      await change(context, `Deploying ${service} again`, {
        do: "forceDeployment",
        cluster: refOf(item, "cluster"),
        service,
      });
  },
  async stopTask(context) {
    const names = context.nodes.map(({ item }) => item.label).join(", ");
    if (
      !(await confirm(
        `Stop ${context.nodes.length === 1 ? `the task ${names}` : `${context.nodes.length} tasks`}?`,
        `${names}. A service starts others in their place. ${placeOf(context)}`,
        "Stop",
      ))
    )
      return;
    for (const { item } of context.nodes)
      await change(context, `Stopping the task ${item.label}`, {
        do: "stopTask",
        cluster: refOf(item, "cluster"),
        task: refOf(item, "task"),
      });
  },
  async deregister(context) {
    const names = context.nodes.map(({ item }) => item.label).join(", ");
    if (
      !(await confirm(
        `Deregister ${names}?`,
        `Services that use it go on; nothing new can start from it. ${placeOf(context)}`,
        "Deregister",
      ))
    )
      return;
    for (const { item } of context.nodes)
      await change(context, `Deregistering ${item.label}`, { do: "deregister", arn: refOf(item, "definition") });
  },
};
