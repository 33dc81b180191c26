/** The menus of AWS Resources: a pattern over kinds means whole kinds, so that a new one inherits nothing by its name. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { resourceKinds } from "../../src/core/ports/resourceModel";

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly group?: string;
  readonly when?: string;
}
const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8")) as {
  readonly contributes: { readonly menus: Readonly<Record<string, readonly MenuItem[]>> };
};
const ofRows = manifest.contributes.menus["view/item/context"] ?? [];
const submenus = Object.entries(manifest.contributes.menus).filter(([id]) => id.startsWith("slipway.menu"));
const items = [...ofRows, ...submenus.flatMap(([, list]) => list)].filter(({ when = "" }) =>
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
          .map((rest) => `${item.command ?? item.submenu ?? ""} to ${kind}Set${rest}`),
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

  /** Of both views: the rows that can do most. */
  const rows: readonly (readonly [view: string, row: string, most: number])[] = [
    ["slipway.deployment", "application.live", 10],
    ["slipway.deployment", "application.failed", 10],
    ["slipway.resources", "service active running url exec arn", 10],
    ["slipway.resources", "task active running url exec arn", 8],
    ["slipway.resources", "image active running url exec arn", 8],
    ["slipway.resources", "loadBalancer active running url exec arn", 8],
  ];
  for (const [view, row, most] of rows)
    it(`have at most ${most} entries for ${row}, the others in submenus`, () => {
      const shown = ofRows.filter(
        (item) =>
          item.when?.startsWith(`view == ${view} `) && !item.group?.startsWith("inline") && patternOf(item).test(row),
      );
      const names = shown.map(({ command, submenu }) => command ?? submenu ?? "");
      assert.ok(names.length > 0 && names.length <= most, `${names.length}: ${names.join(", ")}`);
      assert.equal(new Set(names).size, names.length, names.join(", "));
    });

  it("show a submenu exactly where it has an entry", () => {
    const kinds = [...resourceKinds.map((kind) => `${kind} active running url exec arn`), "application.live"];
    for (const [id, list] of submenus) {
      const [entry] = ofRows.filter(({ submenu }) => submenu === id);
      assert.ok(entry, id);
      const view = /^view == \S+ /.exec(entry.when ?? "")?.[0] ?? "";
      for (const row of kinds) {
        if (row.startsWith("application") !== view.includes("deployment")) continue;
        const filled = list.some((item) => item.when?.startsWith(view) && patternOf(item).test(row));
        assert.equal(patternOf(entry).test(row), filled, `${id} on ${row}`);
      }
    }
  });
});
