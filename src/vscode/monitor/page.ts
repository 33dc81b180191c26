import { markup } from "../../core/base/encoders";
import { rangeNames, type RangeName } from "../../core/monitor/range";
import { pageAround, type PagePlace } from "../webviewKit/page";

/** The page's own words; whoever makes it has them in the language of the window. */
export interface MonitorTexts {
  readonly title: string;
  readonly figures: string;
  readonly time: string;
  readonly ranges: Readonly<Record<RangeName, string>>;
  readonly tables: string;
  readonly refresh: string;
  readonly happened: string;
  readonly help: string;
}

/** The page of figures. All that it shows comes by message: nothing of a workspace or an account is in this text. */
export function monitorPage(place: PagePlace, texts: MonitorTexts): string {
  const t = (text: string): string => markup(text);
  const ranges = rangeNames.map(
    (name) => `<button type="button" data-range="${name}" aria-pressed="false">${t(texts.ranges[name])}</button>`,
  );
  const body = `<header>
<div class="bar">
<h1 id="title">${t(texts.title)}</h1>
<span id="place"></span>
<div role="toolbar" aria-label="${t(texts.figures)}">
<div role="group" aria-label="${t(texts.time)}">${ranges.join("")}</div>
<button type="button" id="tables" aria-pressed="false" title="T">${t(texts.tables)}</button>
<button type="button" id="refresh">${t(texts.refresh)}</button>
</div>
</div>
<p id="figures"></p>
<p id="age"></p>
</header>
<main aria-labelledby="title" aria-describedby="help">
<div id="failure" role="alert" hidden><p></p><p class="quiet"></p><button type="button" class="primary"></button></div>
<div id="content" hidden>
<section id="alarms" hidden></section>
<section id="lane" aria-label="${t(texts.happened)}"></section>
<div id="charts"></div>
<section id="more"></section>
</div>
</main>
<p id="help" class="quiet">${t(texts.help)}</p>
<div id="live" class="unseen" role="status" aria-live="polite"></div>`;
  return pageAround({ ...place, title: t(texts.title) }, body);
}
