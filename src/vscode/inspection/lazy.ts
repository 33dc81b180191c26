/** Map, figures, diagnosis and review share a bundle: what of it is there at activation. */
import type * as vscode from "vscode";
import type { DiagnosisContext } from "../diagnosis/context";
import type { DiagnosisPart } from "../diagnosis/part";
import type { MapContext } from "../map/context";
import { restoreMaps, type MapPart } from "../map/lazy";
import type { MonitorContext } from "../monitor/context";
import type { QueryContext } from "../queries/context";
import { registerQueries, type QueriesPart } from "../queries/lazy";
import { restoreMonitors, type MonitorPart } from "../monitor/lazy";

/** The bundle, once it is loaded. */
export interface InspectionPart extends vscode.Disposable {
  readonly map: MapPart;
  readonly monitor: MonitorPart;
  readonly queries: QueriesPart;
  readonly diagnosis: DiagnosisPart;
}

export type CreateInspect = (
  context: DiagnosisContext & MapContext & MonitorContext & QueryContext,
  extension: vscode.ExtensionContext,
) => InspectionPart;

export interface LazyInspection extends vscode.Disposable {
  readonly map: () => MapPart;
  readonly monitor: () => MonitorPart;
  readonly queries: () => QueriesPart;
  readonly diagnosis: () => DiagnosisPart;
}

/**
 * The bundle behind map, figures, diagnosis and review, loaded when one of them is called. A map or a page of figures
 * that was open comes back after a reload.
 */
export function createInspection(
  context: DiagnosisContext & MapContext & MonitorContext & QueryContext,
  extension: vscode.ExtensionContext,
  load: () => CreateInspect,
): LazyInspection {
  let loaded: InspectionPart | undefined;
  const part = (): InspectionPart => (loaded ??= load()(context, extension));
  const map = () => part().map;
  const monitor = () => part().monitor;
  const queries = () => part().queries;
  const restored = [restoreMaps(map), restoreMonitors(monitor), registerQueries(queries)];
  return {
    map,
    monitor,
    queries,
    diagnosis: () => part().diagnosis,
    dispose() {
      for (const each of restored) each.dispose();
      loaded?.dispose();
    },
  };
}
