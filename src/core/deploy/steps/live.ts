import { elapsed } from "../../base/elapsed";
import { plainPort } from "../../app/loadBalancer";
import { SlipwayError, type ErrorReport } from "../../base/errors";
import { tasksAfter } from "../observedState";
import { requireOutput, type RunContext, type Step } from "../step";
import { balancerOf, noBalancer } from "./network";
import { diagnoseFailure, withCause } from "./diagnoseFailure";

const everyone = "0.0.0.0/0";
/** How long a URL may stay silent before the deployment is called done without it. */
const probeMilliseconds = 5 * 60_000;
/** The same where it may well be that nobody gets in from here. */
const limitedProbeMilliseconds = 15_000;

export const live: Step = {
  id: "live",
  needs: ["rollout", "loadBalancerActive", "redirect"],
  decide: (observed, input) => {
    if (!balancerOf(observed, input)) return noBalancer;
    return tasksAfter(input, observed) === 0
      ? { action: "leaveOut", reason: { code: "scaledToZero" } }
      : { action: "run", reason: { code: "doneMeansAnswers" } };
  },
  apply: async (context) => {
    const url = urlOf(context);
    context.outputs.url = url;
    const settings = context.app.loadBalancer;
    const isLimited = settings !== undefined && (settings.internal || !settings.allowFrom.includes(everyone));
    const limit = isLimited ? limitedProbeMilliseconds : probeMilliseconds;
    const answer = await probe(context, url, limit);
    context.outputs.probed = answer.status !== undefined && answer.status < 500;
    if (context.outputs.probed) return sayWhereNameIsUnknown(context, url);
    if (answer.status !== undefined) throw await answersWrong(context, url, answer.status, answer.start);
    context.emit({
      type: "note",
      level: "warning",
      message:
        `The targets are healthy, but ${url} does not answer from here (${answer.error ?? "no answer"}). ` +
        (isLimited
          ? "Not everybody may come in: it may be reachable from where slipway.json lets people in."
          : "It may be reachable from elsewhere."),
    });
  },
  detail: ({ outputs }) => outputs.url,
};

/** The address of the application: its own name, else that of its load balancer; of its rule where it has one there. */
function urlOf(context: RunContext): string {
  const { app, observed, prober } = context;
  const settings = app.loadBalancer;
  const isSecure = settings?.certificate !== undefined || observed.listener?.protocol === "HTTPS";
  const host = settings && (settings.domain ?? settings.hostHeader);
  const port = settings?.listenerPort ?? plainPort;
  const base = new URL(prober.urlFor(host ?? requireOutput(context, "loadBalancerDns"), port, isSecure));
  if (settings?.pathPattern) base.pathname = settings.pathPattern.replace(/\*.*$/, "");
  return base.href;
}

/**
 * A name of one's own is asked for at the load balancer: its record may be a moment old, and whoever asks DNS too early is
 * told for a quarter of an hour that there is none.
 */
const throughOf = ({ app, outputs }: RunContext): string | undefined =>
  app.loadBalancer?.domain === undefined ? undefined : outputs.loadBalancerDns;

/** It answers at the load balancer; whether people come there by the name is DNS's to say. */
async function sayWhereNameIsUnknown(context: RunContext, url: string): Promise<void> {
  const { domain } = context.app.loadBalancer ?? {};
  if (domain === undefined) return;
  const { status, error } = await context.prober.get(url, context.signal);
  if (status !== undefined) return;
  context.emit({
    type: "note",
    level: "warning",
    message:
      `It answers at the load balancer, but not by its name from here (${error ?? "no answer"}): a record of ${domain} has ` +
      `to lead to ${context.outputs.loadBalancerDns ?? "the load balancer"}.`,
  });
}

async function probe(
  context: RunContext,
  url: string,
  limit: number,
): Promise<{ status?: number; error?: string; start: string }> {
  const deadline = elapsed(context.clock) + limit;
  for (;;) {
    const answer = await context.prober.get(url, context.signal, throughOf(context));
    if (answer.status !== undefined && answer.status < 500) return answer;
    context.emit({
      type: "progress",
      step: "live",
      message:
        answer.status === undefined ? `No answer yet: ${answer.error ?? "silence"}` : `It answers ${answer.status}`,
    });
    if (elapsed(context.clock) >= deadline) return answer;
    await context.clock.sleep(Math.min(context.pollMilliseconds, 1000), context.signal);
  }
}

/** What the load balancer's own answers mean. */
const meanings: Readonly<Record<number, string>> = {
  502: "the application closed the connection or does not speak HTTP on this port",
  503: "the load balancer has no target that it can use",
  504: "the application does not answer in time, or a security group is in the way",
};

async function answersWrong(context: RunContext, url: string, status: number, start: string): Promise<SlipwayError> {
  const health = context.outputs.targetGroupArn
    ? await context.cloud.elb.targetHealth(context.outputs.targetGroupArn).catch(() => [])
    : [];
  const report: ErrorReport = {
    code: "UrlAnswersError",
    summary: `The service runs, but ${url} answers ${status}${meanings[status] ? `: ${meanings[status]}` : ""}.`,
    evidence: [
      ...health.map(
        (target) =>
          `Target ${target.target}:${target.port} is ` +
          `${target.state}${target.description ? `: ${target.description}` : ""}`,
      ),
      ...(start ? [`It begins: ${start.slice(0, 200)}`] : []),
    ],
    remedy: "The application's log says what it makes of the request.",
    actions: ["showLog", "retry"],
  };
  return new SlipwayError(withCause(report, "The service runs.", await diagnoseFailure(context, [])));
}
