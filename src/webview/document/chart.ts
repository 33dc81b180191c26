/** Draws the charts of a document: what they show is in the page's text, in an attribute of each. */
import type { DrawnChart } from "../../core/monitor/charts";
import { drawChart, drawSample, frameOf } from "../monitor/drawing";

const height = 180;
/** As JSON has it: a gap is null there. */
type Written = Omit<DrawnChart, "lines"> & {
  readonly lines: readonly { readonly values: readonly (number | null)[] }[];
};

function draw(svg: SVGElement): void {
  const { from, until, periodSeconds, lines } = JSON.parse(svg.dataset["chart"] ?? "null") as Written;
  const frame = frameOf(svg.getBoundingClientRect().width, height);
  svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  svg.innerHTML = drawChart({
    // Insights says of no column what it is: numbers as they are, fractions too.
    chart: { unit: "number", series: lines.map(({ values }) => ({ values: values.map((each) => each ?? undefined) })) },
    span: { from, until, periodSeconds },
    now: until,
    marks: [],
    frame,
  });
}

const charts = [...document.querySelectorAll<SVGElement>("svg[data-chart]")];
const sizes = new ResizeObserver(() => charts.forEach(draw));
for (const svg of charts) sizes.observe(svg);
for (const svg of document.querySelectorAll<SVGElement>("svg[data-sample]"))
  svg.innerHTML = drawSample(Number(svg.dataset["sample"]));
