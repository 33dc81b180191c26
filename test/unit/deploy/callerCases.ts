/** What is decided of who may come in, and of a load balancer's own settings. */
import type { ObservedState } from "../../../src/core/deploy/observedState";
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { asItIs, foreign, type Row } from "./stepCase";

const office = "198.51.100.0/24";
const lists = [{ id: "pl-3b927c52", name: "com.amazonaws.global.cloudfront.origin-facing", weight: 55 }];
const limited = { loadBalancer: { allowFrom: [office] } };
const byCloudFront = { loadBalancer: { allowFrom: ["cloudfront"] } };

type Rule = NonNullable<ObservedState["loadBalancerGroup"]>["ingress"][number];

/** The load balancer's group lets in these; who made its rules they say themselves. */
const letting =
  (rule: Partial<Rule>, more: Partial<ObservedState> = {}) =>
  (s: ObservedState): void => {
    const ingress = [{ protocol: "tcp", fromPort: 80, toPort: 80, cidrs: [], groups: [], ...rule }];
    Object.assign(s, { loadBalancerGroup: { ...s.loadBalancerGroup, ingress } }, more);
  };

export const balancerGroupCases: readonly Row[] = [
  ["there is none", "create absent", { opens: { port: 80, of: "loadBalancer", to: ["0.0.0.0/0", "::/0"] } }],
  ["it is as it should be", "reuse exists", { there: asItIs }],
  [
    "others are to be let in, and nobody else",
    "update ruleMissing admit shutOut shutOut",
    { config: limited, there: asItIs, opens: { port: 80, of: "loadBalancer", to: [office] } },
  ],
  [
    "fewer are to be let in than Slipway let in",
    "update moreThanStated shutOut",
    { config: limited, there: letting({ cidrs: [office, "203.0.113.0/24"], marked: [office, "203.0.113.0/24"] }) },
  ],
  [
    "somebody else let in more",
    "reuse exists",
    { config: limited, there: letting({ cidrs: [office, "203.0.113.0/24"], marked: [office] }) },
  ],
  [
    "the group is another's",
    "update ruleMissing admit",
    {
      config: limited,
      there: (s) => {
        letting({ cidrs: ["0.0.0.0/0"] })(s);
        Object.assign(s.loadBalancerGroup ?? {}, foreign);
      },
      opens: { port: 80, of: "loadBalancer", to: [office] },
    },
  ],
  [
    "CloudFront alone is to be let in",
    "update ruleMissing admit shutOut shutOut",
    {
      config: byCloudFront,
      there: (s) => void Object.assign(s, { prefixLists: known(lists) }),
      opens: { port: 80, of: "loadBalancer", to: ["cloudfront"] },
    },
  ],
  [
    "CloudFront is let in",
    "reuse exists",
    { config: byCloudFront, there: letting({ prefixLists: ["pl-3b927c52"] }, { prefixLists: known(lists) }) },
  ],
  [
    "its list could not be read",
    "reuse exists",
    {
      config: byCloudFront,
      there: (s) => void Object.assign(s, { prefixLists: { known: false, why: "no", code: "AccessDenied" } }),
    },
  ],
  [
    "the load balancer is another's",
    "adopt guardsLoadBalancer",
    { there: (s) => Object.assign(s.loadBalancer ?? {}, foreign) },
  ],
];

/** The tasks' group lets these in. */
const tasksLetting =
  (...cidrs: string[]) =>
  (s: ObservedState): void => {
    const ingress = [{ protocol: "tcp", fromPort: 8080, toPort: 8080, cidrs, groups: [] }];
    Object.assign(s, { taskGroup: { ...s.taskGroup, ingress } });
  };

export const openTaskCases: readonly Row[] = [
  ["nobody is to reach a port without a load balancer", "leaveOut nobodyAllowed", { config: { loadBalancer: false } }],
  [
    "slipway.json says who",
    "create allowFromStated admit",
    {
      config: { loadBalancer: false, network: { allowFrom: [office] } },
      opens: { port: 8080, of: "tasks", to: [office] },
    },
  ],
  [
    "they were open to everyone, and nobody is meant any more",
    "create moreThanStated shutOut",
    { config: { loadBalancer: false }, before: { loadBalancer: false }, there: tasksLetting("0.0.0.0/0") },
  ],
  [
    "they are open to those alone",
    "reuse rulesThere",
    {
      config: { loadBalancer: false, network: { allowFrom: [office] } },
      before: { loadBalancer: false },
      there: tasksLetting(office),
    },
  ],
];

const logs = { bucket: "logs-of-ours", prefix: "quay" };
const settings = { loadBalancer: { idleTimeoutSeconds: 120, accessLogs: logs } };
const set = {
  "idle_timeout.timeout_seconds": "120",
  "access_logs.s3.enabled": "true",
  "access_logs.s3.bucket": "logs-of-ours",
  "access_logs.s3.prefix": "quay",
};

export const balancerSettingCases: readonly Row[] = [
  [
    "it is to be made with settings of its own",
    "create absent balancerAttribute balancerAttribute balancerAttribute balancerAttribute",
    { config: settings },
  ],
  [
    "it has them",
    "reuse exists",
    { config: settings, there: (s) => void Object.assign(s, { balancerAttributes: set }) },
  ],
  [
    "its idle timeout is another",
    "update settingsDiffer balancerAttribute",
    {
      config: settings,
      there: (s) =>
        void Object.assign(s, { balancerAttributes: { ...set, "idle_timeout.timeout_seconds": "60", more: "theirs" } }),
    },
  ],
  [
    "it is another's",
    "adopt exists",
    { config: settings, there: (s) => void Object.assign(s.loadBalancer ?? {}, foreign) },
  ],
];
