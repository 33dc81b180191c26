/** Filter patterns in brackets, which compare the fields of messages that are separated by spaces. */
import { compares, invalid, type Scanner, type Test } from "./patternScanner";

/** A message's fields: what is in double quotes or square brackets is one. */
const fieldsOf = (message: string): string[] =>
  [...message.matchAll(/"((?:[^"\\]|\\[^])*)"(?!\S)|\[([^\]]*)\](?!\S)|(\S+)/g)].map(
    ([, quoted, bracketed, word]) => quoted ?? bracketed ?? word ?? "",
  );

/** Any number of fields. */
const REST = Symbol("...");

type Condition = (field: string) => boolean;

function named(scanner: Scanner): Condition {
  scanner.match(/\s+/);
  if (scanner.match(/[\p{L}_][\p{L}\p{N}_]*/u) === undefined) throw invalid();
  const comparison = scanner.comparison();
  return (field) => comparison === undefined || compares(field, comparison.operator, comparison.literal);
}

/** Reads what follows `[`. */
export function compileFields(scanner: Scanner): Test {
  const wanted: (Condition | typeof REST)[] = [];
  do wanted.push(scanner.next("...") ? REST : scanner.conditions(() => named(scanner)));
  while (scanner.next(","));
  const rest = wanted.indexOf(REST);
  if (!scanner.next("]") || !scanner.atEnd() || rest !== wanted.lastIndexOf(REST)) throw invalid();
  scanner.checkRegexes();
  return (message) => {
    const fields = fieldsOf(message);
    const left = fields.length - wanted.length;
    if (rest < 0 ? left !== 0 : left < -1) return false;
    return wanted.every(
      (test, index) => test === REST || test(fields[rest >= 0 && index > rest ? index + left : index] ?? ""),
    );
  };
}
