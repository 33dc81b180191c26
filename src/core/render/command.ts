/** Commands as they are read. */

/** A word of a command: where it ends is to be seen, and a line break in it makes no line of the text around it. */
const wordOf = (word: string): string => (/^[^\s"'\\\p{C}]+$/u.test(word) ? word : JSON.stringify(word));

export const commandText = (command: readonly string[]): string => command.map(wordOf).join(" ");
