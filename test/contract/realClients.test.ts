/** What clients that were not written here send and ask for. */
import assert from "node:assert/strict";
import { DeregisterTaskDefinitionCommand, DescribeServicesCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { clients, revision, service, stage, steady, type Clients } from "./support/network";
import { endpoint, RUN, TARGET, type Endpoint } from "./support/sandbox";
import { send } from "./support/wire";

describe("other clients", function () {
  this.timeout(60_000);
  let e: Endpoint;
  let c: Clients;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    c = clients(e);
  });
  const ok = async (serviceId: string, operation: string, input: object): Promise<string> => {
    const answer = await send(e, serviceId, operation, input as Readonly<Record<string, unknown>>);
    assert.equal(answer.status, 200, answer.text);
    return answer.text;
  };

  it("empty roles are none", async () => {
    const container = { name: "web", image: "web:1", memory: 64 };
    const text = await ok("ecs", "RegisterTaskDefinition", {
      family: `${RUN}-no-roles`,
      taskRoleArn: "",
      executionRoleArn: "",
      containerDefinitions: [container],
    });
    assert.doesNotMatch(text, /RoleArn/);
  });

  it("a token that an SDK fills in is taken by every operation", async () => {
    const vpc = /<vpcId>(vpc-[0-9a-f]+)</.exec(await ok("ec2", "DescribeVpcs", {}))?.[1];
    await ok("ec2", "CreateRouteTable", { VpcId: vpc, ClientToken: "0f8fad5b-d9cb-469f-a165-70867728950e" });
  });

  it("takes back what DescribeServices answered, beside lists that are empty, and starts nothing for it", async () => {
    const s = await stage(c, `${RUN}-back`);
    const definition = await revision(c, s);
    await service(c, s, definition);
    const before = await steady(c, s);
    const members =
      "desiredCount taskDefinition deploymentConfiguration networkConfiguration platformVersion deploymentController " +
      "availabilityZoneRebalancing healthCheckGracePeriodSeconds enableExecuteCommand enableECSManagedTags " +
      "loadBalancers propagateTags placementConstraints placementStrategy serviceRegistries";
    const same = Object.fromEntries(
      members.split(" ").map((name) => [name, (before as unknown as Record<string, unknown>)[name]]),
    );
    const extra = {
      volumeConfigurations: [],
      vpcLatticeConfigurations: [],
      serviceConnectConfiguration: { enabled: false },
    };
    await ok("ecs", "UpdateService", { cluster: s.name, service: s.name, ...same, ...extra });
    const read = async () =>
      (await c.ecs.send(new DescribeServicesCommand({ cluster: s.name, services: [s.name] }))).services?.[0];
    assert.deepEqual(
      (await read())?.deployments?.map((d) => d.id),
      before.deployments?.map((d) => d.id),
    );
    const asks = { cluster: s.name, service: s.name, volumeConfigurations: [{ name: "data" }] };
    assert.match((await send(e, "ecs", "UpdateService", asks)).text, /NotImplementedException.*volumeConfigurations/);

    await c.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: definition }));
    await c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, desiredCount: 2 }));
    const scaled = await steady(c, s);
    assert.equal(scaled.runningCount, 2);
    await assert.rejects(
      c.ecs.send(new UpdateServiceCommand({ cluster: s.name, service: s.name, taskDefinition: definition })),
      /TaskDefinition is inactive/,
    );
  });

  it("answers what scanners read", async () => {
    assert.match(await ok("ecr", "GetRegistryScanningConfiguration", {}), /"scanType":"BASIC"/);
    assert.match(await ok("elbv2", "DescribeSSLPolicies", {}), /<Name>ELBSecurityPolicy-TLS13-1-2-2021-06<.*TLSv1.3/s);
    const page = await ok("elbv2", "DescribeSSLPolicies", { PageSize: 2 });
    const Marker = /<NextMarker>([^<]+)</.exec(page)?.[1];
    assert.doesNotMatch(await ok("elbv2", "DescribeSSLPolicies", { Marker }), /ELBSecurityPolicy-2016-08/);
    assert.match((await send(e, "elbv2", "DescribeSSLPolicies", { Names: ["x"] })).text, /SSLPolicyNotFound/);
    const none = { ListenerArn: "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/x/1/1" };
    assert.match((await send(e, "elbv2", "DescribeListenerCertificates", none)).text, /ListenerNotFound/);
    const acls = await ok("ec2", "DescribeNetworkAcls", { Filters: [{ Name: "default", Values: ["true"] }] });
    assert.match(acls, /<networkAclId>acl-[0-9a-f]{17}<.*<ruleNumber>32767</s);
    assert.match(
      await ok("autoscaling", "DescribeScheduledActions", { ServiceNamespace: "ecs" }),
      /"ScheduledActions":\[\]/,
    );
  });
});
