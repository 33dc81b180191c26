/** HTTPS of an application: requested, proved, switched to under load, switched off, refused, removed. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import {
  ACMClient,
  AddTagsToCertificateCommand,
  ListCertificatesCommand,
  RequestCertificateCommand,
  type CertificateSummary,
} from "@aws-sdk/client-acm";
import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { DescribeListenersCommand, DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { pause } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf } from "./support/cli";
import { applicationFolder, isIn, readIn, theEngine, World, writeIn, writesOf } from "./support/world";

const zoneName = "harbour.localhost";
const domain = `shop.${zoneName}`;
const keyTypes = ["RSA_2048", "EC_prime256v1"] as const;

describe("HTTPS of an application", function () {
  this.timeout(180_000);
  let world: World;
  let acm: ACMClient;
  let route53: Route53Client;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("https", ["--tasks", "simulated", "--consistency", "strong"]);
    const { credentials, sandbox } = world;
    const options = { endpoint: sandbox.url, region: sandbox.env["AWS_REGION"] ?? "us-east-1", credentials };
    acm = new ACMClient(options);
    route53 = new Route53Client(options);
  });
  beforeEach(() => world.reset());
  after(async () => {
    acm?.destroy();
    route53?.destroy();
    await world?.stop();
  });

  let zones = 0;
  const makeZone = async (Name = zoneName): Promise<string> =>
    (await route53.send(new CreateHostedZoneCommand({ Name, CallerReference: `z${zones++}` }))).HostedZone?.Id ?? "";
  const recordsOf = async (zone: string): Promise<string[]> =>
    ((await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }))).ResourceRecordSets ?? [])
      .filter(({ Type }) => Type !== "NS" && Type !== "SOA")
      .map(({ Name, Type, AliasTarget }) =>
        `${Type ?? ""} ${(Name ?? "").replace(/^_[0-9a-f]+/, "_proof")}${AliasTarget ? " alias" : ""}`.trim(),
      )
      .sort();
  const certificates = async (): Promise<CertificateSummary[]> =>
    (await acm.send(new ListCertificatesCommand({ Includes: { keyTypes: [...keyTypes] } }))).CertificateSummaryList ??
    [];
  const request = async (name: string, status: string, more: object = {}): Promise<string> => {
    const { CertificateArn: arn = "" } = await acm.send(
      new RequestCertificateCommand({ DomainName: name, ValidationMethod: "DNS", KeyAlgorithm: "EC_prime256v1" }),
    );
    if (status !== "PENDING_VALIDATION") await world.control("POST", "certificates", { arn, status, ...more });
    return arn;
  };
  const folderWith = (loadBalancer: object | undefined): string => {
    const folder = applicationFolder("quay", tinyApplication("https"));
    state(folder, loadBalancer);
    return folder;
  };
  /** slipway.json with another way in; the id stays. */
  const state = (folder: string, loadBalancer: object | undefined): void => {
    const before = isIn(folder, "slipway.json")
      ? (JSON.parse(readIn(folder, "slipway.json")) as { applications: { quay: { id?: string } } })
      : { applications: { quay: {} } };
    const id = before.applications.quay.id;
    const quay = {
      ...(id === undefined ? {} : { id }),
      dockerfile: "Dockerfile",
      deregistrationDelaySeconds: 1,
      ...(loadBalancer ? { loadBalancer } : {}),
    };
    writeIn(folder, "slipway.json", JSON.stringify({ applications: { quay } }));
  };
  const listeners = async (): Promise<string[]> => {
    const [balancer] = (await world.clients.elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
    if (!balancer) return [];
    const found = await world.clients.elb.send(
      new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }),
    );
    return (found.Listeners ?? [])
      .map(({ Protocol, Port, DefaultActions, Certificates }) =>
        [Protocol, Port, DefaultActions?.[0]?.Type, Certificates?.length ?? 0].join(" "),
      )
      .sort();
  };
  const openPorts = async (): Promise<(number | undefined)[]> => {
    const { SecurityGroups = [] } = await world.clients.ec2.send(new DescribeSecurityGroupsCommand({}));
    const group = SecurityGroups.find(({ GroupName }) => GroupName === "quay-load-balancer");
    return [...new Set((group?.IpPermissions ?? []).map(({ FromPort }) => FromPort))].sort();
  };
  const sandboxPort = (): number => Number(new URL(world.sandbox.url).port);
  const ca = (): string => readFileSync(world.sandbox.env["SLIPWAY_SANDBOX_CA"] ?? "", "utf8");
  interface Reply {
    readonly status: number;
    readonly location?: string | undefined;
  }
  /** Asks the loopback address for a host, as its DNS would have it. */
  const ask = (url: string, agent: http.Agent | https.Agent | false = false): Promise<Reply> => {
    const { protocol, hostname, pathname } = new URL(url);
    const secure = protocol === "https:";
    const options = {
      host: "127.0.0.1",
      port: sandboxPort(),
      path: pathname,
      agent,
      headers: { host: hostname },
      ...(secure ? { servername: hostname, ca: ca() } : {}),
    };
    return new Promise((resolve, reject) => {
      (secure ? https : http)
        .get(options, (response) => {
          response
            .resume()
            .on("end", () => resolve({ status: response.statusCode ?? 0, location: response.headers.location }));
          response.on("error", reject);
        })
        .on("error", reject);
    });
  };
  const balancerName = async (): Promise<string> =>
    (await world.clients.elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.[0]?.DNSName ?? "";

  const requested = { certificate: "request", domain };

  it("is requested, proved in the zone and answered under its name; then nothing is left to do, and all of it is removed", async () => {
    const zone = await makeZone();
    const theirs = { Name: `mail.${zoneName}`, Type: "A" as const, TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: theirs }] },
      }),
    );
    const foreign = await request(`other.${zoneName}`, "ISSUED");
    const folder = folderWith(requested);
    const first = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    const result = resultOf(first);
    assert.equal(result.outcome, "done", accountOf(first));
    assert.equal(result.url, `https://${domain}:${sandboxPort()}/`);
    assert.equal((await ask(`https://${domain}/`)).status, 200);
    assert.deepEqual(await ask(`http://${domain}/a`), { status: 301, location: `https://${domain}:443/a` });
    assert.deepEqual(await ask(`http://${await balancerName()}/`), { status: 301, location: `https://${domain}:443/` });
    assert.deepEqual(await listeners(), ["HTTP 80 redirect 0", "HTTPS 443 forward 1"]);
    assert.deepEqual(await openPorts(), [443, 80]);
    assert.deepEqual(await recordsOf(zone), [`A mail.${zoneName}.`, `A ${domain}. alias`, `CNAME _proof.${domain}.`]);
    assert.deepEqual(
      result.resources.flatMap(({ kind, name }) =>
        /certificate|record|listener/.test(kind) ? [`${kind} ${name}`] : [],
      ),
      [`certificate ${domain}`, "listener quay:443", `record ${domain}`, "listener quay:80"],
    );
    const again = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]));
    assert.deepEqual(writesOf(again), []);

    await world.cliEndsWith(0, folder, ["verify"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await recordsOf(zone), [`A mail.${zoneName}.`]);
    assert.deepEqual(
      (await certificates()).map(({ CertificateArn }) => CertificateArn),
      [foreign],
    );
  });

  it("is switched to under fifty connections, and off again, without a failed request", async () => {
    const zone = await makeZone();
    const folder = folderWith(undefined);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    const name = await balancerName();
    const failures: string[] = [];
    const seen = new Map<string, number>();
    let ended = false;
    /** Who calls the old address, and goes where it is sent, as a browser does. */
    const person = async (kept: boolean): Promise<void> => {
      const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
      while (!ended) {
        try {
          let url = `http://${name}/`;
          let answer = await ask(url, kept ? agents.http : false);
          if (answer.status === 301) {
            url = answer.location ?? "";
            answer = await ask(url, kept ? agents.https : false);
          }
          if (answer.status !== 200) failures.push(`${url} ${answer.status}`);
          const scheme = new URL(url).protocol;
          seen.set(scheme, (seen.get(scheme) ?? 0) + 1);
        } catch (error) {
          failures.push(String(error));
        }
        await pause(100);
      }
      agents.http.destroy();
      agents.https.destroy();
    };
    const people = Array.from({ length: 50 }, (_, index) => person(index % 2 === 0));
    await pause(500);
    state(folder, requested);
    const on = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal(resultOf(on).url, `https://${domain}:${sandboxPort()}/`);
    await pause(1000);
    const secure = seen.get("https:") ?? 0;
    state(folder, { domain });
    const off = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal(resultOf(off).url, `http://${domain}:${sandboxPort()}/`);
    await pause(500);
    ended = true;
    await Promise.all(people);
    assert.ok(secure > 50, `${secure} requests by HTTPS`);
    // Who was sent to HTTPS in the moment in which it went is the one that a person who turns it off cannot spare.
    assert.deepEqual(failures, []);
    assert.deepEqual(await listeners(), ["HTTP 80 forward 0"]);
    assert.deepEqual(await openPorts(), [80]);
    assert.deepEqual(await certificates(), []);
    assert.deepEqual(await recordsOf(zone), [`A ${domain}. alias`]);
    state(folder, undefined);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(await recordsOf(zone), []);
  });

  it("shows the record where no zone has the name, waits, can be left and gone on with", async () => {
    const folder = folderWith(requested);
    const plan = await world.cliEndsWith(0, folder, ["plan"]);
    assert.match(plan.lines.join("\n"), /No public zone of this account has shop\.harbour\.localhost/);
    const run = world.start(folder, ["deploy", "--yes"]);
    const note = await run.event(({ type, message }) => type === "note" && /CNAME/.test(message ?? ""));
    assert.match(
      note.message ?? "",
      /^_[0-9a-f]{32}\.shop\.harbour\.localhost\. CNAME _[0-9a-f]{32}\.\w+\.acm-validations\.aws\.$/,
    );
    run.kill("SIGINT");
    const left = await run.exited;
    assert.equal(resultOf(left).outcome, "cancelled", accountOf(left));
    assert.equal((await certificates()).length, 1);
    // The zone comes later, with the record that was copied.
    const zone = await makeZone();
    const [, from = "", to = ""] = /^(\S+) CNAME (\S+)$/.exec(note.message ?? "") ?? [];
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: {
          Changes: [
            {
              Action: "CREATE",
              ResourceRecordSet: { Name: from, Type: "CNAME", TTL: 60, ResourceRecords: [{ Value: to }] },
            },
          ],
        },
      }),
    );
    const done = await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal(resultOf(done).outcome, "done", accountOf(done));
    assert.equal((await certificates()).length, 1);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    // The proof is the person's own.
    assert.deepEqual(await recordsOf(zone), [`CNAME _proof.${domain}.`]);
    assert.deepEqual(await certificates(), []);
  });

  it("refuses a certificate that cannot do before anything is written", async () => {
    await makeZone();
    const refused = async (certificate: string, code: string, words: RegExp) => {
      const folder = folderWith({ certificate, domain });
      const calls = await world.callsDuring(async () => {
        const { error } = resultOf(await world.cliEndsWith(1, folder, ["deploy", "--yes"]));
        assert.equal(error?.code, code);
        assert.match(error.summary, words);
      });
      assert.deepEqual(writesOf(calls), []);
    };
    await refused(await request(domain, "EXPIRED"), "CertificateExpired", /has ended/);
    await refused(await request(domain, "PENDING_VALIDATION"), "CertificatePending", /is not issued yet/);
    await refused(await request(domain, "FAILED", { reason: "CAA_ERROR" }), "CertificateUnusable", /CAA_ERROR/);
    await refused(await request(`app.${zoneName}`, "ISSUED"), "CertificateOfOtherHost", /is not good for shop/);
    await refused(await request(`*.shop.${zoneName}`, "ISSUED"), "CertificateOfOtherHost", /is not good for shop/);
    const arn = await request(`*.${zoneName}`, "ISSUED");
    await refused(arn.replace(/:acm:[\w-]+:/, ":acm:eu-north-1:"), "CertificateElsewhere", /region eu-north-1/);
    await refused(
      arn.replace(/.$/, (end) => (end === "0" ? "1" : "0")),
      "CertificateMissing",
      /There is no certificate/,
    );
    await acm.send(new AddTagsToCertificateCommand({ CertificateArn: arn, Tags: [{ Key: "team", Value: "harbour" }] }));
    const folder = folderWith({ certificate: arn, domain });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.equal((await ask(`https://${domain}/`)).status, 200);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.ok((await certificates()).some(({ CertificateArn }) => CertificateArn === arn));
  });

  it("leaves a record alone that leads elsewhere, and says so", async () => {
    const zone = await makeZone();
    const theirs = { Name: domain, Type: "A" as const, TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: theirs }] },
      }),
    );
    const folder = folderWith(requested);
    const plan = await world.cliEndsWith(0, folder, ["plan"]);
    assert.match(plan.lines.join("\n"), /has a record already, which leads to 192\.0\.2\.1/);
    const run = world.start(folder, ["deploy", "--yes"]);
    await run.event(({ type, step, state: now }) => type === "step" && step === "redirect" && now === "done");
    run.kill("SIGINT");
    await run.exited;
    assert.deepEqual(await recordsOf(zone), [`A ${domain}.`, `CNAME _proof.${domain}.`]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
    assert.deepEqual(await recordsOf(zone), [`A ${domain}.`]);
    assert.deepEqual(await certificates(), []);
  });
});
