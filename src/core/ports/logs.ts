/** What the tails need of CloudWatch Logs and ECS. `aws/` implements it; one port belongs to one account and region. */

/** One event as CloudWatch stores it. Times are epoch milliseconds. */
export interface StoredEvent {
  /** FilterLogEvents gives each event an id; Live Tail gives none. */
  id?: string;
  at: number;
  ingestedAt: number;
  stream: string;
  message: string;
}

/** Which streams of a group: all of them, those with one prefix, or at most a hundred by name. */
export interface StreamScope {
  prefix?: string;
  streams?: string[];
}

export interface FilterRequest extends StreamScope {
  group: string;
  /** First and last timestamp that count. */
  from: number;
  until?: number;
  pattern?: string;
  token?: string;
  /** From the newest event back, at most so many a page; of 2024 and later alone. */
  newest?: number;
}

/** One page. An empty one may carry a token all the same: only a page without one is the last. */
export interface FilterPage {
  events: StoredEvent[];
  token?: string;
}

export interface LiveRequest {
  /** ARN of the group, without `:*`. */
  groupArn: string;
  prefixes?: string[];
  streams?: string[];
  pattern?: string;
}

/** What a Live Tail session says: that it has begun, and then each second what came. */
export type LiveUpdate = { kind: "started" } | { kind: "events"; events: StoredEvent[]; sampled: boolean };

export interface LogTailPort {
  /** One page of FilterLogEvents; one attempt, so that the caller's budget counts every call. */
  filter(request: FilterRequest, signal: AbortSignal): Promise<FilterPage>;
  /** A Live Tail session. Ends by throwing: `SessionTimeoutException` after three hours, or what broke it. */
  live(request: LiveRequest, signal: AbortSignal): AsyncIterable<LiveUpdate>;
  /** ARN of a group without `:*`; undefined when it is not there (yet). */
  groupArn(group: string, signal: AbortSignal): Promise<string | undefined>;
  /** Names of groups that contain the text; at most `limit`. */
  listGroups(containing: string, limit: number, signal: AbortSignal): Promise<string[]>;
  /** Streams, newest first, or by prefix in name order; at most `limit`. */
  listStreams(
    group: string,
    options: { prefix?: string; limit: number },
    signal: AbortSignal,
  ): Promise<{ name: string; lastEventAt?: number }[]>;
  listServices(signal: AbortSignal): Promise<{ cluster: string; service: string }[]>;
  /** A task that ECS still knows; undefined for one that is gone. */
  findTask(
    cluster: string,
    id: string,
    signal: AbortSignal,
  ): Promise<
    { id: string; taskDefinition: string; createdAt: number; stoppedAt?: number; containers: string[] } | undefined
  >;
  /** Milliseconds by which AWS's clock is ahead of this machine's, as its answers say. */
  clockOffset(): number;
  /** Credentials are read anew from where they come from: somebody has signed in, or a file has changed. */
  renew(): Promise<void>;
}
