import { SlipwayError } from "./errors";

const notText = (name: string, why: string): SlipwayError =>
  new SlipwayError({
    code: "NotText",
    summary: `${name} cannot be read: ${why}.`,
    remedy: "Save it as UTF-8 and try again; nothing was changed.",
  });

/**
 * The text that a file holds. A byte order mark is no part of it.
 * @param name how people know the file
 * @param lenient what is no UTF-8 becomes U+FFFD, as where the builder does not mind either
 * @throws SlipwayError NotText
 */
export function decodeText(bytes: Uint8Array, name: string, lenient = false): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw notText(name, "it is saved as UTF-16, and what reads it next takes UTF-8");
  try {
    return new TextDecoder("utf-8", { fatal: !lenient }).decode(bytes);
  } catch {
    throw notText(name, "it holds bytes that are not UTF-8");
  }
}
