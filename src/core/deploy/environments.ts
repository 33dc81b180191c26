/** The environments of an application beside each other: what runs in each, as far as it could be looked at. */
import { reportOf, type ErrorReport } from "../base/errors";
import type { DeploymentHistory, HistoryEntry } from "./history";

/** One environment. */
export interface EnvironmentLook {
  readonly environment: string;
  /** Undefined where nobody got so far as to know. */
  readonly account?: string;
  readonly region?: string;
  /** `notRead` is what could not be looked at: not known, and not "nothing". */
  readonly state: "live" | "notDeployed" | "notRead";
  /** The deployment that brought what runs. */
  readonly live?: HistoryEntry;
  /** Why it could not be looked at. */
  readonly error?: ErrorReport;
}

/** What a look at one environment brings. */
export interface Looked {
  readonly account: string;
  readonly region: string;
  readonly history: DeploymentHistory;
}

/** The name of the environment that has none. */
export const unnamedEnvironment = "default";

/** The same request for another environment. */
export function inEnvironment<Request extends { environment?: string }>(
  { environment: _, ...request }: Request,
  environment: string,
): Omit<Request, "environment"> & { environment?: string } {
  return environment === unnamedEnvironment ? request : { ...request, environment };
}

/**
 * Looks at each; one that fails keeps no other from being shown. The one without a name is left out where nothing of it
 * runs and others are named.
 */
export async function lookAtEnvironments(
  named: readonly string[],
  look: (environment: string) => Promise<Looked>,
): Promise<EnvironmentLook[]> {
  const looks = await Promise.all([unnamedEnvironment, ...named].map((environment) => lookAt(environment, look)));
  return looks.filter(
    ({ environment, state }) => named.length === 0 || environment !== unnamedEnvironment || state === "live",
  );
}

async function lookAt(environment: string, look: (environment: string) => Promise<Looked>): Promise<EnvironmentLook> {
  try {
    const { account, region, history } = await look(environment);
    const live = history.entries.find(({ isLive }) => isLive);
    return { environment, account, region, state: live ? "live" : "notDeployed", ...(live ? { live } : {}) };
  } catch (error) {
    const report = reportOf(error);
    if (report.code === "Cancelled") throw error;
    return report.code === "NotDeployed"
      ? { environment, state: "notDeployed" }
      : { environment, state: "notRead", error: report };
  }
}
