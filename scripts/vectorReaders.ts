/** How each kind of reference vector is put to the product's and the sandbox's own code. */
import { parseConfig } from "../src/core/app/app";
import { addressText, overlaps, parseBlock, sizeOf } from "../src/core/base/cidr";
import { meetsCondition, type ListenerCondition, type ListenerRequest } from "../src/core/base/listenerConditions";
import { parseSecretReference } from "../src/core/base/secretReference";
import type { JsonObject } from "../src/core/base/taskDefinition";
import { patternProblem } from "../src/core/logs/pattern";
import type { RoleFacts } from "../src/core/ports/inspection";
import { logNeeds, roleMeets } from "../src/core/service/access/needs";
import { roleMay, trusts, type Verdict } from "../src/core/service/access/policy";
import type { RequestFacts } from "../src/core/service/access/policyConditions";
import { internet, letsIn, letsOut, type Answer, type GroupSet } from "../src/core/service/access/securityGroups";
import { readComposeVector } from "./composeVectors";
import { readProfileVector } from "./profileVectors";
import * as sandboxCidr from "../src/sandbox/ec2/cidr";
import { actionsFor } from "../src/sandbox/elb/match";
import { requestContext } from "../src/sandbox/iam/conditions";
import { decision, trusts as sandboxTrusts } from "../src/sandbox/iam/evaluate";
import { compilePattern } from "../src/sandbox/logs/pattern";
import type { Rule, RuleCondition } from "../src/sandbox/model/elbv2.types";
import * as source from "./sourceVectorReaders";

/** A vector as far as a reader may see it. */
export interface Vector {
  readonly name: string;
  /** Absent where the vector itself is the input. */
  readonly input?: unknown;
}

/** A file; some have more that its vectors name. */
export interface VectorFile {
  readonly vectors: readonly Vector[];
  readonly [more: string]: unknown;
}

/** Gives what is read, or a promise of it. */
type Reader = (input: unknown, file: VectorFile) => unknown;

/** What a vector puts to a reader: its `input`, or its own members where it has none; never what is expected. */
export function inputOf(vector: Vector): unknown {
  if (vector.input !== undefined) return vector.input;
  return Object.fromEntries(Object.entries(vector).filter(([key]) => !["name", "expected", "judge"].includes(key)));
}

/** One answer where product and sandbox give the same, else both. */
const agreed = (product: unknown, sandbox: unknown): unknown => (product === sandbox ? product : { product, sandbox });

interface CidrInput {
  op: "range" | "within" | "contains" | "overlaps" | "letsIn" | "letsOutInternet" | "allowFrom";
  cidr: string;
  address: string;
  a: string;
  b: string;
  cidrs: string[];
  peer: string;
  value: string;
}

const guard = (cidrs: string[]): GroupSet => {
  const rules = [{ protocol: "tcp", fromPort: 443, toPort: 443, cidrs, groups: [] }];
  const group = { id: "sg-1", name: "group", vpc: "vpc-1", tags: {}, ingress: rules, egress: rules };
  return { groups: [group], gone: [], unread: [] };
};

const amount: Readonly<Record<Answer, string>> = { yes: "all", unknown: "some", no: "none" };

function allowFrom(value: string): string | null {
  try {
    const text = JSON.stringify({ applications: { app: { network: { allowFrom: [value] } } } });
    return parseConfig(text).applications["app"]?.network?.allowFrom?.[0] ?? null;
  } catch {
    return null;
  }
}

function rangeOf(cidr: string): unknown {
  const block = parseBlock(cidr);
  const range = sandboxCidr.rangeOf(cidr);
  // A range of numbers is one of IPv4.
  return agreed(
    block?.family === 4 ? `${addressText(block)} ${sizeOf(block)}` : null,
    range ? `${sandboxCidr.toAddress(range.first)} ${range.size}` : null,
  );
}

const cidr: Reader = (input) => {
  const { op, cidr: block, address, a, b, cidrs, peer, value } = input as CidrInput;
  switch (op) {
    case "range":
      return rangeOf(block);
    case "within":
    case "contains":
      return agreed(
        letsIn(guard([block]), { groups: [], addresses: [address] }, 443) === "yes",
        sandboxCidr.contains(block, address),
      );
    case "overlaps": {
      const [one, other] = [parseBlock(a), parseBlock(b)];
      return agreed(one !== undefined && other !== undefined && overlaps(one, other), sandboxCidr.overlaps(a, b));
    }
    case "letsIn":
      return amount[letsIn(guard(cidrs), { groups: [], addresses: [peer] }, 443)];
    case "letsOutInternet":
      return amount[letsOut(guard(cidrs), internet, 443)];
    case "allowFrom":
      return allowFrom(value);
  }
};

type Facts = Readonly<Record<string, string | readonly string[]>>;

const completeFacts = (values: Facts): RequestFacts => ({ values, complete: true });

const account = "111122223333";

const roleOf = (policies: readonly JsonObject[], more: Partial<RoleFacts> = {}): RoleFacts => ({
  name: "exec",
  arn: `arn:aws:iam::${account}:role/exec`,
  trust: {},
  createdAt: 0,
  policies: policies.map((document, index) => ({ name: `policy-${index}`, document })),
  unread: [],
  ...more,
});

const word = (allowed: boolean): Verdict => (allowed ? "allowed" : "denied");

interface IamInput {
  policies: JsonObject[];
  boundary: JsonObject | null;
  session: JsonObject | null;
  action: string;
  resource: string;
  context?: Facts;
}

interface TrustInput {
  trust: JsonObject;
  principal: string;
  context?: Record<string, string>;
}

interface NeedsInput {
  policyResource: string;
  ask: string;
}

