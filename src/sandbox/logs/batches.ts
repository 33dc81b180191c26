/** What a batch of log events may be, and which of its events are taken. */
import type { InputLogEvent, RejectedLogEventsInfo } from "../model/logs.types";
import type { LogGroupRecord } from "../states";
import { ApiError } from "../wire/errors";

const invalid = (text: string): ApiError => new ApiError("InvalidParameterException", text);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Of a batch and of each event. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html */
const MOST_BYTES = 1_048_576;
/** What each event counts beside its text. */
const OVERHEAD_BYTES = 26;
const OLDEST_DAYS = 14;

/**
 * The events of a batch that are taken, and where those stand that are too old, too new or older than the group keeps
 * them. Throws where the whole batch is refused.
 */
export function judged(
  group: LogGroupRecord,
  events: readonly InputLogEvent[],
  now = Date.now(),
): { readonly taken: readonly InputLogEvent[]; readonly rejected: RejectedLogEventsInfo | undefined } {
  const bytes = events.reduce((sum, { message }) => sum + Buffer.byteLength(message) + OVERHEAD_BYTES, 0);
  if (bytes > MOST_BYTES) throw invalid(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  if (events.some((e, i) => e.timestamp < (events[i - 1]?.timestamp ?? 0)))
    throw invalid("Log events in a single PutLogEvents request must be in chronological order.");
  const before = (time: number): number => {
    const first = events.findIndex((e) => e.timestamp >= time);
    return first < 0 ? events.length : first;
  };
  const tooOld = before(now - OLDEST_DAYS * DAY_MS);
  const { retentionInDays } = group;
  const expired = retentionInDays === undefined ? 0 : before(now - retentionInDays * DAY_MS);
  const tooNew = before(now + 2 * HOUR_MS + 1);
  const taken = events.slice(Math.max(tooOld, expired), tooNew);
  const [first, last] = [taken[0], taken.at(-1)];
  if (first && last && last.timestamp - first.timestamp > DAY_MS)
    throw invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.");
  const rejected: RejectedLogEventsInfo = {
    ...(tooNew < events.length ? { tooNewLogEventStartIndex: tooNew } : {}),
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(expired > tooOld ? { expiredLogEventEndIndex: expired } : {}),
  };
  return { taken, rejected: Object.keys(rejected).length > 0 ? rejected : undefined };
}

/** The group, where its events can be read one by one: those of the class for infrequent access only by queries. */
export function readable(group: LogGroupRecord): LogGroupRecord {
  if (group.class === "INFREQUENT_ACCESS")
    throw invalid("The operation is not supported for log groups of the class INFREQUENT_ACCESS.");
  return group;
}
