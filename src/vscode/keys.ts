/**
 * Every context key that Slipway sets and every memento key that it writes. Menus in package.json name the first; the
 * second outlive a window, so that a value is never given to another meaning. Nothing is handed to Settings Sync:
 * `setKeysForSync` is not called, since all of it is about one machine's folders and accounts.
 */
import * as vscode from "vscode";

/** Keys of when-clauses. VS Code keeps them for the window and forgets them with it. */
export const contextKeys = {
  /** A deployment runs in this window: nothing else is deployed, planned or removed meanwhile. */
  running: "slipway.running",
  /** The application that the Deployment view shows has a URL. */
  live: "slipway.live",
  /** The Deployment view shows an application: it was deployed, chosen or adopted here. */
  application: "slipway.application",
  /** AWS has, or had when it was last asked, a service of it. */
  deployed: "slipway.deployed",
  /** None of its tasks is to run: it can be started, and not be stopped. */
  stopped: "slipway.stopped",
  /** A rollout of it is under way: it can be taken back. */
  rollingOut: "slipway.rollingOut",
  /** The last deployment of this window has used resources: their ARNs can be copied. */
  hasResources: "slipway.hasResources",
  /** A plan is open and waits for Deploy: its title bar carries the button. */
  planWaits: "slipway.planWaits",
  /** There is at least one log tail: the palette offers what is done with one. */
  tailing: "slipway.tailing",
  /** The AWS Resources view shows a part of what there is. */
  filtered: "slipway.resources.filtered",
} as const;

/** Keys of `workspaceState`: kept for the workspace on this machine, not synced. */
export const workspaceKeys = {
  /** `RunRequest`: the application that the Deployment view shows. */
  active: "slipway.active",
  /** `RunRequest`: a deployment that runs; still there after a reload in its middle, and then picked up. */
  running: "slipway.running",
  /** `{state, at}`: what AWS said last of that application. */
  seen: "slipway.seen",
  /** `ConnectionChoice`: where this workspace deploys to. */
  connection: "slipway.connection",
  /** `ConnectionChoice[]`: accounts and regions that the AWS Resources view shows beside the workspace's own. */
  roots: "slipway.resources.roots",
  /** `string`: the filter of the AWS Resources view. */
  filter: "slipway.resources.filter",
} as const;

/** Keys of `globalState`: kept for all windows of this machine, not synced. */
export const globalKeys = {
  /** `boolean`: somebody has accepted what Live Tail costs, and is not asked again. */
  liveTailAccepted: "slipway.logs.liveTailAccepted",
} as const;

/** Sets the value that when-clauses see. */
export function setContext(key: (typeof contextKeys)[keyof typeof contextKeys], value: boolean): Thenable<unknown> {
  return vscode.commands.executeCommand("setContext", key, value);
}
