/** Task, containers, ports and dependencies: one mistake each. */
import { account, type BrokenCase } from "./base";

const web = "/containerDefinitions/0";
const side = "/containerDefinitions/1";

export const brokenTasks: readonly BrokenCase[] = [
  {
    rule: "unknown-property",
    severity: "error",
    path: "/containerDefinitons",
    marks: '"containerDefinitons"',
    title: "at the top",
    break: (d) => {
      d.containerDefinitons = [];
    },
    besides: [],
  },
  {
    rule: "unknown-property",
    severity: "error",
    path: `${web}/enviroment`,
    marks: '"enviroment"',
    break: (_d, w) => {
      w.enviroment = w.environment;
      delete w.environment;
    },
  },
  {
    rule: "unknown-property",
    severity: "error",
    path: `${web}/Image`,
    marks: '"Image"',
    title: "in the wrong case",
    break: (_d, w) => {
      w.Image = w.image;
      delete w.image;
    },
  },
  {
    rule: "unknown-property",
    severity: "error",
    path: `${web}/portMappings/0/port`,
    marks: '"port"',
    title: "deep down",
    break: (_d, w) => {
      w.portMappings[0].port = 80;
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: `${web}/portMappings/0/containerPort`,
    break: (_d, w) => {
      w.portMappings[0].containerPort = "8080";
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: "/cpu",
    title: "a number for a string",
    break: (d) => {
      d.cpu = 1024;
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: `${web}/environment/0/value`,
    title: "a boolean for a string",
    break: (_d, w) => {
      w.environment[0].value = true;
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: `${web}/essential`,
    title: "a string for a boolean",
    break: (_d, w) => {
      w.essential = "true";
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: `${web}/environment`,
    title: "a map for a list",
    break: (_d, w) => {
      w.environment = { MODE: "production", LEVEL: "3" };
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: `${web}/command`,
    title: "a string for a list",
    break: (_d, w) => {
      w.command = "serve";
    },
  },
  {
    rule: "type-mismatch",
    severity: "error",
    path: `${web}/cpu`,
    title: "a fraction",
    break: (_d, w) => {
      w.cpu = 0.5;
    },
  },
  {
    rule: "null-value",
    severity: "warning",
    path: "/ipcMode",
    break: (d) => {
      d.ipcMode = null;
    },
  },
  {
    rule: "enum-value",
    severity: "error",
    path: "/networkMode",
    break: (d) => {
      d.networkMode = "aws-vpc";
    },
  },
  {
    rule: "enum-value",
    severity: "error",
    path: `${web}/portMappings/0/protocol`,
    title: "in capitals",
    break: (_d, w) => {
      w.portMappings[0].protocol = "TCP";
    },
  },
  {
    rule: "enum-value",
    severity: "error",
    path: "/requiresCompatibilities/0",
    title: "in a list",
    break: (d) => {
      d.requiresCompatibilities = ["fargate"];
    },
  },
  {
    rule: "required-property",
    severity: "error",
    path: "",
    marks: "{",
    break: (d) => {
      delete d.family;
    },
  },
  {
    rule: "required-property",
    severity: "error",
    path: `${web}/secrets/0`,
    marks: "{",
    title: "of a secret",
    break: (_d, w) => {
      delete w.secrets[0].valueFrom;
    },
  },
  {
    rule: "required-property",
    severity: "error",
    path: `${web}/healthCheck`,
    marks: "{",
    title: "of a health check",
    break: (_d, w) => {
      delete w.healthCheck.command;
    },
  },
  {
    rule: "required-property",
    severity: "error",
    path: `${web}/ulimits/0`,
    marks: "{",
    title: "of a limit",
    break: (_d, w) => {
      delete w.ulimits[0].hardLimit;
    },
  },
  {
    rule: "readonly-property",
    severity: "info",
    path: "/revision",
    marks: '"revision"',
    break: (d) => {
      Object.assign(d, { revision: 4, status: "ACTIVE", registeredBy: "me" });
    },
  },
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
      d.runtimePlatform.operatingSystemFamily = "WINDOWS_SERVER_2022_CORE";
      d.cpu = "512";
      w.cpu = 0;
    },
  },
  {
    rule: "windows-arm64",
    severity: "error",
    path: "/runtimePlatform/cpuArchitecture",
    break: (d) => {
      d.runtimePlatform = { cpuArchitecture: "ARM64", operatingSystemFamily: "WINDOWS_SERVER_2025_CORE" };
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
  {
    rule: "container-name-required",
    severity: "error",
    path: web,
    marks: "{",
    break: (_d, w) => {
      delete w.name;
    },
  },
  {
    rule: "container-name-pattern",
    severity: "error",
    path: `${web}/name`,
    break: (_d, w) => {
      w.name = "web.main";
    },
  },
  {
    rule: "container-name-unique",
    severity: "error",
    path: `${side}/name`,
    break: (d, w, s) => {
      s.name = "web";
      delete w.dependsOn;
      void d;
    },
  },
  {
    rule: "image-required",
    severity: "error",
    path: web,
    marks: "{",
    break: (_d, w) => {
      delete w.image;
    },
  },
  {
    rule: "image-required",
    severity: "error",
    path: `${web}/image`,
    title: "empty",
    break: (_d, w) => {
      w.image = "";
    },
  },
  {
    rule: "image-syntax",
    severity: "error",
    path: `${web}/image`,
    break: (_d, w) => {
      w.image = "Acme/Shop:v1";
    },
  },
  {
    rule: "image-syntax",
    severity: "error",
    path: `${web}/image`,
    noFix: true,
    title: "a short digest",
    break: (_d, w) => {
      w.image = "acme/shop@sha256:abc";
    },
  },
  {
    rule: "image-latest",
    severity: "warning",
    path: `${side}/image`,
    noFix: true,
    break: (_d, _w, s) => {
      s.image = "acme/agent:latest";
    },
  },
  {
    rule: "essential-none",
    severity: "error",
    path: `${web}/essential`,
    break: (_d, w) => {
      w.essential = false;
    },
  },
  {
    rule: "memory-required",
    severity: "error",
    path: web,
    marks: "{",
    from: "ec2",
    break: (_d, w) => {
      delete w.memory;
    },
  },
  {
    rule: "memory-reservation",
    severity: "error",
    path: `${web}/memoryReservation`,
    break: (_d, w) => {
      w.memory = 512;
      w.memoryReservation = 1024;
    },
  },
  {
    rule: "container-memory-over-task",
    severity: "error",
    path: `${web}/memory`,
    break: (_d, w) => {
      w.memory = 4096;
    },
  },
  {
    rule: "container-memory-sum",
    severity: "warning",
    path: `${side}/memoryReservation`,
    break: (_d, _w, s) => {
      s.memoryReservation = 1500;
    },
  },
  {
    rule: "container-memory-min",
    severity: "warning",
    path: `${side}/memoryReservation`,
    break: (_d, _w, s) => {
      s.memoryReservation = 4;
    },
  },
  {
    rule: "container-cpu-sum",
    severity: "error",
    path: `${web}/cpu`,
    break: (_d, w, s) => {
      w.cpu = 1024;
      s.cpu = 256;
    },
  },
  {
    rule: "awsvpc-host-port",
    severity: "error",
    path: `${web}/portMappings/0/hostPort`,
    break: (_d, w) => {
      w.portMappings[0].hostPort = 80;
    },
  },
  {
    rule: "awsvpc-host-port",
    severity: "error",
    path: `${web}/portMappings/0/hostPort`,
    from: "ec2",
    title: "on EC2",
    break: (d, w) => {
      d.networkMode = "awsvpc";
      w.portMappings[0].hostPort = 80;
    },
  },
  {
    rule: "awsvpc-port-reuse",
    severity: "error",
    path: `${side}/portMappings/0/containerPort`,
    break: (_d, _w, s) => {
      s.portMappings = [{ containerPort: 8080 }];
    },
  },
  {
    rule: "container-port-range",
    severity: "error",
    path: `${web}/portMappings/0/containerPort`,
    break: (_d, w) => {
      w.portMappings[0].containerPort = 70_000;
    },
  },
  {
    rule: "container-port-range",
    severity: "error",
    path: `${web}/portMappings/0`,
    marks: "{",
    title: "absent",
    break: (_d, w) => {
      delete w.portMappings[0].containerPort;
    },
  },
  {
    rule: "port-range-exclusive",
    severity: "error",
    path: `${web}/portMappings/0/containerPortRange`,
    break: (_d, w) => {
      w.portMappings[0].containerPortRange = "9000-9010";
    },
  },
  {
    rule: "port-range-order",
    severity: "error",
    path: `${web}/portMappings/0/containerPortRange`,
    break: (_d, w) => {
      w.portMappings = [{ containerPortRange: "9010-9000" }];
    },
  },
  {
    rule: "port-name-unique",
    severity: "error",
    path: `${side}/portMappings/0/name`,
    break: (_d, _w, s) => {
      s.portMappings = [{ containerPort: 9090, name: "http" }];
    },
  },
  {
    rule: "port-name-pattern",
    severity: "error",
    path: `${web}/portMappings/0/name`,
    break: (_d, w) => {
      w.portMappings[0].name = "Web Port";
    },
  },
  {
    rule: "app-protocol-name",
    severity: "warning",
    path: `${web}/portMappings/0/appProtocol`,
    break: (_d, w) => {
      w.portMappings = [{ containerPort: 8080, appProtocol: "http" }];
    },
  },
  {
    rule: "depends-unknown",
    severity: "error",
    path: `${web}/dependsOn/0/containerName`,
    break: (_d, w) => {
      w.dependsOn[0].containerName = "agnet";
    },
  },
  {
    rule: "depends-cycle",
    severity: "error",
    path: `${side}/dependsOn/0/containerName`,
    break: (_d, _w, s) => {
      s.dependsOn = [{ containerName: "web", condition: "START" }];
    },
  },
  {
    rule: "depends-cycle",
    severity: "error",
    path: `${web}/dependsOn/0/containerName`,
    title: "itself",
    break: (_d, w) => {
      w.dependsOn[0].containerName = "web";
    },
  },
  {
    rule: "depends-healthy",
    severity: "error",
    path: `${web}/dependsOn/0/condition`,
    break: (_d, w) => {
      w.dependsOn[0].condition = "HEALTHY";
    },
  },
  {
    rule: "depends-complete-essential",
    severity: "error",
    path: `${web}/dependsOn/0/condition`,
    break: (_d, w, s) => {
      w.dependsOn[0].condition = "SUCCESS";
      s.essential = true;
    },
  },
  {
    rule: "execution-role-awslogs",
    severity: "error",
    path: "",
    marks: "{",
    break: (d, w) => {
      delete d.executionRoleArn;
      delete w.secrets;
      w.image = "acme/shop:1";
    },
  },
  {
    rule: "execution-role-ecr",
    severity: "error",
    path: "",
    marks: "{",
    break: (d, w, s) => {
      delete d.executionRoleArn;
      delete w.secrets;
      const splunk = {
        logDriver: "splunk",
        options: { "splunk-url": "https://splunk.example.com", "splunk-token": "t" },
      };
      w.logConfiguration = splunk;
      s.logConfiguration = splunk;
    },
  },
  {
    rule: "execution-role-secrets",
    severity: "error",
    path: "",
    marks: "{",
    break: (d) => {
      delete d.executionRoleArn;
    },
    besides: ["execution-role-ecr", "execution-role-awslogs"],
  },
  {
    rule: "role-arn",
    severity: "warning",
    path: "/taskRoleArn",
    noFix: true,
    break: (d) => {
      d.taskRoleArn = "arn:aws:iam::1234:role/shop";
    },
  },
  {
    rule: "same-roles",
    severity: "hint",
    path: "/taskRoleArn",
    noFix: true,
    break: (d) => {
      d.taskRoleArn = d.executionRoleArn;
    },
  },
  {
    rule: "secret-cross-account",
    severity: "warning",
    path: `${web}/secrets/0/valueFrom`,
    noFix: true,
    break: (_d, w) => {
      w.secrets[0].valueFrom = "arn:aws:ssm:eu-west-1:444455556666:parameter/shop/database";
    },
  },
  {
    rule: "readonly-root",
    severity: "hint",
    path: `${web}/readonlyRootFilesystem`,
    break: (_d, w) => {
      w.readonlyRootFilesystem = false;
    },
  },
  {
    rule: "root-user",
    severity: "hint",
    path: `${web}/user`,
    break: (_d, w) => {
      w.user = "root";
    },
  },
  {
    rule: "plaintext-secret",
    severity: "warning",
    path: `${web}/environment/0/value`,
    break: (_d, w) => {
      w.environment = [{ name: "API_KEY", value: `k-${account}-zz` }];
    },
  },
];
