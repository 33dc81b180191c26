/** The certificate of the listener: the stated one, or one that ACM is asked for and that DNS proves. */
import { elapsed } from "../../base/elapsed";
import { errorCode, SlipwayError } from "../../base/errors";
import type { Certificate, DnsRecord, Zone } from "../../ports/cloud";
import type { Change, Decision } from "../decision";
import { missingProofs, ownRequests, proofTag, proves, secureSettings, wantedCertificate, zoneOf } from "../names";
import { ownershipTags, type ObservedState, type RunInput } from "../observedState";
import { originOf, poll, requireOutput, reuseOrAdopt, type RunContext, type Step } from "../step";
import { balancerOf, noBalancer } from "./network";

/** ACM makes the records of a request in seconds. */
const proofsMilliseconds = 2 * 60_000;
/** With its record in the zone ACM needs minutes, on a bad day half an hour; by hand a person has to get to it besides. */
const issuedMinutes = { written: 30, byHand: 60 } as const;
/** So long ACM looks for the records before it gives up. Source: its user guide, page on DNS validation. */
const acmHours = 72;

/** Why nothing is to be done for a certificate; undefined where something is. */
function withoutCertificate(observed: ObservedState, input: RunInput): Decision | undefined {
  const settings = balancerOf(observed, input);
  if (!settings) return noBalancer;
  if (settings.certificate === undefined) return { action: "leaveOut", reason: { code: "noCertificate" } };
  return secureSettings(observed, input) ? undefined : { action: "leaveOut", reason: { code: "listenerNotOurs" } };
}

/** Where the proof goes: into the zone, or to a person. */
function proofChanges(observed: ObservedState, domain: string, certificate: Certificate | undefined): Change[] {
  const zone = zoneOf(observed.names);
  if (!zone) return [{ code: "proofByHand", domain }];
  const complete =
    certificate && certificate.proofs.length > 0 && missingProofs(observed.names, certificate).length === 0;
  return complete ? [] : [{ code: "proofRecord", domain, zone: zone.name }];
}

export const certificate: Step = {
  id: "certificate",
  needs: ["files"],
  decide: (observed, input): Decision => {
    const none = withoutCertificate(observed, input);
    const settings = secureSettings(observed, input);
    if (none || !settings) return none ?? noBalancer;
    const found = wantedCertificate(observed, input);
    const named = { kind: "certificate" as const, name: found?.domain ?? settings.domain };
    if (settings.certificate !== "request")
      return { action: found ? reuseOrAdopt(found.tags, input.app) : "adopt", ...named, reason: { code: "exists" } };
    if (found?.status === "ISSUED") return { action: "reuse", ...named, reason: { code: "certificateIssued" } };
    const changes = proofChanges(observed, settings.domain, found);
    if (found) {
      const writes = changes.some(({ code }) => code === "proofRecord");
      return { action: writes ? "update" : "reuse", ...named, reason: { code: "certificatePending" }, changes };
    }
    const before = ownRequests(observed.names.certificates, input.app, settings.domain)[0];
    const reason = before
      ? ({ code: "certificateUnusable", status: before.status } as const)
      : ({ code: "certificateRequested" } as const);
    return { action: "create", ...named, reason, changes };
  },
  reuse: (context) => {
    const found = wantedCertificate(context.observed, context);
    const arn = found?.arn ?? context.app.loadBalancer?.certificate;
    if (arn !== undefined && secureSettings(context.observed, context)) takeCertificate(context, arn, found);
  },
  apply: async (context) => {
    const { cloud, observed, app } = context;
    const settings = secureSettings(observed, context);
    if (!settings) return;
    const { domain } = settings;
    const found = wantedCertificate(observed, context);
    const tags = ownershipTags(app);
    // A token of its own: by one that stays, ACM could give a certificate again that was deleted within the hour. What a run
    // that was killed has requested is found by its tags.
    const token = crypto.randomUUID().replaceAll("-", "");
    const arn = found?.arn ?? (await cloud.certificates.request({ domain, token, tags }));
    takeCertificate(context, arn, found ?? { domain, tags });
    const zone = zoneOf(observed.names);
    if (!zone) return;
    const seen = await withProofs(context, arn);
    for (const proof of seen?.proofs ?? []) await writeProof(context, zone, arn, proof);
  },
  detail: ({ outputs }) => outputs.certificateArn,
};

function takeCertificate(
  context: RunContext,
  arn: string,
  found: Pick<Certificate, "domain" | "tags"> | undefined,
): void {
  context.outputs.certificateArn = arn;
  context.reportResource("certificate", {
    kind: "certificate",
    name: found?.domain ?? arn,
    arn,
    origin: originOf(found?.tags, context.app),
  });
}

/** The certificate once ACM has made its records, or once they are not needed any more. */
const withProofs = (context: RunContext, arn: string): Promise<Certificate | undefined> =>
  poll(context, proofsMilliseconds, async () => {
    const found = await context.cloud.certificates.find(arn);
    return found && (found.proofs.length > 0 || found.status !== "PENDING_VALIDATION") ? found : undefined;
  });

