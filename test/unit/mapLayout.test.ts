/** Where the map puts things: nothing over anything else, no text outside its box, the same every time. */
import assert from "node:assert/strict";
import { buildMap } from "../../src/core/map/build";
import { mapFile } from "../../src/core/map/file";
import { bottom, overlap, right, type Box, type MapLayout, type PlacedText } from "../../src/core/map/geometry";
import { layoutMap } from "../../src/core/map/layout";
import type { MapModel } from "../../src/core/map/diagram";
import { dark, themed } from "../../src/core/map/palette";
import { drawMap } from "../../src/core/map/svg";
import { estimate, fitted, wrapped } from "../../src/core/map/text";
import { moments } from "./support/mapScenes";
import { markup } from "../../src/core/base/encoders";

const cases = Object.keys(moments).flatMap((moment) =>
  [0, 1, 3, 6, 7, 50, 500].flatMap((tasks) => [true, false].map((balanced) => ({ moment, tasks, balanced }))),
);
const modelOf = ({ moment, tasks, balanced }: (typeof cases)[number]): MapModel =>
  buildMap((moments[moment] as (typeof moments)[string])(tasks, balanced));

const within = (text: PlacedText, box: Box): boolean =>
  text.x >= 0 &&
  text.y - text.size * 0.8 >= 0 &&
  text.y <= box.height &&
  text.x + estimate(text.text, text.size, text.weight) <= box.width + 0.5;

/** Names of what lies over something that it is not in. */
function collisions(model: MapModel, layout: MapLayout): string[] {
  const parents = new Map(model.groups.map((group) => [group.id, group.parent]));
  const isIn = (group: string | undefined, frame: string): boolean =>
    group !== undefined && (group === frame || isIn(parents.get(group), frame));
  const found: string[] = [];
  const boxes = [
    ...layout.nodes.map((placed) => ({ name: placed.node.id, box: placed as Box })),
    ...(layout.callout ? [{ name: "callout", box: layout.callout as Box }] : []),
  ];
  boxes.forEach((one, index) =>
    boxes.slice(index + 1).forEach((other) => {
      if (overlap(one.box, other.box)) found.push(`${one.name} and ${other.name}`);
    }),
  );
  for (const placed of layout.nodes)
    for (const frame of layout.groups)
      if (!isIn(placed.node.group, frame.group.id) && overlap(placed, frame))
        found.push(`${placed.node.id} and the frame ${frame.group.id}`);
  layout.groups.forEach((one, index) =>
    layout.groups.slice(index + 1).forEach((other) => {
      if (!isIn(one.group.id, other.group.id) && !isIn(other.group.id, one.group.id) && overlap(one, other))
        found.push(`${one.group.id} and ${other.group.id}`);
    }),
  );
  // A frame's own name keeps clear of what is in the frame.
  for (const frame of layout.groups)
    for (const placed of layout.nodes)
      if (overlap(placed, { x: frame.x, y: frame.y, width: frame.width, height: (frame.texts.at(-1)?.y ?? 0) + 2 }))
        found.push(`${placed.node.id} and the name of ${frame.group.id}`);
  return found;
}

/** Edges that run through a node which they do not touch. */
function throughNodes(layout: MapLayout): string[] {
  return layout.edges.flatMap(({ edge, points }) =>
    points.slice(1).flatMap(([x, y], index) => {
      const [fromX, fromY] = points[index] as readonly [number, number];
      const line: Box = {
        x: Math.min(x, fromX) - 0.5,
        y: Math.min(y, fromY) - 0.5,
        width: Math.abs(x - fromX) + 1,
        height: Math.abs(y - fromY) + 1,
      };
      return layout.nodes
        .filter(({ node, ...box }) => node.id !== edge.from && node.id !== edge.to && overlap(box, line))
        .map(({ node }) => `${edge.id} through ${node.id}`);
    }),
  );
}

