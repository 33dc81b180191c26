/**
 * `npm run --silent vectors -- FILE.json`: what Slipway's readers, and the sandbox's, make of each input of a file of
 * reference vectors; the file's name says which reader. Prints a JSON line a vector, `{"name": …, "got": …}`. It asks the
 * functions that decide in the product and knows no expected value. test/vectors/README.md describes the files.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { inputOf, readers, type VectorFile } from "./vectorReaders";

function fail(line: string): never {
  console.error(`slipway ! ${line}`);
  process.exit(2);
}

const file = process.argv[2];
if (file === undefined) fail("name a file of reference vectors: npm run --silent vectors -- test/vectors/cidr.json");
const reader = path.basename(file, ".json");
const read = readers[reader];
if (!read) fail(`there is no reader for ${reader} yet; there is one for ${Object.keys(readers).join(", ")}`);

let content: VectorFile = { vectors: [] };
try {
  content = JSON.parse(readFileSync(file, "utf8")) as VectorFile;
} catch (error) {
  fail(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}
async function main(): Promise<void> {
  if (!read) return;
  for (const vector of content.vectors) {
    let got: unknown;
    try {
      got = await read(inputOf(vector), content);
    } catch (error) {
      got = { error: error instanceof Error ? error.message : String(error) };
    }
    console.log(JSON.stringify({ name: vector.name, got }));
  }
}

void main();
