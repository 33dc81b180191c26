/** Health, times, limits, and what Fargate does not have: one mistake each. */
import type { BrokenCase } from "./base";

const web = "/containerDefinitions/0";

export const brokenLimits: readonly BrokenCase[] = [
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
];
