/** Deciding what moves the traffic between two target groups. */
import type { ApplicationConfig } from "../../../src/core/app/schema";
import { ownershipTags, type ObservedState } from "../../../src/core/deploy/observedState";
import { inputOf, spareArn } from "./observed";
import type { Given, Row } from "./stepCase";

const canary: ApplicationConfig = { releases: { strategy: "canary", bakeMinutes: 1 } };
const rolling: ApplicationConfig = { releases: { strategy: "rolling" } };
const ruleArn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/quay/0/1/2";
const roleArn = "arn:aws:iam::123456789012:role/quay-shifting";
const tags = ownershipTags(inputOf().app);

/** Everything is there that a canary needs; the alternate group has the traffic. */
function shifting(s: ObservedState): void {
  const { targetGroup, service } = s;
  if (!targetGroup || !service) throw new Error("nothing runs");
  const spare = { ...targetGroup, arn: spareArn, name: "quay-2" };
  const attributes = s.targetGroupAttributes;
  Object.assign(s, {
    spareTargetGroup: spare,
    targetGroups: [targetGroup, spare],
    spareAttributes: attributes,
    shiftRole: {
      role: { name: "quay-shifting", arn: roleArn, createdAt: 0, trust: {}, tags },
      attached: ["arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers"],
    },
    rules: [
      {
        arn: ruleArn,
        priority: "1",
        isDefault: false,
        forwards: [
          { arn: targetGroup.arn, weight: 0 },
          { arn: spareArn, weight: 100 },
        ],
        pathPatterns: ["/*"],
        hostHeaders: [],
        conditions: [],
        partlyRead: false,
        tags: { ...tags, "slipway:moves-traffic": "yes" },
      },
    ],
  });
  s.service = {
    ...service,
    strategy: { name: "CANARY", bakeMinutes: 1, hooks: 0, stepMinutes: 5 },
    deploymentConfiguration: {
      strategy: "CANARY",
      bakeTimeInMinutes: 1,
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 5 },
      maximumPercent: 200,
    },
    loadBalancers: service.loadBalancers.map((item) => ({
      ...item,
      rest: {
        advancedConfiguration: {
          alternateTargetGroupArn: spareArn,
          productionListenerRule: ruleArn,
          roleArn,
        },
      },
    })),
  };
}

const there = (change: (s: ObservedState) => void = () => undefined): Given => ({
  config: canary,
  there: (s) => {
    shifting(s);
    change(s);
  },
});
const stays: Row = ["slipway.json states no strategy", "leaveOut noShifting", { there: shifting }];
const worksOn: Row = ["it goes by rolling", "leaveOut noShifting", { config: rolling, there: () => undefined }];

export const alternateGroupCases: readonly Row[] = [
  ["canary is stated at first", "create shiftNeedsTwo", { config: canary }],
  ["it is as it should be", "reuse exists", there()],
  ["it drains otherwise", "update settingsDiffer targetGroupAttribute", there((s) => (s.spareAttributes = {}))],
  stays,
  worksOn,
];
export const shiftRoleCases: readonly Row[] = [
  ["canary is stated at first", "create shiftNeedsRole", { config: canary }],
  ["it is as it should be", "reuse exists", there()],
  [
    "it lost its policy",
    "update policiesDiffer attachPolicy",
    there((s) => Object.assign(s.shiftRole ?? {}, { attached: [] })),
  ],
  ["somebody else made it", "adopt exists", there((s) => Object.assign(s.shiftRole?.role ?? {}, { tags: {} }))],
  stays,
  worksOn,
];
export const shiftRuleCases: readonly Row[] = [
  ["canary is stated at first", "create shiftNeedsRule", { config: canary }],
  ["it is as it should be", "reuse sendsHere", there()],
  ["it names one group alone", "update shiftNeedsRule forwardToBoth", there((s) => s.rules[0]?.forwards.pop())],
  stays,
  worksOn,
];
export const shiftServiceCases: readonly Row[] = [
  ["there is none, and canary is stated", "create absent strategy", { config: canary }],
  ["it goes by the strategy that is stated", "reuse runsThisAlready", there()],
  ["it was rolling", "update exists strategy", { config: canary, there: () => undefined }],
  [
    "another tool changed the strategy",
    "update exists strategy",
    there((s) => {
      if (s.service) s.service.deploymentConfiguration = { strategy: "BLUE_GREEN", bakeTimeInMinutes: 5 };
    }),
  ],
  [
    "another tool named another rule",
    "update exists strategy",
    there((s) => s.rules.splice(0, 1, ...s.rules.map((rule) => ({ ...rule, arn: `${rule.arn}0` })))),
  ],
  ["slipway.json says nothing of it", "reuse runsThisAlready", { there: shifting }],
  ["it is to be rolling again", "update exists strategy", { config: rolling, there: shifting }],
];
export const shiftSettleCases: readonly Row[] = [
  ["a strategy that stays", "reuse nothingLeft", there()],
  ["a strategy that slipway.json does not name", "reuse nothingLeft", { there: shifting }],
  [
    "it is rolling again",
    "update afterRollout removeRule removeTargetGroup removeRole",
    { config: rolling, there: shifting },
  ],
];
