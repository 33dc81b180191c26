import { markup } from "../../core/base/encoders";

/** What the page may do: run its own script, take its own style sheet, and draw the picture that it makes of itself. */
export const policyOf = (source: string, nonce: string): string =>
  `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}; img-src data:`;

/** Where a page's files are, and what alone it may run. */
export interface PagePlace {
  readonly style: string;
  readonly script: string;
  /** A second script, where the page draws. */
  readonly drawing?: string;
  readonly source: string;
  readonly nonce: string;
}

/**
 * The HTML around a page's body: its policy, style sheet and script.
 * @param title encoded already, as the body is
 */
export const pageAround = (
  { title, style, script, drawing, source, nonce }: PagePlace & { readonly title: string },
  body: string,
): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(source, nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title}</title>
</head>
<body>
${body}
<script nonce="${nonce}" src="${script}"></script>
${drawing === undefined ? "" : `<script nonce="${nonce}" src="${drawing}"></script>`}
</body>
</html>`;

const button = (id: string, text: string, label: string): string =>
  `<button type="button" id="${id}" title="${label}" aria-label="${label}">${text}</button>`;

/** The page's own words; whoever makes it has them in the language of the window. */
export interface PageTexts {
  readonly title: string;
  /** Of the tool bar. */
  readonly map: string;
  readonly refresh: string;
  readonly lookAgain: string;
  readonly smaller: string;
  readonly larger: string;
  readonly fit: string;
  readonly fitIntoPage: string;
  readonly saveSvg: string;
  readonly savePng: string;
  readonly phases: string;
  readonly legend: string;
  /** What a screen reader calls the drawing's role. */
  readonly drawing: string;
}

/** The page of the map. All that it shows comes by message: nothing of a workspace or an account is in this text. */
export function pageOf({
  style,
  script,
  source,
  nonce,
  texts,
}: {
  style: string;
  script: string;
  source: string;
  nonce: string;
  texts: PageTexts;
}): string {
  const t = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, markup(String(text))])) as Record<
    keyof PageTexts,
    string
  >;
  const buttons = [
    button("refresh", t.refresh, t.lookAgain),
    button("smaller", "−", t.smaller),
    button("fit", t.fit, t.fitIntoPage),
    button("larger", "+", t.larger),
    button("svg", "SVG", t.saveSvg),
    button("png", "PNG", t.savePng),
  ];
  const body = `<header>
<div class="bar">
<h1 id="title">${t.title}</h1>
<span id="place"></span>
<div role="toolbar" aria-label="${t.map}">
${buttons.join("")}
</div>
</div>
<ol id="phases" aria-label="${t.phases}" hidden></ol>
</header>
<main>
<svg id="map" role="graphics-document" aria-roledescription="${t.drawing}" aria-labelledby="title"
 aria-describedby="summary"><g id="drawing"></g></svg>
<div id="details" role="dialog" hidden></div>
</main>
<footer><ul id="legend" aria-label="${t.legend}"></ul><span id="notes"></span></footer>
<p id="summary" class="unseen"></p>
<div id="live" class="unseen" role="status" aria-live="polite"></div>`;
  return pageAround({ title: t.title, style, script, source, nonce }, body);
}
