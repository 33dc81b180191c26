/** A build in which every sentence of ours is another one: what it decides and what it asks of AWS must not change. */
import { createHash } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import path from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import ts from "typescript";
import { options } from "../../../esbuild.js";
import { projectRoot, temporaryDir } from "../../../scripts/paths";
import { distFolder } from "./cli";

/** Three words in a row, the last of letters alone: names, codes, JSON and expressions look otherwise. */
const sentence = /[A-Za-z'’]+[,;:]? [a-zA-Z'’]+[,;:]? [a-z]+/;

/** What stands in place of a text: the same for the same text, and with nothing in it that could be looked for. */
const marker = (text: string): string => `M${createHash("sha256").update(text).digest("hex").slice(0, 10)}`;

/** Texts of a template stand apart: one of a few words is enough there. */
const part = /[A-Za-z]{2,} [a-z]{2,}|^[A-Z]?[a-z]+ | [a-z]+$/;

/** The source with its sentences replaced; types, imports and keys stay. */
function marked(file: string, count: (text: string) => void): string {
  const text = readFileSync(file, "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const edits: { from: number; to: number; put: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isTaggedTemplateExpression(node)) return;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
      if (!ts.isPropertyAssignment(node.parent) || node.parent.name !== node)
        if (sentence.test(node.text)) {
          edits.push({ from: node.getStart(), to: node.getEnd(), put: JSON.stringify(marker(node.text)) });
          count(node.text);
        }
      return;
    }
    if (ts.isTemplateExpression(node)) {
      const whole = [node.head, ...node.templateSpans.map(({ literal }) => literal)];
      if (sentence.test(whole.map((piece) => piece.text).join(" x ")))
        for (const piece of whole) {
          if (!part.test(piece.text)) continue;
          // A part keeps its delimiters: ` or }, and ` or ${.
          const [open, close] = [1, piece.kind === ts.SyntaxKind.TemplateTail ? 1 : 2];
          edits.push({ from: piece.getStart() + open, to: piece.getEnd() - close, put: ` ${marker(piece.text)} ` });
          count(piece.text);
        }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return edits
    .sort((one, other) => other.from - one.from)
    .reduce((all, { from, to, put }) => all.slice(0, from) + put + all.slice(to), text);
}

/**
 * Where a text is no sentence for a person but a value: what is written into AWS or handed to another program.
 * Nothing here decides anything.
 */
const values: readonly RegExp[] = [/src[\\/]docker[\\/]commands\.ts$/, /src[\\/]machine[\\/]sandbox\.ts$/];

/** Builds command line, engine and task definition language so. Returns the command line's file and how many texts were replaced. */
export async function markedBuild(): Promise<{ program: string; replaced: number }> {
  const folder = temporaryDir("marked");
  cpSync(distFolder(), folder, { recursive: true });
  const texts = new Set<string>();
  const plugin: Plugin = {
    name: "marked",
    setup(bundle) {
      bundle.onLoad(
        { filter: /[\\/]src[\\/](core|aws|docker|machine|backend|cli)[\\/].*\.ts$|[\\/]src[\\/]cli\.ts$/ },
        ({ path: file }) =>
          values.some((pattern) => pattern.test(file))
            ? undefined
            : { contents: marked(file, (text) => texts.add(text)), loader: "ts" },
      );
    },
  };
  const { engine, taskdef, cli } = (options as BuildOptions).entryPoints as Record<string, string>;
  await build({
    ...(options as BuildOptions),
    entryPoints: { engine, taskdef, cli } as Record<string, string>,
    outdir: folder,
    metafile: false,
    sourcemap: false,
    absWorkingDir: projectRoot,
    plugins: [...((options as BuildOptions).plugins ?? []), plugin],
  });
  return { program: path.join(folder, "cli.js"), replaced: texts.size };
}
