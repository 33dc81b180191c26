/** AWS's measured durations of a task's life, in milliseconds. */
export const TIMES = {
  eni: 5000,
  pullDelay: 11_000,
  pull: 7000,
  pullError: 10_000,
  noRoute: 289_000,
  activate: 1000,
  stopped: 12_000,
  deprovision: 20_000,
};

/** What a minute of a deployment's strategy takes where AWS's durations take no time: there is to be something to watch. */
export const INSTANT_MINUTE_MS = 1000;
