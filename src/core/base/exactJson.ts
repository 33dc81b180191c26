/**
 * JSON that is passed on as it was. JavaScript's numbers have some sixteen digits, and JSON's any number of them: a number
 * that would change is carried as `{"slipway:number": "12345678901234567890"}`, and written as it was.
 */
import type { Json, JsonObject } from "./taskDefinition";

const mark = "slipway:number";
const tokens = /"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = new RegExp(`\\{\\s*"${mark}":\\s*"([-+.\\deE]+)"\\s*\\}`, "g");

/** Whether a JavaScript number holds what the text says. */
function isHeld(text: string): boolean {
  const value = Number(text);
  if (String(value) === text) return true;
  const digits = text
    .replace(/[eE].*$/, "")
    .replace(/\D/g, "")
    .replace(/^0+/, "");
  // Fifteen digits always are, and zero; but not beyond the largest and the smallest.
  return digits === "" || (digits.length <= 15 && Number.isFinite(value) && Math.abs(value) > 1e-300);
}

/** The text with every number marked that parsing would change. Comments may be in it. */
export function markNumbers(text: string): string {
  return text.replace(tokens, (token) =>
    /^["/]/.test(token) || isHeld(token) ? token : JSON.stringify({ [mark]: token }),
  );
}

/** @throws SyntaxError for what is no JSON */
export function parseExact(text: string): Json {
  return JSON.parse(markNumbers(text)) as Json;
}

/** The text of what {@link parseExact} read, every number as it was. */
export function exactText(value: unknown, indent?: number): string {
  // Within a string the quotes would have backslashes: nothing else looks like a mark.
  return (JSON.stringify(value, null, indent) ?? "").replace(marked, "$1");
}

/** An object with members; a number that is carried as its text is none. */
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Object.hasOwn(value, mark);
