/** What a layout is made of, in pixels of the drawing. */
import type { MapAction, MapCallout, MapEdge, MapGroup, MapNode, MapState } from "./diagram";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Point = readonly [x: number, y: number];

export interface PlacedText {
  x: number;
  y: number;
  size: number;
  weight: 400 | 600;
  /** As it is drawn. */
  text: string;
  /** True where the text takes the state's colour. */
  tells: boolean;
  muted: boolean;
}

export interface Dot {
  x: number;
  y: number;
  state: MapState;
}

export interface PlacedNode extends Box {
  node: MapNode;
  texts: PlacedText[];
  dots: Dot[];
  /** Half of a dot's width. */
  radius: number;
}

export interface PlacedGroup extends Box {
  group: MapGroup;
  texts: PlacedText[];
}

export interface PlacedEdge {
  edge: MapEdge;
  points: Point[];
  label?: PlacedText & { anchor: "middle" | "start" };
}

export interface PlacedButton extends Box {
  action: MapAction;
  text: string;
}

export interface PlacedCallout extends Box {
  callout: MapCallout;
  texts: PlacedText[];
  buttons: PlacedButton[];
  /** From the box to what it is about, where that is next to it. */
  leader?: Point[];
}

export interface MapLayout {
  width: number;
  height: number;
  groups: PlacedGroup[];
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  callout?: PlacedCallout;
}

export const right = (box: Box): number => box.x + box.width;
export const bottom = (box: Box): number => box.y + box.height;
export const middleX = (box: Box): number => box.x + box.width / 2;
export const middleY = (box: Box): number => box.y + box.height / 2;

/** The smallest box around all of these. */
export function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return { x, y, width: Math.max(...boxes.map(right)) - x, height: Math.max(...boxes.map(bottom)) - y };
}

export const overlap = (a: Box, b: Box): boolean =>
  a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a);