describe("the map's layout", () => {
  for (const moment of Object.keys(moments)) {
    it(`${moment}: puts nothing over anything else, and every text inside its box`, () => {
      for (const item of cases.filter((candidate) => candidate.moment === moment)) {
        const model = modelOf(item);
        const layout = layoutMap(model);
        const name = JSON.stringify(item);
        assert.deepEqual(collisions(model, layout), [], name);
        assert.deepEqual(throughNodes(layout), [], name);
        for (const placed of layout.nodes) {
          for (const text of placed.texts)
            assert.ok(within(text, placed), `${name}: "${text.text}" in ${placed.node.id}`);
          for (const dot of placed.dots)
            assert.ok(
              dot.x - placed.radius >= 0 &&
                dot.x + placed.radius <= placed.width &&
                dot.y + placed.radius <= placed.height,
              `${name}: a dot of ${placed.node.id}`,
            );
        }
        for (const frame of layout.groups)
          for (const text of frame.texts)
            assert.ok(within(text, frame), `${name}: "${text.text}" of ${frame.group.id}`);
        for (const text of layout.callout?.texts ?? [])
          assert.ok(within(text, layout.callout as Box), `${name}: "${text.text}" in the callout`);
        for (const box of [...layout.nodes, ...layout.groups])
          assert.ok(
            box.x >= 0 && box.y >= 0 && right(box) <= layout.width && bottom(box) <= layout.height,
            `${name}: all of it is in the drawing`,
          );
        for (const { points } of layout.edges)
          for (const [x, y] of points) assert.ok(x >= 0 && y >= 0 && x <= layout.width && y <= layout.height, name);
      }
    });
  }

  it("draws every edge of the model, and is the same every time", () => {
    for (const item of cases) {
      const model = modelOf(item);
      const first = layoutMap(model);
      assert.equal(first.edges.length, model.edges.length, JSON.stringify(item));
      assert.deepEqual(layoutMap(modelOf(item)), first);
    }
  });

  it("puts the flow from left to right, and the tasks in the last column", () => {
    const layout = layoutMap(modelOf({ moment: "after", tasks: 3, balanced: true }));
    const x = (id: string) => layout.nodes.find(({ node }) => node.id === id)?.x ?? NaN;
    for (const row of [
      ["internet", "loadBalancer", "targetGroup/shop", "service"],
      ["application", "image", "repository", "taskDefinition", "logGroup"],
    ])
      assert.deepEqual(
        [...row].sort((a, b) => x(a) - x(b)),
        row,
      );
    assert.ok(layout.width < 1240, `${layout.width} pixels wide`);
  });

  it("keeps long names, rules and reasons in their boxes", () => {
    const item = (moments["failed"] as (typeof moments)[string])(3);
    const long = "a-name-that-goes-on-and-on-".repeat(6);
    const model = buildMap({
      ...item,
      diagnosis: {
        code: "x",
        sentence: long.repeat(2),
        remedy: `${long} `.repeat(9),
        actions: [{ label: long, value: "retry" }],
      },
    });
    const grown: MapModel = {
      ...model,
      nodes: model.nodes.map((node) => ({
        ...node,
        name: long,
        lines: node.lines.map((line) => ({ ...line, text: long })),
      })),
      groups: model.groups.map((group) => ({ ...group, title: long, notes: [long] })),
    };
    const layout = layoutMap(grown);
    assert.deepEqual(collisions(grown, layout), []);
    for (const placed of layout.nodes) for (const text of placed.texts) assert.ok(within(text, placed), text.text);
  });

  it("takes little time (figures are printed, not asserted)", () => {
    const times = [1, 50, 500].map((tasks) => {
      const model = modelOf({ moment: "failed", tasks, balanced: true });
      const began = performance.now();
      for (let round = 0; round < 50; round++) layoutMap(model);
      return `${tasks} tasks ${((performance.now() - began) / 50).toFixed(2)} ms`;
    });
    console.log(`      layout: ${times.join(", ")}`);
  });
});

/** The same tags are closed as were opened, attributes are quoted, and no bare ampersand is left. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  let at = 0;
  for (const match of xml.matchAll(/<(\/?)([a-zA-Z]+)((?: [a-zA-Z_:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    assert.doesNotMatch(xml.slice(at, match.index), /[<>]/, `between tags at ${at}`);
    at = match.index + match[0].length;
    if (match[1]) assert.equal(open.pop(), match[2]);
    else if (!match[4]) open.push(match[2] ?? "");
  }
  assert.equal(at, xml.length);
  assert.deepEqual(open, []);
  assert.doesNotMatch(xml, /&(?!(amp|lt|gt|quot|#39);)/);
}

describe("the map's drawing", () => {
  it("is well-formed as a file and refers to nothing outside itself", () => {
    for (const item of cases) {
      const model = modelOf(item);
      const { svg } = mapFile(model, layoutMap(model, estimate, false), dark, estimate);
      assertWellFormed(svg);
      assert.doesNotMatch(
        svg.replace('xmlns="http://www.w3.org/2000/svg"', ""),
        /https?:\/\/(?!shop-)|href|url\(|<(script|image|style|foreignObject|use)|var\(/,
      );
      assert.doesNotMatch(svg, /NaN|undefined/);
    }
  });

  it("is well-formed in a page, says each thing's state in words, and carries no style of its own", () => {
    for (const item of cases) {
      const model = modelOf(item);
      const drawn = drawMap(layoutMap(model), { palette: themed, interactive: true });
      assertWellFormed(drawn);
      assert.doesNotMatch(drawn, / style=|<style| on\w+=/, "the page's policy would refuse it");
      for (const node of model.nodes)
        assert.match(
          drawn,
          new RegExp(
            `data-id="${markup(node.id).replaceAll(/[/.]/g, "\\$&")}" tabindex="0" role="button" aria-haspopup="dialog" aria-label="[^"]+"`,
          ),
        );
    }
  });

  it("draws what a name or a log line says as text, whatever it is", () => {
    const item = (moments["after"] as (typeof moments)[string])(1);
    const model = buildMap(item);
    const nasty: MapModel = {
      ...model,
      nodes: model.nodes.map((node) => ({
        ...node,
        name: `"><script>alert(1)</script>&\u0007\ud800`,
        lines: [{ text: "<img src=x onerror='x'>" }],
      })),
    };
    const drawn = drawMap(layoutMap(nasty), { palette: themed, interactive: true });
    assertWellFormed(drawn);
    assert.doesNotMatch(drawn, /<script|<img/);
  });

  it("cuts a text to its room with an ellipsis, and breaks it at words", () => {
    const measure = (text: string) => text.length;
    assert.equal(fitted("harbour", 7, 1, 400, measure), "harbour");
    assert.equal(fitted("harbour-load-balancer", 8, 1, 400, measure), "harbour…");
    assert.deepEqual(wrapped("one two three four five", 9, 1, 400, 2, measure), ["one two", "three fo…"]);
  });
});
