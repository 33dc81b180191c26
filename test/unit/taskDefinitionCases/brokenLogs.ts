/** Logs and environment: one mistake each. */
import type { BrokenCase } from "./base";

const web = "/containerDefinitions/0";
const options = `${web}/logConfiguration/options`;

export const brokenLogs: readonly BrokenCase[] = [
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
];
