/** What only the way in from before needed: taken away once the new one serves everybody. */
import { errorCode } from "../../base/errors";
import { callersAt, ruleFor } from "../callers";
import type { Change } from "../decision";
import { removeCertificate, removeRecord } from "../nameActions";
import { leftovers, recordTag } from "../names";
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import type { RunContext } from "../step";
import { revoke } from "./network";

/** A changed listener reaches every node of the load balancer in seconds, and who was redirected follows at once. */
const onTheWayMilliseconds = 5000;
/** A certificate is free a moment after its listener is gone. */
const freeMilliseconds = 2 * 60_000;

/** Rules of the load balancer's group that only a listener which goes needs. */
function openFor(observed: ObservedState, { app }: RunInput, port: number): string[] {
  const group = observed.loadBalancerGroup;
  if (!group || !isOurs(group.tags, app)) return [];
  return callersAt(group, port);
}

export function leftoverChanges(observed: ObservedState, input: RunInput): Change[] {
  const { listeners, certificates, record } = leftovers(observed, input);
  return [
    ...listeners.flatMap(({ port }) => [
      { code: "removeListener" as const, port },
      ...(openFor(observed, input, port).length ? [{ code: "closeBalancerPort" as const, port }] : []),
    ]),
    ...certificates.map(({ domain }) => ({ code: "removeCertificate" as const, domain })),
    ...(record ? [{ code: "removeRecord" as const, name: record.name }] : []),
  ];
}

export async function removeLeftovers(context: RunContext): Promise<void> {
  const { cloud, observed } = context;
  const { listeners, certificates, record } = leftovers(observed, context);
  const group = observed.loadBalancerGroup?.id;
  // Who was sent there a moment ago is still on the way.
  if (listeners.length)
    await context.clock.sleep(Math.min(onTheWayMilliseconds, context.settleMilliseconds), context.signal);
  for (const { arn, port } of listeners) {
    await cloud.elb.deleteListener(arn).catch((error: unknown) => {
      if (!/^ListenerNotFound/.test(errorCode(error))) throw error;
    });
    const rules = openFor(observed, context, port).map((caller) => ruleFor(port, caller));
    if (group !== undefined) await revoke(context, group, rules);
  }
  const balancer = observed.loadBalancer;
  if (record && balancer) {
    await removeRecord(cloud, record, balancer);
    // The step that writes the new one has set its own tag by now.
    if (context.app.loadBalancer?.domain === undefined) await cloud.elb.untag(balancer.arn, [recordTag]);
  }
  for (const certificate of certificates) {
    if (await removeCertificate(context, certificate, freeMilliseconds)) continue;
    context.emit({
      type: "note",
      level: "warning",
      message: `The certificate ${certificate.arn} is still used by something else, so it stays.`,
    });
  }
}
