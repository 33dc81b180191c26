/** A place as LSP has it: both from zero, characters in UTF-16 units. */
export interface Position {
  line: number;
  character: number;
}

/** Turns offsets of a text into lines and characters. A line ends with \n, \r\n or \r, as VS Code has it. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) this.starts.push(at + 1);
    }
  }

  at(offset: number): Position {
    const within = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= within) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: within - (this.starts[low] ?? 0) };
  }

  range({ offset, length }: { offset: number; length: number }): { start: Position; end: Position } {
    return { start: this.at(offset), end: this.at(offset + length) };
  }
}
