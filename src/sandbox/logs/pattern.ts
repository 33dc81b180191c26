/** CloudWatch Logs filter patterns: terms, quoted phrases, ? (any of), - (none of), %regex%, and JSON comparisons. */
type Test = (message: string) => boolean;

/** Compiles a pattern; an empty one matches everything. Throws a sentence for one that it cannot read. */
export function compilePattern(pattern: string): Test {
  const text = pattern.trim();
  if (text === "") return () => true;
  if (text.startsWith("{")) return compileJson(text);
  return compileTerms(text);
}

function compileTerms(text: string): Test {
  const required: Test[] = [];
  const optional: Test[] = [];
  const excluded: Test[] = [];
  for (const match of text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]+)%|(\S+))/g)) {
    const [, sign, quoted, regex, word] = match;
    const test = regex !== undefined ? regexTest(regex) : contains((quoted ?? word ?? "").replace(/\\(.)/g, "$1"));
    (sign === "?" ? optional : sign === "-" ? excluded : required).push(test);
  }
  return (message) =>
    required.every((t) => t(message)) &&
    (optional.length === 0 || required.length > 0 || optional.some((t) => t(message))) &&
    !excluded.some((t) => t(message));
}

const contains =
  (term: string): Test =>
  (message) =>
    message.includes(term);

function regexTest(source: string): Test {
  const regex = new RegExp(source);
  return (message) => regex.test(message);
}

interface Token {
  readonly kind: "op" | "selector" | "value";
  readonly text: string;
}

function tokenize(body: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(&&|\|\||\(|\)|!=|>=|<=|=|>|<)|(\$[.[\]\w*-]+)|"((?:[^"\\]|\\.)*)"|([^\s()=!<>&|]+))/gy;
  while (pattern.lastIndex < body.length) {
    if (/^\s*$/.test(body.slice(pattern.lastIndex))) break;
    const match = pattern.exec(body);
    if (!match) throw new Error("Invalid filter pattern");
    if (match[1] !== undefined) tokens.push({ kind: "op", text: match[1] });
    else if (match[2] !== undefined) tokens.push({ kind: "selector", text: match[2] });
    else tokens.push({ kind: "value", text: match[3] ?? match[4] ?? "" });
  }
  return tokens;
}

function select(root: unknown, selector: string): unknown {
  let value = root;
  for (const step of selector.slice(1).match(/\.[\w-]+|\[\d+\]/g) ?? []) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[step.replace(/[.[\]]/g, "")];
  }
  return value;
}

function compare(value: unknown, operator: string, wanted: string): boolean {
  const number = Number(wanted);
  switch (operator) {
    case "=":
    case "!=": {
      const glob = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`, "s");
      const equal =
        value !== undefined &&
        value !== null &&
        glob.test(typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean));
      return operator === "=" ? equal : value !== undefined && !equal;
    }
    case ">":
      return typeof value === "number" && value > number;
    case "<":
      return typeof value === "number" && value < number;
    case ">=":
      return typeof value === "number" && value >= number;
    default:
      return typeof value === "number" && value <= number;
  }
}

type JsonTest = (root: unknown) => boolean;

function compileJson(text: string): Test {
  if (!text.endsWith("}")) throw new Error("Invalid filter pattern");
  const tokens = tokenize(text.slice(1, -1));
  let at = 0;
  const primary = (): JsonTest => {
    const token = tokens[at++];
    if (token?.text === "(" && token.kind === "op") {
      const inner = either();
      if (tokens[at++]?.text !== ")") throw new Error("Invalid filter pattern");
      return inner;
    }
    const operator = tokens[at++];
    const value = tokens[at++];
    if (token?.kind !== "selector" || !operator || !value) throw new Error("Invalid filter pattern");
    if (operator.text === "IS")
      return (root) =>
        value.text === "NULL"
          ? select(root, token.text) === null
          : String(select(root, token.text)).toUpperCase() === value.text;
    if (operator.kind !== "op") throw new Error("Invalid filter pattern");
    return (root) => compare(select(root, token.text), operator.text, value.text);
  };
  const both = (): JsonTest => {
    let left = primary();
    while (tokens[at]?.text === "&&") {
      at++;
      const [a, b] = [left, primary()];
      left = (root) => a(root) && b(root);
    }
    return left;
  };
  const either = (): JsonTest => {
    let left = both();
    while (tokens[at]?.text === "||") {
      at++;
      const [a, b] = [left, both()];
      left = (root) => a(root) || b(root);
    }
    return left;
  };
  const test = either();
  if (at !== tokens.length) throw new Error("Invalid filter pattern");
  return (message) => {
    try {
      return test(JSON.parse(message));
    } catch {
      return false;
    }
  };
}
