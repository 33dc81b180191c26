/** Events as lines for people: local time with milliseconds, short task id, container, message. */
import { harmless } from "../base/harmless";
import { indented, isJsonObject, membersOf, valueText, type JsonMember } from "./jsonText";
import { isNote, type TailItem, type TailEvent, type TailNote } from "./tailTypes";
import { shortTask } from "./target";

export interface FormatOptions {
  /** How a message that is a JSON object is shown. */
  json: "raw" | "pretty" | "fields";
  /** With `fields`: the members that are shown; none means level and message first, then all others. */
  fields: string[];
  /** Terminals show colors; an output channel does not, and they are taken out. No other sequence acts in either. */
  ansi: boolean;
  /** Whether the tail's own notes stand among the lines. */
  notes: boolean;
  /** The date in every line, instead of a line of its own at each new day. */
  dates: boolean;
}

export const defaultFormat: FormatOptions = { json: "fields", fields: [], ansi: false, notes: true, dates: false };

/** Minutes by which local time is ahead of UTC at a moment; the machine's time zone. */
export type ZoneOffset = (at: number) => number;

const levelNames = ["level", "severity", "lvl", "log.level", "levelname"];
const messageNames = ["message", "msg", "event", "text"];
/** Numbers that pino and bunyan write for levels. */
const levelNumbers: Readonly<Record<string, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
const three = (value: number): string => (value < 10 ? `00${value}` : value < 100 ? `0${value}` : String(value));

export class Formatter {
  private slot = NaN;
  private offset = 0;
  private day = NaN;
  private width = 0;

  constructor(
    public options: FormatOptions,
    private readonly zone: ZoneOffset,
  ) {}

  /** Lines, ending with a line break; empty for nothing. */
  text(items: readonly TailItem[]): string {
    let out = "";
    for (const item of items) out += isNote(item) ? this.note(item) : this.event(item);
    return out;
  }

  private note({ note, at, level }: TailNote): string {
    if (!this.options.notes) return "";
    return `${this.dayLine(at)}${this.time(at)} -- ${level === "warning" ? "! " : ""}${harmless(note, false)}\n`;
  }

  private event(event: TailEvent): string {
    const day = this.dayLine(event.at);
    const who = harmless(
      event.task === undefined ? shortStream(event.stream) : `${shortTask(event.task)} ${event.container ?? ""}`,
      false,
    ).replace(/\n/g, " ");
    this.width = Math.max(this.width, Math.min(who.length, 40));
    const prefix = `${this.time(event.at)} ${who.padEnd(this.width)} ${event.late ? "(late) " : ""}`;
    const lines = this.message(event.message).split("\n");
    if (lines.length === 1) return `${day}${prefix}${lines[0] ?? ""}\n`;
    // A multi-line event stays one block: continuation lines stand below the first, and a bar says that they belong to it.
    const indent = `${" ".repeat(Math.max(0, prefix.length - 2))}| `;
    return `${day}${prefix}${lines.join(`\n${indent}`)}\n`;
  }

  private message(raw: string): string {
    const text = raw.replace(/[\r\n]+$/, "").replace(/\r\n/g, "\n");
    return harmless(this.options.json === "raw" || !isJsonObject(text) ? text : this.object(text), this.options.ansi);
  }

  /** A line that is an object. Where it cannot be told which value is meant, it is shown as it was. */
  private object(text: string): string {
    if (this.options.json === "pretty") return indented(text);
    const members = membersOf(text);
    if (members.length === 0 || new Set(members.map(({ name }) => name)).size < members.length) return text;
    if (this.options.fields.length) {
      const shown = this.options.fields.flatMap((name) => {
        const found = valueAt(members, name);
        return found === undefined
          ? []
          : [
              levelNames.includes(name)
                ? level(found)
                : messageNames.includes(name)
                  ? valueText(found)
                  : `${name}=${valueText(found)}`,
            ];
      });
      // Nothing of what was chosen is in it: then all of it is better than nothing.
      return shown.length ? shown.join(" ") : text;
    }
    const levelName = levelNames.find((name) => valueAt(members, name) !== undefined);
    const messageName = messageNames.find((name) => valueAt(members, name, false)?.[0] === '"');
    const rest = members
      .filter(({ name }) => name !== levelName && name !== messageName)
      .map(({ name, text: value }) => `${name}=${valueText(value)}`);
    return [
      ...(levelName === undefined ? [] : [level(valueAt(members, levelName) ?? "")]),
      ...(messageName === undefined ? [] : [valueText(valueAt(members, messageName, false) ?? "")]),
      ...rest,
    ].join(" ");
  }

  private dayLine(at: number): string {
    if (this.options.dates) return "";
    const day = Math.floor((at + this.offsetAt(at)) / 86_400_000);
    if (day === this.day) return "";
    const late = day < this.day;
    this.day = day;
    return `${late ? "---- back at" : "----"} ${dateOf(day)} ----\n`;
  }

  private time(at: number): string {
    const local = at + this.offsetAt(at);
    const inDay = ((local % 86_400_000) + 86_400_000) % 86_400_000;
    const date = this.options.dates ? `${dateOf(Math.floor(local / 86_400_000))} ` : "";
    return `${date}${two(Math.floor(inDay / 3_600_000))}:${two(Math.floor(inDay / 60_000) % 60)}:${two(Math.floor(inDay / 1000) % 60)}.${three(Math.floor(inDay % 1000))}`;
  }

  /** Zones change at quarter hours at the finest, so the offset is asked for once in each. */
  private offsetAt(at: number): number {
    const slot = Math.floor(at / 900_000);
    if (slot !== this.slot) {
      this.slot = slot;
      this.offset = this.zone(at) * 60_000;
    }
    return this.offset;
  }
}

/** Of a number its name, of a word its capitals; anything else as it is. */
function level(text: string): string {
  const value = valueText(text);
  return levelNumbers[value] ?? (/^[a-z]+$/i.test(value) ? value.toUpperCase() : value);
}
const shortStream = (stream: string): string => (stream.length <= 40 ? stream : `...${stream.slice(-37)}`);

/** The text of a member; of members within members by their names with dots, where there is one such and no more. */
function valueAt(members: readonly JsonMember[], name: string, within = true): string | undefined {
  const own = members.find((member) => member.name === name);
  if (own || !within) return own?.text;
  let [found, ...rest]: (string | undefined)[] = [undefined];
  let here = members;
  for (const part of name.split(".")) {
    [found, ...rest] = here.filter((member) => member.name === part).map(({ text }) => text);
    if (found === undefined || rest.length) return undefined;
    here = found[0] === "{" ? membersOf(found) : [];
  }
  return found;
}

/** Year, month and day of a day number since 1970. Source: Howard Hinnant's civil_from_days. */
export function dateOf(day: number): string {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const date = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const calendarMonth = month < 10 ? month + 3 : month - 9;
  return `${yearOfEra + era * 400 + (calendarMonth <= 2 ? 1 : 0)}-${two(calendarMonth)}-${two(date)}`;
}
