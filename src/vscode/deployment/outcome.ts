/** What is said, and asked, while a deployment runs and when it is over. */
import * as vscode from "vscode";
import type { Deployments, RunRequest } from "../../core/api";
import type { ErrorReport } from "../../core/base/errors";
import type { DeployResult } from "../../core/deploy/deploy";
import type { StuckAnswer } from "../../core/deploy/step";
import type { StopDiagnosis } from "../../core/service/diagnosis/stopped";
import type { DeploymentContext } from "./context";
import type { ResourceKind } from "../../core/deploy/phases";
import { kindNames } from "../../core/render/kindNames";
import { logError, showError } from "../ui/errors";
import { offer, type Offer } from "../ui/offer";
import { say } from "../ui/messages";

/** A deployment that is over. */
export interface Ended {
  readonly connection: Deployments;
  readonly request: RunRequest;
  readonly result: DeployResult;
  /** Deploys by the same request, with its answers. */
  again(): Promise<void>;
}

/** The first task that stopped for good is known within seconds; the circuit breaker needs minutes. */
export async function askAboutFailure(cause: StopDiagnosis, canRollBack: boolean): Promise<StuckAnswer> {
  const items: (vscode.MessageItem & { answer: StuckAnswer })[] = [
    canRollBack
      ? { title: vscode.l10n.t("Roll Back Now"), answer: "rollBack" }
      : { title: vscode.l10n.t("Stop Now"), answer: "stop" },
    { title: vscode.l10n.t("Wait"), answer: "wait" },
  ];
  const outlook = cause.mayCure
    ? vscode.l10n.t("Slipway keeps waiting.")
    : vscode.l10n.t("It will not recover on its own; ECS keeps trying until its circuit breaker trips.");
  const picked = await say.warning(`${cause.sentence} ${outlook} ${cause.remedy}`, ...items);
  return picked?.answer ?? "wait";
}

/** New credentials are looked for so often beside the question, and so long after it was dismissed nobody is asked again. */
const [credentialsEveryMs, quietMs] = [15_000, 5 * 60_000];
let asking: Promise<boolean> | undefined;
let dismissedAt = -Infinity;

/** Credentials that ended in mid-rollout: one question, and another look now and then whatever is answered. */
export async function awaitCredentials(report: ErrorReport, signal: AbortSignal): Promise<boolean> {
  if (Date.now() - dismissedAt > quietMs)
    asking ??= offer(
      say.warning,
      vscode.l10n.t("{0} The deployment goes on in AWS, and is watched again once you have signed in.", report.summary),
      [
        { title: vscode.l10n.t("Sign In"), run: () => vscode.commands.executeCommand("slipway.signIn") },
        { title: vscode.l10n.t("Try Again"), run: () => undefined },
      ],
    )
      .then((answered) => {
        if (!answered) dismissedAt = Date.now();
        return answered;
      })
      .finally(() => (asking = undefined));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, credentialsEveryMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener("abort", end, { once: true });
    asking?.then((answered) => answered && end(), end);
  });
  return !signal.aborted;
}

/** Says what a finished deployment came to, in one message with what can be done next. */
export async function tellOutcome(context: DeploymentContext, ended: Ended): Promise<void> {
  const { log, problems, connections } = context;
  const { request, result } = ended;
  const { outcome, url, error } = result;
  const name = request.application ?? vscode.l10n.t("The application");
  switch (outcome) {
    case "declined":
      return;
    case "done":
    case "doneNotProbed":
      void vscode.commands.executeCommand("slipway.verify");
      if (url) await offerUrl(name, url, outcome === "done", isFirst(result));
      else await offer(say.information, vscode.l10n.t("{0} runs.", name), [showLogs()]);
      return;
    case "cancelled":
    case "stoppedWatching":
      // What it waits for is not AWS's to do: the record that a person has to write is in the error.
      if (error?.code === "CertificateTakesLong") {
        await showError(log, error, ended.again);
        return;
      }
      if (error) logError(log, error);
      await afterCancel(ended);
      return;
    case "failed":
    case "rolledBack":
      if (!error) return;
      problems.report(request.folder, error);
      if (error.code.startsWith("Credentials")) connections.close();
      await showError(log, withLogs(result, error), ended.again, request.folder);
  }
}

const showLogs = (): Offer => ({
  title: vscode.l10n.t("Show Application Logs"),
  run: () => vscode.commands.executeCommand("slipway.logs.tailDeployment"),
});

/** Where tasks were started, what they printed is the first thing to look at. */
function withLogs(result: DeployResult, error: ErrorReport): ErrorReport {
  const ran = result.resources.some((resource) => resource.kind === "service");
  return ran ? { ...error, actions: ["tailLogs", ...error.actions] } : error;
}

/** "ECR repository, 2 security groups": their names are the application's own, and stand in the rows. */
const counted = (kinds: readonly ResourceKind[]): string =>
  [...new Set(kinds)]
    .map((kind) => {
      const count = kinds.filter((each) => each === kind).length;
      const name = kindNames[kind] ?? kind;
      return count === 1 ? name : `${count} ${name}s`;
    })
    .join(", ");

/** Whether the service was made by it. */
const isFirst = ({ plan }: DeployResult): boolean =>
  plan?.items.some((item) => item.step === "service" && item.action === "create") ?? false;

async function offerUrl(name: string, url: string, probed: boolean, first: boolean): Promise<void> {
  const open = () => vscode.env.openExternal(vscode.Uri.parse(url));
  const message = probed
    ? vscode.l10n.t("{0} is live at {1}", name, url)
    : vscode.l10n.t("{0} runs, but {1} does not answer from here: it was not probed.", name, url);
  // Later ones are looked at when somebody likes to.
  if (probed && first && vscode.workspace.getConfiguration("slipway").get("deploy.openUrl", true)) void open();
  await offer(say.information, message, [{ title: vscode.l10n.t("Open"), run: open }, showLogs()]);
}

/** Once a rollout has begun it goes on in AWS: the person says what is to become of it. */
async function afterCancel({ request, result, again }: Ended): Promise<void> {
  const remove: Offer = {
    title: vscode.l10n.t("Remove…"),
    run: () => vscode.commands.executeCommand("slipway.destroy"),
  };
  if (result.outcome === "stoppedWatching") {
    const rollBack: Offer = {
      title: vscode.l10n.t("Roll Back"),
      run: () => vscode.commands.executeCommand("slipway.rollBack"),
    };
    const message = vscode.l10n.t("Stopped watching {0}. Its rollout continues in AWS.", request.application ?? "");
    const watch: Offer = { title: vscode.l10n.t("Resume Watching"), run: again };
    await offer(say.warning, message, [watch, isFirst(result) ? remove : rollBack]);
    return;
  }
  const exists = result.resources.filter((resource) => resource.origin === "created").map(({ kind }) => kind);
  if (exists.length === 0) return void (await say.warning(vscode.l10n.t("Cancelled. Nothing was created.")));
  const message = vscode.l10n.t("Cancelled. These exist by now: {0}.", counted(exists));
  const goOn: Offer = { title: vscode.l10n.t("Continue"), run: again };
  // What serves is not offered to be removed because a deployment over it was cancelled.
  await offer(say.warning, message, isFirst(result) ? [goOn, remove] : [goOn]);
}
