/**
 * What a task needs before its containers start: a role, a way out, its images, its log groups. Failing is as on AWS.
 */
import { reachesService } from "../ec2/reach";
import { findManifest } from "../ecr/images";
import { pullable } from "../ecr/records";
import { storedManifest, type Manifest } from "../ecr/manifests";
import { evaluate, findRole, trusts } from "../iam/evaluate";
import { eventsOf } from "./logLines";
import { append, makeGroup, makeStream } from "../logs/store";
import type { ContainerDefinition, TaskDefinition } from "../model/ecs.types";
import type { RepositoryRecord, RoleRecord, TaskRecord } from "../states";
import type { Region, SandboxState } from "../world";

/** Why a task stops before it runs; `container` is the reason of the container that could not be pulled. */
export class StartFailure extends Error {
  constructor(
    readonly reason: string,
    readonly container?: { name: string; reason: string },
    readonly stopCode?: string,
  ) {
    super(reason);
  }
}

/** An image of this machine's registry, in the parts that its name has. */
export interface LocalImage {
  readonly repository: string;
  readonly reference: { imageTag?: string; imageDigest?: string };
}

/** The repository and reference of an image of this account, or undefined for any other registry's. */
function localImage(world: SandboxState, image: string): LocalImage | undefined {
  const match = /^([^/]+)\/(.+?)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image);
  const [, host = "", repository = "", imageTag, imageDigest] = match ?? [];
  if (host !== `127.0.0.1:${world.port}` && host !== `localhost:${world.port}`) return undefined;
  return { repository, reference: imageDigest ? { imageDigest } : { imageTag: imageTag ?? "latest" } };
}

const isEcrHost = (image: string): boolean => /^\d{12}\.dkr[.-]ecr[.-]/.test(image);

function role(world: SandboxState, arn: string | undefined): RoleRecord | undefined {
  return arn === undefined ? undefined : findRole(world, arn);
}

/** Whether ECS can assume the role now: it exists, trusts the service, and is old enough. */
export function assumable(world: SandboxState, region: Region, arn: string | undefined): boolean {
  if (arn === undefined) return true;
  const record = role(world, arn);
  return (
    record !== undefined &&
    Date.now() >= record.assumableAt &&
    trusts(record.trust, "ecs-tasks.amazonaws.com", {
      "aws:SourceAccount": world.account,
      "aws:SourceArn": region.arn("ecs", "*"),
      "aws:SecureTransport": "true",
    })
  );
}

/** The sentence for a role that cannot be assumed. */
export function cannotAssume(arn: string): string {
  return (
    `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role ` +
    "being passed has the proper trust relationship and permissions and that your IAM user has permissions to " +
    "pass this role."
  );
}

/** Where a task's network interface is. */
export function placeOf(record: TaskRecord): {
  subnetId: string;
  groups: readonly string[];
  publicIp: boolean;
  address: string;
} {
  return {
    subnetId: record.subnetId,
    groups: record.securityGroups,
    publicIp: record.publicIp !== undefined,
    address: record.address,
  };
}

function denied(region: Region, record: RoleRecord, taskId: string, action: string, resource: string): string {
  const arn = `arn:aws:sts::${region.account}:assumed-role/${record.role.RoleName}/${taskId}`;
  return (
    `AccessDeniedException: User: ${arn} is not authorized to perform: ${action} on resource: ${resource} because ` +
    `no identity-based policy allows the ${action} action`
  );
}

const INIT = "ResourceInitializationError: unable to pull secrets or registry auth: ";

/** Throws unless the task can authenticate to the registry: a route and the right permissions. */
export function checkRegistryAuth(world: SandboxState, region: Region, record: TaskRecord, taskId: string): void {
  const { definition } = record;
  const usesEcr = (definition.containerDefinitions ?? []).some(
    (c) => localImage(world, c.image ?? "") || isEcrHost(c.image ?? ""),
  );
  const execution = role(world, definition.executionRoleArn);
  if (usesEcr) {
    if (!reachesService(region, placeOf(record), ["ecr.api"])) {
      throw new StartFailure(
        `${INIT}The task cannot pull registry auth from Amazon ECR: There is a connection issue between the ` +
          "task and Amazon ECR. Check your task network configuration. operation error ECR: " +
          "GetAuthorizationToken, exceeded maximum number of attempts, 3, https response error StatusCode: 0, " +
          `RequestID: , request send failed, Post "https://api.ecr.${region.name}.amazonaws.com/": dial tcp: i/o timeout`,
      );
    }
    if (
      execution &&
      evaluate(world, execution, "ecr:GetAuthorizationToken", "*", { "aws:RequestedRegion": region.name }) !== "allowed"
    ) {
      throw new StartFailure(
        `${INIT}execution resource retrieval failed: unable to retrieve ecr registry auth: service call has ` +
          `been retried 1 time(s): ${denied(region, execution, taskId, "ecr:GetAuthorizationToken", "*")}`,
      );
    }
  }
}

