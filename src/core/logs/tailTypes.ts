/** What a tail gives and says: plain data, which crosses bundles. */
import type { ErrorReport } from "../base/errors";
import type { StoredEvent } from "../ports/logs";

/** An event on its way to a person. */
export interface TailEvent extends StoredEvent {
  group: string;
  /** Out of a stream's name where it is `prefix/container/task`. */
  task?: string;
  container?: string;
  /** A younger event of the same stream was printed before. */
  late: boolean;
  /** Group and stream in one. */
  origin: string;
}

/** Something that the tail itself has to say: a gap that is being filled, a task that came. */
export interface TailNote {
  note: string;
  level: "info" | "warning";
  /** Epoch milliseconds. */
  at: number;
}

export type TailItem = TailEvent | TailNote;

export const isNote = (item: TailItem): item is TailNote => "note" in item;

/** What is written in one go. */
export interface TailBatch {
  items: TailItem[];
  /** The same as lines for people, ending with a line break. */
  text: string;
  events: number;
}

export type TailMode = "auto" | "liveTail" | "polling";

export type TailPhase =
  | "starting"
  | "history"
  | "following"
  | "paused"
  | "credentials"
  | "stopped"
  | "ended"
  | "failed";

/** A tail as its row shows it. */
export interface TailState {
  phase: TailPhase;
  /** How events come now. */
  via: "liveTail" | "polling";
  mode: TailMode;
  filter?: string;
  groups: string[];
  /** Events printed. */
  total: number;
  /** Events a second, over the last five. */
  perSecond: number;
  late: number;
  /** Updates of Live Tail that left events out, and events that were read afterwards instead. */
  sampled: number;
  filled: number;
  throttled: number;
  /** Milliseconds since the last moment up to which everything that AWS gives has been read. */
  behindMilliseconds: number;
  error?: ErrorReport;
}

/** Whoever prints. */
export interface TailSink {
  /** The next batch comes when this one has been taken. */
  write(batch: TailBatch): Promise<void> | void;
  /** At most a few times a second. */
  changed(state: TailState): void;
  /** AWS does not take the credentials: resolves when it is worth another try. */
  credentials(report: ErrorReport, signal: AbortSignal): Promise<void>;
}
