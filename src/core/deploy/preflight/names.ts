/** Whether the certificate, the zone and the records are such that HTTPS and the name come to work. */
import type { Certificate } from "../../ports/cloud";
import { valueOf } from "../../service/snapshot/serviceSnapshot";
import {
  covers,
  hostOf,
  isUsable,
  isUsableKey,
  leadOf,
  ownRequests,
  secureSettings,
  takenProofs,
  wantedCertificate,
} from "../names";
import type { SecureSettings } from "../names";
import { isOurs, type ObservedState, type RunInput } from "../observedState";
import { balancerOf } from "../steps/network";
import type { Problem } from "./problem";

const dayMilliseconds = 86_400_000;
/** A certificate that ends sooner is to be looked after now: ACM renews sixty days before, imported ones nobody does. */
const soonDays = 21;

const stop = (code: string, sentence: string, remedy: string): Problem => ({
  code,
  severity: "stop",
  sentence,
  remedy,
  actions: ["openConfig"],
});
const warn = (code: string, sentence: string, remedy: string): Problem => ({
  ...stop(code, sentence, remedy),
  severity: "warn",
});

export function nameProblems(observed: ObservedState, input: RunInput): Problem[] {
  const settings = balancerOf(observed, input);
  if (!settings) return [];
  const secure = secureSettings(observed, input);
  return [
    ...(secure ? certificateProblems(observed, input, secure) : []),
    ...foreignListener(observed, input),
    ...(settings.domain === undefined ? [] : nameOf(observed, input, settings.domain)),
  ];
}

function certificateProblems(observed: ObservedState, input: RunInput, settings: SecureSettings): Problem[] {
  if (settings.certificate === "request") return requestProblems(observed, input, settings);
  const { region, account } = observed.identity;
  const [, , , itsRegion = "", itsAccount = ""] = settings.certificate.split(":");
  const another = 'State one of this region, or "request", as loadBalancer.certificate in slipway.json.';
  if (itsRegion !== region || itsAccount !== account)
    return [
      stop(
        "CertificateElsewhere",
        `The certificate ${settings.certificate} is of ${
          itsAccount === account ? `the region ${itsRegion}` : `the account ${itsAccount}`
        }; a load balancer takes only those of its own account and region (${account}, ${region}).`,
        another,
      ),
    ];
  const found = wantedCertificate(observed, input);
  if (!found)
    return [stop("CertificateMissing", `There is no certificate ${settings.certificate} in this account.`, another)];
  return chosenProblems(found, settings, input.clock.now());
}

function chosenProblems(found: Certificate, { domain }: SecureSettings, now: number): Problem[] {
  const named = `The certificate ${found.arn} (${found.names.join(", ")})`;
  const another = 'State another one, or "request", as loadBalancer.certificate in slipway.json.';
  const ended = found.notAfter !== undefined && found.notAfter <= now;
  if (found.status === "PENDING_VALIDATION")
    return [
      stop(
        "CertificatePending",
        `${named} is not issued yet: ACM waits for the records that prove its names.`,
        found.proofs.length
          ? `Write them: ${found.proofs.map(({ name, type, value }) => `${name}. ${type} ${value}.`).join("; ")}`
          : another,
      ),
    ];
  if (found.status === "EXPIRED" || ended)
    return [
      stop(
        "CertificateExpired",
        `${named} has ended${ended ? `, ${daysText(now - (found.notAfter ?? now))} ago` : ""}.`,
        another,
      ),
    ];
  if (!isUsable(found, now))
    return [
      stop(
        "CertificateUnusable",
        `${named} cannot be used: it is ${found.status}${found.failure === undefined ? "" : ` (${found.failure})`}.`,
        another,
      ),
    ];
  if (!covers(found, domain))
    return [
      stop(
        "CertificateOfOtherHost",
        `${named} is not good for ${domain}: who calls that would be warned of a wrong certificate.`,
        `${another} A wildcard stands for one label: *.example.com is good for shop.example.com alone below it.`,
      ),
    ];
  if (!isUsableKey(found.keyAlgorithm))
    return [
      stop(
        "CertificateKey",
        `${named} has a key (${found.keyAlgorithm ?? ""}) that a load balancer does not take.`,
        another,
      ),
    ];
  if (found.notAfter !== undefined && found.notAfter - now < soonDays * dayMilliseconds)
    return [
      warn(
        "CertificateEndsSoon",
        `${named} ends in ${daysText(found.notAfter - now)}.`,
        "Renew it, or state another one.",
      ),
    ];
  return [];
}

