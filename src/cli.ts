#!/usr/bin/env node
import { agreed } from "./cli/consent";
import { choiceAt } from "./cli/choice";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { parseInvocation, type Invocation } from "./cli/arguments";
import { usage } from "./cli/help";
import { runContinue, runDeploy, runRestart, runRollback } from "./cli/deploy";
import { runDiagnose } from "./cli/diagnose";
import { environmentsCommand } from "./cli/environments";
import { schedulesCommand } from "./cli/schedules";
import { historyLines } from "./cli/history";
import { runLogs } from "./cli/logs";
import { promoteCommand } from "./cli/promote";
import { runMetrics } from "./cli/metrics";
import { runOperation } from "./cli/operations";
import { runQueryCommand } from "./cli/query";
import { errorLines, TextOutput } from "./cli/output";
import { errorCodes, exitCode } from "./cli/exitCodes";
import { hiddenInput } from "./cli/hiddenInput";
import { runCommand as runInTask } from "./cli/run";
import { runEnv, runSecret } from "./cli/secrets";
import { validate } from "./cli/validate";
import { checklistJunit, checklistText } from "./cli/verify";
import type { SignInPrompts } from "./core/base/connection";
import type { Backend, Connection, CreateBackend, Deployments } from "./core/api";
import { cancelled, reportOf, SlipwayError } from "./core/base/errors";
import { harmless } from "./core/base/harmless";
import { documentText } from "./core/render/document";
import { reviewDocument, reviewJson } from "./core/render/review";
import type * as taskdoc from "./core/taskDefinition/language/api";
import { isRemoved } from "./core/deploy/removals";
import { warningText } from "./core/render/decisions";
import { planDocument, removalLines } from "./core/render/plan";
import { portsInWords } from "./core/source/otherPorts";
import { planJson } from "./core/render/json";
import { loadBundle } from "./machine/lazy";
import { isFolderAt } from "./machine/workspaceFiles";
import { runSandbox } from "./machine/sandbox";
import { version } from "../package.json";

// The SDK announces on standard error, at every start, which Node it will need next year.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const sandboxProgram = path.join(__dirname, "sandbox.js");

/** The `taskdef` bundle is read only by a plan, which asks it. */
const checkDefinition = (text: string) => loadBundle<typeof taskdoc>("taskdef").check(text).findings;

// What AWS, the engine and applications said stands in these lines. JSON stays the same value: what it does not escape
// itself becomes one of its escapes.
const say = (line: string): void => void process.stdout.write(`${harmless(line, process.stdout.isTTY)}\n`);
const complain = (line: string): void => void process.stderr.write(`${harmless(line, process.stderr.isTTY)}\n`);
let outputIsLost = false;
// Whoever read the output may have seen enough (`| head`): what was begun is brought to its end all the same, and its
// exit code says how it ended.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A full disk under `> file` ends no deployment either, but whoever relies on that file has to know.
    if (error.code !== "EPIPE" && error.code !== "EIO" && stream === process.stdout && !outputIsLost) {
      outputIsLost = true;
      complain(`What is printed could not be written (${error.code ?? error.message}); the run goes on.`);
    }
  });
const interactive = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  // On a terminal readline takes Ctrl+C for itself, and after Ctrl+D a question stays open for ever: both mean to stop.
  terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  terminal.once("close", () => closed.abort());
  try {
    return (await terminal.question(question, { signal: AbortSignal.any([signal, closed.signal]) })).trim();
  } catch (error) {
    if (!signal.aborted && !closed.signal.aborted) throw error;
    complain("");
    throw cancelled();
  } finally {
    terminal.close();
  }
}

const terminal = { say, complain, ask, interactive, ...hiddenInput(complain) };

