import { cancelled, isCancelled } from "../base/errors";

export interface GraphNode<Id extends string> {
  id: Id;
  needs: readonly Id[];
}

/**
 * Runs every node as soon as what it needs is there. The first failure stops the others through their signal; the
 * promise settles only when every node has, so that nothing goes on behind the caller's back.
 */
export async function runGraph<Id extends string>(
  nodes: readonly GraphNode<Id>[],
  run: (id: Id, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const failure = new AbortController();
  const combined = AbortSignal.any([signal, failure.signal]);
  const started = new Map<Id, Promise<void>>();
  let first: unknown;

  const start = (id: Id): Promise<void> => {
    const running = started.get(id);
    if (running) return running;
    const node = known.get(id);
    const promise = (async () => {
      await Promise.all((node?.needs ?? []).filter((need) => known.has(need)).map(start));
      if (combined.aborted) throw cancelled();
      await run(id, combined);
    })();
    started.set(id, promise);
    promise.catch((error: unknown) => {
      // A node that was stopped because of another's failure is not the cause.
      if (first === undefined && !(failure.signal.aborted && isCancelled(error))) first = error;
      failure.abort();
    });
    return promise;
  };

  await Promise.allSettled(nodes.map((node) => start(node.id)));
  if (signal.aborted) throw isCancelled(first) || first === undefined ? cancelled() : first;
  if (first !== undefined) throw first;
}

/** The nodes and everything that they need, in the graph's own order. */
export function withNeeds<Id extends string>(nodes: readonly GraphNode<Id>[], wanted: readonly Id[]): Set<Id> {
  const found = new Set<Id>();
  const visit = (id: Id): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const need of nodes.find((node) => node.id === id)?.needs ?? []) visit(need);
  };
  wanted.forEach(visit);
  return found;
}
