/** What is stored already, out of several groups and streams, as one sequence in order. */
import type { FilterPage, FilterRequest, StoredEvent } from "../ports/logs";
import type { GroupScope } from "./resolve";

interface Head {
  readonly source: GroupScope;
  events: readonly StoredEvent[];
  at: number;
  token: string | undefined;
  over: boolean;
}

/**
 * Reads pages side by side and gives runs of events, oldest first; no more than a page of each source is held.
 * @param page one page, with all trouble overcome; undefined for a group that is not there
 */
export async function* readHistory(
  sources: readonly GroupScope[],
  range: { from: number; until?: number; pattern?: string | undefined },
  page: (request: FilterRequest) => Promise<FilterPage | undefined>,
): AsyncGenerator<{ group: string; events: StoredEvent[] }> {
  const heads: Head[] = sources.map((source) => ({ source, events: [], at: 0, token: undefined, over: false }));
  const fill = async (head: Head, first: boolean): Promise<void> => {
    // A page may be empty and yet not be the last.
    while (!head.over && head.at >= head.events.length) {
      if (!first && head.token === undefined) {
        head.over = true;
        return;
      }
      first = false;
      const { pattern, ...times } = range;
      const found = await page({
        group: head.source.group,
        ...head.source.scope,
        ...times,
        ...(pattern === undefined ? {} : { pattern }),
        ...(head.token === undefined ? {} : { token: head.token }),
      });
      head.events = found?.events ?? [];
      head.at = 0;
      head.token = found?.token;
      if (head.token === undefined && head.events.length === 0) head.over = true;
    }
  };
  for (const head of heads) await fill(head, true);
  for (;;) {
    const open = heads.filter((head) => !head.over);
    if (open.length === 0) return;
    open.sort((one, other) => next(one) - next(other));
    const [head, second] = open as [Head, Head?];
    const limit = second === undefined ? Infinity : next(second);
    const from = head.at;
    do head.at++;
    while (head.at < head.events.length && next(head) <= limit);
    yield { group: head.source.group, events: head.events.slice(from, head.at) };
    await fill(head, false);
  }
}

const next = (head: Head): number => head.events[head.at]?.at ?? Infinity;
