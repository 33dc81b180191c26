/** What a service does, in one row below it: asked when somebody looks at its children, and seldom. */
import { figuresOf } from "../../core/monitor/figures";
import type { ServiceMonitoring } from "../../core/api";
import { reportOf } from "../../core/base/errors";
import { figuresText } from "../../core/render/monitor";
import type { ResourceNode } from "../../core/resources/store";
import type { Log } from "../ui/log";

/** Each look at figures costs a little: this long the last one is shown again, in milliseconds. */
const lastsMilliseconds = 5 * 60_000;
const backMilliseconds = 3_600_000;

interface Seen {
  readonly askedAt: number;
  /** Undefined where nothing is known, and while it is asked for the first time. */
  text: string | undefined;
}

export class ServiceFigures {
  private readonly seen = new WeakMap<ResourceNode, Seen>();

  /** @param changed told when a service has other figures than before */
  constructor(
    private readonly log: Log,
    private readonly changed: (node: ResourceNode) => void,
  ) {}

  /** "41 % CPU, peak 93 · 38 requests/min", as far as it is known; asks again where that is old. */
  of(node: ResourceNode, connection: ServiceMonitoring | undefined): string | undefined {
    const { cluster, service } = node.item.ref;
    if (node.item.kind !== "service" || !connection || cluster === undefined || service === undefined) return undefined;
    const before = this.seen.get(node);
    if (!before || performance.now() - before.askedAt >= lastsMilliseconds) {
      const now: Seen = { askedAt: performance.now(), text: before?.text };
      this.seen.set(node, now);
      void this.ask(node, now, connection, { cluster, service });
    }
    return this.seen.get(node)?.text;
  }

  private async ask(
    node: ResourceNode,
    seen: Seen,
    connection: ServiceMonitoring,
    subject: { cluster: string; service: string },
  ): Promise<void> {
    try {
      const signal = new AbortController().signal;
      const look = await connection.monitor(subject, { since: { back: backMilliseconds } }, signal);
      const text = figuresText(figuresOf(look)) || undefined;
      if (text === seen.text) return;
      seen.text = text;
      this.changed(node);
    } catch (error) {
      // The row is something more: where figures may not be read there is none, and the page of figures says why.
      this.log.debug(`figures of ${subject.service}: ${reportOf(error).summary}`);
    }
  }
}
