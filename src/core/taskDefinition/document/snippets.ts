/** Values of the right shape, for what is added by a fix or by a completion. */
import { shapeOf, typeBelow, type TypeModel } from "../model/schema";
import { freeName, slug } from "./fixes";
import type { Task } from "./task";
import type { ObjectValue } from "./view";

/** Placeholders of our own: rules leave values with such words alone, and a person sees what to fill in. */
export const exampleRole = (name: string): string => `arn:aws:iam::ACCOUNT_ID:role/${name}`;
export const executionRoleExample = exampleRole("ecsTaskExecutionRole");
export const exampleSecret = (name: string): string => `arn:aws:secretsmanager:REGION:ACCOUNT_ID:secret:${name}`;

/** The name under which the definition's logs and parts go. */
export function familyOf(task: Task): string {
  return slug(task.definition?.textOf("family") ?? task.containers[0]?.name ?? "app", "app");
}

export function awslogsFor(task: Task, container: string): { logDriver: string; options: Record<string, string> } {
  return {
    logDriver: "awslogs",
    options: {
      "awslogs-group": `/ecs/${familyOf(task)}`,
      "awslogs-region": regionOf(task),
      "awslogs-stream-prefix": container,
      "awslogs-create-group": "true",
    },
  };
}

/** The region that the document speaks of elsewhere. */
export function regionOf(task: Task): string {
  for (const container of task.containers) {
    const region = container.value.objectOf("logConfiguration")?.objectOf("options")?.textOf("awslogs-region");
    if (region) return region;
    const ofImage = /\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws/.exec(container.value.textOf("image") ?? "")?.[1];
    if (ofImage) return ofImage;
  }
  return "REGION";
}

type Maker = (task: Task, object: ObjectValue) => unknown;

const otherContainer: Maker = (task, object) => {
  const self = task.containers[Number(object.path[object.path.indexOf("dependsOn") - 1])]?.name;
  return [...task.byName.keys()].find((name) => name !== self) ?? "CONTAINER_NAME";
};

