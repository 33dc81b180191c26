/** AWS's own tables of how missing datapoints are taken, and what is between them. */
import assert from "node:assert/strict";
import { judge, type AlarmState } from "../../src/sandbox/cloudwatch/judge";

/** `X` breaches, `0` does not, `-` is missing; by treatment: missing, ignore, breaching, notBreaching. */
const TABLES: readonly (readonly [
  m: number,
  n: number,
  rows: readonly (readonly [points: string, ...states: readonly string[]])[],
])[] = [
  [
    3,
    3,
    [
      ["0 - X - X", "OK", "OK", "OK", "OK"],
      ["- - - - 0", "OK", "OK", "OK", "OK"],
      ["- - - - -", "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
      ["0 X X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["- - X - -", "ALARM", "keep", "ALARM", "OK"],
      ["X - - - -", "ALARM", "keep", "ALARM", "OK"],
    ],
  ],
  [
    2,
    3,
    [
      ["0 - X - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 0 X 0 X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["0 - X - -", "OK", "OK", "ALARM", "OK"],
      ["- - - - 0", "OK", "OK", "ALARM", "OK"],
      ["- - - X -", "ALARM", "keep", "ALARM", "OK"],
      ["X X 0 0 0", "OK", "OK", "OK", "OK"],
    ],
  ],
  [
    1,
    1,
    [
      ["- - X", "ALARM", "ALARM", "ALARM", "ALARM"],
      ["- X 0", "OK", "OK", "OK", "OK"],
      ["0 - -", "OK", "OK", "OK", "OK"],
    ],
  ],
];
const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"];
const VALUES: Readonly<Record<string, number | undefined>> = { X: 9, "0": 1, "-": undefined };

describe("an alarm's datapoints", () => {
  for (const [m, n, rows] of TABLES)
    for (const [points, ...states] of rows)
      it(`${m} of ${n}: ${points}`, () => {
        TREATMENTS.forEach((treatMissing, i) => {
          for (const before of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const satisfies readonly AlarmState[]) {
            const found = judge(
              points.split(" ").map((p) => VALUES[p]),
              { periods: n, datapointsToAlarm: m, treatMissing, breaches: (value) => value > 5, before },
            );
            assert.equal(found.state, states[i] === "keep" ? before : states[i], treatMissing);
          }
        });
      });
});
