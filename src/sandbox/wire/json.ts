/** awsJson1.1: bodies checked against the model on the way in, written by it on the way out. */
import { ApiError, badEnum, badType, missingMember, notImplemented } from "./errors";
import { isSimple, shapeOf, type Member, type Model, type Structure, type Value } from "./model";

/** How deep a body may be: as deep as the JSON reader goes that AWS's services are built with. */
const MAX_DEPTH = 1000;

/** The names of JSON's kinds of values in AWS's sentences. */
const KIND: Readonly<Record<string, string>> = {
  string: "STRING_VALUE",
  number: "NUMBER_VALUE",
  boolean: "TRUE_VALUE",
  object: "START_OBJECT",
};
const kindOf = (value: unknown): string =>
  Array.isArray(value) ? "START_ARRAY" : value === null ? "VALUE_NULL" : (KIND[typeof value] ?? "VALUE");

/** Sets a member whatever it is called: `__proto__` too is a name like any other. */
const define = (out: object, key: string, value: unknown): void =>
  void Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true });

/** Whether lists and objects stand within each other deeper than `limit`; walked without recursion. */
function isDeeper(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((v) =>
      typeof v === "object" && v !== null ? Object.values(v).filter((inner) => typeof inner === "object") : [],
    );
  }
  return false;
}

/** The JSON of a body; nothing at all stands for no members. */
export function parseBody(body: Buffer): unknown {
  const broken = (): ApiError => new ApiError("SerializationException", "Could not parse the request body as JSON.");
  let parsed: unknown;
  try {
    parsed = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch {
    throw broken();
  }
  if (isDeeper(parsed, MAX_DEPTH)) throw broken();
  return parsed;
}

/**
 * Decodes a JSON body of `operation`; throws the service's own error for missing, unknown and ill-typed members.
 * @param keepsUnknown unknown members are taken as they are
 * @param outside members that a REST protocol has in the address
 */
export function decodeJson(
  model: Model,
  operation: string,
  shapeName: string | null,
  body: unknown,
  keepsUnknown = false,
  outside: Structure = {},
): Structure {
  if (shapeName === null) return {};
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw badType(model, "", "structure", kindOf(body));
  return decodeStructure({ model, operation, keepsUnknown }, shapeName, body as Record<string, unknown>, "", outside);
}

interface Decoding {
  readonly model: Model;
  readonly operation: string;
  readonly keepsUnknown: boolean;
}

function decodeStructure(
  decoding: Decoding,
  name: string,
  body: Record<string, unknown>,
  path: string,
  outside: Structure = {},
): Structure {
  const { model, operation, keepsUnknown } = decoding;
  const shape = shapeOf(model, name);
  const members = shape.m ?? {};
  const out: Record<string, Value | undefined> = { ...outside };
  for (const [key, raw] of Object.entries(body)) {
    const named = Object.hasOwn(members, key) ? members[key] : undefined;
    // What stands in the address is no member of the body.
    const member = named?.l === undefined && named?.hq === undefined ? named : undefined;
    const at = path ? `${path}.${key}` : key;
    if (!member && !keepsUnknown) throw notImplemented(model.id, operation, at);
    if (!member) {
      define(out, key, raw);
      continue;
    }
    if (raw === null || raw === undefined) continue;
    out[key] = decodeValue(decoding, member, raw, at);
  }
  for (const required of shape.r ?? []) {
    if (out[required] === undefined) throw missingMember(model, path ? `${path}.${required}` : required, required);
  }
  return out;
}

function decodeValue(decoding: Decoding, member: Member, raw: unknown, path: string): Value {
  const { model } = decoding;
  if (isSimple(member.s)) return decodeSimple(model, member, raw, path);
  const shape = shapeOf(model, member.s);
  if (shape.t === "list" && shape.of) {
    if (!Array.isArray(raw)) throw badType(model, path, "list", kindOf(raw));
    const element: Member = member.e ? { ...shape.of, e: member.e } : shape.of;
    return raw.map((item, i) => decodeValue(decoding, element, item ?? "", `${path}[${i}]`));
  }
  if (typeof raw !== "object" || raw === null || Array.isArray(raw))
    throw badType(model, path, "structure", kindOf(raw));
  if (shape.t === "map" && shape.of) {
    const of = shape.of;
    return Object.fromEntries(
      Object.entries(raw as Record<string, unknown>).map(([k, v]) => [k, decodeValue(decoding, of, v, `${path}.${k}`)]),
    );
  }
  return decodeStructure(decoding, member.s, raw as Record<string, unknown>, path);
}

function decodeSimple(model: Model, member: Member, raw: unknown, path: string): Value {
  switch (member.s) {
    case "number":
      if (typeof raw !== "number") throw badType(model, path, "a Number", kindOf(raw));
      return raw;
    case "boolean":
      if (typeof raw !== "boolean") throw badType(model, path, "a Boolean", kindOf(raw));
      return raw;
    case "timestamp":
      if (typeof raw !== "number") throw badType(model, path, "a Timestamp", kindOf(raw));
      if (Number.isNaN(new Date(raw * 1000).getTime())) throw badType(model, path, "a Timestamp", "NUMBER_VALUE");
      return new Date(raw * 1000);
    case "blob":
      if (typeof raw !== "string") throw badType(model, path, "a Blob", kindOf(raw));
      return Buffer.from(raw, "base64");
    default:
      if (typeof raw !== "string") throw badType(model, path, "a String", kindOf(raw));
      if (member.e && !member.e.includes(raw)) throw badEnum(model, path, raw, member.e);
      return raw;
  }
}

/**
 * The JSON that AWS would send for `value`: timestamps as epoch seconds, blobs in base64.
 * @param keepsUnknown members that are not modelled are there too, as they are; otherwise they are left out
 */
export function encodeJson(model: Model, shapeName: string | null, value: unknown, keepsUnknown = false): unknown {
  if (shapeName === null) return {};
  return encode(model, { s: shapeName }, value, keepsUnknown);
}

function encode(model: Model, member: Member, value: unknown, keepsUnknown: boolean): unknown {
  if (value === undefined || value === null) return undefined;
  if (member.s === "timestamp") return (value as Date).getTime() / 1000;
  if (member.s === "blob") return Buffer.from(value as Uint8Array).toString("base64");
  if (isSimple(member.s)) return value;
  const shape = shapeOf(model, member.s);
  if (shape.of) {
    const of = shape.of;
    if (shape.t === "list") return (value as readonly unknown[]).map((item) => encode(model, of, item, keepsUnknown));
    return Object.fromEntries(
      Object.entries(value as Record<string, unknown>).map(([k, v]) => [k, encode(model, of, v, keepsUnknown)]),
    );
  }
  const source = value as Record<string, unknown>;
  const members = shape.m ?? {};
  const out: Record<string, unknown> = keepsUnknown
    ? Object.fromEntries(Object.entries(source).filter(([name]) => !Object.hasOwn(members, name)))
    : {};
  for (const [name, m] of Object.entries(members)) {
    const encoded = encode(model, m, source[name], keepsUnknown);
    if (encoded !== undefined) out[name] = encoded;
  }
  return out;
}
