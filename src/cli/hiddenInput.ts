/** Values that nobody is to see: typed without an echo, or read from standard input. They are held in memory alone. */
import type { ReadStream } from "node:tty";
import { cancelled, SlipwayError } from "../core/base/errors";

/** More than Secrets Manager keeps. */
const mostCharacters = 66_000;
/** Lines that are pasted come as fast as that one after the other; a person's next key does not. */
const pasteMilliseconds = 80;

export interface HiddenInput {
  /** One line that is typed or pasted on the terminal, of which nothing is shown. */
  askHidden(question: string, signal: AbortSignal): Promise<string>;
  /** All of standard input; one line's end at its end is no part of it. */
  readStdin(signal: AbortSignal): Promise<string>;
}

type Input = Pick<ReadStream, "setRawMode" | "setEncoding" | "resume" | "pause" | "on" | "off"> &
  AsyncIterable<unknown>;

const manyLines = (): SlipwayError =>
  new SlipwayError({
    code: "ManyLines",
    summary: "What was pasted has many lines, and only the first would have been taken.",
    remedy: "Give it on standard input: slipway secret set NAME < FILE. Nothing was changed.",
    actions: [],
  });

/** @param tell where questions go: not where results do */
export function hiddenInput(tell: (line: string) => void, stdin: Input = process.stdin): HiddenInput {
  return {
    async readStdin(signal) {
      let text = "";
      stdin.setEncoding("utf8");
      for await (const chunk of stdin) {
        if (signal.aborted) throw cancelled();
        text += String(chunk);
        if (text.length > mostCharacters)
          throw new SlipwayError({
            code: "SecretTooLarge",
            summary: "Standard input has more than the 65,536 bytes that Secrets Manager keeps.",
            remedy: "Keep what is larger elsewhere (S3, EFS), and only its key here.",
            actions: [],
          });
      }
      return text.replace(/\r?\n$/, "");
    },
    askHidden(question, signal) {
      tell(question);
      stdin.setRawMode(true);
      stdin.setEncoding("utf8");
      stdin.resume();
      return new Promise<string>((resolve, reject) => {
        let typed = "";
        let lines = 0;
        let quiet: ReturnType<typeof setTimeout> | undefined;
        const end = (act: () => void) => {
          clearTimeout(quiet);
          stdin.off("data", onData);
          stdin.pause();
          stdin.setRawMode(false);
          signal.removeEventListener("abort", onAbort);
          act();
        };
        const onAbort = () => end(() => reject(cancelled()));
        const take = (character: string): void => {
          if (lines > 0 && character !== "\n") lines += 1;
          else if (character === "\r" || character === "\n") lines = Math.max(lines, 1);
          else if (character === "\u007f" || character === "\b") typed = typed.slice(0, -1);
          else typed += character;
        };
        const onData = (data: string | Buffer) => {
          for (const character of String(data)) {
            // Ctrl+C and Ctrl+D, which a terminal in raw mode hands on.
            if (lines === 0 && (character === "\u0003" || character === "\u0004")) return onAbort();
            take(character);
          }
          if (lines === 0) return;
          // The rest of a paste is swallowed: left in the terminal, the shell would run it, and show it.
          clearTimeout(quiet);
          quiet = setTimeout(() => end(() => (lines > 1 ? reject(manyLines()) : resolve(typed))), pasteMilliseconds);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        stdin.on("data", onData);
      });
    },
  };
}
