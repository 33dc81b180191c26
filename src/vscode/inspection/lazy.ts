/** Map, diagnosis and review share a bundle: what of it is there at activation. */
import type * as vscode from "vscode";
import type { DiagnosisContext } from "../diagnosis/context";
import type { DiagnosisPart } from "../diagnosis/part";
import type { MapContext } from "../map/context";
import { restoreMaps, type MapPart } from "../map/lazy";

/** The bundle, once it is loaded. */
export interface InspectionPart extends vscode.Disposable {
  readonly map: MapPart;
  readonly diagnosis: DiagnosisPart;
}

export type CreateInspect = (
  context: DiagnosisContext & MapContext,
  extension: vscode.ExtensionContext,
) => InspectionPart;

export interface LazyInspection extends vscode.Disposable {
  readonly map: () => MapPart;
  readonly diagnosis: () => DiagnosisPart;
}

/**
 * The bundle behind map, diagnosis and review, loaded when one of them is called. A map that was open comes back after a
 * reload.
 */
export function createInspection(
  context: DiagnosisContext & MapContext,
  extension: vscode.ExtensionContext,
  load: () => CreateInspect,
): LazyInspection {
  let loaded: InspectionPart | undefined;
  const part = (): InspectionPart => (loaded ??= load()(context, extension));
  const map = () => part().map;
  const restored = restoreMaps(map);
  return {
    map,
    diagnosis: () => part().diagnosis,
    dispose() {
      restored.dispose();
      loaded?.dispose();
    },
  };
}
