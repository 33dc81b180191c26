/** What a HEALTHCHECK asks: the path and the port of the address in its command, whatever program asks it. */
import { readWord } from "./shellWord";
import { WordError } from "./wordError";

export interface AskedAddress {
  path?: string;
  port?: number;
}

const loopback =
  "(?:localhost|127(?:\\.\\d{1,3}){3}|0\\.0\\.0\\.0|\\[::1?\\]|\\$\\{?HOSTNAME\\}?|\\$\\(hostname(?: -[a-zA-Z])?\\))";
const withScheme = new RegExp(`https?://(?:[^\\s/@'"]*@)?${loopback}(?![\\w.-])`, "i");
const withoutScheme = new RegExp(`(?<![\\w./:@$-])${loopback}(?=[:/\\s"']|$)`, "gi");
const asks = /\b(curl|wget|http|https|fetch|urlopen|requests|httpie|xh)\b/i;
/** Programs that open a connection and send nothing. */
const connects = new RegExp(
  `(?:\\bnc(?:at)?\\b[^|;&]*?\\s|/dev/tcp/)${loopback}[\\s/]+(\\d+|\\$\\{[^}]*\\}|\\$\\w+)`,
  "i",
);

/**
 * @param test the image's own form: CMD or CMD-SHELL, then the words
 * @param environment what the container has: a shell's variables in the address are replaced by it
 */
export function askedAddress(
  test: readonly string[],
  environment: ReadonlyMap<string, string>,
): AskedAddress | undefined {
  const [form, ...texts] = test;
  for (const text of texts) {
    const found = withScheme.exec(text);
    if (found) return addressAt(text, found.index, found[0].length, environment, form === "CMD");
  }
  const whole = texts.join(" ");
  const options = optionsIn(whole, environment);
  if (options) return options;
  for (const text of asks.test(whole) ? texts : []) {
    const [found] = [...text.matchAll(withoutScheme)];
    if (found) return addressAt(text, found.index, found[0].length, environment, form === "CMD");
  }
  const connection = connects.exec(whole);
  const port = connection ? portOf(connection[1] ?? "", whole, environment) : undefined;
  return port === undefined ? undefined : { port };
}

/** Node's `http.get({ host: 'localhost', port: 3000, path: '/health' })`. */
function optionsIn(text: string, environment: ReadonlyMap<string, string>): AskedAddress | undefined {
  if (!/\bhttps?['"\\)]*\s*\)?\.(get|request)\s*\(\s*\{/.test(text)) return undefined;
  const port = /\bport\s*:\s*([^,}]+)/.exec(text)?.[1];
  const path = /\bpath\s*:\s*\\?["'`]([^"'`\\]*)/.exec(text)?.[1];
  const number = port === undefined ? undefined : portOf(port, text, environment);
  return { path: path?.startsWith("/") ? path : "/", ...(number === undefined ? {} : { port: number }) };
}

function addressAt(
  text: string,
  start: number,
  length: number,
  environment: ReadonlyMap<string, string>,
  literal: boolean,
): AskedAddress {
  const before = text[start - 1] ?? "";
  const quote =
    /["'`]/.test(before) && !(before === "`" && /^https?:/i.test(text.slice(start)) === false) ? before : "";
  let rest = text.slice(start + length);
  const address: AskedAddress = {};
  // 'http://localhost:' + (process.env.PORT || 3000) + '/health'
  const joined =
    /^:\\?["']\s*\+\s*([^]+?)\s*\+\s*\\?["']([^"'\\]*)/.exec(rest) ?? /^:\\?["']\s*\+\s*([^,;]+)()/.exec(rest);
  if (joined) {
    setPort(address, portOf(joined[1] ?? "", text, environment));
    rest = joined[2] ?? "";
  } else {
    const port = /^:(\d+|\$\w+|\$?\{(?:[^{}]|\{[^{}]*\})*\}|%[sd])/.exec(rest);
    if (port) {
      setPort(address, portOf(port[1] ?? "", text, environment));
      rest = rest.slice(port[0].length);
    }
  }
  const ends =
    quote !== "" ? new RegExp(`[\\s\\\\${quote}]`) : literal && start === 0 ? /\s/ : /[\s"'`\\|;&<>(){}\],](?<!\$\{)/;
  const end = /^[/?]/.test(rest) ? endOf(rest, ends) : 0;
  address.path = pathOf(rest.slice(0, end), environment);
  return address;
}

/** Where a path ends; a shell's `${…}` in it does not end it. */
function endOf(text: string, ends: RegExp): number {
  for (let at = 0; at < text.length; at++) {
    const variable = /^\$\{[^}]*\}/.exec(text.slice(at));
    if (variable) at += variable[0].length - 1;
    else if (ends.test(text[at] ?? "")) return at;
  }
  return text.length;
}

function pathOf(written: string, environment: ReadonlyMap<string, string>): string {
  const text = written.replace(/#[^]*$/, "");
  const path = text.includes("$") ? (valueOf(text, environment) ?? text) : text;
  return path.startsWith("/") ? path : `/${path}`;
}

function setPort(address: AskedAddress, port: number | undefined): void {
  if (port !== undefined) address.port = port;
}

function valueOf(text: string, environment: ReadonlyMap<string, string>): string | undefined {
  try {
    return readWord(text, environment).text;
  } catch (error) {
    if (error instanceof WordError) return undefined;
    throw error;
  }
}

/** How programs ask for an environment variable. */
const asksVariable = [
  /\benviron(?:\.get)?\s*[[(]\s*\\?["'](\w+)/,
  /\bgetenv\s*\(\s*\\?["'](\w+)/,
  /\bprocess\.env\.(\w+)/,
  /\benv\s*(?:\.get|\.fetch)?\s*[[(]\s*\\?["'](\w+)/i,
];

/** A number, a shell's variable, or an expression of a script that reads one and may have a default. */
function portOf(
  written: string,
  script: string,
  environment: ReadonlyMap<string, string>,
  depth = 0,
): number | undefined {
  const number = (text: string | undefined): number | undefined => {
    const value = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
    return value >= 1 && value <= 65_535 ? value : undefined;
  };
  const plain = number(written) ?? (written.startsWith("$") ? number(valueOf(written, environment)) : undefined);
  if (plain !== undefined) return plain;
  const expression = written.replace(/^\$?\{([^]*)\}$/, "$1").trim();
  for (const pattern of asksVariable) {
    const name = pattern.exec(expression)?.[1];
    if (name !== undefined) return number(environment.get(name)) ?? number(/(\d{2,5})\D*$/.exec(expression)?.[1]);
  }
  if (!/^[A-Za-z_]\w*$/.test(expression)) return number(/\b(\d{2,5})\D*$/.exec(expression)?.[1]);
  const assigned = new RegExp(`\\b${expression}\\s*=\\s*([^;\\n]+)`).exec(script)?.[1];
  return assigned !== undefined && depth < 3
    ? portOf(assigned.trim(), script, environment, depth + 1)
    : number(environment.get(expression.toUpperCase()));
}
