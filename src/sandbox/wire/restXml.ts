/** restXml: members in path, query and an XML body, and XML out. */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { ApiError, missingMember, notImplemented } from "./errors";
import { isSimple, shapeOf, type Io, type Member, type Model, type Structure, type Value } from "./model";
import { decodeSimple, structureXml } from "./query";
import { membersOfAddress } from "./rest";

const malformed = (): ApiError => new ApiError("InvalidInput", "The XML you provided is not well-formed.");

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

const reader = new XMLParser({ parseTagValue: false, ignoreDeclaration: true, ignorePiTags: true, htmlEntities: true });

/** The body's root element; nothing at all stands for no members. */
function rootOf(body: Buffer): Node {
  const text = body.toString("utf8").trim();
  if (text === "") return {};
  if (XMLValidator.validate(text) !== true) throw malformed();
  let parsed: unknown;
  try {
    parsed = reader.parse(text);
  } catch {
    throw malformed();
  }
  const root: unknown = isNode(parsed) ? Object.values(parsed)[0] : undefined;
  if (root === "") return {};
  if (!isNode(root)) throw malformed();
  return root;
}

/** The input of a call; throws the service's own error for missing, unknown and ill-typed members. */
export function decodeRestXml(model: Model, operation: string, io: Io, url: URL, body: Buffer): Structure {
  if (io.in === null) return {};
  const root = rootOf(body);
  const outside = membersOfAddress(model, io, url, malformed);
  return { ...structure(model, operation, io.in, root, "", outside), ...outside };
}

function structure(
  model: Model,
  operation: string,
  name: string,
  node: Node,
  path: string,
  outside: Structure = {},
): Structure {
  const shape = shapeOf(model, name);
  const out: Record<string, Value> = {};
  const known = new Set<string>(["xmlns", "xmlns:xsi"]);
  for (const [memberName, member] of Object.entries(shape.m ?? {})) {
    const wire = member.x ?? memberName;
    known.add(wire);
    const at = path ? `${path}.${memberName}` : memberName;
    const raw = node[wire];
    if (raw !== undefined) out[memberName] = valueOf(model, operation, member, raw, at);
    if (out[memberName] === undefined && outside[memberName] === undefined && shape.r?.includes(memberName))
      throw missingMember(model, at, wire);
  }
  for (const key of Object.keys(node))
    if (!known.has(key)) throw notImplemented(model.id, operation, path ? `${path}.${key}` : key);
  return out;
}

function valueOf(model: Model, operation: string, member: Member, raw: unknown, path: string): Value {
  if (isSimple(member.s)) {
    if (typeof raw !== "string") throw malformed();
    return decodeSimple(model, member, raw, path);
  }
  const shape = shapeOf(model, member.s);
  const { of } = shape;
  if (shape.t === "list" && of) {
    const element: Member = member.e ? { ...of, e: member.e } : of;
    const held = member.f === 1 ? raw : isNode(raw) ? raw[of.x ?? "member"] : undefined;
    const items: readonly unknown[] = held === undefined ? [] : Array.isArray(held) ? held : [held];
    return items.map((item, i) => valueOf(model, operation, element, item, `${path}.${i + 1}`));
  }
  if (raw === "") return structure(model, operation, member.s, {}, path);
  if (!isNode(raw)) throw malformed();
  return structure(model, operation, member.s, raw, path);
}

/** The answer: its XML, and the members that are headers. */
export function encodeRestXml(
  model: Model,
  operation: string,
  io: Io,
  value: unknown,
): { readonly text: string; readonly headers: Readonly<Record<string, string>> } {
  const source = value as Record<string, unknown>;
  const members = io.out === null ? [] : Object.entries(shapeOf(model, io.out).m ?? {});
  const headers = Object.fromEntries(
    members.flatMap(([name, { hh }]) => {
      const given = source[name];
      return hh !== undefined && typeof given === "string" ? [[hh.toLowerCase(), given] as const] : [];
    }),
  );
  const inBody = Object.fromEntries(
    Object.entries(source).filter(([name]) => !members.some(([n, { hh }]) => n === name && hh !== undefined)),
  );
  const inner = io.out === null ? "" : structureXml(model, io.out, inBody);
  const tag = io.out ?? `${operation}Response`;
  return {
    text: `<?xml version="1.0" encoding="UTF-8"?>\n<${tag} xmlns="${model.xmlns ?? ""}">${inner}</${tag}>`,
    headers,
  };
}
