/**
 * Programs which come from the operating system: Chromium, a container engine, a compiler for VS Code's native modules.
 * As root (a container, a fresh machine, CI) what is missing is installed; a person is asked first, or told the one command.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { run } from "./processes";
import { say, step, warn } from "./say";

/** What the host needs, by the packages of Debian and Ubuntu that bring it. */
const needs = {
  browser: {
    programs: ["chromium"],
    packages: ["chromium", "fonts-dejavu-core"],
    why: "shows VS Code where no desktop one is",
  },
  engine: {
    programs: ["docker", "dockerd", "iptables", "busybox", "ip"],
    packages: ["docker.io", "iptables", "busybox-static", "iproute2"],
    why: "builds and runs containers",
  },
  compiler: {
    programs: ["g++", "make", "python3"],
    packages: ["g++", "make", "python3"],
    why: "builds VS Code's native modules",
  },
} as const;

export type Need = keyof typeof needs;

let listsUpdated = false;

/** The full path of a program on PATH (sbin folders included: users often lack them), or undefined. */
export function which(program: string): string | undefined {
  const dirs = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
  for (const dir of dirs.filter(Boolean)) {
    const file = path.join(dir, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The programs of this need that are not on the machine. */
export function missingPrograms(need: Need): string[] {
  return needs[need].programs.filter((program) => !which(program));
}

/**
 * Makes the need's programs available if that can be done.
 *
 * @returns whether all of them are there now; when not, the one command that would install them has been said.
 */
export async function ensureSystemPackages(need: Need): Promise<boolean> {
  const missing = missingPrograms(need);
  if (missing.length === 0) return true;
  const { packages, why } = needs[need];
  const command = `apt-get install --no-install-recommends ${packages.join(" ")}`;
  if (!which("apt-get")) {
    warn(
      `${missing.join(", ")} missing (${why}); there is no apt-get here, please install it by the system's own means`,
    );
    return false;
  }
  const root = process.getuid?.() === 0;
  if (!root && !(await consent(missing, why, `sudo ${command}`))) return false;
  try {
    await step(`installing ${packages.join(", ")} (${why})`, () => install(packages, root));
  } catch (error) {
    warn(error instanceof Error ? error.message : String(error));
    warn(`could not install ${missing.join(", ")}; by hand: ${root ? "" : "sudo "}${command}`);
    return false;
  }
  return missingPrograms(need).length === 0;
}

async function consent(missing: readonly string[], why: string, command: string): Promise<boolean> {
  if (!process.stdin.isTTY || !which("sudo")) {
    warn(`${missing.join(", ")} missing (${why}). To install: ${command}`);
    return false;
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`${missing.join(", ")} missing (${why}). Run "${command}"? [y/N] `);
  prompt.close();
  if (/^y(es)?$/i.test(answer.trim())) return true;
  say("going on without");
  return false;
}

async function install(packages: readonly string[], root: boolean): Promise<void> {
  // A list that cannot be refreshed is not fatal: the ones at hand may do.
  if (!listsUpdated && (await apt(root, "update", "-q")) !== "")
    warn("apt-get update did not succeed; trying with the package lists at hand");
  listsUpdated = true;
  const problem = await apt(root, "install", "-y", "-q", "--no-install-recommends", ...packages);
  if (problem) throw new Error(`apt-get install failed:\n${problem}`);
}

/** Runs apt-get; returns "" or the end of its output. */
async function apt(root: boolean, ...args: string[]): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  if (!root) {
    // sudo asks for the password on the terminal, so it must stay in the foreground and in our session.
    const done = spawnSync("sudo", ["--", "apt-get", ...args], { env, stdio: "inherit" });
    return done.status === 0 ? "" : `sudo apt-get ended with code ${done.status ?? "?"}`;
  }
  const done = await run("apt-get", args, { env });
  return done.code === 0
    ? ""
    : `${done.stdout}\n${done.stderr}`.trim().split("\n").slice(-8).join("\n") || `code ${done.code}`;
}
