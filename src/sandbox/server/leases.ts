/** Leases: open responses whose holders need the sandbox. The last one to close ends a leased sandbox. */
import type { ServerResponse } from "node:http";

const FIRST_MS = 60_000;
const LAST_MS = 10_000;

export class Leases {
  private readonly open_ = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly leased: boolean,
    private readonly expire: () => void,
  ) {
    if (leased) this.timer = setTimeout(expire, FIRST_MS);
  }

  /** Holds the response open, with a byte now and then so that a dead holder is noticed. */
  open(response: ServerResponse): void {
    clearTimeout(this.timer);
    this.open_.add(response);
    response.writeHead(200, { "content-type": "text/plain", "cache-control": "no-store" });
    response.write("lease\n");
    const beat = setInterval(() => response.write("\n"), 5000);
    response.on("close", () => {
      clearInterval(beat);
      this.open_.delete(response);
      if (this.leased && this.open_.size === 0) {
        clearTimeout(this.timer);
        this.timer = setTimeout(this.expire, LAST_MS);
      }
    });
  }

  close(): void {
    clearTimeout(this.timer);
    for (const response of this.open_) response.end();
  }
}
