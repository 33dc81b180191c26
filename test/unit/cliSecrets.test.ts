import assert from "node:assert/strict";
import { parseInvocation } from "../../src/cli/arguments";
import { runEnv, runSecret } from "../../src/cli/secrets";
import type { ApplicationSecrets } from "../../src/core/api";
import type { SecretResult } from "../../src/core/deploy/applicationSecrets";

const parse = (...argv: string[]) => {
  const invocation = parseInvocation(argv, () => "/folder");
  assert.ok(typeof invocation !== "string");
  return invocation;
};
const noSignal = new AbortController().signal;

/** What was handed to AWS, and what was said. */
function stage(typed: string, isTerminal = false) {
  const said: string[] = [];
  const asked: string[] = [];
  const set: Parameters<ApplicationSecrets["set"]>[1][] = [];
  const open: Readonly<Record<string, string>>[] = [];
  const result = (name: string): SecretResult => ({
    name,
    secret: `slipway/app/default/${name}`,
    valueFrom: "arn",
    action: "created",
    file: "task-definition.json",
    isFileChanged: true,
    isMoved: false,
  });
  const secrets: ApplicationSecrets = {
    list: () => Promise.resolve([]),
    choices: () => Promise.resolve([]),
    set: (_request, wish) => Promise.resolve(result(set[set.push(wish) - 1]?.name ?? "")),
    use: (_request, { name }) => Promise.resolve(result(name)),
    readVariables: () =>
      Promise.resolve({
        values: { TOKEN: "t0p", COLOR: "blue", ODD: "x" },
        judged: [
          { name: "TOKEN", looksSecret: true },
          { name: "COLOR", looksSecret: false },
          { name: "ODD", looksSecret: false },
        ],
      }),
    setVariables: (_request, _container, variables) => Promise.resolve(open.push(variables) ? "file" : ""),
  };
  const terminal = {
    say: (line: string) => void said.push(line),
    complain: (line: string) => void said.push(line),
    ask: () => Promise.resolve("y"),
    interactive: () => isTerminal,
    askHidden: (question: string) => Promise.resolve(asked.push(question) ? typed : ""),
    readStdin: () => Promise.resolve(typed),
  };
  return { terminal, secrets, said, asked, set, open };
}

describe("slipway secret", () => {
  it("is asked for by its arguments, and nothing more", () => {
    assert.deepEqual(
      parse("secret", "set", "DB", "--secret-name", "x", "--kms-key", "k", "--container", "web").secret,
      {
        action: "set",
        name: "DB",
        container: "web",
        secret: "x",
        key: "k",
        fromStdin: false,
      },
    );
    assert.deepEqual(parse("secret", "use", "DB", "arn:a:b::").secret, {
      action: "use",
      name: "DB",
      reference: "arn:a:b::",
      container: undefined,
    });
    assert.deepEqual(parse("secret", "check").secret, { action: "check" });
    assert.equal(parse("restart", "--yes").yes, true);
    for (const argv of [["secret"], ["secret", "set"], ["secret", "use", "DB"], ["env"], ["env", "import"]])
      assert.throws(() => parse(...argv), { code: "Usage" });
  });

  it("refuses a value that stands in its arguments, and does not repeat it", () => {
    for (const argv of [
      ["secret", "set", "DB=hunter2"],
      ["secret", "set", "DB", "hunter2"],
      ["secret", "use", "DB", "arn", "hunter2"],
      ["env", "import", ".env", "hunter2"],
    ])
      assert.throws(
        () => parse(...argv),
        (error: Error) => {
          assert.equal(JSON.stringify(error).includes("hunter2") || error.message.includes("hunter2"), false);
          return true;
        },
      );
  });

  it("takes the value unseen from a terminal, else from standard input, and prints none", async () => {
    for (const [isTerminal, format] of [
      [true, "text"],
      [false, "text"],
      [true, "json"],
    ] as const) {
      const s = stage("hunter2", isTerminal);
      const code = await runSecret(s.terminal, parse("secret", "set", "DB", "--format", format), s.secrets, noSignal);
      assert.equal(code, 0);
      assert.equal(s.set[0]?.value, "hunter2");
      assert.equal(s.asked.length, isTerminal && format === "text" ? 1 : 0);
      assert.equal(JSON.stringify([s.said, s.asked]).includes("hunter2"), false);
    }
  });
});

describe("slipway env import", () => {
  it("parts secrets from the rest as they look and as it is told", async () => {
    const s = stage("");
    const invocation = parse("env", "import", ".env", "--yes", "--secret", "ODD");
    assert.equal(await runEnv(s.terminal, invocation, s.secrets, noSignal), 0);
    assert.deepEqual(
      s.set.map(({ name, value }) => [name, value]),
      [
        ["TOKEN", "t0p"],
        ["ODD", "x"],
      ],
    );
    assert.deepEqual(s.open, [{ COLOR: "blue" }]);
    assert.equal(s.said.join("\n").includes("t0p"), false);
  });

  it("does nothing without a yes, and refuses a name that the file does not set", async () => {
    const s = stage("");
    await assert.rejects(runEnv(s.terminal, parse("env", "import", ".env"), s.secrets, noSignal), {
      code: "ConsentMissing",
    });
    await assert.rejects(
      runEnv(s.terminal, parse("env", "import", ".env", "--yes", "--plain", "NO"), s.secrets, noSignal),
      {
        code: "Usage",
      },
    );
    assert.deepEqual([s.set, s.open], [[], []]);
  });
});
