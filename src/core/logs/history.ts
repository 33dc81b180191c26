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
async function* readHistory(
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

/**
 * 1 January 2024: newest first is to be had of what was written since.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const newestFirstFrom = 1_704_067_200_000;

/** How many pages of a source are read for its last events: a search may stop empty-handed and go on. */
const mostPages = 50;

/** The last events of one source, the newest first; undefined where the endpoint gives the oldest first all the same. */
async function lastOf(
  source: GroupScope,
  range: Parameters<typeof readHistory>[1],
  count: number,
  page: Parameters<typeof readHistory>[2],
): Promise<StoredEvent[] | undefined> {
  const { pattern, ...times } = range;
  const request: FilterRequest = {
    group: source.group,
    ...source.scope,
    ...times,
    ...(pattern === undefined ? {} : { pattern }),
  };
  const events: StoredEvent[] = [];
  let token: string | undefined;
  for (let read = 0; read < mostPages; read++) {
    const found = await page({ ...request, newest: count, ...(token === undefined ? {} : { token }) });
    events.push(...(found?.events ?? []));
    token = found?.token;
    const [first, last] = [events[0], events.at(-1)];
    if (token !== undefined && first && last && first.at < last.at) return undefined;
    if (token === undefined || events.length >= count) break;
  }
  return events;
}

/**
 * The last events of all sources together, oldest first, by one call for each as a rule.
 * @param count how many
 */
async function* readLast(
  sources: readonly GroupScope[],
  range: Parameters<typeof readHistory>[1],
  count: number,
  page: Parameters<typeof readHistory>[2],
): ReturnType<typeof readHistory> {
  let kept: { group: string; event: StoredEvent }[] = [];
  const keep = (group: string, events: readonly StoredEvent[]): void => {
    kept.push(...events.map((event) => ({ group, event })));
    if (kept.length > 2 * count) kept = kept.sort((one, other) => one.event.at - other.event.at).slice(-count);
  };
  for (const source of sources) {
    const last = await lastOf(source, { ...range, from: Math.max(range.from, newestFirstFrom) }, count, page);
    if (last) keep(source.group, last.reverse());
    // An endpoint that does not know the order: everything is read, and the end of it kept.
    else for await (const { group, events } of readHistory([source], range, page)) keep(group, events);
  }
  kept = kept.sort((one, other) => one.event.at - other.event.at).slice(-count);
  for (let from = 0; from < kept.length; ) {
    const group = kept[from]?.group ?? "";
    let to = from;
    while (kept[to]?.group === group) to++;
    yield { group, events: kept.slice(from, to).map(({ event }) => event) };
    from = to;
  }
}

/** The whole history, or its last lines. */
export const pastOf = (
  sources: readonly GroupScope[],
  range: Parameters<typeof readHistory>[1],
  lines: number | undefined,
  page: Parameters<typeof readHistory>[2],
): ReturnType<typeof readHistory> =>
  lines === undefined ? readHistory(sources, range, page) : readLast(sources, range, lines, page);

const next = (head: Head): number => head.events[head.at]?.at ?? Infinity;
