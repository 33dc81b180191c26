/** awsQuery and ec2Query: forms in, XML out, both by the model. */
import { badEnum, badType, missingMember, notImplemented } from "./errors";
import { isSimple, shapeOf, type Member, type Model, type Structure, type Value } from "./model";

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The name of a member in a form: ec2Query prefers its own name, then a capitalised XML name. */
export function formName(model: Model, name: string, member: Member): string {
  if (model.protocol === "ec2") return member.q ?? capital(member.x ?? name);
  return member.x ?? name;
}

/** Decodes the form of `operation`; `Action` and `Version` are the protocol's own. */
export function decodeQuery(
  model: Model,
  operation: string,
  shapeName: string | null,
  form: URLSearchParams,
): Structure {
  const root: Node = { children: new Map() };
  for (const [key, value] of form) {
    if (key === "Action" || key === "Version") continue;
    let node = root;
    for (const part of key.split(".")) {
      let next = node.children.get(part);
      if (!next) node.children.set(part, (next = { children: new Map() }));
      node = next;
    }
    node.value = value;
  }
  if (shapeName === null) return {};
  return decodeStructure(model, operation, shapeName, root, "");
}

function decodeStructure(model: Model, operation: string, name: string, node: Node, path: string): Structure {
  const shape = shapeOf(model, name);
  const out: Record<string, Value> = {};
  const known = new Set<string>();
  for (const [memberName, member] of Object.entries(shape.m ?? {})) {
    const wire = formName(model, memberName, member);
    known.add(wire);
    const child = node.children.get(wire);
    const at = path ? `${path}.${memberName}` : memberName;
    if (child) {
      const value = decodeValue(model, operation, member, child, at);
      if (value !== undefined) out[memberName] = value;
    }
    if (out[memberName] === undefined && shape.r?.includes(memberName)) {
      throw missingMember(model, at, path ? `${path}.${wire}` : wire);
    }
  }
  for (const key of node.children.keys()) {
    if (!known.has(key)) throw notImplemented(model.id, operation, path ? `${path}.${key}` : key);
  }
  return out;
}

function elementsOf(model: Model, member: Member, node: Node): Node[] {
  const flat = model.protocol === "ec2" || member.f === 1;
  const holder = flat ? node : [...node.children.values()][0];
  if (!holder) return [];
  return [...holder.children.entries()].sort((a, b) => Number(a[0]) - Number(b[0])).map(([, child]) => child);
}

function decodeValue(model: Model, operation: string, member: Member, node: Node, path: string): Value | undefined {
  if (isSimple(member.s)) return decodeSimple(model, member, node.value ?? "", path);
  const shape = shapeOf(model, member.s);
  if (shape.t === "list" && shape.of) {
    const element: Member = member.e ? { ...shape.of, e: member.e } : shape.of;
    return elementsOf(model, member, node).flatMap((child, i) => {
      const value = decodeValue(model, operation, element, child, `${path}.${i + 1}`);
      return value === undefined ? [] : [value];
    });
  }
  if (shape.t === "map" && shape.of) {
    const of = shape.of;
    const entries = elementsOf(model, member, node).flatMap((entry) => {
      const key = entry.children.get("key")?.value;
      const value = entry.children.get("value");
      const decoded = value ? decodeValue(model, operation, of, value, path) : undefined;
      return key !== undefined && decoded !== undefined ? [[key, decoded] as const] : [];
    });
    return Object.fromEntries(entries);
  }
  return decodeStructure(model, operation, member.s, node, path);
}

/** A value out of its text; throws the service's error for one of another type. */
export function decodeSimple(model: Model, member: Member, raw: string, path: string): Value {
  switch (member.s) {
    case "number": {
      const number = Number(raw);
      if (raw === "" || !Number.isFinite(number)) throw badType(model, path, "number", raw);
      return number;
    }
    case "boolean":
      if (raw !== "true" && raw !== "false") throw badType(model, path, "boolean", raw);
      return raw === "true";
    case "timestamp": {
      const date = new Date(raw);
      if (Number.isNaN(date.getTime())) throw badType(model, path, "timestamp", raw);
      return date;
    }
    case "blob":
      return Buffer.from(raw, "base64");
    default:
      if (member.e && !member.e.includes(raw)) throw badEnum(model, path, raw, member.e);
      return raw;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
  "\n": "&#xA;",
};

/** Text made safe for an XML element. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"\r\n]/g, (c) => ESCAPES[c] ?? c);
}

/** The XML document with which AWS answers `operation`. */
export function encodeQuery(
  model: Model,
  operation: string,
  shapeName: string | null,
  value: unknown,
  requestId: string,
): string {
  const inner = shapeName === null ? "" : structureXml(model, shapeName, value as Record<string, unknown>);
  const open = `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="${model.xmlns ?? ""}">`;
  if (model.protocol === "ec2") {
    // Operations without output answer <return>true</return> on EC2.
    const body = shapeName === null ? "<return>true</return>" : inner;
    return `${open}<requestId>${requestId}</requestId>${body}</${operation}Response>`;
  }
  const result = shapeName === null ? "" : `<${operation}Result>${inner}</${operation}Result>`;
  return `${open}${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
}

/** The elements of a structure's members. */
export function structureXml(model: Model, name: string, value: Record<string, unknown>): string {
  const members = Object.entries(shapeOf(model, name).m ?? {});
  return members.map(([key, member]) => memberXml(model, member.x ?? key, member, value[key])).join("");
}

function memberXml(model: Model, tag: string, member: Member, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (isSimple(member.s)) return `<${tag}>${escapeXml(simpleText(value))}</${tag}>`;
  const shape = shapeOf(model, member.s);
  const of = shape.of;
  if (shape.t === "list" && of) {
    const items = value as readonly unknown[];
    if (member.f === 1) return items.map((item) => memberXml(model, tag, of, item)).join("");
    return `<${tag}>${items.map((item) => memberXml(model, of.x ?? "member", of, item)).join("")}</${tag}>`;
  }
  if (shape.t === "map" && of) {
    const entries = Object.entries(value as Record<string, unknown>);
    return `<${tag}>${entries.map(([k, v]) => `<entry><key>${escapeXml(k)}</key>${memberXml(model, "value", of, v)}</entry>`).join("")}</${tag}>`;
  }
  return `<${tag}>${structureXml(model, member.s, value as Record<string, unknown>)}</${tag}>`;
}

function simpleText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return String(value);
}

/** The XML error document of the query protocols. */
export function errorXml(model: Model, code: string, message: string, status: number, requestId: string): string {
  const inner = `<Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
  if (model.protocol === "ec2") {
    return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${inner}</Error></Errors><RequestID>${requestId}</RequestID></Response>`;
  }
  const type = status >= 500 ? "Receiver" : "Sender";
  return `<ErrorResponse xmlns="${model.xmlns ?? ""}"><Error><Type>${type}</Type>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
