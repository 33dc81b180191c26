/** Puts CloudWatch Logs and ECS behind core's tails; part of the engine's bundle. */
import { cloudOf } from "../aws/cloud";
import { logTailPort, TailClients } from "../aws/logTail";
import type { Session } from "../aws/session";
import type { LogsConnection, TailHandle } from "../core/logs/api";
import { CallBudget, filterRate } from "../core/logs/budget";
import { Tail } from "../core/logs/tail";
import { systemClock } from "../machine/clock";

const listedGroups = 500;
const listedStreams = 100;

/** One budget for each account, region and endpoint, shared by everything in this process. */
export type Budgets = Map<string, CallBudget>;

/**
 * Opens an account's logs.
 * @param openSession makes a session with credentials read anew
 * @param release gives back what the session needs (the sandbox's lease)
 */
export async function openLogs(
  openSession: () => Promise<Session>,
  budgets: Budgets,
  release: () => void,
  signal: AbortSignal,
): Promise<LogsConnection> {
  const clients = new TailClients(await openSession());
  const tails = new Set<TailHandle>();
  try {
    const identity = await cloudOf(clients.session, signal).identity();
    const { endpoint } = clients.session.settings;
    const key = [identity.account, identity.region, endpoint].join(" ");
    const budget = budgets.get(key) ?? new CallBudget(filterRate(identity.region), systemClock);
    budgets.set(key, budget);
    const port = logTailPort(clients, openSession);
    return {
      identity,
      endpoint,
      tail(request, sink) {
        const tail = new Tail(
          {
            port,
            budget,
            clock: systemClock,
            region: identity.region,
            random: Math.random,
            ecs: (tailSignal) => ecsOf(clients, tailSignal),
            lastEvents: (group, stream, limit, tailSignal) =>
              cloudOf(clients.session, tailSignal).logs.lastEvents(group, stream, limit),
            zone: (at) => -new Date(at).getTimezoneOffset(),
          },
          request,
          sink,
        );
        tails.add(tail);
        void tail.done.finally(() => tails.delete(tail));
        return tail;
      },
      services: (callSignal) => port.listServices(callSignal),
      groups: (containing, callSignal) => port.listGroups(containing, listedGroups, callSignal),
      streams: (group, callSignal) => port.listStreams(group, { limit: listedStreams }, callSignal),
      async tasks(cluster, service, callSignal) {
        const { ecs } = cloudOf(clients.session, callSignal);
        const [running, stopped] = await Promise.all([
          ecs.listTasks(cluster, { service, stopped: false }),
          ecs.listTasks(cluster, { service, stopped: true }),
        ]);
        return [...running, ...stopped].map((task) => ({
          id: task.id,
          status: task.lastStatus,
          containers: task.containers.map((container) => container.name),
          ...(task.stoppedAt === undefined ? {} : { stoppedAt: task.stoppedAt }),
        }));
      },
      async close() {
        await Promise.all([...tails].map((tail) => tail.stop()));
        clients.close();
        release();
      },
    };
  } catch (error) {
    clients.close();
    throw error;
  }
}

/** Always the session of now: a renewal replaces it. */
function ecsOf(clients: TailClients, signal: AbortSignal) {
  const now = () => cloudOf(clients.session, signal).ecs;
  return {
    findService: (cluster: string, name: string) => now().findService(cluster, name),
    findTaskDefinition: (reference: string) => now().findTaskDefinition(reference),
    listTasks: (cluster: string, filter: { service?: string; family?: string; stopped: boolean }) =>
      now().listTasks(cluster, filter),
  };
}
