/** How wide a text is, in pixels, at a size and a weight. A page measures with its own font; without one it is estimated. */
export type Measure = (text: string, size: number, weight: 400 | 600) => number;

/** Widths in em of a usual sans-serif, rounded up: what does not fit by these fits nowhere. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[iljI.,:;'|!]/, 0.29],
  [/[ ftr()[\]/\\·-]/, 0.37],
  [/[mwMW@%…→]/, 0.92],
  [/[A-Z]/, 0.69],
  [/[0-9]/, 0.58],
  [/[\u2e80-\uffff]/, 1.05],
];

/** An estimate that errs on the wide side, for drawings made without a page. */
export const estimate: Measure = (text, size, weight) => {
  let em = 0;
  for (const character of text) em += widths.find(([pattern]) => pattern.test(character))?.[1] ?? 0.58;
  return em * size * (weight === 600 ? 1.06 : 1);
};

/** The text, cut with an ellipsis where it would be wider than this. */
export function fitted(text: string, width: number, size: number, weight: 400 | 600, measure: Measure): string {
  if (measure(text, size, weight) <= width) return text;
  const characters = [...text];
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${characters.slice(0, middle).join("").trimEnd()}…`, size, weight) <= width) low = middle;
    else high = middle - 1;
  }
  return `${characters.slice(0, low).join("").trimEnd()}…`;
}

/** The text in lines that are no wider than this; the last one is cut where there would be more than `most`. */
export function wrapped(
  text: string,
  width: number,
  size: number,
  weight: 400 | 600,
  most: number,
  measure: Measure,
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (!line || measure(longer, size, weight) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line) lines.push(line);
  const shown = lines.length > most ? [...lines.slice(0, most - 1), lines.slice(most - 1).join(" ")] : lines;
  return shown.map((item) => fitted(item, width, size, weight, measure));
}
