/**
 * Where everything stands: computed from the model, by one rule for every case. Columns come from the edges, rows from
 * the kinds; a column is as wide as its widest node, and between two columns there is room for the frames that end
 * there and for the edges. The tasks are one stack across the upper rows, centred on the row that leads to them.
 */
import { placeCallout } from "./callout";
import { columnsOf } from "./columns";
import { around, bottom, right, type Box, type MapLayout, type PlacedGroup, type PlacedNode } from "./geometry";
import type { MapGroup, MapModel, NodeKind } from "./diagram";
import { routeEdges } from "./route";
import { sizedNode } from "./sizes";
import { estimate, fitted, type Measure } from "./text";

/** `tasks` spans the rows above the last. */
const rowOf: Readonly<Record<NodeKind, 0 | 1 | 2 | 3>> = {
  internet: 0,
  loadBalancer: 0,
  listener: 1,
  targetGroup: 1,
  service: 2,
  task: 1,
  tasks: 1,
  application: 3,
  image: 3,
  repository: 3,
  taskDefinition: 3,
  logGroup: 3,
};

const margin = 14;
/** Between two nodes of one column and row. */
const stackGap = 12;
const rowGap = 40;
const edgeRoom = 30;
/** An edge that turns needs room for the turn. */
const turnRoom = 56;
const framePad: Readonly<Record<MapGroup["kind"], number>> = { vpc: 13, cluster: 12, guard: 11, tasks: 11 };
const labelLine = 15;
const labelSize = 11;
/** For the sign of a security group. */
const guardRoom = 15;

interface Cell {
  row: number;
  column: number;
  nodes: PlacedNode[];
  tall: boolean;
}

/**
 * Places a model. Deterministic: the same model and measure give the same numbers.
 * @param buttons false for a picture, in which nothing can be pressed
 */
export function layoutMap(model: MapModel, measure: Measure = estimate, buttons = true): MapLayout {
  const columns = columnsOf(model);
  const cells: Cell[] = [];
  for (const node of model.nodes) {
    const placed = sizedNode(node, measure);
    const row = rowOf[node.kind];
    const column = columns.get(node.id) ?? 0;
    const tall = node.kind === "task" || node.kind === "tasks";
    const cell = cells.find((item) => item.row === row && item.column === column && item.tall === tall);
    if (cell) cell.nodes.push(placed);
    else cells.push({ row, column, nodes: [placed], tall });
  }
  const parents = new Map(model.groups.map((group): [string, string | undefined] => [group.id, group.parent]));
  placeColumns(model, cells, columns, parents, measure);
  placeRows(cells);
  const upper = cells.filter((cell) => cell.row < 3).flatMap((cell) => cell.nodes);
  const groups = frames(model, upper, measure);
  const callout =
    model.callout &&
    placeCallout(
      buttons ? model.callout : { ...model.callout, actions: [] },
      upper,
      groups,
      cells.flatMap((cell) => cell.nodes),
      measure,
    );
  const vpc = groups.find((group) => group.group.kind === "vpc");
  // The outermost frame does not cut through what stands below its nodes.
  if (vpc && callout && callout.x < right(vpc) && bottom(callout) > vpc.y)
    vpc.height = Math.max(vpc.height, bottom(callout) + framePad.vpc - vpc.y);
  placeLast(cells, Math.max(...upper.map(bottom), ...groups.map(bottom), ...(callout ? [bottom(callout)] : [])));
  const nodes = cells.flatMap((cell) => cell.nodes);
  const order = new Map(model.nodes.map((node, index): [string, number] => [node.id, index]));
  nodes.sort((a, b) => (order.get(a.node.id) ?? 0) - (order.get(b.node.id) ?? 0));
  const layout: MapLayout = { width: 0, height: 0, nodes, groups, edges: [], ...(callout ? { callout } : {}) };
  layout.edges = routeEdges(model, layout, measure);
  return atOrigin(layout);
}

const stackHeight = (nodes: readonly PlacedNode[]): number =>
  nodes.reduce((sum, node) => sum + node.height, 0) + stackGap * (nodes.length - 1);

/** The frames around a node, innermost first. */
function framesOf(node: PlacedNode, parents: ReadonlyMap<string, string | undefined>): string[] {
  const found: string[] = [];
  for (let id = node.node.group; id !== undefined; id = parents.get(id)) found.push(id);
  return found;
}

