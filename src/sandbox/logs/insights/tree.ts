/** A query of CloudWatch Logs Insights, as it is read. */

export type Value = string | number | undefined;

export type Expression =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "field"; readonly name: string }
  /** A length of time, in milliseconds. */
  | { readonly kind: "period"; readonly ms: number }
  | { readonly kind: "call"; readonly name: string; readonly of: readonly Expression[] }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "in"; readonly of: Expression; readonly list: readonly Expression[]; readonly negated: boolean }
  | { readonly kind: "like"; readonly of: Expression; readonly pattern: RegExp | string; readonly negated: boolean }
  | { readonly kind: "operation"; readonly operator: string; readonly left: Expression; readonly right: Expression };

/** An expression and what its column is called. */
export interface Named {
  readonly of: Expression;
  readonly name: string;
}

export type Command =
  | { readonly kind: "fields" | "display"; readonly columns: readonly Named[] }
  | { readonly kind: "filter"; readonly test: Expression }
  | { readonly kind: "stats"; readonly columns: readonly Named[]; readonly by: readonly Named[] }
  | { readonly kind: "sort"; readonly by: readonly (Named & { readonly descending: boolean })[] }
  | { readonly kind: "limit"; readonly count: number }
  | { readonly kind: "dedup"; readonly by: readonly Expression[] }
  | { readonly kind: "parse"; readonly from: string; readonly pattern: RegExp; readonly names: readonly string[] };

/** What is no query: where, in characters, and why. */
export class QueryError extends Error {
  constructor(
    message: string,
    readonly start: number,
    readonly end: number,
  ) {
    super(message);
  }
}
