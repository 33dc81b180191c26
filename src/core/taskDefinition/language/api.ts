/** What the `taskdef` bundle offers to the editor and the command line. */
export { surroundingsOf } from "./workspaceContext";
export { changesAt } from "./changes";
export { check } from "./check";
export { applyEdits } from "../document/edits";
export { fixAll } from "./fixAll";
export { Lines } from "../document/lines";
export { isTaskDefinitionName, looksLikeTaskDefinition } from "./recognise";
export { render, reportFormats } from "./report";
export { ruleIds } from "../rules";
export { pointer } from "../document/view";
export { complete } from "./complete";
export { hover, priceOf } from "./hover";
export { innermost } from "./check";
export { saysTheSame } from "./duplicateDiagnostics";
export { cleaned, compared, definitionOf, newDefinition, openPlaces } from "./values";
