/**
 * CloudWatch Logs' filter patterns: terms, JSON comparisons in braces, fields in brackets.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { compileFields } from "./patternFields";
import { compileJson } from "./patternJson";
import { invalid, Scanner, type Test } from "./patternScanner";

const LONGEST = 1024;

/** Compiles a pattern; an empty one matches everything. Throws a sentence for one that CloudWatch would not take. */
export function compilePattern(pattern: string): Test {
  if (pattern.length > LONGEST) throw invalid();
  const scanner = new Scanner(pattern);
  if (scanner.atEnd()) return () => true;
  if (scanner.next("{")) return compileJson(scanner);
  if (scanner.next("[")) return compileFields(scanner);
  return compileTerms(scanner);
}

/** All of the plain terms, none of those with `-`. Those with `?` count only where no other term stands beside them. */
function compileTerms(scanner: Scanner): Test {
  const terms = { "": [] as Test[], "?": [] as Test[], "-": [] as Test[] };
  while (!scanner.atEnd()) {
    const sign = (scanner.match(/[?-]/) ?? "") as keyof typeof terms;
    terms[sign].push(term(scanner));
    if (!scanner.atBreak()) throw invalid();
  }
  const { "": required, "?": optional, "-": excluded } = terms;
  const onlyOptional = required.length + excluded.length === 0;
  return (message) =>
    onlyOptional
      ? optional.some((t) => t(message))
      : required.every((t) => t(message)) && !excluded.some((t) => t(message));
}

function term(scanner: Scanner): Test {
  const regex = scanner.regex();
  if (regex) return (message) => regex.test(message);
  // Other characters than these stand in quotes alone.
  const text = scanner.quoted() ?? scanner.match(/[\p{L}\p{N}_]+/u);
  if (!text) throw invalid();
  return (message) => message.includes(text);
}
