/** What an account holds, read as it is: routes, zones, denials, names and tags. */
import assert from "node:assert/strict";
import type { Route } from "@aws-sdk/client-ec2";
import type { Service as SdkService } from "@aws-sdk/client-ecs";
import { egressOf } from "../../src/aws/ec2";
import { blockedAccess } from "../../src/aws/publicAccess";
import { serviceFrom, taskFrom } from "../../src/aws/ecsShapes";
import { translate } from "../../src/aws/errors";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import { isSlipwayError } from "../../src/core/base/errors";
import { nameProblem } from "../../src/core/base/names";
import { isRegionalZone } from "../../src/core/base/zones";
import { ownershipTags } from "../../src/core/deploy/observedState";
import { capacity, controller, express, strategy } from "../../src/core/deploy/preflight/controller";
import { needsCutover } from "../../src/core/deploy/steps/targetGroupCutover";
import { plannedFrom } from "../../src/core/deploy/prepare";
import { allThere, inputOf } from "./deploy/observed";

const local: Route = { DestinationCidrBlock: "172.31.0.0/16", GatewayId: "local", State: "active" };
const to = (cidr: string, more: Route): Route => ({ DestinationCidrBlock: cidr, State: "active", ...more });

describe("where a subnet's routes lead", () => {
  const cases: readonly [string, Route[], string][] = [
    ["nowhere", [local], "none"],
    ["an internet gateway", [local, to("0.0.0.0/0", { GatewayId: "igw-1" })], "internet"],
    [
      "two halves to one",
      [to("0.0.0.0/1", { GatewayId: "igw-1" }), to("128.0.0.0/1", { GatewayId: "igw-1" })],
      "internet",
    ],
    ["a NAT gateway", [to("0.0.0.0/0", { NatGatewayId: "nat-1" })], "nat"],
    [
      "a regional NAT gateway by halves",
      [to("0.0.0.0/1", { NatGatewayId: "nat-1" }), to("128.0.0.0/1", { NatGatewayId: "nat-1" })],
      "nat",
    ],
    ["a blackhole", [to("0.0.0.0/0", { NatGatewayId: "nat-1", State: "blackhole" })], "none"],
    ["a transit gateway", [to("0.0.0.0/0", { TransitGatewayId: "tgw-1" })], "unknown"],
    ["a NAT instance", [to("0.0.0.0/0", { InstanceId: "i-1", NetworkInterfaceId: "eni-1" })], "unknown"],
    ["half of the addresses", [to("0.0.0.0/1", { GatewayId: "igw-1" })], "unknown"],
    ["a prefix list", [{ DestinationPrefixListId: "pl-1", TransitGatewayId: "tgw-1", State: "active" }], "unknown"],
    [
      "a gateway endpoint alone",
      [local, { DestinationPrefixListId: "pl-s3", GatewayId: "vpce-1", State: "active" }],
      "none",
    ],
    ["another VPC", [to("10.0.0.0/8", { VpcPeeringConnectionId: "pcx-1" })], "none"],
    [
      "IPv6 alone",
      [{ DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId: "eigw-1", State: "active" }],
      "none",
    ],
  ];
  for (const [name, Routes, wanted] of cases)
    it(`${name}: ${wanted}`, () => assert.equal(egressOf({ Routes }), wanted));
});

