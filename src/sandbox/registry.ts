/** How operations are declared: what each supports of its input, and its handler. */
import type { Context } from "./world";

export interface Operation<I = never, O = unknown> {
  /** Top-level members that are handled, or harmlessly stored and returned; "*" for all of them. */
  readonly supports: string;
  readonly run: (input: I, context: Context) => O | Promise<O>;
}

/** One service's operations, typed by its generated interface. */
export type Table<Ops> = {
  readonly [K in keyof Ops]: Ops[K] extends { input: infer I; output: infer O } ? Operation<I, O> : never;
};

export type AnyTable = Readonly<Record<string, Operation>>;

/** What a handler returns when it takes over the connection (event streams). */
export class Streaming {
  constructor(readonly start: (write: (chunk: Buffer) => boolean, closed: AbortSignal) => Promise<void>) {}
}
