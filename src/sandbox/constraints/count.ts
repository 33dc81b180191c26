/** What constrains an operation's input, listed: for the coverage table and for the tests that try each of it. */
import { isSimple, shapeOf, type Member, type Model } from "../wire/model";
import { BY_OPERATION, constraintOf, type Constraint } from "./constraints";
import { formOf } from "./ids";

/** Where a value stands: names of members, `0` for a list's first element, `*` for a map's value and `#` for its key. */
export type Place = readonly string[];

/** One thing that a value must be. */
export interface Documented {
  readonly place: Place;
  readonly kind: "required" | "enum" | "min" | "max" | "pattern" | "form";
  readonly member: Member;
  readonly constraint: Constraint;
}

const BOUNDS = [
  ["min", "min"],
  ["max", "max"],
  ["p", "pattern"],
] as const;

function* bounds(place: Place, member: Member, constraint: Constraint | undefined): Generator<Documented> {
  if (!constraint) return;
  for (const [name, kind] of BOUNDS) if (constraint[name] !== undefined) yield { place, kind, member, constraint };
}

function* within(model: Model, name: string, place: Place, seen: readonly string[]): Generator<Documented> {
  const shape = shapeOf(model, name);
  if (!shape.m || seen.includes(name)) return;
  const deeper = [...seen, name];
  for (const [memberName, member] of Object.entries(shape.m)) {
    const at = [...place, memberName];
    const { own, each, key } = constraintOf(model, name, memberName);
    if (shape.r?.includes(memberName)) yield { place: at, kind: "required", member, constraint: {} };
    if (BY_OPERATION.includes(`${model.id} ${name}.${memberName}`)) continue;
    if (member.e) yield { place: at, kind: "enum", member, constraint: {} };
    yield* bounds(at, member, own);
    if (formOf(model.id, memberName)) yield { place: at, kind: "form", member, constraint: {} };
    if (isSimple(member.s)) continue;
    const inner = shapeOf(model, member.s);
    if (!inner.of) {
      yield* within(model, member.s, at, deeper);
      continue;
    }
    const element = inner.t === "list" ? "0" : "*";
    yield* bounds([...at, element], inner.of, each);
    if (inner.t === "map") yield* bounds([...at, "#"], { s: "string" }, key);
    if (!isSimple(inner.of.s)) yield* within(model, inner.of.s, [...at, element], deeper);
  }
}

/** Everything that is documented of the operation's input, at any depth; structures within themselves once. */
export function documentedOf(model: Model, operation: string): readonly Documented[] {
  const io = model.operations[operation];
  return io && io.in !== null ? [...within(model, io.in, [], [])] : [];
}
