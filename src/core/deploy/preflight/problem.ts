import type { ActionId } from "../../base/errors";

/** What is known before the first write. `stop`: as things are, the deployment cannot come to its end. */
export interface Problem {
  /** Stable, machine-readable. */
  code: string;
  severity: "stop" | "warn";
  /** One sentence: what would happen. */
  sentence: string;
  remedy: string;
  actions: ActionId[];
}
