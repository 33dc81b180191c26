/** The menus of AWS Resources: a pattern over kinds means whole kinds, so that a new one inherits nothing by its name. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { resourceKinds } from "../../src/core/ports/resourceModel";

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}
const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8")) as {
  readonly contributes: { readonly menus: Readonly<Record<string, readonly MenuItem[]>> };
};
const items = (manifest.contributes.menus["view/item/context"] ?? []).filter(({ when = "" }) =>
  when.startsWith("view == slipway.resources "),
);
const patternOf = ({ when = "" }: MenuItem): RegExp => {
  const pattern = /viewItem =~ \/(.+)\/$/.exec(when)?.[1];
  assert.ok(pattern, `a when of another form: ${when}`);
  return new RegExp(pattern);
};
/** What follows the kind in a row's context value: nothing, or what can be done with it. */
const rests = ["", " active running url exec arn", ".added"];

describe("the menus of AWS Resources", () => {
  it("are not offered to a kind whose name begins with another's", () => {
    const inherited = items.flatMap((item) =>
      resourceKinds.flatMap((kind) =>
        rests
          // What is offered to a kind that no pattern can know is offered to all, by what can be done with it.
          .filter((rest) => patternOf(item).test(`${kind}Set${rest}`) && !patternOf(item).test(`unheardOf${rest}`))
          .map((rest) => `${item.command} to ${kind}Set${rest}`),
      ),
    );
    assert.deepEqual(inherited, []);
  });

  it("name kinds that there are", () => {
    const known = new Set<string>(resourceKinds);
    const unknown = items.flatMap(({ command, when = "" }) =>
      (/=~ \/\^\(?([\w|]+)/.exec(when)?.[1] ?? "")
        .split("|")
        .filter((kind) => kind !== "" && !known.has(kind))
        .map((kind) => `${command}: ${kind}`),
    );
    assert.deepEqual(unknown, []);
  });
});
