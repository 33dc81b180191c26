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