/** The image that the engine runs; throws CannotPullContainerError as Fargate words it. */
export function resolveImage(
  world: SandboxState,
  region: Region,
  record: TaskRecord,
  taskId: string,
  c: ContainerDefinition,
  digest: string | undefined,
): { image: string; digest: string | undefined; local: boolean } {
  const image = c.image ?? "";
  const name = c.name ?? "";
  const failed = (reason: string): StartFailure =>
    new StartFailure(`CannotPullContainerError: ${reason}`, { name, reason: `CannotPullContainerError: ${reason}` });
  if (world.faultFires("refuse-pull", image))
    throw failed(
      `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pulling from host failed ` +
        "with status code [manifests]: 403 Forbidden",
    );
  const local = localImage(world, image);
  if (!local) {
    if (isEcrHost(image))
      throw failed(
        `pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: ${image}: not found`,
      );
    return { image, digest: undefined, local: false };
  }
  if (!reachesService(region, placeOf(record), ["ecr.dkr", "s3"]))
    throw failed(
      `pull image manifest has been retried 5 time(s): failed to resolve ref ${image}: failed to do request: ` +
        `Head "https://${image}": dial tcp: i/o timeout`,
    );
  const execution = role(world, record.definition.executionRoleArn);
  const arn = region.arn("ecr", `repository/${local.repository}`);
  for (const action of ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]) {
    if (execution && evaluate(world, execution, action, arn) !== "allowed")
      throw failed(
        `pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: pulling from host ` +
          `127.0.0.1:${world.port} failed with status code [manifests]: 403 Forbidden: ` +
          `${denied(region, execution, taskId, action, arn)}`,
      );
  }
  const repository = region.ecr.repositories.get(local.repository);
  const found = repository && pullable(repository, digest ? { imageDigest: digest } : local.reference);
  if (!repository || !found)
    throw failed(`pull image manifest has been retried 7 time(s): failed to resolve ref ${image}: ${image}: not found`);
  const platform = platformOf(record.definition);
  const manifest = storedManifest(found.body);
  if (manifest.manifests && !hasPlatform(manifest, platform))
    throw failed(
      "pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching " +
        `platform '${platform}'`,
    );
  found.lastPull = new Date();
  return { image: `127.0.0.1:${world.port}/${local.repository}@${found.digest}`, digest: found.digest, local: true };
}

/** The platform that the definition asks for, as os/architecture. */
function platformOf(definition: TaskDefinition): string {
  return `linux/${definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "arm64" : "amd64"}`;
}

function hasPlatform(manifest: Manifest, platform: string): boolean {
  return (manifest.manifests ?? []).some(
    (m) => `${m.platform?.os ?? ""}/${m.platform?.architecture ?? ""}` === platform,
  );
}

/** The digest that a tag has now: services resolve it once for each revision. */
export function digestOf(world: SandboxState, region: Region, image: string): string | undefined {
  const local = localImage(world, image);
  const repository: RepositoryRecord | undefined = local && region.ecr.repositories.get(local.repository);
  return local && repository ? findManifest(repository, local.reference)?.digest : undefined;
}

/** Opens the container's log stream; lines written to the result become events. Throws ResourceInitializationError. */
export function openLog(
  world: SandboxState,
  region: Region,
  record: TaskRecord,
  taskId: string,
  c: ContainerDefinition,
): (text: string, at: number) => void {
  const log = c.logConfiguration;
  if (log?.logDriver !== "awslogs") return () => undefined;
  const options = log.options ?? {};
  const groupName = options["awslogs-group"] ?? "";
  const target = world.region(options["awslogs-region"] ?? region.name);
  const execution = role(world, record.definition.executionRoleArn);
  const bad = (text: string): StartFailure =>
    new StartFailure(
      "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: " +
        `failed to create Cloudwatch log stream: ${text}`,
    );
  if (!reachesService(region, placeOf(record), ["logs"]))
    throw bad(
      "operation error CloudWatch Logs: CreateLogStream, exceeded maximum number of attempts, 3, dial tcp: i/o " +
        "timeout : exit status 1",
    );
  const arn = target.arn("logs", `log-group:${groupName}`);
  let group = target.logs.groups.get(groupName);
  if (!group && options["awslogs-create-group"] === "true") {
    // What CloudWatch Logs asks for has a stream's part, which is empty.
    const asked = `${arn}:log-stream:`;
    if (execution && evaluate(world, execution, "logs:CreateLogGroup", asked) !== "allowed") {
      throw new StartFailure(
        "ResourceInitializationError: failed to validate logger args: create log group: failed to create " +
          `Cloudwatch log group: ${denied(region, execution, taskId, "logs:CreateLogGroup", asked)}`,
      );
    }
    group = makeGroup(target, groupName);
  }
  if (!group) throw bad("ResourceNotFoundException: The specified log group does not exist. : exit status 1");
  const streamName = `${options["awslogs-stream-prefix"] ?? ""}/${c.name ?? ""}/${taskId}`;
  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
    const asked = `${arn}:log-stream:${streamName}`;
    if (execution && evaluate(world, execution, action, asked) !== "allowed")
      throw bad(`${denied(region, execution, taskId, action, asked)} : exit status 1`);
  }
  const into = group;
  const stream = group.streams.get(streamName) ?? makeStream(group, streamName);
  return (text, at) => {
    // Output after the group was deleted goes nowhere.
    if (target.logs.groups.get(groupName) === into && text !== "")
      append(
        world,
        target,
        into,
        stream,
        eventsOf(text).map((message) => ({ timestamp: at, message })),
      );
  };
}
