/** Inputs made by chance from the model: of the right types mostly, with values that nobody expects. */
import { isSimple, MODELS, shapeOf, type Member, type Model } from "../../../src/sandbox/wire/model";

type Json = Readonly<Record<string, unknown>>;

const TEXTS = [
  "",
  " ",
  "*",
  "default",
  "constructor",
  "__proto__",
  "toString",
  "a".repeat(3000),
  "arn:aws:ecs:us-east-1:1:x",
  "arn:",
  ":",
  "/",
  "../..",
  "%",
  "%zz",
  "(",
  "[a-",
  "\\",
  "{}",
  "[]",
  "null",
  '{"Statement":null}',
  '{"Statement":[null]}',
  '{"Statement":{"Effect":"Allow","Action":{},"Resource":[1]}}',
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":null,"Action":"*","Condition":{"a":null}}]}',
  '{"rules":[null]}',
  '{"layers":"x","config":null}',
  "[1, 2]",
  '{ $.a = "b" }',
  "\ud800",
  "\u0000",
  "10.0.0.0/8",
  "10.0.0.0/99",
  "tcp",
  "-1",
  "0",
  "256",
  "sha256:x",
  "2020-01-01T00:00:00Z",
] as const;
const NUMBERS = [-1, 0, 1, 2, 0.5, 80, 256, 65_536, 2 ** 31, 2 ** 53, -(2 ** 53), 1e21, 1e300] as const;

/** Chance by a seed; it learns texts from answers, so that later inputs name what is there. */
export interface Inputs {
  below(n: number): number;
  learn(answer: string): void;
  value(model: Model, member: Member, depth: number, name: string): unknown;
}

/** A source of inputs. */
export function inputs(seed: number): Inputs {
  let state = seed >>> 0 || 1;
  const seen: string[] = [];
  const below = (n: number): number => {
    // xorshift32: the same inputs for the same seed, everywhere.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % n;
  };
  const among = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const text = (name: string): string => {
    if (seen.length > 0 && below(3) === 0) return among(seen);
    if (below(4) === 0) return `${name.toLowerCase()}-${below(3)}`;
    return among(TEXTS);
  };
  const simple = (model: Model, member: Member, name: string): unknown => {
    if (model.protocol === "json" && below(25) === 0)
      return among<unknown>([null, [], {}, [[]], { toString: 1 }, 7, "x", true]);
    if (member.e && below(6) > 0) return among(member.e);
    if (member.s === "number" || member.s === "timestamp") return among(NUMBERS);
    if (member.s === "boolean") return below(2) === 0;
    return text(name);
  };
  const value = (model: Model, member: Member, depth: number, name: string): unknown => {
    if (isSimple(member.s)) return simple(model, member, name);
    const shape = shapeOf(model, member.s);
    const of = shape.of;
    const some = depth > 6 ? 0 : below(3);
    if (shape.t === "list" && of)
      return Array.from({ length: some }, () => value(model, member.e ? { ...of, e: member.e } : of, depth + 1, name));
    if (shape.t === "map" && of)
      return Object.fromEntries(Array.from({ length: some }, () => [text(name), value(model, of, depth + 1, name)]));
    const out: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(shape.m ?? {})) {
      const needed = shape.r?.includes(key) ? below(12) > 0 : below(depth > 3 ? 8 : 3) === 0;
      if (needed) out[key] = value(model, inner, depth + 1, key);
    }
    return out;
  };
  const learn = (answer: string): void => {
    for (const [, found = ""] of answer.matchAll(/[">]([\w:/.@-]{4,200})["<]/g))
      if (!seen.includes(found)) seen.push(found);
    if (seen.length > 400) seen.splice(0, 100);
  };
  return { below, learn, value };
}

/** Inputs of every implemented operation of every service but streams, in each round once. */
export function* inputsOf(random: Inputs, rounds: number): Generator<[string, string, Json]> {
  for (let round = 0; round < rounds; round++) {
    for (const model of MODELS) {
      for (const [operation, io] of Object.entries(model.operations)) {
        if (io === 0 || operation === "StartLiveTail") continue;
        const input = io.in === null ? {} : (random.value(model, { s: io.in }, 0, operation) as Json);
        yield [model.id, operation, input];
      }
    }
  }
}
