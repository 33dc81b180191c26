import * as vscode from "vscode";
import type { ConnectionManager } from "../workspace/connections";
import { TaskDefinitionActions } from "./actions";
import type { TaskdefApi } from "./bundle";
import { TaskDefinitionDiagnostics } from "./diagnostics";
import { TaskDefinitionDocuments } from "./documents";
import { selector, watchForTaskDefinitions } from "./detection";
import { TaskDefinitionCompletion, TaskDefinitionHover, TaskDefinitionLenses } from "./language";

/** Understands task definitions from the first one on; until then only looks at JSON documents' names and beginnings. */
export class TaskDefinitionSupport implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[] = [];
  private known: TaskDefinitionDocuments | undefined;

  constructor(
    private readonly connections: ConnectionManager,
    private readonly load: () => TaskdefApi,
  ) {
    this.subscriptions.push(watchForTaskDefinitions(() => this.documents));
  }

  /** The open definitions; asking for them loads the validator. */
  get documents(): TaskDefinitionDocuments {
    if (this.known) return this.known;
    const documents = new TaskDefinitionDocuments(this.load());
    this.known = documents;
    const { languages } = vscode;
    this.subscriptions.push(
      documents,
      new TaskDefinitionDiagnostics(documents),
      languages.registerHoverProvider(selector, new TaskDefinitionHover(documents)),
      languages.registerCompletionItemProvider(
        selector,
        new TaskDefinitionCompletion(documents, this.connections),
        ...TaskDefinitionCompletion.triggers,
      ),
      languages.registerCodeActionsProvider(
        selector,
        new TaskDefinitionActions(documents),
        TaskDefinitionActions.metadata,
      ),
      languages.registerCodeLensProvider(selector, new TaskDefinitionLenses(documents)),
    );
    return documents;
  }

  dispose(): void {
    this.subscriptions.forEach((item) => item.dispose());
  }
}
