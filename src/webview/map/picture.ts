/** The drawing as a file: the theme's colours as they are now, nothing that refers to anything outside. */
import { mapFile } from "../../core/map/file";
import { layoutMap } from "../../core/map/layout";
import type { MapModel } from "../../core/map/diagram";
import { paletteOf, type Palette } from "../../core/map/palette";
import type { Measure } from "../../core/map/text";

const sharpness = 2;

/** Red, green, blue and opacity of a computed colour. */
function channels(color: string): [number, number, number, number] {
  const [r = 0, g = 0, b = 0, a = 1] = (color.match(/[\d.]+(e-\d+)?/g) ?? []).map(Number);
  // A mixed colour comes as `color(srgb 0.2 0.2 0.2)`, all others as `rgb(51, 51, 51)`.
  return color.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
}

/** The theme as literal colours; what is half transparent is mixed with the background, since not every program knows that. */
function literalPalette(): Palette {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const computed = (name: string): [number, number, number, number] => {
    probe.style.color = `var(--map-${name})`;
    return channels(getComputedStyle(probe).color);
  };
  const ground = computed("background");
  const hex = (name: string): string => {
    const [r, g, b, a] = computed(name);
    return `#${[r, g, b]
      .map((value, index) =>
        Math.round(value * a + (ground[index] ?? 0) * (1 - a))
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
  };
  const palette = paletteOf((name) => (name === "font" ? getComputedStyle(document.body).fontFamily : hex(name)));
  probe.remove();
  return palette;
}

export function svgText(model: MapModel, measure: Measure): { svg: string; width: number; height: number } {
  return mapFile(model, layoutMap(model, measure, false), literalPalette(), measure);
}

/** A PNG in base64. */
export async function pngData(model: MapModel, measure: Measure): Promise<string> {
  const { svg, width, height } = svgText(model, measure);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * sharpness;
  canvas.height = height * sharpness;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this page cannot draw a PNG");
  context.scale(sharpness, sharpness);
  context.drawImage(image, 0, 0, width, height);
  return canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
}

/** Measures with the page's own font. */
export function pageMeasure(): Measure {
  const context = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  const known = new Map<string, number>();
  return (text, size, weight) => {
    const key = `${weight} ${size} ${text}`;
    const before = known.get(key);
    if (before !== undefined || !context) return before ?? text.length * size * 0.6;
    context.font = `${weight} ${size}px ${family}`;
    const width = context.measureText(text).width;
    if (known.size > 4000) known.clear();
    known.set(key, width);
    return width;
  };
}
