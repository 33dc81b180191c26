// Writes the constraints of the sandbox's inputs (lengths, ranges, patterns) from AWS's service models as botocore has
// them: the JavaScript SDK leaves them out of its schemas. Run after an update of the SDK, with botocore installed:
//     node scripts/models/constraints.mjs [BOTOCORE_DATA [OUT_DIR]]
// Read are only members that src/sandbox/model has, so run sandboxModels.mjs first.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { SERVICES } from "./services.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const dataDir =
  process.argv[2] ??
  execFileSync("python3", [
    "-c",
    "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))",
  ])
    .toString()
    .trim();
const outDir = process.argv[3] ?? path.join(root, "src/sandbox/constraints");
/** Where botocore's folder has another name than ours. */
const FOLDERS = { autoscaling: "application-autoscaling", quotas: "service-quotas", secrets: "secretsmanager" };
const NUMBERS = ["integer", "long", "float", "double"];
/** Character classes that Java has and JavaScript does not. */
const CLASSES = { Print: "\\x20-\\x7e", Alnum: "A-Za-z0-9", Graph: "\\x21-\\x7e", ASCII: "\\x00-\\x7f" };

function serviceOf(id) {
  const folder = path.join(dataDir, FOLDERS[id] ?? id);
  const version = readdirSync(folder).sort().at(-1);
  const packed = path.join(folder, version, "service-2.json.gz");
  const text = existsSync(packed)
    ? gunzipSync(readFileSync(packed))
    : readFileSync(path.join(folder, version, "service-2.json"));
  return JSON.parse(text.toString("utf8"));
}

/** Whether JavaScript reads the pattern, in the way in which `patternOf` of the sandbox does. */
function isReadable(pattern) {
  try {
    return new RegExp(`^(?:${pattern})$`, /\\[pu]\{/.test(pattern) ? "u" : "") instanceof RegExp;
  } catch {
    return false;
  }
}

/** The pattern as JavaScript reads it; undefined where it says nothing. */
function patternOf(pattern, at) {
  if (pattern === undefined || /^\^?\(?(\.|\[\\s\\S\]|\[\\S\\s\])\*\)?\$?$/.test(pattern)) return undefined;
  // Java writes what lies beyond \uFFFF as two halves; some of AWS's pages write it as if five digits could follow.
  const whole = pattern
    .replace(/\\u(D[89AB]..)\\u(D[C-F]..)/gi, (_, high, low) => {
      const text = String.fromCharCode(parseInt(high, 16), parseInt(low, 16));
      return `\\u{${text.codePointAt(0).toString(16)}}`;
    })
    .replace("\\u10000-\\u10FFFF", "\\u{10000}-\\u{10ffff}");
  const named = whole.replace(/\\p\{(Print|Alnum|Graph|ASCII)\}(?![^[]*\])/g, (_, name) => `[${CLASSES[name]}]`);
  const java = named.replace(/\\p\{(Print|Alnum|Graph|ASCII)\}/g, (_, name) => CLASSES[name]);
  if (isReadable(java)) return java;
  // In JavaScript's Unicode mode only what has a meaning may be escaped.
  const plain = java.replace(/\\([^\w\s^$\\.*+?()[\]{}|/-])/g, "$1");
  if (isReadable(plain)) return plain;
  throw new Error(`the pattern of ${at} cannot be read: ${pattern}`);
}

function generate(id) {
  const model = JSON.parse(readFileSync(path.join(root, `src/sandbox/model/${id}.json`), "utf8"));
  const service = serviceOf(id);
  const types = {};
  const members = {};
  const seen = new Set();

  /** The name of the type where it constrains a value that is no structure; kept in `types`. */
  function typeOf(name) {
    if (types[name]) return name;
    const shape = service.shapes[name];
    const out = {};
    if (["list", "map", "string", "blob", ...NUMBERS].includes(shape.type)) {
      // Of a number the bounds are its range, else how long it is.
      if (shape.min !== undefined && !(shape.min === 0 && !NUMBERS.includes(shape.type))) out.min = shape.min;
      if (shape.max !== undefined) out.max = shape.max;
    }
    if (shape.type === "string" && shape.enum === undefined) {
      const pattern = patternOf(shape.pattern, `${id} ${name}`);
      if (pattern !== undefined) out.p = pattern;
    }
    if (shape.type === "list") {
      const of = typeOf(shape.member.shape);
      if (of) out.of = of;
    }
    if (shape.type === "map") {
      const key = typeOf(shape.key.shape);
      const of = typeOf(shape.value.shape);
      if (key) out.key = key;
      if (of) out.of = of;
    }
    if (Object.keys(out).length === 0) return undefined;
    types[name] = out;
    return name;
  }

  /** Walks both models side by side: names of structures are the same in both, those of lists are not. */
  function visit(ours, theirs) {
    const shape = service.shapes[theirs];
    if (shape.type === "list") return visit(model.shapes[ours]?.of?.s, shape.member.shape);
    if (shape.type === "map") return visit(model.shapes[ours]?.of?.s, shape.value.shape);
    const mine = model.shapes[ours];
    if (shape.type !== "structure" || !mine?.m || seen.has(ours)) return undefined;
    seen.add(ours);
    for (const [name, member] of Object.entries(mine.m)) {
      const other = shape.members[name];
      if (!other) continue;
      const type = typeOf(other.shape);
      if (type) (members[ours] ??= {})[name] = type;
      visit(member.s, other.shape);
    }
    return undefined;
  }

  for (const [name, io] of Object.entries(model.operations)) {
    const input = io === 0 ? undefined : service.operations[name]?.input;
    if (input && io.in !== null) visit(io.in, input.shape);
  }
  writeFileSync(path.join(outDir, `${id}.json`), `${JSON.stringify({ types, members })}\n`);
}

for (const id of Object.keys(SERVICES)) generate(id);
