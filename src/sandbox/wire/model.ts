/** The wire models: shapes and operations of each service, generated from the official SDK's schemas. */
import acm from "../model/acm.json";
import autoscaling from "../model/autoscaling.json";
import cloudwatch from "../model/cloudwatch.json";
import ec2 from "../model/ec2.json";
import ecr from "../model/ecr.json";
import ecs from "../model/ecs.json";
import elbv2 from "../model/elbv2.json";
import iam from "../model/iam.json";
import kms from "../model/kms.json";
import logs from "../model/logs.json";
import pricing from "../model/pricing.json";
import quotas from "../model/quotas.json";
import route53 from "../model/route53.json";
import scheduler from "../model/scheduler.json";
import secrets from "../model/secrets.json";
import ssm from "../model/ssm.json";
import sts from "../model/sts.json";

/**
 * A member: target shape `s`, wire names `x` (xmlName) and `q` (ec2QueryName), flattened `f`, enum `e`, timestamp
 * format `ts`.
 */
export interface Member {
  readonly s: string;
  readonly x?: string;
  readonly q?: string;
  readonly f?: number;
  readonly e?: readonly string[];
  readonly ts?: string;
  /** 1 where its values are nobody's to see. */
  readonly h?: number;
  /** Of a REST protocol: 1 where it stands in the path, else the name of its query parameter or header. */
  readonly l?: number;
  readonly hq?: string;
  readonly hh?: string;
}

/** A shape: members `m` and required names `r` of a structure, or the element `of` a list or map. */
export interface Shape {
  readonly t: string;
  readonly m?: Readonly<Record<string, Member>>;
  readonly r?: readonly string[];
  readonly of?: Member;
}

/** An operation that is there: its shapes, and of a REST protocol method, path and status. */
export interface Io {
  readonly in: string | null;
  readonly out: string | null;
  readonly http?: readonly [method: string, path: string, status: number];
}

/** How one service speaks, and what it says. An operation that is 0 exists on AWS but not here. */
export interface Model {
  readonly id: string;
  readonly protocol: "json" | "query" | "ec2" | "rest-xml" | "rest-json";
  readonly signing: string;
  readonly version?: string;
  readonly xmlns?: string;
  readonly target?: string;
  /** The version of the JSON protocol, where it is not 1.1. */
  readonly json?: string;
  /** Whether it once spoke awsQuery, and still names its errors so to those who ask (`x-amzn-query-mode`). */
  readonly queryErrors?: boolean;
  /** What its actions begin with in policies, where that is not the name that it is signed for. */
  readonly actions?: string;
  readonly operations: Readonly<Record<string, 0 | Io>>;
  /** Error shape name to its wire code and HTTP status. */
  readonly errors: Readonly<Record<string, readonly [string, number]>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

export type Value = string | number | boolean | Date | Uint8Array | readonly Value[] | Structure;
export interface Structure {
  readonly [member: string]: Value | undefined;
}

const all: readonly unknown[] = [
  sts,
  iam,
  ec2,
  ecr,
  ecs,
  elbv2,
  logs,
  cloudwatch,
  autoscaling,
  quotas,
  pricing,
  secrets,
  ssm,
  kms,
  acm,
  route53,
  scheduler,
];

/** Whether the service says its operation by method and path. */
export const isRest = ({ protocol }: Model): boolean => protocol === "rest-xml" || protocol === "rest-json";

/** Whether the service answers in JSON. */
export const answersJson = ({ protocol }: Model): boolean => protocol === "json" || protocol === "rest-json";

/** Every service's model, in the order of the coverage table. */
export const MODELS = all as readonly Model[];

/** The shape of that name; a missing one is a broken model and throws. */
export function shapeOf(model: Model, name: string): Shape {
  const shape = model.shapes[name];
  if (!shape) throw new Error(`model ${model.id} has no shape ${name}`);
  return shape;
}

/** Whether the name is one of Smithy's simple types. */
export function isSimple(name: string): boolean {
  return ["string", "number", "boolean", "timestamp", "blob", "document"].includes(name);
}
