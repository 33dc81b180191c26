/** Words of commands, of entry points and of health checks: what is run is not what was meant. */
import type { Draft } from "../document/finding";
import { at, fix } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { parameters, type Rule } from "./rule";

const link = parameters("container_definition_environment");
const healthLink = parameters("container_definition_healthcheck");

const shells: ReadonlySet<string> = new Set(["sh", "bash", "ash", "dash", "ksh", "zsh", "busybox"]);
/** What means something to a shell, and is one more argument to everything else. */
const operators: ReadonlySet<string> = new Set(["&&", "||", "|", ";", ">", ">>", "2>&1"]);

/** A word that needs no quotes in a shell. */
const plainWord = /^[\w@%+=:,./-]+$/;
const quoted = (word: string): string =>
  plainWord.test(word) || operators.has(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** A program and its arguments in one string; a path of Windows may have spaces by itself. */
const programAndMore = /^(?:[A-Za-z_]\w*=\S*\s+)*[a-z0-9_./][\w./+-]*\s+\S/;

/** The strings of a list with what is not blank; a template's `[""]` says nothing. */
const wordsOf = (list: Value | undefined): Value[] => (list?.items ?? []).filter((item) => item.raw?.trim() !== "");

/** What is run, as far as the definition says: entry point and command, or the command where the image's entry point counts. */
function argumentsOf({ value }: Container): { words: Value[]; hasEntry: boolean } | undefined {
  const [entry, command] = [value.get("entryPoint"), value.get("command")];
  const first = wordsOf(entry);
  const words = [...first, ...wordsOf(command)];
  // Where a template puts in a list, or a word, nothing is known of what comes before and behind.
  if (entry?.isOpen || command?.isOpen || words.some((word) => word.raw === undefined || word.isOpen)) return undefined;
  return { words, hasEntry: first.length > 0 };
}

const text = (value: Value | undefined): string => value?.raw ?? "";
const program = (path: string): string => path.split("/").at(-1) ?? path;

interface Script {
  /** The option that makes the next word a script. */
  option: Value;
  script: Value | undefined;
  rest: Value[];
}

/** How many words stand before a shell's options: `sh`, or `/usr/bin/env bash`; undefined where no shell runs. */
function afterShell(words: readonly Value[]): number | undefined {
  const start = program(text(words[0])) === "env" || program(text(words[0])) === "busybox" ? 1 : 0;
  return shells.has(program(text(words[start]))) ? start + 1 : undefined;
}

/** The script that a shell is handed by `-c`. */
function scriptOf(words: readonly Value[]): Script | undefined {
  const from = afterShell(words);
  if (from === undefined) return undefined;
  for (let index = from; index < words.length; index++) {
    const word = text(words[index]);
    const option = words[index];
    if (option && /^-[a-zA-Z]*c$/.test(word)) return { option, script: words[index + 1], rest: words.slice(index + 2) };
    // `-o pipefail` has a word of its own.
    if (/^-[a-zA-Z]*o$/.test(word)) index++;
    else if (!/^[-+]/.test(word)) return undefined;
  }
  return undefined;
}

/** Entry points that run the words that follow: a shell with a script is none of them. */
const runsItsArguments = /(?:^|[/-])(?:entry-?point|tini|dumb-init|env|gosu|su-exec|catatonit)(?:\.\w+)?$|^--$/;

function* oneWord({ value }: Container, task: Task): Generator<Draft> {
  if (task.isWindows) return;
  const [entry, command] = [value.get("entryPoint"), value.get("command")];
  const before = wordsOf(entry);
  const passesOn = before.length > 0 && runsItsArguments.test(text(before.at(-1)));
  const isEntry = before.length > 0 && !passesOn;
  const list = isEntry ? entry : command;
  const first = wordsOf(list)[0];
  if (!list || !first || entry?.isOpen || first.isOpen || first.raw === undefined) return;
  if (!programAndMore.test(first.raw)) return;
  const isCertain = before.length > 0;
  const whole = first.raw.trim();
  const others = list.items.filter((item) => item !== first).map(text);
  const split = whole.split(/\s+/);
  const isPlain = split.every((word) => plainWord.test(word)) && !/^\w+=/.test(split[0] ?? "");
  yield {
    spot: at(first),
    message: isCertain
      ? `The whole of \`${whole}\` is taken for the name of one program: each word is an element of the list.`
      : `Each word is an element of the list: \`${whole}\` is taken for the name of one program, unless the image's ` +
        "entry point is a shell.",
    fixes: [
      isPlain
        ? fix.set("Make each word an element", list, [...split, ...others])
        : fix.set("Let a shell run it", list, ["/bin/sh", "-c", [whole, ...others.map(quoted)].join(" ")]),
    ],
  };
}

function* shellScript(container: Container): Generator<Draft> {
  const found = argumentsOf(container);
  if (!found) return;
  const { words } = found;
  const from = afterShell(words);
  if (from === undefined) return;
  const given = scriptOf(words);
  if (!given) {
    const file = words.slice(from).find((word) => !/^[-+][A-Za-z]+$/.test(text(word)));
    // `-c node server.js` as one word is taken for options; what has a space is hardly the name of a script.
    const isOption = /^-\w*c\s+\S/.test(text(file));
    if (!file || (!isOption && !/^[^-+\s]\S*\s+\S/.test(text(file)))) return;
    yield {
      spot: at(file),
      message: isOption
        ? "`-c` and the script are two words."
        : "Without `-c` the shell takes this for the name of a file.",
      fixes: shellFix(container, [...words.slice(0, from).map(text), "-c"], text(file).replace(/^-\w*c\s+/, "")),
    };
    return;
  }
  const { option, script, rest } = given;
  if (!script) {
    yield { spot: at(option), message: "A shell wants its script behind `-c`, and there is none." };
    return;
  }
  const [first] = rest;
  // A script that asks for its arguments gets them on purpose.
  if (!first || /\$(?:\{?[0-9@*#])/.test(text(script)) || /\$(?:\{?[0-9@*#])/.test(rest.map(text).join(" "))) return;
  yield {
    spot: at(first),
    message:
      `The shell runs \`${text(script)}\` alone: only the word right behind \`-c\` is its script` +
      `${/^\w+$/.test(text(script)) ? "" : ", and it asks for no arguments"}.`,
    related: [{ message: "This is run", spot: at(script) }],
    fixes: shellFix(
      container,
      words.slice(0, words.indexOf(script)).map(text),
      [text(script), ...rest.map((word) => quoted(text(word)))].join(" "),
    ),
  };
}

/** Entry point and command with the script as one word, in the list that has the shell's script today. */
function shellFix(container: Container, before: readonly string[], script: string) {
  const [entry, command] = [container.value.get("entryPoint"), container.value.get("command")];
  const entryWords = wordsOf(entry).map(text);
  const title = "Make the script one word";
  if (command && wordsOf(command).length > 0 && entryWords.length <= before.length)
    return [fix.set(title, command, [...before.slice(entryWords.length), script])];
  if (entry && wordsOf(command).length === 0) return [fix.set(title, entry, [...before, script])];
  return [];
}

function* shellOperators(container: Container): Generator<Draft> {
  const found = argumentsOf(container);
  if (!found || scriptOf(found.words)) return;
  const { words, hasEntry } = found;
  const isFind = words.some((word) => /^-(exec|ok)(dir)?$/.test(text(word)));
  const culprit = words.slice(1).find((word) => operators.has(text(word)) && !(isFind && text(word) === ";"));
  if (!culprit) return;
  const { value } = container;
  const list =
    hasEntry && wordsOf(value.get("command")).length > 0 ? undefined : value.get(hasEntry ? "entryPoint" : "command");
  yield {
    spot: at(culprit),
    message: `No shell reads this: \`${text(culprit)}\` is one more argument of \`${text(words[0])}\`.`,
    fixes: list
      ? [fix.set("Let a shell run it", list, ["/bin/sh", "-c", words.map((word) => quoted(text(word))).join(" ")])]
      : [],
  };
}

function* healthForm({ value }: Container): Generator<Draft> {
  const list = value.objectOf("healthCheck")?.get("command");
  if (!list || list.node.type !== "array" || list.items.some((item) => item.isOpen || item.raw === undefined)) return;
  if (list.isEmptyList) {
    yield { spot: at(list), message: "A health check needs a command.", severity: "error" };
    return;
  }
  const [kind, ...words] = list.items;
  const [first] = words;
  const form = kind?.raw;
  if (!kind || !form) return;
  if (form === "NONE" && first)
    yield {
      spot: at(first),
      message: "`NONE` turns the image's health check off: nothing is run that stands behind it.",
      fixes: [
        fix.set('Leave "NONE" alone', list, ["NONE"]),
        fix.set("Run it by the shell", list, ["CMD-SHELL", words.map((word) => quoted(text(word))).join(" ")], false),
      ],
    };
  if (form !== "CMD" && form !== "CMD-SHELL") return;
  const script = form === "CMD" ? scriptOf(words) : undefined;
  const [extra] = script?.script && !/\$(?:\{?[0-9@*#])/.test(text(script.script)) ? script.rest : [];
  if (script && extra)
    yield {
      spot: at(extra),
      message: `The shell runs \`${text(script.script)}\` alone: only the word right behind \`-c\` is its script.`,
      fixes: [
        fix.set('Change to "CMD-SHELL"', list, [
          "CMD-SHELL",
          [text(script.script), ...script.rest.map((word) => quoted(text(word)))].join(" "),
        ]),
      ],
    };
  if (script) return;
  if (!first || text(first).trim() === "") {
    yield { spot: at(first ?? kind), message: `Behind \`${form}\` there is nothing to run.`, severity: "error" };
    return;
  }
  const joined = words.map((word) => quoted(text(word))).join(" ");
  const asked = words.length === 1 ? text(first).trim() : joined;
  if (form === "CMD-SHELL") {
    const second = words[1];
    if (second)
      yield {
        spot: at(second),
        message: `The shell runs \`${text(first)}\` alone: \`CMD-SHELL\` takes one string.`,
        fixes: [
          fix.set("Make it one string", list, ["CMD-SHELL", asked]),
          fix.set("Run it without a shell", list, ["CMD", ...words.map(text)], false),
        ],
      };
    return;
  }
  const operator = words.slice(1).find((word) => operators.has(text(word)));
  if (operator)
    yield {
      spot: at(operator),
      message: `\`CMD\` runs without a shell: \`${text(operator)}\` is one more argument of \`${text(first)}\`.`,
      fixes: [fix.set('Change to "CMD-SHELL"', list, ["CMD-SHELL", joined])],
    };
  else if (programAndMore.test(text(first)))
    yield {
      spot: at(first),
      message: `\`CMD\` takes each word as an element: \`${text(first)}\` is taken for the name of one program.`,
      fixes: [fix.set('Change to "CMD-SHELL"', list, ["CMD-SHELL", asked])],
    };
}

const defaultInterval = 30;

function* healthTimes({ value }: Container): Generator<Draft> {
  const check = value.objectOf("healthCheck");
  const [timeout, interval] = [check?.get("timeout"), check?.get("interval")];
  if (timeout?.number === undefined || (interval && interval.number === undefined)) return;
  const seconds = interval?.number ?? defaultInterval;
  // What is out of its own bounds is said by another rule.
  if (timeout.number <= seconds || timeout.number > 60 || seconds < 5) return;
  yield {
    spot: at(timeout),
    message: `A check may take ${timeout.number} seconds, and ${seconds} seconds after it began the next one is due.`,
    ...(interval ? { related: [{ message: "The interval", spot: at(interval) }] } : { severity: "warning" as const }),
    fixes: [fix.set(`Change to ${Math.max(2, Math.min(5, seconds))}`, timeout, Math.max(2, Math.min(5, seconds)))],
  };
}

function* user({ value }: Container): Generator<Draft> {
  const item = value.get("user");
  if (!item?.string) return;
  const parts = item.string.split(":");
  if (parts.length <= 2 && parts.every((part) => part !== "" && !/\s/.test(part))) return;
  yield {
    spot: at(item),
    message: "A user is `user`, `user:group`, or either by its number.",
    severity: parts.length > 2 ? "error" : "warning",
    fixes:
      parts.length > 2 && parts[0] && parts[1]
        ? [fix.set(`Change to "${parts[0]}:${parts[1]}"`, item, `${parts[0]}:${parts[1]}`, false)]
        : [],
  };
}

function* workingDirectory({ value }: Container, task: Task): Generator<Draft> {
  const item = value.get("workingDirectory");
  if (!item?.string || item.string.startsWith("/") || /^[A-Za-z]:[\\/]/.test(item.string) || task.isWindows) return;
  yield {
    spot: at(item),
    message: "A working directory is an absolute path.",
    fixes: [
      fix.set(`Change to "/${item.string.replace(/^\.?\//, "")}"`, item, `/${item.string.replace(/^\.?\//, "")}`),
    ],
  };
}

export const commandRules: readonly Rule[] = [
  { id: "command-one-word", severity: "warning", link, each: oneWord },
  { id: "command-shell-script", severity: "warning", link, each: shellScript },
  { id: "command-shell-operator", severity: "warning", link, each: shellOperators },
  { id: "health-command-form", severity: "warning", link: healthLink, each: healthForm },
  { id: "health-timeout-interval", severity: "error", link: healthLink, each: healthTimes },
  { id: "user-form", severity: "error", link: parameters("container_definition_security"), each: user },
  { id: "working-directory", severity: "warning", link, each: workingDirectory },
];
