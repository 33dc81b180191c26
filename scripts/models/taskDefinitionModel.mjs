// Writes what RegisterTaskDefinition takes, out of the installed AWS SDK's own schemas: every build runs it, so an SDK
// update brings new members. The file is committed, so that tests and type checks need no build first.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readEnums } from "./sdkEnums.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const packageDir = path.join(root, "node_modules/@aws-sdk/client-ecs");
export const modelFile = path.join(root, "src/core/taskDefinition/model/sdkModel.json");

/** Smithy's numbers for simple shapes, as the SDK's schemas write them; 64 marks a list of them, 128 a map. */
const simple = { 0: "string", 1: "integer", 2: "boolean" };
const [listFlag, mapFlag] = [64, 128];

const deref = (ref) => (typeof ref === "function" ? ref() : ref);

/** `[schema, traits]` -> schema; a named simple type -> what it is a name for. */
function plain(ref) {
  let schema = deref(ref);
  while (Array.isArray(schema) && (typeof schema[0] !== "number" || typeof schema[1] !== "string"))
    schema = deref(schema[0]);
  return Array.isArray(schema) && schema[0] === 0 ? plain(schema[4]) : schema;
}

/** The model as an object: `{root, shapes: {NAME: {members, required}}, readOnly, sdk}`, the last being the SDK's version. */
export async function readModel() {
  const imported = await import(pathToFileURL(path.join(packageDir, "dist-cjs/index.js")).href);
  const sdk = imported.default ?? imported;
  const enums = readEnums(packageDir);
  const shapes = {};

  function typeOf(ref, values) {
    const schema = plain(ref);
    const enumeration = values ? { enum: values } : {};
    if (typeof schema === "number") {
      const name = simple[schema & ~(listFlag | mapFlag)];
      if (!name) throw new Error(`unreadable schema: ${schema}`);
      if (schema & listFlag) return { type: "list", of: { type: name, ...enumeration } };
      return schema & mapFlag ? { type: "map", of: { type: name } } : { type: name, ...enumeration };
    }
    const [kind, , name] = schema;
    if (kind === 1) return { type: "list", of: typeOf(schema[4], values) };
    if (kind === 2) return { type: "map", of: typeOf(schema[5]) };
    visit(schema);
    return { type: "object", shape: name };
  }

  function visit(schema) {
    const [, , name, , members = [], types = [], required = 0] = schema;
    if (shapes[name]) return;
    shapes[name] = { members: {}, required: members.slice(0, required) };
    members.forEach((member, index) => {
      shapes[name].members[member] = typeOf(types[index], enums.get(`${name}.${member}`));
    });
  }

  const request = plain(sdk.RegisterTaskDefinitionRequest$);
  visit(request);
  const described = plain(sdk.TaskDefinition$)[4];
  const readOnly = described.filter((member) => !(member in shapes[request[2]].members));
  const { version } = JSON.parse(readFileSync(path.join(packageDir, "package.json"), "utf8"));
  return { root: request[2], shapes, readOnly, sdk: version };
}

/** Writes the file when the SDK is another or says something else than it does; `date` is the day on which that was. */
export async function writeModel(file = modelFile) {
  const model = await readModel();
  let before = {};
  try {
    before = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // The first time.
  }
  const { date, ...known } = before;
  if (date && JSON.stringify(known) === JSON.stringify(model)) return;
  writeFileSync(file, `${JSON.stringify({ ...model, date: new Date().toISOString().slice(0, 10) })}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeModel();
