// Literal unions (enumerations) of every member of an SDK client, read from its type declarations: schemas do not carry them.
import { readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** `Shape.member` -> the values that it takes, for the client package in this folder. */
export function readEnums(packageDir) {
  const dir = path.join(packageDir, "dist-types/models");
  const files = readdirSync(dir)
    .filter((f) => f.endsWith(".d.ts"))
    .map((f) => path.join(dir, f));
  const sources = files.map((f) => ts.createSourceFile(f, ts.sys.readFile(f) ?? "", ts.ScriptTarget.Latest, true));
  const values = new Map();
  for (const source of sources) {
    source.forEachChild((node) => {
      if (!ts.isVariableStatement(node)) return;
      for (const d of node.declarationList.declarations) {
        if (!d.type || !ts.isTypeLiteralNode(d.type)) continue;
        const list = d.type.members.flatMap((m) =>
          ts.isPropertySignature(m) && m.type && ts.isLiteralTypeNode(m.type) && ts.isStringLiteral(m.type.literal)
            ? [m.type.literal.text]
            : [],
        );
        if (list.length > 0) values.set(d.name.getText(), list);
      }
    });
  }
  const enums = new Map();
  const nameOf = (type) => {
    if (!type) return undefined;
    if (ts.isUnionTypeNode(type)) return type.types.map(nameOf).find(Boolean);
    if (ts.isArrayTypeNode(type)) return nameOf(type.elementType);
    if (ts.isParenthesizedTypeNode(type)) return nameOf(type.type);
    if (ts.isTypeReferenceNode(type) && values.has(type.typeName.getText())) return type.typeName.getText();
    return undefined;
  };
  for (const source of sources) {
    source.forEachChild((node) => {
      if (!ts.isInterfaceDeclaration(node)) return;
      for (const m of node.members) {
        const found = ts.isPropertySignature(m) ? nameOf(m.type) : undefined;
        if (found) enums.set(`${node.name.text}.${m.name.getText()}`, values.get(found));
      }
    });
  }
  return enums;
}
