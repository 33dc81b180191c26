/** What has to work in the oldest VS Code as well. Nothing but the entry is loaded for JSON that is no task definition. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { findings, openJson, until } from "./taskDefinitionSupport";
import { slipway } from "./extension";

const loaded = () => Object.keys(require.cache).filter((file) => /[\\/]dist[\\/]taskdef\.js$/.test(file));

describe("JSON documents", () => {
  before(() => slipway().activate());

  it("load no validator when they are no task definitions", async function () {
    if (loaded().length > 0) return this.skip();
    for (const [name, text] of [
      ["smoke/package.json", '{ "name": "x" }'],
      ["smoke/list.json", '[{ "name": "a", "image": "b" }]'],
      ["smoke/stack.json", '{ "AWSTemplateFormatVersion": "2010-09-09", "Resources": {} }'],
    ] as const)
      await openJson(name, text);
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.deepEqual(loaded(), []);
  });

  it("are understood when they are", async () => {
    const document = await openJson(
      "smoke/task-definition.json",
      '{\n  "family": "a b",\n  "containerDefinitions": [{ "name": "web", "image": "acme/web:1", "memory": 64 }]\n}\n',
    );
    await until(
      () => findings(document).length === 1,
      () => JSON.stringify(vscode.languages.getDiagnostics(document.uri)),
    );
    assert.equal(document.getText(findings(document)[0]?.range), '"a b"');
  });
});
