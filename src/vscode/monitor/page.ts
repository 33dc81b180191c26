import * as vscode from "vscode";
import { markup } from "../../core/base/encoders";
import { rangeNames, type RangeName } from "../../core/monitor/range";
import { pageAround, type PagePlace } from "../webviewKit/page";

const rangeTitles = (): Readonly<Record<RangeName, string>> => ({
  "1h": vscode.l10n.t("1 hour"),
  "3h": vscode.l10n.t("3 hours"),
  "24h": vscode.l10n.t("24 hours"),
  "7d": vscode.l10n.t("7 days"),
});

/** The page of figures. All that it shows comes by message: nothing of a workspace or an account is in this text. */
export function monitorPage(place: PagePlace): string {
  const t = (text: string): string => markup(text);
  const titles = rangeTitles();
  const ranges = rangeNames.map(
    (name) => `<button type="button" data-range="${name}" aria-pressed="false">${t(titles[name])}</button>`,
  );
  const help = vscode.l10n.t(
    "On a chart: Left and Right move a line through all charts, Home and End to its ends, Enter shows the logs of that moment, T shows tables of the figures, Escape takes the line away.",
  );
  const body = `<header>
<div class="bar">
<h1 id="title">${t(vscode.l10n.t("Monitor"))}</h1>
<span id="place"></span>
<div role="toolbar" aria-label="${t(vscode.l10n.t("Figures"))}">
<div role="group" aria-label="${t(vscode.l10n.t("Time"))}">${ranges.join("")}</div>
<button type="button" id="tables" aria-pressed="false" title="T">${t(vscode.l10n.t("Tables"))}</button>
<button type="button" id="refresh">${t(vscode.l10n.t("Refresh"))}</button>
</div>
</div>
<p id="figures"></p>
<p id="age"></p>
</header>
<main aria-labelledby="title" aria-describedby="help">
<div id="failure" role="alert" hidden><p></p><p class="quiet"></p><button type="button" class="primary"></button></div>
<div id="content" hidden>
<section id="alarms" hidden></section>
<section id="lane" aria-label="${t(vscode.l10n.t("What happened"))}"></section>
<div id="charts"></div>
<section id="more"></section>
</div>
</main>
<p id="help" class="quiet">${t(help)}</p>
<div id="live" class="unseen" role="status" aria-live="polite"></div>`;
  return pageAround({ ...place, title: t(vscode.l10n.t("Monitor")) }, body);
}
