/** The folders and files that an image is made of, as plans tell of them. */
import type { SourceDigest } from "../ports/machine";

/** What one context holds that is sent; the name of the context itself is the empty one. */
export interface CountedSource {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

/** All contexts in one, with what is in each. */
export interface WholeSource extends SourceDigest {
  counted: readonly CountedSource[];
}

/** One folder or file outside, with what makes it known to a person. */
export interface OutsideSource {
  readonly use: "context" | "namedContext" | "secret" | "ssh" | "cache";
  /** Of a named context, a secret or an agent. */
  readonly name?: string;
  /** Absolute, links resolved. */
  readonly path: string;
  /** Of a folder: what would be sent, and how it is called at the top. */
  readonly files?: number;
  readonly bytes?: number;
  readonly names?: readonly string[];
  /** How many names there are beside these. */
  readonly more?: number;
}
