/** How slipway.json states a strategy, which target group is live, and how long a release may take. */
import assert from "node:assert/strict";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import type { Releases } from "../../src/core/app/releases";
import type { ApplicationConfig } from "../../src/core/app/schema";
import { isSlipwayError } from "../../src/core/base/errors";
import { alarmSettings, wantedAlarms } from "../../src/core/deploy/alarms";
import { onePort } from "../../src/core/deploy/preflight/controller";
import { carryStrategy, configurationWith } from "../../src/core/deploy/shifting";
import { changeText } from "../../src/core/render/decisions";
import { followTraffic, groupsOfService, liveGroup } from "../../src/core/service/snapshot/trafficGroups";
import { allThere, inputOf } from "./deploy/observed";

const of = (config: ApplicationConfig, environment?: string) =>
  resolveApplication({ applications: { web: { port: 80, ...config } } }, "web", environment);

const complaint = (config: object, environment?: string): string => {
  try {
    const parsed = parseConfig(JSON.stringify({ applications: { web: { port: 80, ...config } } }));
    resolveApplication(parsed, "web", environment);
  } catch (error) {
    if (isSlipwayError(error)) return [error.summary, ...error.evidence].join("\n");
  }
  return "";
};

describe("releases in slipway.json", () => {
  it("have defaults for each strategy, and none of another's", () => {
    assert.equal(of({}).releases, undefined);
    assert.deepEqual(of({ releases: { strategy: "rolling" } }).releases, { strategy: "rolling", bakeMinutes: 0 });
    assert.deepEqual(of({ releases: { strategy: "blueGreen" } }).releases, { strategy: "blueGreen", bakeMinutes: 5 });
    assert.deepEqual(of({ releases: { strategy: "linear", bakeMinutes: 0 } }).releases, {
      strategy: "linear",
      bakeMinutes: 0,
      stepPercent: 20,
      stepMinutes: 3,
    });
    assert.deepEqual(of({ releases: { strategy: "canary", pauseBefore: "end" } }).releases, {
      strategy: "canary",
      bakeMinutes: 5,
      canaryPercent: 10,
      canaryMinutes: 5,
      pause: { before: "end", minutes: 1440 },
    });
  });

  it("are an environment's own where it states another strategy, and merged where it states the same", () => {
    const config: ApplicationConfig = {
      releases: { strategy: "canary", canaryPercent: 5 },
      environments: {
        test: { releases: { strategy: "rolling" } },
        prod: { releases: { strategy: "canary", canaryMinutes: 30 } },
      },
    };
    assert.deepEqual(of(config, "test").releases, { strategy: "rolling", bakeMinutes: 0 });
    const { canaryPercent, canaryMinutes } = of(config, "prod").releases ?? {};
    assert.deepEqual([canaryPercent, canaryMinutes], [5, 30]);
  });

  it("are refused where the values do not fit, with the member", () => {
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ releases: {} }, /releases\.strategy|strategy/],
      [{ releases: { strategy: "abrupt" } }, /releases\.strategy/],
      [{ releases: { strategy: "linear", stepPercent: 2 } }, /releases\.stepPercent/],
      [{ releases: { strategy: "linear", stepPercent: 33.33 } }, /stepPercent is a multiple of 0\.1/],
      [{ releases: { strategy: "canary", canaryPercent: 0 } }, /releases\.canaryPercent/],
      [
        { releases: { strategy: "canary", stepPercent: 10 } },
        /stepPercent is for linear, and releases\.strategy is canary/,
      ],
      [{ releases: { strategy: "rolling", bakeMinutes: 5 } }, /bakeMinutes is for blueGreen, linear, canary/],
      [{ releases: { strategy: "blueGreen", bakeMinutes: 1441 } }, /releases\.bakeMinutes/],
      [{ releases: { strategy: "blueGreen", pauseMinutes: 5 } }, /pauseMinutes needs releases\.pauseBefore/],
      [{ releases: { strategy: "blueGreen", pauseBefore: "lunch" } }, /releases\.pauseBefore/],
      [{ releases: { strategy: "blueGreen", pauseBefore: "end", pauseMinutes: 20_161 } }, /releases\.pauseMinutes/],
      [{ releases: { strategy: "canary" }, loadBalancer: false }, /canary needs a load balancer/],
      [
        { releases: { strategy: "canary" }, scaling: { minimum: 1, maximum: 2, requestsPerTarget: 9 } },
        /requestsPerTarget counts the requests of one target group/,
      ],
    ];
    for (const [config, words] of wrong) assert.match(complaint(config), words, JSON.stringify(config));
    assert.match(
      complaint({ environments: { prod: { releases: { strategy: "linear", stepPercent: 1 } } } }),
      /stepPercent/,
    );
  });

  it("are in words what they do", () => {
    const text = (releases: Releases) => changeText({ code: "strategy", ...releases });
    assert.equal(text({ strategy: "rolling", bakeMinutes: 0 }), "rolling: new tasks replace the old ones");
    assert.equal(
      text({ strategy: "canary", canaryPercent: 10, canaryMinutes: 5, bakeMinutes: 5 }),
      "canary: 10 % of the traffic for 5 min, then all; the old version stays 5 min longer",
    );
    assert.match(
      text({
        strategy: "linear",
        stepPercent: 20,
        stepMinutes: 3,
        bakeMinutes: 0,
        pause: { before: "traffic", minutes: 60 },
      }),
      /^linear: 20 % of the traffic every 3 min; waits for slipway continue before it gets traffic, 60 min at most$/,
    );
  });
});

