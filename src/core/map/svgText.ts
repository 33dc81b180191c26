/** Text and tags of an SVG. */
import { stateWords, type MapGroup, type MapNode } from "./diagram";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for XML; what XML cannot hold (control characters of a log line) is left out. */
export const escaped = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, "")
    .replaceAll(/[&<>"']/g, (character) => escapes[character] ?? "");

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function tag(name: string, attributes: Attributes, content = ""): string {
  const text = Object.entries(attributes)
    .map(([key, value]) =>
      value === undefined
        ? ""
        : ` ${key}="${typeof value === "number" ? Math.round(value * 100) / 100 : escaped(value)}"`,
    )
    .join("");
  return content ? `<${name}${text}>${content}</${name}>` : `<${name}${text}/>`;
}

/** What a screen reader says of a thing: what it is, its name, its state in words, its figures, and why. */
export function spoken(thing: MapNode | MapGroup): string {
  const figures = "lines" in thing ? thing.lines.map(({ text }) => text) : thing.notes;
  const name = "name" in thing ? `${thing.title}, ${thing.name}` : thing.title;
  return [
    name,
    stateWords[thing.state],
    ...figures,
    thing.why !== undefined && !figures.includes(thing.why) ? thing.why : "",
  ]
    .filter(Boolean)
    .join(", ");
}
