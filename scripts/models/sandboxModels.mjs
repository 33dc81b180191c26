// Writes the sandbox's wire models from the official SDK's own schemas: run after an SDK update.
// The sandbox ships only the shapes of the operations it implements (EC2's whole schema alone is 1.3 MB),
// and it then shares no code with the client side.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readEnums } from "./sdkEnums.mjs";
import { SERVICES } from "./services.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** Another folder as the first argument: the contract suite compares it with what is committed. */
const outDir = process.argv[2] ?? path.join(root, "src/sandbox/model");
/** The bits of a schema's traits that say where a member stands, and that its values are nobody's to see. */
const LABEL = 1;
const SENSITIVE = 8;
const SIMPLE = {
  0: "string",
  1: "number",
  2: "boolean",
  4: "timestamp",
  5: "timestamp",
  6: "timestamp",
  7: "timestamp",
  15: "document",
  21: "blob",
  42: "blob",
  17: "number",
  19: "number",
};

async function generate(id, spec) {
  const packageDir = path.join(root, "node_modules/@aws-sdk", spec.package);
  const schemas = await import(pathToFileURL(path.join(packageDir, "dist-cjs/index.js")).href).then(
    (m) => m.default ?? m,
  );
  const source = Object.fromEntries(Object.entries(schemas).filter(([k]) => k.endsWith("$")));
  const enums = readEnums(packageDir);
  const shapes = {};
  const operations = {};
  const errors = {};
  const deref = (ref) => (typeof ref === "function" ? ref() : ref);
  const nameShape = (schema) => {
    visit(schema);
    return schema[2];
  };

  function memberOf(owner, memberName, ref) {
    const traits = {};
    let target = ref;
    let isSensitive = false;
    let isLabel = false;
    if (
      Array.isArray(target) &&
      typeof target[0] !== "string" &&
      !(typeof target[0] === "number" && typeof target[1] === "string" && target.length >= 4)
    ) {
      Object.assign(traits, typeof target[1] === "object" && target[1] !== null ? target[1] : {});
      if (typeof target[1] === "number" && target[1] & LABEL) isLabel = true;
      target = target[0];
    }
    target = deref(target);
    while (Array.isArray(target) && target[0] === 0) {
      if (typeof target[3] === "object" && target[3] !== null) Object.assign(traits, target[3]);
      if (typeof target[3] === "number" && target[3] & SENSITIVE) isSensitive = true;
      target = deref(target[4]);
    }
    const member = {};
    if (typeof target === "number") {
      const base = target & ~192;
      if (target & 64 || target & 128) {
        const kind = target & 64 ? "list" : "map";
        const name = `${kind === "list" ? "ListOf" : "MapOf"}_${SIMPLE[base]}`;
        shapes[name] ??=
          kind === "list" ? { t: "list", of: { s: SIMPLE[base] } } : { t: "map", of: { s: SIMPLE[base] } };
        member.s = name;
      } else {
        member.s = SIMPLE[base];
        if (base >= 5 && base <= 7) member.ts = { 5: "date-time", 6: "http-date", 7: "epoch-seconds" }[base];
      }
    } else if (Array.isArray(target)) {
      member.s = nameShape(target);
    } else {
      throw new Error(`unreadable schema in ${id}: ${owner}.${memberName}: ${String(target)}`);
    }
    if (traits.xmlName) member.x = traits.xmlName;
    if (traits.ec2QueryName) member.q = traits.ec2QueryName;
    if (traits.xmlFlattened) member.f = 1;
    if (isLabel) member.l = 1;
    if (traits.httpQuery) member.hq = traits.httpQuery;
    if (traits.httpHeader) member.hh = traits.httpHeader;
    const values = enums.get(`${owner}.${memberName}`);
    if (values) member.e = values;
    if (isSensitive || traits.sensitive) member.h = 1;
    return member;
  }

  function visit(schema) {
    const [kind, , name] = schema;
    if (shapes[name]) return;
    if (kind === 1) {
      shapes[name] = { t: "list" };
      shapes[name].of = memberOf(name, "member", schema[4]);
      return;
    }
    if (kind === 2) {
      shapes[name] = { t: "map" };
      shapes[name].of = memberOf(name, "value", schema[5]);
      return;
    }
    const shape = { t: kind === 4 ? "union" : "structure", m: {} };
    shapes[name] = shape;
    const [, , , , members = [], types = [], required = 0] = schema;
    if (required > 0) shape.r = members.slice(0, required);
    members.forEach((m, i) => {
      shape.m[m] = memberOf(name, m, types[i]);
    });
  }

  for (const [key, schema] of Object.entries(source)) {
    if (!key.endsWith("$") || !Array.isArray(schema)) continue;
    if (schema[0] === 9) {
      const name = schema[2];
      const full = key.slice(0, -1);
      if (!spec.operations.includes(full)) {
        operations[full] = 0;
        continue;
      }
      const io = (ref) => {
        const s = deref(ref);
        return Array.isArray(s) && s[2] !== "Unit" ? nameShape(s) : null;
      };
      operations[full] = { in: io(schema[4]), out: io(schema[5]) };
      if (spec.wire.protocol.startsWith("rest-")) operations[full].http = schema[3].http;
      if (name !== full) throw new Error(`operation ${full} is called ${name}`);
    } else if (schema[0] === -3 && typeof schema[3] === "object") {
      const traits = schema[3];
      const code = traits.awsQueryError?.[0] ?? schema[2];
      errors[schema[2]] = [
        code,
        traits.awsQueryError?.[1] ?? traits.httpError ?? (traits.error === "server" ? 500 : 400),
      ];
    }
  }
  for (const name of spec.operations) if (!operations[name]) throw new Error(`${id} has no operation ${name}`);
  const model = { id, ...spec.wire, operations, errors, shapes };
  writeFileSync(path.join(outDir, `${id}.json`), `${JSON.stringify(model)}\n`);
  writeFileSync(path.join(outDir, `${id}.types.ts`), typesOf(id, model));
}

