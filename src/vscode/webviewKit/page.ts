/** What the page may do: run its own script, take its own style sheet, and draw the picture that it makes of itself. Nothing else. */
export const policyOf = (source: string, nonce: string): string =>
  `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${source}; img-src data:`;

const button = (id: string, text: string, label: string): string =>
  `<button type="button" id="${id}" title="${label}" aria-label="${label}">${text}</button>`;

/** The page of the map. All that it shows comes by message: nothing of a workspace or an account is in this text. */
export function pageOf({
  style,
  script,
  source,
  nonce,
}: {
  style: string;
  script: string;
  source: string;
  nonce: string;
}): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(source, nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Deployment Map</title>
</head>
<body>
<header>
<div class="bar">
<h1 id="title">Deployment Map</h1>
<span id="place"></span>
<div role="toolbar" aria-label="Map">
${button("refresh", "Refresh", "Look again")}${button("smaller", "−", "Smaller (-)")}${button("fit", "Fit", "Fit into the page (0)")}${button("larger", "+", "Larger (+)")}${button("svg", "SVG", "Save as SVG")}${button("png", "PNG", "Save as PNG")}
</div>
</div>
<ol id="phases" aria-label="Phases of the deployment" hidden></ol>
</header>
<main>
<svg id="map" role="graphics-document" aria-roledescription="deployment map" aria-labelledby="title" aria-describedby="summary"><g id="drawing"></g></svg>
<div id="details" role="dialog" hidden></div>
</main>
<footer><ul id="legend" aria-label="What the signs mean"></ul><span id="notes"></span></footer>
<p id="summary" class="unseen"></p>
<div id="live" class="unseen" role="status" aria-live="polite"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
