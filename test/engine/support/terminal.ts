/** The command line in a terminal, as a person has it: util-linux's `script` lends the pseudo-terminal. */
import { spawn } from "node:child_process";
import path from "node:path";
import { waitFor } from "../../../scripts/waiting";
import { distFolder } from "./cli";

export interface Terminal {
  /** Everything on the screen so far. */
  readonly screen: () => string;
  /** Waits until the screen shows this. */
  shows(text: RegExp): Promise<void>;
  /** Presses keys; `\u0003` is Ctrl+C, `\u0004` Ctrl+D. */
  press(keys: string): void;
  readonly exited: Promise<number>;
}

/** Starts `slipway` with these arguments in a terminal of its own. No argument may hold white space or quotes. */
export function startInTerminal(args: readonly string[], env: Readonly<Record<string, string>>): Terminal {
  const { PATH, HOME, DOCKER_HOST } = process.env;
  const words = [process.execPath, path.join(distFolder(), "cli.js"), ...args];
  const unsafe = words.find((word) => !/^[\w./:=-]+$/.test(word));
  if (unsafe !== undefined) throw new Error(`${unsafe} would have to be quoted`);
  const child = spawn("script", ["--quiet", "--return", "--command", words.join(" "), "/dev/null"], {
    env: { PATH, HOME, TERM: "xterm", ...(DOCKER_HOST === undefined ? {} : { DOCKER_HOST }), ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const exited = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
  return {
    screen: () => text,
    shows: async (wanted) =>
      void (await waitFor(`the terminal to show ${String(wanted)}`, () => wanted.test(text), {
        timeoutMs: 30_000,
        evidence: () => text,
      })),
    press: (keys) => void child.stdin.write(keys),
    exited,
  };
}
