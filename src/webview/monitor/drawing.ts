/** How a chart is drawn: its lines, gaps, ticks and marks as SVG. It knows no page; times are on the reader's clock. */
import { ticks } from "d3-array";
import { line } from "d3-shape";
import { timeTicks } from "d3-time";
import type { Unit } from "../../core/monitor/charts";
import type { Mark } from "../../core/monitor/look";
import type { TimeSpan } from "../../core/monitor/range";
import { valueText } from "../../core/render/monitor";

/** Lines of one unit: all that a drawing has to know of a chart. */
export interface Drawn {
  readonly unit: Unit;
  readonly series: readonly { readonly values: readonly (number | undefined)[] }[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export const frameOf = (width: number, height: number): Frame => ({
  width: Math.max(width, 160),
  height,
  left: 52,
  right: 8,
  top: 8,
  bottom: 18,
});

/** Where a moment is, in pixels from the left. */
export function xOf(at: number, { from, until }: { from: number; until: number }, frame: Frame): number {
  const share = until > from ? (at - from) / (until - from) : 0;
  return frame.left + share * (frame.width - frame.left - frame.right);
}

/** The highest value of an axis: round, and never nothing. */
export function topOf(chart: Drawn): number {
  const most = chart.series.reduce(
    (highest, { values }) => values.reduce((best: number, value) => Math.max(best, value ?? 0), highest),
    0,
  );
  if (chart.unit === "percent")
    return most > 100 ? Math.ceil(most / 50) * 50 : most > 50 ? 100 : niceTop(Math.max(most, 10));
  return niceTop(most > 0 ? most : chart.unit === "seconds" ? 0.1 : 1);
}

function niceTop(most: number): number {
  const steps = ticks(0, most, 4);
  const [first = 0, second = most] = steps;
  const last = steps.at(-1) ?? most;
  return last >= most ? last : last + (second - first);
}

/** `14:02`, or `Mon 14:00` where more than a day is shown. */
export function timeText(at: number, span: { from: number; until: number }): string {
  const more = span.until - span.from > 86_400_000 ? ({ weekday: "short" } as const) : {};
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...more });
}

const fixed = (value: number): string => value.toFixed(1);
const tag = (name: string, attributes: Readonly<Record<string, string | number>>, text = ""): string => {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === "number" ? fixed(value) : value}"`,
  );
  return `<${name}${list.join("")}>${text}</${name}>`;
};

/** A line's path, broken where nobody knows; and the points that stand alone between two gaps. */
export function pathOf(
  values: readonly (number | undefined)[],
  x: (index: number) => number,
  y: (value: number) => number,
): { path: string; alone: { x: number; y: number }[] } {
  const points = values.map((value, index) => ({ value, index }));
  const path =
    line<{ value: number | undefined; index: number }>()
      .defined(({ value }) => value !== undefined)
      .x(({ index }) => x(index))
      .y(({ value }) => y(value ?? 0))
      .digits(1)(points) ?? "";
  const alone = points.flatMap(({ value, index }) =>
    value !== undefined && values[index - 1] === undefined && values[index + 1] === undefined
      ? [{ x: x(index), y: y(value) }]
      : [],
  );
  return { path, alone };
}

export interface DrawingInput {
  readonly chart: Drawn;
  readonly span: TimeSpan;
  /** When it was looked: behind the last step figures are still arriving. */
  readonly now: number;
  readonly marks: readonly Mark[];
  readonly frame: Frame;
}

/** The inside of a chart's `<svg>`. Nothing in it is text of others. */
export function drawChart({ chart, span, now, marks, frame }: DrawingInput): string {
  const domain = { from: span.from, until: Math.max(now, span.until) };
  const period = span.periodSeconds * 1000;
  const top = topOf(chart);
  const floor = frame.height - frame.bottom;
  const y = (value: number): number => floor - (value / top) * (floor - frame.top);
  // A step's value stands in its middle.
  const x = (index: number): number => xOf(span.from + (index + 0.5) * period, domain, frame);
  // Half a task there is none.
  const values = ticks(0, top, 3).filter((value) => chart.unit !== "count" || Number.isInteger(value));
  const rules = values.map(
    (value) =>
      tag("line", { class: "rule", x1: frame.left, x2: frame.width - frame.right, y1: y(value), y2: y(value) }) +
      tag("text", { class: "value", x: frame.left - 6, y: y(value) + 4 }, valueText(value, chart.unit)),
  );
  const times = timeTicks(
    new Date(domain.from),
    new Date(domain.until),
    Math.max(2, Math.floor(frame.width / 110)),
  ).map((at) =>
    tag(
      "text",
      { class: "time", x: xOf(at.getTime(), domain, frame), y: frame.height - 4 },
      timeText(at.getTime(), domain),
    ),
  );
  const arriving = xOf(span.until, domain, frame);
  const band = tag("rect", {
    class: "arriving",
    x: arriving,
    y: frame.top,
    width: Math.max(0, frame.width - frame.right - arriving),
    height: floor - frame.top,
  });
  const flags = marks.map(({ kind, at }) => {
    const place = xOf(Math.max(at, span.from), domain, frame);
    return tag("line", { class: `mark ${kind}`, x1: place, x2: place, y1: frame.top, y2: floor });
  });
  const lines = chart.series.map(({ values }, index) => {
    const { path, alone } = pathOf(values, x, y);
    const dots = alone.map((dot) => tag("circle", { class: `dot line${index}`, cx: dot.x, cy: dot.y, r: 2 }));
    return `<path class="line line${index}" d="${path}"/>${dots.join("")}`;
  });
  return [band, ...rules, ...times, ...flags, ...lines].join("");
}

/** The sample of a line in a legend. */
export const drawSample = (index: number): string => `<path class="line line${index}" d="M0,5L22,5"/>`;

/** What the cursor's step has of a series. */
export const readingOf = (value: number | undefined, unit: Unit): string =>
  value === undefined ? "–" : valueText(value, unit);
