/** What a removal takes and what it leaves, as data. */
import type { ResourceKind } from "./phases";

/** One thing to remove, or to keep because somebody else made it. */
export interface Removal {
  id: RemovalId;
  kind: ResourceKind;
  name: string;
  arn: string;
  ours: boolean;
  /** The application that made it and is gone: it was left since others used it, and this one is the last of them. */
  leftBy?: string;
  /** Who else uses it, in words: it stays, although it is ours. */
  usedBy?: readonly string[];
  /** It is ours and stays whatever is removed: what it holds cannot be made again. */
  stays?: true;
}

/** Only what is ours, nobody else uses and can be made again goes. */
export const isRemoved = ({ ours, usedBy = [], stays }: Removal): boolean => ours && !stays && usedBy.length === 0;

export type RemovalId =
  | "scaling"
  | "alarms"
  | "schedules"
  | "service"
  | "tasks"
  | "rules"
  | "listener"
  | "loadBalancer"
  | "record"
  | "certificate"
  | "targetGroup"
  | "taskGroup"
  | "loadBalancerGroup"
  | "cluster"
  | "taskDefinitions"
  | "logGroup"
  | "repository"
  | "role"
  | "secret"
  | "localImages";
