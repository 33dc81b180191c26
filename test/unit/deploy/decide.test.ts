/** Each step's decide(): a world in, a decision out. No step asks anybody while it decides. */
import assert from "node:assert/strict";
import type { Decision } from "../../../src/core/deploy/decision";
import { planDefinition } from "../../../src/core/deploy/definitionPlan";
import type { StepId } from "../../../src/core/deploy/phases";
import { steps } from "../../../src/core/deploy/steps/index";
import { isSlipwayError } from "../../../src/core/base/errors";
import { alarmCases } from "./alarmCases";
import { balancerGroupCases, balancerSettingCases, openTaskCases } from "./callerCases";
import { scheduleCases, scheduleRoleCases } from "./scheduleCases";
import { scalingCases } from "./scalingCases";
import {
  certificateCases,
  domainCases,
  issuedCases,
  leftoverCases,
  redirectCases,
  secureListenerCases,
} from "./nameCases";
import {
  alternateGroupCases,
  shiftRoleCases,
  shiftRuleCases,
  shiftServiceCases,
  shiftSettleCases,
} from "./shiftingCases";
import { allThere, inputOf, nothingThere, spareArn } from "./observed";
import { asItIs, foreign, migrates, readsSecret, worker, type Row } from "./stepCase";

/** For each step: the case, what is decided (the action, the reason, what changes), and what is given. */
const cases: Readonly<Record<StepId, readonly Row[]>> = {
  // Nothing is decided of the connection: it is made before anything can be planned.
  configure: [],
  identity: [["always", "run identity"]],
  repository: [
    ["there is none", "create absent"],
    ["it is ours", "reuse exists", { there: asItIs }],
    ["somebody else made it", "adopt exists", { there: (s) => Object.assign(s.repository ?? {}, foreign) }],
  ],
  lifecycle: [
    ["the repository is new", "create imagesPileUp"],
    ["there is one", "reuse lifecycleSet", { there: asItIs }],
    [
      "the repository is another's",
      "leaveOut repositoryNotOurs",
      { there: (s) => Object.assign(s, { lifecycle: undefined, repository: { ...s.repository, ...foreign } }) },
    ],
  ],
  token: [
    ["something is pushed", "run pushNeedsIt"],
    ["nothing is pushed", "reuse nothingPushed", { there: asItIs }],
  ],
  login: [
    ["something is pushed", "run pushNeedsIt"],
    ["nothing is pushed", "reuse nothingPushed", { there: asItIs }],
  ],
  build: [
    ["ECR has no image of this source", "run imageAbsent"],
    ["ECR has it", "reuse imageInRegistry", { there: asItIs }],
    ["a rebuild is asked for", "run rebuildRequested", { there: asItIs, rebuild: true }],
  ],
  tag: [
    ["an image was built", "run tagNeeded"],
    ["ECR has it", "reuse imageInRegistry", { there: asItIs }],
  ],
  push: [
    ["an image was built", "create imageAbsent"],
    ["ECR has it", "reuse imageInRegistry", { there: asItIs }],
  ],
  verifyImage: [
    ["it was pushed", "run verifyWhatWasPushed"],
    ["ECR has it", "reuse registryHasDigest", { there: asItIs }],
  ],
  cluster: [
    ["there is none", "create absent"],
    ["it is ours", "reuse exists", { there: asItIs }],
    ["somebody else made it", "adopt exists", { there: (s) => Object.assign(s.cluster ?? {}, foreign) }],
  ],
  clusterActive: [
    ["it is new", "run clusterMustBeActive"],
    ["it is ACTIVE", "reuse clusterActive", { there: asItIs }],
  ],
  files: [
    ["there are none", "create filesBelongWithCode"],
    ["both are there", "reuse filesThere", { there: asItIs }],
    ["slipway.json says something else", "update filesBelongWithCode", { there: (s) => (s.configFile = "{ }") }],
  ],
  role: [
    ["there is none", "create roleNeeded"],
    ["it is as it should be", "reuse exists", { there: asItIs }],
    [
      "it lost its policy",
      "update policiesDiffer attachPolicy",
      { there: (s) => Object.assign(s.role ?? {}, { attached: [] }) },
    ],
    [
      "its own policy is another",
      "update policiesDiffer writePolicy",
      { there: (s) => Object.assign(s.role ?? {}, { inline: {} }) },
    ],
    [
      "what runs reads a secret that the new version does not name: it may have to start again",
      "update policiesDiffer writePolicy",
      { there: readsSecret },
    ],
    ["somebody else made it", "adopt exists", { there: (s) => Object.assign(s.role?.role ?? {}, foreign) }],
    ["slipway.json names one that is not there", "refuse RoleMissing", { config: { executionRole: "mine" } }],
  ],
  logGroup: [
    ["there is none", "create absent"],
    ["it is as it should be", "reuse exists", { there: asItIs }],
    [
      "it keeps logs for another time",
      "update retentionDiffers logRetention",
      { there: (s) => Object.assign(s.logGroup ?? {}, { retentionDays: 3 }) },
    ],
    ["somebody else made it", "adopt exists", { there: (s) => Object.assign(s.logGroup ?? {}, foreign) }],
  ],
  register: [
    ["nothing runs", "create noRevision"],
    ["the same is registered", "reuse sameRegistered", { there: asItIs }],
    [
      "the file asks for another size",
      "create newRevision definitionMember definitionMember",
      {
        there: (s) =>
          (s.definitionFile = s.definitionFile
            ?.replace('"cpu":"256"', '"cpu":"512"')
            .replace('"memory":"512"', '"memory":"1024"')),
      },
    ],
    ["the source is another", "create newRevision definitionMember", { there: (s) => (s.image = undefined) }],
  ],
  alternateGroup: alternateGroupCases,
  shiftRole: shiftRoleCases,
  shiftRule: shiftRuleCases,
  targetGroup: [
    ["there is none", "create absent"],
    ["it is as it should be", "reuse exists", { there: asItIs }],
    ["it is a worker", "leaveOut noLoadBalancer", { config: worker }],
    [
      "its path is another, which both versions answer",
      "update settingsDiffer healthCheck",
      { there: (s) => Object.assign(s.targetGroup?.healthCheck ?? {}, { path: "/old" }) },
    ],
    [
      "its drain is another",
      "update settingsDiffer targetGroupAttribute",
      { there: (s) => (s.targetGroupAttributes = {}) },
    ],
    [
      "what runs does not answer the new path",
      "replace pathNotAnswered newTargetGroup",
      { there: (s) => Object.assign(s, { answersHealthPath: false }) },
    ],
    [
      "somebody else has one of that name",
      "refuse NameTaken",
      { there: (s) => Object.assign(s.targetGroups[0] ?? {}, foreign) },
    ],
    ["it is in another VPC", "refuse OtherVpc", { there: (s) => Object.assign(s.targetGroup ?? {}, { vpc: "vpc-2" }) }],
  ],
  targetGroupArn: [
    ["there is a load balancer", "run serviceNamesIt"],
    ["it is a worker", "leaveOut noLoadBalancer", { config: worker }],
  ],
  loadBalancerGroup: balancerGroupCases,
  taskGroup: [
    ["there is none", "create absent"],
    ["it is there", "reuse exists", { there: asItIs }],
    ["slipway.json names one", "adopt groupsStated", { config: { network: { securityGroups: ["sg-1"] } } }],
    ["the service is another's", "adopt groupsOfService", { there: (s) => Object.assign(s.service ?? {}, foreign) }],
  ],
  taskRule: [
    ["there is none", "create portFromLoadBalancer"],
    ["it is there", "reuse ruleThere", { there: asItIs }],
    ["the port is another", "create portFromLoadBalancer", { config: { port: 9090 }, before: {}, there: asItIs }],
    ["it is a worker", "leaveOut noPort", { config: worker }],
    ["the groups are another's", "leaveOut groupsNotOurs", { config: { network: { securityGroups: ["sg-1"] } } }],
    ...openTaskCases,
  ],
  loadBalancer: [
    ...balancerSettingCases,
    ["there is none", "create absent"],
    ["it is ours", "reuse exists", { there: asItIs }],
    [
      "it is in another VPC",
      "refuse OtherVpc",
      { there: (s) => Object.assign(s.loadBalancer ?? {}, { vpc: "vpc-2" }) },
    ],
  ],
  listener: [
    ...secureListenerCases,
    ["nothing listens", "create nothingListens"],
    ["it sends here", "reuse sendsHere", { there: asItIs }],
    [
      "two versions are to run in two groups",
      "update bothVersionsRun forwardToNewTargetGroup",
      { there: (s) => Object.assign(s, { answersHealthPath: false }) },
    ],
    [
      "it serves something else",
      "refuse ListenerInUse",
      { there: (s) => Object.assign(s.listener ?? {}, { forwards: [{ arn: "arn:other", weight: 1 }] }) },
    ],
    [
      "it serves something else and a path is stated",
      "create ruleFor rulePlace",
      {
        config: { loadBalancer: { pathPattern: "/quay/*" } },
        there: (s) => Object.assign(s.listener ?? {}, { forwards: [{ arn: "arn:other", weight: 1 }] }),
      },
    ],
  ],
  certificate: certificateCases,
  certificateIssued: issuedCases,
  domain: domainCases,
  redirect: redirectCases,
  loadBalancerActive: [
    ["it is new", "run provisioningTakesMinutes"],
    ["it is active", "reuse loadBalancerActive", { there: asItIs }],
  ],
  release: [
    ["none is stated", "leaveOut releaseNotStated"],
    ["the first revision", "run releaseRuns releaseCommand", { config: migrates }],
    ["what runs is as it was", "leaveOut runsThisAlready", { config: migrates, before: migrates, there: asItIs }],
    [
      "the source is another",
      "run releaseRuns releaseCommand",
      { config: migrates, before: migrates, there: (s) => (s.image = undefined) },
    ],
    // A command alone makes no revision: it runs with the next one.
    ["only the command is new", "leaveOut runsThisAlready", { config: migrates, before: {}, there: asItIs }],
    [
      "an environment has none",
      "leaveOut releaseNotStated",
      { config: { release: false }, there: (s) => (s.image = undefined) },
    ],
  ],
  service: [
    ...shiftServiceCases,
    ["there is none", "create absent"],
    [
      "the old one is going",
      "create draining",
      { there: (s) => Object.assign(s.service ?? {}, { status: "DRAINING" }) },
    ],
    ["it runs this already", "reuse runsThisAlready", { there: asItIs }],
    ["the source is another", "update exists newRevision", { there: (s) => (s.image = undefined) }],
    ["the port is another", "update exists newRevision traffic", { config: { port: 9090 }, before: {}, there: asItIs }],
    [
      "what runs does not answer the new path",
      "update exists trafficToNewTargetGroup",
      { there: (s) => Object.assign(s, { answersHealthPath: false }) },
    ],
    [
      "there is to be no load balancer",
      "update exists noLoadBalancer",
      { config: { loadBalancer: false }, before: {}, there: asItIs },
    ],
    [
      "other subnets are stated",
      "update exists network",
      { config: { network: { subnets: ["subnet-a"] } }, before: {}, there: asItIs },
    ],
    [
      "tasks are to have no public address",
      "update exists network",
      { config: { network: { assignPublicIp: false } }, before: {}, there: asItIs },
    ],
    [
      "another count is stated",
      "update exists desiredCount",
      { config: { desiredCount: 3 }, before: {}, there: asItIs },
    ],
    [
      "somebody scaled it and no count is stated",
      "reuse runsThisAlready",
      { there: (s) => Object.assign(s.service ?? {}, { desired: 5 }) },
    ],
    ["somebody else made it", "adopt runsThisAlready", { there: (s) => Object.assign(s.service ?? {}, foreign) }],
    [
      "somebody else made it and the source is another",
      "update existsMadeElsewhere newRevision",
      { there: (s) => Object.assign(s, { image: undefined, service: { ...s.service, ...foreign } }) },
    ],
  ],
  scaling: scalingCases,
  alarms: alarmCases,
  scheduleRole: scheduleRoleCases,
  schedules: scheduleCases,
  rollout: [
    ["nothing runs", "run firstTasksStart"],
    ["something runs", "run newTasksTakeOver", { there: asItIs }],
  ],
  settle: [
    ...shiftSettleCases,
    ...leftoverCases,
    ["nothing is left", "reuse nothingLeft", { there: asItIs }],
    ["it is the first time", "update afterRollout gracePeriod"],
    ["the port was another", "update afterRollout closePort", { config: { port: 9090 }, before: {}, there: asItIs }],
    [
      "two groups were used",
      "update afterRollout removeTargetGroup",
      { there: (s) => Object.assign(s, { answersHealthPath: false }) },
    ],
    [
      "the new path has to wait, since the listener is another's",
      "update afterRollout healthCheckPath",
      { there: (s) => Object.assign(s, { answersHealthPath: false, listener: { ...s.listener, ...foreign } }) },
    ],
    [
      "a run that was cut short left a group",
      "update afterRollout removeTargetGroup",
      {
        there: (s) =>
          (s.spareTargetGroup = {
            ...(s.targetGroup as NonNullable<typeof s.targetGroup>),
            arn: spareArn,
            name: "quay-b",
          }),
      },
    ],
    [
      "the version before read a secret that the new one does not",
      "update afterRollout narrowPolicy",
      { there: readsSecret },
    ],
    ["the service is another's", "leaveOut serviceNotOurs", { there: (s) => Object.assign(s.service ?? {}, foreign) }],
  ],
  live: [
    ["there is a load balancer", "run doneMeansAnswers"],
    ["it is a worker", "leaveOut noLoadBalancer", { config: worker }],
  ],
};

