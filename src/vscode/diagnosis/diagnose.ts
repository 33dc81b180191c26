import * as vscode from "vscode";
import type { DiagnosisRequest, RunRequest, ServiceInspection } from "../../core/api";
import type { Diagnosis } from "../../core/service/diagnosis/types";
import { reportOf } from "../../core/base/errors";
import type { Subject } from "../../core/service/snapshot/serviceSnapshot";
import { diagnosisDocument } from "../../core/render/diagnosis";
import type { DiagnosisPagesContext } from "./context";
import { actions, placeOffer } from "../ui/errors";
import { offer, type Offer } from "../ui/offer";
import { withCancel } from "../ui/progress";
import type { DocumentPages, PageAction } from "../webviewKit/documentPages";
import type { FromResources } from "./part";
import { say } from "../ui/messages";

interface Question {
  connection: ServiceInspection;
  of: RunRequest | Subject;
  about: DiagnosisRequest;
  subject: string;
  /** The actions' commands work on the active application: on nothing else are they offered. */
  isActive: boolean;
}

/** A service, a task of one, or a target behind it, as a node of the tree names it. */
async function ofNode(
  { active }: DiagnosisPagesContext,
  { connection, ref, label }: FromResources,
): Promise<Question | undefined> {
  const { cluster, task, group, address } = ref;
  const service = ref["service"] ?? (group?.startsWith("service:") ? group.slice("service:".length) : undefined);
  const about: DiagnosisRequest = { ...(task ? { task } : {}), ...(address ? { target: { id: address } } : {}) };
  if (cluster)
    return { connection, of: { cluster, ...(service ? { service } : {}) }, about, subject: label, isActive: false };
  // A target below its group alone: the group does not say whose it is.
  const request = active.request;
  if (!request)
    return void (await say.information(
      vscode.l10n.t("Diagnose the service of this target: its row is below its cluster."),
    ));
  return {
    connection,
    of: request,
    about,
    subject: vscode.l10n.t("{0}, target {1}", request.application ?? vscode.l10n.t("the application"), label),
    isActive: true,
  };
}

async function ofApplication(context: DiagnosisPagesContext): Promise<Question | undefined> {
  const { active, connections, model } = context;
  const request = active.requestOrFolder;
  if (!request) return void (await say.information(vscode.l10n.t("Open a folder with an application first.")));
  const connection = await connections.ensure(new AbortController().signal);
  if (!connection) return undefined;
  const { error, application, endedAt } = model.state;
  return {
    connection,
    of: request,
    about: error ? { error, ...(endedAt === undefined ? {} : { failedAt: endedAt }) } : {},
    subject: request.application ?? application ?? vscode.l10n.t("the application"),
    isActive: true,
  };
}

/** Looks, judges, and says it: the cause in a message with what can be done, all of it in a document. */
export async function diagnoseAndTell(
  context: DiagnosisPagesContext,
  node: FromResources | undefined,
): Promise<Diagnosis | undefined> {
  const asked = node ? await ofNode(context, node) : await ofApplication(context);
  if (!asked) return undefined;
  const diagnosis = await withCancel(vscode.l10n.t("Diagnosing {0}", asked.subject), (signal) =>
    asked.connection.diagnose(asked.of, signal, asked.about),
  );
  context.log.info(`Diagnosis of ${asked.subject}: ${diagnosis.summary}`);
  // The message waits for a person; whoever called the command does not.
  tell(context, diagnosis, asked).catch((error: unknown) => context.log.error(reportOf(error).summary));
  return diagnosis;
}

async function tell({ pages }: DiagnosisPagesContext, diagnosis: Diagnosis, question: Question): Promise<void> {
  const { cause, healthy, summary } = diagnosis;
  const doing = actionsOf(diagnosis, question);
  const offers: Offer[] = doing.slice(0, 2);
  if (cause?.command && !healthy) offers.push(copyOffer(cause.command));
  offers.push({
    title: vscode.l10n.t("Show Diagnosis"),
    run: () => showDiagnosis(pages, diagnosis, question.subject, doing),
  });
  const found = cause?.certainty === "likely" ? vscode.l10n.t("Likely: {0}", summary) : summary;
  const text = healthy || !cause ? summary : `${found} ${cause.remedy}`;
  await offer(healthy ? say.information : say.warning, text, offers);
}

/** What can be done about the cause; the line that is at fault comes first. */
const actionsOf = ({ cause, healthy, location }: Diagnosis, { isActive, of }: Question): PageAction[] =>
  cause && !healthy && isActive
    ? [
        ...("folder" in of && location ? [placeOffer(location, of.folder)] : []),
        ...cause.actions.flatMap((id) => {
          const action = actions[id];
          return action ? [{ title: action.title, run: () => vscode.commands.executeCommand(action.command) }] : [];
        }),
      ]
    : [];

function showDiagnosis(
  pages: DocumentPages,
  diagnosis: Diagnosis,
  subject: string,
  doing: readonly PageAction[],
): void {
  const tab = vscode.l10n.t("Diagnosis of {0}", subject);
  pages.show(
    { viewType: "slipway.diagnosis", tab, doc: diagnosisDocument(diagnosis, subject) },
    doing.map((action, index) => (index === 0 ? { ...action, isPrimary: true } : action)),
  );
}

const copyOffer = (command: string): Offer => ({
  title: vscode.l10n.t("Copy Command"),
  async run() {
    await vscode.env.clipboard.writeText(command);
    vscode.window.setStatusBarMessage(vscode.l10n.t("Copied the command"), 3000);
  },
});
