/** Windows, Linux settings, mounts, file systems, tags and networks: one mistake each. */
import { account, windows, type BrokenCase, type Loose } from "./base";

const web = "/containerDefinitions/0";

const onWindows = (
  title: string,
  path: string,
  set: (d: Loose, w: Loose) => void,
  severity: BrokenCase["severity"] = "error",
): BrokenCase => ({
  rule: path.startsWith("/containerDefinitions") ? "windows-linux-only" : "windows-linux-only-task",
  severity,
  title,
  path,
  break: (d, w) => {
    windows(d);
    set(d, w);
  },
});

const broken = (
  rule: string,
  title: string,
  path: string,
  set: (d: Loose, w: Loose, s: Loose) => void,
  more: Partial<BrokenCase> = {},
): BrokenCase => ({ rule, severity: "error", title, path, break: set, ...more });

const efs = (configuration: Loose) => (d: Loose) => {
  d.volumes[0].efsVolumeConfiguration = {
    fileSystemId: "fs-0123456789abcdef0",
    transitEncryption: "ENABLED",
    ...configuration,
  };
};
const efsPath = "/volumes/0/efsVolumeConfiguration";

export const brokenPlatforms: readonly BrokenCase[] = [
  onWindows("linuxParameters", `${web}/linuxParameters`, (_d, w) => {
    w.linuxParameters = { capabilities: { drop: ["ALL"] } };
  }),
  onWindows("ulimits", `${web}/ulimits`, (_d, w) => {
    w.ulimits = [{ name: "nofile", softLimit: 1024, hardLimit: 1024 }];
  }),
  onWindows("sysctl", `${web}/systemControls`, (_d, w) => {
    w.systemControls = [{ namespace: "net.core.somaxconn", value: "1024" }];
  }),
  onWindows("read-only root", `${web}/readonlyRootFilesystem`, (_d, w) => {
    w.readonlyRootFilesystem = true;
  }),
  onWindows(
    "user",
    `${web}/user`,
    (_d, w) => {
      w.user = "app";
    },
    "warning",
  ),
  onWindows("EFS", efsPath, (d) => efs({})(d)),
  onWindows("ephemeral storage", "/ephemeralStorage", (d) => {
    d.ephemeralStorage = { sizeInGiB: 40 };
  }),
  broken("fargate-windows-family", "2016", "/runtimePlatform/operatingSystemFamily", (d) => {
    windows(d);
    d.runtimePlatform.operatingSystemFamily = "WINDOWS_SERVER_2016_FULL";
  }),
  broken("fargate-windows-family", "20H2", "/runtimePlatform/operatingSystemFamily", (d) => {
    windows(d);
    d.runtimePlatform.operatingSystemFamily = "WINDOWS_SERVER_20H2_CORE";
  }),
  broken(
    "linux-windows-only",
    "FSx on Linux",
    "/volumes/0/fsxWindowsFileServerVolumeConfiguration",
    (d) => {
      d.volumes[0].fsxWindowsFileServerVolumeConfiguration = {
        fileSystemId: "fs-0123456789abcdef0",
        rootDirectory: "share",
        authorizationConfig: {
          credentialsParameter: `arn:aws:secretsmanager:eu-west-1:${account}:secret:fsx-Ab12Cd`,
          domain: "example.com",
        },
      };
    },
    { from: "ec2" },
  ),
  broken(
    "fsx-form",
    "id",
    "/volumes/0/fsxWindowsFileServerVolumeConfiguration/fileSystemId",
    (d) => {
      windows(d);
      d.volumes[0].fsxWindowsFileServerVolumeConfiguration = {
        fileSystemId: "fs-share",
        rootDirectory: "share",
        authorizationConfig: {
          credentialsParameter: `arn:aws:secretsmanager:eu-west-1:${account}:secret:fsx-Ab12Cd`,
          domain: "example.com",
        },
      };
    },
    { from: "ec2", noFix: true },
  ),
  broken(
    "fsx-credentials",
    "by name",
    "/volumes/0/fsxWindowsFileServerVolumeConfiguration/authorizationConfig/credentialsParameter",
    (d) => {
      windows(d);
      d.volumes[0].fsxWindowsFileServerVolumeConfiguration = {
        fileSystemId: "fs-0123456789abcdef0",
        rootDirectory: "share",
        authorizationConfig: { credentialsParameter: "fsx", domain: "example.com" },
      };
    },
    { from: "ec2", noFix: true },
  ),
  broken("capability-unknown", "drop", `${web}/linuxParameters/capabilities/drop/0`, (_d, w) => {
    w.linuxParameters.capabilities = { drop: ["CAP_NET_RAW"] };
  }),
  broken(
    "capability-unknown",
    "add",
    `${web}/linuxParameters/capabilities/add/0`,
    (_d, w) => {
      w.linuxParameters.capabilities = { add: ["NET_ADMN"] };
    },
    { from: "ec2" },
  ),
  broken("tmpfs", "option", `${web}/linuxParameters/tmpfs/0/mountOptions/0`, (_d, w) => {
    w.linuxParameters.tmpfs = [{ containerPath: "/run", size: 64, mountOptions: ["no-exec"] }];
  }),
  broken("tmpfs", "size", `${web}/linuxParameters/tmpfs/0/size`, (_d, w) => {
    w.linuxParameters.tmpfs = [{ containerPath: "/run", size: 0 }];
  }),
  broken("tmpfs", "relative", `${web}/linuxParameters/tmpfs/0/containerPath`, (_d, w) => {
    w.linuxParameters.tmpfs = [{ containerPath: "run", size: 64 }];
  }),
  broken("tmpfs", "twice", `${web}/linuxParameters/tmpfs/1/containerPath`, (_d, w) => {
    w.linuxParameters.tmpfs = [
      { containerPath: "/run", size: 64 },
      { containerPath: "/run", size: 32 },
    ];
  }),
  broken("system-controls", "not a container's", `${web}/systemControls/0/namespace`, (_d, w) => {
    w.systemControls = [{ namespace: "vm.max_map_count", value: "262144" }];
  }),
  broken("system-controls", "twice", `${web}/systemControls/1/namespace`, (_d, w) => {
    const one = { namespace: "net.core.somaxconn", value: "1024" };
    w.systemControls = [one, { ...one, value: "2048" }];
  }),
  broken(
    "swappiness",
    "above 100",
    `${web}/linuxParameters/swappiness`,
    (_d, w) => {
      w.linuxParameters.swappiness = 101;
    },
    { from: "ec2" },
  ),
  broken("ulimit-duplicate", "nofile", `${web}/ulimits/1/name`, (_d, w) => {
    w.ulimits.push({ name: "nofile", softLimit: 1024, hardLimit: 1024 });
  }),
  broken("credential-specs", "two", `${web}/credentialSpecs/1`, (_d, w) => {
    w.credentialSpecs = [1, 2].map(
      (number) => `credentialspecdomainless:arn:aws:ssm:eu-west-1:${account}:parameter/spec${number}`,
    );
  }),
  broken("credential-specs", "no prefix", `${web}/credentialSpecs/0`, (_d, w) => {
    w.credentialSpecs = [`arn:aws:ssm:eu-west-1:${account}:parameter/spec`];
  }),
  broken(
    "resource-requirements",
    "GPUs",
    `${web}/resourceRequirements/0/value`,
    (_d, w) => {
      w.resourceRequirements = [{ type: "GPU", value: "one" }];
    },
    { from: "ec2" },
  ),
  broken(
    "ulimit-duplicate",
    "below -1",
    `${web}/ulimits/0/softLimit`,
    (_d, w) => {
      w.ulimits[0] = { name: "nofile", softLimit: -5, hardLimit: 1024 };
    },
    { besides: ["ulimit-order"] },
  ),
  broken(
    "credential-specs",
    "no ARN",
    `${web}/credentialSpecs/0`,
    (_d, w) => {
      w.credentialSpecs = ["credentialspec:spec.json"];
    },
    { noFix: true },
  ),
  broken(
    "efs-iam-role",
    "no task role",
    `${efsPath}/authorizationConfig/iam`,
    (d) => {
      delete d.taskRoleArn;
      efs({ authorizationConfig: { iam: "ENABLED" } })(d);
    },
    { severity: "warning" },
  ),
  broken(
    "links",
    "unknown",
    `${web}/links/0`,
    (_d, w) => {
      w.links = ["agnt:agent"];
    },
    { from: "ec2" },
  ),
  broken(
    "restart-exit-codes",
    "above 255",
    `${web}/restartPolicy/ignoredExitCodes/1`,
    (_d, w) => {
      w.restartPolicy = { enabled: true, ignoredExitCodes: [0, 300] };
    },
    { severity: "warning" },
  ),
  broken(
    "tags",
    "a value of AWS",
    "/tags/0/value",
    (d) => {
      d.tags = [{ key: "owner", value: "aws:me" }];
    },
    { severity: "warning" },
  ),
  broken("mount-points", "twice", `${web}/mountPoints/1/containerPath`, (_d, w) => {
    w.mountPoints.push({ sourceVolume: "cache", containerPath: "/var/cache/" });
  }),
  broken("mount-points", "relative", `${web}/mountPoints/0/containerPath`, (_d, w) => {
    w.mountPoints[0].containerPath = "var/cache";
  }),
  broken(
    "mount-points",
    "no path",
    `${web}/mountPoints/0`,
    (_d, w) => {
      delete w.mountPoints[0].containerPath;
    },
    { marks: "{" },
  ),
  broken("efs-form", "id", `${efsPath}/fileSystemId`, efs({ fileSystemId: "efs-1234" }), { noFix: true }),
  broken(
    "efs-form",
    "ARN instead of an id",
    `${efsPath}/fileSystemId`,
    efs({ fileSystemId: `arn:aws:elasticfilesystem:eu-west-1:${account}:file-system/fs-0123456789abcdef0` }),
  ),
  broken(
    "efs-form",
    "access point",
    `${efsPath}/authorizationConfig/accessPointId`,
    efs({ authorizationConfig: { accessPointId: "fs-0123456789abcdef0" } }),
    { noFix: true },
  ),
  broken("efs-form", "relative root", `${efsPath}/rootDirectory`, efs({ rootDirectory: "data/shop" })),
  broken("efs-form", "port", `${efsPath}/transitEncryptionPort`, efs({ transitEncryptionPort: 70000 })),
  broken(
    "s3files-form",
    "no ARN",
    "/volumes/0/s3filesVolumeConfiguration/fileSystemArn",
    (d) => {
      d.volumes[0].s3filesVolumeConfiguration = { fileSystemArn: "fs-0123456789abcdef0" };
    },
    { noFix: true },
  ),
  broken(
    "docker-volume-scope",
    "of a task",
    "/volumes/0/dockerVolumeConfiguration/autoprovision",
    (d) => {
      d.volumes[0].dockerVolumeConfiguration = { autoprovision: true, scope: "task" };
    },
    { from: "ec2" },
  ),
  broken("volume-name-required", "none", "/volumes/1", (d) => d.volumes.push({ host: {} }), { marks: "{" }),
  broken("volumes-from-cycle", "itself", `${web}/volumesFrom/0/sourceContainer`, (_d, w) => {
    w.volumesFrom = [{ sourceContainer: "web" }];
  }),
  broken("volumes-from-cycle", "in a circle", `${web}/volumesFrom/0/sourceContainer`, (_d, w, s) => {
    w.volumesFrom = [{ sourceContainer: "agent" }];
    s.volumesFrom = [{ sourceContainer: "web" }];
  }),
  broken("volumes-from-cycle", "twice", `${web}/volumesFrom/1/sourceContainer`, (_d, w) => {
    w.volumesFrom = [{ sourceContainer: "agent" }, { sourceContainer: "agent", readOnly: true }];
  }),
  broken("tags", "characters of a key", "/tags/0/key", (d) => {
    d.tags = [{ key: "cost*center", value: "42" }];
  }),
  broken("tags", "characters of a value", "/tags/0/value", (d) => {
    d.tags = [{ key: "owner", value: "shop & co" }];
  }),
  broken("start-timeout", "above 120", `${web}/startTimeout`, (_d, w) => {
    w.startTimeout = 121;
  }),
  broken("container-cpu-negative", "-1", `${web}/cpu`, (_d, w) => {
    w.cpu = -1;
  }),
  broken("external-launch-type", "beside Fargate", "/requiresCompatibilities/1", (d) => {
    d.requiresCompatibilities = ["FARGATE", "EXTERNAL"];
  }),
  broken(
    "host-ports",
    "another port of the host",
    `${web}/portMappings/0/hostPort`,
    (d, w) => {
      d.networkMode = "host";
      w.portMappings[0].hostPort = 80;
    },
    { from: "ec2" },
  ),
  broken(
    "host-ports",
    "twice",
    "/containerDefinitions/1/portMappings/0/hostPort",
    (_d, w, s) => {
      w.portMappings[0].hostPort = 80;
      s.portMappings = [{ containerPort: 9090, hostPort: 80 }];
    },
    { from: "ec2" },
  ),
  broken(
    "port-ranges-max",
    "101",
    `${web}/portMappings`,
    (_d, w) => {
      w.portMappings = Array.from({ length: 101 }, (_unused, index) => ({
        containerPortRange: `${1000 + index * 10}-${1005 + index * 10}`,
      }));
    },
    { noFix: true },
  ),
  broken(
    "proxy-values",
    "a port that is none",
    "/proxyConfiguration/properties/0/value",
    (d, _w) => {
      d.proxyConfiguration = {
        type: "APPMESH",
        containerName: "agent",
        properties: [
          { name: "ProxyIngressPort", value: "http" },
          { name: "ProxyEgressPort", value: "15001" },
          { name: "AppPorts", value: "8080" },
          { name: "IgnoredUID", value: "1337" },
        ],
      };
    },
    { noFix: true, besides: ["proxy-appmesh"] },
  ),
];