describe("VPC Block Public Access", () => {
  const arn = (end: string) => `arn:aws:ec2:us-east-1:000000000000:${end}`;
  const exclusion = (end: string, InternetGatewayExclusionMode: "allow-bidirectional" | "allow-egress") =>
    ({ ResourceArn: arn(end), InternetGatewayExclusionMode, State: "create-complete" }) as const;
  const place = { id: "subnet-1", vpc: "vpc-1", egress: "internet" } as const;
  const inside = { ...place, egress: "nat" } as const;

  it("keeps the internet out, and in both directions what goes by an internet gateway", () => {
    assert.deepEqual(blockedAccess("block-bidirectional", [], place), { in: true, out: "yes" });
    assert.deepEqual(blockedAccess("block-bidirectional", [], inside), { in: true, out: "yes" });
    assert.deepEqual(blockedAccess("block-ingress", [], place), { in: true, out: "yes" });
    assert.deepEqual(blockedAccess("block-ingress", [], inside), { in: true, out: "no" });
  });

  it("leaves out what is excluded, the subnet or its VPC, once that is in force", () => {
    for (const end of ["subnet/subnet-1", "vpc/vpc-1"]) {
      assert.equal(blockedAccess("block-bidirectional", [exclusion(end, "allow-bidirectional")], place), undefined);
      assert.deepEqual(blockedAccess("block-ingress", [exclusion(end, "allow-egress")], place), {
        in: true,
        out: "no",
      });
    }
    const coming = { ...exclusion("vpc/vpc-1", "allow-bidirectional"), State: "create-in-progress" } as const;
    assert.deepEqual(blockedAccess("block-bidirectional", [coming], place), { in: true, out: "yes" });
    const other = exclusion("subnet/subnet-12", "allow-bidirectional");
    assert.deepEqual(blockedAccess("block-bidirectional", [other], place), { in: true, out: "yes" });
    // The NAT gateway's own subnet may be the one that is left out.
    assert.deepEqual(blockedAccess("block-bidirectional", [other], inside), { in: true, out: "unknown" });
  });
});

describe("zones", () => {
  it("of the region itself are told from Local Zones and Wavelength", () => {
    for (const zone of ["us-east-1a", "ap-southeast-2c", "us-gov-east-1b", "cn-north-1a", "eu-central-1f"])
      assert.ok(isRegionalZone(zone), zone);
    for (const zone of ["us-east-1-bos-1a", "us-west-2-lax-1b", "us-east-1-wl1-bos-wlz-1", "eu-central-1-ham-1a", ""])
      assert.ok(!isRegionalZone(zone), zone);
  });
});

