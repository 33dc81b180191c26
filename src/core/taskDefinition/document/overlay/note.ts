/** What the SDK's schemas do not say about a member, in Slipway's own words. */
export interface Note {
  /** What it is, in a sentence. */
  text: string;
  /** Of a number, or of the number in a string. */
  unit?: string;
  /** What ECS takes when it is left out. */
  default?: string;
  /** `false`: refused on Fargate. A sentence: what Fargate makes of it. Absent: the same everywhere. */
  fargate?: false | string;
  /** The part of the developer guide's parameter page (without `#`) that is about it. */
  anchor?: string;
}

export type Notes = Readonly<Record<string, Readonly<Record<string, Note>>>>;
