/** Inputs that break one documented constraint each, made from the model. */
import { constraintOf, patternOf, type Constraint } from "../../../src/sandbox/constraints/constraints";
import { documentedOf, type Documented } from "../../../src/sandbox/constraints/count";
import { formOf } from "../../../src/sandbox/constraints/ids";
import { isSimple, MODELS, shapeOf, type Member, type Model } from "../../../src/sandbox/wire/model";
import { supportedOf } from "../../../src/sandbox/supportedMembers";

type Json = Record<string, unknown>;

/** Texts of which one fits each of AWS's patterns. */
const GOOD = [
  "aa",
  "a",
  "1",
  "200",
  "HTTP",
  "/",
  "/a/",
  "tag:x",
  "123456789012",
  "arn:aws:iam::123456789012:role/aa",
  "arn:aws:acm:us-east-1:123456789012:certificate/aa",
  "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/aa",
  "arn:aws:application-autoscaling:us-east-1:123456789012:scalable-target/aa",
  "sha256:aa",
  "a.example.com",
  "us-east-1",
  "ipv4pool-coip-aa",
  "ipam-pool-aa",
  "vpc-0123456789abcdef0",
  "subnet-0123456789abcdef0",
  "sg-0123456789abcdef0",
  "rtb-0123456789abcdef0",
  "igw-0123456789abcdef0",
  "nat-0123456789abcdef0",
  "vpce-0123456789abcdef0",
  "eni-0123456789abcdef0",
  "sgr-0123456789abcdef0",
  "v1",
  "10.0.0.1",
  "01234567-0123-0123-0123-0123456789ab",
  "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/0123456789abcdef",
  "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/0123456789abcdef",
  "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef",
  "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/a/0123456789abcdef/0123456789abcdef/01234567",
];
const BAD = ["::", "\u00e4 \u00f6", "!!", "a b", "*", "{}", " ", "%", "\n", "\u0001", "\u{1f600}", "arn:", ""];

function fits(text: string, { min = 0, max = Infinity, p }: Constraint, form?: RegExp): boolean {
  const size = [...text].length;
  return size >= min && size <= max && (p === undefined || patternOf(p).test(text)) && (form?.test(text) ?? true);
}

/** Of `size` characters, or as near as the pattern lets it. */
function ofSize(size: number, p: string | undefined): string {
  if (size <= 0) return "";
  const seeds = ["a", "1", "A", "/", "v1", "/a"].map((seed) => seed.repeat(size).slice(0, size));
  const shaped = GOOD.map((text) => (text.length < size ? text + text.slice(-1).repeat(size - text.length) : text));
  const fitting = [...seeds, ...shaped].filter((text) => text.length === size);
  return fitting.find((text) => p === undefined || patternOf(p).test(text)) ?? "a".repeat(size);
}

function text(member: Member, constraint: Constraint, form?: RegExp): string {
  if (member.e?.[0] !== undefined) return member.e[0];
  const { min = 0, p } = constraint;
  return GOOD.find((t) => fits(t, constraint, form)) ?? ofSize(Math.max(1, min), p);
}

/** The smallest good value of a member. */
function good(model: Model, structure: string, name: string, member: Member): unknown {
  const { own = {}, each = {}, key = {} } = constraintOf(model, structure, name);
  const form = formOf(model.id, name)?.form;
  if (isSimple(member.s)) return simple(member, own, form);
  const shape = shapeOf(model, member.s);
  if (!shape.of) return structureOf(model, member.s);
  const { of } = shape;
  const element = (): unknown =>
    isSimple(of.s) ? simple(member.e ? { ...of, e: member.e } : of, each, form) : structureOf(model, of.s);
  if (shape.t === "map") return { [text({ s: "string" }, key)]: element() };
  return Array.from({ length: Math.max(1, own.min ?? 1) }, element);
}

function simple(member: Member, constraint: Constraint, form?: RegExp): unknown {
  switch (member.s) {
    case "number":
      return Math.min(Math.max(1, constraint.min ?? 1), constraint.max ?? 1);
    case "timestamp":
      return 1;
    case "boolean":
      return true;
    case "blob":
      return "eA==";
    default:
      return text(member, constraint, form);
  }
}

function structureOf(model: Model, name: string): Json {
  const shape = shapeOf(model, name);
  return Object.fromEntries(
    (shape.r ?? []).map((member) => [member, good(model, name, member, shape.m?.[member] ?? { s: "string" })]),
  );
}

