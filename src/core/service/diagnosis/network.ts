/** Where the judged task is, and which ways lead to and from it there. */
import type { SubnetFacts } from "../../ports/inspection";
import { balancerEnds, pathFromBalancer, pathToServices, servicePathText } from "../access/paths";
import { groupsOfTasks } from "../access/securityGroups";
import { valueOf, type SeenLoadBalancer } from "../snapshot/serviceSnapshot";
import type { DiagnosisContext } from "./types";

/** What is known of a way, and why: undefined where it cannot be told. */
export interface NetworkPath {
  open: boolean | undefined;
  why: string;
}

/** The groups of the tasks. */
const taskGroups = ({ snapshot }: DiagnosisContext): string[] =>
  valueOf(snapshot.service)?.network?.securityGroups ?? [];

/** The subnets that the judged task is in, or could be in. */
export function subnetsOf({ snapshot, task }: DiagnosisContext): SubnetFacts[] | undefined {
  const known = valueOf(snapshot.subnets);
  const ids = task?.subnet ? [task.subnet] : valueOf(snapshot.service)?.network?.subnets;
  if (!known || !ids) return undefined;
  const found = ids.map((id) => known.find((subnet) => subnet.id === id));
  return found.every((subnet) => subnet !== undefined) ? found : undefined;
}

/** Whether the task reaches these AWS services: `ecr.api`, `ecr.dkr`, `s3`, `logs`, `secretsmanager`, `ssm`, … */
export function taskReaches(context: DiagnosisContext, services: readonly string[]): NetworkPath {
  const { snapshot, task } = context;
  const subnets = subnetsOf(context);
  if (!subnets?.length)
    return {
      open: undefined,
      why: snapshot.subnets.known
        ? "which subnet the task is in is not known"
        : `the subnets could not be read: ${snapshot.subnets.why}`,
    };
  const network = valueOf(snapshot.service)?.network;
  if (!network && task?.publicAddress === undefined && subnets.some((subnet) => subnet.egress === "internet"))
    return { open: undefined, why: "whether the task had a public address is not known" };
  const groups = groupsOfTasks(snapshot.securityGroups, taskGroups(context));
  const publicIp = task?.publicAddress !== undefined || (network?.assignPublicIp ?? false);
  const ways = subnets.map((subnet): NetworkPath => {
    const path = pathToServices({ subnet, groups, publicIp }, services, snapshot.endpoints, snapshot.securityGroups);
    const narrow = path.open === "yes" && path.by === "endpoints" && path.narrow !== undefined;
    return { open: path.open === "unknown" || narrow ? undefined : path.open === "yes", why: servicePathText(path) };
  });
  const shut = ways.find((way) => way.open === false);
  if (shut && ways.every((way) => way.open === false)) return shut;
  if (shut) return { open: undefined, why: `some of the subnets have a way out and some have not: ${shut.why}` };
  return ways.find((way) => way.open === undefined) ?? (ways[0] as NetworkPath);
}

/** Whether the load balancer's connections get to the task's port. */
export function balancerReaches(context: DiagnosisContext, balancer: SeenLoadBalancer, port: number): NetworkPath {
  const { snapshot } = context;
  const path = pathFromBalancer(balancerEnds(snapshot, balancer, context.task?.address), port);
  const own = balancer.securityGroups.join(", ");
  switch (path.open) {
    case "yes":
      return { open: true, why: `Security groups let the load balancer ${balancer.name} in on port ${port}.` };
    case "no":
      return {
        open: false,
        why:
          path.closed === "tasks"
            ? `The tasks' security group ${taskGroups(context).join(", ")} does not let the load balancer ` +
              `${balancer.name} (${own}) in on port ${port}.`
            : `The load balancer's security group ${own} lets nothing out to the tasks on port ${port}.`,
      };
    case "unknown":
      return {
        open: undefined,
        why: !snapshot.securityGroups.known
          ? `The security groups could not be read: ${snapshot.securityGroups.why}`
          : path.unread === "tasks"
            ? "Whether the tasks' security groups let all of the load balancer in is not known."
            : "Whether the load balancer's security groups let it out to all of the tasks is not known.",
      };
  }
}
