import type * as vscode from "vscode";
import { oneLine } from "../../core/base/encoders";

const line = <T>(text: T): T | string => (typeof text === "string" ? oneLine(text) : text);

/** A row whose texts, whoever wrote them, are lines that read as they are. */
export function harmlessRow(item: vscode.TreeItem): vscode.TreeItem {
  item.label = line(item.label);
  item.description = line(item.description);
  if (typeof item.tooltip === "string") item.tooltip = item.tooltip.split("\n").map(oneLine).join("\n");
  if (item.accessibilityInformation)
    item.accessibilityInformation = {
      ...item.accessibilityInformation,
      label: oneLine(item.accessibilityInformation.label),
    };
  return item;
}
