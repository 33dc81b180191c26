/** Who may do what and who reaches whom: what is certain, and what cannot be told. */
import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { addressText, canonicalBlock, coverage, parseAddress } from "../../src/core/base/cidr";
import { instantOf } from "../../src/core/base/instant";
import { parseSecretReference, policyResources } from "../../src/core/base/secretReference";
import type { JsonObject } from "../../src/core/base/taskDefinition";
import { fitsWildcards, wildcardParts } from "../../src/core/base/wildcards";
import type { RoleFacts, SimulatedCall } from "../../src/core/ports/inspection";
import type { SecurityGroupRule } from "../../src/core/ports/shapes";
import { executionNeeds, logNeeds, roleMeets, secretNeed, withSimulation } from "../../src/core/service/access/needs";
import { roleMay, trustsTasks } from "../../src/core/service/access/policy";
import { internet, letsIn, letsOut, type GroupSet } from "../../src/core/service/access/securityGroups";
import { secretIsThere } from "../../src/core/service/snapshot/secrets";

const account = "111122223333";
const place = { partition: "aws", region: "eu-west-1", account };
const version = { Version: "2012-10-17" };

function role(...statements: JsonObject[]): RoleFacts {
  const policies = [{ name: "inline", document: { ...version, Statement: statements } }];
  return { name: "exec", arn: `arn:aws:iam::${account}:role/exec`, trust: {}, createdAt: 0, policies, unread: [] };
}

const allow = (more: JsonObject): JsonObject => ({ Effect: "Allow", Action: "ecr:*", Resource: "*", ...more });
const repository = `arn:aws:ecr:eu-west-1:${account}:repository/team/api`;
const mayPull = (...statements: JsonObject[]) => roleMay(role(...statements), "ecr:BatchGetImage", repository);

describe("IAM itself", () => {
  const needs = executionNeeds({ family: "web", containerDefinitions: [] }, place, ["team/api"]);
  const tagged = allow({ Condition: { StringEquals: { "aws:ResourceTag/team": "web" } } });
  const asked: string[] = [];
  const simulate = (decision: "allowed" | "denied") => ({
    simulate: (_role: string, calls: readonly SimulatedCall[]) => {
      asked.push(...calls.map(({ action }) => action));
      return Promise.resolve(Object.fromEntries(calls.map((call) => [`${call.action} ${call.resource}`, decision])));
    },
  });

  it("is asked where the policies leave it open, and of that alone", async () => {
    const plain = role(allow({ Action: "ecr:GetAuthorizationToken" }), tagged);
    const decided = await withSimulation(plain, needs, simulate("allowed"));
    assert.deepEqual([...new Set(asked)].sort(), ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]);
    assert.ok(decided && needs.every((need) => roleMeets(decided, need) === "allowed"));
    const refused = await withSimulation(plain, needs, simulate("denied"));
    assert.deepEqual(refused && needs.map((need) => roleMeets(refused, need)), ["allowed", "denied", "denied"]);
    const open = await withSimulation(plain, needs, { simulate: () => Promise.resolve({}) });
    assert.deepEqual(open && needs.map((need) => roleMeets(open, need)), ["allowed", "unknown", "unknown"]);
    asked.length = 0;
    await withSimulation(role(allow({})), needs, simulate("denied"));
    assert.deepEqual(asked, []);
  });
});

