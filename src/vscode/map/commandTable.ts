/** The commands of the map. What they do is in its bundle, which the first call loads. */
import { command, type Command } from "../commandKit/command";
import type { MapPart } from "./lazy";

export interface MapCommandContext {
  /** Loads the bundle when it is first called. */
  readonly map: () => MapPart;
}

export const mapCommands: readonly Command<MapCommandContext>[] = [
  command({ id: "slipway.inspect.map", needs: ["trust"], run: ({ map }) => map().show() }),
  command({ id: "slipway.inspect.mapSvg", needs: ["trust"], run: ({ map }) => map().save("svg") }),
  command({ id: "slipway.inspect.mapPng", needs: ["trust"], run: ({ map }) => map().save("png") }),
];
