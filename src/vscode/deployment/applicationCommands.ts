/** What is done with the application that the Deployment view shows, besides deploying it. */
import * as vscode from "vscode";
import type { Deployments, RunRequest, ServiceInspection, ServiceMonitoring } from "../../core/api";
import { reportOf } from "../../core/base/errors";
import { isRemoved } from "../../core/deploy/removals";
import { figuresOf } from "../../core/monitor/figures";
import { figuresText } from "../../core/render/monitor";
import { removalLines } from "../../core/render/plan";
import { workspaceKeys } from "../keys";
import type { DeploymentContext, RunContext } from "./context";
import { showError } from "../ui/errors";
import { withCancel } from "../ui/progress";
import { say } from "../ui/messages";

/** An application and the part of the connection that it is looked at, changed or removed by. */
export interface Target<C> {
  readonly connection: C;
  readonly request: RunRequest;
}

/** Shows what a deployment would do now. */
export async function showPlan(
  { consent }: Pick<RunContext, "consent">,
  { connection, request }: Target<Deployments>,
): Promise<void> {
  await withCancel(vscode.l10n.t("Planning"), async (signal) => consent.show(await connection.plan(request, signal)));
}

/** Looks at how the application stands; quietly, in the view alone. */
export async function verify(
  { tree, log, memento }: Pick<DeploymentContext, "tree" | "log" | "memento">,
  { connection, request }: Target<ServiceInspection & ServiceMonitoring>,
  isQuiet = false,
): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: "slipway.deployment" } }, async () => {
    const { checks, state, snapshot } = await connection.look(request, new AbortController().signal);
    tree.setVisible(true);
    const known = tree.lastSeen?.figures;
    const seen = { state, at: snapshot.at, ...(known ? { figures: known } : {}) };
    tree.setSeen(seen);
    await memento.update(workspaceKeys.seen, seen);
    if (runs.has(state.code) && !(known && snapshot.at - known.at < figuresMilliseconds))
      void addFigures({ tree, log, memento }, { connection, request });
    // Before the first deployment every check fails, and nobody asked for them.
    if (isQuiet && state.code === "notDeployed") return;
    // Looked at every minute: only what is not as it was is worth a line.
    for (const check of tree.setChecks(checks)) log.info(`checklist: ${check.state} ${check.title}: ${check.evidence}`);
  });
}

/** What has figures. */
const runs: ReadonlySet<string> = new Set(["live", "rollingOut", "failed"]);
/** Each look at them costs a little: as often as people look up, and not as often as the checklist. */
const figuresMilliseconds = 5 * 60_000;

/** Adds what it uses and answers to the first row; what cannot be read is left out there, and said by the page of figures. */
async function addFigures(
  { tree, log, memento }: Pick<DeploymentContext, "tree" | "log" | "memento">,
  { connection, request }: Target<ServiceMonitoring>,
): Promise<void> {
  try {
    const look = await connection.monitor(request, { since: { back: 3_600_000 } }, new AbortController().signal);
    const seen = tree.lastSeen;
    if (!seen) return;
    const more = { ...seen, figures: { text: figuresText(figuresOf(look)), at: look.at } };
    tree.setSeen(more);
    await memento.update(workspaceKeys.seen, more);
  } catch (error) {
    log.debug(`figures: ${reportOf(error).summary}`);
  }
}

/** The same when a window opens, with nobody asked for anything; what cannot be read stays as it was. */
export async function lookQuietly(
  context: Pick<DeploymentContext, "active" | "connections" | "tree" | "log" | "memento">,
): Promise<void> {
  const { request } = context.active;
  if (!request || !vscode.workspace.isTrusted) return;
  const connection = await context.connections.openQuietly(new AbortController().signal);
  if (!connection) return;
  await verify(context, { connection, request }, true).catch((error: unknown) =>
    context.log.debug(reportOf(error).summary),
  );
}

/** Removes what Slipway made, after a modal that names it. */
export async function destroy(
  context: Pick<RunContext, "model" | "log" | "consent">,
  { connection, request }: Target<Deployments>,
): Promise<void> {
  const result = await withCancel(vscode.l10n.t("Removing"), (signal) =>
    connection.destroy(
      request,
      async (removals, identity, confirmName) => {
        const place = vscode.l10n.t("In account {0}, {1}.", identity.account, identity.region);
        if (!removals.some(isRemoved)) {
          await say.information([place, ...removalLines(removals)].join(" "));
          return false;
        }
        const name = request.application ?? vscode.l10n.t("the application");
        return context.consent.askToRemove(name, place, removals, signal, confirmName);
      },
      context.model.emit,
      signal,
    ),
  );
  if (result.error && result.outcome !== "cancelled")
    await showError(context.log, result.error, () => destroy(context, { connection, request }));
  else if (result.outcome === "done") {
    const names = result.removed.map((item) => item.name).join(", ") || vscode.l10n.t("nothing");
    void say.information(vscode.l10n.t("Removed: {0}.", names));
  }
}

/** Has ECS go back to the version before, while a rollout runs; watches it, and deploys nothing. */
export async function rollBack(
  context: Pick<DeploymentContext, "tree" | "log" | "memento" | "model">,
  { connection, request }: Target<Deployments & ServiceInspection & ServiceMonitoring>,
): Promise<void> {
  const name = request.application ?? vscode.l10n.t("the application");
  const { revision, settled } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: vscode.l10n.t("Rolling back {0}", name),
    },
    (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      return connection.rollBack(request, cancel.signal, ({ running, desired }) =>
        progress.report({ message: vscode.l10n.t("{0} of {1} running", running, desired) }),
      );
    },
  );
  // What this window's deployment came to is over with it; one that is still watched comes to its own end.
  if (!context.model.isRunning) context.model.reset();
  void say.information(
    settled
      ? vscode.l10n.t("Rolled back to {0}.", revision)
      : vscode.l10n.t("ECS still rolls {0} back, which takes longer than usual: the first row says how it goes.", name),
  );
  await verify(context, { connection, request });
}
