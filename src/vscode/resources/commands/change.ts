import * as vscode from "vscode";
import { nameProblem } from "../../../core/base/names";
import type { ScalingMetric } from "../../../core/ports/resources";
import { askNumber, change, confirm, confirmByName, refOf, type Scene, type TreeCommand } from "./shared";

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

const placeOf = ({ connection }: Scene): string =>
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
async function requestLabel(scene: Scene, targetGroup: string): Promise<string | undefined> {
  const found = await scene.connection.resources.describe(
    { ...scene.node.item, kind: "targetGroup", ref: { targetGroup } },
    new AbortController().signal,
  );
  const balancer = (found as { LoadBalancerArns?: string[] } | undefined)?.LoadBalancerArns?.[0]?.split(
    ":loadbalancer/",
  )[1];
  return balancer === undefined ? undefined : `${balancer}/${targetGroup.split(":").at(-1) ?? ""}`;
}

/** Commands that change something; what cannot be undone asks for the name. */
export const changeCommands: Readonly<Record<string, TreeCommand>> = {
  async createRepository(scene) {
    const name = await askName("repository", "New ECR repository");
    if (name) await change(scene, `Creating the repository ${name}`, { do: "createRepository", name }, scene.node);
  },
  async createCluster(scene) {
    const name = await askName("cluster", "New ECS cluster");
    if (name) await change(scene, `Creating the cluster ${name}`, { do: "createCluster", name }, scene.node);
  },
  async deleteRepository(scene) {
    const repository = refOf(scene.node.item, "repository");
    if (await confirmByName(repository, `Delete the repository ${repository} with all its images?`, placeOf(scene)))
      await change(scene, `Deleting the repository ${repository}`, { do: "deleteRepository", repository });
  },
  async deleteImages(scene) {
    const repository = refOf(scene.node.item, "repository");
    const names = scene.nodes.map(({ item }) => `${item.label}  ${item.ref["digest"]?.slice(7, 19) ?? ""}`);
    const question =
      names.length === 1
        ? `Delete this image from ${repository}?`
        : `Delete ${names.length} images from ${repository}?`;
    if (
      !(await confirm(
        question,
        `${names.slice(0, 15).join("\n")}\n\n${placeOf(scene)} A task that starts later from one of them will not find it.`,
        "Delete",
      ))
    )
      return;
    await change(scene, `Deleting ${names.length} images of ${repository}`, {
      do: "deleteImages",
      repository,
      digests: scene.nodes.map(({ item }) => refOf(item, "digest")),
    });
  },
  async deleteService(scene) {
    const { item } = scene.node;
    const service = refOf(item, "service");
    if (
      await confirmByName(
        service,
        `Delete the service ${service} and stop its tasks?`,
        `${item.description}. ${placeOf(scene)}`,
      )
    )
      await change(scene, `Deleting the service ${service}`, {
        do: "deleteService",
        cluster: refOf(item, "cluster"),
        service,
      });
  },
  async deleteCluster(scene) {
    const cluster = refOf(scene.node.item, "cluster");
    if (
      await confirmByName(
        cluster,
        `Delete the cluster ${cluster}?`,
        `${scene.node.item.description}. AWS deletes only a cluster without services and tasks. ${placeOf(scene)}`,
      )
    )
      await change(scene, `Deleting the cluster ${cluster}`, { do: "deleteCluster", cluster });
  },
  async scale(scene) {
    const { item } = scene.node;
    const service = refOf(item, "service");
    const desired = await askNumber(
      `Scale ${service}`,
      "How many tasks should run?",
      Number(item.ref["desired"] ?? 1),
      0,
      mostTasks,
    );
    if (desired !== undefined)
      await change(scene, `Scaling ${service} to ${desired}`, {
        do: "scale",
        cluster: refOf(item, "cluster"),
        service,
        desired,
      });
  },
  async setScaling(scene) {
    const { item } = scene.node;
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
      picked.metric === "ALBRequestCountPerTarget" ? await requestLabel(scene, refOf(item, "targetGroup")) : undefined;
    await change(
      scene,
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
      scene.node,
    );
  },
  async removeScaling(scene) {
    const { item } = scene.node;
    const service = refOf(item, "service");
    if (
      await confirm(
        `Stop scaling ${service} automatically?`,
        `It keeps the number of tasks that it has. ${placeOf(scene)}`,
        "Stop Scaling",
      )
    )
      await change(
        scene,
        `Removing the scaling of ${service}`,
        { do: "removeScaling", cluster: refOf(item, "cluster"), service },
        scene.node,
      );
  },
  async forceDeployment(scene) {
    const { item } = scene.node;
    const service = refOf(item, "service");
    if (
      await confirm(
        `Start all tasks of ${service} anew?`,
        `The same revision is rolled out again, within the service's minimum and maximum percent. ${placeOf(scene)}`,
        "Deploy Again",
      )
    )
      await change(scene, `Deploying ${service} again`, {
        do: "forceDeployment",
        cluster: refOf(item, "cluster"),
        service,
      });
  },
  async stopTask(scene) {
    const names = scene.nodes.map(({ item }) => item.label).join(", ");
    if (
      !(await confirm(
        `Stop ${scene.nodes.length === 1 ? `the task ${names}` : `${scene.nodes.length} tasks`}?`,
        `${names}. A service starts others in their place. ${placeOf(scene)}`,
        "Stop",
      ))
    )
      return;
    for (const { item } of scene.nodes)
      await change(scene, `Stopping the task ${item.label}`, {
        do: "stopTask",
        cluster: refOf(item, "cluster"),
        task: refOf(item, "task"),
      });
  },
  async deregister(scene) {
    const names = scene.nodes.map(({ item }) => item.label).join(", ");
    if (
      !(await confirm(
        `Deregister ${names}?`,
        `Services that use it go on; nothing new can start from it. ${placeOf(scene)}`,
        "Deregister",
      ))
    )
      return;
    for (const { item } of scene.nodes)
      await change(scene, `Deregistering ${item.label}`, { do: "deregister", arn: refOf(item, "definition") });
  },
};
