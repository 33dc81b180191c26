/** Port 80 once HTTPS is there: it sends people on, and only when where it sends them answers. */
import { errorCode } from "../../base/errors";
import { plainPort } from "../../app/loadBalancer";
import type { Listener } from "../../ports/cloud";
import { redirectTo, secureSettings, wantedCertificate, type SecureSettings } from "../names";
import { isOurs, ownershipTags, type ObservedState } from "../observedState";
import { poll, requireOutput, untilSeen, type RunContext, type Step } from "../step";
import { leadsHere } from "./domain";
import { balancerOf, noBalancer } from "./network";

/** So long a new HTTPS listener may take until it answers from here. */
const answersMilliseconds = 60_000;

const listenerAt = ({ balancing }: ObservedState, port: number): Listener | undefined =>
  balancing.listeners.find((each) => each.port === port);

const isSame = (listener: Listener, wanted: ReturnType<typeof redirectTo>): boolean =>
  listener.redirect?.protocol === wanted.protocol &&
  listener.redirect.port === wanted.port &&
  listener.redirect.host === wanted.host;

export const redirect: Step = {
  id: "redirect",
  needs: ["listener", "domain", "loadBalancerActive"],
  decide: (observed, input) => {
    const balancer = balancerOf(observed, input);
    const settings = secureSettings(observed, input);
    if (!balancer) return noBalancer;
    if (!settings) return { action: "leaveOut", reason: { code: "noCertificate" } };
    if (settings.redirectHttp === false) return { action: "leaveOut", reason: { code: "noRedirect" } };
    const there = listenerAt(observed, plainPort);
    if (there && !isOurs(there.tags, input.app)) return { action: "leaveOut", reason: { code: "httpIsKept" } };
    const named = { kind: "listener" as const, name: `${settings.name}:${plainPort}` };
    const reason = { code: "redirectsToHttps" } as const;
    if (there && isSame(there, redirectTo(settings, wantedCertificate(observed, input))))
      return { action: "reuse", ...named, reason };
    const changes = [{ code: "redirectToHttps" as const, port: settings.listenerPort }];
    if (there) return { action: "update", ...named, reason, changes };
    return {
      action: "create",
      ...named,
      reason,
      changes,
      ...(observed.loadBalancer && !isOurs(observed.loadBalancer.tags, input.app)
        ? {}
        : { opens: { port: plainPort, of: "loadBalancer" as const, to: settings.allowFrom } }),
    };
  },
  reuse: (context) => {
    const there = listenerAt(context.observed, plainPort);
    if (there && isOurs(there.tags, context.app) && secureSettings(context.observed, context))
      report(context, there.arn);
  },
  apply: async (context) => {
    const { cloud, observed, app } = context;
    const settings = secureSettings(observed, context);
    if (!settings) return;
    const certificate =
      wantedCertificate(observed, context) ?? (await cloud.certificates.find(requireOutput(context, "certificateArn")));
    const target = redirectTo(settings, certificate);
    const there = listenerAt(observed, plainPort);
    if (there) {
      if (there.redirect === undefined && !(await answers(context, settings))) return keep(context, settings);
      await cloud.elb.redirectListener(there.arn, target);
      return report(context, there.arn);
    }
    const loadBalancerArn = requireOutput(context, "loadBalancerArn");
    const made = await untilSeen(context, () =>
      cloud.elb.createListener({
        loadBalancerArn,
        port: plainPort,
        to: { redirect: target },
        tags: ownershipTags(app),
      }),
    ).catch(async (error: unknown) => {
      const found = errorCode(error).startsWith("DuplicateListener")
        ? (await cloud.elb.listListeners(loadBalancerArn)).find(({ port }) => port === plainPort)
        : undefined;
      if (!found || !isSame(found, target)) throw error;
      return found;
    });
    report(context, made.arn);
  },
};

function report({ app, reportResource }: Pick<RunContext, "app" | "reportResource">, arn: string): void {
  reportResource("redirect", {
    kind: "listener",
    name: `${app.loadBalancer?.name ?? ""}:${plainPort}`,
    arn,
    origin: "created",
  });
}

/** Whether people who are sent to HTTPS are answered there, and by this load balancer. */
async function answers(context: RunContext, settings: SecureSettings): Promise<boolean> {
  const { domain, listenerPort } = settings;
  const { prober, signal, outputs } = context;
  const url = prober.urlFor(domain, listenerPort, true);
  const isOurs = () => leadsHere(context) || comesHere(context, settings);
  const answered = await poll(context, answersMilliseconds, async () => {
    const { status } = await prober.get(url, signal, outputs.loadBalancerDns);
    return status !== undefined && (await isOurs()) ? true : undefined;
  });
  return answered === true;
}

/** Of a name that no zone of this account has: whoever asks for it is shown the certificate that this load balancer shows. */
async function comesHere({ prober, clock, signal, outputs }: RunContext, settings: SecureSettings): Promise<boolean> {
  const look = (through?: string) =>
    prober.certificate(settings.domain, settings.listenerPort, clock.now(), signal, through);
  const [asPeople, here] = await Promise.all([look(), look(outputs.loadBalancerDns)]);
  return (
    asPeople.error === undefined &&
    here.error === undefined &&
    asPeople.validTo === here.validTo &&
    asPeople.names.join() === here.names.join()
  );
}

/** Nobody is cut off: port 80 answers on until HTTPS does. */
function keep(context: RunContext, { domain }: SecureSettings): void {
  context.emit({
    type: "note",
    level: "warning",
    message:
      `Port ${plainPort} still answers itself: https://${domain} does not answer from here, so nobody is sent there yet. ` +
      (leadsHere(context)
        ? "Deploy again once it does."
        : `Write a record of ${domain} that leads to ${context.outputs.loadBalancerDns ?? "the load balancer"} ` +
          "(CNAME, or an alias at a zone's own name), then deploy again."),
  });
}
