/** What the map's page and its host say to each other. What comes from a page is checked before it is believed. */
import type { MapModel } from "./diagram";

export type FileFormat = "svg" | "png";

/** To the page. */
export type HostMessage = { type: "model"; model: MapModel } | { type: "export"; format: FileFormat };

/** From the page. An action is named by its place in the model that the host sent: the page states nothing that is carried out. */
export type PageMessage =
  | { type: "ready" }
  | { type: "refresh" }
  | { type: "action"; thing: string; action: string }
  | { type: "fix"; index: number }
  | { type: "ask"; format: FileFormat }
  /** `data`: the text of an SVG, or a PNG in base64. */
  | { type: "file"; format: FileFormat; data: string }
  | { type: "failed"; message: string };

/** The largest picture that is written, in characters. */
const largest = 32_000_000;

const isFormat = (value: unknown): value is FileFormat => value === "svg" || value === "png";
const isText = (value: unknown, limit = 2000): value is string => typeof value === "string" && value.length <= limit;

/** The message, or undefined for anything that is not one. */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, thing, action, index, format, data, message } = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case "ready":
    case "refresh":
      return { type };
    case "action":
      return isText(thing) && isText(action) ? { type, thing, action } : undefined;
    case "fix":
      return Number.isInteger(index) ? { type, index: index as number } : undefined;
    case "ask":
      return isFormat(format) ? { type, format } : undefined;
    case "file":
      return isFormat(format) && isText(data, largest) ? { type, format, data } : undefined;
    case "failed":
      return isText(message) ? { type, message } : undefined;
    default:
      return undefined;
  }
}
