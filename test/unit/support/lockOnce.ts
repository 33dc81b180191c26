/** A process that tries to take a deployment's lock when it is told to, says whether it got it, and then just stays. */
import { deploymentRecord } from "../../../src/machine/state";

const [root = ""] = process.argv.slice(2);
/** Held on to, as by a deployment that goes on. */
const held: unknown[] = [];
const key = { account: "1", region: "r", application: "web", environment: "default", endpoint: "" };

process.on("message", (n: number) => {
  void deploymentRecord({ ...key, application: `web${n}` }, root)
    .lock()
    .then(
      (lock) => {
        held.push(lock);
        lock?.append({ type: "started", n });
        process.send?.(lock !== undefined);
      },
      (error: unknown) => process.send?.(String(error)),
    );
});
process.send?.("ready");