const daysText = (milliseconds: number): string => {
  const days = Math.floor(milliseconds / dayMilliseconds);
  return days === 1 ? "1 day" : `${days} days`;
};

function requestProblems(observed: ObservedState, input: RunInput, { domain }: SecureSettings): Problem[] {
  const own = ownRequests(observed.names.certificates, input.app, domain);
  const pending = own.find(({ status }) => status === "PENDING_VALIDATION");
  if (own.some((each) => isUsable(each, input.clock.now()))) return [];
  const taken = pending ? takenProofs(observed.names, pending) : [];
  if (taken.length)
    return [
      stop(
        "ProofTaken",
        `The zone has another record of ${taken.map(({ name }) => name).join(", ")} than ACM asks for, and Slipway changes none.`,
        "Delete that record, then deploy again.",
      ),
    ];
  const why = whyNoZone(observed, domain);
  return why === undefined
    ? []
    : [
        warn(
          "ZoneMissing",
          `${why}: the record that proves ${domain} to ACM is shown once it is requested, and the deployment waits until ` +
            "it is written where the DNS of that name is.",
          "Have whoever looks after that DNS at hand.",
        ),
      ];
}

/** Why no record can be written; undefined where one can. */
function whyNoZone({ names: { zones } }: ObservedState, domain: string): string | undefined {
  if (!zones.known) return `The zones of Route 53 could not be read (${zones.why})`;
  if (zones.value.length === 0) return `No public zone of this account has ${domain} (another account's are not seen)`;
  return zones.value.length > 1
    ? `This account has ${zones.value.length} public zones ${zones.value[0]?.name ?? ""}, and which of them answers cannot be told`
    : undefined;
}

/** The domain's own record. */
function nameOf(observed: ObservedState, input: RunInput, domain: string): Problem[] {
  const { loadBalancer, names } = observed;
  const lead = leadOf(names.records, loadBalancer);
  if (lead?.here) return [];
  const target = loadBalancer?.dnsName ?? "the load balancer's name, which the deployment says";
  if (lead)
    return [
      warn(
        "RecordTaken",
        `${domain} has a record already, which leads to ${lead.to}; Slipway changes none, so people go there on.`,
        `Have it lead to ${target} when they are to come here, or state another loadBalancer.domain.`,
      ),
    ];
  const isOthers = loadBalancer !== undefined && !isOurs(loadBalancer.tags, input.app);
  const why = isOthers ? `The load balancer ${loadBalancer.name} is not Slipway's` : whyNoZone(observed, domain);
  return why === undefined
    ? []
    : [
        warn(
          "RecordByHand",
          `${why}: the record of ${domain} is yours to write: a CNAME to ${target} (at a zone's own name an alias).`,
          "Write it where the DNS of that name is.",
        ),
      ];
}

/** A listener that others made shows the certificates that it has: one of them has to be good for the host of the rule. */
function foreignListener(observed: ObservedState, input: RunInput): Problem[] {
  const { listener, names } = observed;
  const settings = balancerOf(observed, input);
  if (!settings || !listener || isOurs(listener.tags, input.app)) return [];
  const name = `${settings.name}:${listener.port}`;
  if (listener.protocol !== "HTTPS")
    return settings.certificate === undefined
      ? []
      : [
          stop(
            "ListenerSpeaksHttp",
            `The listener ${name} is another's and speaks ${listener.protocol}; Slipway does not give it a certificate.`,
            "State another loadBalancer.listenerPort, or leave loadBalancer.certificate out.",
          ),
        ];
  const host = hostOf(settings);
  if (host === undefined) return [];
  const found = valueOf(names.foreign);
  if (!found)
    return [
      warn(
        "CertificatesUnread",
        `Whether the listener ${name} has a certificate for ${host} could not be read.`,
        "Ask for acm:DescribeCertificate and elasticloadbalancing:DescribeListenerCertificates.",
      ),
    ];
  const now = input.clock.now();
  if (found.some((each) => isUsable(each, now) && covers(each, host))) return [];
  return [
    stop(
      "CertificateOfOtherHost",
      `No certificate of the listener ${name} is good for ${host} now (${
        found.flatMap((each) => each.names).join(", ") || "it has none that can be read"
      }): who calls that would be warned of a wrong certificate.`,
      `Add one to it: aws elbv2 add-listener-certificates --listener-arn ${listener.arn} --certificates CertificateArn=ARN`,
    ),
  ];
}
