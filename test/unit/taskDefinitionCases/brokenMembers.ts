/** Members and their values: one mistake each. */
import { type BrokenCase } from "./base";

const web = "/containerDefinitions/0";

export const brokenMembers: readonly BrokenCase[] = [
  {
    rule: "unknown-property",
    severity: "info",
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
    severity: "info",
    path: `${web}/enviroment`,
    marks: '"enviroment"',
    break: (_d, w) => {
      w.enviroment = w.environment;
      delete w.environment;
    },
  },
  {
    rule: "unknown-property",
    severity: "warning",
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
    severity: "info",
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
];
