import * as vscode from "vscode";
import type { Certificates, ConnectionDetails, Deployments, RunRequest } from "../../core/api";
import { isCancelled, reportOf } from "../../core/base/errors";
import type { DeployResult, Interaction } from "../../core/deploy/deploy";
import type { Project } from "../../core/project/project";
import type { RunContext } from "./context";
import { workspaceKeys } from "../keys";
import { askAboutApplication } from "./applicationQuestions";
import { offeringRecords } from "./httpsQuestions";
import { offeringToContinue } from "./pause";
import { askForBuildSecrets } from "./buildSecrets";
import { logError, showError } from "../ui/errors";
import { offer } from "../ui/offer";
import { askAboutFailure, awaitCredentials, tellOutcome } from "./outcome";
import { say } from "../ui/messages";

/** One deployment with everything around it: connection, questions, consent, progress, and what it came to. */
export async function runDeployment(context: RunContext, asked: RunRequest): Promise<void> {
  const { active, connections, log, model, problems, tree } = context;
  if (model.isRunning) {
    await vscode.commands.executeCommand("slipway.deployment.focus");
    await say.information(
      vscode.l10n.t("A deployment is already running in this window. Cancel it, or wait until it ends."),
    );
    return;
  }
  problems.clear();
  const preparing = new AbortController();
  let request = asked;
  try {
    const connection = await connections.ensure(preparing.signal);
    if (!connection) return;
    const prepared = await prepareRequest(context, request, connection, preparing.signal);
    if (!prepared) return;
    request = prepared.request;
    if (mayNeedSecrets(prepared.project)) await askForBuildSecrets(context, request);
    await active.set(request);
    tree.setVisible(true);
    await vscode.commands.executeCommand("slipway.deployment.focus");
    const { result, rename } = await withProgress(context, connection, request, prepared.project);
    if (rename) return await useAnotherName(context, asked, prepared.project);
    const again = () => runDeployment(context, request);
    if (result) await tellOutcome(context, { connection, request, result, again });
  } catch (error) {
    // Not left to the commands' own boundary: *Try Again* keeps the answers, and a Dockerfile's line becomes a problem.
    if (isCancelled(error)) return;
    const report = reportOf(error);
    problems.report(request.folder, report);
    if (report.code.startsWith("Credentials")) connections.close();
    await showError(log, report, () => runDeployment(context, request));
  }
}

/** False where it is known that the build takes no secret: nothing is looked for then. */
const mayNeedSecrets = (project: Project | undefined): boolean =>
  project === undefined ||
  project.dockerfile.buildSecrets.length > 0 ||
  Object.keys(project.app.build.secrets ?? {}).length > 0;

/** A new application is asked for its name again; one that slipway.json lists is renamed there. */
async function useAnotherName(context: RunContext, asked: RunRequest, listed: Project | undefined): Promise<void> {
  if (!listed) {
    const { application: _application, ...unnamed } = asked;
    return runDeployment(context, unnamed);
  }
  await vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(asked.folder), "slipway.json"));
}

/** Asks what a first deployment has to know; a second one asks nothing. */
async function prepareRequest(
  { backend }: RunContext,
  request: RunRequest,
  connection: Certificates,
  signal: AbortSignal,
): Promise<{ request: RunRequest; project?: Project } | undefined> {
  const project = await backend().project(request.folder, request);
  if (!project.isNew) return { request: { ...request, application: project.app.name }, project };
  const ofStage = (target: string | undefined) =>
    backend().project(request.folder, {
      ...request,
      answers: { ...request.answers, ...(target === undefined ? {} : { target }) },
    });
  const answered = await askAboutApplication(project, [], ofStage, connection, signal);
  return (
    answered && {
      request: { ...request, application: answered.name, answers: { ...request.answers, ...answered.answers } },
    }
  );
}

async function withProgress(
  context: RunContext,
  connection: Deployments & ConnectionDetails,
  request: RunRequest,
  project: Project | undefined,
): Promise<{ result: DeployResult | undefined; rename: boolean }> {
  const { memento, model } = context;
  const run: RunRequest = { ...request, ...(project ? { project } : {}) };
  const title = vscode.l10n.t("Deploying {0}", request.application ?? "");
  return watched(context, connection, title, async (interaction, signal) => {
    await memento.update(workspaceKeys.running, request);
    try {
      const emit = offeringToContinue(offeringRecords(model.emit), request.application);
      const isJoined = (await connection.isDeploying(run, signal)) && (await connection.follow(run, emit, signal));
      return isJoined ? undefined : await connection.deploy(run, interaction, emit, signal);
    } finally {
      await memento.update(workspaceKeys.running, undefined);
    }
  });
}

/** Runs what deploys with its progress shown, and asks for the consent; `rename` where the person wants another name. */
export async function watched(
  { model, consent }: Pick<RunContext, "model" | "consent">,
  connection: ConnectionDetails,
  title: string,
  run: (interaction: Interaction, signal: AbortSignal) => Promise<DeployResult | undefined>,
): Promise<{ result: DeployResult | undefined; rename: boolean }> {
  let rename = false;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title,
    },
    async (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      const listener = model.onDidChange(() => progress.report({ message: model.stage }));
      try {
        const result = await run(
          {
            confirm: async (plan, again) => {
              const answer = await consent.ask(plan, connection.name, again, cancel.signal);
              rename = answer === "rename";
              return answer === true;
            },
            taskFailed: askAboutFailure,
            credentials: awaitCredentials,
          },
          cancel.signal,
        );
        return { result, rename };
      } finally {
        listener.dispose();
      }
    },
  );
}

/**
 * After a reload in mid-deployment: a deployment that another window runs is joined, a wait is picked up without a
 * word, and what still has something to write asks first.
 */
export async function pickUp(context: RunContext): Promise<void> {
  const { connections, log, memento, tree } = context;
  const request = memento.get<RunRequest>(workspaceKeys.running);
  if (!request || !connections.choice || !vscode.workspace.isTrusted) return;
  await memento.update(workspaceKeys.running, undefined);
  const signal = new AbortController().signal;
  try {
    const connection = await connections.ensure(signal);
    if (!connection) return;
    tree.setVisible(true);
    const onlyWait = (await connection.isDeploying(request)) || (await connection.rolloutUnderWay(request, signal));
    if (onlyWait) return await runDeployment(context, request);
    const name = request.application ?? vscode.l10n.t("the application");
    await offer(say.information, vscode.l10n.t("The deployment of {0} was interrupted. Nothing is lost.", name), [
      { title: vscode.l10n.t("Continue"), run: () => runDeployment(context, request) },
      { title: vscode.l10n.t("Dismiss"), run: () => undefined },
    ]);
  } catch (error) {
    logError(log, reportOf(error));
  }
}
