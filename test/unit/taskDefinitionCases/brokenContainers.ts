/** Containers, ports, dependencies and roles: one mistake each. */
import { account, type BrokenCase } from "./base";

const web = "/containerDefinitions/0";
const side = "/containerDefinitions/1";

export const brokenContainers: readonly BrokenCase[] = [
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
