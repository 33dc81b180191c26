/** The whole drawing as a file of its own: title, phases, map, and what the signs mean. */
import type { MapLayout } from "./geometry";
import { markup } from "../base/encoders";
import { stateIcons } from "./icons";
import { stateWords, type MapModel, type MapState } from "./diagram";
import type { Palette } from "./palette";
import { drawMap } from "./svg";
import type { Measure } from "./text";
import { tag } from "./svgText";

const chipHeight = 34;
const gap = 8;
const margin = 20;
export const legendStates: readonly MapState[] = ["ok", "running", "degraded", "failing", "waiting", "idle"];

const icon = (state: MapState, x: number, y: number, color: string): string =>
  tag(
    "g",
    { transform: `translate(${x} ${y}) scale(.8125)` },
    tag("path", {
      d: stateIcons[state],
      fill: "none",
      stroke: color,
      "stroke-width": 1.6,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );

/** A picture that refers to nothing outside itself. */
export function mapFile(
  model: MapModel,
  layout: MapLayout,
  palette: Palette,
  measure: Measure,
): { svg: string; width: number; height: number } {
  const width = Math.max(layout.width, 720);
  const parts: string[] = [];
  const write = (
    text: string,
    x: number,
    y: number,
    size: number,
    fill: string,
    more: Record<string, string | number> = {},
  ): void => void parts.push(tag("text", { x, y, "font-size": size, fill, ...more }, markup(text)));
  write(model.title, margin, 34, 15, palette.text, { "font-weight": 600 });
  write(model.place, width - margin, 34, 12, palette.muted, { "text-anchor": "end" });
  let x = margin;
  let y = 50;
  if (model.phases.some((phase) => phase.state !== "idle")) {
    for (const phase of model.phases) {
      const under = phase.time || phase.word;
      const own = Math.ceil(Math.max(measure(phase.title, 12, 400), measure(under, 10.5, 400))) + 48;
      if (x + own > width - margin) {
        x = margin;
        y += chipHeight + gap;
      }
      const color = palette.states[phase.state];
      parts.push(
        tag("rect", {
          x,
          y,
          width: own,
          height: chipHeight,
          rx: chipHeight / 2,
          fill: palette.surface,
          stroke: phase.state === "running" || phase.state === "failing" ? color : palette.border,
        }),
      );
      parts.push(icon(phase.state, x + 13, y + 10.5, color));
      write(phase.title, x + 34, y + 15, 12, palette.text);
      write(under, x + 34, y + 28, 10.5, palette.muted);
      x += own + gap;
    }
    y += chipHeight + 6;
  }
  parts.push(
    tag(
      "g",
      { transform: `translate(${(width - layout.width) / 2} ${y})` },
      drawMap(layout, { palette, interactive: false }),
    ),
  );
  y += layout.height + 14;
  x = margin;
  for (const state of legendStates) {
    parts.push(icon(state, x, y - 11, palette.states[state]));
    write(stateWords[state], x + 19, y, 11.5, palette.muted);
    x += measure(stateWords[state], 11.5, 400) + 38;
  }
  write(model.notes.join(" · "), width - margin, y, 11.5, palette.muted, { "text-anchor": "end" });
  const height = y + margin;
  const background = tag("rect", { width, height, fill: palette.background });
  const label = tag("title", {}, markup(`${model.title}: deployment map`)) + tag("desc", {}, markup(model.summary));
  return {
    svg: tag(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        width,
        height,
        viewBox: `0 0 ${width} ${height}`,
        "font-family": palette.font,
        role: "img",
      },
      label + background + parts.join(""),
    ),
    width,
    height,
  };
}
