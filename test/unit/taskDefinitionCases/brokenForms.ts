/** Commands, health checks, users, secrets and log options of a wrong form: one mistake each. */
import { account, type BrokenCase, type Loose } from "./base";

const web = "/containerDefinitions/0";
const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:shop/database-Ab12Cd`;

/** Cases of one rule that differ in what is set, and where it is found. */
const cases = (
  rule: string,
  severity: BrokenCase["severity"],
  list: readonly (readonly [
    title: string,
    path: string,
    set: (w: Loose, d: Loose, s: Loose) => void,
    more?: Partial<BrokenCase>,
  ])[],
): BrokenCase[] =>
  list.map(([title, path, set, more]) => ({
    rule,
    severity,
    title,
    path: path.startsWith("/") ? path : `${web}/${path}`,
    break: (d, w, s) => set(w, d, s),
    ...more,
  }));

const from = (text: string) => (w: Loose) => {
  w.secrets[0].valueFrom = text;
};
const option = (name: string, value: string) => (w: Loose) => {
  w.logConfiguration.options[name] = value;
};
const check =
  (...command: string[]) =>
  (w: Loose) => {
    w.healthCheck.command = command;
  };
const run =
  (entryPoint: string[] | undefined, command?: string[]) =>
  (w: Loose): void => {
    if (entryPoint) w.entryPoint = entryPoint;
    if (command) w.command = command;
  };

export const brokenForms: readonly BrokenCase[] = [
  ...cases("command-one-word", "warning", [
    ["command", "command/0", run(undefined, ["node server.js"])],
    ["with arguments behind it", "command/0", run(undefined, ["npm run start", "--silent"])],
    ["entry point", "entryPoint/0", run(["/usr/bin/python3 -m app"])],
    ["entry point and command", "entryPoint/0", run(["sh -c"], ["node server.js"])],
    ["behind an entry point that runs it", "command/0", run(["docker-entrypoint.sh"], ["node server.js"])],
    ["behind an init", "command/0", run(["/sbin/tini", "--"], ["node server.js"])],
    ["a variable before it", "command/0", run(undefined, ["PORT=80 node server.js"])],
    ["operators in it", "command/0", run(undefined, ["npm run migrate && npm start"])],
  ]),
  ...cases("command-shell-script", "warning", [
    ["over entry point and command", "command/1", run(["sh", "-c"], ["node", "server.js"])],
    ["in the command", "command/3", run(undefined, ["/bin/bash", "-lc", "node", "server.js", "--port", "80"])],
    ["in the entry point", "entryPoint/3", run(["sh", "-c", "node", "server.js"])],
    ["behind env", "command/1", run(["/usr/bin/env", "bash", "-ec"], ["npm", "start"])],
    ["no script", "entryPoint/1", run(["sh", "-c"]), { noFix: true }],
    ["without -c", "command/1", run(undefined, ["sh", "node server.js"])],
    ["-c and script in one word", "command/0", run(["/bin/sh"], ["-c node server.js"])],
  ]),
  ...cases("command-shell-operator", "warning", [
    ["&&", "command/3", run(undefined, ["npm", "run", "migrate", "&&", "npm", "start"])],
    ["||", "entryPoint/1", run(["./start", "||", "true"])],
    ["a redirection", "command/0", run(["./start"], [">", "/var/log/start.log"]), { noFix: true }],
  ]),
  ...cases("health-command-form", "warning", [
    ["CMD-SHELL with several", "healthCheck/command/2", check("CMD-SHELL", "curl", "-f", "http://localhost/")],
    ["CMD with one word for all", "healthCheck/command/1", check("CMD", "curl -f http://localhost/ || exit 1")],
    ["CMD with operators", "healthCheck/command/3", check("CMD", "curl", "localhost", "||", "exit", "1")],
    ["a shell's script in several", "healthCheck/command/4", check("CMD", "sh", "-c", "curl", "-f", "localhost")],
    ["NONE with more", "healthCheck/command/1", check("NONE", "curl -f http://localhost/")],
  ]),
  ...cases("health-command-form", "error", [
    ["empty", "healthCheck/command", check(), { noFix: true }],
    ["CMD alone", "healthCheck/command/0", check("CMD"), { noFix: true }],
    ["CMD-SHELL and nothing", "healthCheck/command/1", check("CMD-SHELL", " "), { noFix: true }],
  ]),
  ...cases("health-timeout-interval", "error", [
    [
      "longer than the interval",
      "healthCheck/timeout",
      (w) => Object.assign(w.healthCheck, { interval: 10, timeout: 20 }),
    ],
  ]),
  ...cases("health-timeout-interval", "warning", [
    [
      "longer than the interval that counts where none is stated",
      "healthCheck/timeout",
      (w) => {
        delete w.healthCheck.interval;
        w.healthCheck.timeout = 45;
      },
    ],
  ]),
  ...cases("depends-healthy", "warning", [
    [
      "a health check that is off",
      "dependsOn/0/condition",
      (w, _d, s) => {
        w.dependsOn[0].condition = "HEALTHY";
        s.healthCheck = { command: ["NONE"] };
      },
    ],
  ]),
  ...cases("user-form", "error", [["three parts", "user", (w) => (w.user = "app:app:app")]]),
  ...cases("user-form", "warning", [
    ["a blank", "user", (w) => (w.user = "app user"), { noFix: true }],
    ["no group", "user", (w) => (w.user = "1000:"), { noFix: true }],
  ]),
  ...cases("working-directory", "warning", [["relative", "workingDirectory", (w) => (w.workingDirectory = "app")]]),
  ...cases("secret-arn", "warning", [
    ["JSON key alone", "secrets/0/valueFrom", from(`${secret}:url`)],
    ["one colon too few", "secrets/0/valueFrom", from(`${secret}:url:`)],
    ["one colon too many", "secrets/0/valueFrom", from(`${secret}:url:::`), { noFix: true }],
    ["stage and id", "secrets/0/valueFrom", from(`${secret}:url:AWSCURRENT:11112222`), { noFix: true }],
    ["no secret", "secrets/0/valueFrom", from(`arn:aws:secretsmanager:eu-west-1:${account}:shop`), { noFix: true }],
    ["parameter with a colon", "secrets/0/valueFrom", from(`arn:aws:ssm:eu-west-1:${account}:parameter:shop/url`)],
    ["two slashes", "secrets/0/valueFrom", from(`arn:aws:ssm:eu-west-1:${account}:parameter//shop/url`)],
    [
      "JSON key of a parameter",
      "secrets/0/valueFrom",
      from(`arn:aws:ssm:eu-west-1:${account}:parameter/shop:url::`),
      { noFix: true },
    ],
    ["a name with odd characters", "secrets/0/valueFrom", from("shop/database@url"), { noFix: true }],
    [
      "a secret option",
      "logConfiguration/secretOptions/0/valueFrom",
      (w) => {
        w.logConfiguration = {
          logDriver: "splunk",
          options: { "splunk-url": "https://splunk.example" },
          secretOptions: [{ name: "splunk-token", valueFrom: `${secret}:token` }],
        };
      },
    ],
  ]),
  ...cases("secret-arn", "error", [
    ["nothing", "secrets/0/valueFrom", from(""), { noFix: true }],
    ["another service", "secrets/0/valueFrom", from("arn:aws:s3:::bucket/secret.json"), { noFix: true }],
    ["no region", "secrets/0/valueFrom", from(`arn:aws:secretsmanager::${account}:secret:shop`), { noFix: true }],
    ["a short account", "secrets/0/valueFrom", from("arn:aws:ssm:eu-west-1:1234:parameter/shop"), { noFix: true }],
    [
      "no partition",
      "secrets/0/valueFrom",
      from(`arn:secretsmanager:secretsmanager:eu-west-1:${account}:secret:x`),
      { noFix: true },
    ],
    ["a URL", "secrets/0/valueFrom", from("https://example.com/secret"), { noFix: true }],
    [
      "an ARN without its beginning",
      "secrets/0/valueFrom",
      from(`aws:ssm:eu-west-1:${account}:parameter/shop`),
      { noFix: true },
    ],
  ]),
  ...cases("secret-name-blank", "error", [["blank", "secrets/0/name", (w) => (w.secrets[0].name = " ")]]),
  ...cases("repository-credentials", "warning", [
    [
      "a JSON key",
      "repositoryCredentials/credentialsParameter",
      (w) => (w.repositoryCredentials = { credentialsParameter: `${secret}:user` }),
    ],
  ]),
  ...cases("repository-credentials", "error", [
    [
      "a parameter",
      "repositoryCredentials/credentialsParameter",
      (w) => (w.repositoryCredentials = { credentialsParameter: `arn:aws:ssm:eu-west-1:${account}:parameter/x` }),
      { noFix: true },
    ],
  ]),
  ...cases("env-name-equals", "warning", [
    ["value in the name", "environment/0/name", (w) => (w.environment = [{ name: "MODE=production", value: "" }])],
  ]),
  ...cases("log-option-value", "error", [
    ["mode", "logConfiguration/options/mode", option("mode", "nonblocking")],
    ["buffer", "logConfiguration/options/max-buffer-size", option("max-buffer-size", "25 megabytes"), { noFix: true }],
    ["group", "logConfiguration/options/awslogs-group", option("awslogs-group", "/ecs/my shop")],
    ["region", "logConfiguration/options/awslogs-region", option("awslogs-region", "EU-WEST-1")],
    ["no region", "logConfiguration/options/awslogs-region", option("awslogs-region", ""), { noFix: true }],
    ["zone", "logConfiguration/options/awslogs-region", option("awslogs-region", "eu-west-1a")],
    [
      "splunk's address",
      "logConfiguration/options/splunk-url",
      (w) =>
        (w.logConfiguration = { logDriver: "splunk", options: { "splunk-url": "splunk:8088", "splunk-token": "t" } }),
      { noFix: true },
    ],
    [
      "splunk's format",
      "logConfiguration/options/splunk-format",
      (w) =>
        (w.logConfiguration = {
          logDriver: "splunk",
          options: { "splunk-url": "https://splunk:8088", "splunk-token": "t", "splunk-format": "jsn" },
        }),
    ],
  ]),
  ...cases("log-option-value", "warning", [
    ["stream prefix", "logConfiguration/options/awslogs-stream-prefix", option("awslogs-stream-prefix", "web:1")],
  ]),
  ...cases("log-buffer-mode", "warning", [
    [
      "blocking",
      "logConfiguration/options/max-buffer-size",
      (w) => Object.assign(w.logConfiguration.options, { mode: "blocking", "max-buffer-size": "4m" }),
    ],
  ]),
  ...cases("splunk-unknown-option", "error", [
    [
      "misspelt",
      "logConfiguration/options/splunk-sourcetyp",
      (w) =>
        (w.logConfiguration = {
          logDriver: "splunk",
          options: { "splunk-url": "https://splunk:8088", "splunk-token": "t", "splunk-sourcetyp": "x" },
        }),
      { marks: '"splunk-sourcetyp"' },
    ],
  ]),
  ...cases("log-option-duplicate", "error", [
    [
      "plain and secret",
      "logConfiguration/secretOptions/0/name",
      (w) =>
        (w.logConfiguration = {
          logDriver: "splunk",
          options: { "splunk-url": "https://splunk:8088", "splunk-token": "t" },
          secretOptions: [{ name: "splunk-token", valueFrom: secret }],
        }),
    ],
  ]),
];

