/** Cases of the steps of HTTPS and of a name: certificate, validation, listener, record, redirect, and what is left behind. */
import type { ApplicationConfig } from "../../../src/core/app/schema";
import type { Certificate, Listener } from "../../../src/core/ports/cloud";
import type { ObservedState } from "../../../src/core/deploy/observedState";
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { certificateArn, certificateOf, inputOf, zone } from "./observed";
import { asItIs, foreign, worker, type Row } from "./stepCase";

const domain = "shop.example.com";
export const https: ApplicationConfig = { loadBalancer: { certificate: "request", domain } };
const chosen: ApplicationConfig = { loadBalancer: { certificate: certificateArn, domain } };
const http: ApplicationConfig = {};
const plainWithName: ApplicationConfig = { loadBalancer: { domain } };

const names =
  (more: Partial<ObservedState["names"]>) =>
  (s: ObservedState): void => {
    s.names = { ...s.names, ...more };
  };
const having = (more: Partial<Certificate>) => names({ certificates: [certificateOf(inputOf(https), more)] });
const both =
  (...changes: ((s: ObservedState) => void)[]) =>
  (s: ObservedState): void =>
    changes.forEach((change) => change(s));
const inZone = names({ zones: known([zone]) });
const pending = having({ status: "PENDING_VALIDATION" });
const listeners = (change: (listener: Listener) => Partial<Listener>) => (s: ObservedState) => {
  const changed = s.balancing.listeners.map((each) => ({ ...each, ...change(each) }));
  s.balancing = { ...s.balancing, listeners: changed };
  s.listener = s.listener && changed.find(({ port }) => port === s.listener?.port);
};
/** What a look finds before the port of HTTPS is there: the listener of the new port is none yet. */
const beforeHttps = both(inZone, (s) => {
  s.listener = undefined;
});
/** After HTTPS: the listener of slipway.json's port is again that of HTTP. */
const afterHttps = (s: ObservedState): void => {
  s.listener = s.balancing.listeners.find(({ port }) => port === 80);
};
const opens = { port: 80, of: "loadBalancer", to: ["0.0.0.0/0", "::/0"] } as const;

export const certificateCases: readonly Row[] = [
  ["none is stated", "leaveOut noCertificate"],
  ["it is a worker", "leaveOut noLoadBalancer", { config: worker }],
  [
    "there is none and the zone is there",
    "create certificateRequested proofRecord",
    { config: https, before: http, there: beforeHttps },
  ],
  ["there is none and no zone", "create certificateRequested proofByHand", { config: https }],
  ["it is issued", "reuse certificateIssued", { config: https, there: asItIs }],
  ["it is pending with its record", "reuse certificatePending", { config: https, there: pending }],
  [
    "it is pending and its record is missing",
    "update certificatePending proofRecord",
    { config: https, there: both(pending, names({ proofs: [] })) },
  ],
  [
    "it is pending and no zone has the name",
    "reuse certificatePending proofByHand",
    { config: https, there: both(pending, names({ zones: known([]) })) },
  ],
  [
    "two zones have the same name",
    "reuse certificatePending proofByHand",
    { config: https, there: both(pending, names({ zones: known([zone, { ...zone, id: "Z2" }]) })) },
  ],
  [
    "the one from before failed",
    "create certificateUnusable proofRecord",
    { config: https, there: having({ status: "FAILED" }) },
  ],
  ["its time is over", "create certificateUnusable proofRecord", { config: https, there: having({ notAfter: -1 }) }],
  [
    "somebody else requested one",
    "create certificateRequested proofRecord",
    { config: https, there: having({ tags: {} }) },
  ],
  ["one is stated", "adopt exists", { config: chosen, there: having({ tags: {} }) }],
  ["the stated one is ours", "reuse exists", { config: chosen, there: asItIs }],
  ["the listener is another's", "leaveOut listenerNotOurs", { config: https, there: listeners(() => foreign) }],
];

export const issuedCases: readonly Row[] = [
  ["none is stated", "leaveOut noCertificate"],
  ["it is to be requested", "run acmValidates", { config: https }],
  ["it is pending", "run acmValidates", { config: https, there: pending }],
  ["it is issued", "reuse certificateIssued", { config: https, there: asItIs }],
  ["one is stated", "reuse certificateIssued", { config: chosen, there: asItIs }],
];

