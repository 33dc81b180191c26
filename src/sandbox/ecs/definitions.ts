/** ECS: task definitions. */
import type {
  ContainerDefinition,
  EcsOperations,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from "../model/ecs.types";
import type { Table } from "../registry";
import { lowerTags, page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { checkTags } from "./clusters";
import { checkDefinition, cpuUnits, memoryMiB } from "./definitionRules";
import { badToken, client, findDefinition, forgetDefinitions, invalid } from "./lookup";

type Operations = Pick<
  EcsOperations,
  | "RegisterTaskDefinition"
  | "DescribeTaskDefinition"
  | "DeregisterTaskDefinition"
  | "DeleteTaskDefinitions"
  | "ListTaskDefinitions"
  | "ListTaskDefinitionFamilies"
>;

/** Fills in what AWS fills in: protocols, host ports, empty lists. */
function completed(c: ContainerDefinition): ContainerDefinition {
  return {
    ...c,
    cpu: c.cpu ?? 0,
    essential: c.essential ?? true,
    environment: c.environment ?? [],
    mountPoints: c.mountPoints ?? [],
    volumesFrom: c.volumesFrom ?? [],
    systemControls: c.systemControls ?? [],
    portMappings: (c.portMappings ?? []).map((p) => ({
      ...p,
      ...(p.containerPort === undefined ? {} : { hostPort: p.hostPort ?? p.containerPort }),
      protocol: p.protocol ?? "tcp",
    })),
  };
}

const roleArn = (region: Region, role: string | undefined): string | undefined =>
  role === undefined || role.startsWith("arn:") ? role : `arn:aws:iam::${region.account}:role/${role}`;

/** An empty role is none: what renders definitions sends it for one that is not set, and AWS takes it so. */
function withoutEmptyRoles(input: RegisterTaskDefinitionRequest): RegisterTaskDefinitionRequest {
  const { taskRoleArn, executionRoleArn, ...rest } = input;
  return { ...rest, ...(taskRoleArn ? { taskRoleArn } : {}), ...(executionRoleArn ? { executionRoleArn } : {}) };
}

export const definitionOperations = (_world: SandboxState): Table<Operations> => ({
  RegisterTaskDefinition: {
    supports: "*",
    run: (given, { region, caller }) => {
      const input = withoutEmptyRoles(given);
      checkDefinition(input);
      const driver = input.containerDefinitions
        .map((c) => c.logConfiguration?.logDriver)
        .find((d) => d !== undefined && d !== "awslogs");
      if (driver !== undefined)
        throw new ApiError(
          "NotImplementedException",
          `The sandbox does not implement the log driver '${driver}'.`,
          501,
        );
      checkTags(input.tags);
      const revision = (region.ecs.families.get(input.family) ?? 0) + 1;
      region.ecs.families.set(input.family, revision);
      const { tags, ...rest } = input;
      const compatibilities =
        input.requiresCompatibilities?.includes("FARGATE") ||
        (input.networkMode === "awsvpc" && input.cpu && input.memory)
          ? ["EC2", "FARGATE"]
          : ["EC2"];
      const definition: TaskDefinition = {
        ...rest,
        taskDefinitionArn: region.arn("ecs", `task-definition/${input.family}:${revision}`),
        revision,
        status: "ACTIVE",
        compatibilities,
        containerDefinitions: input.containerDefinitions.map(completed),
        volumes: input.volumes ?? [],
        placementConstraints: input.placementConstraints ?? [],
        taskRoleArn: roleArn(region, input.taskRoleArn),
        executionRoleArn: roleArn(region, input.executionRoleArn),
        registeredAt: new Date(),
        registeredBy: caller.arn,
        ...(input.cpu === undefined ? {} : { cpu: String(cpuUnits(input.cpu)) }),
        ...(input.memory === undefined ? {} : { memory: String(memoryMiB(input.memory)) }),
        requiresAttributes: requirements(input.containerDefinitions),
      };
      const record = { definition, tags: tagsFrom(tags) };
      region.ecs.definitions.set(`${input.family}:${revision}`, record);
      return { taskDefinition: definition, ...(tags ? { tags: lowerTags(record.tags) } : {}) };
    },
  },
  DescribeTaskDefinition: {
    supports: "*",
    run: (input, { region }) => {
      const record = findDefinition(region, input.taskDefinition);
      if (!record) throw client("Unable to describe task definition.");
      return {
        taskDefinition: record.definition,
        ...(input.include?.includes("TAGS") ? { tags: lowerTags(record.tags) } : {}),
      };
    },
  },
  DeregisterTaskDefinition: {
    supports: "*",
    run: (input, { region }) => {
      const short = input.taskDefinition.split(":task-definition/").at(-1) ?? "";
      if (!short.includes(":")) throw client("Revision is missing.");
      const record = findDefinition(region, input.taskDefinition);
      if (!record) throw client("The specified task definition does not exist.");
      if (record.definition.status !== "ACTIVE")
        throw invalid("The task definition is inactive. You can't deregister an inactive task definition.");
      record.definition.status = "INACTIVE";
      record.definition.deregisteredAt = new Date();
      return { taskDefinition: record.definition };
    },
  },
  DeleteTaskDefinitions: {
    supports: "*",
    run: (input, { region }) => {
      if (input.taskDefinitions.length > 10) throw invalid("At most 10 task definitions can be deleted at once.");
      const taskDefinitions: TaskDefinition[] = [];
      const failures: { arn: string; reason: string; detail?: string }[] = [];
      for (const id of input.taskDefinitions) {
        const record = findDefinition(region, id);
        const arn = record?.definition.taskDefinitionArn ?? region.arn("ecs", `task-definition/${id}`);
        if (!record) failures.push({ arn, reason: "MISSING", detail: "The specified task definition is not found." });
        else if (record.definition.status === "ACTIVE")
          failures.push({
            arn,
            reason:
              "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
          });
        else {
          record.definition.status = "DELETE_IN_PROGRESS";
          record.definition.deleteRequestedAt = new Date();
          taskDefinitions.push(record.definition);
        }
      }
      return { taskDefinitions, failures };
    },
  },
  ListTaskDefinitions: {
    supports: "*",
    run: (input, { region }) => {
      forgetDefinitions(region);
      const all = [...region.ecs.definitions.values()]
        .map((r) => r.definition)
        .filter(
          (d) =>
            (input.familyPrefix === undefined || d.family === input.familyPrefix) &&
            d.status === (input.status ?? "ACTIVE"),
        );
      all.sort((a, b) =>
        a.family === b.family ? (a.revision ?? 0) - (b.revision ?? 0) : (a.family ?? "") < (b.family ?? "") ? -1 : 1,
      );
      if (input.sort === "DESC") all.reverse();
      const p = page(
        all.map((d) => d.taskDefinitionArn ?? ""),
        input.nextToken,
        input.maxResults ?? 100,
        badToken,
      );
      return { taskDefinitionArns: p.items, nextToken: p.next };
    },
  },
  ListTaskDefinitionFamilies: {
    supports: "*",
    run: (input, { region }) => {
      const status = input.status ?? "ALL";
      const active = (f: string): boolean =>
        [...region.ecs.definitions.values()].some((d) => d.definition.family === f && d.definition.status === "ACTIVE");
      const families = [...region.ecs.families.keys()]
        .filter(
          (f) => f.startsWith(input.familyPrefix ?? "") && (status === "ALL" || active(f) === (status === "ACTIVE")),
        )
        .sort();
      const p = page(families, input.nextToken, input.maxResults ?? 100, badToken);
      return { families: p.items, nextToken: p.next };
    },
  },
});

function requirements(containers: readonly ContainerDefinition[]): { name: string }[] {
  const names = new Set(["com.amazonaws.ecs.capability.docker-remote-api.1.18", "ecs.capability.task-eni"]);
  for (const c of containers) {
    if (c.logConfiguration?.logDriver === "awslogs")
      names.add("com.amazonaws.ecs.capability.logging-driver.awslogs").add("ecs.capability.execution-role-awslogs");
    if (c.healthCheck) names.add("ecs.capability.container-health-check");
    if (c.secrets?.length) names.add("ecs.capability.secrets.asm.environment-variables");
  }
  return [...names].map((name) => ({ name }));
}
