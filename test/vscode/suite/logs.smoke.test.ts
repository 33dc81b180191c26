/** Tails in VS Code: what a channel shows, what happens at its limits, and whether somebody can see it. */
import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import * as vscode from "vscode";
import type { Backend } from "../../../src/core/api";
import type { LogsConnection } from "../../../src/core/logs/api";
import { CallBudget } from "../../../src/core/logs/budget";
import { Tail } from "../../../src/core/logs/tail";
import type { Clock } from "../../../src/core/ports/machine";
import type { ConnectionManager } from "../../../src/vscode/workspace/connections";
import { TailChannel } from "../../../src/vscode/logs/channel";
import { TailManager, type TailEntry } from "../../../src/vscode/logs/tails";
import { describeTail, TailTree } from "../../../src/vscode/logs/tree";
import { documentOf, isVisible } from "../../../src/vscode/logs/visibility";
import type { FakeClock } from "../../unit/support/fakeClock";
import { failure, FakeLogs } from "../../unit/support/fakeLogs";
import { noEcs } from "../../unit/support/tails";
import { slipway } from "./extension";

const realClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, signal ? { signal } : {}),
};

async function until<T>(what: string, probe: () => T | undefined | false, milliseconds = 15_000): Promise<T> {
  for (const end = Date.now() + milliseconds; ; await pause(50)) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end)
      throw new Error(
        `${what} did not come; documents: ${vscode.workspace.textDocuments.map((document) => document.uri.toString()).join(" ")}`,
      );
  }
}

const lines = (from: number, count: number, text = "a line of some length, as logs have them") =>
  Array.from({ length: count }, (_, index) => `12:00:00.000 01234567 app number ${from + index} ${text}\n`);

