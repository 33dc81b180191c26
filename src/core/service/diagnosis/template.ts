/** Placeholders of the tables: `{name}`, or `{name|what stands there where it is not known}`. */
export type Values = Readonly<Record<string, string>>;

const placeholder = /\{(\w+)(?:\|([^}]*))?\}/g;

/** What stands in brackets around a value that has nothing in its place is left out with it. */
const aside = / ?\(([^()]*\{\w+\|\}[^()]*)\)/g;
const needed = /\{(\w+)\|\}/g;

/** A sentence with its placeholders filled; what is missing leaves no gap. */
export function fillTemplate(template: string, values: Values): string {
  return template
    .replace(aside, (all, inner: string) =>
      [...inner.matchAll(needed)].some(([, name]) => !values[name ?? ""]) ? "" : all,
    )
    .replace(placeholder, (_all, name: string, otherwise: string | undefined) => values[name] ?? otherwise ?? "")
    .replace(/ +([.,:;)])/g, "$1")
    .replace(/\( *\)/g, "")
    .replace(/ {2,}/g, " ")
    .trim();
}

/** An argument as a POSIX shell takes it. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}

/** A command with its arguments quoted; undefined where one of them is not known. */
export function fillCommand(template: string, values: Values): string | undefined {
  let complete = true;
  const text = template.replace(placeholder, (_all, name: string, otherwise: string | undefined) => {
    const value = values[name] ?? otherwise;
    if (value === undefined || value === "") complete = false;
    return quoted(value ?? "");
  });
  return complete ? text : undefined;
}
