import assert from "node:assert/strict";
import http from "node:http";
import { RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  DeregisterTargetsCommand,
  ModifyTargetGroupAttributesCommand,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { clients, get, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { control, endpoint, TARGET, until, type Endpoint } from "./support/sandbox";

describe("the load balancer's data plane", function () {
  this.timeout(30_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
    c = clients(e);
    s = await stage(c, "plane");
    await service(c, s, await revision(c, s), { desiredCount: 2 });
    await steady(c, s);
  });

  it("serves under the load balancer's own name and keeps a client's connection", async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = 0; i < 20; i++) assert.equal((await get(e, s.dnsName, `/${i}`, agent)).status, 200);
    assert.equal(Object.values(agent.freeSockets).flat().length, 1);
    agent.destroy();
  });

  it("follows its rules: fixed responses and redirects before the default action", async () => {
    const listener = (await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn })))
      .Listeners?.[0]?.ListenerArn;
    await c.elb.send(
      new CreateRuleCommand({
        ListenerArn: listener,
        Priority: 10,
        Conditions: [{ Field: "path-pattern", Values: ["/teapot*"] }],
        Actions: [
          {
            Type: "fixed-response",
            FixedResponseConfig: { StatusCode: "418", MessageBody: "short", ContentType: "text/plain" },
          },
        ],
      }),
    );
    await c.elb.send(
      new CreateRuleCommand({
        ListenerArn: listener,
        Priority: 20,
        Conditions: [{ Field: "path-pattern", Values: ["/old"] }],
        Actions: [{ Type: "redirect", RedirectConfig: { StatusCode: "HTTP_302", Path: "/new" } }],
      }),
    );
    const fixed = await get(e, s.dnsName, "/teapot/1");
    assert.deepEqual([fixed.status, fixed.body], [418, "short"]);
    const moved = await get(e, s.dnsName, "/old?x=1");
    assert.equal(moved.status, 302);
    assert.equal(moved.headers.location, `http://${s.dnsName}:80/new?x=1`);
    await assert.rejects(
      c.elb.send(
        new CreateRuleCommand({
          ListenerArn: listener,
          Priority: 20,
          Conditions: [{ Field: "path-pattern", Values: ["/x"] }],
          Actions: [{ Type: "forward", TargetGroupArn: s.targetGroupArn }],
        }),
      ),
      { name: "PriorityInUseException" },
    );
  });

  it("matches regular expressions, escaped wildcards and sources, and takes blocks of IPv6", async () => {
    const listener = (await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn })))
      .Listeners?.[0]?.ListenerArn;
    const answer = (Priority: number, StatusCode: string, ...Conditions: RuleCondition[]) =>
      c.elb.send(
        new CreateRuleCommand({
          ListenerArn: listener,
          Priority,
          Conditions,
          Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode } }],
        }),
      );
    await answer(30, "410", { Field: "path-pattern", PathPatternConfig: { RegexValues: ["^/api/v[0-9]+/"] } });
    await answer(31, "411", { Field: "query-string", QueryStringConfig: { Values: [{ Key: "q", Value: "a\\*" }] } });
    await answer(
      32,
      "412",
      { Field: "path-pattern", Values: ["/from"] },
      { Field: "source-ip", SourceIpConfig: { Values: ["2001:db8::/32", "127.0.0.0/8"] } },
    );
    const status = async (place: string) => (await get(e, s.dnsName, place)).status;
    assert.deepEqual(
      [await status("/api/v2/x"), await status("/api/vx/"), await status("/?q=A*"), await status("/?q=ab")],
      [410, 200, 411, 200],
    );
    assert.equal(await status("/from"), 412);
    await assert.rejects(answer(33, "413", { Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.1"] } }), {
      name: "ValidationError",
    });
  });

  it("takes a hundred rules, and no more", async () => {
    await control(e, "POST", "rates", { on: false });
    const { Listeners } = await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn }));
    const ListenerArn = Listeners?.[0]?.ListenerArn;
    const rule = (Priority: number) =>
      c.elb.send(
        new CreateRuleCommand({
          ListenerArn,
          Priority,
          Conditions: [{ Field: "path-pattern", Values: [`/many/${Priority}`] }],
          Actions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200" } }],
        }),
      );
    const { Rules = [] } = await c.elb.send(new DescribeRulesCommand({ ListenerArn }));
    const made: string[] = [];
    for (let priority = 1000; made.length < 101 - Rules.length; priority++)
      made.push((await rule(priority)).Rules?.[0]?.RuleArn ?? "");
    await assert.rejects(rule(2000), { name: /^TooManyRules/ });
    for (const RuleArn of made) await c.elb.send(new DeleteRuleCommand({ RuleArn }));
    await control(e, "POST", "rates", { on: true });
  });

  it("does not answer for a name that no load balancer has", async () => {
    await assert.rejects(get(e, "nobody-1.us-east-1.elb.localhost"));
  });

  it("drains a target that is deregistered, loses no request meanwhile, and then forgets it", async () => {
    const before = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: s.targetGroupArn }));
    const leaving = before.TargetHealthDescriptions?.[0]?.Target;
    assert.ok(leaving?.Id);
    // Long enough to be seen draining also where several things run on the same cores.
    await c.elb.send(
      new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: s.targetGroupArn,
        Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "4" }],
      }),
    );
    await c.elb.send(
      new DeregisterTargetsCommand({
        TargetGroupArn: s.targetGroupArn,
        Targets: [{ Id: leaving.Id, Port: leaving.Port }],
      }),
    );
    await until("draining", async () => {
      assert.equal((await get(e, s.dnsName)).status, 200);
      const now = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: s.targetGroupArn }));
      return now.TargetHealthDescriptions?.some((t) => t.TargetHealth?.Reason === "Target.DeregistrationInProgress");
    });
    await until("gone", async () => {
      assert.equal((await get(e, s.dnsName)).status, 200);
      const now = await c.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: s.targetGroupArn }));
      return now.TargetHealthDescriptions?.length === 1;
    });
  });

  it("is silent to clients when its group is closed", async () => {
    await c.ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: s.balancerGroup,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    const silent = await Promise.race([
      get(e, s.dnsName).then(() => "answered"),
      new Promise((resolve) => setTimeout(resolve, 700, "silent")),
    ]);
    assert.equal(silent, "silent");
  });
});
