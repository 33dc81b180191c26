import { DescribeNetworkInterfacesCommand } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, paginateListTasks, type Task as SdkTask } from "@aws-sdk/client-ecs";
import type { InspectionPort, TaskFacts } from "../../core/ports/inspection";
import { taskFrom } from "../ecsShapes";
import { undefinedOn, type Caller } from "../session";

const notThere = /^(ClusterNotFoundException|ServiceNotFoundException|ServiceNotActiveException)$/;

const time = (date: Date | undefined): number | undefined => date?.getTime();

/** Members that are there. */
function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function factsFrom(found: SdkTask): TaskFacts {
  const task = taskFrom(found);
  const details = new Map(
    found.attachments?.flatMap((item) => item.details ?? []).map((detail) => [detail.name, detail.value]),
  );
  return {
    ...task,
    containers: task.containers.map((container) => ({
      ...container,
      ...present({
        address: found.containers?.find(({ name }) => name === container.name)?.networkInterfaces?.[0]
          ?.privateIpv4Address,
      }),
    })),
    ...present({
      zone: found.availabilityZone,
      subnet: details.get("subnetId"),
      address: details.get("privateIPv4Address"),
      pullStartedAt: time(found.pullStartedAt),
      pullStoppedAt: time(found.pullStoppedAt),
      startedAt: time(found.startedAt),
      cpu: found.cpu,
      memory: found.memory,
    }),
  } as TaskFacts;
}

/** Tasks with where they run. */
export function taskInspection(caller: Caller): Pick<InspectionPort, "tasks" | "task"> {
  const { ecs, ec2 } = caller.session;
  const describe = async (cluster: string, arns: readonly string[]): Promise<TaskFacts[]> => {
    // A hundred a call, as the API allows.
    const pages = Array.from({ length: Math.ceil(arns.length / 100) }, (_, index) =>
      arns.slice(index * 100, index * 100 + 100),
    );
    const answers = await Promise.all(
      pages.map((tasks) => caller.send(ecs, new DescribeTasksCommand({ cluster, tasks }), "ecsTask")),
    );
    return answers.flatMap((answer) => (answer.tasks ?? []).map(factsFrom));
  };
  const withAddresses = async (tasks: readonly TaskFacts[]): Promise<TaskFacts[]> => {
    const ids = tasks.flatMap((task) => task.networkInterface ?? []);
    if (ids.length === 0) return [...tasks];
    // By filter: a task that has ended meanwhile takes its interface along.
    const { NetworkInterfaces } = await caller.send(
      ec2,
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "network-interface-id", Values: ids.slice(0, 200) }] }),
    );
    const addresses = new Map(
      (NetworkInterfaces ?? []).map((item) => [item.NetworkInterfaceId, item.Association?.PublicIp]),
    );
    return tasks.map(
      (task) => ({ ...task, ...present({ publicAddress: addresses.get(task.networkInterface) }) }) as TaskFacts,
    );
  };
  return {
    async tasks(cluster, { service, family, stopped }, addresses) {
      const desiredStatus = stopped ? ("STOPPED" as const) : ("RUNNING" as const);
      const input = { cluster, desiredStatus, ...present({ serviceName: service, family }) };
      const arns = caller.all(paginateListTasks, ecs, input, ({ taskArns }) => taskArns, { bucket: "ecsTask" });
      const found = await describe(cluster, (await undefinedOn(notThere, arns)) ?? []);
      return addresses ? withAddresses(found) : found;
    },
    async task(cluster, arn) {
      return (await describe(cluster, [arn]))[0];
    },
  };
}
