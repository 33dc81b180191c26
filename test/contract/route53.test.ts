/** Route 53: zones and records as AWS keeps, orders and refuses them, by its clients. */
import assert from "node:assert/strict";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetChangeCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type Change,
} from "@aws-sdk/client-route-53";
import { has, ok } from "./support/cli";
import { refuses } from "./support/refusal";
import { control, startSandbox, TARGET, type Endpoint } from "./support/sandbox";

const zoneName = "example.com";

describe("Route 53", function () {
  this.timeout(40_000);
  let e: Endpoint;
  let route53: Route53Client;
  let zone: string;

  const change = async (...Changes: Change[]) =>
    (await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zone, ChangeBatch: { Changes } })))
      .ChangeInfo;

  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await startSandbox();
    route53 = new Route53Client({ endpoint: e.url, region: e.region, credentials: e.credentials, maxAttempts: 1 });
    const made = await route53.send(new CreateHostedZoneCommand({ Name: zoneName, CallerReference: "https-1" }));
    zone = made.HostedZone?.Id ?? "";
    await control(e, "POST", "rates", { on: false });
  });
  after(() => e?.stop());

  it("keeps zones and records as Route 53 does", async () => {
    assert.match(zone, /^\/hostedzone\/Z[A-Z0-9]+$/);
    const { HostedZone, DelegationSet } = await route53.send(new GetHostedZoneCommand({ Id: zone }));
    assert.deepEqual([HostedZone?.Name, HostedZone?.ResourceRecordSetCount], ["example.com.", 2]);
    assert.equal(DelegationSet?.NameServers?.length, 4);
    await assert.rejects(
      route53.send(new CreateHostedZoneCommand({ Name: zoneName, CallerReference: "https-1" })),
      refuses("HostedZoneAlreadyExists"),
    );
    await assert.rejects(
      route53.send(new GetHostedZoneCommand({ Id: "Z404" })),
      refuses("NoSuchHostedZone", /No hosted zone found with ID: Z404/),
    );
    const text = (Name: string, Value: string) => ({
      Name,
      Type: "TXT" as const,
      TTL: 60,
      ResourceRecords: [{ Value }],
    });
    const info = await change({ Action: "CREATE", ResourceRecordSet: text("*.b.example.com", '"<x>&"') });
    assert.equal((await route53.send(new GetChangeCommand({ Id: info?.Id }))).ChangeInfo?.Status, "INSYNC");
    const list = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
    const found = list.ResourceRecordSets?.find(({ Type }) => Type === "TXT");
    assert.equal(found?.Name, "\\052.b.example.com.");
    assert.equal(found?.ResourceRecords?.[0]?.Value, '"<x>&"');
    const invalid = (Action: Change["Action"], ResourceRecordSet: Change["ResourceRecordSet"], why: RegExp) =>
      assert.rejects(change({ Action, ResourceRecordSet }), refuses("InvalidChangeBatch", why));
    await invalid("CREATE", text("*.b.example.com", '"y"'), /already exists/);
    await invalid("DELETE", text("*.b.example.com", '"y"'), /do not match the current values/);
    await invalid("DELETE", text("c.example.com", '"y"'), /but it was not found/);
    await invalid("CREATE", text("example.org", '"y"'), /is not permitted in zone example\.com\./);
    await invalid(
      "CREATE",
      { Name: "example.com", Type: "CNAME", TTL: 1, ResourceRecords: [{ Value: "x.y" }] },
      /not permitted at apex/,
    );
    await invalid(
      "CREATE",
      {
        Name: "d.example.com",
        Type: "A",
        AliasTarget: { HostedZoneId: "Z35SXDOTRQ7X7K", DNSName: "nobody.elb.localhost", EvaluateTargetHealth: false },
      },
      /does not lie within the target zone/,
    );
    await assert.rejects(route53.send(new DeleteHostedZoneCommand({ Id: zone })), refuses("HostedZoneNotEmpty"));
    await change({ Action: "DELETE", ResourceRecordSet: text("*.b.example.com", '"<x>&"') });
    await route53.send(new CreateHostedZoneCommand({ Name: "a.net", CallerReference: "https-2" }));
    const all = await route53.send(new ListHostedZonesCommand({ MaxItems: 1 }));
    assert.deepEqual([all.HostedZones?.[0]?.Name, all.IsTruncated], ["example.com.", true]);
    const rest = await route53.send(new ListHostedZonesCommand({ Marker: all.NextMarker }));
    assert.deepEqual(
      rest.HostedZones?.map(({ Name }) => Name),
      ["a.net."],
    );
    const from = await route53.send(new ListHostedZonesByNameCommand({ DNSName: "a.net", MaxItems: 1 }));
    assert.equal(from.HostedZones?.[0]?.Name, "a.net.");
  });

  it("lets the AWS CLI make a zone, a record and a certificate", async function () {
    if (!has("aws")) this.skip();
    this.timeout(150_000);
    const made = await ok(
      e,
      "route53 create-hosted-zone --name cli.example --caller-reference c1 --query HostedZone.Id",
    );
    const batch = {
      Changes: [
        {
          Action: "CREATE",
          ResourceRecordSet: { Name: "t.cli.example", Type: "TXT", TTL: 5, ResourceRecords: [{ Value: '"a"' }] },
        },
      ],
    };
    await ok(e, `route53 change-resource-record-sets --hosted-zone-id ${made} --change-batch`, JSON.stringify(batch));
    assert.match(await ok(e, `route53 list-resource-record-sets --hosted-zone-id ${made}`), /t\.cli\.example\./);
    assert.match(await ok(e, "route53 list-hosted-zones-by-name --dns-name cli.example"), /cli\.example\./);
    assert.match(
      await ok(e, "acm request-certificate --domain-name cli.example --validation-method DNS"),
      /^arn:aws:acm/,
    );
    assert.match(await ok(e, "acm list-certificates"), /cli\.example/);
  });
});