describe("a denial", () => {
  const said = (message: string, name = "AccessDeniedException") => {
    const error = translate(Object.assign(new Error(message), { name }), "CreateCluster");
    assert.ok(isSlipwayError(error));
    return `${error.summary} ${error.remedy}`;
  };
  it("by something that no permission helps against is named", () => {
    const user = "User: arn:aws:iam::1:user/x is not authorized to perform: ecs:CreateCluster on resource: *";
    assert.match(
      said(`${user} with an explicit deny in a service control policy`),
      /service control policy.*No permission of yours/,
    );
    assert.match(said(`${user} with an explicit deny in a permissions boundary`), /permissions boundary/);
    assert.match(said(`${user} with an explicit deny in a session policy`), /session/);
    assert.match(said(`${user} with an explicit deny in an identity-based policy`), /denies it outright/);
    assert.match(
      said("The request is not compliant with tag policy: missing CostCenter", "TagPolicyException"),
      /tags` in slipway.json/,
    );
  });
  it("because nothing allows it asks for the permission", () => {
    const text = said(
      "User: x is not authorized to perform: ecs:CreateCluster because no identity-based policy allows it",
    );
    assert.match(text, /You may not .*Ask for this permission/);
  });
});

describe("names and tags", () => {
  const appOf = (name: string, more: object = {}) =>
    resolveApplication({ applications: { [name]: { port: 80, ...more } } }, name, undefined);
  it("are taken by AWS also where the application's begins as AWS's own do", () => {
    for (const name of ["sg-demo", "internal-tool", "quay"]) {
      const app = appOf(name);
      for (const group of Object.values(app.securityGroups))
        assert.equal(nameProblem("securityGroup", group), undefined);
      assert.equal(nameProblem("loadBalancer", app.loadBalancer?.name ?? ""), undefined);
    }
    assert.deepEqual(appOf("quay").securityGroups, { loadBalancer: "quay-load-balancer", tasks: "quay-tasks" });
  });
  it("of slipway.json are beside Slipway's own, and never in their place", () => {
    const { tags } = parseConfig('{"applications":{"quay":{"tags":{"CostCenter":"42"}}}}').applications["quay"] ?? {};
    assert.deepEqual(ownershipTags(appOf("quay", { tags })), {
      CostCenter: "42",
      "slipway:app": "quay",
      "slipway:environment": "default",
    });
    for (const bad of ['{"aws:x":"1"}', '{"slipway:id":"1"}', '{"":"1"}', '{"a":1}'])
      assert.throws(() => parseConfig(`{"applications":{"quay":{"tags":${bad}}}}`), /slipway.json cannot be used/);
  });
});

describe("a service that ECS does not deploy", () => {
  it("stops before anything is built", () => {
    const state = allThere(inputOf());
    assert.equal(controller(state), undefined);
    for (const type of ["CODE_DEPLOY", "EXTERNAL"]) {
      Object.assign(state.service ?? {}, { controller: type });
      assert.equal(controller(state)?.code, "OtherController");
    }
  });
});

describe("a service of another kind", () => {
  const of = (more: Partial<SdkService>) => serviceFrom({ serviceName: "shop", launchType: "FARGATE", ...more });
  const judged = (more: Partial<SdkService>) => {
    const state = allThere(inputOf());
    const { express: isExpress, otherCapacity, strategy: shifts } = of(more);
    Object.assign(state.service ?? {}, { express: isExpress, otherCapacity, strategy: shifts });
    return state;
  };
  const found = (more: Partial<SdkService>) => {
    const state = judged(more);
    return [express(state), capacity(state), strategy(state, inputOf())].map(
      (problem) => problem && [problem.code, problem.severity],
    );
  };

  it("is told: Express Mode and what does not run on Fargate stop, a strategy is waited for", () => {
    assert.deepEqual(found({}), [undefined, undefined, undefined]);
    assert.deepEqual(found({ resourceManagementType: "ECS" })[0], ["ExpressService", "stop"]);
    assert.deepEqual(found({ launchType: "EC2" })[1], ["NotFargate", "stop"]);
    const provider = {
      capacityProviderStrategy: [{ capacityProvider: "FARGATE" }, { capacityProvider: "big-machines" }],
    };
    assert.deepEqual(found(provider)[1], ["NotFargate", "stop"]);
    assert.equal(found({ capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] })[1], undefined);
    for (const name of ["BLUE_GREEN", "LINEAR", "CANARY"] as const)
      assert.deepEqual(found({ deploymentConfiguration: { strategy: name, bakeTimeInMinutes: 7 } })[2], [
        "ShiftsTraffic",
        "warn",
      ]);
    assert.equal(found({ deploymentConfiguration: { strategy: "ROLLING" } })[2], undefined);
  });

  it("is not judged by what AWS adds to its tasks", () => {
    const { containers } = taskFrom({
      containers: [
        { name: "aws-guardduty-agent-7Xk2", lastStatus: "STOPPED", exitCode: 1 },
        { name: "web", lastStatus: "RUNNING" },
      ],
    });
    assert.deepEqual(containers, [{ name: "web", lastStatus: "RUNNING" }]);
  });

  it("keeps what its strategy needs, and its traffic is left to ECS", () => {
    const advancedConfiguration = { alternateTargetGroupArn: "arn:tg/green", roleArn: "arn:role/ecs" };
    const { loadBalancers } = of({
      loadBalancers: [
        { targetGroupArn: "arn:tg/blue", containerName: "web", containerPort: 80, advancedConfiguration },
      ],
    });
    assert.deepEqual(loadBalancers[0]?.rest, { advancedConfiguration });
    const state = judged({ deploymentConfiguration: { strategy: "BLUE_GREEN" } });
    assert.equal(needsCutover({ ...state, answersHealthPath: false }, inputOf()), false);
  });
});

describe("a service that is scaled to zero", () => {
  it("is deployed without anybody asking its URL", () => {
    const input = inputOf({});
    const state = allThere(input);
    Object.assign(state.service ?? {}, { desired: 0, running: 0 });
    const { decisions } = plannedFrom(input, state);
    assert.deepEqual(decisions.get("live"), { action: "leaveOut", reason: { code: "scaledToZero" } });
  });
});
