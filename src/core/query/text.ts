/** A query's file: the query, and in comments at its beginning what it is asked of. Pure. */

export interface QueryHead {
  /** `# group: /ecs/web`, as often as there are groups. */
  readonly groups: readonly string[];
  /** `# since: 3h`, as people write a duration. */
  readonly since?: string;
  /** `# title: Slowest requests` */
  readonly title?: string;
}

const headLine = /^#\s*(group|since|title)\s*:\s*(.+?)\s*$/i;

/** What the comments at the beginning say; what is no such comment says nothing. */
export function headOf(text: string): QueryHead {
  const groups: string[] = [];
  const others = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    if (!/^\s*(#|$)/.test(line)) break;
    const [, name = "", value = ""] = headLine.exec(line.trim()) ?? [];
    if (name.toLowerCase() === "group") groups.push(value);
    else if (name) others.set(name.toLowerCase(), value);
  }
  const [since, title] = [others.get("since"), others.get("title")];
  return { groups, ...(since === undefined ? {} : { since }), ...(title === undefined ? {} : { title }) };
}

/** True where nothing is asked: comments and room alone. */
export const isEmptyQuery = (text: string): boolean => text.split(/\r?\n/).every((line) => /^\s*(#.*)?$/.test(line));

/** A cell as spreadsheets take it: quoted where it has to be, and never a formula. Source of the form: RFC 4180. */
function csvCell(text: string): string {
  // A spreadsheet calculates what begins so; a number is none.
  const harmless = /^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A table as CSV, its columns' names first, lines ended as RFC 4180 has them. */
export const csvOf = ({
  columns,
  rows,
}: {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
}): string => [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");

/** Dollars for a gigabyte that is read. Source: CloudWatch's pricing page, of us-east-1; other regions ask up to a third more. */
const dollarsPerGigabyte = 0.005;

const sizeText = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.ceil(bytes / 1000)} KB`
    : bytes < 1e9
      ? `${(bytes / 1e6).toFixed(0)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;

/** "0.8 GB ≈ $0.004"; of a sandbox the size alone. */
export function readingCost(bytes: number, isLocal: boolean): string {
  const dollars = (bytes / 1e9) * dollarsPerGigabyte;
  const price = dollars < 0.001 ? "less than $0.001" : `$${dollars.toFixed(3)}`;
  return isLocal ? sizeText(bytes) : `${sizeText(bytes)} ≈ ${price}`;
}
