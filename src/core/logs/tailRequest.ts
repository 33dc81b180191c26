/** What a tail is asked for, and what it works with. */
import type { EcsPort } from "../ports/cloud";
import type { CallsContext } from "./calls";
import type { FormatOptions, ZoneOffset } from "./format";
import type { LiveFeed } from "./live";
import type { Poller } from "./poller";
import type { TailMode } from "./tailTypes";
import type { TailTarget } from "./target";

export interface TailRequest {
  target: TailTarget;
  mode: TailMode;
  pattern?: string;
  /** History begins at this moment (epoch milliseconds), or so many milliseconds before now; without either there is none. */
  from?: number;
  back?: number;
  /** History begins with the service's deployment that is newest. */
  sinceDeployment?: boolean;
  /** History ends here; then nothing is followed. */
  until?: number;
  /** False: the history is all. */
  follow: boolean;
  /** Of the history the last so many events alone. */
  lines?: number;
  /** Instead of a history: so many last events of each stream of a task. */
  last?: number;
  format: FormatOptions;
}

/** What a tail works with. */
export interface TailContext extends CallsContext {
  readonly ecs: (signal: AbortSignal) => Pick<EcsPort, "findService" | "findTaskDefinition" | "listTasks">;
  readonly lastEvents: (
    group: string,
    stream: string,
    limit: number,
    signal: AbortSignal,
  ) => Promise<{ at: number; message: string; stream: string }[]>;
  readonly region: string;
  readonly zone: ZoneOffset;
}

/** A group's two sources. */
export interface Feed {
  readonly poller: Poller;
  readonly live: LiveFeed;
}
