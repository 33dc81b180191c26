/** What is implemented, as a table: for people, and for the tests that ask what is supported. */
import { documentedOf } from "../constraints/count";
import type { AnyTable } from "../registry";
import { missingIn } from "../supportedMembers";
import { MODELS, shapeOf, type Model } from "../wire/model";

/** How many constraints of each kind the operation's input has; test/contract breaks each that can be sent. */
function constraintsOf(model: Model, operation: string): string {
  const counts = new Map<string, number>();
  for (const { kind } of documentedOf(model, operation)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const parts = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, n]) => `${kind} ${n}`);
  return total === 0 ? "" : `\tconstraints: ${total} (${parts.join(", ")})`;
}

/** Rows of the coverage table: every operation of every service, its constraints, and what is not supported of it. */
export function coverage(tables: Readonly<Record<string, AnyTable>>): string {
  const lines: string[] = [];
  let done = 0;
  let total = 0;
  let constraints = 0;
  for (const model of MODELS) {
    for (const [operation, io] of Object.entries(model.operations)) {
      total++;
      const handler = tables[model.id]?.[operation];
      if (!handler || io === 0) continue;
      done++;
      const members = io.in === null ? [] : Object.keys(shapeOf(model, io.in).m ?? {});
      const missing =
        handler.supports === "*"
          ? []
          : members.filter((m) => !handler.supports.split(" ").includes(m) && m !== "DryRun");
      const not = missing.length > 0 ? `\tnot: ${missing.join(" ")}` : "";
      constraints += documentedOf(model, operation).length;
      lines.push(
        `${model.id}\t${operation}\t${members.length - missing.length}/${members.length}` +
          `${constraintsOf(model, operation)}${not}`,
      );
    }
    for (const { shape, members } of missingIn(model))
      lines.push(`${model.id}\t  within ${shape}\tnot: ${members.join(" ")}`);
    const unimplemented = Object.keys(model.operations).filter((o) => !tables[model.id]?.[o]).length;
    lines.push(`${model.id}\t(${unimplemented} other operations answer NotImplementedException)`);
  }
  return [...lines, `${done} operations of ${total}, with ${constraints} documented constraints`].join("\n");
}
