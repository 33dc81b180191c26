/** Texts that the front end shows can be translated: each is a literal given to `vscode.l10n.t`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { frontEnd, nodesOf, placeOf, projectRoot } from "./support/frontEnd";

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression;

const isText = (node: ts.Node): node is Text => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/** What a person would read of it: without icons, and with a space where something is filled in. */
const wordsOf = (node: Text): string =>
  (ts.isTemplateExpression(node)
    ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join(" ")
    : node.text
  )
    .replaceAll(/\$\([\w~-]+\)/g, "")
    .trim();

/** Names, examples and places that are the same in every language. */
const sameEverywhere = new Set([
  "Slipway",
  "CPU",
  "SVG",
  "PNG",
  "N. Virginia",
  "N. California",
  "São Paulo",
  "Cape Town",
  "Tel Aviv",
  "node migrate.js --all",
  "14:05, 2026-11-24T14:05, 90m",
  'ERROR   "two words"   ?WARN ?ERROR   ERROR -timeout   %5\\d\\d%   { $.level = "error" }',
]);

/** Calls whose arguments VS Code shows; for those of ours in the same places too. */
const showing =
  /(^|\.)(show(Information|Warning|Error)Message|setStatusBarMessage|showQuickPick|offer|withCancel|confirm|confirmByName|askNumber|askName|change|pickService|lens|separator|TreeItem|CodeAction|createWebviewPanel|createTerminal|FileDecoration|askInSteps|withConnection|pick)$/;

/** Members that VS Code shows. */
const shown = new Set([
  "title",
  "placeHolder",
  "placeholder",
  "prompt",
  "label",
  "detail",
  "description",
  "tooltip",
  "summary",
  "remedy",
  "message",
  "validationMessage",
]);

/** Ids stand in the same calls: commands, view ids, schemes. Those have no space and no capital at their beginning. */
const reads = (text: string): boolean => /\p{L}{2,}/u.test(text) && !/^[a-z][\w.:/-]*$/.test(text);

/** The parts of an expression that its value may come from. */
function* sourcesOf(node: ts.Expression): Generator<Text> {
  if (isText(node)) yield node;
  else if (ts.isParenthesizedExpression(node)) yield* sourcesOf(node.expression);
  else if (ts.isConditionalExpression(node)) {
    yield* sourcesOf(node.whenTrue);
    yield* sourcesOf(node.whenFalse);
  } else if (ts.isBinaryExpression(node) && !isComparison(node)) {
    yield* sourcesOf(node.left);
    yield* sourcesOf(node.right);
  } else if (ts.isArrayLiteralExpression(node))
    for (const item of node.elements) yield* sourcesOf(ts.isSpreadElement(item) ? item.expression : item);
}

const isComparison = (node: ts.BinaryExpression): boolean =>
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ts.SyntaxKind.ExclamationEqualsEqualsToken].includes(node.operatorToken.kind);

/** Expressions that are shown, as far as their place says so. */
function* shownExpressions(node: ts.Node): Generator<ts.Expression> {
  if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && showing.test(node.expression.getText()))
    yield* node.arguments ?? [];
  if (ts.isPropertyAssignment(node) && shown.has(node.name.getText())) yield node.initializer;
  if (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
    ts.isPropertyAccessExpression(node.left) &&
    shown.has(node.left.name.text)
  )
    yield node.right;
}

/** True within an import, a type, or the arguments of a call that this expression names. */
function isWithin(node: ts.Node, call: RegExp): boolean {
  for (let at: ts.Node = node; ; at = at.parent) {
    const { parent } = at;
    if (!parent || ts.isSourceFile(parent)) return false;
    if (ts.isImportDeclaration(parent) || ts.isTypeNode(parent)) return true;
    if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== at)
      return call.test(parent.expression.getText());
    if (ts.isStatement(parent)) return false;
  }
}

const translates = /(^|\.)l10n\.t$/;
/** The log is read by those who help; it stays in one language. */
const notForPeople = /(^|\.)(l10n\.t|log\.\w+|Error|RegExp)$/;

describe("texts of the front end", () => {
  const all = frontEnd().flatMap(({ parsed }) => nodesOf(parsed));
  const isBare = (text: Text) => reads(wordsOf(text)) && !sameEverywhere.has(wordsOf(text));

  it("are translated wherever VS Code shows them", () => {
    const bare = all.flatMap((node) => [...shownExpressions(node)].flatMap((shownHere) => [...sourcesOf(shownHere)]));
    assert.deepEqual(bare.filter(isBare).map(placeOf), []);
  });

  it("are translated wherever they are sentences", () => {
    const sentences = all
      .filter(isText)
      .filter((text) => /\p{L}{2,}[,;:]? \p{L}{2,}/u.test(wordsOf(text)) && !isWithin(text, notForPeople))
      // The page of the map is HTML; its words are handed to it.
      .filter((text) => !wordsOf(text).includes("<") && !wordsOf(text).startsWith("default-src"));
    assert.deepEqual(sentences.filter(isBare).map(placeOf), []);
  });

  it("are literals where they are translated, so that they can be collected", () => {
    const computed = all
      .filter(
        (node): node is ts.CallExpression => ts.isCallExpression(node) && translates.test(node.expression.getText()),
      )
      .filter(
        ({ expression, arguments: [first] }) =>
          expression.getText() !== "vscode.l10n.t" || !first || !ts.isStringLiteral(first),
      );
    assert.deepEqual(computed.map(placeOf), []);
  });

  it("decide nothing: a button is known by its object or its constant", () => {
    const compared = all
      .filter((node): node is ts.BinaryExpression => ts.isBinaryExpression(node) && isComparison(node))
      .flatMap((node) => [node.left, node.right])
      .filter((side) => isText(side) && /^\p{Lu}\p{Ll}+([ …]|$)/u.test(wordsOf(side)));
    assert.deepEqual(compared.map(placeOf), []);
  });

  it("are all in the bundle that translators start from, and nothing else is", () => {
    const texts = all.flatMap((node) =>
      ts.isCallExpression(node) && translates.test(node.expression.getText())
        ? node.arguments.slice(0, 1).flatMap((first) => (ts.isStringLiteral(first) ? [first.text] : []))
        : [],
    );
    const bundle: unknown = JSON.parse(readFileSync(path.join(projectRoot, "l10n/bundle.l10n.json"), "utf8"));
    assert.deepEqual(bundle, Object.fromEntries(texts.map((text) => [text, text])), "run `npm run l10n`");
  });
});
