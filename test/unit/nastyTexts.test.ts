/**
 * Texts that somebody wrote to freeze what reads them: each reader of a workspace's text gets hostile texts of growing
 * length, and has to be done in time with each. A text that it refuses is fine.
 */
import assert from "node:assert/strict";
import { parseConfig } from "../../src/core/app/app";
import { readImageReference } from "../../src/core/base/imageReference";
import { looksSecret } from "../../src/core/base/looksSecret";
import { parseExact } from "../../src/core/base/exactJson";
import { patternProblem } from "../../src/core/logs/pattern";
import { readDefinitionFile } from "../../src/core/project/definitionFile";
import { lastWords } from "../../src/core/service/diagnosis/said/lastWords";
import { listenersIn } from "../../src/core/service/diagnosis/said/startLines";
import { frameworkOf } from "../../src/core/service/diagnosis/said/frameworks";
import { parseDotenv } from "../../src/core/source/compose/dotenv";
import { parseCompose } from "../../src/core/source/compose/yaml";
import { readCompose } from "../../src/core/source/compose/compose";
import { interpolated } from "../../src/core/source/compose/interpolate";
import { readDockerfile } from "../../src/core/source/dockerfile";
import { webPort } from "../../src/core/source/webPort";
import { askedAddress } from "../../src/core/source/healthCheckUrl";
import * as language from "../../src/core/taskDefinition/language/api";
import { readIgnoreFile } from "../../src/docker/ignore";
import { compilePattern } from "../../src/docker/ignorePattern";

/** Repeated until the text is as long as wanted. */
const units = [
  ..."a( )\\\"'[]{}$*?!#:,.-/=<>%@&|`~0\t\n",
  "A",
  "A_",
  "_",
  "__a",
  "@a",
  "9",
  "x",
  "\r\n",
  "a\r",
  "${",
  "${a",
  "${a:-",
  "${a/",
  "a*",
  "*a",
  "a ",
  " a",
  "\\\n",
  "\\ ",
  "<<a ",
  "--a ",
  "a=b ",
  "a=$a ",
  "/a",
  "[[:",
  "[a",
  "\\Q",
  "a{1000}",
  "**/",
  "{{",
  "}}",
  "[\n",
  "- ",
  "a: ",
  "&a ",
  "*a ",
  '["',
  '","',
  '":"',
  '{"a":',
  "http://",
  "http://a:",
  "http://localhost",
  "localhost:",
  "127.0.0.1:",
  "<%",
  "$(",
  "((",
  "/*",
  "//",
  "\r",
  "\u00a0",
  "\u2028",
  "é",
  "😀",
  "a.",
  "a,",
  "1-",
  "0,",
  "a:b@",
  "sha256:",
  "\x1b[",
  "at ",
  "Error: ",
  "port: ",
  "\n ",
  "\n\t",
  "a\n",
  "# ",
  "arn:aws:",
];
const all = process.env["SLIPWAY_ALL_NASTY"] !== undefined;
const ends = all ? ["", "b", "!\n", '"', "}"] : ["b"];

/** A quick sample; SLIPWAY_ALL_NASTY=1 takes longer ones, some minutes long. */
const sizes = all ? [100, 1_000, 10_000, 100_000] : [12_000];
/** For each thousand characters, on a machine that has other things to do. */
const mostMilliseconds = 80;

const swallow = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    assert.ok(!(error instanceof RangeError), `${String(error)}: this recurses as deep as the text`);
  }
};

const keywords = [
  "FROM",
  "RUN",
  "ENV",
  "COPY",
  "EXPOSE",
  "HEALTHCHECK CMD",
  "ARG",
  "LABEL",
  "USER",
  "WORKDIR",
  "CMD",
  "ADD --chmod=1",
  "RUN --mount=",
  "VOLUME",
  "SHELL",
  "ONBUILD ENV",
  "STOPSIGNAL",
  "",
];

