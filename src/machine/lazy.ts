import path from "node:path";

/**
 * Loads another bundle on first use. The names are fixed, so that an update never leaves a window with half of the old
 * and half of the new; `extension` stays small because nothing else is loaded with it.
 */
export function loadBundle<T>(name: "deploying" | "engine" | "inspect" | "logQuestions" | "resources" | "taskdef"): T {
  return (module.require as NodeJS.Require)(path.join(__dirname, `${name}.js`)) as T;
}
