/** What an editor of task definitions asks of a connected account. */
import type { Cloud } from "../ports/cloud";
import { checkInAccount } from "./accountChecks";
import type { CheckResult } from "../service/checks/result";
import { normalise } from "../taskDefinition/model/normalise";
import type { TaskDefinition } from "../base/taskDefinition";

export interface Registered {
  arn: string;
  revision: number;
  /** Without what ECS adds. */
  definition: TaskDefinition;
}

/** What of an account can stand in a task definition. */
export type OfferKind = "images" | "roles" | "logGroups" | "secrets";

export interface RegisteredDefinitions {
  /** The newest active revision of a family. */
  latest(family: string): Promise<Registered | undefined>;
  /** The revision that a service runs; the newest of its family where there is no such service. */
  live(cluster: string, service: string, family: string): Promise<Registered | undefined>;
  register(definition: TaskDefinition, tags: Record<string, string>): Promise<{ arn: string; revision: number }>;
  /** Looks whether what the definition names is there. */
  check(definition: TaskDefinition): Promise<CheckResult[]>;
  /** Values that the account has for a member. */
  offers(kind: OfferKind): Promise<string[]>;
}

/** The most repositories whose tags are read for one list. */
const mostRepositories = 30;

export function registeredDefinitions(cloud: Cloud): RegisteredDefinitions {
  const find = async (reference: string): Promise<Registered | undefined> => {
    const found = await cloud.ecs.findTaskDefinition(reference);
    return found && { arn: found.arn, revision: found.revision, definition: normalise(found.definition) };
  };
  const latest = async (family: string) => {
    const [newest] = await cloud.ecs.listRevisions(family, 1);
    return newest === undefined ? undefined : find(newest);
  };
  return {
    latest,
    async live(cluster, service, family) {
      const there = await cloud.ecs.findCluster(cluster);
      const found = there && there.status !== "INACTIVE" ? await cloud.ecs.findService(cluster, service) : undefined;
      return found && found.status !== "INACTIVE" ? find(found.taskDefinition) : latest(family);
    },
    register: (definition, tags) => cloud.ecs.register(normalise(definition), tags),
    check: (definition) => checkInAccount(definition, cloud),
    async offers(kind) {
      switch (kind) {
        case "images": {
          const repositories = (await cloud.ecr.listRepositories()).slice(0, mostRepositories);
          const tagged = await Promise.all(
            repositories.map(async ({ name, uri }) =>
              (await cloud.ecr.listTags(name)).slice(0, 20).map((tag) => `${uri}:${tag}`),
            ),
          );
          return tagged.flatMap((images, index) => (images.length ? images : [repositories[index]?.uri ?? ""]));
        }
        case "roles":
          return cloud.iam.listRoleArnsTrustedBy("ecs-tasks.amazonaws.com");
        case "logGroups":
          return cloud.logs.listGroups();
        case "secrets":
          return cloud.secrets.list();
      }
    },
  };
}
