/** Ctrl+C at every event of a first deployment in turn: within two seconds nothing is left of it, and it says what exists. */
import { tinyApplication } from "../engine/support/apps";
import { cancelAt, cancelMilliseconds, type Cancelled } from "../engine/support/cancelling";
import { accountOf, eventsOf, type CliEvent } from "../engine/support/cli";
import { applicationFolder, World } from "../engine/support/world";
import type { Bench } from "./table";

/** An event by what it is, without what differs from run to run; output and progress come in any number. */
const nameOf = (event: CliEvent): string => [event.type, event.step ?? "", event.state ?? ""].join(" ").trim();

export const cancel: Bench = async (row) => {
  const world = await World.start("cancel", ["--tasks", "simulated"]);
  try {
    const whole = await world.cliEndsWith(0, applicationFolder("quay", tinyApplication()), ["deploy", "--yes"]);
    const names = [
      ...new Set(
        eventsOf(whole)
          .filter((event) => event.type !== "finished" && "type" in event)
          .map(nameOf),
      ),
    ];
    const worst: Cancelled[] = [];
    let wrong = 0;
    for (const name of names) {
      await world.reset();
      const result = await cancelAt(
        world,
        applicationFolder("quay", tinyApplication()),
        (event) => nameOf(event) === name,
      ).catch((error: unknown): Cancelled => ({ took: 0, problems: [String(error)] }));
      // After the last events there is nothing left to cancel: the run has ended by itself.
      const tooLate = result.problems.some((problem) => problem.startsWith("exit code 0"));
      if (result.problems.length && !tooLate) {
        wrong += 1;
        console.log(`  at ${name}: ${result.problems.join("\n    ")}`);
      }
      if (!tooLate) worst.push(result);
    }
    await world.reset();
    const folder = applicationFolder("quay", tinyApplication());
    const after = await world.cli(folder, ["deploy", "--yes"]);
    if (after.code !== 0) console.log(accountOf(after));
    row({ name: "kinds of events at which it was cancelled", value: `${worst.length} of ${names.length}` });
    row({
      name: "slowest end after Ctrl+C",
      value: `${Math.max(...worst.map(({ took }) => took))} ms`,
      budget: `${cancelMilliseconds} ms`,
      met: worst.every(({ took }) => took < cancelMilliseconds),
    });
    row({
      name: "that left something, or said something else",
      value: String(wrong),
      budget: "0",
      met: wrong === 0 && worst.length > 0 && after.code === 0,
    });
  } finally {
    await world.stop();
  }
};