describe("what a role may do", () => {
  it("is certain where what is known of the request decides a condition", () => {
    const where = (region: string) => allow({ Condition: { StringEquals: { "aws:RequestedRegion": region } } });
    assert.equal(mayPull(where("eu-west-1")), "allowed");
    assert.equal(mayPull(where("us-east-1")), "denied");
    assert.equal(mayPull(allow({ Condition: { Bool: { "aws:SecureTransport": "true" } } })), "allowed");
    assert.equal(mayPull(allow({ Condition: { StringLike: { "aws:username": "*" } } })), "denied");
  });
  it("cannot be told where something decides that is not known", () => {
    const tagged = { Condition: { StringEquals: { "aws:ResourceTag/team": "web" } } };
    assert.equal(mayPull(allow(tagged)), "unknown");
    assert.equal(mayPull(allow({}), { ...allow(tagged), Effect: "Deny" }), "unknown");
    assert.equal(mayPull({ ...allow(tagged), Effect: "Deny" }), "denied");
    assert.equal(mayPull(allow({ Condition: { NewOperator: { "aws:RequestedRegion": "x" } } })), "unknown");
    const variable = `arn:aws:ecr:eu-west-1:${account}:repository/\${aws:PrincipalTag/team}/*`;
    assert.equal(mayPull(allow({ Resource: variable })), "unknown");
  });
  it("takes a variable for text in a policy of the older version", () => {
    const old = { Statement: [allow({ Resource: "arn:aws:ecr:*:*:repository/${aws:PrincipalTag/team}/api" })] };
    assert.equal(
      roleMay({ ...role(), policies: [{ name: "old", document: old }] }, "ecr:BatchGetImage", repository),
      "denied",
    );
  });
  it("is denied by a Deny that was read, whatever was not", () => {
    const unread = ["arn:aws:iam::aws:policy/Some"];
    const may = (...statements: JsonObject[]) =>
      roleMay({ ...role(...statements), unread }, "ecr:BatchGetImage", repository);
    assert.equal(may({ ...allow({}), Effect: "Deny" }), "denied");
    assert.equal(may(), "unknown");
  });
  it("is asked for the log stream that the driver writes", () => {
    const logs = { group: "/ecs/api", prefix: "ecs", container: "api", makes: false };
    const may = (resource: string) =>
      logNeeds(place, logs).map((need) => roleMeets(role(allow({ Action: "logs:*", Resource: resource })), need));
    const group = `arn:aws:logs:eu-west-1:${account}:log-group:/ecs/api`;
    assert.deepEqual(may(`${group}:log-stream:ecs/api/*`), ["allowed", "allowed"]);
    assert.deepEqual(may(`${group}:*`), ["allowed", "allowed"]);
    assert.deepEqual(may(`${group}:log-stream:web/*`), ["denied", "denied"]);
    assert.deepEqual(may(group), ["denied", "denied"]);
  });
  it("leaves open what depends on a form that is not known for certain", () => {
    const group = `arn:aws:logs:eu-west-1:${account}:log-group:/ecs/api`;
    const needs = logNeeds(place, { group: "/ecs/api", prefix: "ecs", container: "api", makes: true });
    const make = needs.find(({ action }) => action === "logs:CreateLogGroup");
    assert.ok(make);
    const may = (resource: JsonObject["Resource"]) =>
      roleMeets(role(allow({ Action: "logs:*", Resource: resource ?? "" })), make);
    assert.equal(may(group), "unknown");
    assert.equal(may([group, `${group}:*`]), "allowed");
    assert.equal(may(`${group}x`), "denied");
    const secret = `arn:aws:secretsmanager:eu-west-1:${account}:secret:app`;
    const reads = (resource: JsonObject["Resource"]) =>
      roleMeets(role(allow({ Action: "secretsmanager:*", Resource: resource ?? "" })), secretNeed(place, secret));
    assert.equal(reads(policyResources(parseSecretReference(secret, place))), "allowed");
    assert.equal(reads(secret), "unknown");
  });
  it("is asked once for each call that a definition needs", () => {
    const needs = executionNeeds(
      {
        containerDefinitions: [
          {
            name: "api",
            image: `${account}.dkr.ecr.us-east-1.amazonaws.com/team/api:1`,
            secrets: [{ name: "A", valueFrom: "/prod/a" }],
          },
          { name: "proxy", image: "nginx" },
        ],
      },
      place,
    );
    assert.deepEqual(
      needs.map(({ action, resources: [resource] }) => `${action} ${resource}`),
      [
        "ecr:GetAuthorizationToken *",
        `ecr:BatchGetImage arn:aws:ecr:us-east-1:${account}:repository/team/api`,
        `ecr:GetDownloadUrlForLayer arn:aws:ecr:us-east-1:${account}:repository/team/api`,
        `ssm:GetParameters arn:aws:ssm:eu-west-1:${account}:parameter/prod/a`,
      ],
    );
  });
});

