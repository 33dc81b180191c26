/** Every step is said in one line, with the time that it took where that is of interest. */
const plain = !process.stdout.isTTY || process.env["NO_COLOR"] !== undefined;

const paint = (code: string, text: string) => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);

/** One line about what happens. */
export function say(line: string): void {
  console.log(`${paint("36", "slipway")} ${line}`);
}

/** One line that must not be overlooked. */
export function warn(line: string): void {
  console.log(`${paint("33", "slipway !")} ${line}`);
}

/** Seconds with one decimal, from milliseconds. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Says what begins, runs it and, when it took over a second, says how long. */
export async function step<T>(line: string, work: () => Promise<T>): Promise<T> {
  say(`${line} …`);
  const start = Date.now();
  const result = await work();
  const took = Date.now() - start;
  if (took > 1000) say(`  done in ${seconds(took)}`);
  return result;
}
