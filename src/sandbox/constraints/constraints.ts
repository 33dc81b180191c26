/** The documented constraints of inputs, and the refusal of what breaks them in each service's own way. */

import { isSimple, shapeOf, type Member, type Model, type Structure, type Value } from "../wire/model";
import acm from "./acm.json";
import autoscaling from "./autoscaling.json";
import cloudwatch from "./cloudwatch.json";
import ec2 from "./ec2.json";
import ecr from "./ecr.json";
import ecs from "./ecs.json";
import elbv2 from "./elbv2.json";
import iam from "./iam.json";
import { formOf } from "./ids";
import kms from "./kms.json";
import logs from "./logs.json";
import pricing from "./pricing.json";
import quotas from "./quotas.json";
import { refusal, type Violation } from "./refusal";
import route53 from "./route53.json";
import scheduler from "./scheduler.json";
import secrets from "./secrets.json";
import ssm from "./ssm.json";
import sts from "./sts.json";
import { WRITTEN } from "./written";

/** What one type of values may be: bounds of a number, a length or a count, a pattern; and the same of what it holds. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly p?: string;
  readonly of?: string;
  readonly key?: string;
}

interface Generated {
  readonly types: Readonly<Record<string, Constraint>>;
  /** Structure and member to the name of a type. */
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const GENERATED: Readonly<Record<string, Generated>> = {
  acm,
  autoscaling,
  cloudwatch,
  ec2,
  ecr,
  ecs,
  elbv2,
  iam,
  kms,
  logs,
  pricing,
  quotas,
  route53,
  scheduler,
  secrets,
  ssm,
  sts,
};

/** The longest text that a pattern is tried on: some of AWS's take time with the square of it. */
const LONGEST_TRIED = 4096;

const compiled = new Map<string, RegExp>();

/** The pattern, for a whole text. */
export function patternOf(pattern: string): RegExp {
  let found = compiled.get(pattern);
  if (!found) compiled.set(pattern, (found = new RegExp(`^(?:${pattern})$`, /\\[pu]\{/.test(pattern) ? "u" : "")));
  return found;
}

const written = new Map(WRITTEN.map((row) => [`${row.service} ${row.member}`, row]));

/** What holds for a member of a structure: by the model, and by AWS's pages beside it. */
export function constraintOf(
  model: Model,
  structure: string,
  member: string,
): { readonly own?: Constraint; readonly each?: Constraint; readonly key?: Constraint } {
  const { types, members } = GENERATED[model.id] ?? { types: {}, members: {} };
  const named = Object.hasOwn(members, structure) ? members[structure]?.[member] : undefined;
  const generated = named === undefined ? undefined : types[named];
  const row = written.get(`${model.id} ${structure}.${member}`);
  const said: Constraint | undefined = row && {
    ...(row.min === undefined ? {} : { min: row.min }),
    ...(row.max === undefined ? {} : { max: row.max }),
    ...(row.pattern === undefined ? {} : { p: row.pattern }),
  };
  const own = { ...generated, ...(row?.each ? {} : said) };
  const each = row?.each ? said : generated?.of === undefined ? undefined : types[generated.of];
  const key = generated?.key === undefined ? undefined : types[generated.key];
  return { own, ...(each ? { each } : {}), ...(key ? { key } : {}) };
}

const sizeOf = (value: Value): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === "object" && !(value instanceof Date) ? Object.keys(value).length : undefined;
};

function* broken(
  constraint: Constraint | undefined,
  value: Value,
  path: string,
  isHidden: boolean,
): Generator<Violation> {
  if (!constraint) return;
  const size = sizeOf(value);
  const kind = typeof value === "number" ? "value" : "length";
  const of =
    typeof value === "number" ? "number" : typeof value === "string" ? "text" : Array.isArray(value) ? "list" : "map";
  const at = { path, value: isHidden ? undefined : textOf(value), of } as const;
  if (size !== undefined && constraint.max !== undefined && size > constraint.max)
    yield { ...at, kind, bound: constraint.max, isAbove: true };
  if (size !== undefined && constraint.min !== undefined && size < constraint.min)
    yield { ...at, kind, bound: constraint.min, isAbove: false };
  if (
    constraint.p !== undefined &&
    typeof value === "string" &&
    value.length <= LONGEST_TRIED &&
    !patternOf(constraint.p).test(value)
  )
    yield { ...at, kind: "pattern", pattern: constraint.p };
}

function textOf(value: Value): string {
  if (Array.isArray(value)) return `[${value.map((item: Value) => textOf(item)).join(", ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Members whose operations refuse with an error of their own, which their pages list. */
export const BY_OPERATION: readonly string[] = ["ssm ParameterStringFilter.Key"];

function* ofValue(model: Model, structure: string, name: string, member: Member, value: Value, path: string) {
  if (BY_OPERATION.includes(`${model.id} ${structure}.${name}`)) return;
  const { own, each, key } = constraintOf(model, structure, name);
  const isHidden = member.h === 1;
  yield* broken(own, value, path, isHidden);
  const form = formOf(model.id, name);
  const texts = (Array.isArray(value) ? (value as readonly Value[]) : [value]).filter((v) => typeof v === "string");
  const odd = form && texts.find((text) => text !== "" && !form.form.test(text));
  if (form && odd !== undefined) throw form.error(odd);
  if (isSimple(member.s)) return;
  const shape = shapeOf(model, member.s);
  if (shape.t === "list" && shape.of) {
    const { of } = shape;
    for (const [i, item] of (value as readonly Value[]).entries()) {
      const at = `${path}.${i + 1}.member`;
      yield* broken(each, item, at, isHidden);
      if (!isSimple(of.s) && shapeOf(model, of.s).m) yield* ofStructure(model, of.s, item as Structure, at);
    }
  } else if (shape.t === "map" && shape.of) {
    for (const [k, item] of Object.entries(value as Structure)) {
      yield* broken(key, k, path, isHidden);
      if (item !== undefined) yield* broken(each, item, `${path}.${k}.member`, isHidden);
    }
  } else yield* ofStructure(model, member.s, value as Structure, path);
}

function* ofStructure(model: Model, name: string, value: Structure, path: string): Generator<Violation> {
  for (const [member, shape] of Object.entries(shapeOf(model, name).m ?? {})) {
    const given = Object.hasOwn(value, member) ? value[member] : undefined;
    if (given === undefined) continue;
    yield* ofValue(model, name, member, shape, given, path === "" ? member : `${path}.${member}`);
  }
}

/** Refuses an input that breaks what AWS documents of it, naming all that is wrong where the service does. */
export function checkConstraints(model: Model, shape: string | null, input: Structure): void {
  if (shape === null) return;
  const found = [...ofStructure(model, shape, input, "")];
  if (found.length > 0) throw refusal(model, found);
}
