/**
 * Whether policies let a role do something. Source: IAM's policy evaluation logic for one account (Deny, then boundary,
 * then Allow) and its pages on a policy's elements.
 */
import type { RoleFacts } from "../../ports/inspection";
import type { Json, JsonObject } from "../../base/taskDefinition";
import {
  both,
  conditionHolds,
  either,
  fits,
  fitsArn,
  not,
  patternOf,
  textsOf,
  type RequestFacts,
  type Truth,
} from "./policyConditions";

/** `unknown` where a policy could not be read, or where what is not known of the request decides. */
export type Verdict = "allowed" | "denied" | "unknown";

export function statementsOf(document: JsonObject): JsonObject[] {
  const found = document["Statement"];
  return (Array.isArray(found) ? found : [found]).filter(
    (item): item is JsonObject => typeof item === "object" && item !== null && !Array.isArray(item),
  );
}

/** What is asked: an action on a resource (an ARN; `*` where the action knows no resource), by a request of which this is known. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  readonly facts: RequestFacts;
}

/** Only policies of this version have variables. */
const hasVariables = (document: JsonObject): boolean => document["Version"] === "2012-10-17";

const isAbout = (statement: JsonObject, action: string): Truth => {
  const names = (member: string) =>
    textsOf(statement[member]).some((text) => fits([{ text, literal: false }], action, true));
  return (statement["NotAction"] === undefined ? names("Action") : !names("NotAction")) ? "yes" : "no";
};

function isOn(statement: JsonObject, { resource, facts }: Question, variables: boolean): Truth {
  const names = (member: Json | undefined): Truth =>
    either(
      textsOf(member).map((text) => {
        const pattern = patternOf(text, facts, variables);
        if (pattern === "unknown") return "unknown";
        return pattern !== "missing" && fitsArn(pattern, resource) ? "yes" : "no";
      }),
    );
  if (statement["NotResource"] !== undefined) return not(names(statement["NotResource"]));
  return statement["Resource"] === undefined ? "yes" : names(statement["Resource"]);
}

/** Whether a statement applies to the question. */
function applies(statement: JsonObject, question: Question, variables: boolean): Truth {
  const condition = statement["Condition"];
  return both([
    isAbout(statement, question.action),
    isOn(statement, question, variables),
    typeof condition === "object" && condition !== null && !Array.isArray(condition)
      ? conditionHolds(condition, question.facts, variables)
      : "yes",
  ]);
}

/** A verdict out of which statements apply: one that surely denies decides; one that may deny leaves it open. */
function verdictOf(statements: readonly { effect: Json | undefined; applies: Truth }[]): Verdict {
  const of = (effect: string) =>
    either(statements.filter((item) => item.effect === effect).map((item) => item.applies));
  const [deny, allow] = [of("Deny"), of("Allow")];
  if (deny === "yes" || allow === "no") return "denied";
  return deny === "no" && allow === "yes" ? "allowed" : "unknown";
}

/** What these documents together say to the question. */
function decide(documents: readonly JsonObject[], question: Question): Verdict {
  return verdictOf(
    documents.flatMap((document) =>
      statementsOf(document).map((statement) => ({
        effect: statement["Effect"],
        applies: applies(statement, question, hasVariables(document)),
      })),
    ),
  );
}

/**
 * What is known of every request that a task's role makes: who asks, where, and that it is by TLS.
 * @param region where the call goes; the resource's own unless stated
 */
export function factsOf(role: RoleFacts, resource: string, region = resource.split(":")[3]): RequestFacts {
  const account = role.arn.split(":")[4];
  const owner = resource.split(":")[4];
  return {
    values: {
      "aws:PrincipalArn": role.arn,
      "aws:PrincipalType": "AssumedRole",
      "aws:SecureTransport": "true",
      // Who acts as a role for a service has no user's name, and nobody types a code.
      "aws:username": undefined,
      "aws:MultiFactorAuthPresent": undefined,
      "aws:MultiFactorAuthAge": undefined,
      ...(account ? { "aws:PrincipalAccount": account } : {}),
      ...(region ? { "aws:RequestedRegion": region } : {}),
      ...(owner ? { "aws:ResourceAccount": owner } : {}),
    },
  };
}

/**
 * Whether this role may do `action` on `resource`.
 * @param resource the ARN that AWS asks for (`executionNeeds` has them), `*` where the action knows no resource
 * @param facts what is known of the request; without it what is known of every task's
 */
export function roleMay(
  role: RoleFacts,
  action: string,
  resource: string,
  facts: RequestFacts = factsOf(role, resource),
): Verdict {
  const question = { action, resource, facts };
  const own = decide(
    role.policies.map((policy) => policy.document),
    question,
  );
  const bound = role.boundary ? decide([role.boundary.document], question) : "allowed";
  if (bound === "denied") return "denied";
  // Something unread may deny what is allowed, but that is rare: what is seen to be allowed counts as allowed.
  if (own === "allowed") return bound;
  // What a document that was read denies outright, no unread one can allow.
  return role.unread.length && !isForbidden(role, question) ? "unknown" : own;
}

const isForbidden = (role: RoleFacts, question: Question): boolean =>
  role.policies.some(({ document }) =>
    statementsOf(document).some(
      (statement) => statement["Effect"] === "Deny" && applies(statement, question, hasVariables(document)) === "yes",
    ),
  );

/** Who becomes a task's roles. */
export const tasksService = "ecs-tasks.amazonaws.com";

/** Whether a statement's principal is this AWS service, or everybody. */
function isPrincipal(principal: Json | undefined, service: string): boolean {
  if (principal === "*") return true;
  if (typeof principal !== "object" || principal === null || Array.isArray(principal)) return false;
  return textsOf(principal["Service"]).includes(service) || textsOf(principal["AWS"]).includes("*");
}

/** Whether the role's trust lets an AWS service assume it, by a request of which this is known. */
export function trusts(role: RoleFacts, service: string, facts: RequestFacts): Verdict {
  const question = { action: "sts:AssumeRole", resource: role.arn, facts };
  return verdictOf(
    statementsOf(role.trust).map((statement) => {
      const named =
        statement["NotPrincipal"] === undefined
          ? isPrincipal(statement["Principal"], service)
          : !isPrincipal(statement["NotPrincipal"], service);
      return {
        effect: statement["Effect"],
        applies: named ? applies(statement, question, hasVariables(role.trust)) : "no",
      };
    }),
  );
}

/** What ECS acts as a role for. Which of these it names is not documented, only how all of them begin. */
const sources = ["*", "task/cluster/id", "service/cluster/name", "cluster/name", "task-definition/family:1"];

/**
 * Whether ECS may act as the role for tasks in a region. It names its account and an ARN of its own, by which a trust policy
 * may tell it from others: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function trustsTasks(role: RoleFacts, region: string): Verdict {
  const [, partition = "aws", , , account = ""] = role.arn.split(":");
  const [first, ...others] = sources.map((source) =>
    trusts(role, tasksService, {
      values: {
        "sts:ExternalId": undefined,
        "aws:SecureTransport": "true",
        "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:${source}`,
        ...(account ? { "aws:SourceAccount": account } : {}),
      },
    }),
  );
  return others.every((verdict) => verdict === first) ? (first as Verdict) : "unknown";
}
