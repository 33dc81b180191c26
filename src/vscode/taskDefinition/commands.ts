import * as vscode from "vscode";
import type { ConnectionDetails, TaskDefinitionRegistry } from "../../core/api";
import { completed } from "../../core/registeredDefinitions/completed";
import type { Registered } from "../../core/registeredDefinitions/registeredDefinitions";
import type { TaskDefinition } from "../../core/base/taskDefinition";
import type { Checked } from "../../core/taskDefinition/language/check";
import type { TaskDefinitionContext } from "./context";
import { pickDockerfile } from "../ui/dockerfiles";
import { offer } from "../ui/offer";
import { relativePath } from "../ui/folders";
import { withCancel } from "../ui/progress";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";

const scheme = "slipway-task-definition";

/** Both sides of a comparison, read-only. */
class Comparisons implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private count = 0;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? vscode.l10n.t("This comparison is no longer current.");
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
async function opened(context: TaskDefinitionContext, uri: vscode.Uri | undefined): Promise<Opened | undefined> {
  const at = uri ?? vscode.window.activeTextEditor?.document.uri;
  const document = at && (await vscode.workspace.openTextDocument(at));
  const { documents } = context.taskDefinitions;
  const checked = document && documents.check(document);
  const definition = checked && documents.api.definitionOf(checked.task);
  if (document && checked && definition) return { document, checked, definition };
  await say.information(vscode.l10n.t("Open a task definition first: valid JSON, with its family and its containers."));
  return undefined;
}

/** True when nothing is left to be filled in; otherwise that is said. */
async function isFilledIn(context: TaskDefinitionContext, { checked }: Opened): Promise<boolean> {
  const open = context.taskDefinitions.documents.api.openPlaces(checked.task);
  if (open.length === 0) return true;
  await say.warning(vscode.l10n.t("Fill in before AWS can accept this: {0}.", open.join(", ")));
  return false;
}

async function withConnection<T>(
  { connections }: Pick<TaskDefinitionContext, "connections">,
  title: string,
  action: (connection: ConnectionDetails & TaskDefinitionRegistry, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const connection = await connections.ensure(new AbortController().signal);
  return connection && withCancel(title, (signal) => action(connection, signal));
}

const nameOf = ({ arn }: Registered): string => arn.split("/").at(-1) ?? arn;

/** A colon has no place in a file's name, and so none in a tab's title. */
function titleOf(registered: Registered): string {
  const [family = "", revision = ""] = nameOf(registered).split(":");
  return vscode.l10n.t("{0} revision {1}", family, revision);
}

async function showDifference(
  context: TaskDefinitionContext,
  before: Registered | undefined,
  { definition }: Opened,
  after: string,
): Promise<{ same: boolean }> {
  const texts = context.taskDefinitions.documents.api.compared(before?.definition ?? {}, definition);
  await comparisons.show(
    {
      title: before ? titleOf(before) : vscode.l10n.t("nothing registered yet"),
      text: before ? texts.before : "",
    },
    { title: after, text: texts.after },
  );
  return { same: before !== undefined && texts.before === texts.after };
}

/** Registers a new revision, after its difference from the newest one has been seen. */
export async function registerDefinition(context: TaskDefinitionContext, uri?: vscode.Uri): Promise<void> {
  const found = await opened(context, uri);
  if (!found || !(await isFilledIn(context, found))) return;
  const family = found.definition.family ?? "";
  const latest = await withConnection(
    context,
    vscode.l10n.t("Looking for {0}", family),
    async (connection, signal) => ({
      connection,
      revision: await connection.definitions(signal).latest(family),
    }),
  );
  if (!latest) return;
  const definition = completed(found.definition, latest.revision?.definition);
  const { same } = await showDifference(context, latest.revision, { ...found, definition }, vscode.l10n.t("this file"));
  const { account, region } = latest.connection.identity;
  const errors = found.checked.findings.filter(({ severity }) => severity === "error");
  const detail = [
    vscode.l10n.t("In account {0}, {1}, to {2}.", account, region, latest.connection.name),
    latest.revision
      ? same
        ? vscode.l10n.t("It says the same as {0}.", nameOf(latest.revision))
        : vscode.l10n.t("What differs from {0} is in the editor behind this.", nameOf(latest.revision))
      : vscode.l10n.t("It is the first revision of this family."),
    ...(errors.length
      ? [
          vscode.l10n.t(
            "AWS will probably reject it: {0}",
            errors
              .slice(0, 3)
              .map(({ message }) => message)
              .join(" "),
          ),
        ]
      : []),
  ];
  const yes = vscode.l10n.t("Register");
  if (
    (await say.information(vscode.l10n.t("Register {0}?", family), { modal: true, detail: detail.join("\n") }, yes)) !==
    yes
  )
    return;
  const tags = tagsOf(found.definition);
  const made = await withConnection(context, vscode.l10n.t("Registering {0}", family), (connection, signal) =>
    connection.definitions(signal).register(definition, tags),
  );
  if (!made) return;
  context.log.info(`registered ${made.arn}`);
  await offer(say.information, vscode.l10n.t("Registered {0}:{1}.", family, made.revision), [
    { title: vscode.l10n.t("Copy ARN"), run: () => vscode.env.clipboard.writeText(made.arn) },
  ]);
}

function tagsOf(definition: TaskDefinition): Record<string, string> {
  const tags = Array.isArray(definition["tags"]) ? (definition["tags"] as { key?: string; value?: string }[]) : [];
  return Object.fromEntries(tags.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? ""]])));
}

