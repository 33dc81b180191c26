/** Certificates and records that go with an application: those that Slipway requested and wrote, and no others. */
import type { Application } from "../app/app";
import { errorCode, isCancelled, SlipwayError } from "../base/errors";
import type { Certificate, Cloud, LoadBalancer } from "../ports/cloud";
import { removeCertificate, removeRecord } from "./nameActions";
import { recordOf } from "./names";
import { isOurs } from "./observedState";
import { usedMeanwhile, type Target } from "./removalActions";

/** A load balancer gives a certificate free in the minutes after it is gone. */
const freeMilliseconds = 10 * 60_000;

const balancerName = (arn: string): string => arn.split("/")[2] ?? arn;

/** @param isGoing whether a listener is removed, too */
export async function nameTargets(
  cloud: Cloud,
  app: Application,
  balancer: LoadBalancer | undefined,
  isGoing: (listenerArn: string) => boolean,
): Promise<Target[]> {
  const own = balancer && isOurs(balancer.tags, app) ? balancer : undefined;
  const record = own && recordOf(own.tags);
  const listeners = balancer ? await cloud.elb.listListeners(balancer.arn) : [];
  const attached = listeners.flatMap(({ arn, certificate, tags }) =>
    certificate !== undefined && isOurs(tags, app) ? [{ certificate, goes: isGoing(arn) }] : [],
  );
  const goes = (arn: string) => attached.some((each) => each.certificate === arn && each.goes);
  return [
    ...(record
      ? [
          {
            id: "record" as const,
            kind: "record" as const,
            name: record.name,
            arn: `arn:aws:route53:::hostedzone/${record.zone}`,
            ours: true,
            remove: (context: { cloud: Cloud }) => removeRecord(context.cloud, record, own),
          },
        ]
      : []),
    ...(
      await certificatesOf(
        cloud,
        app,
        attached.map(({ certificate }) => certificate),
      )
    ).map((found) =>
      // What goes with its listener is not used by its load balancer any more.
      certificateTarget(app, found, goes(found.arn) ? balancer : undefined),
    ),
  ];
}

function certificateTarget(app: Application, found: Certificate, balancer: LoadBalancer | undefined): Target {
  const ours = isOurs(found.tags, app);
  const users = found.usedBy
    .filter((arn) => arn !== balancer?.arn)
    .map((arn) => `the load balancer ${balancerName(arn)}`);
  return {
    id: "certificate",
    kind: "certificate",
    name: found.domain,
    arn: found.arn,
    ours,
    ...(ours && users.length ? { usedBy: users } : {}),
    remove: async (context) => {
      if (await removeCertificate(context, found, freeMilliseconds)) return;
      const now = (await context.cloud.certificates.find(found.arn))?.usedBy ?? [];
      throw new SlipwayError({ code: usedMeanwhile, summary: now.map(balancerName).join(", ") });
    },
  };
}

/** Those of the application's listeners and of its domain; none where ACM may not be read. */
async function certificatesOf(cloud: Cloud, app: Application, attached: readonly string[]): Promise<Certificate[]> {
  const { domain, certificate } = app.loadBalancer ?? {};
  try {
    const found = await Promise.all([
      ...attached.map((arn) => cloud.certificates.find(arn)),
      ...(domain !== undefined && certificate !== undefined ? [ownOfDomain(cloud, app, domain)] : []),
    ]);
    const all = found.flat().filter((each) => each !== undefined);
    return all.filter(({ arn }, index) => all.findIndex((other) => other.arn === arn) === index);
  } catch (error) {
    if (isCancelled(error) || !/AccessDenied|NotImplemented|UnknownOperation/.test(errorCode(error))) throw error;
    return [];
  }
}

/** What others have for the same domain is nobody's business here. */
const ownOfDomain = async (cloud: Cloud, app: Application, domain: string): Promise<Certificate[]> =>
  (await cloud.certificates.ofDomain(domain)).filter(({ tags }) => isOurs(tags, app));
