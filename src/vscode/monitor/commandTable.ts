/** The command of the page of figures. What it does is in its bundle, which the first call loads. */
import type { MonitorSubject } from "../../core/monitor/look";
import { command, hasStrings, type Command, type Guard } from "../commandKit/command";
import type { MonitorPart } from "./lazy";

export interface MonitorCommandContext {
  /** Loads the bundle when it is first called. */
  readonly monitor: () => MonitorPart;
}

/** A service's row of the AWS Resources view, or a service by its name; any other row stands for the application. */
const serviceArgument: Guard<MonitorSubject> = (first) => {
  const named = (first as { ref?: unknown } | null | undefined)?.ref ?? first;
  return hasStrings(named, "cluster", "service") ? { cluster: named.cluster, service: named.service } : undefined;
};

export const monitorCommands: readonly Command<MonitorCommandContext>[] = [
  command({
    id: "slipway.monitor.show",
    needs: ["trust", "connection"],
    argument: serviceArgument,
    run: ({ monitor }, { argument }) => monitor().show(argument),
  }),
];
