import {
  bottom,
  middleX,
  overlap,
  right,
  type Box,
  type PlacedCallout,
  type PlacedGroup,
  type PlacedNode,
  type PlacedText,
  type Point,
} from "./geometry";
import type { MapCallout } from "./diagram";
import { fitted, wrapped, type Measure } from "./text";

const width = 336;
const pad = 14;
const buttonHeight = 26;
const clear = 14;

/** The box that says what is wrong: in the free place of the upper rows that is nearest to what it is about. */
export function placeCallout(
  callout: MapCallout,
  upper: readonly PlacedNode[],
  groups: readonly PlacedGroup[],
  all: readonly PlacedNode[],
  measure: Measure,
): PlacedCallout {
  const texts: PlacedText[] = [];
  let y = pad - 4;
  const put = (text: string, size: number, weight: 400 | 600, height: number, more: Partial<PlacedText>): void => {
    y += height;
    texts.push({ x: pad, y: y - 4, size, weight, text, tells: false, muted: false, ...more });
  };
  put(fitted(callout.about, width - 2 * pad - 24, 11, 400, measure), 11, 400, 16, { muted: true, x: pad + 20 });
  for (const line of wrapped(callout.title, width - 2 * pad, 13, 600, 3, measure))
    put(line, 13, 600, 19, { tells: true });
  for (const line of wrapped(callout.text, width - 2 * pad, 11.5, 400, 4, measure)) put(line, 11.5, 400, 16, {});
  const buttons: PlacedCallout["buttons"] = [];
  if (callout.actions.length) {
    y += 8;
    let x = pad;
    for (const action of callout.actions) {
      const text = fitted(action.label, 130, 11.5, 400, measure);
      const own = Math.ceil(measure(text, 11.5, 400)) + 20;
      if (x + own > width - pad) break;
      buttons.push({ action, text, x, y, width: own, height: buttonHeight });
      x += own + 8;
    }
    y += buttonHeight;
  }
  const size = { width, height: Math.round(y + pad - 2) };
  const anchor: Box | undefined =
    [...all, ...groups].find((box) => ("node" in box ? box.node.id : box.group.id) === callout.at) ??
    anchorOfEdge(callout.at, all);
  const place = nearest(size, anchor, upper, all);
  return { callout, ...size, ...place, texts, buttons, ...leaderTo({ ...size, ...place }, anchor, upper) };
}

function anchorOfEdge(id: string, nodes: readonly PlacedNode[]): Box | undefined {
  return nodes.find((node) => node.node.id === id.split(">")[0]);
}

/** Candidates are below each column of the upper rows that has nothing further down, left edges aligned with its nodes. */
function nearest(
  size: { width: number; height: number },
  anchor: Box | undefined,
  upper: readonly PlacedNode[],
  all: readonly PlacedNode[],
): { x: number; y: number } {
  const lowest = Math.max(
    ...upper.filter((node) => node.node.kind === "service").map((node) => node.y),
    ...upper
      .filter((node) => node.node.kind === "targetGroup" || node.node.kind === "listener")
      .map((node) => bottom(node) + 26),
  );
  const lefts = [...new Set([...all.map((node) => node.x), ...upper.map((node) => right(node) - size.width)])].sort(
    (a, b) => a - b,
  );
  const taken = upper.map(
    (node): Box => ({
      x: node.x - clear,
      y: node.y - clear,
      width: node.width + 2 * clear,
      height: node.height + 2 * clear,
    }),
  );
  const service = upper.find((node) => node.node.kind === "service");
  const limit = service ? service.x - 40 : Infinity;
  const leftmost = Math.min(...all.map((node) => node.x));
  const free = lefts
    .filter((x) => x >= leftmost && x + size.width <= limit)
    .map((x) => ({ x, y: lowest }))
    .filter((place) => !taken.some((box) => overlap(box, { ...place, ...size })));
  const target = anchor ? middleX(anchor) : 0;
  const best = free.sort(
    (a, b) => Math.abs(a.x + size.width / 2 - target) - Math.abs(b.x + size.width / 2 - target) || a.x - b.x,
  )[0];
  // Nowhere free: below everything, where nothing can be in the way.
  return best ?? { x: leftmost, y: Math.max(...upper.map(bottom)) + 40 };
}

/** A line to what it is about, where that is right above and nothing is between. */
function leaderTo(box: Box, anchor: Box | undefined, upper: readonly PlacedNode[]): { leader?: Point[] } {
  if (!anchor || bottom(anchor) > box.y) return {};
  const x = Math.min(Math.max(middleX(anchor), box.x + 20), right(box) - 20);
  if (x < anchor.x + 8 || x > right(anchor) - 8) return {};
  const between: Box = { x: x - 2, y: bottom(anchor) + 1, width: 4, height: box.y - bottom(anchor) - 2 };
  return upper.some((node) => overlap(node, between))
    ? {}
    : {
        leader: [
          [x, box.y],
          [x, bottom(anchor)],
        ],
      };
}
