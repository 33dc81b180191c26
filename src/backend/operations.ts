/** Stopping, starting and scaling of applications, behind core's interface. */
import type { RunRequest, ServiceOperations } from "../core/api";
import { runOneOff } from "../core/deploy/oneOff";
import type { RunInput } from "../core/deploy/observedState";
import { commandOfSchedule, lookAtSchedules } from "../core/deploy/scheduleLook";
import { scaleApplication, startApplication, stopApplication } from "../core/deploy/standstill";
import type { DeploymentRecord } from "../core/ports/machine";

type Open = (request: RunRequest, signal: AbortSignal) => Promise<{ input: RunInput; record: DeploymentRecord }>;

/** @param open what a run of that application would have */
export function serviceOperations(open: Open): ServiceOperations {
  return {
    async stop(request, confirm, signal, tell) {
      const { input, record } = await open(request, signal);
      return stopApplication({ ...input, signal }, { record, confirm, ...(tell ? { tell } : {}) });
    },
    async start(request, signal, tell) {
      const { input, record } = await open(request, signal);
      return startApplication({ ...input, signal }, { record, ...(tell ? { tell } : {}) });
    },
    async scale(request, wish, signal, tell) {
      const { input, record } = await open(request, signal);
      return scaleApplication({ ...input, signal }, wish, { record, ...(tell ? { tell } : {}) });
    },
    async schedules(request, signal) {
      const { input } = await open(request, signal);
      return lookAtSchedules({ ...input, cloud: input.cloud.withSignal(signal) });
    },
    async scheduled(request, name, signal) {
      const { command, container } = commandOfSchedule((await open(request, signal)).input, name);
      return { command, ...(container === undefined ? {} : { container }) };
    },
    async run(request, wish, signal, tell) {
      const { input } = await open(request, signal);
      return runOneOff({ ...input, signal }, wish, tell);
    },
  };
}
