/** What a person downloads, and what VS Code loads before Slipway has been asked for anything. */
import { readFileSync, statSync } from "node:fs";
import { packageVsix } from "../../scripts/vsix";
import type { Bench } from "./table";

const kilobyte = 1024;

export const size: Bench = async (row) => {
  const vsix = await packageVsix();
  const bytes = statSync(vsix).size;
  row({
    name: "VSIX",
    value: `${(bytes / kilobyte / kilobyte).toFixed(2)} MB`,
    budget: "3 MB",
    met: bytes <= 3 * kilobyte * kilobyte,
  });
  const files = entriesOf(readFileSync(vsix));
  const entry = files.get("extension/dist/extension.js") ?? 0;
  row({
    name: "extension.js in it",
    value: `${(entry / kilobyte).toFixed(1)} KB`,
    budget: "100 KB",
    met: entry > 0 && entry <= 100 * kilobyte,
  });
  for (const name of ["taskdef", "engine", "cli", "sandbox"])
    row({
      name: `${name}.js in it, loaded when it is needed`,
      value: `${((files.get(`extension/dist/${name}.js`) ?? 0) / kilobyte).toFixed(0)} KB`,
    });
};

/** Names and unpacked sizes, from a zip file's central directory (APPNOTE.TXT, 4.3.12). */
function entriesOf(zip: Buffer): Map<string, number> {
  const entries = new Map<string, number>();
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    entries.set(zip.toString("utf8", at + 46, at + 46 + name), zip.readUInt32LE(at + 24));
    at += 46 + name + extra + comment;
  }
  return entries;
}
