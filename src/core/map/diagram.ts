/**
 * The deployment map as plain data: what is drawn, how each thing is, and what can be done with it. Made by `buildMap`,
 * placed by `layoutMap`, drawn by `drawMap`; the page that shows it knows nothing else.
 */
import type { PhaseId, StepId } from "../deploy/phases";

/**
 * `idle`: nothing happens there · `waiting`: its turn has not come · `running`: it is changing · `ok` · `degraded`: it works,
 * but not as it should · `failing` · `unknown`: it could not be read · `leftOut`.
 */
export type MapState = "idle" | "waiting" | "running" | "ok" | "degraded" | "failing" | "unknown" | "leftOut";

/** State in a word, for screen readers and the legend: never colour alone. */
export const stateWords: Readonly<Record<MapState, string>> = {
  idle: "not there yet",
  waiting: "waiting",
  running: "changing",
  ok: "live",
  degraded: "degraded",
  failing: "failing",
  unknown: "unknown",
  leftOut: "left out",
};

export type NodeKind =
  | "internet"
  | "loadBalancer"
  | "listener"
  | "targetGroup"
  | "service"
  | "task"
  | "tasks"
  | "application"
  | "image"
  | "repository"
  | "taskDefinition"
  | "logGroup";

export type MapActionId =
  | "reveal"
  | "tail"
  | "monitor"
  | "lastLines"
  | "copy"
  | "console"
  | "diagnose"
  | "openUrl"
  | "openFile"
  | "fix";

/** Something that a person can do from the map. `value` is what is copied or opened, or the id of a fix. */
export interface MapAction {
  id: MapActionId;
  label: string;
  value?: string;
}

/** Where a thing stands in the AWS Resources view: from the folder down, each by its kind and key, ARN or name. */
export type ResourcePath = readonly { kind: string; key?: string }[];

export interface MapLine {
  text: string;
  /** The line that says how it is takes the state's colour. */
  tells?: boolean;
}

interface Thing {
  id: string;
  state: MapState;
  /** Why it is as it is, where it is not as it should be. */
  why?: string;
  arn?: string;
  /** What the details say, a pair a line. */
  facts: readonly (readonly [string, string])[];
  actions: readonly MapAction[];
  path?: ResourcePath;
  /** Names by which commands find it: cluster, service, task, group, … */
  ref: Readonly<Record<string, string>>;
}

export interface MapNode extends Thing {
  kind: NodeKind;
  /** What it is: `Target group`. */
  title: string;
  name: string;
  lines: readonly MapLine[];
  phase?: PhaseId;
  steps: readonly StepId[];
  /** The innermost group that it is in. */
  group?: string;
  /** Of many tasks in one: how many are in each state. */
  dots?: readonly { state: MapState; count: number }[];
  /** Of a task: its private IPv4 address, and whether ECS says that it could not pull its image. */
  task?: { readonly address?: string; readonly pullFailed: boolean };
}

export interface MapGroup extends Thing {
  kind: "vpc" | "guard" | "cluster" | "tasks";
  title: string;
  /** The name alone, where the title has no room. */
  short?: string;
  notes: readonly string[];
  parent?: string;
  steps: readonly StepId[];
}

export interface MapEdge {
  id: string;
  from: string;
  /** A node, or a group. */
  to: string;
  label: string;
  state: MapState;
  why?: string;
  /** True where something goes along it now. */
  flows: boolean;
}

export interface MapPhase {
  id: PhaseId;
  title: string;
  state: MapState;
  word: string;
  /** Empty while it has not ended. */
  time: string;
}

/** What is wrong, said where it is. */
export interface MapCallout {
  /** The node, group or edge that it is about. */
  at: string;
  /** What that is called. */
  about: string;
  title: string;
  text: string;
  actions: readonly MapAction[];
}

export interface MapModel {
  title: string;
  place: string;
  /** `planned`: nothing is there yet. */
  mode: "planned" | "deploying" | "running" | "failed";
  phases: readonly MapPhase[];
  nodes: readonly MapNode[];
  edges: readonly MapEdge[];
  groups: readonly MapGroup[];
  callout?: MapCallout;
  /** Below the drawing: cost, checklist. */
  notes: readonly string[];
  /** One sentence on how it all is, for a screen reader. */
  summary: string;
}

/** The edges that lead from one row of the drawing to another, by the kinds of their ends; all others go along a row. */
const across: readonly (readonly [from: string, to: string])[] = [
  ["loadBalancer", "listener"],
  ["taskDefinition", "service"],
  ["guard", "logGroup"],
  ["tasks", "logGroup"],
];

/** True for an edge whose ends stand one above the other. */
export const isAcross = (from: string, to: string): boolean => across.some(([a, b]) => a === from && b === to);
