/** Every pattern, in the order in which they are read. */
import type { Pattern } from "./types";
import { reachPatterns } from "./patterns/reach";
import { runPatterns } from "./patterns/runs";
import { startPatterns } from "./patterns/start";

export const patterns: readonly Pattern[] = [...startPatterns, ...runPatterns, ...reachPatterns];