function placeColumns(
  model: MapModel,
  cells: readonly Cell[],
  columns: ReadonlyMap<string, number>,
  parents: ReadonlyMap<string, string | undefined>,
  measure: Measure,
): void {
  const count = Math.max(...columns.values()) + 1;
  const spans = new Map<string, { first: number; last: number }>();
  for (const cell of cells) {
    for (const node of cell.nodes) {
      for (const id of framesOf(node, parents)) {
        const span = spans.get(id);
        spans.set(id, {
          first: Math.min(span?.first ?? cell.column, cell.column),
          last: Math.max(span?.last ?? cell.column, cell.column),
        });
      }
    }
  }
  const padOf = (id: string): number => framePad[model.groups.find((group) => group.id === id)?.kind ?? "vpc"];
  const padding = (column: number, end: "first" | "last"): number =>
    Math.max(
      0,
      ...cells
        .filter((cell) => cell.column === column)
        .flatMap((cell) =>
          cell.nodes.map((node) =>
            framesOf(node, parents)
              .filter((id) => spans.get(id)?.[end] === column)
              .reduce((sum, id) => sum + padOf(id), 0),
          ),
        ),
    );
  const room = (column: number): number => {
    const fan =
      cells.some((cell) => cell.column === column && cell.nodes.length > 1) ||
      cells.some((cell) => cell.column === column && cell.tall);
    const labels = model.edges
      .filter((edge) => columns.get(edge.to) === column && columns.get(edge.from) === column - 1 && edge.label)
      .map((edge) => measure(edge.label, labelSize, 400) + 22);
    return Math.max(fan ? turnRoom : edgeRoom, ...labels.map((label) => label - (column > 0 ? 0 : label)));
  };
  let x = 0;
  for (let column = 0; column < count; column++) {
    const own = cells.filter((cell) => cell.column === column);
    if (column > 0) x += padding(column - 1, "last") + room(column);
    x += padding(column, "first");
    const width = Math.max(0, ...own.flatMap((cell) => cell.nodes.map((node) => node.width)));
    for (const node of own.flatMap((cell) => cell.nodes)) node.x = x + (width - node.width) / 2;
    x += width;
  }
}

/** The middle row lies at zero; the rows above and below keep clear of it, and the tall stack is centred on it. */
function placeRows(cells: readonly Cell[]): void {
  const height = (row: number): number =>
    Math.max(0, ...cells.filter((cell) => cell.row === row && !cell.tall).map((cell) => stackHeight(cell.nodes)));
  const middle = height(1);
  const centres: Record<number, number> = {
    0: -(middle / 2 + rowGap + height(0) / 2),
    1: 0,
    2: middle / 2 + rowGap + 14 + height(2) / 2,
  };
  // Without a middle row the two others meet around the tasks' centre.
  if (middle === 0) Object.assign(centres, { 0: -(rowGap / 2 + height(0) / 2), 2: rowGap / 2 + height(2) / 2 });
  for (const cell of cells) if (cell.row < 3) stack(cell.nodes, centres[cell.row] ?? 0);
}

function stack(nodes: readonly PlacedNode[], centre: number): void {
  let y = centre - stackHeight(nodes) / 2;
  for (const node of nodes) {
    node.y = Math.round(y);
    y += node.height + stackGap;
  }
}

function placeLast(cells: readonly Cell[], below: number): void {
  const last = cells.filter((cell) => cell.row === 3);
  const tallest = Math.max(0, ...last.map((cell) => stackHeight(cell.nodes)));
  for (const cell of last) stack(cell.nodes, below + rowGap + 6 + tallest / 2);
}

/** Frames around what is in them, the innermost first; each with room above for its name. */
function frames(model: MapModel, nodes: readonly PlacedNode[], measure: Measure): PlacedGroup[] {
  const made = new Map<string, PlacedGroup>();
  const make = (group: MapGroup): PlacedGroup | undefined => {
    const known = made.get(group.id);
    if (known) return known;
    const inside: Box[] = [
      ...nodes.filter((node) => node.node.group === group.id),
      ...model.groups.filter((child) => child.parent === group.id).flatMap((child) => make(child) ?? []),
    ];
    if (inside.length === 0) return undefined;
    const pad = framePad[group.kind];
    const inner = around(inside);
    const labels = [group.title, ...group.notes];
    const top = 9 + labels.length * labelLine;
    const box = { x: inner.x - pad, y: inner.y - top, width: inner.width + 2 * pad, height: inner.height + top + pad };
    const indent = group.kind === "guard" ? guardRoom : 0;
    // The sign says that it is a security group; where there is room, so do words.
    const written = labels.map((label, index) =>
      index === 0 && group.short !== undefined && measure(label, labelSize, 400) > box.width - pad - 8 - indent
        ? group.short
        : label,
    );
    const texts = written.map((label, index) => ({
      x: pad + (index === 0 ? indent : 0),
      y: 16 + index * labelLine,
      size: labelSize,
      weight: 400 as const,
      text: fitted(label, box.width - pad - 8 - (index === 0 ? indent : 0), labelSize, 400, measure),
      tells: index > 0,
      muted: true,
    }));
    const placed: PlacedGroup = { group, ...box, texts };
    made.set(group.id, placed);
    return placed;
  };
  for (const group of model.groups) make(group);
  return model.groups.flatMap((group) => made.get(group.id) ?? []);
}

/** Moves everything so that the drawing begins at its margin. */
function atOrigin(layout: MapLayout): MapLayout {
  const { nodes, groups, edges, callout } = layout;
  const points = edges.flatMap((edge) => edge.points.map(([x, y]): Box => ({ x, y, width: 0, height: 0 })));
  const whole = around([...nodes, ...groups, ...points, ...(callout ? [callout] : [])]);
  const dx = Math.round(margin - whole.x);
  const dy = Math.round(margin - whole.y);
  for (const box of [...nodes, ...groups, ...(callout ? [callout] : [])]) {
    box.x += dx;
    box.y += dy;
  }
  for (const edge of edges) {
    edge.points = edge.points.map(([x, y]) => [x + dx, y + dy]);
    if (edge.label) Object.assign(edge.label, { x: edge.label.x + dx, y: edge.label.y + dy });
  }
  if (callout?.leader) callout.leader = callout.leader.map(([x, y]) => [x + dx, y + dy]);
  return { ...layout, width: Math.ceil(whole.width + 2 * margin), height: Math.ceil(whole.height + 2 * margin) };
}
