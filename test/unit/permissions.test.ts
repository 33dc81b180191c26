/** docs/permissions.md names what every call of Slipway needs. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** The prefix of a service's actions, by the SDK's client. Source: AWS's service authorization reference. */
const prefixes: Readonly<Record<string, string>> = {
  acm: "acm",
  "application-auto-scaling": "application-autoscaling",
  cloudwatch: "cloudwatch",
  "cloudwatch-logs": "logs",
  ec2: "ec2",
  ecr: "ecr",
  ecs: "ecs",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  iam: "iam",
  "secrets-manager": "secretsmanager",
  pricing: "pricing",
  "route-53": "route53",
  scheduler: "scheduler",
  "service-quotas": "servicequotas",
  ssm: "ssm",
};

/** These ask for no permission: everyone may know who he is, and signing in comes before there are any credentials. */
const unasked: ReadonlySet<string> = new Set(["sts", "sso-oidc"]);

/** The operations that src/ calls: `ecs:ListTasks`, each with the file that does. */
function called(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const files = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith("sandbox"))
    .map((file) => path.posix.join("src", file.replaceAll(path.sep, "/")));
  for (const file of files) {
    for (const [, names = "", client = ""] of read(file).matchAll(
      /import \{([^}]+)\} from "@aws-sdk\/client-([\w-]+)"/g,
    )) {
      if (unasked.has(client)) continue;
      const prefix = prefixes[client];
      assert.ok(prefix, `${file}: by which prefix are the actions of client-${client} called?`);
      for (const [, command, paginated] of names.matchAll(/\b(?:([A-Z]\w+)Command|paginate([A-Z]\w+))\b/g)) {
        // The actions of all these operations have the operation's name; S3's and Lambda's would not.
        found.set(`${prefix}:${command ?? paginated ?? ""}`, file);
      }
    }
  }
  return found;
}

/** What the page names: an action belongs to the service that was named last before it. */
function named(): string[] {
  const services = new Set(Object.values(prefixes));
  let service = "";
  return [...read("docs/permissions.md").matchAll(/[A-Za-z][\w-]*(?:\\\*)?/g)].flatMap(([word]) => {
    if (services.has(word)) service = word;
    return /^[A-Z]\w+(\\\*)?$/.test(word) ? [`${service}:${word.replace("\\", "")}`] : [];
  });
}

describe("docs/permissions.md", () => {
  it("names the action of every call to AWS", () => {
    const there = named();
    const exact = new Set(there);
    const wide = there.flatMap((action) => (action.endsWith("*") ? [action.slice(0, -1)] : []));
    const operations = called();
    assert.ok(operations.size > 80, `only ${operations.size} operations were found`);
    const left = [...operations].flatMap(([action, file]) =>
      exact.has(action) || wide.some((beginning) => action.startsWith(beginning)) ? [] : [`${action} (${file})`],
    );
    assert.deepEqual(left, []);
  });
});
