import * as vscode from "vscode";
import type { Connection, DiagnosisRequest, RunRequest } from "../../core/api";
import type { Diagnosis } from "../../core/service/diagnosis/types";
import { isCancelled, reportOf } from "../../core/base/errors";
import type { Subject } from "../../core/service/snapshot/serviceSnapshot";
import { diagnosisDocument } from "../../core/render/diagnosis";
import { requireTrust, type Slipway } from "../context";
import { actions, showError } from "../ui/errors";
import type { InspectDocuments } from "./documents";

/** What the AWS Resources view hands over: the node's own words, and the connection that it was read by. */
interface FromResources {
  connection: Connection;
  kind: string;
  ref: Readonly<Record<string, string>>;
  label: string;
}

const isFromResources = (value: unknown): value is FromResources =>
  typeof value === "object" && value !== null && "connection" in value && "ref" in value;

interface Question {
  connection: Connection;
  of: RunRequest | Subject;
  about: DiagnosisRequest;
  subject: string;
  /** The actions' commands work on the active application: on nothing else are they offered. */
  isActive: boolean;
}

/** A service, a task of one, or a target behind it, as a node of the tree names it. */
async function ofNode(slipway: Slipway, { connection, ref, label }: FromResources): Promise<Question | undefined> {
  const { cluster, task, group, address } = ref;
  const service = ref["service"] ?? (group?.startsWith("service:") ? group.slice("service:".length) : undefined);
  const about: DiagnosisRequest = { ...(task ? { task } : {}), ...(address ? { target: { id: address } } : {}) };
  if (cluster)
    return { connection, of: { cluster, ...(service ? { service } : {}) }, about, subject: label, isActive: false };
  // A target below its group alone: the group does not say whose it is.
  const request = slipway.active.request;
  if (!request)
    return void (await vscode.window.showInformationMessage(
      "Diagnose the service of this target: its row is below its cluster.",
    ));
  return {
    connection,
    of: request,
    about,
    subject: `${request.application ?? "the application"}, target ${label}`,
    isActive: true,
  };
}

async function ofApplication(slipway: Slipway, signal: AbortSignal): Promise<Question | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const request = slipway.active.request ?? (folder === undefined ? undefined : { folder });
  if (!request) return void (await vscode.window.showInformationMessage("Open a folder with an application first."));
  const connection = await slipway.connections.ensure(signal);
  if (!connection) return undefined;
  const { error } = slipway.model.state;
  return {
    connection,
    of: request,
    about: error ? { error } : {},
    subject: request.application ?? slipway.model.state.application ?? "the application",
    isActive: true,
  };
}

/** Looks, judges, and says it: the cause in a message with its mends, all of it in a document. */
export async function diagnoseCommand(
  slipway: Slipway,
  documents: InspectDocuments,
  argument: unknown,
): Promise<Diagnosis | undefined> {
  if (!(await requireTrust())) return undefined;
  try {
    const asked = isFromResources(argument)
      ? await ofNode(slipway, argument)
      : await ofApplication(slipway, new AbortController().signal);
    if (!asked) return undefined;
    const diagnosis = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, cancellable: true, title: `Diagnosing ${asked.subject}` },
      (_progress, token) => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        return asked.connection.diagnose(asked.of, cancel.signal, asked.about);
      },
    );
    slipway.log.info(`Diagnosis of ${asked.subject}: ${diagnosis.summary}`);
    // The message waits for a person; whoever called the command does not.
    tell(diagnosis, asked, documents).catch((error: unknown) => slipway.log.error(reportOf(error).summary));
    return diagnosis;
  } catch (error) {
    if (!isCancelled(error))
      await showError(slipway.log, reportOf(error), () => diagnoseCommand(slipway, documents, argument));
    return undefined;
  }
}

const showTitle = "Show Diagnosis";
const copyTitle = "Copy Command";

async function tell(diagnosis: Diagnosis, { subject, isActive }: Question, documents: InspectDocuments): Promise<void> {
  const { cause, healthy, summary } = diagnosis;
  const offered =
    healthy || !cause || !isActive ? [] : cause.actions.flatMap((id) => (actions[id] ? [actions[id]] : [])).slice(0, 2);
  const titles = [
    ...offered.map((action) => action.title),
    ...(cause?.command && !healthy ? [copyTitle] : []),
    showTitle,
  ];
  const text =
    healthy || !cause ? summary : `${cause.certainty === "likely" ? "Likely: " : ""}${summary} ${cause.remedy}`;
  const picked = await (healthy
    ? vscode.window.showInformationMessage(text, ...titles)
    : vscode.window.showWarningMessage(text, ...titles));
  if (picked === showTitle) return documents.open(`Diagnosis of ${subject}`, diagnosisDocument(diagnosis, subject));
  if (picked === copyTitle && cause?.command) {
    await vscode.env.clipboard.writeText(cause.command);
    vscode.window.setStatusBarMessage("Copied the command", 3000);
    return;
  }
  const action = offered.find((item) => item.title === picked);
  if (action) await vscode.commands.executeCommand(action.command);
}
