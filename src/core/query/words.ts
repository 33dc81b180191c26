/** The words of Logs Insights' language, for completion. Source: CloudWatch Logs' user guide, page on the query syntax. */

export interface QueryWord {
  readonly word: string;
  readonly kind: "command" | "function" | "field";
  readonly detail: string;
}

const commands: readonly (readonly [string, string])[] = [
  ["fields", "fields to show, and new ones: fields @timestamp, strlen(@message) as length"],
  ["filter", "events that count: filter status >= 500 and path like /api/"],
  ["stats", "counts and sums: stats count(*) as n by bin(5m)"],
  ["sort", "order: sort @timestamp desc"],
  ["limit", "at most so many rows: limit 50"],
  ["parse", 'fields out of a text: parse @message "* took * ms" as path, ms'],
  ["display", "fields that are shown in the end"],
  ["dedup", "one row for each value: dedup path"],
  ["pattern", "texts that are alike, put together: pattern @message"],
];

const functions: readonly (readonly [string, string])[] = [
  ["count", "how many"],
  ["count_distinct", "how many different ones"],
  ["sum", "sum"],
  ["avg", "mean"],
  ["min", "least"],
  ["max", "most"],
  ["pct", "percentile: pct(duration, 99)"],
  ["stddev", "standard deviation"],
  ["earliest", "the value of the first event"],
  ["latest", "the value of the last event"],
  ["bin", "time in equal steps: bin(5m)"],
  ["ispresent", "whether there is such a field"],
  ["coalesce", "the first that is there"],
  ["strlen", "characters"],
  ["strcontains", "1 where a text contains another"],
  ["replace", "a text with another in place of a part"],
  ["substr", "a part of a text"],
  ["tolower", "small letters"],
  ["toupper", "capital letters"],
  ["trim", "without room at both ends"],
  ["abs", "without sign"],
  ["ceil", "next whole number"],
  ["floor", "whole number before"],
];

const fields: readonly (readonly [string, string])[] = [
  ["@timestamp", "when the event was"],
  ["@message", "the event as it was written"],
  ["@logStream", "its stream: of which task and container"],
  ["@log", "its account and group"],
  ["@ingestionTime", "when CloudWatch got it"],
];

const of = (kind: QueryWord["kind"], list: readonly (readonly [string, string])[]): QueryWord[] =>
  list.map(([word, detail]) => ({ word, kind, detail }));

export const queryWords: readonly QueryWord[] = [
  ...of("command", commands),
  ...of("function", functions),
  ...of("field", fields),
];

/** A field's name as a query takes it: in backticks where it has other characters than a name. */
export const fieldText = (name: string): string => (/^@?[A-Za-z_][\w.]*$/.test(name) ? name : `\`${name}\``);

/** Whether a command can begin at the end of this text: at the beginning, or behind a bar. */
export const beginsCommand = (before: string): boolean =>
  /(^|\|)\s*\w*$/.test(before.replaceAll(/^\s*#.*$/gm, "").trimStart());
