/** The official `aws` client against the endpoint under test. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { Endpoint } from "./sandbox";

/** Whether the command is installed. */
export const has = (command: string): boolean => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
/** Runs `aws` with text output. */
export async function aws(
  e: Endpoint,
  args: readonly string[],
  input?: string,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = spawn("aws", [...args, "--output", "text"], {
      env: { ...process.env, ...e.env, AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1", AWS_EC2_METADATA_DISABLED: "true" },
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (d: Buffer) => (out += d.toString()));
    child.stderr.on("data", (d: Buffer) => (err += d.toString()));
    child.on("close", (code) => resolve({ code: code ?? 1, out: out.trim(), err: err.trim() }));
    child.stdin.end(input);
  });
}

/** What the command prints; fails when the command does. */
export async function ok(e: Endpoint, line: string, ...extra: string[]): Promise<string> {
  const done = await aws(e, [...line.split(" "), ...extra]);
  assert.equal(done.code, 0, `aws ${line}: ${done.err}`);
  return done.out;
}

/** Fails unless the command fails and says `text`. */
export async function fails(e: Endpoint, line: string, text: RegExp, ...extra: string[]): Promise<void> {
  const done = await aws(e, [...line.split(" "), ...extra]);
  assert.notEqual(done.code, 0, `aws ${line} passed`);
  assert.match(done.err, text);
}
