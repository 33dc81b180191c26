/** What a task definition names: images, secrets and log groups, as they are in the account. */
import { parseImageReference, registryOf } from "../../base/imageReference";
import { isSecretArn, type ReadingPlace } from "../../base/secretReference";
import type { Cloud, LogEvent, Service } from "../../ports/cloud";
import type { TaskFacts } from "../../ports/inspection";
import type { TaskDefinition } from "../../base/taskDefinition";
import { secretIsThere } from "./secrets";
import { known, read, valueOf, type SeenImage, type SeenLogs, type SeenSecret } from "./serviceSnapshot";
import { type CollectInput, lines, eventTasks, after } from "./collectInput";

export interface AwslogsOptions {
  container: string;
  driver: string;
  options: Record<string, string>;
}

export function logConfigurations(definition: TaskDefinition | undefined): AwslogsOptions[] {
  return (definition?.containerDefinitions ?? []).flatMap((container) => {
    const log = container["logConfiguration"] as { logDriver?: string; options?: Record<string, string> } | undefined;
    return log?.logDriver === undefined
      ? []
      : [{ container: container.name ?? "", driver: log.logDriver, options: log.options ?? {} }];
  });
}

export const streamOf = (log: { options: Record<string, string>; container: string }, task: string): string =>
  [log.options["awslogs-stream-prefix"], log.container, task].filter(Boolean).join("/");

export async function imageOf({ cloud }: CollectInput, container: string, reference: string): Promise<SeenImage> {
  const { registry, repository, tag, digest } = parseImageReference(reference);
  const found =
    registry === undefined || registry.startsWith("public.")
      ? known(undefined)
      : await read(() => cloud.ecr.findRepository(repository));
  const uri = valueOf(found)?.uri;
  const ours = uri === undefined ? await isOwnRegistry(cloud, registry) : registryOf(uri) === registry;
  if (!ours)
    return {
      container,
      reference,
      facts: known(undefined),
      repositoryExists: known(false),
      tags: known([]),
      latest: known(undefined),
    };
  const [facts, tags, latest] = await Promise.all([
    after(found, () =>
      cloud.inspection.image(repository, digest === undefined ? { tag: tag ?? "latest" } : { digest }),
    ),
    after(found, () => cloud.ecr.listTags(repository)),
    after(found, () => cloud.inspection.image(repository, { tag: "latest" })),
  ]);
  return {
    container,
    reference,
    repository,
    facts,
    repositoryExists: found.known ? known(found.value !== undefined) : found,
    tags,
    latest,
  };
}

/** Whether a registry's host is this account's: as the host of another of its repositories says, or by ECR's own naming. */
async function isOwnRegistry(cloud: Cloud, registry: string | undefined): Promise<boolean> {
  if (registry === undefined) return false;
  const { account, region } = await cloud.identity();
  if (/^\d{12}\.dkr[.-]ecr[.-]/.test(registry)) return registry.startsWith(account) && registry.includes(region);
  const [other] = await cloud.ecr.listRepositories().catch(() => []);
  return other !== undefined && registryOf(other.uri) === registry;
}

export async function secretOf({ cloud }: CollectInput, reference: string, place: ReadingPlace): Promise<SeenSecret> {
  return {
    reference,
    kind: isSecretArn(reference) ? "secret" : "parameter",
    exists: await read(() => secretIsThere(cloud.secrets, reference, place)),
  };
}

export async function logsOfContainer(
  { cloud }: CollectInput,
  log: AwslogsOptions,
  tasks: readonly TaskFacts[],
  service: Service | undefined,
): Promise<SeenLogs> {
  const { container, driver, options } = log;
  const group = options["awslogs-group"] ?? "";
  const region = options["awslogs-region"];
  const { region: here } = await cloud.identity();
  const elsewhere = driver !== "awslogs" || (region !== undefined && region !== here);
  const facts = elsewhere ? known(undefined) : await read(() => cloud.logs.findGroup(group));
  const since = service?.deployments.find((deployment) => deployment.status === "PRIMARY")?.createdAt ?? 0;
  const running = tasks.filter((task) => task.lastStatus !== "STOPPED").slice(0, eventTasks);
  const events =
    elsewhere || !valueOf(facts)
      ? known<LogEvent[]>([])
      : await read(async () =>
          (await Promise.all(running.map((task) => cloud.logs.lastEvents(group, streamOf(log, task.id), lines))))
            .flat()
            .filter((event) => event.at >= since)
            .sort((one, other) => one.at - other.at),
        );
  return {
    container,
    driver,
    group,
    prefix: options["awslogs-stream-prefix"] ?? "",
    createGroup: options["awslogs-create-group"] === "true",
    facts,
    events,
    ...(region === undefined ? {} : { region }),
  };
}