/** Writes what proves the name, unless it is there; what somebody else wrote is never changed. */
async function writeProof({ cloud }: RunContext, zone: Zone, arn: string, proof: DnsRecord): Promise<void> {
  const there = async () => cloud.zones.records(zone.id, proof.name);
  if ((await there()).some((set) => proves(set, proof))) return;
  // Before it is written: a run that is killed in between leaves nothing that nobody removes.
  await cloud.certificates.tag(arn, { [proofTag]: zone.id });
  await cloud.zones.create(zone.id, proof).catch(async (error: unknown) => {
    if (!/^InvalidChangeBatch/.test(errorCode(error)) || !(await there()).some((set) => proves(set, proof)))
      throw error;
  });
}

export const certificateIssued: Step = {
  id: "certificateIssued",
  needs: ["certificate"],
  decide: (observed, input) => {
    const none = withoutCertificate(observed, input);
    if (none) return none;
    const isAwaited =
      input.app.loadBalancer?.certificate === "request" && wantedCertificate(observed, input)?.status !== "ISSUED";
    return isAwaited
      ? { action: "run", reason: { code: "acmValidates" } }
      : { action: "reuse", reason: { code: "certificateIssued" } };
  },
  apply: async (context) => {
    const arn = requireOutput(context, "certificateArn");
    const zone = zoneOf(context.observed.names);
    let last: Certificate | undefined;
    let said = false;
    const began = elapsed(context.clock);
    const done = await poll(context, waitMilliseconds(context, zone), async () => {
      last = (await context.cloud.certificates.find(arn)) ?? last;
      if (!zone && !said && last?.proofs.length) {
        said = true;
        tellRecords(context, last);
      }
      context.emit({ type: "progress", step: "certificateIssued", message: waitText(last, zone) });
      if (last?.status === "ISSUED") return true;
      if (last && last.status !== "PENDING_VALIDATION") throw notIssued(last);
      return undefined;
    });
    if (!done) throw stillPending(last, zone, (elapsed(context.clock) - began) / 60_000);
  },
};

/** Until ACM itself gives up, and no longer than somebody would watch. */
function waitMilliseconds({ clock, observed, ...input }: RunContext, zone: Zone | undefined): number {
  const created = wantedCertificate(observed, { ...input, clock })?.createdAt ?? clock.now();
  const left = created + acmHours * 3_600_000 - clock.now();
  return Math.max(60_000, Math.min(left, (zone ? issuedMinutes.written : issuedMinutes.byHand) * 60_000));
}

const recordText = ({ name, type, value }: DnsRecord): string => `${name}. ${type} ${value}.`;

const waitText = (found: Certificate | undefined, zone: Zone | undefined): string =>
  zone
    ? `ACM looks for the record in ${zone.name}; that takes minutes`
    : found?.proofs.length
      ? `Write into the DNS of ${found.domain}: ${found.proofs.map(recordText).join("; ")}`
      : "ACM makes the record that proves the name";

/** What a person has to write, once as data and in words. */
function tellRecords({ emit }: RunContext, { domain, proofs }: Certificate): void {
  emit({
    type: "note",
    level: "warning",
    message:
      `No zone of this account has ${domain}, so its proof is yours to write where its DNS is (Ctrl+C stops waiting; ` +
      "a later deployment goes on from here):",
    records: proofs,
  });
  for (const proof of proofs) emit({ type: "note", level: "warning", message: recordText(proof) });
}

/** ACM's reasons that say what to do. Source: its user guide, page on failed requests. */
const failures: Readonly<Record<string, string>> = {
  CAA_ERROR: 'A CAA record of the domain does not let Amazon issue: add amazon.com to it (0 issue "amazon.com")',
  DOMAIN_NOT_ALLOWED: "ACM issues none for this name: ask AWS Support, or import a certificate and state its ARN",
  INVALID_PUBLIC_DOMAIN: "The name is none that the internet knows: state another loadBalancer.domain",
  ADDITIONAL_VERIFICATION_REQUIRED: "AWS wants to look at it first: ask AWS Support",
  DOMAIN_VALIDATION_DENIED: "Who holds the domain refused: state another loadBalancer.domain",
};

function notIssued({ domain, arn, status, failure }: Certificate): SlipwayError {
  return new SlipwayError({
    code: "CertificateNotIssued",
    summary: `ACM did not issue the certificate for ${domain}: it is ${status}${failure ? ` (${failure})` : ""}.`,
    evidence: [arn],
    remedy: `${failures[failure ?? ""] ?? "Look at it in the ACM console"}; then deploy again: another one is requested.`,
    actions: ["retry", "openConfig"],
  });
}

/** The code of a certificate that is left to ACM and to whoever writes its record: neither failed nor done. */
export const certificateTakesLong = "CertificateTakesLong";

function stillPending(found: Certificate | undefined, zone: Zone | undefined, minutes: number): SlipwayError {
  const domain = found?.domain ?? "the domain";
  return new SlipwayError({
    code: certificateTakesLong,
    summary: `ACM has not issued the certificate for ${domain} in ${Math.round(minutes)} minutes, so Slipway stopped waiting.`,
    evidence: [...(found?.proofs.map(recordText) ?? []), ...(found ? [found.arn] : [])],
    remedy: zone
      ? `See whether the name servers of ${zone.name} at its registrar are those of this zone, then deploy again: ` +
        "it goes on from here. What ran before runs on."
      : `Write the record where the DNS of ${domain} is, then deploy again: it goes on from here. ` +
        `What ran before runs on. ACM looks for it for ${acmHours} hours.`,
    actions: ["retry"],
  });
}
