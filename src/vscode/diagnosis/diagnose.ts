import * as vscode from "vscode";
import type { DiagnosisRequest, RunRequest, ServiceInspection } from "../../core/api";
import type { Diagnosis } from "../../core/service/diagnosis/types";
import { reportOf } from "../../core/base/errors";
import type { Subject } from "../../core/service/snapshot/serviceSnapshot";
import { diagnosisDocument } from "../../core/render/diagnosis";
import type { DiagnosisContext } from "./context";
import { actions } from "../ui/errors";
import { offer, type Offer } from "../ui/offer";
import { withCancel } from "../ui/progress";
import type { InspectDocuments } from "./documents";
import type { FromResources } from "./part";

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
  { active }: DiagnosisContext,
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
    return void (await vscode.window.showInformationMessage(
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

async function ofApplication(context: DiagnosisContext): Promise<Question | undefined> {
  const { active, connections, model } = context;
  const request = active.requestOrFolder;
  if (!request)
    return void (await vscode.window.showInformationMessage(vscode.l10n.t("Open a folder with an application first.")));
  const connection = await connections.ensure(new AbortController().signal);
  if (!connection) return undefined;
  const { error, application } = model.state;
  return {
    connection,
    of: request,
    about: error ? { error } : {},
    subject: request.application ?? application ?? vscode.l10n.t("the application"),
    isActive: true,
  };
}

/** Looks, judges, and says it: the cause in a message with what can be done, all of it in a document. */
export async function diagnoseAndTell(
  context: DiagnosisContext,
  documents: InspectDocuments,
  node: FromResources | undefined,
): Promise<Diagnosis | undefined> {
  const asked = node ? await ofNode(context, node) : await ofApplication(context);
  if (!asked) return undefined;
  const diagnosis = await withCancel(vscode.l10n.t("Diagnosing {0}", asked.subject), (signal) =>
    asked.connection.diagnose(asked.of, signal, asked.about),
  );
  context.log.info(`Diagnosis of ${asked.subject}: ${diagnosis.summary}`);
  // The message waits for a person; whoever called the command does not.
  tell(diagnosis, asked, documents).catch((error: unknown) => context.log.error(reportOf(error).summary));
  return diagnosis;
}

async function tell(diagnosis: Diagnosis, { subject, isActive }: Question, documents: InspectDocuments): Promise<void> {
  const { cause, healthy, summary } = diagnosis;
  const offers: Offer[] = [];
  if (cause && !healthy) {
    for (const id of isActive ? cause.actions : []) {
      const action = actions[id];
      if (action && offers.length < 2)
        offers.push({ title: action.title, run: () => vscode.commands.executeCommand(action.command) });
    }
    if (cause.command) offers.push(copyOffer(cause.command));
  }
  offers.push({
    title: vscode.l10n.t("Show Diagnosis"),
    run: () => documents.open(vscode.l10n.t("Diagnosis of {0}", subject), diagnosisDocument(diagnosis, subject)),
  });
  const found = cause?.certainty === "likely" ? vscode.l10n.t("Likely: {0}", summary) : summary;
  const text = healthy || !cause ? summary : `${found} ${cause.remedy}`;
  await offer(healthy ? vscode.window.showInformationMessage : vscode.window.showWarningMessage, text, offers);
}

const copyOffer = (command: string): Offer => ({
  title: vscode.l10n.t("Copy Command"),
  async run() {
    await vscode.env.clipboard.writeText(command);
    vscode.window.setStatusBarMessage(vscode.l10n.t("Copied the command"), 3000);
  },
});
