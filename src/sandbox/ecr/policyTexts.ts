/** The two texts that a repository keeps: who may use it, and which of its images go. */
import { ApiError } from "../wire/errors";

const refused = (at: string, what: string): ApiError =>
  new ApiError("InvalidParameterException", `Invalid parameter at '${at}' failed to satisfy constraint: '${what}'`);

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const texts = (value: unknown): readonly string[] | undefined => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((v) => typeof v === "string" && v !== "") ? (list as string[]) : undefined;
};

function isPrincipal(value: unknown): boolean {
  if (value === "*") return true;
  return (
    isNode(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(
      ([kind, of]) => ["AWS", "Service", "Federated", "CanonicalUser"].includes(kind) && texts(of) !== undefined,
    )
  );
}

const STATEMENT: readonly string[] = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

function isStatement(value: unknown): boolean {
  if (!isNode(value) || Object.keys(value).some((key) => !STATEMENT.includes(key))) return false;
  const actions = texts(value["Action"] ?? value["NotAction"]);
  return (
    (value["Effect"] === "Allow" || value["Effect"] === "Deny") &&
    isPrincipal(value["Principal"] ?? value["NotPrincipal"]) &&
    actions !== undefined &&
    actions.every((action) => action === "*" || /^ecr:[A-Za-z*?]+$/i.test(action)) &&
    (value["Condition"] === undefined || isNode(value["Condition"]))
  );
}

/** Refuses a text that is no policy of a repository: statements with a principal and actions of ECR. */
export function checkRepositoryPolicy(text: string): void {
  const policy = parsed(text);
  const statements = isNode(policy) ? policy["Statement"] : undefined;
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  const isPolicy =
    isNode(policy) &&
    Object.keys(policy).every((key) => ["Version", "Id", "Statement"].includes(key)) &&
    (policy["Version"] === undefined || policy["Version"] === "2008-10-17" || policy["Version"] === "2012-10-17") &&
    list.length > 0 &&
    list.every(isStatement);
  if (!isPolicy) throw refused("PolicyText", "Invalid repository policy provided");
}

const MOST_RULES = 50;
const COUNTS: readonly string[] = [
  "imageCountMoreThan",
  "sinceImagePushed",
  "sinceImagePulled",
  "sinceImageTransitioned",
];

const isPositive = (value: unknown): value is number => Number.isInteger(value) && (value as number) > 0;
const unknownIn = (node: Node, known: string): string | undefined =>
  Object.keys(node).find((key) => !known.split(" ").includes(key));

/** What is wrong with what a rule selects; undefined where nothing is. */
function selectionFault(selection: unknown): string | undefined {
  if (!isNode(selection)) return "selection is required";
  const known = "tagStatus tagPatternList tagPrefixList storageClass countType countUnit countNumber";
  const other = unknownIn(selection, known);
  if (other !== undefined) return `selection has an unknown member '${other}'`;
  const { tagStatus, tagPatternList, tagPrefixList, storageClass, countType, countUnit, countNumber } = selection;
  if (!["tagged", "untagged", "any"].includes(String(tagStatus)))
    return "tagStatus must be one of tagged, untagged, any";
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined);
  if (tagStatus === "tagged" && lists.length !== 1) return "tagged needs one of tagPatternList and tagPrefixList";
  if (tagStatus !== "tagged" && lists.length > 0) return `${String(tagStatus)} takes no list of tags`;
  const list = lists[0];
  if (list !== undefined && (!Array.isArray(list) || texts(list) === undefined))
    return "a list of tags must have texts";
  if (Array.isArray(tagPatternList) && tagPatternList.some((tag) => String(tag).split("*").length > 5))
    return "a pattern may have at most four wildcards";
  if (storageClass !== undefined && storageClass !== "standard" && storageClass !== "archive")
    return "storageClass must be standard or archive";
  if (!COUNTS.includes(String(countType))) return `countType must be one of ${COUNTS.join(", ")}`;
  if (countType === "imageCountMoreThan" && countUnit !== undefined) return "imageCountMoreThan takes no countUnit";
  if (countType !== "imageCountMoreThan" && countUnit !== "days") return "countUnit must be days";
  if (countType === "sinceImageTransitioned" && storageClass !== "archive")
    return "sinceImageTransitioned needs the storageClass archive";
  return isPositive(countNumber) ? undefined : "countNumber must be a whole number greater than 0";
}

function actionFault(action: unknown): string | undefined {
  if (!isNode(action)) return "action is required";
  if (action["type"] === "expire") return unknownIn(action, "type") && "expire takes nothing else";
  if (action["type"] !== "transition") return "the action's type must be expire or transition";
  return action["targetStorageClass"] === "archive" ? undefined : "targetStorageClass must be archive";
}

function ruleFault(rule: unknown): string | undefined {
  if (!isNode(rule)) return "a rule must be an object";
  const other = unknownIn(rule, "rulePriority description selection action");
  if (other !== undefined) return `a rule has an unknown member '${other}'`;
  if (!isPositive(rule["rulePriority"])) return "rulePriority must be a whole number greater than 0";
  if (rule["description"] !== undefined && typeof rule["description"] !== "string") return "description must be a text";
  return selectionFault(rule["selection"]) ?? actionFault(rule["action"]);
}

function rulesFault(policy: unknown): string | undefined {
  if (!isNode(policy) || !Array.isArray(policy["rules"])) return "not a valid policy";
  const other = unknownIn(policy, "rules");
  if (other !== undefined) return `unknown member '${other}'`;
  const rules = policy["rules"] as readonly unknown[];
  if (rules.length === 0 || rules.length > MOST_RULES) return `a policy has 1 to ${MOST_RULES} rules`;
  const fault = rules.map(ruleFault).find((found) => found !== undefined);
  if (fault !== undefined) return fault;
  const nodes = rules as readonly { rulePriority: number; selection: { tagStatus: string; storageClass?: string } }[];
  const priorities = nodes.map(({ rulePriority }) => rulePriority);
  if (new Set(priorities).size < priorities.length) return "rulePriority must be unique";
  for (const { rulePriority, selection } of nodes) {
    if (selection.tagStatus === "tagged") continue;
    const same = nodes.filter(
      (n) => n.selection.tagStatus === selection.tagStatus && n.selection.storageClass === selection.storageClass,
    );
    if (same.length > 1) return `only one rule may select ${selection.tagStatus} images`;
    const above = nodes.some(
      (n) => n.rulePriority > rulePriority && n.selection.storageClass === selection.storageClass,
    );
    if (selection.tagStatus === "any" && above) return "the rule for any must have the highest rulePriority";
  }
  return undefined;
}

/**
 * Refuses a text that is no lifecycle policy, and says where.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function checkLifecyclePolicy(text: string): void {
  const fault = rulesFault(parsed(text));
  if (fault !== undefined) throw refused("LifecyclePolicyText", `Lifecycle policy validation failure: ${fault}`);
}