/** What to put for a member, by `Shape.member`; anything else is made from its type. */
const makers: Readonly<Record<string, Maker>> = {
  "RegisterTaskDefinitionRequest.family": (task) => slug(task.containers[0]?.name ?? "app", "app"),
  "RegisterTaskDefinitionRequest.containerDefinitions": () => [{ name: "app", image: "IMAGE_URI", essential: true }],
  "RegisterTaskDefinitionRequest.requiresCompatibilities": () => ["FARGATE"],
  "RegisterTaskDefinitionRequest.networkMode": () => "awsvpc",
  "RegisterTaskDefinitionRequest.cpu": () => "256",
  "RegisterTaskDefinitionRequest.memory": () => "512",
  "RegisterTaskDefinitionRequest.executionRoleArn": () => executionRoleExample,
  "RegisterTaskDefinitionRequest.taskRoleArn": () => exampleRole("taskRole"),
  "RegisterTaskDefinitionRequest.runtimePlatform": () => ({
    cpuArchitecture: "X86_64",
    operatingSystemFamily: "LINUX",
  }),
  "RegisterTaskDefinitionRequest.ephemeralStorage": () => ({ sizeInGiB: 21 }),
  "RegisterTaskDefinitionRequest.volumes": () => [{ name: "data" }],
  "RegisterTaskDefinitionRequest.tags": () => [{ key: "project", value: "app" }],
  "RegisterTaskDefinitionRequest.pidMode": () => "task",
  "EphemeralStorage.sizeInGiB": () => 21,
  "ContainerDefinition.name": (task) => freeName("app", new Set(task.byName.keys())),
  "ContainerDefinition.image": () => "IMAGE_URI",
  "ContainerDefinition.cpu": () => 256,
  "ContainerDefinition.memory": () => 512,
  "ContainerDefinition.memoryReservation": () => 256,
  "ContainerDefinition.portMappings": () => [{ containerPort: 8080, protocol: "tcp" }],
  "ContainerDefinition.environment": () => [{ name: "NAME", value: "value" }],
  "ContainerDefinition.secrets": () => [{ name: "NAME", valueFrom: exampleSecret("NAME") }],
  "ContainerDefinition.environmentFiles": () => [{ type: "s3", value: "arn:aws:s3:::YOUR_BUCKET/app.env" }],
  "ContainerDefinition.logConfiguration": (task, object) => awslogsFor(task, object.textOf("name") ?? "app"),
  "ContainerDefinition.healthCheck": () => ({
    command: ["CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"],
    interval: 30,
    timeout: 5,
    retries: 3,
    startPeriod: 10,
  }),
  "ContainerDefinition.dependsOn": (task, object) => [
    { containerName: otherContainer(task, object), condition: "START" },
  ],
  "ContainerDefinition.mountPoints": (task) => [
    { sourceVolume: task.volumes[0]?.textOf("name") ?? "data", containerPath: "/data" },
  ],
  "ContainerDefinition.ulimits": () => [{ name: "nofile", softLimit: 65536, hardLimit: 65536 }],
  "ContainerDefinition.stopTimeout": () => 30,
  "ContainerDefinition.startTimeout": () => 60,
  "ContainerDefinition.command": () => ["command"],
  "ContainerDefinition.entryPoint": () => ["command"],
  "ContainerDefinition.essential": () => true,
  "ContainerDefinition.readonlyRootFilesystem": () => true,
  "ContainerDefinition.restartPolicy": () => ({ enabled: true, restartAttemptPeriod: 60 }),
  "ContainerDefinition.linuxParameters": () => ({ initProcessEnabled: true }),
  "ContainerDefinition.repositoryCredentials": () => ({ credentialsParameter: exampleSecret("registry") }),
  "ContainerDefinition.firelensConfiguration": () => ({ type: "fluentbit" }),
  "ContainerRestartPolicy.enabled": () => true,
  "ContainerRestartPolicy.restartAttemptPeriod": () => 60,
  "RepositoryCredentials.credentialsParameter": () => exampleSecret("registry"),
  "Secret.name": () => "NAME",
  "Secret.valueFrom": (_task, object) => exampleSecret(object.textOf("name") ?? "NAME"),
  "ContainerDependency.containerName": otherContainer,
  "ContainerDependency.condition": () => "START",
  "Ulimit.name": () => "nofile",
  "Ulimit.softLimit": (_task, object) => object.numberOf("hardLimit") ?? 1024,
  "Ulimit.hardLimit": (_task, object) => object.numberOf("softLimit") ?? 4096,
  "HealthCheck.command": () => ["CMD-SHELL", "curl -f http://localhost:8080/ || exit 1"],
  "HealthCheck.interval": () => 30,
  "HealthCheck.timeout": () => 5,
  "HealthCheck.retries": () => 3,
  "HealthCheck.startPeriod": () => 10,
  "LogConfiguration.logDriver": () => "awslogs",
  "LogConfiguration.options": (task, object) =>
    awslogsFor(task, task.containers[Number(object.path.at(-2))]?.name ?? "app").options,
  "EnvironmentFile.value": () => "arn:aws:s3:::YOUR_BUCKET/app.env",
  "EnvironmentFile.type": () => "s3",
  "HostEntry.ipAddress": () => "127.0.0.1",
  "HostEntry.hostname": () => "name",
  "Tmpfs.containerPath": () => "/run",
  "Tmpfs.size": () => 64,
  "PortMapping.containerPort": () => 8080,
  "PortMapping.name": () => "http",
  "EFSVolumeConfiguration.fileSystemId": () => "YOUR_FILE_SYSTEM",
  "EFSVolumeConfiguration.transitEncryption": () => "ENABLED",
  "S3FilesVolumeConfiguration.fileSystemArn": () => "YOUR_FILE_SYSTEM_ARN",
  "MountPoint.sourceVolume": (task) => task.volumes[0]?.textOf("name") ?? "data",
  "MountPoint.containerPath": () => "/data",
  "ProxyConfiguration.containerName": (task) => task.containers.at(-1)?.name ?? "envoy",
};

/** A value for a member: what people usually want there, else the emptiest one that its type allows. */
export function skeletonOf(task: Task, object: ObjectValue, shape: string, member: string): unknown {
  const maker = makers[`${shape}.${member}`];
  return maker ? maker(task, object) : emptyOf(typeBelow({ type: "object", shape }, member));
}

function emptyOf(type: TypeModel | undefined): unknown {
  switch (type?.type) {
    case "integer":
      return 1;
    case "boolean":
      return true;
    case "list":
      return type.of?.type === "object" ? [emptyOf(type.of)] : type.of?.enum ? [type.of.enum[0]] : [];
    case "map":
      return {};
    case "object": {
      const shape = shapeOf(type);
      return Object.fromEntries((shape?.required ?? []).map((member) => [member, emptyOf(shape?.members[member])]));
    }
    default:
      return type?.enum?.[0] ?? "";
  }
}