function logsAllowed({ policyResource, ask }: NeedsInput): unknown {
  const [, group = "", prefix = "", container = ""] =
    /group (\S+), stream prefix (\S+), container (\S+)/.exec(ask) ?? [];
  const document: JsonObject = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: policyResource }],
  };
  const place = { partition: "aws", region: "eu-west-1", account };
  const verdicts = logNeeds(place, { group, prefix, container, makes: false }).map((need) =>
    roleMeets(roleOf([document]), need),
  );
  const product = verdicts.includes("denied") ? "denied" : verdicts.includes("unknown") ? "unknown" : "allowed";
  const stream = `arn:aws:logs:eu-west-1:${account}:log-group:${group}:log-stream:${prefix}/${container}/0123456789abcdef`;
  const sandbox = ["logs:CreateLogStream", "logs:PutLogEvents"].every(
    (action) =>
      decision([JSON.stringify(document)], undefined, { action, resource: stream, context: requestContext({}) }) ===
      "allowed",
  );
  return { product, sandbox: word(sandbox) };
}

const iam: Reader = (input) => {
  if (Object.hasOwn(input as object, "trust")) {
    const { trust, principal, context = {} } = input as TrustInput;
    return {
      product: trusts(roleOf([], { trust }), principal, completeFacts(context)),
      sandbox: word(sandboxTrusts(JSON.stringify(trust), principal, context)),
    };
  }
  if (Object.hasOwn(input as object, "policyResource")) return logsAllowed(input as NeedsInput);
  const { policies, boundary, session, action, resource, context = {} } = input as IamInput;
  const role = roleOf(policies, {
    ...(boundary ? { boundary: { name: "boundary", document: boundary } } : {}),
    // Neither side sees a session's policy: it is one more that could not be read.
    unread: session ? ["session"] : [],
  });
  const sandbox = decision(
    policies.map((document) => JSON.stringify(document)),
    boundary ? JSON.stringify(boundary) : undefined,
    { action, resource, context: requestContext(context) },
  );
  return { product: roleMay(role, action, resource, completeFacts(context)), sandbox: word(sandbox === "allowed") };
};

const arns: Reader = (input) => {
  const { reference, session } = input as { reference: string; session: { region: string; account: string } };
  const { service, id, region, policyResource } = parseSecretReference(reference, { ...session, partition: "aws" });
  return { service, id, region, policyResource };
};

interface ConditionInput {
  field: ListenerCondition["field"];
  values?: string[];
  regex?: string[];
  header: string;
  key?: string | null;
  value: string;
  path?: string;
  host?: string;
  sentHeader?: string;
  sentValue?: string;
  query?: string;
  method?: string;
  source?: string;
}

/** The condition in core's form and in ELB's own. */
function conditionOf(input: ConditionInput): { ours: ListenerCondition; elb: RuleCondition } {
  const { field, values = [], regex: regexValues = [], header, key, value } = input;
  const config = { Values: values, RegexValues: regexValues };
  switch (field) {
    case "host-header":
      return { ours: { field, values, regexValues }, elb: { Field: field, HostHeaderConfig: config } };
    case "path-pattern":
      return { ours: { field, values, regexValues }, elb: { Field: field, PathPatternConfig: config } };
    case "http-header":
      return {
        ours: { field, header, values, regexValues },
        elb: { Field: field, HttpHeaderConfig: { HttpHeaderName: header, ...config } },
      };
    case "query-string":
      return typeof key === "string"
        ? {
            ours: { field, values: [{ key, value }] },
            elb: { Field: field, QueryStringConfig: { Values: [{ Key: key, Value: value }] } },
          }
        : {
            ours: { field, values: [{ value }] },
            elb: { Field: field, QueryStringConfig: { Values: [{ Value: value }] } },
          };
    case "http-request-method":
      return { ours: { field, values }, elb: { Field: field, HttpRequestMethodConfig: { Values: values } } };
    case "source-ip":
      return { ours: { field, values }, elb: { Field: field, SourceIpConfig: { Values: values } } };
  }
}

const elbWildcards: Reader = (given) => {
  const input = given as ConditionInput;
  const { ours, elb } = conditionOf(input);
  const { path = "/", host = "example.com", query = "", method = "GET", source = "192.0.2.1" } = input;
  // Node hands headers' names over in small letters.
  const headers = input.sentHeader === undefined ? {} : { [input.sentHeader.toLowerCase()]: input.sentValue ?? "" };
  const request: ListenerRequest = { path, host, query, method, source, headers };
  const rule: Rule = { Priority: "1", Conditions: [elb], Actions: [{ Type: "fixed-response" }] };
  const rules = new Map([["rule", { rule }]]) as unknown as Parameters<typeof actionsFor>[0]["rules"];
  return agreed(
    meetsCondition(ours, request),
    actionsFor({ rules }, { path, host, query, method, source, headers }).length > 0,
  );
};

const filterPatterns: Reader = (input) => {
  const { pattern, messages } = input as { pattern: string; messages: string[] };
  const checker = patternProblem(pattern)?.severity !== "error";
  try {
    const matches = compilePattern(pattern);
    return { checker, service: { valid: true, matches: messages.map((message) => matches(message)) } };
  } catch {
    return { checker, service: { valid: false, matches: [] } };
  }
};

/** By the name of their files. */
export const readers: Readonly<Record<string, Reader>> = {
  cidr,
  iam,
  arns,
  "elb-wildcards": elbWildcards,
  "filter-patterns": filterPatterns,
  compose: readComposeVector,
  profiles: readProfileVector,
  dockerfile: source.dockerfile,
  dockerignore: source.dockerignore,
  "image-reference": source.imageReference,
  times: source.times,
};