/** A value that breaks the constraint; undefined where the protocol cannot carry one. */
function broken(model: Model, root: string, { kind, member, constraint, place }: Documented): unknown {
  const { min = 0, max = 0, p } = constraint;
  const list = isSimple(member.s) ? undefined : shapeOf(model, member.s);
  const isNumber = member.s === "number";
  if (kind === "enum") return list ? ["no-such-value"] : "no-such-value";
  if (kind === "form") return list ? ["no such id"] : "no such id";
  if (kind === "pattern")
    return BAD.find((t) => !patternOf(p ?? "").test(t) && fits(t, { min, ...(max ? { max } : {}) }));
  const size = kind === "max" ? max + 1 : min - 1;
  if (isNumber) return size;
  if (member.s === "string") return ofSize(size, p);
  if (member.s === "blob") return size > 100_000 ? undefined : Buffer.alloc(size).toString("base64");
  if (!list?.of) return undefined;
  // A form has no way to say that a list is empty.
  if (size === 0 && model.protocol !== "json") return undefined;
  if (size > 2000) return undefined;
  const [structure, name] = holderOf(model, place, root);
  const { each = {}, key = {} } = constraintOf(model, structure, name);
  const { of } = list;
  const form = formOf(model.id, name)?.form;
  const item = (): unknown => (isSimple(of.s) ? simple(of, each, form) : structureOf(model, of.s));
  if (list.t === "map")
    return Object.fromEntries(Array.from({ length: size }, (_, i) => [text({ s: "string" }, key) + String(i), item()]));
  return Array.from({ length: size }, item);
}

/** The structure that has the last named member of a place, and that member. */
function holderOf(model: Model, place: readonly string[], root: string): readonly [string, string] {
  let structure = root;
  let name = "";
  let member: Member = { s: root };
  for (const step of place) {
    const shape = shapeOf(model, member.s);
    if (step === "0" || step === "*") member = shape.of ?? member;
    else if (shape.m?.[step]) {
      structure = member.s;
      name = step;
      member = shape.m[step];
    }
  }
  return [structure, name];
}

function put(model: Model, shapeName: string, input: Json, place: readonly string[], value: unknown): void {
  let holder: unknown = input;
  let member: Member = { s: shapeName };
  let structure = shapeName;
  let name = "";
  place.forEach((step, i) => {
    const isLast = i === place.length - 1;
    const shape = shapeOf(model, member.s);
    const at = holder as Record<string, unknown>;
    if (step === "#") {
      const [first] = Object.entries(at);
      for (const k of Object.keys(at)) delete at[k];
      at[String(value)] = first?.[1] ?? "a";
      return;
    }
    const slot = step === "*" ? (Object.keys(at)[0] ?? "a") : step;
    if (step === "0" || step === "*") member = shape.of ?? member;
    else {
      structure = member.s;
      name = step;
      member = shape.m?.[step] ?? member;
    }
    if (isLast) at[slot] = value;
    else at[slot] ??= good(model, structure, name, member);
    holder = at[slot];
  });
}

/** One input, and what is wrong with it. */
export interface BrokenInput {
  readonly model: Model;
  readonly operation: string;
  readonly documented: Documented;
  readonly input: Json;
}

/** Whether the sandbox takes every member on the way there: what it does not have it refuses by name instead. */
function isReached(model: Model, root: string, place: readonly string[]): boolean {
  let member: Member = { s: root };
  return place.every((step) => {
    const shape = shapeOf(model, member.s);
    if (step === "#") return true;
    if (step === "0" || step === "*") {
      member = shape.of ?? member;
      return true;
    }
    const supported = supportedOf(model, member.s);
    const isThere = supported === undefined || supported.includes(step);
    member = shape.m?.[step] ?? member;
    return isThere;
  });
}

/**
 * Every constraint of the operations that are there, with an input that breaks it and as little else as can be.
 * @param isSupported whether the operation takes that member of its input
 */
export function brokenInputs(isSupported: (model: Model, operation: string, member: string) => boolean): BrokenInput[] {
  return MODELS.flatMap((model) =>
    Object.entries(model.operations).flatMap(([operation, io]) =>
      io === 0 || io.in === null ? [] : ofOperation(model, operation, io.in, isSupported),
    ),
  );
}

function ofOperation(
  model: Model,
  operation: string,
  root: string,
  isSupported: (model: Model, operation: string, member: string) => boolean,
): BrokenInput[] {
  return documentedOf(model, operation).flatMap((documented) => {
    const [first = ""] = documented.place;
    if (documented.kind === "required" || !isSupported(model, operation, first)) return [];
    if (!isReached(model, root, documented.place)) return [];
    const value = broken(model, root, documented);
    if (value === undefined) return [];
    const input = structureOf(model, root);
    put(model, root, input, documented.place, value);
    return [{ model, operation, documented, input }];
  });
}
