/**
 * Text of others (a workspace, AWS, the engine, an application) for each place that gives some characters a meaning:
 * it comes out as the text that it is. Terminals and output channels have {@link harmless}. Sources: CommonMark 0.31
 * (backslash escapes), the HTML standard, VS Code's reading of links in messages and of icons in labels.
 */
import { harmless } from "./harmless";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text of an element or a quoted attribute of HTML, SVG or XML; what XML cannot hold at all is left out. */
export const markup = (text: string): string =>
  text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, "")
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");

/** One line: what would begin another is a blank, and what a terminal or a reader's eye would obey is seen. */
export const oneLine = (text: string): string => harmless(text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, " "), false);

/** What Markdown gives a meaning anywhere in a line; `:` before `//` is what makes an address a link. */
const special = /[\\`*_{}[\]<>#|~!&$@^]|:(?=\/\/)/g;

/** Text within a paragraph, a heading or a list's item of Markdown: no link, image, HTML, formula or list comes of it. */
export const markdown = (text: string): string =>
  oneLine(text)
    .trim()
    .replaceAll(special, "\\$&")
    // At a line's beginning these are a list, a heading's underline or a number of a list.
    .replace(/^(?:[-+=]|\d{1,9}(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));

/** Text of several lines as it is, in a fence of Markdown that is longer than any within it. */
export function markdownBlock(text: string): string[] {
  const shown = harmless(text, false);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return [fence, ...shown.split("\n"), fence];
}

/** A name or value in Markdown's code, whatever it holds. */
export function markdownCode(text: string): string {
  const shown = oneLine(text);
  if (!shown.trim()) return "` `";
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 || /^\s|\s$/.test(shown) ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** A message of VS Code's: it makes a link of `[text](command:…)`, and what it says of its own ends at a line's end. */
export const message = (text: string): string => oneLine(text).replaceAll("](", "] (");

/** A label of a list or of the status bar, where VS Code draws an icon for `$(name)`. */
export const label = (text: string): string => oneLine(text).replaceAll("$(", "\\$(");
