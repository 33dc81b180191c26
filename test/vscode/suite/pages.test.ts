/** The pages of documents: what they may do, and what they may ask for. */
import * as assert from "node:assert/strict";
import { documentPage, parseAsked } from "../../../src/vscode/webviewKit/documentPages";
import { policyOf } from "../../../src/vscode/webviewKit/page";

describe("the page of a document", () => {
  const place = {
    style: "https://source/document.css",
    script: "https://source/document.js",
    source: "https://source",
  };
  const hostile = '"><script>alert(1)</script>';
  const page = documentPage(
    { title: hostile, blocks: [{ kind: "command", text: hostile }] },
    [
      { title: `Deploy ${hostile}`, isPrimary: true, run: () => undefined },
      { title: "Cancel", run: () => undefined },
    ],
    { ...place, nonce: "abc" },
  );

  it("runs its own script and nothing else", () => {
    assert.ok(
      page.includes(`<meta http-equiv="Content-Security-Policy" content="${policyOf("https://source", "abc")}">`),
    );
    assert.equal([...page.matchAll(/<script/g)].length, 1);
    assert.doesNotMatch(page, / style=| on\w+=|<style|javascript:/);
  });

  it("has a heading, a toolbar whose first button is the prominent one, and a button that copies the command", () => {
    assert.match(page, /<h1 id="title">&quot;&gt;&lt;script/);
    assert.match(page, /role="toolbar"[^>]*><button type="button" data-action="0" class="primary">Deploy /);
    assert.match(page, /data-action="1">Cancel</);
    assert.match(page, /data-copy="0">Copy</);
  });

  it("may ask by place, and for nothing else", () => {
    assert.deepEqual(parseAsked({ type: "action", index: 1, more: "x" }), { type: "action", index: 1 });
    assert.deepEqual(parseAsked({ type: "copy", index: 0 }), { type: "copy", index: 0 });
    for (const other of [
      undefined,
      null,
      "action",
      {},
      { type: "run", index: 0 },
      { type: "action", index: "0" },
      { type: "action", index: 1.5 },
      { type: "copy", text: "rm" },
    ])
      assert.equal(parseAsked(other), undefined, JSON.stringify(other));
  });
});