/** The difference between what runs and this file. */
export async function compareDefinition(context: TaskDefinitionContext, uri?: vscode.Uri): Promise<void> {
  const found = await opened(context, uri);
  if (!found) return;
  const family = found.definition.family ?? "";
  const request = await applicationRequest(context, found);
  const live = await withConnection(
    context,
    vscode.l10n.t("Looking for the live revision"),
    async (connection, signal) => {
      const desk = connection.definitions(signal);
      if (!request) return { revision: await desk.latest(family) };
      const { app } = await context.backend().project(request.folder, request);
      return { revision: await desk.live(app.cluster, app.service, app.family) };
    },
  );
  if (!live) return;
  if (!live.revision)
    return void (await say.information(
      vscode.l10n.t("No revision of the family {0} is registered there yet.", family),
    ));
  const { same } = await showDifference(context, live.revision, found, vscode.l10n.t("this file"));
  if (same) void say.information(vscode.l10n.t("{0} says the same as this file.", nameOf(live.revision)));
}

/** The application of context.json that this file belongs to. */
async function applicationRequest(
  context: TaskDefinitionContext,
  { document }: Opened,
): Promise<{ folder: string; application: string } | undefined> {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  const application = folder && context.taskDefinitions.documents.options(document).surroundings?.slipway?.application;
  return application === undefined ? undefined : { folder: folder?.uri.fsPath ?? "", application };
}

/** Deploys with this file: the application that has it, or a new one out of a Dockerfile. */
export async function deployWithDefinition(context: TaskDefinitionContext, uri?: vscode.Uri): Promise<void> {
  const found = await opened(context, uri);
  if (!found) return;
  const known = await applicationRequest(context, found);
  if (known) return context.deploy(known);
  const folder = vscode.workspace.getWorkspaceFolder(found.document.uri);
  if (!folder || found.document.isUntitled)
    return void (await say.information(vscode.l10n.t("Save the task definition in a folder of this workspace first.")));
  const dockerfile = await pickDockerfile();
  if (!dockerfile) return;
  const names = (found.definition.containerDefinitions ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
  const container =
    names.length > 1
      ? await pick(names, {
          title: vscode.l10n.t("Deploy with this file"),
          placeHolder: vscode.l10n.t("The container that gets the image"),
        })
      : names[0];
  if (container === undefined) return;
  await context.deploy({
    folder: folder.uri.fsPath,
    dockerfile: relativePath(folder, dockerfile),
    answers: { taskDefinition: relativePath(folder, found.document.uri), container },
  });
}

/** A new definition for a Dockerfile, as a document that is not saved yet. */
export async function createDefinition(context: TaskDefinitionContext, uri?: vscode.Uri): Promise<void> {
  const file = uri ?? (await pickDockerfile());
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file || !folder) return;
  const { app } = await context.backend().project(folder.uri.fsPath, { dockerfile: relativePath(folder, file) });
  const architecture = await context
    .backend()
    .containerEngine(folder.uri.fsPath, new AbortController().signal)
    .then(
      (engine) => engine.architecture,
      () => "X86_64" as const,
    );
  const text = context.taskDefinitions.documents.api.newDefinition(app, architecture);
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
export async function cleanDefinition(context: TaskDefinitionContext, uri?: vscode.Uri): Promise<void> {
  const at = uri ?? vscode.window.activeTextEditor?.document.uri;
  const document = at && (await vscode.workspace.openTextDocument(at));
  if (!document || !context.taskDefinitions.documents.check(document))
    return void (await say.information(vscode.l10n.t("Open a task definition first.")));
  const text = document.getText();
  const clean = context.taskDefinitions.documents.api.cleaned(text);
  if (clean === text) return;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(0), document.positionAt(text.length)), clean);
  await vscode.workspace.applyEdit(edit);
}

/** Looks in the account whether what the definition names is there. */
export async function checkInAccount(context: TaskDefinitionContext, uri?: vscode.Uri): Promise<void> {
  const found = await opened(context, uri);
  if (!found) return;
  const results = await withConnection(context, vscode.l10n.t("Checking in AWS"), (connection, signal) =>
    connection.definitions(signal).check(found.definition),
  );
  if (!results) return;
  const failed = results.filter(({ state }) => state === "failed").length;
  const icons = { passed: "pass", failed: "error", blocked: "circle-slash", leftOut: "circle-slash" };
  for (const { state, title, evidence } of results) context.log.info(`task definition: ${state} ${title}: ${evidence}`);
  const picked = await pick(
    results.map(({ state, title, evidence }) => ({ icon: icons[state], label: title, detail: evidence })),
    {
      title: vscode.l10n.t("This task definition in AWS"),
      placeHolder: failed
        ? vscode.l10n.t("{0} of {1} checks failed", failed, results.length)
        : vscode.l10n.t("No check failed"),
    },
  );
  if (picked) await vscode.env.clipboard.writeText(picked.detail);
}