/** The folder that --config names: itself, or the one that holds the file. */
function folderOf(config: string | undefined): string {
  const at = path.resolve(config ?? ".");
  if (isFolderAt(at)) return at;
  if (path.basename(at) === "slipway.json") return path.dirname(at);
  throw new SlipwayError({
    code: "Usage",
    summary: `--config names a slipway.json or a folder; ${at} is neither.`,
    actions: [],
  });
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "validate") return validate(argv.slice(1), version, say, complain);
  const invocation = parseInvocation(argv, folderOf);
  if (invocation === "help" || invocation === "version") {
    process.stdout.write(invocation === "help" ? usage : `${version}\n`);
    return 0;
  }
  if (invocation.command === "sandbox") return runSandbox(sandboxProgram, invocation.rest);
  const cancel = new AbortController();
  const onSignal = () => cancel.abort();
  // A terminal that is closed means to stop as well: what has to be put away is.
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal).once("SIGHUP", onSignal);
  const engine = loadBundle<{ createBackend: CreateBackend }>("engine").createBackend({
    sandboxProgram,
    checkDefinition,
    log: (line) => {
      if (invocation.format === "text" && process.env["SLIPWAY_DEBUG"]) complain(line);
    },
  });
  if (invocation.logs)
    return runLogs(
      {
        engine,
        choice: await choiceAt(invocation, engine),
        request: invocation.request,
        format: invocation.format === "json" ? "json" : "text",
        prompts: promptsFor(cancel.signal),
        signal: cancel.signal,
      },
      invocation.logs,
    );
  if (invocation.command === "environments")
    return environmentsCommand(invocation, engine, promptsFor(cancel.signal), say, cancel.signal);
  const choice = await choiceAt(invocation, engine);
  const connection = await engine.connect(choice, promptsFor(cancel.signal), cancel.signal);
  try {
    if (invocation.format === "text")
      for (const note of connection.notes ?? []) complain(`${note} Account ${connection.identity.account}.`);
    return await runCommand(invocation, engine, connection, cancel.signal);
  } finally {
    connection.close();
  }
}

function promptsFor(signal: AbortSignal): SignInPrompts {
  return {
    mfaCode: async (serial) => {
      if (interactive()) return ask(`MFA code of ${serial}: `, signal);
      throw new SlipwayError({
        code: "MfaNeedsTerminal",
        summary: `The profile asks for the MFA code of ${serial}, and there is no terminal to ask in.`,
        remedy: "Run it in a terminal, or use credentials without MFA here (a web identity, a role of the machine).",
        actions: ["chooseConnection"],
      });
    },
    deviceCode: ({ userCode, url }) => {
      complain(`Open ${url} and confirm the code ${userCode}.`);
      return Promise.resolve(true);
    },
  };
}

async function runCommand(
  invocation: Invocation,
  engine: Backend,
  connection: Connection,
  signal: AbortSignal,
): Promise<number> {
  const { command, request, format } = invocation;
  const json = format === "json";
  switch (command) {
    case "plan": {
      await requirePort(invocation, engine, signal);
      const plan = await connection.plan(request, signal);
      say(json ? JSON.stringify(planJson(plan)) : documentText(planDocument(plan)));
      return plan.problems.some(({ severity }) => severity === "stop") ? 1 : 0;
    }
    case "deploy":
      await requirePort(invocation, engine, signal);
      return runDeploy(terminal, invocation, connection, signal);
    case "continue":
      return runContinue(terminal, invocation, connection, signal);
    case "rollback":
      return runRollback(terminal, invocation, connection, signal);
    case "promote":
      return promoteCommand(
        terminal,
        invocation,
        invocation.promote ?? { from: "default" },
        { backend: engine, connection, prompts: promptsFor(signal) },
        signal,
      );
    case "history": {
      const history = await connection.history(request, signal);
      if (json) say(JSON.stringify(history));
      else historyLines(history).forEach(say);
      return 0;
    }
    case "verify": {
      const checks = await connection.verify(request, signal);
      if (json) say(JSON.stringify(checks));
      else if (format === "junit") say(checklistJunit(request.application ?? path.basename(request.folder), checks));
      else checklistText(checks).forEach(say);
      return checks.some((check) => check.state === "failed") ? 1 : 0;
    }
    case "review": {
      const found = await connection.review(request, signal);
      say(
        json
          ? JSON.stringify(reviewJson(found))
          : documentText(reviewDocument(request.application ?? path.basename(request.folder), found)),
      );
      return found.findings.some(({ severity }) => severity === "high") ? 1 : 0;
    }
    case "diagnose":
      return runDiagnose(invocation.diagnose ?? {}, request, json, engine, connection, signal, say);
    case "query": {
      // A record ends with both characters, and alone neither is a line's end.
      const records = (text: string) => text.split("\r\n").map((record) => harmless(record, false));
      const write = (text: string) => void process.stdout.write(records(text).join("\r\n"));
      const what = invocation.query ?? { what: "", groups: [] };
      return runQueryCommand(what, { request, format }, engine, connection, signal, { say, write, complain });
    }
    case "metrics": {
      const { region } = connection.identity;
      return runMetrics(
        invocation.metrics ?? { watch: false },
        { request, json, region },
        engine,
        connection,
        signal,
        say,
      );
    }
    case "destroy": {
      const output = new TextOutput(say);
      const confirm: Parameters<Deployments["destroy"]>[1] = async (removals, _identity, name) => {
        const lines = removalLines(removals);
        if (!json) lines.forEach(say);
        if (!removals.some(isRemoved)) return true;
        // Without anybody to ask it has always been a no.
        if (!invocation.yes && (json || !interactive())) return false;
        const asked = { what: "Removing them", question: "Remove them? This cannot be undone.", name, evidence: lines };
        return agreed(terminal, invocation, asked, signal);
      };
      const result = await connection.destroy(
        request,
        confirm,
        json ? (event) => say(JSON.stringify(event)) : output.emit,
        signal,
      );
      if (json) say(JSON.stringify(result));
      else if (result.error) errorLines(result.error).forEach(complain);
      else if (result.outcome === "declined") complain("Nothing was removed. Say --yes, or answer yes, to remove.");
      return exitCode(result.outcome, result.error);
    }
    case "restart":
      return runRestart(terminal, invocation, connection, signal);
    case "schedules":
      return schedulesCommand(invocation, connection.operations, say, signal);
    case "run": {
      const { operations } = connection;
      const { oneOff = { command: [] }, schedule } = invocation;
      const wish = schedule === undefined ? oneOff : await operations.scheduled(request, schedule, signal);
      return runInTask(terminal, invocation, wish, operations, signal);
    }
    case "stop":
    case "start":
    case "scale":
      return runOperation(terminal, command, invocation, connection.operations, signal);
    case "secret":
      return runSecret(terminal, invocation, connection.secrets, signal);
    case "env":
      return runEnv(terminal, invocation, connection.secrets, signal);
    case "environments":
    case "logs":
    case "sandbox":
      return 0;
  }
}

