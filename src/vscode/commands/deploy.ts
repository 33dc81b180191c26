import path from "node:path";
import * as vscode from "vscode";
import type { DeployResult } from "../../core/deploy/deploy";
import type { StuckAnswer } from "../../core/deploy/step";
import type { StopDiagnosis } from "../../core/service/diagnosis/stopped";
import type { PhaseId } from "../../core/deploy/phases";
import type { Connection, RunRequest } from "../../core/api";
import { isCancelled, reportOf, type ErrorReport } from "../../core/base/errors";
import { requireTrust, type Slipway } from "../context";
import { askAboutApplication } from "../ui/applicationQuestions";
import { logError, showError } from "../ui/errors";

const runningKey = "slipway.running";

/** Deploys a Dockerfile: from the explorer and the editor with a URI, from the palette with none. */
export async function deployDockerfile(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const file = uri ?? (await pickDockerfile());
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file) return;
  if (!folder || file.scheme !== "file") {
    await vscode.window.showErrorMessage(
      "Slipway deploys a Dockerfile that lies in a folder of this workspace, on this machine.",
    );
    return;
  }
  await runDeployment(slipway, { folder: folder.uri.fsPath, dockerfile: relativePath(folder, file) });
}

/** Deploys a service of a Compose file: its `build:`. What is not carried over is said first. */
export async function deployCompose(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const file = uri ?? vscode.window.activeTextEditor?.document.uri;
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file || !folder)
    return void (await vscode.window.showErrorMessage("Open a Compose file of this workspace first."));
  const services = await slipway.backend().compose(folder.uri.fsPath, relativePath(folder, file));
  if (services.length === 0)
    return void (await vscode.window.showErrorMessage(
      "No service of this Compose file has a build, so there is nothing to deploy. Services with an image alone run what others built.",
    ));
  const items = services.map((service) => ({
    label: service.name,
    description: service.settings.dockerfile,
    detail: service.notCarriedOver.length ? `Not carried over: ${service.notCarriedOver.join(", ")}` : "",
    service,
  }));
  const picked =
    items.length === 1 && items[0]?.detail === ""
      ? items[0]
      : await vscode.window.showQuickPick(items, {
          title: "Deploy to ECS Fargate",
          placeHolder: "The service to deploy",
        });
  if (picked)
    await runDeployment(slipway, {
      folder: folder.uri.fsPath,
      dockerfile: picked.service.settings.dockerfile,
      answers: picked.service.settings,
    });
}

/** Chooses which application and environment the Deployment view shows. */
export async function switchApplication(slipway: Slipway): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const items = (
    await Promise.all(
      folders.map(async ({ uri, name }) => {
        const applications = await slipway.backend().applications(uri.fsPath);
        return applications.flatMap(({ application, environments }) =>
          [undefined, ...environments].map((environment) => ({
            label: application,
            description: [environment, folders.length > 1 ? name : ""].filter(Boolean).join(" · "),
            request: { folder: uri.fsPath, application, ...(environment === undefined ? {} : { environment }) },
          })),
        );
      }),
    )
  ).flat();
  if (items.length === 0)
    return void (await vscode.window.showInformationMessage(
      "There is no slipway.json yet: the first deployment writes it.",
    ));
  const picked = await vscode.window.showQuickPick(items, {
    title: "Slipway",
    placeHolder: "The application that the Deployment view shows",
  });
  if (!picked) return;
  await slipway.active.set(picked.request);
  slipway.model.reset();
  slipway.tree.setChecks([]);
}

export function relativePath(folder: vscode.WorkspaceFolder, file: vscode.Uri): string {
  return path.posix.normalize(path.relative(folder.uri.fsPath, file.fsPath).split(path.sep).join("/"));
}

/** Deploys what is asked for, with everything around it. */
export function deployRequest(slipway: Slipway, request: RunRequest): Promise<void> {
  return runDeployment(slipway, request);
}

/** Deploys the application that the view shows, or asks for a Dockerfile. */
export async function deployAgain(slipway: Slipway, more: Partial<RunRequest> = {}): Promise<void> {
  const request = slipway.active.request;
  if (!request) return deployDockerfile(slipway);
  if (await requireTrust()) await runDeployment(slipway, { ...request, ...more });
}

