import { SlipwayError } from "./errors";

/** What a service lets a name be. Source: the AWS API references of each service. */
interface NameRule {
  label: string;
  min: number;
  max: number;
  pattern: RegExp;
  /** The pattern in words. */
  words: string;
}

export type NamedKind =
  | "application"
  | "repository"
  | "cluster"
  | "service"
  | "family"
  | "container"
  | "role"
  | "logGroup"
  | "loadBalancer"
  | "targetGroup"
  | "securityGroup";

const ecsWords = "letters, digits, hyphens and underscores";
const elbWords = "letters, digits and hyphens, with no hyphen at either end";

const nameRules: Readonly<Record<NamedKind, NameRule>> = {
  application: {
    label: "An application's name",
    min: 1,
    max: 100,
    pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    words: "lower-case letters, digits and hyphens, with no hyphen at either end",
  },
  repository: {
    label: "A repository's name",
    min: 2,
    max: 256,
    pattern: /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/,
    words: "lower-case letters and digits, joined by single dots, underscores, hyphens or slashes",
  },
  cluster: { label: "A cluster's name", min: 1, max: 255, pattern: /^[A-Za-z0-9_-]+$/, words: ecsWords },
  service: { label: "A service's name", min: 1, max: 255, pattern: /^[A-Za-z0-9_-]+$/, words: ecsWords },
  family: { label: "A task definition's family", min: 1, max: 255, pattern: /^[A-Za-z0-9_-]+$/, words: ecsWords },
  container: { label: "A container's name", min: 1, max: 255, pattern: /^[A-Za-z0-9_-]+$/, words: ecsWords },
  role: {
    label: "A role's name",
    min: 1,
    max: 64,
    pattern: /^[\w+=,.@-]+$/,
    words: "letters, digits and any of _ + = , . @ -",
  },
  logGroup: {
    label: "A log group's name",
    min: 1,
    max: 512,
    pattern: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/,
    words: "letters, digits and any of . - _ / #, not beginning with aws/",
  },
  loadBalancer: {
    label: "A load balancer's name",
    min: 1,
    max: 32,
    pattern: /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
    words: `${elbWords}, and not beginning with internal-`,
  },
  targetGroup: {
    label: "A target group's name",
    min: 1,
    max: 32,
    pattern: /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/,
    words: elbWords,
  },
  securityGroup: {
    label: "A security group's name",
    min: 1,
    max: 255,
    pattern: /^(?!sg-)[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/,
    words: "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not beginning with sg-",
  },
};

/** Names that readers of JSON leave out, since every JavaScript object has them. */
export const reservedNames: ReadonlySet<unknown> = new Set(["__proto__", "constructor", "prototype"]);

/** Why AWS would refuse this name, as a sentence; undefined when it would not. */
export function nameProblem(kind: NamedKind, name: string): string | undefined {
  const rule = nameRules[kind];
  if (name.length < rule.min)
    return name.length === 0
      ? `${rule.label} may not be empty.`
      : `${rule.label} needs at least ${rule.min} characters.`;
  if (name.length > rule.max)
    return `${rule.label} may have ${rule.max} characters at most; this one has ${name.length}.`;
  if (!rule.pattern.test(name)) return `${rule.label} may have ${rule.words}.`;
  if (kind === "application" && reservedNames.has(name)) return `No member of a JSON file should have it.`;
  return undefined;
}

/** Throws a SlipwayError naming the setting when AWS would refuse the name. */
export function requireName(kind: NamedKind, name: string, where: string): string {
  const problem = nameProblem(kind, name);
  if (!problem) return name;
  throw new SlipwayError({
    code: "InvalidName",
    summary: `"${name}" cannot be used for ${where}. ${problem}`,
    remedy: `Choose another name for ${where}.`,
    actions: ["openConfig"],
  });
}

/** An application name out of a folder's name: "My App_2" -> "my-app-2". Never empty. */
export function applicationNameFrom(folderName: string): string {
  const name = folderName
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  if (reservedNames.has(name)) return `app-${name}`;
  return name.length >= 2 ? name : `app${name ? `-${name}` : ""}`;
}

/** FNV-1a, 32 bits, as six base-36 digits: keeps shortened names apart, nothing else. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(36).padStart(7, "0").slice(0, 6);
}

/** `base` plus `suffix` within `max` characters; a shortened base keeps its own hash so that two stay two. */
export function fittedName(base: string, suffix: string, max: number): string {
  const whole = `${base}${suffix}`;
  if (whole.length <= max) return whole;
  const room = max - suffix.length - 7;
  return `${base.slice(0, room).replace(/-+$/, "")}-${shortHash(base)}${suffix}`;
}