const router = (options: Loose) => (w: Loose, _d: Loose, s: Loose) => {
  w.logConfiguration = { logDriver: "awsfirelens", options: { Name: "stdout" } };
  s.firelensConfiguration = { type: "fluentbit", options };
};
const side = "/containerDefinitions/1/firelensConfiguration/options";

export const brokenRouters: readonly BrokenCase[] = [
  ...cases("firelens-options", "error", [
    ["type", `${side}/config-file-type`, router({ "config-file-type": "http", "config-file-value": "/x.conf" })],
    ["no file", side, router({ "config-file-type": "file" }), { marks: "{" }],
    ["no type", side, router({ "config-file-value": "/x.conf" }), { marks: "{" }],
    ["metadata", `${side}/enable-ecs-log-metadata`, router({ "enable-ecs-log-metadata": "yes" })],
  ]),
  ...cases("firelens-options", "warning", [
    ["unknown", `${side}/config-file`, router({ "config-file": "/x.conf" }), { marks: '"config-file"' }],
  ]),
  ...cases("firelens-itself", "warning", [
    [
      "to itself",
      "/containerDefinitions/1/logConfiguration/logDriver",
      (_w, _d, s) => {
        s.logConfiguration = { logDriver: "awsfirelens", options: { Name: "stdout" } };
        s.firelensConfiguration = { type: "fluentbit" };
      },
      { noFix: true },
    ],
  ]),
];
