/** The source of the VS Code front end, as TypeScript parses it. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

export const projectRoot = path.join(import.meta.dirname, "../../..");

/** A source file of src/vscode, or the extension's entry. */
export interface FrontEndSource {
  /** From the project's folder on, with slashes. */
  readonly file: string;
  readonly text: string;
  readonly parsed: ts.SourceFile;
}

/** All files of the front end. */
export function frontEnd(): FrontEndSource[] {
  const below = readdirSync(path.join(projectRoot, "src/vscode"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.posix.join("src/vscode", name.split(path.sep).join("/")));
  return ["src/extension.ts", ...below.sort()].map((file) => {
    const text = readFileSync(path.join(projectRoot, file), "utf8");
    return { file, text, parsed: ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) };
  });
}

/** Every node of a file. */
export function nodesOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (at: ts.Node): void => {
    found.push(at);
    ts.forEachChild(at, visit);
  };
  visit(node);
  return found;
}

/** `src/vscode/x.ts:12: text`, for a message that an editor can jump to. */
export function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${source.fileName}:${line + 1}: ${node.getText().slice(0, 100)}`;
}
