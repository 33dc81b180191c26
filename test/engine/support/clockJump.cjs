// Sets this process's clock, as if somebody had set the machine's: SLIPWAY_CLOCK_JUMP is milliseconds and after how many.
/* global globalThis */
const [by = 0, after = 0] = (process.env.SLIPWAY_CLOCK_JUMP ?? "").split(",").map(Number);
const RealDate = Date;
let offset = 0;
if (by) setTimeout(() => (offset = by), after).unref();
globalThis.Date = class Date extends RealDate {
  /** @param {any[]} given */
  constructor(...given) {
    super(...(given.length ? given : [RealDate.now() + offset]));
  }
  static now() {
    return RealDate.now() + offset;
  }
};
