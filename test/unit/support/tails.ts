/** A tail over simulated logs, and what it printed. */
import { CallBudget } from "../../../src/core/logs/budget";
import { defaultFormat } from "../../../src/core/logs/format";
import { isNote, type TailEvent, type TailState } from "../../../src/core/logs/tailTypes";
import { Tail } from "../../../src/core/logs/tail";
import type { TailContext, TailRequest } from "../../../src/core/logs/tailRequest";
import type { EcsPort } from "../../../src/core/ports/cloud";
import { FakeClock } from "./fakeClock";
import { FakeLogs, seeded } from "./fakeLogs";

export interface Bed {
  readonly clock: FakeClock;
  readonly logs: FakeLogs;
  readonly tail: Tail;
  readonly printed: TailEvent[];
  readonly notes: string[];
  readonly states: TailState[];
  readonly budget: CallBudget;
  text: string;
  /** Resolves what the tail waits for when its credentials are refused. */
  signIn: () => void;
}

type Ecs = ReturnType<TailContext["ecs"]>;
export const noEcs: Ecs = {
  findService: () => Promise.resolve(undefined),
  findTaskDefinition: () => Promise.resolve(undefined),
  listTasks: () => Promise.resolve([]),
};

export function startTail(
  request: Partial<TailRequest> = {},
  options: {
    seed?: number;
    clock?: FakeClock;
    logs?: FakeLogs;
    ecs?: Partial<EcsPort>;
    budget?: CallBudget;
    prepare?: (logs: FakeLogs) => void;
  } = {},
): Bed {
  const clock = options.clock ?? new FakeClock();
  const random = seeded(options.seed ?? 1);
  const logs = options.logs ?? new FakeLogs(clock, random);
  options.prepare?.(logs);
  const budget = options.budget ?? new CallBudget(25, clock);
  const bed = {
    clock,
    logs,
    budget,
    printed: [] as TailEvent[],
    notes: [] as string[],
    states: [] as TailState[],
    text: "",
    signIn: (): void => undefined,
  };
  const tail = new Tail(
    {
      port: logs,
      ecs: () => ({ ...noEcs, ...options.ecs }),
      lastEvents: (_group, stream, limit) =>
        Promise.resolve(logs.events.filter((event) => event.stream === stream).slice(-limit)),
      clock,
      budget,
      region: "us-east-1",
      zone: () => 0,
      random,
    },
    {
      target: { kind: "group", group: "/g" },
      mode: "polling",
      back: 60_000,
      follow: true,
      format: defaultFormat,
      ...request,
    },
    {
      write(batch) {
        for (const item of batch.items)
          if (isNote(item)) bed.notes.push(item.note);
          else bed.printed.push(item);
        bed.text += batch.text;
      },
      changed: (state) => void bed.states.push(state),
      credentials: () => new Promise<void>((resolve) => (bed.signIn = resolve)),
    },
  );
  return Object.assign(bed, { tail });
}

/** Why what was printed is not what was stored, each once, in order within a stream but for what is marked late; empty when it is. */
export function faultsOf(bed: Bed, stored: readonly { stream: string; at: number; message: string }[]): string[] {
  const count = (items: readonly { stream: string; at: number; message: string }[]) => {
    const counts = new Map<string, number>();
    for (const { stream, at, message } of items)
      counts.set(`${stream} ${at} ${message}`, (counts.get(`${stream} ${at} ${message}`) ?? 0) + 1);
    return counts;
  };
  const [wanted, got] = [count(stored), count(bed.printed)];
  const faults: string[] = [];
  for (const [key, times] of wanted)
    if ((got.get(key) ?? 0) !== times) faults.push(`${key}: stored ${times} times, printed ${got.get(key) ?? 0} times`);
  for (const key of got.keys()) if (!wanted.has(key)) faults.push(`${key}: printed and never stored`);
  const newest = new Map<string, number>();
  for (const event of bed.printed) {
    const before = newest.get(event.origin) ?? -Infinity;
    if (event.at < before && !event.late) faults.push(`${event.message}: out of order and not marked late`);
    newest.set(event.origin, Math.max(before, event.at));
  }
  return faults;
}
