/** What a piece of work costs by itself, on a machine that does other things as well. */

/**
 * Milliseconds of the quickest of several runs: what others take from one of them is not in all.
 *
 * @param enough stops looking once a run was as quick as this
 */
export function quickest(work: () => void, { enough = 0, runs = 20 }: { enough?: number; runs?: number } = {}): number {
  let best = Infinity;
  for (let run = 0; run < runs && best > enough; run++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}
