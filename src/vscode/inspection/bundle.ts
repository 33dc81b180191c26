/** The bundle of map, diagnosis and review: loaded when one of their commands is called. */
import { diagnoseAndTell } from "../diagnosis/diagnose";
import { reviewAndShow } from "../diagnosis/review";
import { MapPanel } from "../map/panel";
import type { CreateInspect } from "./lazy";

export const createInspect: CreateInspect = (context, extension) => {
  const map = new MapPanel(context, extension.extensionUri);
  return {
    map,
    diagnosis: {
      diagnose: (node) => diagnoseAndTell(context, node),
      review: (connection, request) => reviewAndShow(context, connection, request),
    },
    dispose: () => map.dispose(),
  };
};
