import assert from "node:assert/strict";
import { withEnvironment, withSecret } from "../../src/core/taskDefinition/document/variables";

const arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/db-AbCdEf";
const file = "task-definition.json";

describe("variables of a task definition's text", () => {
  it("get a list of secrets where there is none, and nothing else moves", () => {
    const text = '{\n  // ours\n  "containerDefinitions": [\n    { "name": "web", "image": "web:1" }\n  ]\n}\n';
    const edited = withSecret(text, file, { name: "DB" }, arn);
    assert.ok(
      edited.text.startsWith('{\n  // ours\n  "containerDefinitions": [\n    { "name": "web", "image": "web:1", '),
    );
    assert.match(edited.text, /"secrets": \[\s*\{\s*"name": "DB",\s*"valueFrom": "arn:/);
    assert.equal(edited.isMoved, false);
  });

  it("are replaced where they are there, and the same text comes out where nothing is new", () => {
    const text = `{ "containerDefinitions": [{ "name": "web", "secrets": [{ "name": "DB", "valueFrom": "old" }, { "name": "B", "valueFrom": "b" }] }] }`;
    const once = withSecret(text, file, { container: "web", name: "DB" }, arn).text;
    assert.equal(once.includes('"old"'), false);
    assert.ok(once.includes('{ "name": "B", "valueFrom": "b" }'));
    assert.equal(withSecret(once, file, { container: "web", name: "DB" }, arn).text, once);
  });

  it("change sides: one in the open goes when it becomes a secret, and the other way", () => {
    const text = `{
  "containerDefinitions": [
    {
      "name": "web",
      "environment": [
        { "name": "DB", "value": "in the open" }, // to be moved
        { "name": "COLOR", "value": "blue" }
      ]
    }
  ]
}`;
    const moved = withSecret(text, file, { name: "DB" }, arn);
    assert.equal(moved.isMoved, true);
    assert.equal(moved.text.includes("in the open"), false);
    assert.ok(moved.text.includes('{ "name": "COLOR", "value": "blue" }'));
    const back = withEnvironment(moved.text, file, { name: "DB" }, "again");
    assert.equal(back.text.includes(arn), false);
    assert.match(back.text, /"name": "DB",\s*"value": "again"/);
  });

  it("go into the container that is named, also of a definition within another and of a bare list", () => {
    const containers = `[{ "name": "web" }, { "name": "side" }]`;
    for (const text of [`{ "taskDefinition": { "containerDefinitions": ${containers} } }`, containers]) {
      const { text: edited } = withSecret(text, file, { container: "side", name: "DB" }, arn);
      const value = JSON.parse(edited) as { taskDefinition?: { containerDefinitions: unknown[] } } & unknown[];
      const [web, side] = (value.taskDefinition?.containerDefinitions ?? value) as { secrets?: unknown[] }[];
      assert.deepEqual([web?.secrets, side?.secrets], [undefined, [{ name: "DB", valueFrom: arn }]]);
    }
  });

  it("are refused where there is no such container, and where the text is broken", () => {
    assert.throws(() => withSecret("{}", file, { name: "DB" }, arn), { code: "NoContainer" });
    const one = `{ "containerDefinitions": [{ "name": "web" }] }`;
    assert.throws(() => withSecret(one, file, { container: "other", name: "DB" }, arn), { code: "NoContainer" });
    assert.throws(() => withSecret(`${one.slice(0, -1)}, `, file, { name: "DB" }, arn), {
      code: "InvalidTaskDefinition",
    });
  });
});
