/** What of map, diagnosis and review is there at activation: what their bundle will offer. */
import * as vscode from "vscode";
import type { Connection, RunRequest } from "../../core/api";
import type { FileFormat } from "../../core/map/protocol";
import type { Diagnosis } from "../../core/service/diagnosis/types";
import type { Review } from "../../core/service/review/review";
import type { DiagnosisContext, MapContext } from "../commands/context";

export const mapViewType = "slipway.map";

/** What the AWS Resources view hands over: the node's own words, and the connection that it was read by. */
export interface FromResources {
  readonly connection: Connection;
  readonly kind: string;
  readonly ref: Readonly<Record<string, string>>;
  readonly label: string;
}

/** The bundle, once it is loaded. */
export interface InspectionPart extends vscode.Disposable {
  showMap(): Promise<void>;
  /** Takes a panel that VS Code brings back after a reload. */
  restoreMap(panel: vscode.WebviewPanel): Promise<void>;
  saveMap(format: FileFormat): Promise<void>;
  /** Diagnoses a resource's node; without one the active application. */
  diagnose(node: FromResources | undefined): Promise<Diagnosis | undefined>;
  review(connection: Connection, request: RunRequest): Promise<Review>;
}

export type CreateInspect = (
  context: DiagnosisContext & MapContext,
  extension: vscode.ExtensionContext,
) => InspectionPart;

export interface LazyInspection extends vscode.Disposable {
  part(): InspectionPart;
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
  const restored = vscode.window.registerWebviewPanelSerializer(mapViewType, {
    deserializeWebviewPanel: (panel) => part().restoreMap(panel),
  });
  return {
    part,
    dispose() {
      restored.dispose();
      loaded?.dispose();
    },
  };
}
