/** What Logs Insights is asked through. `aws/` implements it. Times are epoch milliseconds. */

export interface QueryRequest {
  readonly groups: readonly string[];
  readonly text: string;
  readonly from: number;
  readonly until: number;
  /** Most rows, for a query that does not say so itself. */
  readonly limit?: number;
}

/** `Running` has what was found so far. */
export type QueryState = "Scheduled" | "Running" | "Complete" | "Failed" | "Cancelled" | "Timeout" | "Unknown";

export interface QueryAnswer {
  readonly state: QueryState;
  /** Each row's fields in CloudWatch's order; a field that a row does not have is not there. */
  readonly rows: readonly (readonly { readonly field: string; readonly value: string }[])[];
  readonly statistics: { readonly matched: number; readonly scanned: number; readonly bytes: number };
}

export interface LogField {
  readonly name: string;
  /** Of the events that were looked at, percent. */
  readonly percent: number;
}

export interface SavedQuery {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly groups: readonly string[];
}

export interface QueryPort {
  /**
   * Starts a query; its id.
   * @throws SlipwayError MalformedQueryException, whose `at` says where, where the text is no query
   */
  start(request: QueryRequest): Promise<string>;
  answer(id: string): Promise<QueryAnswer>;
  /** Ends it in AWS; one that is over stays as it is. */
  stop(id: string): Promise<void>;
  fields(group: string): Promise<LogField[]>;
  saved(): Promise<SavedQuery[]>;
  /** Under this name: a new one, or the one that has it already. */
  save(query: Omit<SavedQuery, "id">): Promise<void>;
}
