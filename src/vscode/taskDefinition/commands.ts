import * as vscode from "vscode";
import type { Connection } from "../../core/api";
import type { Registered } from "../../core/registeredDefinitions/registeredDefinitions";
import type { TaskDefinition } from "../../core/base/taskDefinition";
import type { Checked } from "../../core/taskDefinition/language/check";
import { deployRequest, pickDockerfile, relativePath } from "../commands/deploy";
import { requireTrust, type Slipway } from "../context";

const scheme = "slipway-task-definition";

/** Both sides of a comparison, read-only. */
class Comparisons implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "This comparison is no longer current.";
  }

  async show(before: { title: string; text: string }, after: { title: string; text: string }): Promise<void> {
    const number = ++this.count;
    const [left, right] = [before, after].map(({ title, text }, side) => {
      const uri = vscode.Uri.from({ scheme, path: `/${number}/${side}/${title}.json` });
      this.texts.set(uri.toString(), text);
      return uri;
    });
    await vscode.commands.executeCommand("vscode.diff", left, right, `${before.title} ↔ ${after.title}`, {
      preview: true,
    });
  }
}

const comparisons = new Comparisons();

export function registerComparisons(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, comparisons);
}

interface Opened {
  document: vscode.TextDocument;
  checked: Checked;
  definition: TaskDefinition;
}

/** The task definition that the command is for: the one named, or the one in the editor. */
async function opened(slipway: Slipway, uri: vscode.Uri | undefined): Promise<Opened | undefined> {
  const at = uri ?? vscode.window.activeTextEditor?.document.uri;
  const document = at && (await vscode.workspace.openTextDocument(at));
  const { documents } = slipway.taskDefinitions;
  const checked = document && documents.check(document);
  const definition = checked && documents.api.definitionOf(checked.task);
  if (document && checked && definition) return { document, checked, definition };
  await vscode.window.showInformationMessage(
    "Open a task definition first: valid JSON, with its family and its containers.",
  );
  return undefined;
}

/** True when nothing is left to be filled in; otherwise that is said. */
async function isFilledIn(slipway: Slipway, { checked }: Opened): Promise<boolean> {
  const open = slipway.taskDefinitions.documents.api.openPlaces(checked.task);
  if (open.length === 0) return true;
  await vscode.window.showWarningMessage(`Something has to be filled in before AWS can take this: ${open.join(", ")}.`);
  return false;
}

async function withConnection<T>(
  slipway: Slipway,
  title: string,
  action: (connection: Connection, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const connection = await slipway.connections.ensure(new AbortController().signal);
  if (!connection) return undefined;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    (_progress, token) => {
      const cancel = new AbortController();
      token.onCancellationRequested(() => cancel.abort());
      return action(connection, cancel.signal);
    },
  );
}

const nameOf = ({ arn }: Registered): string => arn.split("/").at(-1) ?? arn;

async function showDifference(
  slipway: Slipway,
  before: Registered | undefined,
  { definition }: Opened,
  after: string,
): Promise<{ same: boolean }> {
  const texts = slipway.taskDefinitions.documents.api.compared(before?.definition ?? {}, definition);
  await comparisons.show(
    {
      title: before ? nameOf(before).replace(":", " revision ") : "nothing registered yet",
      text: before ? texts.before : "",
    },
    { title: after, text: texts.after },
  );
  return { same: before !== undefined && texts.before === texts.after };
}

/** Registers a new revision, after its difference from the newest one has been seen. */
export async function registerDefinition(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const found = await opened(slipway, uri);
  if (!found || !(await isFilledIn(slipway, found))) return;
  const family = found.definition.family ?? "";
  const latest = await withConnection(slipway, `Looking for ${family}`, async (connection, signal) => ({
    connection,
    revision: await connection.definitions(signal).latest(family),
  }));
  if (!latest) return;
  const { same } = await showDifference(slipway, latest.revision, found, "this file");
  const { account, region } = latest.connection.identity;
  const errors = found.checked.findings.filter(({ severity }) => severity === "error");
  const detail = [
    `In account ${account}, ${region}, to ${latest.connection.name}.`,
    latest.revision
      ? same
        ? `It says the same as ${nameOf(latest.revision)}.`
        : `What differs from ${nameOf(latest.revision)} is in the editor behind this.`
      : "It is the first revision of this family.",
    ...(errors.length
      ? [
          `AWS will hardly take it: ${errors
            .slice(0, 3)
            .map(({ message }) => message)
            .join(" ")}`,
        ]
      : []),
  ];
  const yes = "Register";
  if (
    (await vscode.window.showInformationMessage(
      `Register ${family}?`,
      { modal: true, detail: detail.join("\n") },
      yes,
    )) !== yes
  )
    return;
  const tags = tagsOf(found.definition);
  const made = await withConnection(slipway, `Registering ${family}`, (connection, signal) =>
    connection.definitions(signal).register(found.definition, tags),
  );
  if (!made) return;
  slipway.log.info(`registered ${made.arn}`);
  const picked = await vscode.window.showInformationMessage(`Registered ${family}:${made.revision}.`, "Copy ARN");
  if (picked) await vscode.env.clipboard.writeText(made.arn);
}

