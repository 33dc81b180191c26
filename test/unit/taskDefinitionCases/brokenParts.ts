/** Logs, environment, limits, volumes, and what Fargate does not have: one mistake each. */
import type { BrokenCase, Loose } from "./base";

const web = "/containerDefinitions/0";
const options = `${web}/logConfiguration/options`;
const efs = (settings: Loose) => (d: Loose) => {
  d.volumes = [{ name: "cache", efsVolumeConfiguration: { fileSystemId: "fs-0123456789", ...settings } }];
};
const volume = "/volumes/0/efsVolumeConfiguration";

export const brokenParts: readonly BrokenCase[] = [
  {
    rule: "log-driver-fargate",
    severity: "error",
    path: `${web}/logConfiguration/logDriver`,
    break: (_d, w) => {
      w.logConfiguration = { logDriver: "json-file" };
    },
  },
  {
    rule: "awslogs-required",
    severity: "error",
    path: options,
    marks: "{",
    break: (_d, w) => {
      delete w.logConfiguration.options["awslogs-group"];
    },
  },
  {
    rule: "awslogs-required",
    severity: "error",
    path: options,
    marks: "{",
    title: "both",
    break: (_d, w) => {
      w.logConfiguration.options = { "awslogs-stream-prefix": "web" };
    },
  },
  {
    rule: "awslogs-required",
    severity: "error",
    path: `${web}/logConfiguration`,
    marks: "{",
    title: "no options",
    break: (_d, w) => {
      w.logConfiguration = { logDriver: "awslogs" };
    },
  },
  {
    rule: "awslogs-group-empty",
    severity: "error",
    path: `${options}/awslogs-group`,
    break: (_d, w) => {
      w.logConfiguration.options["awslogs-group"] = "";
    },
  },
  {
    rule: "awslogs-stream-prefix",
    severity: "error",
    path: options,
    marks: "{",
    break: (_d, w) => {
      delete w.logConfiguration.options["awslogs-stream-prefix"];
    },
  },
  {
    rule: "awslogs-unknown-option",
    severity: "error",
    path: `${options}/log_key`,
    marks: '"log_key"',
    break: (_d, w) => {
      w.logConfiguration.options.log_key = "log";
    },
  },
  {
    rule: "awslogs-create-group",
    severity: "error",
    path: `${options}/awslogs-create-group`,
    break: (_d, w) => {
      w.logConfiguration.options["awslogs-create-group"] = "false";
    },
  },
  {
    rule: "awslogs-multiline",
    severity: "warning",
    path: `${options}/awslogs-multiline-pattern`,
    break: (_d, w) => {
      Object.assign(w.logConfiguration.options, {
        "awslogs-datetime-format": "%Y",
        "awslogs-multiline-pattern": "^INFO",
      });
    },
  },
  {
    rule: "splunk-required",
    severity: "error",
    path: options,
    marks: "{",
    break: (_d, w) => {
      w.logConfiguration = { logDriver: "splunk", options: { "splunk-url": "https://splunk.example.com" } };
    },
  },
  {
    rule: "firelens-router",
    severity: "error",
    path: `${web}/logConfiguration/logDriver`,
    break: (_d, w) => {
      w.logConfiguration = { logDriver: "awsfirelens", options: { Name: "loki" } };
    },
  },
  {
    rule: "firelens-s3",
    severity: "error",
    path: "/containerDefinitions/1/firelensConfiguration/options/config-file-type",
    break: (_d, _w, s) => {
      s.firelensConfiguration = {
        type: "fluentbit",
        options: { "config-file-type": "s3", "config-file-value": "arn:aws:s3:::conf/x.conf" },
      };
    },
  },
  {
    rule: "firelens-multiple",
    severity: "warning",
    path: "/containerDefinitions/1/firelensConfiguration",
    marks: '"firelensConfiguration"',
    break: (_d, w, s) => {
      w.firelensConfiguration = { type: "fluentbit" };
      s.firelensConfiguration = { type: "fluentd" };
    },
  },
  {
    rule: "no-log-configuration",
    severity: "warning",
    path: web,
    marks: "{",
    break: (_d, w) => {
      delete w.logConfiguration;
    },
  },
  {
    rule: "env-name-blank",
    severity: "error",
    path: `${web}/environment/1/name`,
    break: (_d, w) => {
      w.environment.push({ name: " ", value: "x" });
    },
  },
  {
    rule: "env-duplicate",
    severity: "warning",
    path: `${web}/environment/1/name`,
    break: (_d, w) => {
      w.environment.push({ name: "MODE", value: "x" });
    },
  },
  {
    rule: "env-secret-clash",
    severity: "error",
    path: `${web}/secrets/0/name`,
    break: (_d, w) => {
      w.environment.push({ name: "DATABASE_URL", value: "x" });
    },
  },
  {
    rule: "secret-duplicate",
    severity: "error",
    path: `${web}/secrets/1/name`,
    break: (_d, w) => {
      w.secrets.push({ ...w.secrets[0] });
    },
  },
  {
    rule: "env-file-arn",
    severity: "error",
    path: `${web}/environmentFiles/0/value`,
    break: (_d, w) => {
      w.environmentFiles = [{ type: "s3", value: "s3://conf/app.env" }];
    },
  },
  {
    rule: "env-file-suffix",
    severity: "warning",
    path: `${web}/environmentFiles/0/value`,
    noFix: true,
    break: (_d, w) => {
      w.environmentFiles = [{ type: "s3", value: "arn:aws:s3:::conf/app.txt" }];
    },
  },
  {
    rule: "env-files-max",
    severity: "error",
    path: `${web}/environmentFiles`,
    noFix: true,
    break: (_d, w) => {
      w.environmentFiles = Array.from({ length: 11 }, (_x, n) => ({ type: "s3", value: `arn:aws:s3:::conf/${n}.env` }));
    },
  },
  {
    rule: "health-range",
    severity: "error",
    path: `${web}/healthCheck/interval`,
    break: (_d, w) => {
      w.healthCheck.interval = 3;
    },
  },
  {
    rule: "health-range",
    severity: "error",
    path: `${web}/healthCheck/timeout`,
    title: "timeout",
    break: (_d, w) => {
      w.healthCheck.timeout = 61;
    },
  },
  {
    rule: "health-range",
    severity: "error",
    path: `${web}/healthCheck/retries`,
    title: "retries",
    break: (_d, w) => {
      w.healthCheck.retries = 0;
    },
  },
  {
    rule: "health-range",
    severity: "error",
    path: `${web}/healthCheck/startPeriod`,
    title: "start period",
    break: (_d, w) => {
      w.healthCheck.startPeriod = 301;
    },
  },
  {
    rule: "health-command",
    severity: "warning",
    path: `${web}/healthCheck/command/0`,
    break: (_d, w) => {
      w.healthCheck.command = ["curl -f http://localhost/"];
    },
  },
  {
    rule: "stop-timeout",
    severity: "error",
    path: `${web}/stopTimeout`,
    break: (_d, w) => {
      w.stopTimeout = 300;
    },
  },
  {
    rule: "stop-timeout",
    severity: "error",
    path: `${web}/stopTimeout`,
    title: "too short",
    break: (_d, w) => {
      w.stopTimeout = 1;
    },
  },
  {
    rule: "start-timeout",
    severity: "error",
    path: `${web}/startTimeout`,
    break: (_d, w) => {
      w.startTimeout = 1;
    },
  },
  {
    rule: "restart-policy",
    severity: "error",
    path: `${web}/restartPolicy/restartAttemptPeriod`,
    break: (_d, w) => {
      w.restartPolicy = { enabled: true, restartAttemptPeriod: 30 };
    },
  },
  {
    rule: "restart-exit-codes",
    severity: "error",
    path: `${web}/restartPolicy/ignoredExitCodes`,
    noFix: true,
    break: (_d, w) => {
      w.restartPolicy = { enabled: true, ignoredExitCodes: Array.from({ length: 51 }, (_x, n) => n) };
    },
  },
  {
    rule: "ulimit-order",
    severity: "error",
    path: `${web}/ulimits/0/softLimit`,
    break: (_d, w) => {
      w.ulimits[0].softLimit = 9000;
    },
  },
  {
    rule: "ulimit-fargate",
    severity: "warning",
    path: `${web}/ulimits/1/name`,
    break: (_d, w) => {
      w.ulimits.push({ name: "nproc", softLimit: 1, hardLimit: 2 });
    },
  },
  {
    rule: "fargate-privileged",
    severity: "error",
    path: `${web}/privileged`,
    break: (_d, w) => {
      w.privileged = true;
    },
  },
  {
    rule: "fargate-capabilities",
    severity: "error",
    path: `${web}/linuxParameters/capabilities/add/1`,
    break: (_d, w) => {
      w.linuxParameters.capabilities = { add: ["SYS_PTRACE", "NET_ADMIN"] };
    },
  },
  {
    rule: "fargate-devices",
    severity: "error",
    path: `${web}/linuxParameters/devices`,
    break: (_d, w) => {
      w.linuxParameters.devices = [{ hostPath: "/dev/fuse" }];
    },
  },
  {
    rule: "fargate-shared-memory",
    severity: "error",
    path: `${web}/linuxParameters/sharedMemorySize`,
    break: (_d, w) => {
      w.linuxParameters.sharedMemorySize = 256;
    },
  },
  {
    rule: "fargate-swap",
    severity: "error",
    path: `${web}/linuxParameters/maxSwap`,
    break: (_d, w) => {
      w.linuxParameters.maxSwap = 0;
    },
  },
  {
    rule: "fargate-gpu",
    severity: "error",
    path: `${web}/resourceRequirements/0/type`,
    break: (_d, w) => {
      w.resourceRequirements = [{ type: "GPU", value: "1" }];
    },
  },
  {
    rule: "awsvpc-links",
    severity: "error",
    path: `${web}/links`,
    break: (_d, w) => {
      w.links = ["agent"];
    },
  },
  {
    rule: "awsvpc-hostname",
    severity: "error",
    path: `${web}/hostname`,
    break: (_d, w) => {
      w.hostname = "shop";
    },
  },
  {
    rule: "awsvpc-dns",
    severity: "error",
    path: `${web}/dnsServers`,
    break: (_d, w) => {
      w.dnsServers = ["10.0.0.2"];
    },
  },
  {
    rule: "awsvpc-dns",
    severity: "error",
    path: `${web}/dnsSearchDomains`,
    title: "search domains",
    break: (_d, w) => {
      w.dnsSearchDomains = ["local"];
    },
  },
  {
    rule: "awsvpc-extra-hosts",
    severity: "error",
    path: `${web}/extraHosts`,
    break: (_d, w) => {
      w.extraHosts = [{ hostname: "db", ipAddress: "10.0.0.9" }];
    },
  },
  {
    rule: "awsvpc-disable-networking",
    severity: "error",
    path: `${web}/disableNetworking`,
    break: (_d, w) => {
      w.disableNetworking = true;
    },
  },
  {
    rule: "fargate-security-options",
    severity: "error",
    path: `${web}/dockerSecurityOptions`,
    break: (_d, w) => {
      w.dockerSecurityOptions = ["no-new-privileges"];
    },
  },
  {
    rule: "fargate-source-path",
    severity: "error",
    path: "/volumes/0/host/sourcePath",
    break: (d) => {
      d.volumes[0].host = { sourcePath: "/srv" };
    },
  },
  {
    rule: "fargate-docker-volume",
    severity: "error",
    path: "/volumes/0/dockerVolumeConfiguration",
    break: (d) => {
      d.volumes[0].dockerVolumeConfiguration = { scope: "task", driver: "local" };
    },
  },
  {
    rule: "fargate-fsx",
    severity: "error",
    path: "/volumes/0/fsxWindowsFileServerVolumeConfiguration",
    break: (d) => {
      d.volumes[0].fsxWindowsFileServerVolumeConfiguration = {
        fileSystemId: "fs-1",
        rootDirectory: "share",
        authorizationConfig: {
          credentialsParameter: "arn:aws:ssm:eu-west-1:111122223333:parameter/ad",
          domain: "shop.example",
        },
      };
    },
  },
  {
    rule: "volume-one-kind",
    severity: "error",
    path: "/volumes/0/configuredAtLaunch",
    marks: '"configuredAtLaunch"',
    break: (d) => {
      d.volumes = [
        {
          name: "cache",
          efsVolumeConfiguration: { fileSystemId: "fs-0123", transitEncryption: "ENABLED" },
          configuredAtLaunch: true,
        },
      ];
    },
  },
  {
    rule: "volume-name",
    severity: "error",
    path: "/volumes/0/name",
    break: (d, w) => {
      d.volumes[0].name = "my cache";
      w.mountPoints[0].sourceVolume = "my cache";
    },
  },
  {
    rule: "volume-name",
    severity: "error",
    path: "/volumes/1/name",
    title: "twice",
    break: (d) => {
      d.volumes.push({ name: "cache" });
    },
  },
  {
    rule: "volume-unknown",
    severity: "error",
    path: `${web}/mountPoints/0/sourceVolume`,
    break: (_d, w) => {
      w.mountPoints[0].sourceVolume = "chache";
    },
    besides: ["volume-unused"],
  },
  {
    rule: "volume-unknown",
    severity: "error",
    path: `${web}/mountPoints/0/sourceVolume`,
    title: "none at all",
    break: (d) => {
      delete d.volumes;
    },
  },
  {
    rule: "volume-unused",
    severity: "hint",
    path: "/volumes/1/name",
    break: (d) => {
      d.volumes.push({ name: "scratch" });
    },
  },
  {
    rule: "volume-unused",
    severity: "error",
    path: "/volumes/1/name",
    title: "configured at launch",
    break: (d) => {
      d.volumes.push({ name: "disk", configuredAtLaunch: true });
    },
  },
  {
    rule: "volumes-from-unknown",
    severity: "error",
    path: `${web}/volumesFrom/0/sourceContainer`,
    break: (_d, w) => {
      w.volumesFrom = [{ sourceContainer: "data" }];
    },
  },
  {
    rule: "efs-iam-tls",
    severity: "error",
    path: `${volume}/authorizationConfig/iam`,
    break: efs({ authorizationConfig: { iam: "ENABLED" } }),
  },
  {
    rule: "efs-port-tls",
    severity: "error",
    path: `${volume}/transitEncryptionPort`,
    break: efs({ transitEncryptionPort: 2999 }),
  },
  {
    rule: "efs-access-point-root",
    severity: "error",
    path: `${volume}/rootDirectory`,
    break: efs({
      rootDirectory: "/data",
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: "fsap-0123" },
    }),
  },
  { rule: "efs-tls", severity: "warning", path: volume, marks: "{", break: efs({}) },
  {
    rule: "s3files-task-role",
    severity: "error",
    path: "/volumes/0/s3filesVolumeConfiguration",
    marks: '"s3filesVolumeConfiguration"',
    break: (d) => {
      delete d.taskRoleArn;
      d.volumes = [
        {
          name: "cache",
          s3filesVolumeConfiguration: { fileSystemArn: "arn:aws:s3files:eu-west-1:111122223333:file-system/fs-1" },
        },
      ];
    },
  },
  {
    rule: "proxy-container",
    severity: "error",
    path: "/proxyConfiguration/containerName",
    besides: ["proxy-appmesh"],
    break: (d) => {
      d.proxyConfiguration = proxy("envoy", all);
    },
  },
  {
    rule: "proxy-properties",
    severity: "error",
    path: "/proxyConfiguration/properties",
    marks: "[",
    besides: ["proxy-appmesh"],
    break: (d) => {
      d.proxyConfiguration = proxy("agent", all.slice(1));
    },
  },
  {
    rule: "proxy-appmesh",
    severity: "warning",
    path: "/proxyConfiguration",
    noFix: true,
    break: (d) => {
      d.proxyConfiguration = proxy("agent", all);
    },
  },
];

const all = ["ProxyIngressPort", "ProxyEgressPort", "AppPorts", "IgnoredUID"];
const proxy = (containerName: string, names: readonly string[]) => ({
  type: "APPMESH",
  containerName,
  properties: names.map((name) => ({ name, value: "15000" })),
});