describe("a tail's channel", () => {
  let folder: string;
  before(async () => {
    await slipway().activate();
    folder = mkdtempSync(path.join(tmpdir(), "slw-tails-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("shows what is appended, whole and in order, in the language of the tails", async () => {
    const channel = new TailChannel("Logs read back", folder);
    try {
      channel.show(true);
      const all = lines(0, 2000);
      for (let at = 0; at < all.length; at += 100) await channel.append(all.slice(at, at + 100).join(""));
      const document = await until("the channel's text", () => {
        const found = documentOf(channel.name);
        return found?.getText().includes("number 1999 ") && found;
      });
      assert.equal(document.getText().replaceAll("\r\n", "\n"), all.join(""));
      assert.equal(document.languageId, "slipway-log");
      await channel.clear();
      await channel.append("after clearing\n");
      await until(
        "the cleared text",
        () => documentOf(channel.name)?.getText().replaceAll("\r\n", "\n") === "after clearing\n",
      );
    } finally {
      channel.dispose();
    }
  });

  it("goes on in a successor at its limits, with a link to the file, and loses nothing", async () => {
    let successors = 0;
    const channel = new TailChannel("Logs to the limit", folder, () => successors++, { bytes: 64 * 1024, lines: 300 });
    try {
      channel.show(true);
      await until("the channel to be seen", () => channel.visible);
      const all = lines(0, 1000);
      for (let at = 0; at < all.length; at += 90) await channel.append(all.slice(at, at + 90).join(""));
      assert.ok(successors >= 3 && channel.parts.length === successors, `${successors} successors`);
      const document = await until("the successor's text", () => {
        const found = documentOf(channel.name);
        return found?.getText().includes("number 999 ") && found;
      });
      const [first, ...rest] = document.getText().replaceAll("\r\n", "\n").split("\n");
      assert.ok(first?.includes(vscode.Uri.file(channel.parts.at(-1) ?? "").toString()), first);
      const before = channel.parts.map((file) => readFileSync(file, "utf8")).join("");
      assert.equal(before + rest.join("\n"), all.join(""));
      assert.ok(channel.visible, "the successor is shown where its predecessor was");
      const saved = path.join(folder, "saved.log");
      await channel.save(saved);
      assert.equal(readFileSync(saved, "utf8"), all.join(""));
    } finally {
      channel.dispose();
    }
  });

  it("knows whether it can be seen", async () => {
    const [one, other] = [new TailChannel("Logs one", folder), new TailChannel("Logs one #2", folder)];
    try {
      await one.append("one\n");
      await other.append("other\n");
      assert.deepEqual([one.visible, other.visible], [false, false]);
      one.show(true);
      await until("the first to be seen", () => one.visible && !other.visible);
      other.show(true);
      await until("the second to be seen instead", () => !one.visible && other.visible);
      await vscode.commands.executeCommand("workbench.action.closePanel");
      await until("none to be seen", () => !one.visible && !other.visible);
      one.show(true);
      await until("the first to be seen again", () => isVisible("Logs one"));
    } finally {
      one.dispose();
      other.dispose();
    }
  });

  it("takes 10,000 lines a second without holding up the extension host", async function () {
    this.timeout(40_000);
    const channel = new TailChannel("Logs fast", folder);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    try {
      channel.show(true);
      await until("the channel to be seen", () => channel.visible);
      delay.enable();
      const began = Date.now();
      for (let tick = 0; tick < 25; tick++) {
        await channel.append(lines(tick * 2000, 2000, "x".repeat(90)).join(""));
        await pause(Math.max(0, began + (tick + 1) * 200 - Date.now()));
      }
      delay.disable();
      const took = (Date.now() - began) / 1000;
      const document = await until(
        "the last line",
        () => {
          const found = documentOf(channel.name);
          return found?.lineCount === 50_001 && found;
        },
        20_000,
      );
      const numbers = [...document.getText().matchAll(/number (\d+) /g)].map((match) => Number(match[1]));
      assert.deepEqual(
        numbers,
        Array.from({ length: 50_000 }, (_, index) => index),
      );
      console.log(
        `│    50,000 lines in ${took.toFixed(1)} s, the extension host held up ${(delay.max / 1e6).toFixed(0)} ms at most`,
      );
      assert.ok(took < 9, `${took} s`);
    } finally {
      channel.dispose();
    }
  });
});

describe("the Log Tails view", () => {
  let folder: string;
  let logs: FakeLogs;
  let manager: TailManager;
  let tree: TailTree;
  let changed: vscode.EventEmitter<void>;
  const kept = new Map<string, unknown>();
  // A custom endpoint: Live Tail costs nothing there, and nothing is asked.
  let endpoint: string | undefined;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "slw-tails-"));
    logs = new FakeLogs(realClock as FakeClock);
    logs.pageSize = 1000;
    endpoint = "http://127.0.0.1:1";
    const budget = new CallBudget(25, realClock);
    const connect = () =>
      ({
        identity: { account: "0", arn: "", region: "us-east-1", partition: "aws" },
        endpoint,
        tail: (request, sink) =>
          new Tail(
            {
              port: logs,
              budget,
              clock: realClock,
              region: "us-east-1",
              zone: () => 0,
              random: Math.random,
              ecs: () => noEcs,
              lastEvents: () => Promise.resolve([]),
            },
            request,
            sink,
          ),
        close: () => Promise.resolve(),
      }) as Pick<LogsConnection, "identity" | "endpoint" | "tail" | "close"> as LogsConnection;
    changed = new vscode.EventEmitter<void>();
    const connections = {
      choice: { kind: "sandbox" },
      onDidChange: changed.event,
      prompts: {},
    } as unknown as ConnectionManager;
    const memento = {
      get: <T>(key: string, fallback?: T) => (kept.get(key) as T | undefined) ?? fallback,
      update: (key: string, value: unknown) => Promise.resolve(kept.set(key, value)),
      keys: () => [],
    } as unknown as vscode.Memento;
    manager = new TailManager(
      () => ({ openLogs: () => Promise.resolve(connect()) }) as unknown as Backend,
      connections,
      memento,
      folder,
    );
    tree = new TailTree(manager);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("notifications.clearAll");
    tree.dispose();
    manager.dispose();
    changed.dispose();
    kept.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (from: number, count: number) =>
    logs.put(
      "/g",
      "web/app/0123456789abcdef0123456789abcdef",
      Array.from({ length: count }, (_, index) => ({ at: Date.now(), message: `number ${from + index} ` })),
    );
  const row = (entry: TailEntry) => tree.getTreeItem(tree.getChildren().find((node) => node.entry === entry) as never);
  const shown = (entry: TailEntry) =>
    [...(documentOf(entry.channel.name)?.getText() ?? "").matchAll(/number (\d+) /g)].map((match) => Number(match[1]));

  it("shows each tail with its numbers in words, and follows pause, resume, hiding and the end", async function () {
    this.timeout(60_000);
    const entry = await manager.start(
      { target: { kind: "group", group: "/g" }, follow: true, back: 60_000 },
      new AbortController().signal,
    );
    assert.ok(entry);
    assert.equal(tree.getChildren().length, 1);
    put(0, 50);
    await until("50 events", () => shown(entry).length === 50);
    await until("the row to say so", () => /^live .*50 events/.test(String(row(entry).description)));
    assert.match(row(entry).accessibilityInformation?.label ?? "", /^Log tail of \/g, live, .*50 events/);
    assert.equal(row(entry).contextValue, "tail.running.live");

    await vscode.commands.executeCommand("workbench.action.closePanel");
    await until("Live Tail to stop while hidden", () => logs.sessions.size === 0);
    put(50, 10);
    entry.channel.show();
    await until("Live Tail to come back", () => logs.sessions.size === 1);
    await until("what came meanwhile", () => shown(entry).length === 60);

    entry.tail.pause();
    await until("the pause", () => row(entry).contextValue === "tail.paused.live");
    put(60, 10);
    await pause(1500);
    assert.equal(shown(entry).length, 60);
    entry.tail.resume();
    await until("what came during the pause", () => shown(entry).length === 70);
    entry.tail.setMode("polling");
    await until("polling", () => row(entry).contextValue === "tail.running.polling" && logs.sessions.size === 0);

    await entry.tail.stop();
    await until("the end", () => row(entry).contextValue === "tail.over.polling");
    assert.match(describeTail(entry.state), /^stopped · 70 events/);
    assert.deepEqual(
      shown(entry),
      Array.from({ length: 70 }, (_, index) => index),
    );
    await manager.remove(entry);
    assert.deepEqual(tree.getChildren(), []);
  });

  it("polls on AWS until somebody has said yes to what Live Tail costs, and then asks no more", async () => {
    endpoint = undefined;
    const start = (group: string) =>
      manager.start({ target: { kind: "group", group }, follow: true, back: 0 }, new AbortController().signal);
    const asked = await start("/asked");
    await pause(1500);
    assert.deepEqual([asked?.state.mode, logs.sessions.size], ["polling", 0]);
    kept.set("slipway.logs.liveTailAccepted", true);
    const accepted = await start("/accepted");
    assert.equal(accepted?.state.mode, "auto");
    await until("Live Tail", () => logs.sessions.size === 1);
  });

  it("waits where AWS takes the credentials no more, and goes on when there are new ones", async () => {
    const entry = await manager.start(
      { target: { kind: "group", group: "/g" }, follow: true, back: 60_000 },
      new AbortController().signal,
    );
    assert.ok(entry);
    put(0, 5);
    await until("five events", () => shown(entry).length === 5);
    let expired = true;
    logs.broken = () => (expired ? failure("CredentialsExpired") : undefined);
    for (const session of logs.sessions) session.end = "CredentialsExpired";
    await until("the row to say so", () => String(row(entry).description).startsWith("waiting for credentials"));
    put(5, 5);
    await pause(1000);
    assert.equal(shown(entry).length, 5);
    expired = false;
    changed.fire();
    await until("what came meanwhile", () => shown(entry).length === 10);
    assert.deepEqual(
      shown(entry),
      Array.from({ length: 10 }, (_, index) => index),
    );
  });
});
