/** HTTPS from certificate to answer: ACM, Route 53, listeners, and TLS with certificates of the sandbox's authority. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import https from "node:https";
import { connect, type TLSSocket } from "node:tls";
import {
  ACMClient,
  DeleteCertificateCommand,
  DescribeCertificateCommand,
  GetCertificateCommand,
  ImportCertificateCommand,
  ListCertificatesCommand,
  ListTagsForCertificateCommand,
  RequestCertificateCommand,
  type CertificateDetail,
  type KeyAlgorithm,
} from "@aws-sdk/client-acm";
import { AuthorizeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerCommand,
  RemoveListenerCertificatesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  Route53Client,
  type Change,
} from "@aws-sdk/client-route-53";
import { has } from "./support/cli";
import { clients, get, revision, service, stage, steady, type Clients, type Stage } from "./support/network";
import { refuses } from "./support/refusal";
import { control, startSandbox, TARGET, until, type Endpoint } from "./support/sandbox";

const zoneName = "example.com";

describe("HTTPS", function () {
  this.timeout(40_000);
  let e: Endpoint;
  let c: Clients;
  let s: Stage;
  let acm: ACMClient;
  let route53: Route53Client;
  let zone: string;

  const request = async (
    DomainName: string,
    more: readonly string[] = [],
    KeyAlgorithm: KeyAlgorithm = "EC_prime256v1",
  ) =>
    (
      await acm.send(
        new RequestCertificateCommand({
          DomainName,
          ValidationMethod: "DNS",
          KeyAlgorithm,
          ...(more.length ? { SubjectAlternativeNames: [...more] } : {}),
        }),
      )
    ).CertificateArn ?? "";
  const described = async (arn: string): Promise<CertificateDetail> =>
    (await acm.send(new DescribeCertificateCommand({ CertificateArn: arn }))).Certificate ?? {};
  const change = async (...Changes: Change[]) =>
    (await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } })))
      .ChangeInfo;
  const proofs = async (arn: string) =>
    until("the records of the validation", async () => {
      const records = ((await described(arn)).DomainValidationOptions ?? []).map((o) => o.ResourceRecord);
      return records.every(Boolean) && records;
    });
  const prove = async (arn: string): Promise<void> => {
    for (const record of await proofs(arn))
      await change({
        Action: "UPSERT",
        ResourceRecordSet: { Name: record?.Name, Type: "CNAME", TTL: 300, ResourceRecords: [{ Value: record?.Value }] },
      });
    await until("ISSUED", async () => (await described(arn)).Status === "ISSUED");
  };
  const issued = async (arn: string): Promise<string> => {
    await control(e, "POST", "certificates", { arn, status: "ISSUED" });
    return arn;
  };
  const secure = (arn: string, port: number) =>
    c.elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: s.loadBalancerArn,
        Protocol: "HTTPS",
        Port: port,
        Certificates: [{ CertificateArn: arn }],
        SslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        DefaultActions: [{ Type: "forward", TargetGroupArn: s.targetGroupArn }],
      }),
    );
  const authority = (): string => readFileSync(e.env["SLIPWAY_SANDBOX_CA"] ?? "", "utf8");
  const sandboxPort = (): number => Number(new URL(e.url).port);
  const fetched = async (host: string, ca = authority()) =>
    new Promise<{ status: number; body: string; names: string }>((resolve, reject) => {
      const options = { host: "127.0.0.1", port: sandboxPort(), servername: host, ca, agent: false, headers: { host } };
      https
        .get(options, (response) => {
          const names = (response.socket as TLSSocket).getPeerCertificate().subjectaltname ?? "";
          let body = "";
          response.on("data", (chunk: Buffer) => (body += chunk.toString()));
          response.on("end", () => resolve({ status: response.statusCode ?? 0, body, names }));
        })
        .on("error", reject);
    });

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox();
    c = clients(e);
    const options = { endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 };
    acm = new ACMClient(options);
    route53 = new Route53Client(options);
    s = await stage(c, "https");
    await c.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: s.balancerGroup,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 444, IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    await service(c, s, await revision(c, s));
    await steady(c, s);
    const made = await route53.send(new CreateHostedZoneCommand({ Name: zoneName, CallerReference: "https-1" }));
    zone = made.HostedZone?.Id ?? "";
    await control(e, "POST", "rates", { on: false });
  });
  after(() => e?.stop());

  it("issues a certificate once its records stand in a zone, and lists it by status and kind of key", async () => {
    const arn = await request("app.example.com", ["*.app.example.com"]);
    const pending = await described(arn);
    assert.equal(pending.Status, "PENDING_VALIDATION");
    const records = await proofs(arn);
    assert.match(records[0]?.Name ?? "", /^_[0-9a-f]{32}\.app\.example\.com\.$/);
    assert.deepEqual(records[0], records[1], "a wildcard is proved with the record of its parent");
    await assert.rejects(
      acm.send(new GetCertificateCommand({ CertificateArn: arn })),
      refuses("RequestInProgressException"),
    );
    await assert.rejects(
      secure(arn, 443),
      refuses("UnsupportedCertificate", /must have a fully-qualified domain name/),
    );
    await prove(arn);
    const done = await described(arn);
    assert.ok((done.NotAfter?.getTime() ?? 0) > Date.now() + 380 * 86_400_000);
    const usual = await acm.send(new ListCertificatesCommand({ CertificateStatuses: ["ISSUED"] }));
    assert.deepEqual(usual.CertificateSummaryList, [], "without a filter only RSA keys are listed");
    const all = await acm.send(
      new ListCertificatesCommand({ CertificateStatuses: ["ISSUED"], Includes: { keyTypes: ["EC_prime256v1"] } }),
    );
    assert.deepEqual(all.CertificateSummaryList?.[0]?.SubjectAlternativeNameSummaries, [
      "app.example.com",
      "*.app.example.com",
    ]);
  });

  it("refuses what ACM refuses", async () => {
    await assert.rejects(request("not a name"), refuses("ValidationException", /at 'domainName' failed to satisfy/));
    const missing = `arn:aws:acm:${e.region}:${"1".repeat(12)}:certificate/x`;
    await assert.rejects(
      acm.send(new DescribeCertificateCommand({ CertificateArn: missing })),
      refuses("ResourceNotFoundException", /Could not find certificate/),
    );
    const once = { DomainName: "same.example.com", ValidationMethod: "DNS" as const, IdempotencyToken: "t1" };
    const [a, b] = [
      await acm.send(new RequestCertificateCommand({ ...once, Tags: [{ Key: "k", Value: "v" }] })),
      await acm.send(new RequestCertificateCommand(once)),
    ];
    assert.equal(a.CertificateArn, b.CertificateArn);
    const tags = await acm.send(new ListTagsForCertificateCommand({ CertificateArn: a.CertificateArn }));
    assert.deepEqual(tags.Tags, [{ Key: "k", Value: "v" }]);
    await control(e, "POST", "certificates", { arn: a.CertificateArn, status: "FAILED", reason: "CAA_ERROR" });
    const failed = await described(a.CertificateArn ?? "");
    assert.deepEqual([failed.Status, failed.FailureReason], ["FAILED", "CAA_ERROR"]);
    await acm.send(new DeleteCertificateCommand({ CertificateArn: a.CertificateArn }));
  });

  it("refuses certificates that a listener cannot serve", async () => {
    const expired = await request("old.example.com");
    await control(e, "POST", "certificates", { arn: expired, status: "EXPIRED" });
    await assert.rejects(secure(expired, 443), refuses("UnsupportedCertificate"));
    const elsewhere = new ACMClient({
      endpoint: e.url,
      region: "eu-west-1",
      credentials: e.credentials,
      maxAttempts: 1,
    });
    const other = await elsewhere.send(
      new RequestCertificateCommand({
        DomainName: "x.example.com",
        ValidationMethod: "DNS",
        KeyAlgorithm: "EC_prime256v1",
      }),
    );
    await issued(other.CertificateArn ?? "");
    await assert.rejects(secure(other.CertificateArn ?? "", 443), refuses("CertificateNotFoundException"));
    const without = {
      LoadBalancerArn: s.loadBalancerArn,
      Port: 443,
      DefaultActions: [{ Type: "forward" as const, TargetGroupArn: s.targetGroupArn }],
    };
    await assert.rejects(c.elb.send(new CreateListenerCommand({ ...without, Protocol: "HTTPS" })), {
      message: /A certificate must be specified for HTTPS listeners/,
    });
    const good = await issued(await request("good.example.com"));
    await assert.rejects(
      c.elb.send(
        new CreateListenerCommand({
          ...without,
          Protocol: "HTTPS",
          Certificates: [{ CertificateArn: good }],
          SslPolicy: "none",
        }),
      ),
      refuses("SSLPolicyNotFoundException"),
    );
  });

  it("ends TLS with the certificate of the name that is asked for, and redirects to it", async () => {
    const first = await issued(await request("app.example.com"));
    const second = await issued(await request("*.shop.example.com"));
    const { Listeners } = await secure(first, 443);
    const listener = Listeners?.[0]?.ListenerArn;
    assert.deepEqual(Listeners?.[0]?.Certificates, [{ CertificateArn: first }]);
    await c.elb.send(
      new AddListenerCertificatesCommand({ ListenerArn: listener, Certificates: [{ CertificateArn: second }] }),
    );
    const held = await c.elb.send(new DescribeListenerCertificatesCommand({ ListenerArn: listener }));
    assert.deepEqual(
      held.Certificates?.map((x) => [x.CertificateArn, x.IsDefault]),
      [
        [first, true],
        [second, false],
      ],
    );
    await assert.rejects(
      acm.send(new DeleteCertificateCommand({ CertificateArn: second })),
      refuses("ResourceInUseException", /is in use/),
    );
    const balancer = (await c.elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [s.loadBalancerArn] })))
      .LoadBalancers?.[0];
    const alias = (Name: string): Change => ({
      Action: "UPSERT",
      ResourceRecordSet: {
        Name,
        Type: "A",
        AliasTarget: {
          HostedZoneId: balancer?.CanonicalHostedZoneId,
          DNSName: `dualstack.${s.dnsName}`,
          EvaluateTargetHealth: false,
        },
      },
    });
    await change(alias("app.example.com"), alias("*.shop.example.com"), alias("other.example.com"));
    const app = await fetched("app.example.com");
    assert.deepEqual([app.status, app.names], [200, "DNS:app.example.com"]);
    assert.equal((await fetched("a.shop.example.com")).names, "DNS:*.shop.example.com");
    await assert.rejects(fetched("other.example.com"), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    await assert.rejects(fetched("app.example.com", ""), /unable to|self-signed|unable to get/);
    await assert.rejects(fetched("nobody.example.org"));
    const http = (
      await c.elb.send(new DescribeListenersCommand({ LoadBalancerArn: s.loadBalancerArn }))
    ).Listeners?.find((l) => l.Protocol === "HTTP");
    await c.elb.send(
      new ModifyListenerCommand({
        ListenerArn: http?.ListenerArn,
        DefaultActions: [
          { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } },
        ],
      }),
    );
    const moved = await get(e, "app.example.com", "/p?q=1");
    assert.deepEqual([moved.status, moved.headers.location], [301, "https://app.example.com:443/p?q=1"]);
    await assert.rejects(
      c.elb.send(
        new ModifyListenerCommand({
          ListenerArn: listener,
          DefaultActions: [
            { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" } },
          ],
        }),
      ),
      refuses("InvalidLoadBalancerActionException", /creates a loop/),
    );
    if (has("curl")) {
      const args = ["--silent", "--fail", "--cacert", e.env["SLIPWAY_SANDBOX_CA"] ?? ""];
      args.push("--connect-to", `::127.0.0.1:${sandboxPort()}`, "https://app.example.com/");
      await new Promise<void>((done, fail) => execFile("curl", args, (error) => (error ? fail(error) : done())));
    }
    await c.elb.send(
      new RemoveListenerCertificatesCommand({ ListenerArn: listener, Certificates: [{ CertificateArn: second }] }),
    );
    await acm.send(new DeleteCertificateCommand({ CertificateArn: second }));
  });

  it("takes an imported certificate with its key, and no other key", async () => {
    const { Certificate, CertificateChain } = await acm.send(
      new GetCertificateCommand({ CertificateArn: await issued(await request("imported.example.com")) }),
    );
    const wrong = (await import("node:crypto"))
      .generateKeyPairSync("ec", { namedCurve: "prime256v1" })
      .privateKey.export({ type: "pkcs8", format: "pem" });
    await assert.rejects(
      acm.send(
        new ImportCertificateCommand({
          Certificate: Buffer.from(Certificate ?? ""),
          CertificateChain: Buffer.from(CertificateChain ?? ""),
          PrivateKey: Buffer.from(wrong),
        }),
      ),
      refuses("ValidationException"),
    );
  });

  it("closes TLS under a name that it does not have, and answers plain HTTP on", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: sandboxPort(), servername: "none.example", ca: authority() });
      socket.on("error", () => resolve());
      socket.on("close", () => resolve());
    });
    assert.ok((await route53.send(new ListHostedZonesCommand({}))).HostedZones?.length);
  });
});
