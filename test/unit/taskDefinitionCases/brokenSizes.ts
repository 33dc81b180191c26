/** The task itself, its size and where it runs: one mistake each. */
import { type BrokenCase, windows } from "./base";

export const brokenSizes: readonly BrokenCase[] = [
  {
    rule: "family-pattern",
    severity: "error",
    path: "/family",
    break: (d) => {
      d.family = "my shop!";
    },
  },
  {
    rule: "containers-empty",
    severity: "error",
    path: "/containerDefinitions",
    break: (d) => {
      d.containerDefinitions = [];
    },
    besides: ["volume-unused"],
  },
  {
    rule: "containers-empty",
    severity: "error",
    path: "",
    marks: "{",
    title: "not there",
    break: (d) => {
      delete d.containerDefinitions;
    },
    besides: ["volume-unused"],
  },
  {
    rule: "containers-max",
    severity: "error",
    path: "/containerDefinitions",
    noFix: true,
    break: (d) => {
      for (let n = 0; n < 9; n++)
        d.containerDefinitions.push({ ...d.containerDefinitions[1], name: `agent${n}`, memoryReservation: 6 });
    },
  },
  {
    rule: "definition-size",
    severity: "error",
    path: "",
    marks: "{",
    noFix: true,
    break: (_d, w) => {
      w.environment.push({ name: "LONG", value: "a".repeat(66_000) });
    },
  },
  {
    rule: "task-size-syntax",
    severity: "error",
    path: "/cpu",
    break: (d) => {
      d.cpu = "1 CPU";
    },
  },
  {
    rule: "task-size-syntax",
    severity: "error",
    path: "/memory",
    title: "of memory",
    break: (d) => {
      d.memory = "2 GiB";
    },
  },
  {
    rule: "fargate-cpu-required",
    severity: "error",
    path: "",
    marks: "{",
    break: (d) => {
      delete d.cpu;
    },
  },
  {
    rule: "fargate-memory-required",
    severity: "error",
    path: "",
    marks: "{",
    break: (d) => {
      delete d.memory;
    },
  },
  {
    rule: "fargate-cpu-memory",
    severity: "error",
    path: "/memory",
    break: (d, w) => {
      d.cpu = "512";
      d.memory = "512";
      w.memory = 256;
    },
  },
  {
    rule: "fargate-cpu-memory",
    severity: "error",
    path: "/cpu",
    title: "no such CPU",
    break: (d) => {
      d.cpu = "768";
    },
  },
  {
    rule: "fargate-cpu-memory",
    severity: "error",
    path: "/memory",
    title: "in gigabytes",
    break: (d) => {
      d.cpu = "1 vCPU";
      d.memory = "10 GB";
    },
  },
  {
    rule: "fargate-windows-size",
    severity: "error",
    path: "/cpu",
    break: (d, w) => {
      windows(d);
      d.cpu = "512";
      w.cpu = 0;
    },
  },
  {
    rule: "windows-arm64",
    severity: "error",
    path: "/runtimePlatform/cpuArchitecture",
    break: (d) => {
      windows(d);
      d.runtimePlatform.cpuArchitecture = "ARM64";
    },
  },
  {
    rule: "fargate-network-mode",
    severity: "error",
    path: "/networkMode",
    break: (d) => {
      d.networkMode = "bridge";
    },
  },
  {
    rule: "fargate-network-mode",
    severity: "error",
    path: "",
    marks: "{",
    title: "absent",
    break: (d) => {
      delete d.networkMode;
    },
  },
  {
    rule: "ephemeral-storage",
    severity: "error",
    path: "/ephemeralStorage/sizeInGiB",
    break: (d) => {
      d.ephemeralStorage = { sizeInGiB: 20 };
    },
  },
  {
    rule: "ephemeral-storage",
    severity: "error",
    path: "/ephemeralStorage/sizeInGiB",
    title: "too large",
    break: (d) => {
      d.ephemeralStorage = { sizeInGiB: 500 };
    },
  },
  {
    rule: "ephemeral-not-fargate",
    severity: "error",
    path: "/ephemeralStorage",
    from: "ec2",
    break: (d) => {
      d.ephemeralStorage = { sizeInGiB: 50 };
    },
  },
  {
    rule: "inference-accelerators",
    severity: "error",
    path: "/inferenceAccelerators",
    break: (d) => {
      d.inferenceAccelerators = [{ deviceName: "a", deviceType: "eia1.medium" }];
    },
  },
  {
    rule: "fargate-ipc",
    severity: "error",
    path: "/ipcMode",
    break: (d) => {
      d.ipcMode = "task";
    },
  },
  {
    rule: "fargate-pid",
    severity: "error",
    path: "/pidMode",
    break: (d) => {
      d.pidMode = "host";
    },
  },
  {
    rule: "fargate-pid",
    severity: "error",
    path: "/pidMode",
    title: "without an operating system",
    break: (d) => {
      d.pidMode = "task";
      delete d.runtimePlatform;
    },
  },
  {
    rule: "fargate-placement",
    severity: "error",
    path: "/placementConstraints",
    break: (d) => {
      d.placementConstraints = [{ type: "memberOf", expression: "attribute:ecs.os-type == linux" }];
    },
  },
  {
    rule: "tags",
    severity: "error",
    path: "/tags",
    break: (d) => {
      d.tags = { team: "shop" };
    },
  },
  {
    rule: "tags",
    severity: "error",
    path: "/tags/1/key",
    title: "twice",
    break: (d) => {
      d.tags = [
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ];
    },
  },
  {
    rule: "tags",
    severity: "error",
    path: "/tags/0/key",
    title: "AWS's own",
    break: (d) => {
      d.tags = [{ key: "aws:team", value: "1" }];
    },
  },
];