const readers: Record<string, (text: string) => unknown> = {
  "a Compose file": (text) => parseCompose(text, "c.yaml"),
  "a Compose file's build": (text) => parseCompose(`services:\n  web:\n    build: ${text}`, "c.yaml"),
  "an image reference": readImageReference,
  "the judge of secrets": (text) => [looksSecret(text, "x"), looksSecret("x", text)],
  "a filter pattern": patternProblem,
  "a container's last words": (text) => lastWords(text.split("\n")),
  "a container's start lines": (text) => [listenersIn(text.split("\n")), frameworkOf(text, [text])],
  "slipway.json": (text) => swallow(() => parseConfig(text)),
  "a text in slipway.json": (text) =>
    parseConfig(JSON.stringify({ applications: { a: { dockerfile: text, network: { allowFrom: [text] } } } })),
  "a task definition file": (text) => readDefinitionFile(text, "f.json", { name: "a", isStated: false }),
  "exact JSON": parseExact,
  "a task definition in the editor": (text) => language.check(text),
  "a text in a task definition": (text) =>
    language.check(
      JSON.stringify({
        family: text,
        containerDefinitions: [
          {
            name: text,
            image: text,
            command: [text],
            healthCheck: { command: ["CMD-SHELL", text] },
            environment: [{ name: text, value: text }],
            secrets: [{ name: "a", valueFrom: text }],
            logConfiguration: { logDriver: "awslogs", options: { [text]: text, mode: text } },
          },
        ],
      }),
    ),
  "the test for a task definition": (text) => [
    language.looksLikeTaskDefinition(text),
    language.isTaskDefinitionName(text),
  ],
  "completion and hover": (text) => {
    const at = `{"containerDefinitions":[{"name":"${text}`;
    const { task } = language.check(at);
    return task && [language.complete(task, at.length), language.hover(task, at.length)];
  },
  "a file of variables": (text) => parseDotenv(text, ".env", () => "x"),
  "a value with variables": (text) => interpolated(text, () => "x"),
  "a health check's address": (text) => [
    askedAddress(["CMD-SHELL", text], new Map()),
    askedAddress(["CMD-SHELL", `curl ${text}`], new Map()),
    askedAddress(["CMD-SHELL", `node -e "http.get({ host: ${text}`], new Map()),
  ],
  "an ignore file": (text) => {
    const ignore = readIgnoreFile(text, ".dockerignore");
    return ["a".repeat(250), "a/".repeat(100), `${"a".repeat(250)}b`].map((name) => ignore.look(name, undefined));
  },
  "a pattern": (text) => {
    const test = compilePattern(text);
    return typeof test === "function" && test("a".repeat(250));
  },
};
for (const keyword of all ? keywords : ["FROM", "RUN", "ENV", "COPY", ""]) {
  readers[`a Dockerfile's ${keyword || "text"}`] = (text) =>
    webPort(readDockerfile(`FROM scratch\n${keyword} ${text}\n`));
  // One instruction of many physical lines, each of a length that BuildKit takes.
  if (keyword && all)
    readers[`a Dockerfile's ${keyword} over many lines`] = (text) =>
      readDockerfile(
        `FROM scratch\n${keyword} ${(text.replaceAll("\n", " ").match(/[^]{1,30000}/g) ?? []).join("\\\n")}\n`,
      );
}

const limitOf = (size: number): number => (mostMilliseconds * size) / 1000 + 100;

