/** Values that nobody is to see: typed without an echo, or read from standard input. They are held in memory alone. */
import { cancelled, SlipwayError } from "../core/base/errors";

/** More than Secrets Manager keeps. */
const mostCharacters = 66_000;

export interface HiddenInput {
  /** Typed on the terminal, of which nothing is shown. */
  askHidden(question: string, signal: AbortSignal): Promise<string>;
  /** All of standard input; one line's end at its end is no part of it. */
  readStdin(signal: AbortSignal): Promise<string>;
}

/** @param tell where questions go: not where results do */
export function hiddenInput(tell: (line: string) => void): HiddenInput {
  const { stdin } = process;
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
      stdin.setEncoding("utf8").resume();
      return new Promise<string>((resolve, reject) => {
        let typed = "";
        const end = (act: () => void) => {
          stdin.off("data", onData).pause().setRawMode(false);
          signal.removeEventListener("abort", onAbort);
          act();
        };
        const onAbort = () => end(() => reject(cancelled()));
        const onData = (data: string) => {
          for (const character of data) {
            if (character === "\r" || character === "\n") return end(() => resolve(typed));
            // Ctrl+C and Ctrl+D, which a terminal in raw mode hands on.
            if (character === "\u0003" || character === "\u0004") return end(() => reject(cancelled()));
            typed = character === "\u007f" || character === "\b" ? typed.slice(0, -1) : typed + character;
          }
        };
        signal.addEventListener("abort", onAbort, { once: true });
        stdin.on("data", onData);
      });
    },
  };
}
