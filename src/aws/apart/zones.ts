import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
  type ChangeAction,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import type { NewRecord, RecordSet, Zone, ZonePort } from "../../core/ports/cloud";
import type { Caller, Session } from "../session";
import { plainName } from "./plainName";

/** Seconds that resolvers keep a record of a certificate's proof. */
const proofSeconds = 300;
/** So many zones may have one name, public and private; more are not looked at. */
const mostOfOneName = 20;

const clients = new WeakMap<Session, Route53Client>();

function clientOf(session: Session): Route53Client {
  const known =
    clients.get(session) ?? session.keep(new Route53Client(session.optionsOf("ROUTE_53", session.settings.region)));
  clients.set(session, known);
  return known;
}

/** Every zone that a host could lie in, the longest name first: shop.example.com, example.com, com. */
const parentsOf = (host: string): string[] => host.split(".").map((_, at, labels) => labels.slice(at).join("."));

const recordFrom = (found: ResourceRecordSet): RecordSet => ({
  name: plainName(found.Name ?? ""),
  type: found.Type ?? "",
  values: (found.ResourceRecords ?? []).map(({ Value }) => Value ?? ""),
  ...(found.AliasTarget ? { alias: plainName(found.AliasTarget.DNSName ?? "").replace(/^dualstack\./, "") } : {}),
});

const recordSet = (record: NewRecord): ResourceRecordSet =>
  "balancer" in record
    ? {
        Name: record.name,
        Type: "A",
        AliasTarget: {
          HostedZoneId: record.balancer.zoneId,
          DNSName: `dualstack.${record.balancer.dnsName}`,
          EvaluateTargetHealth: false,
        },
      }
    : {
        Name: record.name,
        Type: record.type === "CNAME" ? "CNAME" : "TXT",
        TTL: proofSeconds,
        ResourceRecords: [{ Value: record.value }],
      };

/** Route 53. */
export function zonePort(caller: Caller): ZonePort {
  const client = clientOf(caller.session);
  const named = async (name: string): Promise<Zone[]> => {
    const { HostedZones } = await caller.send(
      client,
      new ListHostedZonesByNameCommand({ DNSName: name, MaxItems: mostOfOneName }),
      "route53",
    );
    return (HostedZones ?? [])
      .filter(({ Name, Config }) => plainName(Name ?? "") === name && Config?.PrivateZone !== true)
      .map(({ Id }) => ({ id: (Id ?? "").split("/").at(-1) ?? "", name }));
  };
  const change = async (action: ChangeAction, zone: string, record: NewRecord): Promise<string> => {
    const { ChangeInfo } = await caller.send(
      client,
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zone,
        ChangeBatch: { Comment: "Slipway", Changes: [{ Action: action, ResourceRecordSet: recordSet(record) }] },
      }),
      "route53",
    );
    return ChangeInfo?.Id ?? "";
  };
  return {
    async of(host) {
      for (const parent of parentsOf(host)) {
        const found = await named(parent);
        if (found.length) return found;
      }
      return [];
    },
    async records(zone, name) {
      const { ResourceRecordSets } = await caller.send(
        client,
        new ListResourceRecordSetsCommand({ HostedZoneId: zone, StartRecordName: name }),
        "route53",
      );
      return (ResourceRecordSets ?? []).map(recordFrom).filter((record) => record.name === name);
    },
    create: (zone, record) => change("CREATE", zone, record),
    async delete(zone, record) {
      await change("DELETE", zone, record);
    },
    async isEverywhere(id) {
      return (await caller.send(client, new GetChangeCommand({ Id: id }), "route53")).ChangeInfo?.Status === "INSYNC";
    },
  };
}
