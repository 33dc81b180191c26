/** Where an arrow key leads: along an edge where one leads that way, else to the nearest thing in that direction. */
import { middleX, middleY, type Box, type MapLayout } from "../../core/map/geometry";

export type Direction = "ArrowRight" | "ArrowLeft" | "ArrowUp" | "ArrowDown";

export const isDirection = (key: string): key is Direction => key.startsWith("Arrow");

/** How far `other` lies in that direction, and how far aside; undefined where it does not. */
function distance(from: Box, other: Box, direction: Direction): number | undefined {
  const dx = middleX(other) - middleX(from);
  const dy = middleY(other) - middleY(from);
  const [ahead, aside] = { ArrowRight: [dx, dy], ArrowLeft: [-dx, dy], ArrowDown: [dy, dx], ArrowUp: [-dy, dx] }[
    direction
  ] as [number, number];
  return ahead <= 4 ? undefined : ahead + 2.5 * Math.abs(aside);
}

/** The thing to go to; undefined where there is none. */
export function neighbour(layout: MapLayout, id: string, direction: Direction): string | undefined {
  const boxes = new Map<string, Box>([
    ...layout.groups.map(({ group, x, y, width }): [string, Box] => [group.id, { x, y, width, height: 34 }]),
    ...layout.nodes.map((placed): [string, Box] => [placed.node.id, placed]),
  ]);
  const from = boxes.get(id);
  if (!from) return undefined;
  const linked = new Set(
    layout.edges.flatMap(({ edge }) => (edge.from === id ? [edge.to] : edge.to === id ? [edge.from] : [])),
  );
  const nearest = (ids: Iterable<string>): string | undefined =>
    [...ids]
      .flatMap((other) => {
        const box = other === id ? undefined : boxes.get(other);
        const far = box && distance(from, box, direction);
        return far === undefined ? [] : [{ other, far }];
      })
      .sort((a, b) => a.far - b.far)[0]?.other;
  const isSideways = direction === "ArrowLeft" || direction === "ArrowRight";
  const along = nearest(linked);
  const next = nearest(layout.nodes.map(({ node }) => node.id)) ?? nearest(boxes.keys());
  return isSideways ? (along ?? next) : (next ?? along);
}