/** Nothing says on which port the application listens, or several may be meant: a person has to say. */
async function requirePort({ request, yes, format }: Invocation, engine: Backend, signal: AbortSignal): Promise<void> {
  const project = await engine.project(request.folder, request);
  const worker = request.answers?.loadBalancer === false || !project.isNew;
  const offered = project.port;
  const mayAsk = !yes && format === "text" && interactive();
  if (worker || offered?.clear || (offered && !mayAsk)) {
    request.project = project;
    // The plan says it too; with --yes nobody reads that before it is done.
    const note = project.notes.find(({ code }) => code === "portChosen");
    if (note && !worker && yes && format === "text") say(warningText(note));
    return;
  }
  if (mayAsk) {
    const others = portsInWords(offered?.others ?? []);
    const answer = await ask(
      offered
        ? `On which port does the application listen? ${offered.from} says ${offered.port}` +
            `${others ? `, and ${others} are exposed too` : ""} (empty: ${offered.port}) `
        : `${project.app.dockerfile} exposes no port. On which port does the application listen? (empty: on none, it is a worker) `,
      signal,
    );
    const port = answer === "" && offered ? offered.port : Number(answer);
    const none = answer === "" && !offered;
    if (!none && (!Number.isInteger(port) || port < 1 || port > 65535))
      throw new SlipwayError({
        code: "NoPort",
        summary: `"${answer}" is no port.`,
        remedy: "A port is a number from 1 to 65535.",
      });
    request.answers = { ...request.answers, ...(none ? { loadBalancer: false } : { port }) };
    return;
  }
  throw new SlipwayError({
    code: "NoPort",
    summary: `${project.app.dockerfile} does not say on which port the application listens, and Slipway does not guess.`,
    evidence: project.dockerfile.unsetPortVariables.map((name) => `EXPOSE uses $${name}, which nothing sets.`),
    remedy:
      "Add EXPOSE to the Dockerfile, or say --port N; for an application that listens on nothing, --no-load-balancer.",
    actions: ["openDockerfile"],
  });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const report = reportOf(error);
    if (
      process.argv.some(
        (word, index) => word === "--format=json" || (word === "json" && process.argv[index - 1] === "--format"),
      )
    ) {
      say(
        JSON.stringify({
          outcome: report.code === "Cancelled" ? "cancelled" : "failed",
          url: null,
          resources: [],
          error: report,
        }),
      );
    } else errorLines(report).forEach(complain);
    process.exitCode = errorCodes[report.code] ?? 1;
  },
);
