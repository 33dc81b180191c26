/** Lines of containers as they come from the engine, and as the awslogs driver hands them on. */

/** Into what parts the engine cuts a long line. https://docs.docker.com/engine/logging/drivers/json-file/ */
const PART_BYTES = 16_384;
/** What stands before each part where the times are asked for. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /;
/**
 * The most of one event of the awslogs driver: 262,144 bytes without the 26 that each event counts beside its text,
 * though the API takes more by now. https://docs.docker.com/engine/logging/drivers/awslogs/
 */
const EVENT_BYTES = 262_118;

/**
 * A line's text with its time in milliseconds, and without the times that stand before its further parts.
 * @param bytes one character for each byte (latin1): a part may end within a character
 */
export function lineOf(bytes: string): { readonly text: string; readonly at: number } {
  const space = bytes.indexOf(" ");
  const at = Date.parse(bytes.slice(0, space));
  let rest = bytes.slice(space + 1);
  let joined = "";
  while (rest.length > PART_BYTES) {
    const time = TIME.exec(rest.slice(PART_BYTES, PART_BYTES + 48))?.[0];
    if (time === undefined) break;
    joined += rest.slice(0, PART_BYTES);
    rest = rest.slice(PART_BYTES + time.length);
  }
  return { text: Buffer.from(joined + rest, "latin1").toString("utf8"), at: Number.isNaN(at) ? Date.now() : at };
}

/** Where a text of that many bytes can be cut without cutting a character. */
function boundary(bytes: Buffer): number {
  let end = EVENT_BYTES;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/** A line as the events that the awslogs driver makes of it. */
export function eventsOf(text: string): readonly string[] {
  let rest = Buffer.from(text);
  const events: string[] = [];
  while (rest.length > EVENT_BYTES) {
    const end = boundary(rest);
    events.push(rest.subarray(0, end).toString("utf8"));
    rest = rest.subarray(end);
  }
  return [...events, rest.toString("utf8")];
}