export const secureListenerCases: readonly Row[] = [
  ["it is to speak HTTPS", "create nothingListens listenerCertificate", { config: https }],
  [
    "HTTP answers on port 80",
    "create nothingListens listenerCertificate",
    { config: https, before: http, there: beforeHttps },
  ],
  ["it speaks HTTPS", "reuse sendsHere", { config: https, there: asItIs }],
  [
    "its certificate is another",
    "update settingsDiffer listenerCertificate",
    { config: https, there: listeners(({ certificate }) => (certificate ? { certificate: "arn:old" } : {})) },
  ],
  [
    "its certificate has to be requested anew",
    "update settingsDiffer listenerCertificate",
    { config: https, there: having({ status: "EXPIRED" }) },
  ],
  [
    "HTTPS is no longer wanted",
    "update settingsDiffer forwardAgain",
    { config: http, before: https, there: afterHttps },
  ],
  ["the port speaks HTTP", "refuse OtherProtocol", { config: https, there: listeners(() => ({ protocol: "HTTP" })) }],
];

export const domainCases: readonly Row[] = [
  ["none is stated", "leaveOut noDomain"],
  ["it is a worker", "leaveOut noLoadBalancer", { config: worker }],
  ["the zone has none", "create zoneHasDomain aliasRecord", { config: plainWithName, before: http, there: inZone }],
  ["it leads here", "reuse leadsHere", { config: https, there: asItIs }],
  [
    "it leads here by a CNAME that somebody else wrote",
    "reuse leadsHere",
    {
      config: https,
      there: names({ records: [{ name: domain, type: "CNAME", values: ["Quay-1.us-east-1.elb.amazonaws.com."] }] }),
    },
  ],
  [
    "it leads elsewhere",
    "leaveOut leadsElsewhere",
    { config: https, there: names({ records: [{ name: domain, type: "A", values: ["192.0.2.7"] }] }) },
  ],
  [
    "only its mail goes elsewhere",
    "create zoneHasDomain aliasRecord",
    { config: https, there: names({ records: [{ name: domain, type: "MX", values: ["10 mail.example.com"] }] }) },
  ],
  [
    "one of its records leads elsewhere",
    "leaveOut leadsElsewhere",
    {
      config: https,
      there: (s) => {
        const more = { name: domain, type: "AAAA", values: ["2001:db8::1"] };
        s.names = { ...s.names, records: [...s.names.records, more] };
      },
    },
  ],
  ["no zone has it", "leaveOut noZone", { config: https }],
  [
    "the load balancer is another's",
    "leaveOut balancerNotOurs",
    { config: https, before: http, there: both(inZone, (s) => Object.assign(s.loadBalancer ?? {}, foreign)) },
  ],
];

export const redirectCases: readonly Row[] = [
  ["none is stated", "leaveOut noCertificate"],
  ["it is a worker", "leaveOut noLoadBalancer", { config: worker }],
  ["it is new", "create redirectsToHttps redirectToHttps", { config: https, opens }],
  [
    "port 80 answers itself",
    "update redirectsToHttps redirectToHttps",
    { config: https, before: http, there: beforeHttps },
  ],
  ["it redirects", "reuse redirectsToHttps", { config: https, there: asItIs }],
  [
    "it redirects to another port",
    "update redirectsToHttps redirectToHttps",
    {
      config: https,
      there: listeners(({ redirect }) => (redirect ? { redirect: { ...redirect, port: "8443" } } : {})),
    },
  ],
  [
    "it is not wanted",
    "leaveOut noRedirect",
    { config: { loadBalancer: { certificate: "request", domain, redirectHttp: false } }, there: asItIs },
  ],
  [
    "port 80 is another's",
    "leaveOut httpIsKept",
    { config: https, there: listeners(({ port }) => (port === 80 ? foreign : {})) },
  ],
];

export const leftoverCases: readonly Row[] = [
  ["HTTPS is as it should be", "reuse nothingLeft", { config: https, there: asItIs }],
  [
    "HTTPS is no longer wanted",
    "update afterRollout removeListener closeBalancerPort removeCertificate",
    { config: plainWithName, before: https, there: afterHttps },
  ],
  [
    "HTTPS and its name are no longer wanted",
    "update afterRollout removeListener closeBalancerPort removeCertificate removeRecord",
    { config: http, before: https, there: afterHttps },
  ],
  [
    "the certificate is somebody else's",
    "update afterRollout removeListener closeBalancerPort",
    { config: plainWithName, before: https, there: both(afterHttps, having({ tags: {} })) },
  ],
  [
    "port 80 is not to redirect any more",
    "update afterRollout removeListener closeBalancerPort",
    { config: { loadBalancer: { certificate: "request", domain, redirectHttp: false } }, before: https, there: asItIs },
  ],
  [
    "the certificate failed and another is requested",
    "update afterRollout removeCertificate",
    { config: https, there: having({ status: "FAILED" }) },
  ],
  [
    "the load balancer is another's",
    "update afterRollout removeListener closeBalancerPort removeCertificate",
    {
      config: http,
      before: https,
      there: both(afterHttps, (s) => Object.assign(s.loadBalancer ?? {}, foreign)),
    },
  ],
];
