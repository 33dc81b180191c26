import { parseSince } from "../core/logs/since";

/**
 * A moment as it is written on the command line, on the clock of this machine.
 * @throws SlipwayError Usage, with the forms that are taken
 */
export function momentOf(text: string): ReturnType<typeof parseSince> {
  const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return parseSince(text, Date.parse, today);
}