function tagsOf(definition: TaskDefinition): Record<string, string> {
  const tags = Array.isArray(definition["tags"]) ? (definition["tags"] as { key?: string; value?: string }[]) : [];
  return Object.fromEntries(tags.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? ""]])));
}

/** The difference between what runs and this file. */
export async function compareDefinition(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const found = await opened(slipway, uri);
  if (!found) return;
  const family = found.definition.family ?? "";
  const request = await applicationRequest(slipway, found);
  const live = await withConnection(slipway, "Looking for the live one", async (connection, signal) => {
    const desk = connection.definitions(signal);
    if (!request) return { revision: await desk.latest(family) };
    const { app } = await slipway.backend().project(request.folder, request);
    return { revision: await desk.live(app.cluster, app.service, app.family) };
  });
  if (!live) return;
  if (!live.revision)
    return void (await vscode.window.showInformationMessage(
      `Nothing of the family ${family} is registered there yet.`,
    ));
  const { same } = await showDifference(slipway, live.revision, found, "this file");
  if (same) void vscode.window.showInformationMessage(`${nameOf(live.revision)} says the same as this file.`);
}

/** The application of slipway.json that this file belongs to. */
async function applicationRequest(
  slipway: Slipway,
  { document }: Opened,
): Promise<{ folder: string; application: string } | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const application = folder && slipway.taskDefinitions.documents.options(document).surroundings?.slipway?.application;
  return application === undefined ? undefined : { folder: folder?.uri.fsPath ?? "", application };
}

/** Deploys with this file: the application that has it, or a new one out of a Dockerfile. */
export async function deployWithDefinition(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const found = await opened(slipway, uri);
  if (!found) return;
  const known = await applicationRequest(slipway, found);
  if (known) return deployRequest(slipway, known);
  const folder = vscode.workspace.getWorkspaceFolder(found.document.uri);
  if (!folder || found.document.isUntitled)
    return void (await vscode.window.showInformationMessage(
      "Save the task definition in a folder of this workspace first.",
    ));
  const dockerfile = await pickDockerfile();
  if (!dockerfile) return;
  const names = (found.definition.containerDefinitions ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
  const container =
    names.length > 1
      ? await vscode.window.showQuickPick(names, {
          title: "Deploy with this file",
          placeHolder: "The container that gets the image",
        })
      : names[0];
  if (container === undefined) return;
  await deployRequest(slipway, {
    folder: folder.uri.fsPath,
    dockerfile: relativePath(folder, dockerfile),
    answers: { taskDefinition: relativePath(folder, found.document.uri), container },
  });
}

/** A new definition for a Dockerfile, as a document that is not saved yet. */
export async function createDefinition(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const file = uri ?? (await pickDockerfile());
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file || !folder) return;
  const { app } = await slipway.backend().project(folder.uri.fsPath, { dockerfile: relativePath(folder, file) });
  const architecture = await slipway
    .backend()
    .containerEngine(folder.uri.fsPath, new AbortController().signal)
    .then(
      (engine) => engine.architecture,
      () => "X86_64" as const,
    );
  const text = slipway.taskDefinitions.documents.api.newDefinition(app, architecture);
  const target = vscode.Uri.joinPath(folder.uri, app.taskDefinitionFile);
  const isThere = await vscode.workspace.fs.stat(target).then(
    () => true,
    () => false,
  );
  const { workspace } = vscode;
  const document = await (isThere
    ? workspace.openTextDocument({ language: "json", content: text })
    : workspace.openTextDocument(target.with({ scheme: "untitled" })));
  const editor = await vscode.window.showTextDocument(document);
  if (!isThere) await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
}

/** Takes out what describe-task-definition adds. Touches the document alone. */
export async function cleanDefinition(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  const at = uri ?? vscode.window.activeTextEditor?.document.uri;
  const document = at && (await vscode.workspace.openTextDocument(at));
  if (!document || !slipway.taskDefinitions.documents.check(document))
    return void (await vscode.window.showInformationMessage("Open a task definition first."));
  const text = document.getText();
  const clean = slipway.taskDefinitions.documents.api.cleaned(text);
  if (clean === text) return;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(text.length)), clean);
  await vscode.workspace.applyEdit(edit);
}

/** Looks in the account whether what the definition names is there. */
export async function checkInAccount(slipway: Slipway, uri?: vscode.Uri): Promise<void> {
  if (!(await requireTrust())) return;
  const found = await opened(slipway, uri);
  if (!found) return;
  const results = await withConnection(slipway, "Looking in AWS", (connection, signal) =>
    connection.definitions(signal).check(found.definition),
  );
  if (!results) return;
  const icons = { passed: "$(pass)", failed: "$(error)", blocked: "$(circle-slash)", leftOut: "$(circle-slash)" };
  for (const { state, title, evidence } of results) slipway.log.info(`task definition: ${state} ${title}: ${evidence}`);
  const picked = await vscode.window.showQuickPick(
    results.map(({ state, title, evidence }) => ({ label: `${icons[state]} ${title}`, detail: evidence })),
    {
      title: "This task definition in AWS",
      placeHolder: results.some(({ state }) => state === "failed") ? "Something is missing" : "Nothing is missing",
    },
  );
  if (picked) await vscode.env.clipboard.writeText(picked.detail);
}
