/** The page of figures: shows what its host sends, and says what the person does. It knows no VS Code but the mailbox. */
import type { Chart, MonitorLook, SeenAlarm } from "../../core/monitor/look";
import { figuresOf } from "../../core/monitor/figures";
import type { HostMessage, PageMessage } from "../../core/monitor/protocol";
import { rangeNames, stepsOf } from "../../core/monitor/range";
import {
  alarmRule,
  alarmStateText,
  chartSentence,
  chartTitles,
  costSoFarText,
  figuresText,
  insightsText,
  lookCostText,
  markText,
  seriesLabels,
  unreadTexts,
} from "../../core/render/monitor";
import { drawChart, drawSample, frameOf, readingOf, timeText, xOf } from "./drawing";

interface Kept {
  readonly subject?: { readonly cluster: string; readonly service: string };
  readonly range?: string;
}
declare function acquireVsCodeApi(): {
  postMessage(message: PageMessage): void;
  getState(): Kept | undefined;
  setState(state: Kept): void;
};

const host = acquireVsCodeApi();
const svgSpace = "http://www.w3.org/2000/svg";
const chartHeight = 132;

function byId<T extends Element = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found as unknown as T;
}

function make<K extends keyof HTMLElementTagNameMap>(name: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** A drawing of a chart that is on the page. */
interface Drawn {
  readonly chart: Chart;
  readonly svg: SVGSVGElement;
  readonly cursor: SVGLineElement;
  readonly reading: HTMLElement;
}

let look: MonitorLook | undefined;
let region = "";
let drawn: Drawn[] = [];
/** The step that the line through all charts is at. */
let cursor: number | undefined;
let withTables = false;

const domainOf = (of: MonitorLook) => ({ from: of.span.from, until: Math.max(of.at, of.span.until) });
const when = (at: number): string => (look ? timeText(at, domainOf(look)) : "");

/** What a message makes null was undefined when it was sent. */
const revived = (sent: MonitorLook): MonitorLook => ({
  ...sent,
  charts: sent.charts.map((chart) => ({
    ...chart,
    series: chart.series.map(({ id, values }) => ({ id, values: values.map((value) => value ?? undefined) })),
  })),
});

function show(message: Extract<HostMessage, { type: "look" }>): void {
  look = revived(message.look);
  region = message.region;
  const { range, subject } = message;
  host.setState({ range, ...(subject ? { subject } : {}) });
  press(message.range);
  byId("failure").hidden = true;
  byId("content").hidden = false;
  byId("title").textContent = look.service;
  byId("place").textContent = `${look.cluster} · ${look.revision} · ${message.place}`;
  byId("figures").textContent = figuresText(figuresOf(look)) || "No figures of the last minutes.";
  byId("age").textContent =
    `${look.now.running} of ${look.now.desired} tasks run · figures until ${when(look.span.until)}, ` +
    `looked at ${when(look.at)} · ${lookCostText(look)}`;
  showAlarms(look);
  showLane(look);
  showCharts(look);
  showMore(look);
}

function showAlarms({ alarms, allAlarms }: MonitorLook): void {
  const section = byId("alarms");
  section.replaceChildren(make("h2", "Alarms"));
  section.hidden = false;
  if (alarms === undefined) section.append(make("p", "Not known: they could not be read.", "quiet"));
  else if (alarms.length === 0)
    section.append(
      make("p", allAlarms ? "No alarm watches it." : "None of the account's first 1,000 alarms watches it.", "quiet"),
    );
  else {
    const list = make("ul");
    list.append(...alarms.map(alarmRow));
    section.append(list);
  }
}

function alarmRow(alarm: SeenAlarm): HTMLElement {
  const row = make("li", "", alarm.state === "ALARM" ? "bad" : alarm.state === "OK" ? "good" : "quiet");
  const sign = make("span", alarm.state === "ALARM" ? "✕" : alarm.state === "OK" ? "✓" : "·", "sign");
  sign.setAttribute("aria-hidden", "true");
  const since = alarm.changedAt === undefined ? "" : ` since ${new Date(alarm.changedAt).toLocaleString()}`;
  row.append(
    sign,
    make("span", `${alarm.name}: ${alarmStateText(alarm.state)}${since}`),
    make("small", `${alarmRule(alarm)}${alarm.ofScaling ? ", of auto scaling" : ""}`),
  );
  row.title = alarm.reason;
  return row;
}

const signs = { deployment: "▼", scaling: "◆", alarm: "●" } as const;

function showLane(of: MonitorLook): void {
  const list = make("ol");
  for (const mark of of.marks) {
    const row = make("li", "", mark.kind);
    const sign = make("span", signs[mark.kind], "sign");
    sign.setAttribute("aria-hidden", "true");
    row.append(sign, make("time", when(mark.at)), make("span", markText(mark)));
    list.append(row);
  }
  byId("lane").replaceChildren(
    make("h2", "What happened"),
    of.marks.length ? list : make("p", "Nothing was deployed or scaled in this time.", "quiet"),
  );
}

function showCharts(of: MonitorLook): void {
  const focused = document.activeElement?.id;
  const made = of.charts.map((chart) => {
    const article = make("article");
    article.append(make("h2", chartTitles[chart.id]), make("p", chartSentence(of, chart, when), "sentence"));
    return { chart, article };
  });
  byId("charts").replaceChildren(...made.map(({ article }) => article));
  drawn = made.flatMap(({ chart, article }) => (chart.absent ? [] : [drawInto(article, chart, of)]));
  if (focused) document.getElementById(focused)?.focus();
  const last = stepsOf(of.span).length - 1;
  moveTo(cursor === undefined ? undefined : Math.min(cursor, last), false);
}

function drawInto(article: HTMLElement, chart: Chart, of: MonitorLook): Drawn {
  const svg = document.createElementNS(svgSpace, "svg");
  svg.id = `chart-${chart.id}`;
  svg.setAttribute("tabindex", "0");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${chartTitles[chart.id]}. ${chartSentence(of, chart, when)}`);
  svg.setAttribute("aria-describedby", "help");
  const frame = frameOf(article.clientWidth - 24, chartHeight);
  svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  svg.setAttribute("height", String(frame.height));
  svg.innerHTML = drawChart({ chart, span: of.span, now: of.at, marks: of.marks, frame });
  const line = document.createElementNS(svgSpace, "line");
  line.setAttribute("class", "cursor");
  svg.append(line);
  const reading = make("p", "", "reading");
  article.append(svg, legendOf(chart), reading);
  if (withTables) article.append(tableOf(chart, of));
  return { chart, svg, cursor: line, reading };
}

function legendOf(chart: Chart): HTMLElement {
  const legend = make("ul", "", "legend");
  chart.series.forEach(({ id, values }, index) => {
    const item = make("li");
    const sample = document.createElementNS(svgSpace, "svg");
    sample.setAttribute("viewBox", "0 0 22 10");
    sample.setAttribute("class", "sample");
    sample.setAttribute("aria-hidden", "true");
    sample.innerHTML = drawSample(index);
    const isEmpty = values.every((value) => value === undefined);
    item.append(sample, make("span", `${seriesLabels[id]}${isEmpty ? " (no data)" : ""}`));
    legend.append(item);
  });
  return legend;
}

function tableOf(chart: Chart, of: MonitorLook): HTMLElement {
  const table = make("table");
  const head = make("tr");
  head.append(make("th", "Time"), ...chart.series.map(({ id }) => make("th", seriesLabels[id])));
  for (const cell of head.children) cell.setAttribute("scope", "col");
  const rows = stepsOf(of.span).map((at, step) => {
    const row = make("tr");
    const time = make("th", when(at));
    time.setAttribute("scope", "row");
    row.append(time, ...chart.series.map(({ values }) => make("td", readingOf(values[step], chart.unit))));
    return row;
  });
  const [top, body] = [make("thead"), make("tbody")];
  top.append(head);
  // The newest first: that is what people came for.
  body.append(...rows.reverse());
  table.append(make("caption", chartTitles[chart.id]), top, body);
  const around = make("div", "", "table");
  around.tabIndex = 0;
  around.append(table);
  return around;
}

function showMore(of: MonitorLook): void {
  const insights = insightsText(of);
  const notes = [
    of.cost ? costSoFarText(of.cost, region) : "What it cost in this time is not known.",
    ...(of.otherTargetGroups > 0 ? ["The service has more target groups: their figures are not among these."] : []),
    ...(insights === undefined ? [] : [insights]),
    ...unreadTexts(of),
  ];
  byId("more").replaceChildren(make("h2", "Cost and limits"), ...notes.map((note) => make("p", note)));
}

/** Puts the line through all charts at a step, and says what was then. */
function moveTo(step: number | undefined, isTold: boolean): void {
  cursor = step;
  const of = look;
  if (!of) return;
  const at = step === undefined ? undefined : of.span.from + step * of.span.periodSeconds * 1000;
  const told: string[] = [];
  for (const { chart, svg, cursor: line, reading } of drawn) {
    const width = svg.viewBox.baseVal.width;
    line.toggleAttribute("hidden", at === undefined);
    reading.textContent = "";
    if (at === undefined || step === undefined) continue;
    const x = xOf(at + of.span.periodSeconds * 500, domainOf(of), frameOf(width, chartHeight));
    line.setAttribute("x1", String(x));
    line.setAttribute("x2", String(x));
    line.setAttribute("y1", "4");
    line.setAttribute("y2", String(chartHeight - 18));
    const values = chart.series.map(({ id, values: all }) => `${readingOf(all[step], chart.unit)} ${seriesLabels[id]}`);
    reading.textContent = `${when(at)} · ${values.join(" · ")}`;
    if (svg === document.activeElement) told.push(`${when(at)}: ${values.join(", ")}`);
  }
  if (isTold) byId("live").textContent = told.join(". ");
}

function openLogs(): void {
  if (!look || cursor === undefined) return;
  const period = look.span.periodSeconds * 1000;
  const from = look.span.from + cursor * period;
  host.postMessage({ type: "logs", from, until: from + period });
}

function press(range: string): void {
  for (const button of document.querySelectorAll<HTMLElement>("[data-range]"))
    button.setAttribute("aria-pressed", String(button.dataset["range"] === range));
}

function toggleTables(): void {
  withTables = !withTables;
  byId("tables").setAttribute("aria-pressed", String(withTables));
  if (look) showCharts(look);
}

/** The step under the mouse. */
function stepAt(event: MouseEvent, svg: SVGSVGElement): number | undefined {
  if (!look) return undefined;
  const box = svg.getBoundingClientRect();
  const { width } = svg.viewBox.baseVal;
  const frame = frameOf(width, chartHeight);
  const x = ((event.clientX - box.left) / box.width) * width;
  const domain = domainOf(look);
  const at = domain.from + ((x - frame.left) / (width - frame.left - frame.right)) * (domain.until - domain.from);
  const step = Math.floor((at - look.span.from) / (look.span.periodSeconds * 1000));
  return step < 0 || at >= look.span.until ? undefined : step;
}

const chartUnder = (target: EventTarget | null): SVGSVGElement | undefined =>
  target instanceof Element ? (target.closest<SVGSVGElement>("#charts svg[tabindex]") ?? undefined) : undefined;

document.addEventListener("mousemove", (event) => {
  const svg = chartUnder(event.target);
  const step = svg && stepAt(event, svg);
  if (step !== undefined && step !== cursor) moveTo(step, false);
});
document.addEventListener("dblclick", (event) => {
  if (chartUnder(event.target)) openLogs();
});
document.addEventListener("click", (event) => {
  const pressed = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null;
  const range = rangeNames.find((name) => name === pressed?.dataset["range"]);
  if (range) host.postMessage({ type: "range", range });
  else if (pressed?.id === "refresh") host.postMessage({ type: "refresh" });
  else if (pressed?.id === "tables") toggleTables();
  else if (pressed) host.postMessage({ type: "mend" });
});
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !look) return;
  const onChart = chartUnder(event.target) !== undefined;
  const last = stepsOf(look.span).length - 1;
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => moveTo(Math.max(0, (cursor ?? last + 1) - 1), true),
    ArrowRight: () => moveTo(Math.min(last, (cursor ?? last - 1) + 1), true),
    Home: () => moveTo(0, true),
    End: () => moveTo(last, true),
    Enter: openLogs,
  };
  const action =
    event.key === "t" || event.key === "T"
      ? toggleTables
      : event.key === "Escape"
        ? () => moveTo(undefined, true)
        : onChart
          ? keys[event.key]
          : undefined;
  if (!action) return;
  action();
  event.preventDefault();
});

window.addEventListener("message", (event: MessageEvent<HostMessage>) => {
  const message = event.data;
  switch (message.type) {
    case "look":
      return show(message);
    case "busy":
      press(message.range);
      return void document.body.toggleAttribute("data-busy", message.busy);
    case "failed": {
      const [summary, remedy, button] = byId("failure").children;
      byId("failure").hidden = false;
      // What was seen before stays: its age is said.
      if (summary) summary.textContent = message.summary;
      if (remedy) remedy.textContent = message.remedy;
      if (button instanceof HTMLElement) {
        button.textContent = message.button ?? "";
        button.hidden = message.button === undefined;
      }
    }
  }
});

let width = document.body.clientWidth;
new ResizeObserver(() => {
  if (document.body.clientWidth === width || !look) return;
  width = document.body.clientWidth;
  showCharts(look);
}).observe(document.body);
host.postMessage({ type: "ready" });