export function runPhase(slipway: Slipway, phase: PhaseId): Promise<void> {
  return deployAgain(slipway, { onlyPhase: phase });
}

export async function pickDockerfile(): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(
    "**/{Dockerfile,Dockerfile.*,*.Dockerfile,Containerfile}",
    "**/{node_modules,.git}/**",
    50,
  );
  const files = found
    .filter((file) => !file.path.endsWith(".dockerignore"))
    .sort((one, other) => one.path.length - other.path.length);
  if (files.length === 0) {
    await vscode.window.showErrorMessage("There is no Dockerfile in this workspace.");
    return undefined;
  }
  if (files.length === 1) return files[0];
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }));
  return (
    await vscode.window.showQuickPick(items, {
      title: "Deploy to ECS Fargate",
      placeHolder: "The Dockerfile to deploy",
    })
  )?.file;
}

/** One deployment with everything around it: connection, questions, consent, progress, and what it came to. */
async function runDeployment(slipway: Slipway, asked: RunRequest): Promise<void> {
  const { model, log, problems, tree } = slipway;
  if (model.isRunning) {
    await vscode.commands.executeCommand("slipway.deployment.focus");
    await vscode.window.showInformationMessage(
      "A deployment is under way in this window. Cancel it, or wait for its end.",
    );
    return;
  }
  problems.clear();
  const preparing = new AbortController();
  let request = asked;
  try {
    const connection = await slipway.connections.ensure(preparing.signal);
    if (!connection) return;
    const prepared = await prepareRequest(slipway, request, preparing.signal);
    if (!prepared) return;
    request = prepared;
    await slipway.active.set(request);
    tree.setVisible(true);
    await vscode.commands.executeCommand("slipway.deployment.focus");
    const result = await withProgress(slipway, connection, request);
    if (result) await tell(slipway, connection, request, result);
  } catch (error) {
    if (isCancelled(error)) return;
    const report = reportOf(error);
    problems.report(request.folder, report);
    if (report.code.startsWith("Credentials")) slipway.connections.close();
    await showError(log, report, () => runDeployment(slipway, request));
  }
}

/** Asks what a first deployment has to know; a second one asks nothing. */
async function prepareRequest(
  slipway: Slipway,
  request: RunRequest,
  signal: AbortSignal,
): Promise<RunRequest | undefined> {
  const project = await slipway.backend().project(request.folder, request);
  if (!project.isNew) return { ...request, application: project.app.name };
  const answered = await askAboutApplication(project, [], signal);
  return answered && { ...request, application: answered.name, answers: { ...request.answers, ...answered.answers } };
}

async function withProgress(
  slipway: Slipway,
  connection: Connection,
  request: RunRequest,
): Promise<DeployResult | undefined> {
  const { model, consent, memento } = slipway;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: `Deploying ${request.application ?? ""}`,
    },
    async (progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      const listener = model.onDidChange(() => progress.report({ message: model.stage }));
      await memento.update(runningKey, request);
      try {
        if (await connection.isDeploying(request)) {
          await connection.follow(request, model.emit, cancel.signal);
          return undefined;
        }
        return await connection.deploy(
          request,
          {
            confirm: (plan, again) => consent.ask(plan, connection.name, again, cancel.signal),
            taskFailed: askAboutFailure,
          },
          model.emit,
          cancel.signal,
        );
      } finally {
        listener.dispose();
        await memento.update(runningKey, undefined);
      }
    },
  );
}

/** The first task that stopped for good is known within seconds; the circuit breaker needs minutes. */
async function askAboutFailure(cause: StopDiagnosis, canRollBack: boolean): Promise<StuckAnswer> {
  const now = canRollBack ? "Roll Back Now" : "Stop Now";
  const picked = await vscode.window.showWarningMessage(
    `${cause.sentence} ${cause.mayCure ? "Slipway goes on waiting" : "It will not get better by itself; ECS tries again until its circuit breaker trips"}. ${cause.remedy}`,
    now,
    "Wait",
  );
  return picked === "Roll Back Now" ? "rollBack" : picked === "Stop Now" ? "stop" : "wait";
}

