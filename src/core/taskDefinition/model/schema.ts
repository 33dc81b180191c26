/** What RegisterTaskDefinition takes, as the AWS SDK's schemas have it. */
import { own } from "../../base/taskDefinition";
import sdk from "./sdkModel.json";

/** The type of a member, as the SDK's schemas have it. */
export interface TypeModel {
  type: "string" | "integer" | "boolean" | "list" | "map" | "object";
  of?: TypeModel;
  shape?: string;
  enum?: readonly string[];
}

export interface ShapeModel {
  members: Readonly<Record<string, TypeModel>>;
  required: readonly string[];
}

/** Every shape below RegisterTaskDefinition, by name; generated from the AWS SDK at build time. */
export const shapes = sdk.shapes as unknown as Readonly<Record<string, ShapeModel>>;

/** The day on which the model was last taken from an SDK, as `2026-11-30`: what AWS has since is not known here. */
export const modelDate: string = sdk.date;
const rootShape: string = sdk.root;
/** What describe-task-definition answers and RegisterTaskDefinition does not take. */
export const readOnlyKeys: ReadonlySet<string> = new Set(sdk.readOnly);
/** The root as a type, and a bare list of containers as one. */
export const rootType: TypeModel = { type: "object", shape: rootShape };
export const containersType: TypeModel = { type: "list", of: { type: "object", shape: "ContainerDefinition" } };

export function shapeOf(type: TypeModel | undefined): ShapeModel | undefined {
  return type?.shape === undefined ? undefined : own(shapes, type.shape);
}

/** The type at a key or index below another; undefined for what the SDK does not know. */
export function typeBelow(type: TypeModel | undefined, step: string | number): TypeModel | undefined {
  if (!type) return undefined;
  if (type.type === "list") return typeof step === "number" ? type.of : undefined;
  if (type.type === "map") return type.of;
  const shape = shapeOf(type);
  return shape && typeof step === "string" ? own(shape.members, step) : undefined;
}
