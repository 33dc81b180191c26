/** Who else in the account and region uses what an application made: another service's way to run is never taken away. */
import { groupsOfService } from "../service/snapshot/trafficGroups";
import type { Application } from "../app/app";
import { isCancelled } from "../base/errors";
import { parseImageReference } from "../base/imageReference";
import type { TaskDefinition } from "../base/taskDefinition";
import type { Cloud, Service, Tags } from "../ports/cloud";

/** A service that is not the application's, or a task that no service runs. */
interface OtherUser {
  /** As a person knows it. */
  readonly name: string;
  readonly cluster: string;
  readonly service?: Service;
  readonly revision: string;
  readonly definition: TaskDefinition | undefined;
}

/** Answers who uses a thing besides the application itself. */
export interface OtherUsers {
  ofCluster(arn: string): string[];
  ofTargetGroup(arn: string): string[];
  ofSecurityGroup(id: string): string[];
  ofRepository(uri: string): string[];
  ofRole(arn: string): string[];
  ofLogGroup(name: string): string[];
  ofRevision(arn: string): string[];
  /**
   * What the application that made it left to the others: it has Slipway's tags, and no service of that application is
   * there any more. Whoever still uses it then, and is the last to, may take it.
   */
  isLeft(tags: Tags): boolean;
}

/** Where the account's services may not be read: nobody knows, so what could be shared stays. */
const nobodyKnows = ["something that Slipway may not see (ecs:ListClusters, ListServices, DescribeServices)"];
const unread: OtherUsers = {
  ofCluster: () => [],
  ofTargetGroup: () => nobodyKnows,
  ofSecurityGroup: () => nobodyKnows,
  ofRepository: () => nobodyKnows,
  ofRole: () => nobodyKnows,
  ofLogGroup: () => nobodyKnows,
  ofRevision: () => nobodyKnows,
  isLeft: () => false,
};

/** Whose a thing is by its tags; undefined for what Slipway did not make. */
const makerOf = (tags: Tags): string | undefined =>
  tags["slipway:app"] === undefined
    ? undefined
    : JSON.stringify([tags["slipway:app"], tags["slipway:environment"], tags["slipway:id"] ?? null]);

const nameAtEnd = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** Every log group that a definition's containers write to. */
function logGroupsOf(definition: TaskDefinition): string[] {
  return (definition.containerDefinitions ?? []).flatMap((container) => {
    const log = container["logConfiguration"] as { options?: Record<string, string> } | undefined;
    return log?.options?.["awslogs-group"] ?? [];
  });
}

/** True where a definition's container runs an image of this repository. */
const runsImageOf = (definition: TaskDefinition, uri: string): boolean =>
  (definition.containerDefinitions ?? []).some(({ image }) => {
    if (image === undefined) return false;
    const { registry, repository } = parseImageReference(image);
    return `${registry ?? ""}/${repository}` === uri;
  });

/** Looks at every service of the account and region, and at the tasks of the application's cluster. */
export async function findOtherUsers(cloud: Cloud, app: Application, own: Service | undefined): Promise<OtherUsers> {
  let users: OtherUser[];
  try {
    users = await usersOf(cloud, app, own);
  } catch (error) {
    if (isCancelled(error)) throw error;
    return unread;
  }
  const named = (fits: (user: OtherUser) => boolean): string[] => [
    ...new Set(users.filter(fits).map(({ name }) => name)),
  ];
  const roleOf = ({ definition }: OtherUser): unknown[] => [definition?.executionRoleArn, definition?.taskRoleArn];
  return {
    ofCluster: (arn) => named(({ cluster }) => cluster === arn),
    ofTargetGroup: (arn) => named(({ service }) => service !== undefined && groupsOfService(service).includes(arn)),
    ofSecurityGroup: (id) => named(({ service }) => service?.network?.securityGroups.includes(id) ?? false),
    ofRepository: (uri) => named(({ definition }) => definition !== undefined && runsImageOf(definition, uri)),
    ofRole: (arn) => named((user) => roleOf(user).some((role) => role === arn || role === nameAtEnd(arn))),
    ofLogGroup: (name) => named(({ definition }) => definition !== undefined && logGroupsOf(definition).includes(name)),
    ofRevision: (arn) => named(({ revision }) => revision === arn),
    isLeft: (tags) => {
      const maker = makerOf(tags);
      return maker !== undefined && users.every(({ service }) => !service || makerOf(service.tags) !== maker);
    },
  };
}

async function usersOf(cloud: Cloud, app: Application, own: Service | undefined): Promise<OtherUser[]> {
  const services = (await cloud.ecs.allServices()).filter(
    ({ service }) => service.arn !== own?.arn && service.status !== "INACTIVE",
  );
  const ownDeployments = new Set(own?.deployments.map(({ id }) => id));
  const theirs = new Set(services.flatMap(({ service }) => service.deployments.map(({ id }) => id)));
  const cluster = await cloud.ecs.findCluster(app.cluster);
  const alone =
    cluster && cluster.status !== "INACTIVE"
      ? (await cloud.ecs.listTasks(app.cluster, { stopped: false })).filter(
          ({ startedBy = "" }) =>
            !ownDeployments.has(startedBy) && !theirs.has(startedBy) && !startedBy.startsWith("ecs-svc/"),
        )
      : [];
  const found: Omit<OtherUser, "definition">[] = [
    ...services.flatMap(({ cluster: arn, service }) =>
      [...new Set([service.taskDefinition, ...service.deployments.map((item) => item.taskDefinition)])].map(
        (revision) => ({ name: `the service ${service.name}`, cluster: arn, service, revision }),
      ),
    ),
    ...alone.map((task) => ({
      name: `the task ${task.id}`,
      cluster: cluster?.arn ?? "",
      revision: task.taskDefinition,
    })),
  ];
  const revisions = new Map<string, Promise<TaskDefinition | undefined>>();
  const definitionOf = (arn: string) => {
    const known = revisions.get(arn) ?? cloud.ecs.findTaskDefinition(arn).then((revision) => revision?.definition);
    revisions.set(arn, known);
    return known;
  };
  return Promise.all(found.map(async (user) => ({ ...user, definition: await definitionOf(user.revision) })));
}