describe("a strategy in what ECS is told", () => {
  const hook = { hookTargetArn: "arn:aws:lambda:us-east-1:1:function:check", lifecycleStages: ["POST_SCALE_UP"] };

  it("keeps thresholds, alarms and another tool's functions, and replaces the rest", () => {
    const now = {
      maximumPercent: 150,
      alarms: { alarmNames: ["a"], enable: true, rollback: true },
      strategy: "CANARY",
      canaryConfiguration: { canaryPercent: 5 },
      lifecycleHooks: [hook, { targetType: "PAUSE", lifecycleStages: ["PRE_SCALE_UP"] }],
    };
    assert.deepEqual(configurationWith(now, { strategy: "blueGreen", bakeMinutes: 1 }), {
      maximumPercent: 150,
      alarms: now.alarms,
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: 1,
      lifecycleHooks: [hook],
    });
    assert.deepEqual(configurationWith(now, { strategy: "rolling", bakeMinutes: 0 }), {
      maximumPercent: 150,
      alarms: now.alarms,
      strategy: "ROLLING",
    });
  });

  it("is none where a rolling deployment stays one: what another tool gave it stays as well", () => {
    const now = {
      strategy: "ROLLING",
      bakeTimeInMinutes: 3,
      earlySuccessCriteria: { enable: true, healthyPercent: 100 },
    };
    assert.equal(configurationWith(now, { strategy: "rolling", bakeMinutes: 0 }), now);
    assert.deepEqual(configurationWith(now, { strategy: "blueGreen", bakeMinutes: 1 }), {
      strategy: "BLUE_GREEN",
      bakeTimeInMinutes: 1,
    });
  });

  it("goes along with each update that starts a deployment, unless the update says otherwise", () => {
    const { service } = allThere(inputOf());
    const shifting = {
      ...(service as NonNullable<typeof service>),
      strategy: { name: "CANARY", bakeMinutes: 0, hooks: 0, stepMinutes: 0 },
      deploymentConfiguration: { strategy: "CANARY" },
    };
    assert.deepEqual(carryStrategy(service, { taskDefinition: "a" }), { taskDefinition: "a" });
    assert.deepEqual(carryStrategy(shifting, {}), {});
    assert.deepEqual(carryStrategy(shifting, { taskDefinition: "a" }), {
      taskDefinition: "a",
      loadBalancers: shifting.loadBalancers,
      deploymentConfiguration: { strategy: "CANARY" },
    });
    assert.deepEqual(carryStrategy(shifting, { loadBalancers: [] }).loadBalancers, []);
  });
});

