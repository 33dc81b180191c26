import * as vscode from "vscode";
import { nameProblem } from "../../../core/base/names";
import type { ScalingMetric } from "../../../core/ports/resources";
import { askNumber, change, refOf, revealMade, type NodeContext, type TreeCommand } from "./shared";
import { pick } from "../../ui/pick";
import { confirm, confirmByName } from "../../ui/confirm";
import { say } from "../../ui/messages";
import { withCancel } from "../../ui/progress";

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
  vscode.l10n.t("In account {0}, {1} ({2}).", connection.identity.account, connection.identity.region, connection.name);

const metrics: readonly { label: string; metric: ScalingMetric; value: number; most: number; prompt: string }[] = [
  {
    label: "CPU",
    metric: "ECSServiceAverageCPUUtilization",
    value: 60,
    most: 100,
    prompt: vscode.l10n.t("Average CPU to keep to, in percent"),
  },
  {
    label: vscode.l10n.t("Memory"),
    metric: "ECSServiceAverageMemoryUtilization",
    value: 70,
    most: 100,
    prompt: vscode.l10n.t("Average memory to keep to, in percent"),
  },
  {
    label: vscode.l10n.t("Requests per target"),
    metric: "ALBRequestCountPerTarget",
    value: 1000,
    most: 1_000_000,
    prompt: vscode.l10n.t("Requests per target and minute to keep to"),
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
export const changeCommands = {
  async createRepository(context) {
    const name = await askName("repository", vscode.l10n.t("New ECR repository"));
    if (!name) return;
    await change(
      context,
      vscode.l10n.t("Creating the repository {0}", name),
      { do: "createRepository", name },
      context.node,
    );
    await revealMade(context, name);
  },
  async createCluster(context) {
    const name = await askName("cluster", vscode.l10n.t("New ECS cluster"));
    if (!name) return;
    await change(context, vscode.l10n.t("Creating the cluster {0}", name), { do: "createCluster", name }, context.node);
    await revealMade(context, name);
  },
  async deleteRepository(context) {
    const repository = refOf(context.node.item, "repository");
    if (
      await confirmByName(
        repository,
        vscode.l10n.t("Delete the repository {0} with all its images?", repository),
        placeOf(context),
      )
    )
      await change(context, vscode.l10n.t("Deleting the repository {0}", repository), {
        do: "deleteRepository",
        repository,
      });
  },
  async deleteImages(context) {
    const repository = refOf(context.node.item, "repository");
    const names = context.nodes.map(({ item }) => `${item.label}  ${item.ref["digest"]?.slice(7, 19) ?? ""}`);
    const question =
      names.length === 1
        ? vscode.l10n.t("Delete this image from {0}?", repository)
        : vscode.l10n.t("Delete {0} images from {1}?", names.length, repository);
    if (
      !(await confirmByName(
        repository,
        question,
        [
          names.slice(0, 15).join("\n"),
          `${placeOf(context)} ${vscode.l10n.t("A task that starts later from one of them will not find it.")}`,
        ].join("\n\n"),
      ))
    )
      return;
    await change(context, vscode.l10n.t("Deleting {0} images of {1}", names.length, repository), {
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
        vscode.l10n.t("Delete the service {0} and stop its tasks?", service),
        `${item.description}. ${placeOf(context)}`,
      )
    )
      await change(context, vscode.l10n.t("Deleting the service {0}", service), {
        do: "deleteService",
        cluster: refOf(item, "cluster"),
        service,
      });
  },
  async deleteCluster(context) {
    const cluster = refOf(context.node.item, "cluster");
    // It is empty, or AWS refuses: another one is made in a second.
    if (
      await confirm(
        vscode.l10n.t("Delete the cluster {0}?", cluster),
        [
          `${context.node.item.description}.`,
          vscode.l10n.t("AWS deletes only a cluster without services and tasks."),
          placeOf(context),
        ].join(" "),
        vscode.l10n.t("Delete"),
      )
    )
      await change(context, vscode.l10n.t("Deleting the cluster {0}", cluster), { do: "deleteCluster", cluster });
  },
  async scale(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    const desired = await askNumber(
      vscode.l10n.t("Scale {0}", service),
      vscode.l10n.t("How many tasks should run?"),
      Number(item.ref["desired"] ?? 1),
      0,
      mostTasks,
    );
    if (desired !== undefined)
      await change(context, vscode.l10n.t("Scaling {0} to {1}", service, desired), {
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
    const picked = await pick(offered, {
      title: vscode.l10n.t("Scale {0} automatically", service),
      placeHolder: vscode.l10n.t("The metric to scale by"),
    });
    if (!picked) return;
    const value = await askNumber(
      vscode.l10n.t("Scale {0} by {1}", service, picked.label),
      picked.prompt,
      picked.value,
      1,
      picked.most,
    );
    const minimum =
      value === undefined
        ? undefined
        : await askNumber(
            vscode.l10n.t("Scale {0}", service),
            vscode.l10n.t("Minimum number of tasks"),
            1,
            0,
            mostTasks,
          );
    const maximum =
      minimum === undefined
        ? undefined
        : await askNumber(
            vscode.l10n.t("Scale {0}", service),
            vscode.l10n.t("Maximum number of tasks"),
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
      vscode.l10n.t("Scaling {0} by {1}", service, picked.label),
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
    const { items } = await withCancel(vscode.l10n.t("Looking at the scaling of {0}", service), (signal) =>
      context.connection.resources.load({ ...item, kind: "scaling", key: "scaling" }, undefined, undefined, signal),
    );
    if (items.length === 0)
      return void (await say.information(vscode.l10n.t("{0} is not scaled automatically.", service)));
    if (
      await confirm(
        vscode.l10n.t("Stop scaling {0} automatically?", service),
        `${vscode.l10n.t("It keeps the number of tasks that it has.")} ${placeOf(context)}`,
        vscode.l10n.t("Stop Scaling"),
      )
    )
      await change(
        context,
        vscode.l10n.t("Removing the scaling of {0}", service),
        { do: "removeScaling", cluster: refOf(item, "cluster"), service },
        context.node,
      );
  },
  async forceDeployment(context) {
    const { item } = context.node;
    const service = refOf(item, "service");
    if (
      await confirm(
        vscode.l10n.t("Force a new deployment of {0}?", service),
        [
          vscode.l10n.t("The same revision is rolled out again, within the service's minimum and maximum percent."),
          placeOf(context),
        ].join(" "),
        vscode.l10n.t("Force New Deployment"),
      )
    )
      await change(context, vscode.l10n.t("Forcing a new deployment of {0}", service), {
        do: "forceDeployment",
        cluster: refOf(item, "cluster"),
        service,
      });
  },
  async stopTask(context) {
    const names = context.nodes.map(({ item }) => item.label).join(", ");
    if (
      !(await confirm(
        context.nodes.length === 1
          ? vscode.l10n.t("Stop the task {0}?", names)
          : vscode.l10n.t("Stop {0} tasks?", context.nodes.length),
        `${names}. ${vscode.l10n.t("A service starts others in their place.")} ${placeOf(context)}`,
        vscode.l10n.t("Stop"),
      ))
    )
      return;
    for (const { item } of context.nodes)
      await change(context, vscode.l10n.t("Stopping the task {0}", item.label), {
        do: "stopTask",
        cluster: refOf(item, "cluster"),
        task: refOf(item, "task"),
      });
  },
  async deregister(context) {
    const names = context.nodes.map(({ item }) => item.label).join(", ");
    if (
      !(await confirm(
        vscode.l10n.t("Deregister {0}?", names),
        `${vscode.l10n.t("Services that use it keep running; nothing new can start from it.")} ${placeOf(context)}`,
        vscode.l10n.t("Deregister"),
      ))
    )
      return;
    for (const { item } of context.nodes)
      await change(context, vscode.l10n.t("Deregistering {0}", item.label), {
        do: "deregister",
        arn: refOf(item, "definition"),
      });
  },
} satisfies Record<string, TreeCommand>;
