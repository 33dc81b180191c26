/** What an application says of its own end, in what it printed last: an exception, or a variable that it misses. */

export interface LastWords {
  /** `variable`: one that it needs is not there; `exception`: an exception, a panic; `error`: a line that tells of an error. */
  kind: "variable" | "exception" | "error";
  /** The line that says so, in one line, cut after 200 characters. */
  text: string;
  /** The variable's name. */
  name?: string;
}

const mostCharacters = 200;
/** So much of a line is read. */
const mostOfLine = 2_000;
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
/** What loggers put before a line. */
const prefix =
  /^(?:\s*\[?\d{4}[-/]\d{2}[-/]\d{2}[T ,]+\d{2}:\d{2}:\d{2}[.,\d]*(?:Z| ?[+-]\d{2}:?\d{2})?\]?|\s*\[\d+\]|\s*\[?(?:ERROR|FATAL|CRITICAL|ERR|PANIC)\]?(?::| -|(?=\s)))\s*/;

const oneLine = (text: string): string => {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return plain.length > mostCharacters ? `${plain.slice(0, mostCharacters - 1)}…` : plain;
};

function withoutPrefix(line: string): string {
  let rest = line.trim();
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replace(prefix, "");
  }
  return rest;
}

const name = "[\"'`“‘(]?\\$?\\{?(?<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\\}?[\"'`”’)]?";
const absent =
  "(?:not (?:been )?(?:set|defined|found|provided|specified|present|configured|given|available)|required|missing|undefined|unset|empty|blank|mandatory)";