/** What a finished deployment came to, in one message. */
async function tell(
  slipway: Slipway,
  connection: Connection,
  request: RunRequest,
  result: DeployResult,
): Promise<void> {
  const { log, problems } = slipway;
  const { outcome, url, error } = result;
  const name = request.application ?? "The application";
  switch (outcome) {
    case "declined":
      return;
    case "done":
    case "doneNotProbed":
      void vscode.commands.executeCommand("slipway.verify");
      if (url) await offerUrl(name, url, outcome === "done");
      else if (await vscode.window.showInformationMessage(`${name} runs.`, "Show Logs"))
        await vscode.commands.executeCommand("slipway.logs.tailDeployment");
      return;
    case "cancelled":
    case "stoppedWatching": {
      if (error) logError(log, error);
      await afterCancel(slipway, connection, request, result);
      return;
    }
    case "failed":
    case "rolledBack":
      if (!error) return;
      problems.report(request.folder, error);
      if (error.code.startsWith("Credentials")) slipway.connections.close();
      await showError(log, withLogs(result, error), () => runDeployment(slipway, request));
  }
}

/** Where tasks were started, what they printed is the first thing to look at. */
function withLogs(result: DeployResult, error: ErrorReport): ErrorReport {
  const ran = result.resources.some((resource) => resource.kind === "service");
  return ran ? { ...error, actions: ["tailLogs", ...error.actions] } : error;
}

async function offerUrl(name: string, url: string, probed: boolean): Promise<void> {
  const open = () => vscode.env.openExternal(vscode.Uri.parse(url));
  const message = probed
    ? `${name} is live at ${url}`
    : `${name} runs, but ${url} does not answer from here: it was not probed.`;
  if (probed && vscode.workspace.getConfiguration("slipway").get("deploy.openUrl", true)) void open();
  const picked = await vscode.window.showInformationMessage(message, "Open", "Copy URL", "Show Logs");
  if (picked === "Show Logs") await vscode.commands.executeCommand("slipway.logs.tailDeployment");
  if (picked === "Open") await open();
  if (picked === "Copy URL") await vscode.env.clipboard.writeText(url);
}

/** Once a rollout has begun it goes on in AWS: the person says what is to become of it. */
async function afterCancel(
  slipway: Slipway,
  connection: Connection,
  request: RunRequest,
  result: DeployResult,
): Promise<void> {
  const first = result.plan?.items.some((item) => item.step === "service" && item.action === "create") ?? false;
  const inRollout = result.outcome === "stoppedWatching";
  const exists = result.resources.filter((resource) => resource.origin === "created").map((resource) => resource.name);
  const message = inRollout
    ? `Stopped watching ${request.application ?? ""}. Its rollout goes on in AWS.`
    : exists.length
      ? `Cancelled. These exist by now: ${exists.join(", ")}.`
      : "Cancelled. Nothing was created.";
  const buttons = inRollout
    ? ["Watch Again", ...(first ? ["Remove…"] : ["Roll Back"])]
    : exists.length
      ? ["Go On", "Remove…"]
      : [];
  const picked = await vscode.window.showWarningMessage(message, ...buttons);
  if (picked === "Watch Again" || picked === "Go On") await runDeployment(slipway, request);
  if (picked === "Remove…") await vscode.commands.executeCommand("slipway.destroy");
  if (picked === "Roll Back") {
    await connection.rollBack(request, new AbortController().signal);
    await runDeployment(slipway, request).catch(() => undefined);
  }
}

/**
 * After a reload in mid-deployment: a deployment that another window runs is joined, a wait is picked up without a word,
 * and what still has something to write asks first.
 */
export async function pickUp(slipway: Slipway): Promise<void> {
  const request = slipway.memento.get<RunRequest>(runningKey);
  const choice = slipway.connections.choice;
  if (!request || !choice || !vscode.workspace.isTrusted) return;
  await slipway.memento.update(runningKey, undefined);
  const signal = new AbortController().signal;
  try {
    const connection = await slipway.connections.ensure(signal);
    if (!connection) return;
    slipway.tree.setVisible(true);
    const onlyWait = (await connection.isDeploying(request)) || (await connection.rolloutUnderWay(request, signal));
    if (onlyWait) return await runDeployment(slipway, request);
    const picked = await vscode.window.showInformationMessage(
      `The deployment of ${request.application ?? "the application"} was interrupted. Nothing is lost.`,
      "Go On",
      "Dismiss",
    );
    if (picked === "Go On") await runDeployment(slipway, request);
  } catch (error) {
    logError(slipway.log, reportOf(error));
  }
}
