import type { Notes } from "./note";

/** Logs, Linux parameters and volumes. */
export const partNotes: Notes = {
  LogConfiguration: {
    logDriver: { text: "Program that takes the container's output.", fargate: "awslogs, splunk or awsfirelens." },
    options: { text: "The driver's settings: names and values, both strings." },
    secretOptions: { text: "Settings whose values are secrets, such as splunk's token." },
  },
  FirelensConfiguration: {
    type: { text: "Log router that runs in this container." },
    options: {
      text: "`enable-ecs-log-metadata`, `config-file-type` and `config-file-value`.",
      fargate: "A configuration file comes from the image (`file`), not from S3.",
    },
  },
  LinuxParameters: {
    capabilities: {
      text: "Linux capabilities that are added and dropped.",
      fargate: "Only `SYS_PTRACE` can be added.",
    },
    devices: { text: "Devices of the host.", fargate: false },
    initProcessEnabled: {
      text: "Runs an init process that passes on signals and reaps children; ECS Exec works better with it.",
      default: "`false`",
    },
    sharedMemorySize: { text: "Size of `/dev/shm`.", unit: "MiB", fargate: false },
    tmpfs: { text: "Folders in memory.", fargate: "Supported since January 2026." },
    maxSwap: { text: "Swap that the container may use.", unit: "MiB", fargate: false },
    swappiness: { text: "How readily memory is swapped, 0 to 100.", default: "60", fargate: false },
  },
  KernelCapabilities: {
    add: { text: "Capabilities beyond the usual ones.", fargate: "Only `SYS_PTRACE`." },
    drop: { text: "Capabilities to take away, e.g. `ALL`." },
  },
  Device: {
    hostPath: { text: "Device on the host.", fargate: false },
    containerPath: { text: "Path inside the container.", default: "the host's path", fargate: false },
    permissions: { text: "What the container may do with it.", default: "read, write and mknod", fargate: false },
  },
  Tmpfs: {
    containerPath: { text: "Path inside the container." },
    size: { text: "The most that it may hold.", unit: "MiB" },
    mountOptions: { text: "Mount options, e.g. `noexec`." },
  },
  Volume: {
    name: { text: "Name that `mountPoints` refer to: letters, digits, `-` and `_`, at most 255." },
    host: {
      text: "A folder of the task or its host.",
      fargate: "An empty object: the folder lives as long as the task.",
    },
    dockerVolumeConfiguration: { text: "A Docker volume on the instance.", fargate: false },
    efsVolumeConfiguration: { text: "An Amazon EFS file system." },
    s3filesVolumeConfiguration: { text: "An Amazon S3 Files file system. The task needs a task role." },
    fsxWindowsFileServerVolumeConfiguration: { text: "An Amazon FSx for Windows file system.", fargate: false },
    configuredAtLaunch: {
      text: "The service or the run call says what the volume is (an EBS volume). One volume at most.",
      default: "`false`",
    },
  },
  HostVolumeProperties: { sourcePath: { text: "Folder of the instance.", fargate: false } },
  DockerVolumeConfiguration: {
    scope: { text: "Whether the volume outlives its task.", fargate: false },
    autoprovision: { text: "Whether it is made when it is not there.", default: "`false`", fargate: false },
    driver: { text: "Docker volume driver.", default: "`local`", fargate: false },
    driverOpts: { text: "The driver's options.", fargate: false },
    labels: { text: "Labels of the volume.", fargate: false },
  },
  EFSVolumeConfiguration: {
    fileSystemId: { text: "The file system's id, `fs-…`." },
    rootDirectory: {
      text: "Folder of the file system that is mounted; with an access point `/` or nothing.",
      default: "`/`",
    },
    transitEncryption: {
      text: "Whether traffic to the file system is encrypted; needed for IAM and access points.",
      default: "`DISABLED`",
    },
    transitEncryptionPort: { text: "Port for encrypted traffic." },
    authorizationConfig: { text: "Access point, and whether IAM decides." },
  },
  EFSAuthorizationConfig: {
    accessPointId: { text: "The access point's id, `fsap-…`." },
    iam: { text: "Whether the task role decides about access.", default: "`DISABLED`" },
  },
  S3FilesVolumeConfiguration: {
    fileSystemArn: { text: "The file system's ARN." },
    rootDirectory: { text: "Folder that is mounted; with an access point `/` or nothing.", default: "`/`" },
    transitEncryptionPort: { text: "Port for encrypted traffic." },
    accessPointArn: { text: "The access point's ARN." },
  },
  FSxWindowsFileServerVolumeConfiguration: {
    fileSystemId: { text: "The file system's id.", fargate: false },
    rootDirectory: { text: "Folder that is mounted.", fargate: false },
    authorizationConfig: { text: "Credentials and domain.", fargate: false },
  },
  FSxWindowsFileServerAuthorizationConfig: {
    credentialsParameter: { text: "ARN of the secret or parameter with the credentials.", fargate: false },
    domain: { text: "The Active Directory domain.", fargate: false },
  },
};
