/** Volumes and the proxy: one mistake each. */
import type { BrokenCase, Loose } from "./base";

const web = "/containerDefinitions/0";
const efs = (settings: Loose) => (d: Loose) => {
  d.volumes = [{ name: "cache", efsVolumeConfiguration: { fileSystemId: "fs-0123456789", ...settings } }];
};
const volume = "/volumes/0/efsVolumeConfiguration";

export const brokenVolumes: readonly BrokenCase[] = [
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
