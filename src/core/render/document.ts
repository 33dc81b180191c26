/**
 * A document for people as data: plan, diagnosis, review, what a removal takes. It is written down once as blocks of
 * plain text, and three encoders make of it what each place shows: a terminal's text, Markdown to copy, a page's HTML.
 * So no text of others is ever put into markup by hand.
 */
import { markdown, markdownBlock, markdownCode, markup, oneLine } from "../base/encoders";
import { harmless } from "../base/harmless";
import type { DrawnChart } from "../monitor/charts";

/** What a row means, beside its words. */
export type Tone = "add" | "change" | "remove" | "bad" | "warning" | "good" | "quiet";

export interface Row {
  readonly text: string;
  readonly tone?: Tone;
}

/** A member whose value is another one than before; what is not there is undefined. */
export interface Differing {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export type Block =
  | { readonly kind: "text"; readonly text: string; readonly tone?: Tone }
  | { readonly kind: "list"; readonly rows: readonly Row[] }
  /** As something printed it, line by line. */
  | { readonly kind: "printed"; readonly text: string }
  /** A command that may be copied; it is never run from here. */
  | { readonly kind: "command"; readonly text: string }
  | {
      readonly kind: "table";
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Rows that lead somewhere, by what their button says; a row without one leads nowhere. */
      readonly leads?: readonly (string | undefined)[];
    }
  /** Lines over time. Only a page draws it: what it shows stands in a table beside it. */
  | { readonly kind: "chart"; readonly label: string; readonly chart: DrawnChart }
  | { readonly kind: "differences"; readonly rows: readonly Differing[] }
  | {
      readonly kind: "section";
      readonly title: string;
      readonly tone?: Tone;
      /** What nobody has to read is closed where it can be opened. */
      readonly folded?: boolean;
      readonly blocks: readonly Block[];
    };

/** A document: its title, and what stands below it. */
export interface Doc {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A section, or nothing where it would be empty. */
export const section = (
  title: string,
  blocks: readonly Block[],
  more: { tone?: Tone; folded?: boolean } = {},
): Block[] => (blocks.length ? [{ kind: "section", title, blocks, ...more }] : []);

/** A list, or nothing where it would be empty. */
export const list = (texts: readonly string[], tone?: Tone): Block[] =>
  texts.length ? [{ kind: "list", rows: texts.map((text) => ({ text, ...(tone ? { tone } : {}) })) }] : [];

export const paragraph = (text: string, tone?: Tone): Block => ({ kind: "text", text, ...(tone ? { tone } : {}) });

/** How one place writes each block's text. */
interface Writer {
  readonly text: (text: string) => string;
  readonly code: (text: string) => string;
  readonly block: (text: string) => readonly string[];
  /** The first row names the columns. */
  readonly table: (rows: readonly (readonly string[])[]) => readonly string[];
}

const nothing = "(nothing)";

function written(doc: Doc, writer: Writer): string {
  const blocks = (all: readonly Block[], level: number): string[] =>
    all.flatMap((block): string[] => {
      switch (block.kind) {
        case "text":
          return [writer.text(block.text), ""];
        case "list":
          return [...block.rows.map(({ text }) => `- ${writer.text(text)}`), ""];
        case "printed":
        case "command":
          return [...writer.block(block.text), ""];
        case "table":
          return [...writer.table([block.columns, ...block.rows]), ""];
        case "chart":
          return [];
        case "differences":
          return [
            ...block.rows.map(
              ({ path, before, after }) =>
                `- ${writer.code(path)}: ${writer.text(before ?? nothing)} -> ${writer.text(after ?? nothing)}`,
            ),
            "",
          ];
        case "section":
          return [`${"#".repeat(level)} ${writer.text(block.title)}`, "", ...blocks(block.blocks, level + 1)];
      }
    });
  const lines = [`# ${writer.text(doc.title)}`, "", ...blocks(doc.blocks, 2)];
  return lines.join("\n");
}

/** Columns side by side, as wide as their widest cell; a very long one is not waited for. */
export function alignedRows(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = (cells[0] ?? []).map((_, at) =>
    Math.min(widest, Math.max(...cells.map((row) => (row[at] ?? "").length))),
  );
  return cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
const widest = 40;

/** For a terminal: laid out as Markdown is, every text as it reads. */
export const documentText = (doc: Doc): string =>
  written(doc, {
    text: oneLine,
    code: (text) => `\`${oneLine(text)}\``,
    block: (text) =>
      harmless(text, false)
        .split("\n")
        .map((line) => `    ${line}`),
    table: alignedRows,
  });

/** As Markdown that shows every text as it is. */
export const documentMarkdown = (doc: Doc): string =>
  written(doc, {
    text: markdown,
    code: markdownCode,
    block: markdownBlock,
    table([columns = [], ...rows]) {
      const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell) => markdown(oneLine(cell)).replaceAll("|", "\\|")).join(" | ")} |`;
      return [line(columns), `|${columns.map(() => " --- |").join("")}`, ...rows.map(line)];
    },
  });

const classOf = (tone: Tone | undefined): string => (tone ? ` class="${tone}"` : "");
/** What stands for a tone where nobody sees a color; read out with the row. */
const signs: Readonly<Record<Tone, string>> = {
  add: "+",
  change: "~",
  remove: "−",
  bad: "✕",
  warning: "!",
  good: "✓",
  quiet: "·",
};

const html = (text: string): string => markup(harmless(text, false));

/** What a page's buttons say that stand within the document. */
export interface DocumentWords {
  readonly copy: string;
}

function tableHtml({ columns, rows, leads }: Extract<Block, { kind: "table" }>): string {
  const lead = (index: number): string => {
    const text = leads?.[index];
    return text === undefined
      ? "<td></td>"
      : `<td><button type="button" data-row="${index}">${html(text)}</button></td>`;
  };
  const head = columns.map((name) => `<th scope="col">${html(name)}</th>`).join("") + (leads ? "<td></td>" : "");
  const body = rows.map(
    (row, index) => `<tr>${row.map((cell) => `<td>${html(cell)}</td>`).join("")}${leads ? lead(index) : ""}</tr>`,
  );
  return (
    `<div class="rows" tabindex="0"><table><thead><tr>${head}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table></div>`
  );
}

function blockHtml(block: Block, level: number, words: DocumentWords, copies: { count: number }): string {
  switch (block.kind) {
    case "text":
      return `<p${classOf(block.tone)}>${html(block.text)}</p>`;
    case "list":
      return `<ul>${block.rows
        .map(
          ({ text, tone }) =>
            `<li${classOf(tone)}>${tone ? `<span class="sign" aria-hidden="true">${signs[tone]}</span>` : ""}` +
            `<span>${html(text)}</span></li>`,
        )
        .join("")}</ul>`;
    case "printed":
      return `<pre tabindex="0">${html(block.text)}</pre>`;
    case "command":
      return (
        `<div class="command"><pre tabindex="0">${html(block.text)}</pre>` +
        `<button type="button" data-copy="${copies.count++}">${html(words.copy)}</button></div>`
      );
    case "table":
      return tableHtml(block);
    case "chart":
      // What it draws is in an attribute, as text: the page's script reads it, and it runs nothing.
      return (
        `<figure><svg role="img" aria-label="${html(block.label)}" data-chart="${markup(JSON.stringify(block.chart))}"></svg>` +
        `<ul class="legend" aria-hidden="true">${block.chart.lines
          .map(
            ({ name }, index) =>
              `<li class="quiet"><svg class="sample" data-sample="${index}" viewBox="0 0 22 10"></svg><span>${html(name)}</span></li>`,
          )
          .join("")}</ul></figure>`
      );
    case "differences":
      return `<table><tbody>${block.rows
        .map(
          ({ path, before, after }) =>
            `<tr><th scope="row"><code>${html(path)}</code></th>` +
            `<td>${before === undefined ? "" : `<del>${html(before)}</del>`}</td>` +
            `<td>${after === undefined ? "" : `<ins>${html(after)}</ins>`}</td></tr>`,
        )
        .join("")}</tbody></table>`;
    case "section": {
      const inner = block.blocks.map((each) => blockHtml(each, level + 1, words, copies)).join("");
      const name = html(block.title);
      return block.folded
        ? `<details${classOf(block.tone)}><summary><h${level}>${name}</h${level}></summary>${inner}</details>`
        : `<section${classOf(block.tone)}><h${level}>${name}</h${level}>${inner}</section>`;
    }
  }
}

/** All commands of a document, in the order in which it shows them: what a page's button copies is looked up here. */
export const commandsOf = ({ blocks }: { readonly blocks: readonly Block[] }): string[] =>
  blocks.flatMap((block) =>
    block.kind === "command" ? [block.text] : block.kind === "section" ? commandsOf(block) : [],
  );

/** True where a page has something to draw, which takes a script of its own. */
export const hasChart = ({ blocks }: Pick<Doc, "blocks">): boolean =>
  blocks.some((block) => block.kind === "chart" || (block.kind === "section" && hasChart(block)));

/** What of a page stands below its title: headings, lists, tables; no link, script or style, whatever the texts hold. */
export function documentHtml(doc: Doc, words: DocumentWords): string {
  const copies = { count: 0 };
  return doc.blocks.map((block) => blockHtml(block, 2, words, copies)).join("");
}
