import * as vscode from "vscode";
import {
  isForeignDocument,
  isTaskDefinitionName,
  looksLikeTaskDefinition,
  recogniseLimit,
} from "../../core/taskDefinition/language/recognise";

const languages: ReadonlySet<string> = new Set(["json", "jsonc"]);
/** Documents that a person edits; a diff's other side and settings are none. */
const schemes: ReadonlySet<string> = new Set(["file", "untitled"]);
/** Lines that are looked at to tell what a document is. */
const mostLines = 2000;

/** The documents that our providers are asked about; they look for themselves whether it is a task definition. */
export const selector: vscode.DocumentSelector = [...languages].flatMap((language) =>
  [...schemes].map((scheme) => ({ language, scheme })),
);

/** The beginning of a document, without making one string of all of it. */
function beginning(document: vscode.TextDocument): string {
  const parts: string[] = [];
  let left = recogniseLimit;
  for (let line = 0; line < Math.min(document.lineCount, mostLines) && left > 0; line++) {
    const text = document.lineAt(line).text.slice(0, left);
    parts.push(text);
    left -= text.length + 1;
  }
  return parts.join("\n");
}

/** VS Code holds a pattern against the whole path; people write it from their folder on. */
const anywhere = (pattern: string): string =>
  pattern.startsWith("**/") || pattern.startsWith("/") ? pattern : `**/${pattern.replace(/^\.\//, "")}`;

/** A workspace sets the patterns, also one that is not trusted: many stars in one name take VS Code for ever to match. */
const isBearable = (pattern: unknown): pattern is string =>
  typeof pattern === "string" &&
  pattern.length < 1000 &&
  pattern.split("**").length < 6 &&
  pattern.split("/").every((part) => part.replaceAll("**", "").split("*").length < 5);

/** True for a task definition: by the setting's patterns, by its name, by its content. Two milliseconds at most. */
export function isTaskDefinition(document: vscode.TextDocument): boolean {
  if (!languages.has(document.languageId) || !schemes.has(document.uri.scheme)) return false;
  const stated = vscode.workspace.getConfiguration("slipway", document).get<string[]>("taskDefinition.files", []);
  const patterns = Array.isArray(stated) ? stated.filter(isBearable) : [];
  if (
    patterns.length &&
    vscode.languages.match(
      patterns.map((pattern) => ({ pattern: anywhere(pattern) })),
      document,
    ) > 0
  )
    return true;
  const text = beginning(document);
  return isTaskDefinitionName(document.uri.path) ? !isForeignDocument(text) : looksLikeTaskDefinition(text);
}

const changePause = 300;

/**
 * Watches JSON documents, and calls `first` for the first that is a task definition. Until then nothing but this file is
 * loaded, and afterwards it has nothing more to do.
 */
export function watchForTaskDefinitions(first: () => void): vscode.Disposable {
  const timers = new Map<string, NodeJS.Timeout>();
  let done = false;
  const look = (document: vscode.TextDocument) => {
    if (done || document.isClosed || !isTaskDefinition(document)) return;
    done = true;
    stop();
    first();
  };
  const subscriptions = [
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (!languages.has(document.languageId) || !schemes.has(document.uri.scheme)) return;
      const key = document.uri.toString();
      clearTimeout(timers.get(key));
      timers.set(
        key,
        setTimeout(() => {
          timers.delete(key);
          look(document);
        }, changePause),
      );
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("slipway.taskDefinition.files")) vscode.workspace.textDocuments.forEach(look);
    }),
  ];
  const stop = () => {
    subscriptions.forEach((item) => item.dispose());
    timers.forEach(clearTimeout);
    timers.clear();
  };
  vscode.workspace.textDocuments.forEach(look);
  return new vscode.Disposable(stop);
}
