import assert from "node:assert/strict";
import { documentText } from "../../src/core/render/document";
import { reviewDocument } from "../../src/core/render/review";
import { review } from "../../src/core/service/review/review";
import type { RoleFacts } from "../../src/core/ports/inspection";
import { known, valueOf, type ServiceSnapshot } from "../../src/core/service/snapshot/serviceSnapshot";
import type { JsonObject } from "../../src/core/base/taskDefinition";
import { healthy } from "./diagnose/base";

type Spoil = (snapshot: ServiceSnapshot) => void;

const must = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error("the fixture lacks what is to be spoiled");
  return value;
};
const guard = (snapshot: ServiceSnapshot, id: string) =>
  must(valueOf(snapshot.securityGroups)?.find((group) => group.id === id));
const rule = (port: number, to = port) => ({
  protocol: "tcp",
  fromPort: port,
  toPort: to,
  cidrs: ["0.0.0.0/0"],
  groups: [],
});
const definition = (snapshot: ServiceSnapshot) => must(valueOf(snapshot.revision)).definition;
const container = (snapshot: ServiceSnapshot) => must(definition(snapshot).containerDefinitions?.[0]);
const taskRole =
  (statement: JsonObject, more: Partial<RoleFacts> = {}): Spoil =>
  (snapshot) => {
    snapshot.taskRole = known({
      name: "quay-task",
      arn: "arn:aws:iam::123456789012:role/quay-task",
      trust: must(valueOf(snapshot.executionRole)).trust,
      createdAt: 0,
      policies: [{ name: "own", document: { Version: "2012-10-17", Statement: [statement] } }],
      unread: [],
      ...more,
    });
  };
const allow = (action: string | string[], resource: string | string[] = "*"): JsonObject => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
});

/** One thing that is not as it should be: what finds it, how grave it is, and what of it is said. */
const cases: readonly [string, Spoil, string, "high" | "medium" | "low", RegExp][] = [
  [
    "tasks open on SSH",
    (s) => guard(s, "sg-tasks").ingress.push(rule(22)),
    "tasks-open",
    "high",
    /port 22, past the load balancer/,
  ],
  [
    "tasks open on every port",
    (s) => guard(s, "sg-tasks").ingress.push(rule(0, 65535)),
    "tasks-open",
    "high",
    /every port/,
  ],
  [
    "tasks open on their own port",
    (s) => guard(s, "sg-tasks").ingress.push(rule(8080)),
    "tasks-open",
    "medium",
    /port 8080/,
  ],
  [
    "a load balancer open where nothing listens",
    (s) => guard(s, "sg-balancer").ingress.push(rule(8443)),
    "balancer-open",
    "medium",
    /port 8443, and it listens on 80/,
  ],
  ["no way out", (s) => (guard(s, "sg-tasks").egress = []), "egress-missing", "high", /nothing out on port 443/],
  [
    "public addresses behind a NAT gateway",
    (s) => valueOf(s.subnets)?.forEach((subnet) => Object.assign(subnet, { egress: "nat", natState: "available" })),
    "public-address",
    "medium",
    /do not need/,
  ],
  ["no HTTPS", () => undefined, "plain-http", "low", /without encryption/],
  ["a task role that may do anything", taskRole(allow("*")), "broad-policy", "high", /may do anything/],
  [
    "a task role that may do all but something",
    taskRole({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
    "broad-policy",
    "high",
    /may do anything/,
  ],
  ["a task role that may pass any role", taskRole(allow(["iam:PassRole"])), "broad-policy", "high", /pass any role/],
  [
    "a task role with all of S3",
    taskRole(allow(["s3:*", "dynamodb:*"])),
    "broad-policy",
    "medium",
    /everything with s3, dynamodb/,
  ],
  [
    "a policy that may not be read and says it all by its name",
    taskRole(allow("s3:GetObject", "arn:aws:s3:::quay/*"), { unread: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
    "broad-policy",
    "high",
    /AdministratorAccess/,
  ],
  [
    "a role that anybody may become",
    taskRole(allow("s3:GetObject", "arn:aws:s3:::quay/*"), {
      trust: { Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }] },
    }),
    "role-trust",
    "high",
    /Anybody/,
  ],
  [
    "a role that another account may become",
    taskRole(allow("s3:GetObject", "arn:aws:s3:::quay/*"), {
      trust: {
        Statement: [
          { Effect: "Allow", Principal: { AWS: "arn:aws:iam::999999999999:root" }, Action: "sts:AssumeRole" },
        ],
      },
    }),
    "role-trust",
    "high",
    /999999999999/,
  ],
  [
    "one role for both",
    (s) => (definition(s).taskRoleArn = must(definition(s).executionRoleArn)),
    "one-role",
    "medium",
    /with the execution role/,
  ],
  [
    "a password in the environment",
    (s) => (container(s)["environment"] = [{ name: "DB_PASSWORD", value: "correct horse" }]),
    "plain-secret",
    "high",
    /DB_PASSWORD/,
  ],
  [
    "critical weaknesses",
    (s) =>
      Object.assign(must(valueOf(must(s.images[0]).facts)), {
        scan: { status: "COMPLETE", counts: { CRITICAL: 2, HIGH: 1 } },
      }),
    "image-findings",
    "high",
    /2 critical, 1 high/,
  ],
  ["an image that was never scanned", () => undefined, "image-findings", "low", /never scanned/],
  ["logs for ever", () => undefined, "logs-forever", "low", /for ever/],
];

const quiet = healthy();
const usual = new Set(review(quiet).findings.map(({ id, sentence }) => `${id} ${sentence}`));

describe("a review", () => {
  it("finds in a service in good order what a first deployment leaves open, and nothing grave", () => {
    assert.deepEqual([...new Set(review(quiet).findings.map(({ id, severity }) => `${severity} ${id}`))].sort(), [
      "low image-findings",
      "low logs-forever",
      "low plain-http",
    ]);
  });

  for (const [what, spoil, id, severity, says] of cases) {
    it(`finds ${what}, and nothing else with it`, () => {
      const snapshot = healthy();
      spoil(snapshot);
      const { findings } = review(snapshot);
      const found = must(findings.find((finding) => finding.id === id && says.test(finding.sentence)));
      assert.equal(found.severity, severity);
      assert.ok(found.evidence.length > 0 && found.remedy.length > 0);
      assert.deepEqual(
        findings.filter((finding) => finding !== found && !usual.has(`${finding.id} ${finding.sentence}`)),
        [],
      );
    });
  }

  it("never shows what a secret says", () => {
    const snapshot = healthy();
    container(snapshot)["environment"] = [{ name: "API_TOKEN", value: "s3cr3t-value" }];
    assert.ok(!JSON.stringify(review(snapshot)).includes("s3cr3t"));
  });

  it("takes nothing for good that could not be read", () => {
    const snapshot = healthy();
    snapshot.securityGroups = {
      known: false,
      why: "you may not ec2:DescribeSecurityGroups",
      code: "UnauthorizedOperation",
    };
    const found = review(snapshot);
    assert.deepEqual(found.unknown, ["security groups: you may not ec2:DescribeSecurityGroups"]);
    assert.match(documentText(reviewDocument("quay", found)), /What could not be looked at/);
  });
});
