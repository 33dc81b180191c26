import type { MapState } from "./diagram";

/** The colours and the font of a drawing: literal ones in a file, the theme's variables in a page. */
export interface Palette {
  background: string;
  surface: string;
  /** Behind what is wrong. */
  alarm: string;
  border: string;
  frame: string;
  guard: string;
  text: string;
  muted: string;
  font: string;
  states: Readonly<Record<MapState, string>>;
}

/** What the page's style sheet defines from the theme, by name. */
export type PaletteName =
  | "background"
  | "surface"
  | "alarm"
  | "border"
  | "frame"
  | "guard"
  | "text"
  | "muted"
  | "font"
  | "ok"
  | "running"
  | "degraded"
  | "failing"
  | "quiet";

/** A palette out of anything that knows a value for each name. */
export function paletteOf(value: (name: PaletteName) => string): Palette {
  const quiet = value("quiet");
  return {
    background: value("background"),
    surface: value("surface"),
    alarm: value("alarm"),
    border: value("border"),
    frame: value("frame"),
    guard: value("guard"),
    text: value("text"),
    muted: value("muted"),
    font: value("font"),
    states: {
      ok: value("ok"),
      running: value("running"),
      degraded: value("degraded"),
      failing: value("failing"),
      idle: quiet,
      waiting: quiet,
      unknown: quiet,
      leftOut: quiet,
    },
  };
}

/** The theme's colours by the variables of the page's style sheet: a change of theme needs no new drawing. */
export const themed: Palette = paletteOf((name) => `var(--map-${name})`);

/** For a file that is made without a page. */
export const dark: Palette = paletteOf(
  (name) =>
    ({
      background: "#1f1f1f",
      surface: "#252526",
      alarm: "#3a1d1d",
      border: "#454545",
      frame: "#3c3c3c",
      guard: "#9a8440",
      text: "#d4d4d4",
      muted: "#9d9d9d",
      font: "Segoe UI, system-ui, sans-serif",
      ok: "#73c991",
      running: "#4fc1ff",
      degraded: "#d7ac28",
      failing: "#f4655f",
      quiet: "#8b8b8b",
    })[name],
);
