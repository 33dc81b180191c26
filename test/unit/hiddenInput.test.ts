import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { hiddenInput } from "../../src/cli/hiddenInput";

/** A terminal on which this is typed, a chunk at a time. */
function typing(...chunks: readonly string[]) {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    setRawMode: (on: boolean) => {
      modes.push(on);
      return stdin as never;
    },
  });
  const asked: string[] = [];
  const cancel = new AbortController();
  const input = hiddenInput((line) => void asked.push(line), stdin as never);
  const answer = input.askHidden("Value?", cancel.signal);
  for (const chunk of chunks) stdin.write(chunk);
  return { answer, modes, asked, cancel, stdin, input };
}

describe("a value that is typed unseen", () => {
  it("ends with Enter, can be corrected, and is nowhere but in the answer", async () => {
    const { answer, modes, asked } = typing("hx", "\u007f", "unter2 ä", "\r");
    assert.equal(await answer, "hunter2 ä");
    assert.deepEqual([modes, asked], [[true, false], ["Value?"]]);
  });

  it("is canceled by Ctrl+C, Ctrl+D and from outside, with the terminal as it was", async () => {
    for (const key of ["\u0003", "\u0004"]) {
      const { answer, modes } = typing("half", key);
      await assert.rejects(answer, { code: "Cancelled" });
      assert.deepEqual(modes, [true, false]);
    }
    const { answer, cancel } = typing("half");
    cancel.abort();
    await assert.rejects(answer, { code: "Cancelled" });
  });

  it("of many lines is refused whole, and none of it is left for the shell", async () => {
    for (const chunks of [["-----BEGIN\r", "secret\r", "-----END\r"], ["a\rb"], ["a\r\nb\r\n"]]) {
      const { answer, stdin } = typing(...chunks);
      await assert.rejects(answer, { code: "ManyLines" });
      assert.equal(stdin.read(), null);
    }
    assert.equal(await typing("one\r\n").answer, "one");
  });

  it("is all of standard input otherwise, but for one line's end", async () => {
    const { input, stdin, cancel, answer } = typing();
    cancel.abort();
    await assert.rejects(answer, { code: "Cancelled" });
    const read = input.readStdin(new AbortController().signal);
    stdin.end("first\nsecond\n\n");
    assert.equal(await read, "first\nsecond\n");
  });
});