describe("whom a role trusts", () => {
  const trust = (condition: JsonObject) =>
    trustsTasks(
      {
        ...role(),
        trust: {
          ...version,
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: { Service: "ecs-tasks.amazonaws.com" },
              Condition: condition,
            },
          ],
        },
      },
      "eu-west-1",
    );
  it("depends on what ECS says of itself", () => {
    assert.equal(trust({ StringEquals: { "aws:SourceAccount": account } }), "allowed");
    assert.equal(trust({ StringEquals: { "aws:SourceAccount": "444455556666" } }), "denied");
    const from = (region: string, rest: string) => ({
      ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${account}:${rest}` },
    });
    assert.equal(trust(from("eu-west-1", "*")), "allowed");
    assert.equal(trust(from("us-east-1", "*")), "denied");
    assert.equal(trust(from("eu-west-1", "task/*")), "unknown");
    assert.equal(trust({ StringEquals: { "sts:ExternalId": "x" } }), "denied");
  });
});

describe("a block of addresses", () => {
  it("covers what Node says that it covers", () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    const address = () => `10.0.${random(4)}.${random(256)}`;
    for (let round = 0; round < 500; round++) {
      const blocks = Array.from({ length: 1 + random(4) }, () => `${address()}/${22 + random(11)}`);
      const wanted = `${address()}/${28 + random(5)}`;
      const list = new BlockList();
      for (const block of blocks) list.addSubnet(block.split("/")[0] ?? "", Number(block.split("/")[1]), "ipv4");
      const [first = "", bits] = canonicalBlock(wanted)?.split("/") ?? [];
      const start = parseAddress(first)?.first ?? 0n;
      const inside = Array.from({ length: 2 ** (32 - Number(bits)) }, (_, index) =>
        list.check(addressText({ family: 4, first: start + BigInt(index) }), "ipv4"),
      );
      const expected = inside.every(Boolean) ? "all" : inside.some(Boolean) ? "some" : "none";
      assert.equal(coverage(blocks, wanted), expected, `${blocks.join(" ")} of ${wanted}`);
    }
  });
  it("has one written form", () => {
    assert.equal(canonicalBlock("2001:DB8:0:0:1::7/64"), "2001:db8::/64");
    assert.equal(canonicalBlock("::ffff:10.0.0.0/104"), "::ffff:a00:0/104");
    for (const text of ["1::2::3/4", ":::/0", "fe80::%1/64", "10.0.0.0/8/9", "::1/129"])
      assert.equal(canonicalBlock(text), undefined, text);
  });
});

describe("security groups", () => {
  const guard = (...rules: Partial<SecurityGroupRule>[]): GroupSet => {
    const all = rules.map((rule) => ({ protocol: "tcp", fromPort: 443, toPort: 443, cidrs: [], groups: [], ...rule }));
    return {
      groups: [{ id: "sg-1", name: "g", vpc: "vpc-1", tags: {}, ingress: all, egress: all }],
      gone: [],
      unread: [],
    };
  };
  const office = { groups: [], addresses: ["10.0.0.0/8"] };
  it("let all, a part or nobody in", () => {
    assert.equal(letsIn(guard({ cidrs: ["10.0.0.0/9"] }, { cidrs: ["10.128.0.0/9"] }), office, 443), "yes");
    assert.equal(letsIn(guard({ cidrs: ["10.0.0.0/28"] }), office, 443), "unknown");
    assert.equal(letsIn(guard({ cidrs: ["192.168.0.0/16"] }), office, 443), "no");
    assert.equal(letsIn(guard({ cidrs: ["10.0.0.0/8"] }), office, 80), "no");
  });
  it("cannot be told where a prefix list may have the addresses", () => {
    assert.equal(letsOut(guard({ prefixLists: ["pl-1"] }), internet, 443), "unknown");
    assert.equal(letsOut(guard({ prefixLists: ["pl-1"] }, { cidrs: ["0.0.0.0/0"] }), internet, 443), "yes");
    assert.equal(letsOut(guard({ cidrs: ["::/0"] }), internet, 443), "no");
  });
});

describe("a secret that a task definition names", () => {
  const asked: string[] = [];
  const port = (there: boolean) => ({
    hasSecret: (arn: string, region: string) => Promise.resolve(asked.push(`${region} ${arn}`) > 0 && there),
    hasParameter: (name: string, region: string) => Promise.resolve(asked.push(`${region} ${name}`) > 0 && there),
    list: () => Promise.resolve([]),
    keyOfSecret: () => Promise.resolve(undefined),
    keyOfParameter: () => Promise.resolve(undefined),
    listOwn: () => Promise.resolve([]),
    findSecret: () => Promise.resolve(undefined),
    createSecret: () => Promise.resolve(""),
    putSecret: () => Promise.resolve(),
    restoreSecret: () => Promise.resolve(),
    jsonKey: () => Promise.resolve("there" as const),
  });
  beforeEach(() => asked.splice(0));
  it("is looked for in the region of its ARN", async () => {
    const arn = `arn:aws:secretsmanager:us-east-1:${account}:secret:app-AbCdEf`;
    assert.equal(await secretIsThere(port(true), `${arn}:user::`, place), true);
    assert.equal(await secretIsThere(port(false), `arn:aws:ssm:us-west-2:${account}:parameter/a/b`, place), false);
    assert.deepEqual(asked, [`us-east-1 ${arn}`, "us-west-2 /a/b"]);
  });
  it("is not called missing where it is another account's", async () => {
    for (const reference of [
      "arn:aws:secretsmanager:eu-west-1:444455556666:secret:app-AbCdEf",
      "arn:aws:ssm:eu-west-1:444455556666:parameter/a",
    ])
      await assert.rejects(secretIsThere(port(false), reference, place), { code: "OtherAccount" });
    assert.equal(
      await secretIsThere(port(true), "arn:aws:secretsmanager:eu-west-1:444455556666:secret:app-AbCdEf", place),
      true,
    );
  });
});

describe("wildcards", () => {
  it("stand for themselves behind a backslash, and take no time that grows with their number", () => {
    assert.ok(fitsWildcards(wildcardParts("a\\*b\\?\\\\", true), "a*b?\\"));
    assert.ok(!fitsWildcards(wildcardParts("a\\*b", true), "axb"));
    assert.ok(fitsWildcards(wildcardParts("a*b?"), "a--b-"));
    assert.ok(!fitsWildcards(wildcardParts(`${"*a".repeat(40)}b`), "a".repeat(20_000)));
  });
});

describe("a moment in a policy", () => {
  it("is read as AWS writes it, and as nothing else", () => {
    for (const text of ["2024-02-29T23:59:59.123Z", "1999-03-01", "2027-01-01T00:00:00+05:30", "2026-11-30T04:00Z"])
      assert.equal(instantOf(text), Date.parse(text), text);
    assert.equal(instantOf("1796011200"), 1_796_011_200_000);
    for (const text of ["", "tomorrow", "2026-13-01", "30.11.2026"]) assert.ok(Number.isNaN(instantOf(text)), text);
  });
});
