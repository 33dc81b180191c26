/** The edges' ways: straight where they can be, else with right turns in the room between two columns. */
import { across, kindsOf } from "./columns";
import { bottom, middleX, middleY, right, type Box, type MapLayout, type PlacedEdge, type Point } from "./geometry";
import type { MapEdge, MapModel, MapState } from "./diagram";
import { fitted, type Measure } from "./text";

const busRoom = 34;
const busStep = 9;
const labelSize = 11;

export function routeEdges(model: MapModel, layout: MapLayout, measure: Measure): PlacedEdge[] {
  const kinds = kindsOf(model);
  const boxes = new Map<string, Box>([
    ...layout.groups.map((group): [string, Box] => [group.group.id, group]),
    ...layout.nodes.map((node): [string, Box] => [node.node.id, node]),
  ]);
  const tasks = boxes.get("tasks");
  const sources = [...new Set(model.edges.filter((edge) => isFan(model, edge)).map((edge) => edge.from))];
  const routed = model.edges.flatMap((edge): PlacedEdge[] => {
    const from = boxes.get(edge.from);
    const to = boxes.get(edge.to);
    if (!from || !to) return [];
    if (across(edge, kinds)) return [vertical(edge, from, to, layout)];
    if (edge.to === "tasks") return [intoStack(edge, from, to)];
    const bus =
      tasks && isFan(model, edge) ? tasks.x - busRoom - busStep * sources.indexOf(edge.from) : (right(from) + to.x) / 2;
    return [horizontal(edge, from, to, bus, frameEdge(from, to, layout), measure)];
  });
  for (const source of sources) shareTrunk(routed.filter(({ edge }) => edge.from === source && isFan(model, edge)));
  return routed;
}

/** How well something flows: of two edges on the same way, the better one is seen. */
const flowOrder: readonly MapState[] = [
  "ok",
  "degraded",
  "running",
  "failing",
  "unknown",
  "waiting",
  "leftOut",
  "idle",
];
const branch = 10;

/** What several edges have in common is drawn once: by the one that flows best and goes farthest; the others begin where they leave it. */
function shareTrunk(fan: readonly PlacedEdge[]): void {
  const drop = ({ points }: PlacedEdge): number => (points.at(-1)?.[1] ?? 0) - (points[0]?.[1] ?? 0);
  const order = [...fan].sort(
    (a, b) =>
      flowOrder.indexOf(a.edge.state) - flowOrder.indexOf(b.edge.state) || Math.abs(drop(b)) - Math.abs(drop(a)),
  );
  const bus = order.flatMap(({ points }) => (points.length > 2 ? [points[1]?.[0] ?? 0] : []))[0];
  const [first, ...others] = order;
  if (!first || bus === undefined) return;
  const reach = new Map([[Math.sign(drop(first)), Math.abs(drop(first))]]);
  for (const placed of others) {
    const way = Math.sign(drop(placed));
    const far = Math.abs(drop(placed));
    const [start, end] = [placed.points[0], placed.points.at(-1)];
    if (!start || !end) continue;
    const drawn = reach.get(way) ?? 0;
    if (way !== 0 && drawn > 0)
      placed.points = [[bus, start[1] + way * (Math.min(drawn, far) - branch)], [bus, end[1]], end];
    else placed.points = [[bus - branch, start[1]], ...placed.points.slice(1)];
    reach.set(way, Math.max(reach.get(way) ?? 0, far));
  }
}

/** An edge to one of the tasks, all of which turn at the same place. */
const isFan = (model: MapModel, edge: MapEdge): boolean =>
  model.nodes.some((node) => node.id === edge.to && node.group === "tasks");

/** Where the last frame that ends right of `from` ends, and the first that begins left of `to` begins: a label stands between. */
function frameEdge(from: Box, to: Box, { groups }: MapLayout): { start: number; end: number } {
  const within = (x: number): boolean => x > right(from) && x < to.x;
  const contains = (frame: Box, box: Box): boolean =>
    frame.x <= box.x && right(frame) >= right(box) && frame.y <= box.y && bottom(frame) >= bottom(box);
  const ends = groups
    .filter((frame) => contains(frame, from) && !contains(frame, to))
    .map(right)
    .filter(within);
  const begins = groups
    .filter((frame) => contains(frame, to) && !contains(frame, from))
    .map((frame) => frame.x)
    .filter(within);
  return { start: Math.max(right(from), ...ends), end: Math.min(to.x, ...begins) };
}

function horizontal(
  edge: MapEdge,
  from: Box,
  to: Box,
  bus: number,
  free: { start: number; end: number },
  measure: Measure,
): PlacedEdge {
  const y1 = middleY(from);
  const y2 = middleY(to);
  const straight = Math.abs(y1 - y2) < 2;
  const points: Point[] = straight
    ? [
        [right(from), y1],
        [to.x, y1],
      ]
    : [
        [right(from), y1],
        [bus, y1],
        [bus, y2],
        [to.x, y2],
      ];
  const text = fitted(edge.label, free.end - free.start - 8, labelSize, 400, measure);
  return {
    edge,
    points,
    ...(edge.label && text.length > 1 ? { label: labelAt((free.start + free.end) / 2, y1 - 7, text, "middle") } : {}),
  };
}

function vertical(edge: MapEdge, from: Box, to: Box, { groups }: MapLayout): PlacedEdge {
  const x = Math.max(from.x, to.x) + Math.min(right(from) - from.x, right(to) - to.x, 400) / 2;
  const shared = Math.min(Math.max(middleX(to), from.x + 12), right(from) - 12);
  const at =
    Math.abs(middleX(from) - middleX(to)) < 2 ? middleX(from) : from.x <= shared && shared <= right(from) ? shared : x;
  const down = from.y < to.y;
  const start = down ? bottom(from) : from.y;
  const end = down ? to.y : bottom(to);
  const lowest = Math.max(...groups.map(bottom), start);
  const labelY = down && end > lowest ? (lowest + end) / 2 + 4 : (start + end) / 2 + 4;
  return {
    edge,
    points: [
      [at, start],
      [at, end],
    ],
    ...(edge.label ? { label: labelAt(at + 8, labelY, edge.label, "start") } : {}),
  };
}

/** Into the frame of the tasks: straight where it is high enough, else round the corner from below. */
function intoStack(edge: MapEdge, from: Box, to: Box): PlacedEdge {
  const y = middleY(from);
  if (y > to.y + 30 && y < bottom(to) - 12)
    return {
      edge,
      points: [
        [right(from), y],
        [to.x, y],
      ],
    };
  const x = to.x + 34;
  return {
    edge,
    points: [
      [right(from), y],
      [x, y],
      [x, y > middleY(to) ? bottom(to) : to.y],
    ],
  };
}

const labelAt = (x: number, y: number, text: string, anchor: "middle" | "start"): NonNullable<PlacedEdge["label"]> => ({
  x,
  y,
  size: labelSize,
  weight: 400,
  text,
  tells: true,
  muted: false,
  anchor,
});