function typesOf(id, model) {
  const scalar = {
    string: "string",
    number: "number",
    boolean: "boolean",
    timestamp: "Date",
    blob: "Uint8Array",
    document: "unknown",
  };
  const typeOf = (name) => {
    if (scalar[name]) return scalar[name];
    const shape = model.shapes[name];
    if (shape.t === "list") {
      const inner = typeOf(shape.of.s);
      return `${inner}[]`;
    }
    if (shape.t === "map") return `Record<string, ${typeOf(shape.of.s)}>`;
    return name;
  };
  const lines = [];
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape.t !== "structure" && shape.t !== "union") continue;
    const members = Object.entries(shape.m).map(
      ([m, ref]) =>
        `  ${JSON.stringify(m).replace(/^"([A-Za-z_]\w*)"$/, "$1")}${shape.r?.includes(m) ? "" : "?"}: ${typeOf(ref.s)};`,
    );
    lines.push(
      members.length > 0
        ? `export interface ${name} {\n${members.join("\n")}\n}`
        : `export type ${name} = Record<string, never>;`,
    );
  }
  const title = id.replace(/(^|-)(\w)/g, (_, __, c) => c.toUpperCase());
  lines.push(`export interface ${title}Operations {`);
  for (const [name, op] of Object.entries(model.operations)) {
    if (op)
      lines.push(
        `  ${name}: { input: ${op.in ?? "Record<string, never>"}; output: ${op.out ?? "Record<string, never>"} };`,
      );
  }
  lines.push("}", "");
  const text = lines.join("\n");
  const head = "generated: node scripts/models/sandboxModels.mjs";
  return `${text.split("\n").length > 410 ? `/* oxlint-disable max-lines -- ${head} */` : `/* ${head} */`}\n\n${text}`;
}

for (const [id, spec] of Object.entries(SERVICES)) {
  await generate(id, spec);
}
