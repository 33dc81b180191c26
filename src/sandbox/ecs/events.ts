/** Service events, newest first, at most a hundred. */
import { uuid } from "../ids";
import type { ServiceRecord } from "../states";

/** Adds an event; the name in front is the service's own. */
export function addEvent(record: ServiceRecord, text: string): void {
  const events = (record.service.events ??= []);
  const last = events[0]?.createdAt?.getTime() ?? 0;
  // Two events of the same millisecond keep their order.
  const at = new Date(Math.max(Date.now(), last + 1));
  events.unshift({ id: uuid(), createdAt: at, message: `(service ${record.service.serviceName ?? ""}${text}` });
  events.length = Math.min(events.length, 100);
}

/** Texts about numbers of targets and tasks, by what they are about. */
const COUNTED = {
  registered: (n: number, subject: string) => `) registered ${n} targets in (target-group ${subject})`,
  deregistered: (n: number, subject: string) => `) deregistered ${n} targets in (target-group ${subject})`,
  draining: (n: number, subject: string) => `, taskSet ${subject}) has begun draining connections on ${n} tasks.`,
} as const;

export type Counted = keyof typeof COUNTED;

/** Notes one target or task more; AWS says what happens at about the same time in one event. */
export function count(record: ServiceRecord, what: Counted, subject: string): void {
  const key = `${what} ${subject}`;
  const found = record.counted.get(key);
  if (found) found.n++;
  else record.counted.set(key, { what, subject, n: 1, since: Date.now() });
}

/** Says what has been noted for at least `ms`, in the order in which it began. */
export function sayCounted(record: ServiceRecord, ms: number): void {
  for (const [key, { what, subject, n, since }] of record.counted) {
    if (Date.now() - since < ms) return;
    record.counted.delete(key);
    addEvent(record, COUNTED[what](n, subject));
  }
}
