const statusLine = /^([0-9a-f]{12}): (.+)$/;
const finished = /^(Pushed|Layer already exists|Mounted from .*)$/;

/** Reads what `docker push` prints: how many layers are there, and in the end the digest that the registry took. */
export class PushProgress {
  digest: string | undefined;
  private readonly layers = new Map<string, boolean>();

  /** The progress after this line; undefined for a line that says nothing about it. */
  read(line: string): { fraction: number; text: string } | undefined {
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(line) ?? /^manifest-(sha256:[0-9a-f]{64})/.exec(line);
    if (digest) this.digest = digest[1];
    const status = statusLine.exec(line.trim());
    if (!status?.[1] || status[2] === undefined) return undefined;
    this.layers.set(status[1], finished.test(status[2]));
    const done = [...this.layers.values()].filter(Boolean).length;
    return { fraction: done / this.layers.size, text: `${done} of ${this.layers.size} layers` };
  }
}
