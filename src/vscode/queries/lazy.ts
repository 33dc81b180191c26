/** What of query documents is there at activation: their language, with what its bundle says of one. */
import * as vscode from "vscode";

export const queryLanguage = "slipway-insights";

/** Queries, once their bundle is loaded. */
export interface QueriesPart {
  lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]>;
  complete(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]>;
  /** Runs a document, or the one that has the focus. */
  run(uri: vscode.Uri | undefined): Promise<void>;
  /** Opens a new document with a query that is chosen. */
  create(): Promise<void>;
  /** Saves the document's query in the account. */
  save(): Promise<void>;
  readonly onDidChangeLenses: vscode.Event<void>;
}

/** The language's providers; what they say is in the bundle, which the first document loads. */
export function registerQueries(queries: () => QueriesPart): vscode.Disposable {
  // VS Code listens at once, when nothing is to be loaded yet.
  const changed = new vscode.EventEmitter<void>();
  let following: vscode.Disposable | undefined;
  const part = (): QueriesPart => {
    following ??= queries().onDidChangeLenses(() => changed.fire());
    return queries();
  };
  return vscode.Disposable.from(
    changed,
    { dispose: () => following?.dispose() },
    vscode.languages.registerCodeLensProvider(queryLanguage, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) => part().lenses(document),
    }),
    vscode.languages.registerCompletionItemProvider(
      queryLanguage,
      { provideCompletionItems: (document, position) => queries().complete(document, position) },
      "@",
      "|",
      " ",
    ),
  );
}
