import * as vscode from "vscode";
import type { Checked, CheckOptions } from "../../core/taskDefinition/language/check";
import type { SeveritySetting } from "../../core/taskDefinition/document/finding";
import type { Surroundings } from "../../core/taskDefinition/document/task";
import type { TaskdefApi } from "./bundle";
import { isTaskDefinition } from "./detection";
import { neighbourhoodOf } from "./neighbours";

/** After the last key; a run that is not wanted any more never begins. */
const typingPause = 150;

interface State {
  ours: boolean;
  version: number;
  checked: Checked | undefined;
  surroundings: Surroundings;
  /** True once the neighbours have been read. */
  looked: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** The open task definitions, each looked at once for each of its versions. */
export class TaskDefinitionDocuments implements vscode.Disposable {
  private readonly states = new Map<string, State>();
  private readonly changed = new vscode.EventEmitter<vscode.TextDocument>();
  private readonly closed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  /** A document was looked at anew, or is no task definition any more. */
  readonly onDidCheck = this.changed.event;
  readonly onDidClose = this.closed.event;

  constructor(readonly api: TaskdefApi) {
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, typingPause)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(document.uri)),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (/\/(slipway\.json|[^/]*Dockerfile[^/]*|[^/]+\.ya?ml)$/i.test(uri.path)) this.lookAgain();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("slipway.taskDefinition")) this.lookAgain();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.lookAgain()),
    ];
    vscode.workspace.textDocuments.forEach((document) => this.schedule(document, 0));
  }

  /** What was found in this version of the document; undefined when it is no task definition. */
  check(document: vscode.TextDocument): Checked | undefined {
    const state = this.stateOf(document);
    if (state.version !== document.version) {
      state.ours = isTaskDefinition(document);
      state.version = document.version;
      state.checked = undefined;
    }
    if (!state.ours) return undefined;
    return (state.checked ??= this.api.check(document.getText(), this.options(document, state)));
  }

  options(document: vscode.TextDocument, state = this.stateOf(document)): CheckOptions {
    const severities = vscode.workspace
      .getConfiguration("slipway", document)
      .get<Record<string, SeveritySetting>>("taskDefinition.severities", {});
    return { severities, surroundings: state.surroundings };
  }

  /** Everything is looked at again: a neighbour or a setting changed. */
  lookAgain(): void {
    for (const state of this.states.values()) Object.assign(state, { version: -1, looked: false });
    vscode.workspace.textDocuments.forEach((document) => this.schedule(document, 0));
  }

  dispose(): void {
    for (const { timer } of this.states.values()) clearTimeout(timer);
    this.subscriptions.forEach((item) => item.dispose());
    this.changed.dispose();
    this.closed.dispose();
  }

  private stateOf(document: vscode.TextDocument): State {
    const key = document.uri.toString();
    const state = this.states.get(key) ?? {
      ours: false,
      version: -1,
      checked: undefined,
      surroundings: {},
      looked: false,
      timer: undefined,
    };
    this.states.set(key, state);
    return state;
  }

  /** One run at most waits for each document, always for its newest version. */
  private schedule(document: vscode.TextDocument, pause: number): void {
    if (document.languageId !== "json" && document.languageId !== "jsonc") return;
    const state = this.stateOf(document);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => {
      state.timer = undefined;
      if (document.isClosed) return;
      this.check(document);
      // What slipway.json fills in is no mistake: nothing is shown before the neighbours have been read once.
      if (state.ours && !state.looked) void this.lookAround(document, state);
      else this.changed.fire(document);
    }, pause);
  }

  private async lookAround(document: vscode.TextDocument, state: State): Promise<void> {
    state.looked = true;
    const place = neighbourhoodOf(document.uri);
    const surroundings = place
      ? await this.api.surroundingsOf(place).catch(() => state.surroundings)
      : state.surroundings;
    if (document.isClosed) return;
    if (JSON.stringify(surroundings) !== JSON.stringify(state.surroundings))
      Object.assign(state, { surroundings, version: -1 });
    this.schedule(document, 0);
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.states.get(key)?.timer);
    if (this.states.delete(key)) this.closed.fire(uri);
  }
}
