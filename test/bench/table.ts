/** What a bench prints: rows with a figure and, where there is one, its budget. */
export interface Row {
  readonly name: string;
  readonly value: string;
  readonly budget?: string;
  /** Absent where there is no budget. */
  readonly met?: boolean;
}

/** Runs one bench, handing over its rows as they are known. */
export type Bench = (row: (row: Row) => void) => Promise<void>;

export function rowText({ name, value, budget, met }: Row): string {
  return `  ${name.padEnd(58)} ${value.padStart(16)}  ${budget === undefined ? "" : `budget ${budget}`}${met === false ? "  MISSED" : ""}`.trimEnd();
}
