/** What is done with the application that the Deployment view shows, besides deploying it. */
import * as vscode from "vscode";
import type { Deployments, RunRequest, ServiceInspection } from "../../core/api";
import { reportOf } from "../../core/base/errors";
import { resourcesOf, rowSnapshots } from "../../core/deploy/state";
import { isRemoved } from "../../core/deploy/removals";
import { removalLines } from "../../core/render/plan";
import { workspaceKeys } from "../keys";
import type { DeploymentContext } from "./context";
import { showError } from "../ui/errors";
import { withCancel } from "../ui/progress";
import type { Node } from "./tree";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";

/** An application and the part of the connection that it is looked at, changed or removed by. */
export interface Target<C> {
  readonly connection: C;
  readonly request: RunRequest;
}

/** Shows what a deployment would do now. */
export async function showPlan(
  { consent }: Pick<DeploymentContext, "consent">,
  { connection, request }: Target<Deployments>,
): Promise<void> {
  await withCancel(vscode.l10n.t("Planning"), async (signal) => consent.show(await connection.plan(request, signal)));
}

/** Looks at how the application stands; quietly, in the view alone. */
export async function verify(
  { tree, log, memento }: Pick<DeploymentContext, "tree" | "log" | "memento">,
  { connection, request }: Target<ServiceInspection>,
): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: "slipway.deployment" } }, async () => {
    const { checks, state, snapshot } = await connection.look(request, new AbortController().signal);
    tree.setVisible(true);
    tree.setSeen({ state, at: snapshot.at });
    await memento.update(workspaceKeys.seen, { state, at: snapshot.at });
    // Looked at every minute: only what is not as it was is worth a line.
    for (const check of tree.setChecks(checks)) log.info(`checklist: ${check.state} ${check.title}: ${check.evidence}`);
  });
}

/** The same when a window opens, with nobody asked for anything; what cannot be read stays as it was. */
export async function lookQuietly(
  context: Pick<DeploymentContext, "active" | "connections" | "tree" | "log" | "memento">,
): Promise<void> {
  const { request } = context.active;
  if (!request || !vscode.workspace.isTrusted) return;
  const connection = await context.connections.openQuietly(new AbortController().signal);
  if (!connection) return;
  await verify(context, { connection, request }).catch((error: unknown) => context.log.debug(reportOf(error).summary));
}

/** Removes what Slipway made, after a modal that names it. */
export async function destroy(
  context: Pick<DeploymentContext, "model" | "log" | "consent">,
  { connection, request }: Target<Deployments>,
): Promise<void> {
  const result = await withCancel(vscode.l10n.t("Removing"), (signal) =>
    connection.destroy(
      request,
      async (removals, identity) => {
        const place = vscode.l10n.t("In account {0}, {1}.", identity.account, identity.region);
        if (!removals.some(isRemoved)) {
          await say.information([place, ...removalLines(removals)].join(" "));
          return false;
        }
        const name = request.application ?? vscode.l10n.t("the application");
        return context.consent.askToRemove(name, place, removals, signal);
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
  { connection, request }: Target<Deployments & ServiceInspection>,
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
  // What this window's deployment came to is over with it.
  context.model.reset();
  void say.information(
    settled
      ? vscode.l10n.t("Rolled back to {0}.", revision)
      : vscode.l10n.t("ECS still rolls {0} back, which takes longer than usual: the first row says how it goes.", name),
  );
  await verify(context, { connection, request });
}

/** Opens a file of the application's folder; one that is not there yet is said. */
export async function openFile({ active }: Pick<DeploymentContext, "active">, name: string): Promise<void> {
  const request = active.requestOrFolder;
  if (!request) return;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(request.folder), name);
  await vscode.window
    .showTextDocument(uri)
    .then(undefined, () =>
      say.information(vscode.l10n.t("There is no {0} yet: the first deployment writes it.", name)),
    );
}

/** Opens what the deployment of this window has brought to a URL. */
export async function openUrl({ model, tree }: Pick<DeploymentContext, "model" | "tree">): Promise<void> {
  const seen = tree.lastSeen?.state;
  const url = model.state.url ?? (seen && "url" in seen ? seen.url : undefined);
  if (url) await vscode.env.openExternal(vscode.Uri.parse(url));
  else await say.information(vscode.l10n.t("No live URL is known in this window yet: deploy first."));
}

/** The ARN of a row's resource; from the palette, of one that is picked. */
export async function copyArn({ model }: Pick<DeploymentContext, "model">, node: Node | undefined): Promise<void> {
  const ofRow =
    node?.kind === "row" ? rowSnapshots(model.state).find((row) => row.id === node.row)?.resources : undefined;
  const resources = ofRow ?? resourcesOf(model.state);
  const picked =
    resources.length === 1
      ? resources[0]
      : (
          await pick(
            resources.map((resource) => ({ label: resource.name, description: resource.arn, resource })),
            { placeHolder: vscode.l10n.t("The resource whose ARN is copied") },
          )
        )?.resource;
  if (picked) await vscode.env.clipboard.writeText(picked.arn);
}
