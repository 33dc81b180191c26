import { ComposeProblem, entry, isMapping, pathIs, pathText, type Mapping, type Path, type Value } from "./values";

/** Gives a variable's value; undefined for one that is not set. */
export type Lookup = (name: string) => string | undefined;

const nameForm = /^[A-Za-z_][A-Za-z0-9_]*/;
const operators = [":-", ":?", ":+", "-", "?", "+"] as const;

/**
 * A text with its variables put in: `$NAME`, `${NAME}`, the operators `:-` `-` `:?` `?` `:+` `+`, whose words are
 * interpolated themselves, and `$$` for a dollar. A dollar before anything else stays.
 * Fails with the words for a person.
 */
export function interpolated(text: string, lookup: Lookup): string {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const dollar = text.indexOf("$", at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const next = text.charAt(dollar + 1);
    const name = nameForm.exec(text.slice(dollar + 1))?.[0];
    if (next === "$") {
      result += "$";
      at = dollar + 2;
    } else if (next === "{") {
      const end = closingBrace(text, dollar);
      if (end < 0) throw new ComposeProblem(`\${ is never closed in ${text}`);
      result += braced(text.slice(dollar + 2, end), lookup);
      at = end + 1;
    } else if (name !== undefined) {
      result += lookup(name) ?? "";
      at = dollar + 1 + name.length;
    } else {
      result += "$";
      at = dollar + 1;
    }
  }
  return result;
}

/** The brace that closes `${` at `start`: only other `${` open one. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text.startsWith("${", at)) {
      depth += 1;
      at += 1;
    } else if (text.charAt(at) === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function braced(content: string, lookup: Lookup): string {
  const name = nameForm.exec(content)?.[0] ?? "";
  const rest = content.slice(name.length);
  const value = lookup(name);
  const operator = operators.find((each) => rest.startsWith(each));
  if (name === "" || (rest !== "" && operator === undefined))
    throw new ComposeProblem(`\${${content}} is no variable; a dollar that is meant as one is written $$`);
  if (operator === undefined) return value ?? "";
  const words = () => interpolated(rest.slice(operator.length), lookup);
  const given = value !== undefined && !(operator.startsWith(":") && value === "");
  switch (operator.at(-1)) {
    case "-":
      return given ? value : words();
    case "+":
      return given ? words() : "";
    default: {
      if (given) return value;
      const message = words();
      throw new ComposeProblem(`the variable ${name} has to be set${message ? `: ${message}` : ""}`);
    }
  }
}

/** Members that are numbers or yes and no in the end, so that a text there has to be one. */
const casts: readonly (readonly [form: string, to: "integer" | "boolean"])[] = [
  ["services.*.ports.[].target", "integer"],
  ["services.*.scale", "integer"],
  ["services.*.deploy.replicas", "integer"],
  ["services.*.deploy.update_config.parallelism", "integer"],
  ["services.*.deploy.rollback_config.parallelism", "integer"],
  ["services.*.deploy.restart_policy.max_attempts", "integer"],
  ["services.*.deploy.placement.max_replicas_per_node", "integer"],
  ["services.*.healthcheck.retries", "integer"],
  ["services.*.healthcheck.disable", "boolean"],
  ["services.*.privileged", "boolean"],
  ["services.*.read_only", "boolean"],
  ["services.*.stdin_open", "boolean"],
  ["services.*.tty", "boolean"],
  ["services.*.volumes.[].read_only", "boolean"],
  ["networks.*.external", "boolean"],
  ["networks.*.internal", "boolean"],
  ["networks.*.attachable", "boolean"],
  ["volumes.*.external", "boolean"],
  ["secrets.*.external", "boolean"],
  ["configs.*.external", "boolean"],
];

const truths: ReadonlyMap<string, boolean> = new Map([
  ...["true", "y", "yes", "on"].map((word) => [word, true] as const),
  ...["false", "n", "no", "off"].map((word) => [word, false] as const),
]);

function cast(text: string, path: Path): Value {
  const to = casts.find(([form]) => pathIs(path, form))?.[1];
  if (to === "integer") {
    if (!/^[-+]?\d+$/.test(text))
      throw new ComposeProblem(`${pathText(path)} takes a whole number, not "${text}"`, path);
    return { kind: "integer", text: BigInt(text.replace("+", "")).toString() };
  }
  if (to === "boolean") {
    const value = truths.get(text.toLowerCase());
    if (value === undefined) throw new ComposeProblem(`${pathText(path)} takes true or false, not "${text}"`, path);
    return value;
  }
  return text;
}

/** A tree with the variables of all its texts put in; names of members stay. */
export function interpolateTree(tree: Mapping, lookup: Lookup): Mapping {
  const walk = (value: Value, path: Path): Value => {
    if (typeof value === "string") {
      try {
        return cast(interpolated(value, lookup), path);
      } catch (error) {
        if (!(error instanceof ComposeProblem) || error.path.length > 0) throw error;
        throw new ComposeProblem(`${pathText(path)}: ${error.message}`, path);
      }
    }
    if (Array.isArray(value)) return value.map((item, index) => walk(item, [...path, entry(index)]));
    if (isMapping(value)) return new Map([...value].map(([name, member]) => [name, walk(member, [...path, name])]));
    return value;
  };
  return walk(tree, []) as Mapping;
}
