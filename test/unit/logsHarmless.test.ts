import assert from "node:assert/strict";
import { harmless } from "../../src/core/base/harmless";
import { defaultFormat, Formatter, type FormatOptions } from "../../src/core/logs/format";
import { tailEvent } from "../../src/core/logs/output";

const formatted = (messages: readonly string[], options: Partial<FormatOptions> = {}): string[] =>
  new Formatter({ ...defaultFormat, notes: false, dates: true, ...options }, () => 0)
    .text(messages.map((message) => tailEvent("/g", { at: 0, ingestedAt: 0, stream: "s", message }, false)))
    .split("\n")
    .slice(0, -1)
    .map((line) => line.replace(/^1970-01-01 00:00:00\.000 s /, ""));
const one = (message: string, options: Partial<FormatOptions> = {}): string => formatted([message], options).join("\n");

/** A small generator of its own, so that a run can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
const pieces = [
  "\u001b",
  "[",
  "]",
  "m",
  "31",
  ";",
  "0",
  "8",
  "38;5;",
  "52;c;",
  "\u0007",
  "\u001b\\",
  "\u009b",
  "\u009d",
  "\u0090",
  "2J",
  "K",
  "H",
  "?25l",
  "\u0000",
  "\b",
  "\r",
  "\n",
  "\t",
  "\u007f",
  "\u202e",
  "\u2066",
  "\u2028",
  "a",
  "word",
  " ",
  "{",
  "}",
  '"',
  '"level":"',
  ":",
  ",",
  "é",
  "漢",
  "😀",
  "\ud800",
  "\u001b[31m",
  "\u001b[0m",
  "\u001b[8m",
  "\u001b[1;32m",
  "\u001bP",
  "\u001b_",
  "\u001b^",
  "\u001bc",
  "\u001b(B",
  "\u001b#8",
  "\\u001b[2J",
  "\u0085",
];
const sequence = (next: () => number): string =>
  Array.from({ length: Math.floor(next() * 14) }, () =>
    next() < 0.15
      ? String.fromCharCode(Math.floor(next() * 0x2100))
      : (pieces[Math.floor(next() * pieces.length)] ?? ""),
  ).join("");

const sgr = /\u001b\[[0-9:;]*m/g;
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

describe("text of others for a terminal", () => {
  it("has no control characters but colors, tabs and line breaks, whatever is in it", () => {
    const next = random(7);
    for (let count = 0; count < 20_000; count++) {
      const text = sequence(next);
      for (const colors of [true, false]) {
        const shown = harmless(text, colors);
        const rest = colors ? shown.replace(sgr, "") : shown;
        assert.ok(!control.test(rest), JSON.stringify([text, shown]));
        assert.equal(harmless(shown, colors), shown, JSON.stringify(text));
        for (const line of shown.split("\n")) {
          const last = line.match(sgr)?.at(-1);
          assert.ok(last === undefined || /\[(?:.*;)?0*m$/.test(last), JSON.stringify([text, shown]));
        }
      }
    }
  });
  it("loses no character that is no color", () => {
    const next = random(11);
    for (let count = 0; count < 5_000; count++) {
      const text = sequence(next);
      const back = harmless(text, true)
        .replace(/[\u2400-\u241f]/g, (picture) => String.fromCharCode(picture.charCodeAt(0) - 0x2400))
        .replace(/\\u(007f|00[89][0-9a-f]|202[89a-e]|206[6-9])/g, (_all, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        );
      assert.equal(back.replace(sgr, ""), text.replace(sgr, ""), JSON.stringify(text));
    }
  });
  it("is the same value where it is JSON", () => {
    const next = random(5);
    for (let count = 0; count < 5_000; count++) {
      const message = sequence(next);
      const line = harmless(JSON.stringify({ message }), false);
      assert.ok(!control.test(line), line);
      assert.deepEqual(JSON.parse(line), { message });
    }
  });
  it("is what it was where nothing in it acts", () => {
    for (const text of ["", "plain", "a\tb\nc", "漢字 😀 é", "עברית", "␛[31m", "\\u001b"])
      assert.equal(harmless(text, true), text);
  });
  it("shows each sequence but a color as text", () => {
    const cases: readonly [string, string][] = [
      ["\u001b]52;c;aGk=\u0007", "␛]52;c;aGk=␇"],
      ["\u001b]0;title\u001b\\", "␛]0;title␛\\"],
      ["\u001b[2J\u001b[H", "␛[2J␛[H"],
      ["\u001b[?1049h", "␛[?1049h"],
      ["\u001b[>4;2m", "␛[>4;2m"],
      ["\u001b[8mhidden", "␛[8mhidden"],
      ["\u001b[0;8mhidden", "␛[0;8mhidden"],
      ["\u001b[38;5;8mgray\u001b[0m", "\u001b[38;5;8mgray\u001b[0m"],
      ["\u001b[38;2;8;8;8mgray\u001b[m", "\u001b[38;2;8;8;8mgray\u001b[m"],
      ["\u009b31mred", "\\u009b31mred"],
      ["over\rwrite", "over␍write"],
      ["ab\b\bcd", "ab␈␈cd"],
      ["\u0000\u007f", "␀\\u007f"],
      ["user\u202egnp.exe\u2066", "user\\u202egnp.exe\\u2066"],
      ["\u001b[31mred", "\u001b[31mred\u001b[0m"],
      ["\u001b[31", "␛[31"],
      ["\u001b", "␛"],
    ];
    for (const [text, shown] of cases) assert.equal(harmless(text, true), shown);
  });
});

describe("a line of a tail in a terminal", () => {
  const terminal = { ansi: true };
  it("lets no sequence begin in one event and end in another", () => {
    assert.deepEqual(formatted(["one \u001b]52;c;", "aGk=\u0007 two"], terminal), ["one ␛]52;c;", "aGk=␇ two"]);
    assert.deepEqual(formatted(["one \u001b[", "2Jtwo"], terminal), ["one ␛[", "2Jtwo"]);
  });
  it("lets no color run on into the next line", () => {
    assert.deepEqual(formatted(["\u001b[31mred", "plain"], terminal), ["\u001b[31mred\u001b[0m", "plain"]);
    assert.equal(formatted(["\u001b[31mred\nstill"], terminal)[0], "\u001b[31mred\u001b[0m");
  });
  it("decodes no sequence out of JSON", () => {
    assert.equal(one('{"msg":"\\u001b]52;c;aGk=\\u0007","x":"\\u202e"}', terminal), "␛]52;c;aGk=␇ x=\\u202e");
    const colored = '{"level":"\\u001b[32minfo\\u001b[39m","msg":"x"}';
    assert.equal(one(colored, terminal), "\u001b[32minfo\u001b[39m x\u001b[0m");
    assert.equal(one(colored), "info x");
  });
});

describe("a line of JSON in a tail", () => {
  it("keeps the text of each value", () => {
    assert.equal(
      one('{"msg":"paid","id":9007199254740993,"big":1e400,"small":1.0,"neg":-0}'),
      "paid id=9007199254740993 big=1e400 small=1.0 neg=-0",
    );
    assert.equal(
      one('{"msg":"x","o":{"b" : 12345678901234567890, "b":2},"l":[1.10, {}]}'),
      'x o={"b" : 12345678901234567890, "b":2} l=[1.10, {}]',
    );
    assert.equal(
      one('{"id":12345678901234567890}', { json: "pretty" }).replace(/ *\| /g, ""),
      '{\n  "id": 12345678901234567890\n}',
    );
    assert.equal(
      one('{"a":{},"b":[],"c":[1e400,"\\u00e9"]}', { json: "pretty" }).replace(/\n *\| /g, "\n"),
      '{\n  "a": {},\n  "b": [],\n  "c": [\n    1e400,\n    "\\u00e9"\n  ]\n}',
    );
    assert.equal(one('{"user":{"id":12345678901234567890}}', { fields: ["user.id"] }), "user.id=12345678901234567890");
  });
  it("is as it was where it cannot be told what is meant", () => {
    for (const line of [
      "{}",
      "{ }",
      '{"a":1,"a":2}',
      '{"level":"info","msg":"one","msg":"two"}',
      '{"a":1}}',
      '{"a":01}',
    ])
      assert.equal(one(line), line);
    assert.equal(one('{"x":"\\ud800","y":"\\u00e9"}'), 'x="\\ud800" y=é');
    assert.equal(one('{"a":{"b":1,"b":2}}', { fields: ["a.b"] }), '{"a":{"b":1,"b":2}}');
  });
  it("has the members that JSON.parse gives, for anything that is an object", () => {
    const next = random(3);
    const value = (depth: number): unknown => {
      const kind = Math.floor(next() * (depth > 2 ? 5 : 7));
      if (kind === 0) return null;
      if (kind === 1) return next() < 0.5;
      if (kind === 2) return Math.floor(next() * 1e6) / 100;
      if (kind < 5) return sequence(next);
      const count = Math.floor(next() * 4);
      if (kind === 5) return Array.from({ length: count }, () => value(depth + 1));
      return Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`${sequence(next)}${index}`, value(depth + 1)]),
      );
    };
    for (let count = 0; count < 2_000; count++) {
      const object = { first: value(0), second: value(0), third: value(0) };
      const spaced = next() < 0.5 ? JSON.stringify(object) : JSON.stringify(object, undefined, 1).replace(/\n/g, "\n ");
      const lines = formatted([spaced.replace(/\n/g, " ")], { json: "pretty" });
      const shown = lines.map((line, index) => (index ? line.replace(/^ *\| /, "") : line)).join("\n");
      // What acts and is no part of JSON's escapes is shown as JSON writes it: the same value.
      assert.deepEqual(JSON.parse(shown), object);
    }
  });
});
