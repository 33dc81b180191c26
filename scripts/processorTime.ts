/**
 * Processor time of a whole tree of processes, which Node does not tell. Where the system shows it (Linux, in /proc) all
 * trees are looked at twice a second, so what a tree did since the last look before it ended is missing.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** Milliseconds between two looks. */
const lookMs = 500;
/** USER_HZ, the unit of /proc/PID/stat: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

interface Seen {
  readonly parent: number;
  /** Tells a process from a later one with the same id. */
  readonly started: string;
  /** Its own time and that of its children which have ended and were waited for, in ticks. */
  ticks: number;
}

/** The time of one tree of processes. */
export interface ProcessorTime {
  /** Milliseconds of processor time so far, in user and in system mode; undefined where it cannot be told. */
  readonly ms: () => number | undefined;
  /** No more looks; what was counted stays. */
  readonly stop: () => void;
}

const trees = new Set<{ look: (all: ReadonlyMap<number, Seen>) => void }>();
let timer: NodeJS.Timeout | undefined;

/** Counts a process, from now on, with everything that it starts. */
export function processorTimeOf(root: number): ProcessorTime {
  if (!existsSync("/proc/self/stat")) return { ms: () => undefined, stop: () => undefined };
  const alive = new Map<number, Seen>();
  let ended = 0;
  const look = (all: ReadonlyMap<number, Seen>): void => {
    for (const [pid, before] of alive) {
      const now = all.get(pid);
      if (now?.started === before.started) continue;
      // Its parent has waited for it and counts it from now on, unless that has gone before or is not of this tree.
      if (pid === root || !all.has(before.parent) || !alive.has(before.parent)) ended += before.ticks;
      alive.delete(pid);
    }
    const isOurs = (pid: number, seen: Seen): boolean => pid === root || alive.has(pid) || alive.has(seen.parent);
    // Children of children that are new as well need another round.
    for (let grown = true; grown; ) {
      grown = false;
      for (const [pid, seen] of all) {
        if (!isOurs(pid, seen)) continue;
        if (!alive.has(pid)) grown = true;
        // Who has lost its parent since keeps the one that would have counted it, which is none.
        alive.set(pid, seen);
      }
    }
  };
  const tree = { look };
  trees.add(tree);
  look(allProcesses());
  timer ??= setInterval(() => {
    const all = allProcesses();
    for (const each of trees) each.look(all);
  }, lookMs).unref();
  return {
    ms: () => (([...alive.values()].reduce((sum, { ticks }) => sum + ticks, 0) + ended) / ticksPerSecond) * 1000,
    stop() {
      look(allProcesses());
      trees.delete(tree);
      if (trees.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    },
  };
}

function allProcesses(): ReadonlyMap<number, Seen> {
  const all = new Map<number, Seen>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // "pid (name) state ppid …": the name may hold anything, so fields are counted from its closing bracket.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
      all.set(Number(name), { parent: Number(fields[1]), started: fields[19] ?? "", ticks });
    } catch {
      // It has ended meanwhile.
    }
  }
  return all;
}
