/** How big each node is, and where its texts are in it: every text is cut to the room that it has. */
import type { PlacedNode, PlacedText } from "./geometry";
import type { MapNode, NodeKind } from "./diagram";
import { fitted, type Measure } from "./text";

const widths: Partial<Record<NodeKind, number>> = { task: 204, tasks: 204, application: 156, internet: 156 };
const usual = 172;
const pad = 12;
/** Room at the right of the first line for the state's sign. */
const signRoom = 22;
const iconRoom = 20;
const sizes = { title: 11, name: 13.5, line: 11.5 } as const;
const heights = { title: 15, name: 19, line: 16 } as const;
const dotPitches: readonly (readonly [upTo: number, pitch: number])[] = [
  [60, 13],
  [200, 10],
  [Infinity, 7.5],
];
/** More dots than these say nothing more. */
const mostDots = 600;

/** A node at the origin. */
export function sizedNode(node: MapNode, measure: Measure): PlacedNode {
  const width = widths[node.kind] ?? usual;
  const inner = width - 2 * pad;
  const texts: PlacedText[] = [];
  let y = pad - 3;
  const put = (
    text: string,
    x: number,
    room: number,
    kind: keyof typeof sizes,
    more: Partial<PlacedText> = {},
  ): void => {
    y += heights[kind];
    const weight = kind === "name" ? 600 : 400;
    texts.push({
      x,
      y: y - 3.5,
      size: sizes[kind],
      weight,
      text: fitted(text, room, sizes[kind], weight, measure),
      tells: false,
      muted: kind !== "name",
      ...more,
    });
  };
  put(node.title, pad + iconRoom, inner - iconRoom - signRoom, "title");
  y += 1;
  put(node.name, pad, inner, "name");
  for (const line of node.lines) put(line.text, pad, inner, "line", { tells: line.tells === true });
  const dots: PlacedNode["dots"] = [];
  let radius = 0;
  if (node.dots) {
    const total = Math.min(
      mostDots,
      node.dots.reduce((sum, { count }) => sum + count, 0),
    );
    const pitch = dotPitches.find(([upTo]) => total <= upTo)?.[1] ?? 7.5;
    const perRow = Math.floor(inner / pitch);
    radius = pitch * 0.34;
    y += 8;
    let index = 0;
    for (const { state, count } of node.dots) {
      for (let each = 0; each < count && index < total; each++, index++)
        dots.push({
          x: pad + (index % perRow) * pitch + pitch / 2,
          y: y + Math.floor(index / perRow) * pitch + pitch / 2,
          state,
        });
    }
    y += Math.ceil(total / perRow) * pitch;
  }
  return { node, x: 0, y: 0, width, height: Math.round(y + pad - 2), texts, dots, radius };
}
