import type { Notes } from "./note";

/** The task definition's own members. */
export const taskNotes: Notes = {
  RegisterTaskDefinitionRequest: {
    family: {
      text:
        "Name of the task definition; each registration under it becomes a new revision. Letters, digits, `-` and " +
        "`_`, at most 255.",
      anchor: "family",
    },
    containerDefinitions: {
      text: "The containers of a task: one to ten, started together on one network interface.",
      anchor: "container_definitions",
    },
    taskRoleArn: {
      text:
        "Role that the application's own code acts as when it calls AWS. An ARN, or the name of a role in " +
        "this account.",
      anchor: "task_role_arn",
    },
    executionRoleArn: {
      text: "Role that ECS acts as before the application runs: it pulls from ECR, reads secrets and writes logs.",
      fargate: "Needed on Fargate with an ECR image, awslogs, secrets or environment files.",
      anchor: "execution_role_arn",
    },
    networkMode: {
      text: "How the containers reach the network.",
      default: "`bridge` on EC2",
      fargate: "Fargate has `awsvpc` alone.",
      anchor: "network_mode",
    },
    volumes: { text: "Storage that containers mount by name with `mountPoints`.", anchor: "volumes" },
    placementConstraints: { text: "Rules by which EC2 instances are chosen.", fargate: false, anchor: "constraints" },
    requiresCompatibilities: {
      text: "Where the definition has to be able to run; ECS checks it against each when it is registered.",
      default: "nothing is checked beyond EC2's rules",
      anchor: "requires_compatibilities",
    },
    cpu: {
      text: 'CPU of the whole task, as a string: units (`"256"`) or vCPUs (`"0.25 vCPU"`).',
      unit: "CPU units, 1024 to a vCPU",
      fargate: "Required; together with `memory` it has to be one of Fargate's sizes.",
      anchor: "task_size",
    },
    memory: {
      text: 'Memory of the whole task, as a string: MiB (`"512"`) or gigabytes (`"0.5 GB"`).',
      unit: "MiB",
      fargate: "Required; together with `cpu` it has to be one of Fargate's sizes.",
      anchor: "task_size",
    },
    tags: { text: "Tags of the task definition: a list of key and value, at most 50.", anchor: "tags" },
    pidMode: {
      text: "Process namespace that the containers share.",
      default: "one for each container",
      fargate: "Fargate has `task` alone, on Linux, with `operatingSystemFamily` stated.",
      anchor: "other_task_definition_params",
    },
    ipcMode: {
      text: "IPC namespace that the containers share.",
      fargate: false,
      anchor: "other_task_definition_params",
    },
    proxyConfiguration: {
      text: "An App Mesh proxy that the task's traffic passes through.",
      anchor: "proxyConfiguration",
    },
    inferenceAccelerators: { text: "Elastic Inference accelerators. AWS no longer accepts them.", fargate: false },
    ephemeralStorage: {
      text: "Disk of the task itself, gone when it stops.",
      default: "20 GiB",
      fargate: "Fargate only, 21 to 200 GiB.",
      anchor: "task_size",
    },
    runtimePlatform: {
      text: "Operating system and CPU architecture.",
      default: "Linux on X86_64",
      anchor: "runtime-platform",
    },
    enableFaultInjection: {
      text: "Lets AWS Fault Injection Service disturb the task's network.",
      default: "`false`",
      anchor: "other_task_definition_params",
    },
  },
  RuntimePlatform: {
    cpuArchitecture: {
      text: "CPU architecture that the images are built for.",
      default: "`X86_64`",
      fargate: "ARM64 with Linux only.",
    },
    operatingSystemFamily: {
      text: "Operating system of the images.",
      default: "`LINUX`",
      fargate: "Windows needs 1, 2 or 4 vCPUs.",
    },
  },
  EphemeralStorage: {
    sizeInGiB: { text: "Size of the task's own disk; 20 is what a task has without asking.", unit: "GiB, 21 to 200" },
  },
  TaskDefinitionPlacementConstraint: {
    type: { text: "Kind of rule." },
    expression: { text: "Condition on the instance, in ECS's cluster query language." },
  },
  Tag: {
    key: { text: "The tag's name: 1 to 128 characters, not beginning with `aws:`." },
    value: { text: "The tag's value, at most 256 characters.", default: "empty" },
  },
  ProxyConfiguration: {
    containerName: { text: "Container that is the proxy." },
    type: { text: "Kind of proxy.", default: "`APPMESH`" },
    properties: {
      text: "The proxy's settings: ProxyIngressPort, ProxyEgressPort, AppPorts, and IgnoredUID or IgnoredGID.",
    },
  },
  InferenceAccelerator: {
    deviceName: { text: "Name that containers refer to.", fargate: false },
    deviceType: { text: "Kind of accelerator.", fargate: false },
  },
};
