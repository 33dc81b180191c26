/** The bundle of map, figures, queries, diagnosis and review: loaded when one of their commands is called. */
import { diagnoseAndTell } from "../diagnosis/diagnose";
import { reviewAndShow } from "../diagnosis/review";
import { withErrorMessage } from "../commandKit/boundary";
import { DocumentPages } from "../webviewKit/documentPages";
import { MapPanel } from "../map/panel";
import { MonitorPanel } from "../monitor/panel";
import { QueryDocuments } from "../queries/documents";
import type { CreateInspect } from "./lazy";

export const createInspect: CreateInspect = (context, extension) => {
  const map = new MapPanel(context, extension.extensionUri);
  const monitor = new MonitorPanel(context, extension.extensionUri);
  const pages = new DocumentPages(extension.extensionUri, (action) => withErrorMessage(context, action));
  const queries = new QueryDocuments(context, pages);
  const own = { ...context, pages };
  return {
    map,
    monitor,
    queries,
    diagnosis: {
      diagnose: (node) => diagnoseAndTell(own, node),
      review: (connection, request) => reviewAndShow(own, connection, request),
    },
    dispose() {
      map.dispose();
      monitor.dispose();
      queries.dispose();
      pages.dispose();
    },
  };
};
