/** HTTPS at a load balancer that others made: a rule at its listener, or a listener of one's own beside theirs. */
import { strict as assert } from "node:assert";
import { ListCertificatesCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { defaultVpc } from "./support/foreign";
import { applicationFolder, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

const zoneName = "harbour.localhost";
const domain = `shop.${zoneName}`;

describe("HTTPS at another's load balancer", function () {
  this.timeout(120_000);
  let world: World;
  let balancer: string;
  let dnsName: string;
  let zone: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("https-shared", ["--tasks", "simulated", "--consistency", "strong"]);
    const { ec2, elb, route53 } = world.clients;
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const { GroupId = "" } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: "shared", Description: "shared", VpcId: await defaultVpc(world) }),
    );
    const open = [443].map((port) => ({
      IpProtocol: "tcp",
      FromPort: port,
      ToPort: port,
      IpRanges: [{ CidrIp: "0.0.0.0/0" }],
    }));
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: open }));
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({
        Name: "shared",
        Subnets: Subnets.slice(0, 2).map(({ SubnetId = "" }) => SubnetId),
        SecurityGroups: [GroupId],
      }),
    );
    balancer = LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    dnsName = LoadBalancers?.[0]?.DNSName ?? "";
    const made = await route53.send(new CreateHostedZoneCommand({ Name: zoneName, CallerReference: "shared" }));
    zone = made.HostedZone?.Id ?? "";
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: {
          Changes: [
            {
              Action: "CREATE",
              ResourceRecordSet: { Name: domain, Type: "CNAME", TTL: 60, ResourceRecords: [{ Value: dnsName }] },
            },
          ],
        },
      }),
    );
  });
  after(async () => world?.stop());

  const folderWith = (loadBalancer: object): string =>
    applicationFolder("quay", {
      ...tinyApplication("https-shared"),
      "slipway.json": JSON.stringify({
        applications: {
          quay: {
            dockerfile: "Dockerfile",
            deregistrationDelaySeconds: 1,
            loadBalancer: { name: "shared", ...loadBalancer },
          },
        },
      }),
    });
  const state = (folder: string, loadBalancer: object): void => {
    const config = JSON.parse(readIn(folder, "slipway.json")) as { applications: { quay: object } };
    Object.assign(config.applications.quay, { loadBalancer: { name: "shared", ...loadBalancer } });
    writeIn(folder, "slipway.json", JSON.stringify(config));
  };
  const certificateFor = async (name: string): Promise<string> => {
    const { CertificateArn: arn = "" } = await world.clients.acm.send(
      new RequestCertificateCommand({ DomainName: name, ValidationMethod: "DNS" }),
    );
    await world.control("POST", "certificates", { arn, status: "ISSUED" });
    return arn;
  };
  const ports = async (): Promise<string[]> => {
    const { Listeners = [] } = await world.clients.elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer }),
    );
    return Listeners.map(({ Protocol, Port }) => `${Protocol ?? ""} ${Port ?? 0}`).sort();
  };
  const records = async (): Promise<string[]> =>
    (
      (await world.clients.route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone })))
        .ResourceRecordSets ?? []
    ).flatMap(({ Type, Name }) => (Type === "NS" || Type === "SOA" ? [] : [`${Type ?? ""} ${Name ?? ""}`]));

  it("holds the certificates of its HTTPS listener against the host of the rule, before the first write", async () => {
    const { elb } = world.clients;
    const { Listeners } = await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: balancer,
        Protocol: "HTTPS",
        Port: 443,
        Certificates: [{ CertificateArn: await certificateFor(`*.${zoneName}`) }],
        DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
      }),
    );
    const other = folderWith({ listenerPort: 443, hostHeader: "shop.elsewhere.localhost" });
    const calls = await world.callsDuring(async () => {
      const refused = await world.cliEndsWith(1, other, ["deploy", "--yes"]);
      assert.equal(resultOf(refused).error?.code, "CertificateOfOtherHost", accountOf(refused));
    });
    assert.deepEqual(writesOf(calls), []);
    const folder = folderWith({ listenerPort: 443, hostHeader: domain });
    const done = resultOf(await world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    assert.deepEqual(
      [done.outcome, new URL(done.url ?? "").protocol, new URL(done.url ?? "").hostname],
      ["done", "https:", domain],
    );
    await world.cliEndsWith(0, folder, ["verify"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await ports(), ["HTTPS 443"]);
    await elb.send(new DeleteListenerCommand({ ListenerArn: Listeners?.[0]?.ListenerArn }));
  });

  it("gets a listener of its own beside theirs, and takes away just that", async () => {
    const mine = await certificateFor(`*.${zoneName}`);
    const before = await records();
    const folder = folderWith({ domain, certificate: "request" });
    const done = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal(resultOf(done).outcome, "done", accountOf(done));
    assert.deepEqual(await ports(), ["HTTP 80", "HTTPS 443"]);
    state(folder, { domain, certificate: mine });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await ports(), []);
    assert.deepEqual(await records(), before);
    const { CertificateSummaryList = [] } = await world.clients.acm.send(new ListCertificatesCommand({}));
    assert.deepEqual(
      CertificateSummaryList.map(({ DomainName }) => DomainName),
      [`*.${zoneName}`, `*.${zoneName}`],
    );
  });
});
