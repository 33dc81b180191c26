const seconds = 5;

/** Events a second, over the last five whole seconds and the running one. */
export class Rate {
  private counts: { second: number; count: number }[] = [];

  add(now: number, count: number): void {
    const second = Math.floor(now / 1000);
    const last = this.counts.at(-1);
    if (last?.second === second) last.count += count;
    else this.counts.push({ second, count });
    while ((this.counts[0]?.second ?? second) < second - seconds) this.counts.shift();
  }

  perSecond(now: number): number {
    const from = Math.floor(now / 1000) - seconds;
    return (
      Math.round(
        (this.counts.filter(({ second }) => second >= from).reduce((sum, { count }) => sum + count, 0) / seconds) * 10,
      ) / 10
    );
  }
}
