export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** A container definition, as RegisterTaskDefinition takes it; members that Slipway does not touch pass through. */
export interface ContainerDefinition extends JsonObject {
  name?: string;
  image?: string;
}

/** A task definition, as RegisterTaskDefinition takes it; members that Slipway does not touch pass through. */
export interface TaskDefinition extends JsonObject {
  family?: string;
  cpu?: string;
  memory?: string;
  executionRoleArn?: string;
  taskRoleArn?: string;
  containerDefinitions?: ContainerDefinition[];
}

/** A member of its own: what every JavaScript object has ("constructor") is none. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