const variables: readonly RegExp[] = [
  new RegExp(
    `(?<![\\w.])${name}:? *(?:environment variable|env(?:ironment)? var(?:iable)?|variable|,)? *(?:(?:is|was|has|are) )?(?:(?:a )?${absent}\\b|must (?:be (?:set|defined|provided|specified|present)|not be (?:empty|blank))|(?:needs|has) to be (?:set|defined|provided)|cannot be (?:empty|blank|null|undefined)|should be set|parameter (?:null or )?not set|unbound variable|\\(required\\))`,
  ),
  new RegExp(
    `\\b[Ee]nv(?:ironment)?[ _-]?[Vv]ar(?:iable)?s?\\b(?:(?: is| are)? ${absent})?:? *(?:key |named |called )?${name}(?:\\W.*)?$`,
  ),
  new RegExp(
    `\\b(?:[Mm]issing|[Rr]equired|[Uu]ndefined|[Uu]nset|[Ss]et|[Ss]pecify|[Pp]rovide|[Ff]etch)(?: the)?(?: required| mandatory)?(?: environment| env| config(?:uration)?)?(?: variable| var| key| setting)s?:? *${name}(?![a-z(])`,
  ),
  new RegExp(
    `\\b(?:[Ss]et|[Ss]pecify|[Pp]rovide) (?:the )?${name} (?:environment|env)|\\b[Rr]equired key ${name.replaceAll("name", "key")} missing`,
  ),
  /\bKeyError: *["'](?<name>[A-Z][A-Z0-9_]+)["']/,
  /\bkey not found: *["'](?<name>[A-Z][A-Z0-9_]+)["']/,
  /\bUndefined (?:array key|index):? *["']?(?<name>[A-Z][A-Z0-9_]+)/,
  /\bplaceholder ["'](?<name>[A-Za-z][\w.]+)["']/,
  /\b[Mm]ust specify (?<name>[A-Z][A-Z0-9_]+)\b/,
  /\b(?<name>[A-Z][A-Z0-9_]+): *\[ *["']Required["']/,
];
/** Words in capitals that are no names of variables. */
const notNames =
  /^(?:[A-Z]{1,2}|ERROR|FATAL|WARN(?:ING)?|INFO|DEBUG|CRITICAL|PANIC|TRACE|URL|URI|HTTPS?|JSON|SQL|TLS|SSL|API|ENV|ERR(?:_\w+)?|E[A-Z]{4,12}|THE|NOT|KEY|TABLE|COLUMN|FROM|NULL)$/;

function variableIn(line: string): string | undefined {
  for (const pattern of variables) {
    const groups = pattern.exec(line)?.groups;
    const found = groups?.["name"] ?? groups?.["key"];
    if (found && found.length > 2 && !notNames.test(found)) return found;
  }
  return undefined;
}

/** Lines of which none before it says more: an exception's own. Of several the last counts. */
const exceptions: readonly RegExp[] = [
  /^Caused by: \S.*/,
  /^(?:Unhandled exception\.|Unhandled Exception:) \S.*/,
  /^(?:PHP )?(?:Fatal|Parse) error: +\S.*/,
  /^(?:panic|fatal error): \S.*/,
  /^Exception in thread "[^"]*" \S.*/,
  /^\*\* \(\w[\w.]*\) \S.*/,
  /^\S+:\d+:in [`'].*['’]: .*\(\S+(?:Error|Exception|Exit)\S*\)$/,
  /^(?:Uncaught |Unhandled )?(?:[A-Za-z_$][\w$]*(?:\.|::))*[A-Za-z_$][\w$]*(?:Error|Exception|Fault|Failure|Rejection|Interrupt)(?: \[\w+\])?(?:: .*|$)/,
  /^(?:Uncaught |Unhandled )?Error(?: \[\w+\])?: \S.*/,
];
const panicked = /^thread '[^']*'(?: \(\d+\))? panicked at (?<rest>.*)$/;
const plainError =
  /\b(?:fatal|error|exception|failed|failure|cannot|can't|could not|couldn't|unable to|not found|denied|refused|invalid|missing|no such|unknown|unsupported)\b/i;

/** Python's own: the first line behind the last traceback that is not indented. */
function ofTraceback(lines: readonly string[]): string | undefined {
  const begun = lines.findLastIndex((line) => /Traceback \(most recent call last\):/.test(line));
  if (begun < 0) return undefined;
  return lines
    .slice(begun + 1)
    .find((line) => /^[A-Za-z_][\w.]*(?::|$)/.test(withoutPrefix(line)) && !/^\s/.test(line));
}

/** The message of a line of JSON that tells of an error. */
function ofJson(line: string): string {
  if (line[0] !== "{") return line;
  try {
    const value = JSON.parse(line) as Record<string, unknown>;
    const error = [value["err"], value["error"], value["exception"]].find((item) => item !== undefined);
    const inner = typeof error === "object" && error !== null ? (error as Record<string, unknown>)["message"] : error;
    const message = [value["msg"], value["message"], value["Message"]].find((item) => typeof item === "string");
    const parts = [message, inner].filter((item): item is string => typeof item === "string" && item !== "");
    return parts.length ? [...new Set(parts)].join(": ") : line;
  } catch {
    return line;
  }
}

function exceptionIn(lines: readonly string[]): string | undefined {
  const python = ofTraceback(lines);
  if (python) return withoutPrefix(python);
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = withoutPrefix(lines[at] ?? "");
    const rest = panicked.exec(line)?.groups?.["rest"];
    // Until Rust 1.72 the message stood in the line itself, since then in the next.
    if (rest !== undefined)
      return rest.startsWith("'") ? `panicked at ${rest}` : `panicked: ${lines[at + 1]?.trim() ?? rest}`;
    if (/^Caused by: /.test(line)) return line;
  }
  const spring = lines.findIndex((line) => /^Description:\s*$/.test(line.trim()));
  if (spring >= 0 && lines.some((line) => line.includes("APPLICATION FAILED TO START"))) {
    const said = lines.slice(spring + 1).find((line) => line.trim() !== "");
    if (said) return said.trim();
  }
  const found = lines.map(withoutPrefix).findLast((line) => exceptions.some((pattern) => pattern.test(line)));
  return found;
}

/** Fields that a settings class requires: the name stands above the reason. */
function requiredField(lines: readonly string[]): { name: string; line: string } | undefined {
  const at = lines.findIndex((line) => /^\s+Field required\b/i.test(line));
  const name = lines[at - 1]?.trim();
  return at > 0 && name && /^[A-Za-z]\w*$/.test(name)
    ? { name: name.toUpperCase(), line: `${name}: Field required` }
    : undefined;
}

/**
 * What the application says of why it ended; undefined where nothing of it reads like that.
 * @param lines what it printed last, oldest first
 */
export function lastWords(lines: readonly string[]): LastWords | undefined {
  const plain = lines
    .flatMap((line) => ofJson(line.slice(0, mostOfLine).replace(escapes, "").replace(/\s+$/, "")).split(/\r?\n/))
    .filter((line) => line.trim() !== "");
  const field = requiredField(plain);
  if (field) return { kind: "variable", name: field.name, text: oneLine(field.line) };
  const exception = exceptionIn(plain);
  const ownVariable = exception === undefined ? undefined : variableIn(exception);
  if (exception !== undefined && ownVariable) return { kind: "variable", name: ownVariable, text: oneLine(exception) };
  for (const line of plain.toReversed()) {
    const variable = variableIn(line);
    if (variable) return { kind: "variable", name: variable, text: oneLine(withoutPrefix(line)) };
  }
  if (exception !== undefined) return { kind: "exception", text: oneLine(exception) };
  const last = plain.findLast((line) => plainError.test(line) && !/^\s+at /.test(line));
  return last === undefined ? undefined : { kind: "error", text: oneLine(withoutPrefix(last)) };
}
