/** Who may come in, and a load balancer's own settings: made as slipway.json says, changed with it, others' work kept. */
import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AuthorizeSecurityGroupIngressCommand, DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import {
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { tinyApplication } from "./support/apps";
import { resultOf } from "./support/cli";
import { applicationFolder, theEngine, World, writesOf } from "./support/world";

interface Planned {
  readonly items: { step: string; action: string; changes?: string[] }[];
  readonly problems: { code: string; severity: string; sentence: string }[];
  readonly warnings: string[];
}

const office = "203.0.113.0/24";
/** Where this machine comes from: with nobody let in from here each deployment would wait for an answer. */
const here = "127.0.0.0/8";
const cloudFront = "pl-3b927c52";

describe("who may come in", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("callers", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("gate", tinyApplication("callers"));
    await deploy();
  });
  after(async () => world?.stop());

  const state = (loadBalancer: object): void => {
    const file = path.join(folder, "slipway.json");
    const config = JSON.parse(readFileSync(file, "utf8")) as { applications: Record<string, Record<string, unknown>> };
    const [application] = Object.values(config.applications);
    assert.ok(application);
    application["loadBalancer"] = loadBalancer;
    writeFileSync(file, JSON.stringify(config, undefined, 2));
  };
  const deploy = (code = 0) => world.cliEndsWith(code, folder, ["deploy", "--yes"]);
  const plan = async (code = 0) => resultOf<Planned>(await world.cliEndsWith(code, folder, ["plan"]));
  const group = async () => {
    const Filters = [{ Name: "group-name", Values: ["gate-load-balancer"] }];
    return (await world.clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups?.[0];
  };
  const letIn = async () =>
    ((await group())?.IpPermissions ?? [])
      .flatMap(({ IpRanges = [], Ipv6Ranges = [], PrefixListIds = [] }) => [
        ...IpRanges.map(({ CidrIp }) => CidrIp),
        ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
        ...PrefixListIds.map(({ PrefixListId }) => PrefixListId),
      ])
      .sort();
  const balancer = async () =>
    (await world.clients.elb.send(new DescribeLoadBalancersCommand({ Names: ["gate"] }))).LoadBalancers?.[0]
      ?.LoadBalancerArn;
  const attributes = async () => {
    const found = await world.clients.elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: await balancer() }),
    );
    return Object.fromEntries((found.Attributes ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  };

  it("is whom slipway.json names: who was let in before is no longer", async () => {
    assert.deepEqual(await letIn(), ["0.0.0.0/0", "::/0"]);
    state({ allowFrom: [office, here] });
    const planned = (await plan()).items.find(({ step }) => step === "loadBalancerGroup");
    assert.equal(planned?.action, "update");
    assert.match(
      planned.changes?.join() ?? "",
      /let 203\.0\.113\.0\/24 in on port 80,.*no longer let 0\.0\.0\.0\/0 in/,
    );
    await deploy();
    assert.deepEqual(await letIn(), [here, office]);
    assert.deepEqual(writesOf(await world.callsDuring(() => deploy())), []);
  });

  it("is also whom somebody else let in, which is said and stays", async () => {
    const theirs = "192.0.2.0/24";
    await world.clients.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: (await group())?.GroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: theirs }] }],
      }),
    );
    assert.match((await plan()).warnings.join("\n"), /192\.0\.2\.0\/24 may come in on port 80 too/);
    state({ allowFrom: ["198.51.100.0/24", here] });
    await deploy();
    assert.deepEqual(await letIn(), [here, theirs, "198.51.100.0/24"]);
  });

  it("is CloudFront by its name, as far as the group has room for its list", async () => {
    state({ allowFrom: ["cloudfront", here] });
    await deploy();
    assert.deepEqual(await letIn(), [here, "192.0.2.0/24", cloudFront]);
    await world.control("POST", "quotas", { "L-0EA8095F": 50 });
    state({ allowFrom: ["cloudfront", office, here] });
    const full = await plan(1);
    assert.deepEqual(
      full.problems.map(({ code }) => code),
      ["SecurityGroupFull"],
    );
    assert.match(full.problems[0]?.sentence ?? "", /58 rules, and may have 50/);
    await world.control("POST", "quotas", { "L-0EA8095F": 60 });
    state({ allowFrom: ["pl-0123456789abcdef0"] });
    assert.deepEqual(
      (await plan(1)).problems.map(({ code }) => code),
      ["PrefixListMissing"],
    );
  });

  it("is not guessed where the lists may not be read", async () => {
    const denied = {
      code: "UnauthorizedOperation",
      message: "You are not authorized to perform this operation.",
      status: 403,
    };
    await world.fault({ kind: "fail-before", operation: "DescribeManagedPrefixLists", count: 100, error: denied });
    state({ allowFrom: ["cloudfront"] });
    assert.deepEqual(
      (await plan(1)).problems.map(({ code, severity }) => [code, severity]),
      [["PrefixListsNotReadable", "stop"]],
    );
    state({ allowFrom: [cloudFront, here] });
    assert.deepEqual(
      (await plan()).problems.map(({ code, severity }) => [code, severity]),
      [["PrefixListsNotReadable", "warn"]],
    );
    assert.deepEqual(writesOf(await world.callsDuring(() => deploy())), []);
    await world.clearFaults();
    assert.deepEqual(await letIn(), [here, "192.0.2.0/24", cloudFront]);
  });

  it("comes by a load balancer with the settings that are stated; what somebody else set stays", async () => {
    const arn = await balancer();
    await world.clients.elb.send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn,
        Attributes: [{ Key: "client_keep_alive.seconds", Value: "600" }],
      }),
    );
    state({
      allowFrom: [cloudFront, here],
      idleTimeoutSeconds: 120,
      accessLogs: { bucket: "gate-logs", prefix: "web" },
    });
    const refused = await world.cliEndsWith(1, folder, ["deploy", "--yes"]);
    assert.match(refused.lines.join("\n"), /"AccessLogsRefused"/);
    await world.control("POST", "buckets", { names: ["gate-logs"] });
    await deploy();
    const now = await attributes();
    assert.deepEqual(
      [
        now["idle_timeout.timeout_seconds"],
        now["access_logs.s3.enabled"],
        now["access_logs.s3.bucket"],
        now["access_logs.s3.prefix"],
        now["client_keep_alive.seconds"],
      ],
      ["120", "true", "gate-logs", "web", "600"],
    );
    assert.deepEqual(writesOf(await world.callsDuring(() => deploy())), []);
    state({ allowFrom: [cloudFront, here], accessLogs: false });
    await deploy();
    const after = await attributes();
    assert.deepEqual([after["idle_timeout.timeout_seconds"], after["access_logs.s3.enabled"]], ["120", "false"]);
  });

  it("ends in time where nobody gets in from here, and says why the URL was not seen to answer", async () => {
    state({ allowFrom: ["198.51.100.0/24"] });
    const from = Date.now();
    const done = await world.cliEndsWith(0, folder, ["deploy", "--yes", "--format", "text"]);
    assert.ok(Date.now() - from < 45_000);
    assert.match(done.lines.join("\n"), /does not answer from here[^]*Not everybody may come in/);
  });

  it("goes with the application", async () => {
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.equal(await group(), undefined);
  });
});
