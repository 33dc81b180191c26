/** What the `taskdef` bundle offers to the editor and the command line. */
export { surroundingsOf } from "./around";
export { check } from "./check";
export { applyEdits } from "./edits";
export { fixAll } from "./fixAll";
export { Lines } from "./lines";
export { isTaskDefinitionName, looksLikeTaskDefinition } from "./recognise";
export { render, reportFormats } from "./report";
export { ruleIds } from "./rules";
export { pointer } from "./view";
export { complete } from "./complete";
export { hover, priceOf } from "./hover";
export { innermost } from "./check";
export { saysTheSame } from "./voice";
export { cleaned, compared, definitionOf, newDefinition, openPlaces } from "./values";