/** What this process alone has used: a machine with other work is slow, and no text's fault. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timed(read: (text: string) => unknown, text: string): [milliseconds: number, failed: string] {
  const since = processorMilliseconds();
  let failed = "";
  try {
    swallow(() => read(text));
  } catch (error) {
    failed = String(error);
  }
  return [processorMilliseconds() - since, failed];
}

describe("a text that was written to freeze", () => {
  for (const [name, read] of Object.entries(readers))
    it(`does not freeze ${name}`, function () {
      this.timeout(0);
      const bad: string[] = [];
      // A unit that is slow already is not made longer.
      const slow = new Set<string>();
      for (const size of sizes)
        for (const unit of units)
          for (const end of ends) {
            if (slow.has(unit)) continue;
            const text = unit.repeat(Math.ceil(size / unit.length)).slice(0, size) + end;
            let [took, failed] = timed(read, text);
            // What was slow once may have waited for somebody else.
            for (let more = 0; more < 2 && took > limitOf(size); more++) [took, failed] = timed(read, text);
            if (failed === "" && took < limitOf(size)) continue;
            slow.add(unit);
            bad.push(`${size} of ${JSON.stringify(unit)} and ${JSON.stringify(end)}: ${Math.round(took)} ms ${failed}`);
          }
      assert.deepEqual(bad, []);
    });
});

describe("a file that grows as it is read", () => {
  const lines = (count: number, line: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(index)).join("\n");
  const dockerfiles: Record<string, string> = {
    "ENV that doubles": `FROM scratch\nENV a=${"x".repeat(100)}\n${lines(900, () => "ENV a=$a$a")}`,
    "ENV that doubles up to the limit, again and again": `FROM scratch\n${lines(400, (n) => `ENV v${n}=${"x".repeat(20)}\n${lines(15, () => `ENV v${n}=$v${n}$v${n}`)}`)}`,
    "many large values on one line": `FROM scratch\nENV a=${"x".repeat(60_000)}\n${lines(300, (n) => `ENV b${n}=${"$a".repeat(16)}`)}`,
    "ARG before FROM that doubles": `ARG a=${"x".repeat(100)}\n${lines(900, () => "ARG a=$a$a")}\nFROM scratch\n`,
    "a FROM of doubled values": `ARG a=x\n${lines(18, () => "ARG a=$a$a")}\n${lines(300, (n) => `FROM $a$a AS s${n}`)}`,
    "ports without end": `FROM scratch\n${lines(240, () => `EXPOSE ${"1-65535 1-65535/udp ".repeat(100)}`)}`,
    "stages on stages": `FROM scratch AS s0\n${lines(12_000, (n) => `FROM s${n} AS s${n + 1}\nENV v${n}=1`)}`,
    "stages that copy from all": `${lines(900, (n) => `FROM scratch AS s${n}\n${lines(n % 50, (m) => `COPY --from=s${m} a b`)}`)}`,
    "images without end": `FROM scratch\n${lines(18_000, (n) => `COPY --from=image${n} a b`)}`,
    heredocs: `FROM scratch\n${lines(20_000, () => "RUN <<a\nx \\\na")}`,
    "heredocs on one line": `FROM scratch\n${lines(7, (m) => `RUN ${lines(5_000, (n) => `<<a${n}`).replaceAll("\n", " ")}\n${lines(5_000, (n) => `a${m === 30 ? "" : n}`)}`)}`,
    triggers: `FROM scratch AS s0\n${lines(500, () => "ONBUILD COPY a b")}\n${lines(900, (n) => `FROM s${n} AS s${n + 1}`)}`,
    "patterns on large values": `FROM scratch\nENV a=${"ab".repeat(30_000)}\n${lines(500, (n) => `ENV b${n}=\${a//${"*a".repeat(20)}/x} c${n}=\${a##${"*b".repeat(200)}}`)}`,
    "lines that go on": `FROM scratch\nRUN a ${"\\\n".repeat(200_000)} b`,
    comments: "# escape=a\n".repeat(40_000),
    "variables within variables": `FROM scratch\nENV a=${"${x:-".repeat(10_000)}`,
  };
  const within = async (work: () => unknown) => {
    const since = performance.now();
    try {
      await work();
    } catch (error) {
      assert.ok(!(error instanceof RangeError), String(error));
    }
    const took = performance.now() - since;
    assert.ok(took < 20_000, `${Math.round(took)} ms`);
  };
  for (const [name, text] of Object.entries(dockerfiles))
    it(`is given up in time: a Dockerfile with ${name}`, async function () {
      this.timeout(0);
      assert.ok(text.length < 512 * 1024, `${text.length}`);
      await within(() => readDockerfile(text));
    });

  const composeFiles: Record<string, string> = {
    "aliases that multiply": `a0: &a0 [x, x]\n${lines(60, (n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}, *a${n}]`)}\nservices: { web: { build: . } }\n`,
    "merges that multiply": `x-0: &a0 { k: v }\n${lines(60, (n) => `x-${n + 1}: &a${n + 1} { p: *a${n}, q: *a${n} }`)}\nservices: { web: { build: . } }\n`,
    brackets: `a: ${"[".repeat(100_000)}`,
    mappings: `a: ${"{a: ".repeat(100_000)}`,
    dashes: `${"- ".repeat(100_000)}a`,
    "deep indentation": lines(1_400, (n) => `${" ".repeat(n)}a:`),
    "services that extend": `services:\n${lines(8_000, (n) => `  s${n}: { extends: { service: s${n + 1} } }`)}\n  s8000: { build: . }\n`,
    variables: `services: { web: { build: { context: ., args: { A: "${"${A:-".repeat(20_000)}" } } } }`,
    documents: "---\na: b\n".repeat(50_000),
    itself: "include: [c.yaml, ./c.yaml, x/../c.yaml]\n",
  };
  for (const [name, text] of Object.entries(composeFiles))
    it(`is given up in time: a Compose file with ${name}`, async function () {
      this.timeout(0);
      const read = (file: string) => Promise.resolve(file.endsWith("c.yaml") ? text : undefined);
      await within(() => readCompose({ root: "/w", read }, "c.yaml", () => undefined));
    });

  it("is given up in time: a Compose file that includes another one, and so on", async function () {
    this.timeout(0);
    const read = (file: string) => {
      const number = Number(/(\d+)/.exec(file)?.[1] ?? 0);
      return Promise.resolve(
        file.endsWith("yaml") ? `include: [f${number + 1}.yaml, f${number + 2}.yaml]\n` : undefined,
      );
    };
    await within(() => readCompose({ root: "/w", read }, "f0.yaml", () => undefined));
  });

  it("is given up in time: an ignore file whose patterns have stars without end", async function () {
    this.timeout(0);
    const file = lines(20_000, () => `${"a*".repeat(40)}b`);
    const ignored = `${"a*".repeat(30_000)}b`;
    for (const text of [file, ignored, lines(30, () => ignored)])
      await within(() => readIgnoreFile(text, ".dockerignore").look("a".repeat(250), undefined));
  });
});
