/**
 * What a task needs to be allowed before it starts, call by call, with the resource that AWS asks IAM about. Every judge
 * asks by these, so that none of them asks in a form of its own.
 */
import { parseImageReference } from "../../base/imageReference";
import { isWholeSecretArn, parseSecretReference, type ReadingPlace } from "../../base/secretReference";
import type { TaskDefinition } from "../../base/taskDefinition";
import type { InspectionPort, RoleFacts } from "../../ports/inspection";
import { secretsOf } from "../../taskDefinition/model/generate";
import { known, valueOf, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { factsOf, roleMay, type Verdict } from "./policy";

/** One call. Where the form of its resource is not known for certain, both are named, and have to be judged alike. */
export interface Need {
  action: string;
  resources: readonly [string, ...string[]];
  /** Where the call goes. */
  region: string;
  what: "pull the image" | "write logs" | "make the log group" | "read the secrets";
}

/** What the awslogs driver is told, as far as a permission depends on it. */
export interface LogPlace {
  group: string;
  prefix: string;
  container: string;
  region?: string | undefined;
  /** Whether the driver makes the group. */
  makes: boolean;
}

/** ECR gives its token for the whole registry: the action knows no resource. */
export const tokenNeed = ({ region }: ReadingPlace): Need => ({
  action: "ecr:GetAuthorizationToken",
  resources: ["*"],
  region,
  what: "pull the image",
});

/** To pull from this repository, by its ARN; the token apart. */
export const pullNeeds = (repository: string): Need[] =>
  ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"].map((action) => ({
    action,
    resources: [repository],
    region: repository.split(":")[3] ?? "",
    what: "pull the image",
  }));

/** The ARN of a repository of the session's own registry. */
export const repositoryArn = ({ partition, region, account }: ReadingPlace, name: string): string =>
  `arn:${partition}:ecr:${region}:${account}:repository/${name}`;

/** To write to a log group. Both calls are about the stream, whose last part is the task's id: a `*` stands for it. */
export function logNeeds({ partition, account, ...place }: ReadingPlace, log: LogPlace): Need[] {
  const region = log.region ?? place.region;
  const group = `arn:${partition}:logs:${region}:${account}:log-group:${log.group}`;
  const stream = `${group}:log-stream:${log.prefix === "" ? "*" : `${log.prefix}/${log.container}/*`}`;
  return [
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map(
      (action): Need => ({ action, resources: [stream], region, what: "write logs" }),
    ),
    // IAM's reference names the group alone; what CloudWatch Logs asks ends in an empty stream.
    ...(log.makes
      ? [
          {
            action: "logs:CreateLogGroup",
            resources: [group, `${group}:log-stream:`],
            region,
            what: "make the log group",
          } as const,
        ]
      : []),
  ];
}

/** To read a secret or a parameter. An ARN without a secret's last six characters also stands for one with them. */
export function secretNeed(place: ReadingPlace, reference: string): Need {
  const { service, policyResource, region } = parseSecretReference(reference, place);
  if (service === "ssm")
    return { action: "ssm:GetParameters", resources: [policyResource], region, what: "read the secrets" };
  return {
    action: "secretsmanager:GetSecretValue",
    resources: isWholeSecretArn(policyResource) ? [policyResource] : [policyResource, `${policyResource}-AbCdEf`],
    region,
    what: "read the secrets",
  };
}

/** What the options of a container's awslogs driver say; undefined for another driver. */
function logPlaceOf(container: NonNullable<TaskDefinition["containerDefinitions"]>[number]): LogPlace | undefined {
  const log = container["logConfiguration"] as { logDriver?: string; options?: Record<string, string> } | undefined;
  if (log?.logDriver !== "awslogs") return undefined;
  const { options = {} } = log;
  return {
    group: options["awslogs-group"] ?? "",
    prefix: options["awslogs-stream-prefix"] ?? "",
    container: container.name ?? "",
    region: options["awslogs-region"],
    makes: options["awslogs-create-group"] === "true",
  };
}

/** The ARN of the repository that an image's name says; undefined for another registry than ECR. */
function repositoryOf(image: string, partition: string): string | undefined {
  const { registry = "", repository } = parseImageReference(image);
  const [, account, region] = /^(\d{12})\.dkr[.-]ecr(?:-fips)?[.-]([a-z0-9-]+)\./.exec(registry) ?? [];
  return account && region ? repositoryArn({ partition, region, account }, repository) : undefined;
}

/**
 * What the execution role has to be allowed for a task definition.
 * @param repositories names in the session's own registry that are pulled too, whatever the images' hosts are
 */
export function executionNeeds(
  definition: TaskDefinition,
  place: ReadingPlace,
  repositories: readonly string[] = [],
): Need[] {
  const containers = definition.containerDefinitions ?? [];
  const pulled = new Set([
    ...repositories.map((name) => repositoryArn(place, name)),
    ...containers.flatMap(({ image }) => repositoryOf(image ?? "", place.partition) ?? []),
  ]);
  const logs = containers.flatMap((container) => logPlaceOf(container) ?? []);
  return [
    ...(pulled.size ? [tokenNeed(place)] : []),
    ...[...pulled].flatMap(pullNeeds),
    ...logs.flatMap((log) => logNeeds(place, log)),
    ...secretsOf(definition).map((reference) => secretNeed(place, reference)),
  ];
}

/** How IAM itself decides a call, where the documents leave it open and it was asked. */
function verdictOn(role: RoleFacts, action: string, resource: string, region: string): Verdict {
  const own = roleMay(role, action, resource, factsOf(role, resource, region));
  return own === "unknown" ? (role.simulated?.[`${action} ${resource}`] ?? "unknown") : own;
}

/** The role with what IAM says of the needs that its documents leave open; it is asked of nothing else. */
export async function withSimulation(
  role: RoleFacts | undefined,
  needs: readonly Need[],
  inspection: Pick<InspectionPort, "simulate">,
): Promise<RoleFacts | undefined> {
  const open = needs.flatMap(({ action, resources, region }) =>
    resources
      .filter((resource) => role && verdictOn(role, action, resource, region) === "unknown")
      .map((resource) => ({ action, resource, region })),
  );
  return role && open.length > 0 ? { ...role, simulated: await inspection.simulate(role.arn, open) } : role;
}

/** The snapshot with what IAM itself says of the execution role where its policies leave it open. */
export async function withDecidedRole(
  snapshot: ServiceSnapshot,
  inspection: Pick<InspectionPort, "simulate">,
): Promise<ServiceSnapshot> {
  const definition = valueOf(snapshot.revision)?.definition;
  if (!definition || !valueOf(snapshot.executionRole)) return snapshot;
  const repositories = snapshot.images.flatMap(({ repository }) => repository ?? []);
  const needs = executionNeeds(definition, snapshot.identity, repositories);
  return {
    ...snapshot,
    executionRole: known(await withSimulation(valueOf(snapshot.executionRole), needs, inspection)),
  };
}

/** Whether the role may make the call; `unknown` too where the forms of its resource are judged differently. */
export function roleMeets(role: RoleFacts, { action, resources, region }: Need): Verdict {
  const [first, ...more] = resources.map((resource) => verdictOn(role, action, resource, region));
  return more.every((verdict) => verdict === first) ? (first as Verdict) : "unknown";
}