const told = ({ action, reason, changes = [] }: Decision): string =>
  [action, reason.code, ...changes.map(({ code }) => code)].join(" ");

describe("a step decides", () => {
  for (const step of steps) {
    for (const [when, decides, given = {}] of cases[step.id]) {
      it(`${step.id}, when ${when}: ${decides}`, () => {
        const input = inputOf(given.config, given.rebuild);
        const observed = given.there ? allThere(given.before ? inputOf(given.before) : input) : nothingThere();
        given.there?.(observed);
        try {
          const decision = step.decide(observed, input, planDefinition(input, observed));
          assert.equal(told(decision), decides);
          assert.deepEqual(decision.opens, given.opens);
        } catch (error) {
          if (!isSlipwayError(error)) throw error;
          assert.equal(`refuse ${error.code}`, decides);
        }
      });
    }
  }

  it("about every step", () => {
    const undecided = steps.map(({ id }) => id).filter((id) => cases[id].length === 0);
    assert.deepEqual(undecided, []);
  });

  it("where it is listed, if there are cases for it", () => {
    const listed = new Set<string>(steps.map(({ id }) => id));
    const left = Object.entries(cases).flatMap(([id, rows]) => (rows.length > 0 && !listed.has(id) ? [id] : []));
    assert.deepEqual(left, [], `steps/index.ts does not list ${left.join(", ")}, so none of these cases is run`);
  });
});
