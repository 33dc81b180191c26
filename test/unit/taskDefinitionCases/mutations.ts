/** Random damage to definitions, the same for the same seed: whatever comes out, looking at it neither throws nor hangs. */
import { check } from "../../../src/core/taskDefinition/language/check";
import { applyEdits } from "../../../src/core/taskDefinition/document/edits";
import { looksLikeTaskDefinition } from "../../../src/core/taskDefinition/language/recognise";
import { fargate, type Loose } from "./base";
import { quickest } from "../support/quickest";
import { brokenTasks } from "./broken";
import { brokenParts } from "./brokenParts";

/** Mulberry32: small, fast, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const fragments = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "null",
  "true",
  "-1",
  "1e999",
  "0.5",
  '""',
  "//x\n",
  "/*",
  "*/",
  "${X}",
  "{{ y }}",
  "<Z>",
  "%",
  "\\",
  "\\u00",
  "\u2028",
  "\ud800",
  "\r\n",
  "\t",
  '"__proto__":{}',
  '"constructor":1',
  '"name":"web"',
  '"containerDefinitions":[]',
  "[[",
  "{{{{",
  "${${",
  "😀",
];

function sources(): string[] {
  const all = [...brokenTasks, ...brokenParts].map((item): Loose => {
    const definition = fargate();
    item.break(definition, definition.containerDefinitions[0], definition.containerDefinitions[1]);
    return definition;
  });
  const small = all.filter((definition) => JSON.stringify(definition).length < 6000);
  return [
    ...small.map((definition) => JSON.stringify(definition, null, 2)),
    JSON.stringify({ taskDefinition: fargate() }),
    JSON.stringify(fargate().containerDefinitions, null, "\t"),
    `// c\n${JSON.stringify(fargate(), null, 2).replaceAll(",\n", ", // x\n")}`,
  ];
}

function mutated(text: string, next: () => number): string {
  let result = text;
  for (let count = 1 + Math.floor(next() * 3); count > 0; count--) {
    const at = Math.floor(next() * (result.length + 1));
    const length = Math.floor(next() ** 3 * 200);
    const kind = Math.floor(next() * 5);
    if (kind === 0) result = result.slice(0, at) + result.slice(at + length);
    else if (kind === 1)
      result = result.slice(0, at) + (fragments[Math.floor(next() * fragments.length)] ?? "") + result.slice(at);
    else if (kind === 2)
      result =
        result.slice(0, at) + (fragments[Math.floor(next() * fragments.length)] ?? "") + result.slice(at + length);
    else if (kind === 3) result = result.slice(0, at) + result.slice(at, at + length) + result.slice(at);
    else result = result.slice(0, at) + String.fromCharCode(Math.floor(next() * 0xffff)) + result.slice(at + 1);
  }
  return result;
}

/** Looks at this many mutations; a sample of the fixes is applied as well. */
export function mutationRun(count: number, seed: number): { failures: string[]; slowest: number } {
  const next = random(seed);
  const texts = sources();
  const failures: string[] = [];
  let slowest = 0;
  for (let index = 0; index < count; index++) {
    const text = mutated(texts[Math.floor(next() * texts.length)] ?? "", next);
    const began = performance.now();
    try {
      looksLikeTaskDefinition(text);
      const { findings } = check(text);
      for (const { rule, spot, related, fixes } of findings) {
        const places = [spot, ...related.filter(({ file }) => file === undefined).map((item) => item.spot)];
        if (places.some(({ offset, length }) => !(offset >= 0 && length >= 0 && offset + length <= text.length)))
          throw new Error(`${rule} is outside`);
        for (const fix of index % 7 === 0 ? fixes : []) {
          const edits = fix.edits();
          if (edits.some(({ offset, length }) => offset < 0 || length < 0 || offset + length > text.length))
            throw new Error(`a fix of ${rule} is outside`);
          applyEdits(text, edits);
        }
      }
    } catch (error) {
      failures.push(
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${JSON.stringify(text)}`,
      );
    }
    const taken = performance.now() - began;
    if (taken > slowest)
      slowest = Math.max(
        slowest,
        Math.min(
          taken,
          quickest(() => check(text), { enough: slowest }),
        ),
      );
  }
  return { failures, slowest };
}
