/** Text and tags of an SVG. */
import { markup } from "../base/encoders";
import { stateWords, type MapGroup, type MapNode } from "./diagram";

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function tag(name: string, attributes: Attributes, content = ""): string {
  const text = Object.entries(attributes)
    .map(([key, value]) =>
      value === undefined
        ? ""
        : ` ${key}="${typeof value === "number" ? Math.round(value * 100) / 100 : markup(value)}"`,
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
