import type { Notes } from "./note";

/** A container's own members. */
export const containerNotes: Notes = {
  ContainerDefinition: {
    name: {
      text: "The container's name, unique in the task: letters, digits, `-` and `_`, at most 255.",
      anchor: "container_definition_name",
    },
    image: {
      text:
        "Image to run: `repository:tag` or `repository@sha256:…`, with the registry's host before it unless it is " +
        "Docker Hub.",
      anchor: "container_definition_image",
    },
    repositoryCredentials: {
      text: "Login for a private registry other than ECR.",
      anchor: "container_definition_repositoryCredentials",
    },
    cpu: {
      text: "The container's part of the task's CPU.",
      unit: "CPU units, 1024 to a vCPU",
      default: "0: what the others leave",
      fargate: "All containers together may not have more than the task.",
      anchor: "container_definition_environment",
    },
    memory: {
      text: "Hard limit: above it the container is killed.",
      unit: "MiB",
      default: "the task's memory",
      fargate: "Not more than the task's.",
      anchor: "container_definition_memory",
    },
    memoryReservation: {
      text: "Soft limit: what is kept free for the container.",
      unit: "MiB",
      anchor: "container_definition_memory",
    },
    links: {
      text: "Names of other containers, in `bridge` mode.",
      fargate: false,
      anchor: "container_definition_network",
    },
    portMappings: { text: "Ports that the container listens on.", anchor: "container_definition_portmappings" },
    essential: {
      text: "Whether the whole task stops when this container stops.",
      default: "`true`",
      anchor: "container_definition_environment",
    },
    restartPolicy: {
      text: "Lets ECS restart the container alone, without the task.",
      anchor: "container_restart_policy",
    },
    entryPoint: { text: "Takes the place of the image's ENTRYPOINT.", anchor: "container_definition_environment" },
    command: { text: "Takes the place of the image's CMD.", anchor: "container_definition_environment" },
    environment: {
      text: "Environment variables in plain text: a list of name and value.",
      anchor: "container_definition_environment",
    },
    environmentFiles: {
      text: "`.env` files in S3 whose lines become environment variables; at most ten.",
      anchor: "container_definition_environment",
    },
    mountPoints: {
      text: "Volumes of the task that the container sees, and where.",
      anchor: "container_definition_storage",
    },
    volumesFrom: { text: "Takes over every volume of another container.", anchor: "container_definition_storage" },
    linuxParameters: {
      text: "Linux settings: capabilities, devices, an init process, tmpfs.",
      anchor: "container_definition_linuxparameters",
    },
    secrets: {
      text: "Environment variables whose values come from Secrets Manager or Parameter Store.",
      anchor: "container_definition_environment",
    },
    dependsOn: {
      text: "Containers that have to have come so far before this one starts.",
      anchor: "container_definition_dependson",
    },
    startTimeout: {
      text: "How long a dependency may take before this container gives up waiting.",
      unit: "seconds, at least 2",
      default: "3 minutes",
      anchor: "container_definition_timeout",
    },
    stopTimeout: {
      text: "How long the container may take after SIGTERM before it is killed.",
      unit: "seconds, 2 to 120",
      default: "30",
      fargate: "At most 120.",
      anchor: "container_definition_timeout",
    },
    versionConsistency: {
      text: "Whether ECS pins the tag to the digest that it had when the deployment began.",
      default: "`enabled`",
      anchor: "container_definition_image",
    },
    hostname: { text: "Host name inside the container.", fargate: false, anchor: "container_definition_network" },
    user: {
      text: "User that the process runs as: `user`, `uid`, or `user:group`.",
      default: "the image's USER",
      anchor: "container_definition_security",
    },
    workingDirectory: {
      text: "Folder that the command starts in.",
      default: "the image's WORKDIR",
      anchor: "container_definition_environment",
    },
    disableNetworking: {
      text: "Takes the network away from the container.",
      fargate: false,
      anchor: "container_definition_network",
    },
    privileged: {
      text: "Gives the container root's rights on its host.",
      default: "`false`",
      fargate: false,
      anchor: "container_definition_security",
    },
    readonlyRootFilesystem: {
      text: "Makes the container's own file system read-only; volumes stay writable.",
      default: "`false`",
      anchor: "container_definition_security",
    },
    dnsServers: { text: "DNS servers of the container.", fargate: false, anchor: "container_definition_network" },
    dnsSearchDomains: {
      text: "DNS search domains of the container.",
      fargate: false,
      anchor: "container_definition_network",
    },
    extraHosts: { text: "Lines added to `/etc/hosts`.", fargate: false, anchor: "container_definition_network" },
    dockerSecurityOptions: {
      text: "SELinux, AppArmor or credential-spec options.",
      fargate: false,
      anchor: "container_definition_security",
    },
    interactive: { text: "Keeps standard input open.", default: "`false`" },
    pseudoTerminal: { text: "Gives the container a terminal.", default: "`false`" },
    dockerLabels: {
      text: "Labels on the container: names and values, both strings.",
      anchor: "container_definition_labels",
    },
    ulimits: {
      text: "Limits of the container's processes.",
      fargate: "Only `nofile` can be changed.",
      anchor: "container_definition_limits",
    },
    logConfiguration: {
      text: "Where standard output and standard error go.",
      fargate: "awslogs, splunk or awsfirelens.",
      anchor: "container_definition_logs",
    },
    healthCheck: {
      text: "Command that tells whether the container is healthy; the image's HEALTHCHECK does not count.",
      anchor: "container_definition_healthcheck",
    },
    systemControls: {
      text: "Kernel parameters (`sysctl`).",
      fargate: "Platform version 1.4.0 and later.",
      anchor: "container_definition_systemcontrols",
    },
    resourceRequirements: {
      text: "GPUs and other devices that the container needs.",
      fargate: "No GPU.",
      anchor: "container_definition_resourcerequirements",
    },
    firelensConfiguration: {
      text: "Makes this container the task's log router.",
      anchor: "container_definition_firelens",
    },
    credentialSpecs: {
      text: "Credential spec files for Active Directory.",
      fargate: "Domainless on Linux only.",
      anchor: "container_definition_security",
    },
  },
  RepositoryCredentials: {
    credentialsParameter: { text: "ARN of the Secrets Manager secret with user name and password." },
  },
  PortMapping: {
    containerPort: { text: "Port that the container listens on.", unit: "1 to 65535" },
    hostPort: { text: "Port on the host.", fargate: "Leave it out, or make it the same as `containerPort`." },
    protocol: { text: "Transport protocol.", default: "`tcp`" },
    name: { text: "Name that Service Connect and VPC Lattice know the port by: lower case, at most 64." },
    appProtocol: { text: "What is spoken on the port; Service Connect uses it.", default: "plain TCP" },
    containerPortRange: { text: "A range of ports, `first-last`, in place of `containerPort`." },
  },
  ContainerRestartPolicy: {
    enabled: { text: "Whether the container is restarted." },
    ignoredExitCodes: { text: "Exit codes after which it stays stopped; at most 50." },
    restartAttemptPeriod: {
      text: "How long the container has to run before it may be restarted.",
      unit: "seconds, 60 to 1800",
      default: "300",
    },
  },
  KeyValuePair: {
    name: { text: "Name of the variable or property." },
    value: { text: "Its value, always a string." },
  },
  EnvironmentFile: {
    value: { text: "ARN of the object in S3; its key ends with `.env`." },
    type: { text: "Kind of place." },
  },
  MountPoint: {
    sourceVolume: { text: "Name of a volume of this task definition." },
    containerPath: { text: "Path inside the container." },
    readOnly: { text: "Whether the container may only read it.", default: "`false`" },
  },
  VolumeFrom: {
    sourceContainer: { text: "Container whose volumes are taken over." },
    readOnly: { text: "Whether they may only be read.", default: "`false`" },
  },
  Secret: {
    name: { text: "Name of the environment variable or log option." },
    valueFrom: {
      text: "ARN of a Secrets Manager secret (`:key:stage:version` may follow), or ARN or name of an SSM parameter.",
    },
  },
  ContainerDependency: {
    containerName: { text: "Container that is waited for." },
    condition: { text: "How far it has to have come." },
  },
  HostEntry: {
    hostname: { text: "Name in `/etc/hosts`." },
    ipAddress: { text: "Address in `/etc/hosts`." },
  },
  Ulimit: {
    name: { text: "Which limit.", fargate: "Only `nofile` can be changed." },
    softLimit: { text: "What applies until the process raises it; not above the hard limit." },
    hardLimit: { text: "How far a process may raise it." },
  },
  HealthCheck: {
    command: {
      text: "Command, beginning with `CMD` (as it is) or `CMD-SHELL` (through the shell). Exit code 0 is healthy.",
    },
    interval: { text: "Time between two checks.", unit: "seconds, 5 to 300", default: "30" },
    timeout: { text: "How long one check may take.", unit: "seconds, 2 to 60", default: "5" },
    retries: { text: "Failures in a row until the container counts as unhealthy.", unit: "1 to 10", default: "3" },
    startPeriod: {
      text: "Time at the start in which failures do not count.",
      unit: "seconds, 0 to 300",
      default: "none",
    },
  },
  SystemControl: {
    namespace: { text: "Kernel parameter, e.g. `net.core.somaxconn`." },
    value: { text: "Its value." },
  },
  ResourceRequirement: {
    type: { text: "Kind of device.", fargate: "No GPU." },
    value: { text: "How many, or which one." },
    sharingStrategy: { text: "How a GPU is shared with other containers.", fargate: false },
  },
  SharingStrategy: { nvidiaMps: { text: "NVIDIA's Multi-Process Service.", fargate: false } },
  NvidiaMpsAllocation: {
    memory: { text: "GPU memory of the container.", unit: "MiB", fargate: false },
    maxComputePercent: {
      text: "The most of the GPU's computing power that it takes.",
      unit: "percent",
      fargate: false,
    },
  },
};
