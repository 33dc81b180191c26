import assert from "node:assert/strict";
import { MODELS, isSimple, shapeOf, type Member, type Model } from "../../src/sandbox/wire/model";
import { formName } from "../../src/sandbox/wire/query";
import { endpoint, control, TARGET } from "./support/sandbox";
import { send } from "./support/wire";

type Json = Record<string, unknown>;

/** The smallest value that the model accepts for a member. */
function minimal(model: Model, member: Member): unknown {
  switch (member.s) {
    case "string":
      return member.e?.[0] ?? "xx";
    case "number":
    case "timestamp":
      return 1;
    case "boolean":
      return true;
    case "blob":
      return "eA==";
    default:
      break;
  }
  const shape = shapeOf(model, member.s);
  if (shape.t === "list" && shape.of) return [minimal(model, member.e ? { ...shape.of, e: member.e } : shape.of)];
  if (shape.t === "map") return {};
  return structure(model, member.s);
}

function structure(model: Model, name: string, nested = true): Json {
  const shape = shapeOf(model, name);
  // A structure within another has something optional in it too: a form cannot carry an empty one.
  const optional = Object.entries(shape.m ?? {}).find(
    ([m, member]) => nested && isSimple(member.s) && !shape.r?.includes(m),
  )?.[0];
  return Object.fromEntries(
    [...(shape.r ?? []), ...(optional ? [optional] : [])].map((r) => [
      r,
      minimal(model, shape.m?.[r] ?? { s: "string" }),
    ]),
  );
}

/** Every required member that a minimal input has, with the path to drop. */
function drops(
  model: Model,
  shapeName: string,
  at: readonly (string | number)[] = [],
): { path: readonly (string | number)[]; member: Member; name: string }[] {
  const shape = shapeOf(model, shapeName);
  return (shape.r ?? []).flatMap((name) => {
    const member = shape.m?.[name] ?? { s: "string" };
    const here = { path: [...at, name], member, name };
    if (isSimple(member.s)) return [here];
    const inner = shapeOf(model, member.s);
    if (inner.t === "structure") return [here, ...drops(model, member.s, [...at, name])];
    if (inner.t === "list" && inner.of && !isSimple(inner.of.s) && shapeOf(model, inner.of.s).t === "structure")
      return [here, ...drops(model, inner.of.s, [...at, name, 0])];
    return [here];
  });
}

function without(value: Json, path: readonly (string | number)[]): Json {
  const copy = structuredClone(value);
  let holder: unknown = copy;
  for (const step of path.slice(0, -1)) holder = (holder as Record<string | number, unknown>)[step];
  delete (holder as Json)[String(path.at(-1))];
  return copy;
}

describe("every required member of every operation", () => {
  before(async function () {
    if (TARGET === undefined) await control(await endpoint(), "POST", "reset");
  });

  for (const model of MODELS) {
    for (const [operation, io] of Object.entries(model.operations)) {
      if (io === 0 || io.in === null) continue;
      const shapeName = io.in;
      const cases = drops(model, shapeName);
      if (cases.length === 0) continue;
      for (const dropped of cases) {
        it(`${model.id} ${operation} refuses an input without ${dropped.path.join(".")}`, async () => {
          const answer = await send(
            await endpoint(),
            model.id,
            operation,
            without(structure(model, shapeName, false), dropped.path),
          );
          assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`);
          const named = [dropped.name, formName(model, dropped.name, dropped.member)].some((n) =>
            answer.text.toLowerCase().includes(n.toLowerCase()),
          );
          assert.ok(named, `the error does not name it: ${answer.text}`);
        });
      }
    }
  }

  it("a member that the model does not have is refused by name", async function () {
    if (TARGET !== undefined) this.skip();
    const answer = await send(await endpoint(), "ecs", "DescribeClusters", { clusters: ["a"], nonsense: 1 });
    assert.match(answer.text, /NotImplementedException.*DescribeClusters|nonsense/s);
    assert.ok(answer.text.includes("nonsense"));
  });

  it("an operation that is not implemented is refused by name", async function () {
    if (TARGET !== undefined) this.skip();
    const json = await send(await endpoint(), "ecs", "CreateTaskSet", {});
    assert.match(json.text, /"__type":"NotImplementedException".*CreateTaskSet/);
    const query = await send(await endpoint(), "ec2", "RunInstances", {});
    assert.match(query.text, /<Code>NotImplementedException<\/Code>.*RunInstances/s);
  });

  it("a value of the wrong type is refused", async () => {
    const answer = await send(await endpoint(), "ecs", "ListClusters", { maxResults: "ten" });
    assert.equal(answer.status, 400);
    assert.match(answer.text, /SerializationException/);
  });
});
