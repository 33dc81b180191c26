/** Every pattern, in the order in which they are read. */
import type { Pattern } from "./types";
import { reachPatterns } from "./patterns/reach";
import { runPatterns } from "./patterns/runs";
import { startPatterns } from "./patterns/start";

export const patterns: readonly Pattern[] = [...startPatterns, ...runPatterns, ...reachPatterns];

const lasting: ReadonlySet<string> = new Set(patterns.filter((item) => item.lasting).map(({ code }) => code));

/** Whether a task with this cause stays as it is, however long it is waited for. */
export const isLasting = (code: string): boolean => lasting.has(code);