describe("a strategy beside a second port", () => {
  it("is refused while both send to the application, and not where one redirects or is another's", () => {
    const input = inputOf({ releases: { strategy: "canary" } });
    const found = (more: object) => {
      const state = allThere(input);
      const other = { ...(state.listener as NonNullable<typeof state.listener>), port: 8443, ...more };
      state.balancing = { ...state.balancing, listeners: [...state.balancing.listeners, other] };
      return onePort(state, input)?.code;
    };
    assert.equal(found({}), "ShiftsOnePort");
    assert.equal(found({ forwards: [] }), undefined);
    assert.equal(found({ tags: {} }), undefined);
    assert.equal(onePort(allThere(inputOf()), inputOf()), undefined);
  });
});

describe("alarms of an application whose traffic is moved", () => {
  it("watch the load balancer as a whole, and not one of two target groups", () => {
    const place = {
      targetGroupArn: "arn:a:b:c:d:targetgroup/t/1",
      loadBalancerArn: "x:loadbalancer/app/l/1",
      loadBalancerIsOurs: true,
    };
    const dimensions = (config: ApplicationConfig) => {
      const app = of({ alarms: true, ...config });
      return Object.fromEntries(
        wantedAlarms(app, true).map((each) => [each.id, Object.keys(alarmSettings(app, each, place).dimensions)]),
      );
    };
    assert.deepEqual(dimensions({})["errors"]?.sort(), ["LoadBalancer", "TargetGroup"]);
    const moved = dimensions({ releases: { strategy: "canary" } });
    assert.deepEqual(moved["errors"], ["LoadBalancer"]);
    assert.equal(moved["healthyTargets"], undefined);
    assert.deepEqual(
      wantedAlarms(of({ alarms: true, releases: { strategy: "canary" } }), false).map(({ id }) => id),
      ["cpu", "memory"],
    );
  });
});

describe("the target group that is live", () => {
  const balancer = {
    targetGroupArn: "blue",
    containerName: "web",
    containerPort: 80,
    rest: {
      advancedConfiguration: { alternateTargetGroupArn: "green", productionListenerRule: "rule", roleArn: "role" },
    },
  };
  const rules = (blue: number, green: number) => [
    {
      arn: "rule",
      forwards: [
        { arn: "blue", weight: blue },
        { arn: "green", weight: green },
      ],
    },
  ];
  const service = { ...(allThere(inputOf()).service as NonNullable<ReturnType<typeof allThere>["service"]>) };

  it("is the heavier of two, and the only one of one", () => {
    assert.equal(liveGroup(balancer, rules(100, 0)), "blue");
    assert.equal(liveGroup(balancer, rules(0, 100)), "green");
    assert.equal(liveGroup(balancer, rules(10, 90)), "green");
    assert.equal(liveGroup(balancer, [{ arn: "another", forwards: [] }]), undefined);
    assert.equal(liveGroup({ ...balancer, rest: {} }, rules(0, 100)), "blue");
    assert.equal(liveGroup(undefined, []), undefined);
    assert.deepEqual(groupsOfService({ loadBalancers: [balancer] }), ["blue", "green"]);
  });

  it("stands in for the service's own, beside the other one while that has targets", () => {
    const followed = (blue: number, green: number, used: string[]) =>
      followTraffic({ ...service, loadBalancers: [balancer] }, rules(blue, green), (arn) =>
        used.includes(arn),
      ).loadBalancers.map(({ targetGroupArn }) => targetGroupArn);
    assert.deepEqual(followed(0, 100, ["green"]), ["green"]);
    assert.deepEqual(followed(90, 10, ["blue", "green"]), ["blue", "green"]);
    const unread = followTraffic({ ...service, loadBalancers: [balancer] }, [], (arn) => arn === "green");
    assert.deepEqual(unread.loadBalancers[0]?.targetGroupArn, "green");
  });
});
