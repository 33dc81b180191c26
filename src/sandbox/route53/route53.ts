/** Amazon Route 53: hosted zones and simple record sets. */
import { createHash } from "node:crypto";
import { iamId } from "../ids";
import type { Change, ChangeInfo, HostedZone, ResourceRecordSet, Route53Operations } from "../model/route53.types";
import type { Table } from "../registry";
import { canonical } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import { bareId, keyOf, ordered, stored, zoneOf } from "./zones";
import type { ZoneRecord } from "./state";

/** How long a change takes to reach all of Route 53's servers, by its documentation. */
const SYNC_MS = 60_000;
const PAGE = 100;
const RECORDS_PAGE = 300;
const invalid = (text: string): ApiError => new ApiError("InvalidInput", text);

function changeOf(world: SandboxState, comment: string | undefined): ChangeInfo {
  const id = `C${iamId("AKIA").slice(4)}`;
  const submittedAt = new Date();
  world.route53.changes.set(id, { submittedAt, comment });
  return infoOf(world, id, submittedAt, comment);
}

function infoOf(world: SandboxState, id: string, at: Date, comment: string | undefined): ChangeInfo {
  const isThere = Date.now() >= at.getTime() + world.clock.simulated(SYNC_MS);
  return {
    Id: `/change/${id}`,
    Status: isThere ? "INSYNC" : "PENDING",
    SubmittedAt: at,
    ...(comment === undefined ? {} : { Comment: comment }),
  };
}

const described = ({ zone, sets }: ZoneRecord): HostedZone => ({ ...zone, ResourceRecordSetCount: sets.size });

/** The four servers of a zone, in AWS's form. */
const serversOf = (id: string): string[] =>
  ["com", "net", "org", "co.uk"].map((end, i) => {
    const n = createHash("md5").update(id).digest()[i] ?? 0;
    return `ns-${n + 256 * i}.awsdns-${String(n % 64).padStart(2, "0")}.${end}`;
  });

const byName = (a: { Name: string }, b: { Name: string }): number =>
  ordered(a.Name) < ordered(b.Name) ? -1 : ordered(a.Name) > ordered(b.Name) ? 1 : 0;

const sorted = (world: SandboxState): ZoneRecord[] =>
  [...world.route53.zones.values()].sort((a, b) => byName(a.zone, b.zone));

/** Why a change cannot be made, in Route 53's words; undefined where it can. */
function refusal(world: SandboxState, record: ZoneRecord, change: Change, set: ResourceRecordSet): string | undefined {
  const zone = record.zone.Name;
  const about = `[name='${set.Name}', type='${set.Type}']`;
  if (set.Name !== zone && !set.Name.endsWith(`.${zone}`))
    return `RRSet with DNS name ${set.Name} is not permitted in zone ${zone}`;
  const now = record.sets.get(keyOf(set));
  if (change.Action === "DELETE") {
    if (!now) return `Tried to delete resource record set ${about} but it was not found`;
    return canonical(now) === canonical(set)
      ? undefined
      : `Tried to delete resource record set ${about} but the values provided do not match the current values`;
  }
  if (change.Action === "CREATE" && now) return `Tried to create resource record set ${about} but it already exists`;
  if (set.Type === "CNAME" && set.Name === zone)
    return `RRSet of type CNAME with DNS name ${set.Name} is not permitted at apex in zone ${zone}`;
  const others = [...record.sets.values()].filter((s) => s.Name === set.Name && s.Type !== set.Type);
  if (others.some((s) => s.Type === "CNAME") || (set.Type === "CNAME" && others.length > 0))
    return (
      `RRSet of type ${set.Type} with DNS name ${set.Name} is not permitted as it conflicts with other records with ` +
      `the same DNS name in zone ${zone}`
    );
  return aliasRefusal(world, set);
}

function aliasRefusal(world: SandboxState, set: ResourceRecordSet): string | undefined {
  const target = set.AliasTarget;
  if (!target) {
    if (!set.ResourceRecords?.length || set.TTL === undefined)
      return `Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found none in Change with [Action=CREATE, Name=${set.Name}, Type=${set.Type}, SetIdentifier=null]`;
    return undefined;
  }
  const own = world.route53.zones.get(bareId(target.HostedZoneId));
  const lies = own
    ? target.DNSName === own.zone.Name || target.DNSName.endsWith(`.${own.zone.Name}`)
    : [...world.regions.values()].some((region) =>
        [...region.elb.loadBalancers.values()].some(
          ({ loadBalancer }) =>
            loadBalancer.CanonicalHostedZoneId === target.HostedZoneId &&
            stored(loadBalancer.DNSName ?? "") === target.DNSName.replace(/^dualstack\./, ""),
        ),
      );
  return lies
    ? undefined
    : `Tried to create an alias that targets ${target.DNSName}, type ${set.Type} in zone ${target.HostedZoneId}, but the ` +
        "alias target name does not lie within the target zone";
}

/** A record set as it is stored and given back. */
const normal = (set: ResourceRecordSet): ResourceRecordSet => ({
  ...set,
  Name: stored(set.Name),
  ...(set.AliasTarget ? { AliasTarget: { ...set.AliasTarget, DNSName: stored(set.AliasTarget.DNSName) } } : {}),
});

export const route53Operations = (world: SandboxState): Table<Route53Operations> => ({
  CreateHostedZone: {
    supports: "Name CallerReference VPC HostedZoneConfig",
    run: (input) => {
      const Name = stored(input.Name);
      if (!/^([a-z0-9_\\-]+\.)+$/.test(Name))
        throw new ApiError("InvalidDomainName", `${input.Name} is not a valid domain name`);
      if ([...world.route53.zones.values()].some((z) => z.zone.CallerReference === input.CallerReference))
        throw new ApiError(
          "HostedZoneAlreadyExists",
          `A hosted zone has already been created with the specified caller reference.`,
          409,
        );
      const id = `Z${iamId("AKIA").slice(4)}${iamId("AKIA").slice(14)}`;
      const isPrivate = input.VPC !== undefined;
      const zone: HostedZone = {
        Id: `/hostedzone/${id}`,
        Name,
        CallerReference: input.CallerReference,
        Config: {
          ...(input.HostedZoneConfig?.Comment === undefined ? {} : { Comment: input.HostedZoneConfig.Comment }),
          PrivateZone: isPrivate,
        },
      };
      const nameServers = serversOf(id);
      const own: ResourceRecordSet[] = [
        { Name, Type: "NS", TTL: 172_800, ResourceRecords: nameServers.map((s) => ({ Value: `${s}.` })) },
        {
          Name,
          Type: "SOA",
          TTL: 900,
          ResourceRecords: [
            { Value: `${nameServers[0] ?? ""}. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400` },
          ],
        },
      ];
      const record: ZoneRecord = {
        zone,
        nameServers,
        vpcs: input.VPC ? [input.VPC] : [],
        sets: new Map(own.map((set) => [keyOf(set), set])),
      };
      world.route53.zones.set(id, record);
      return {
        HostedZone: described(record),
        ChangeInfo: changeOf(world, undefined),
        DelegationSet: { NameServers: nameServers },
        Location: `https://route53.amazonaws.com/2013-04-01/hostedzone/${id}`,
        ...(input.VPC ? { VPC: input.VPC } : {}),
      };
    },
  },
  ListHostedZones: {
    supports: "Marker MaxItems",
    run: (input) => {
      const all = sorted(world);
      const from = input.Marker === undefined ? 0 : all.findIndex((z) => bareId(z.zone.Id) === input.Marker);
      if (from < 0) throw new ApiError("NoSuchHostedZone", `No hosted zone found with ID: ${input.Marker ?? ""}`, 404);
      const size = Math.max(1, Math.min(input.MaxItems ?? PAGE, PAGE));
      const next = all[from + size];
      return {
        HostedZones: all.slice(from, from + size).map(described),
        Marker: input.Marker ?? "",
        IsTruncated: next !== undefined,
        MaxItems: size,
        ...(next ? { NextMarker: bareId(next.zone.Id) } : {}),
      };
    },
  },
  ListHostedZonesByName: {
    supports: "*",
    run: (input) => {
      const start = input.DNSName === undefined ? undefined : ordered(stored(input.DNSName));
      const all = sorted(world).filter(({ zone }) => start === undefined || ordered(zone.Name) >= start);
      const size = Math.max(1, Math.min(input.MaxItems ?? PAGE, PAGE));
      const next = all[size];
      return {
        HostedZones: all.slice(0, size).map(described),
        IsTruncated: next !== undefined,
        MaxItems: size,
        ...(input.DNSName === undefined ? {} : { DNSName: input.DNSName }),
        ...(next ? { NextDNSName: next.zone.Name, NextHostedZoneId: bareId(next.zone.Id) } : {}),
      };
    },
  },
  GetHostedZone: {
    supports: "*",
    run: (input) => {
      const record = zoneOf(world, input.Id);
      return {
        HostedZone: described(record),
        ...(record.vpcs.length > 0
          ? { VPCs: [...record.vpcs] }
          : { DelegationSet: { NameServers: [...record.nameServers] } }),
      };
    },
  },
  DeleteHostedZone: {
    supports: "*",
    run: (input) => {
      const { sets } = zoneOf(world, input.Id);
      if ([...sets.values()].some((s) => !["NS", "SOA"].includes(s.Type)))
        throw new ApiError(
          "HostedZoneNotEmpty",
          "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
        );
      world.route53.zones.delete(bareId(input.Id));
      return { ChangeInfo: changeOf(world, undefined) };
    },
  },
  ChangeResourceRecordSets: {
    supports: "*",
    run: (input) => {
      const record = zoneOf(world, input.HostedZoneId);
      const { Changes, Comment } = input.ChangeBatch;
      if (Changes.length === 0) throw invalid("The change batch has no changes.");
      // All of a batch is done, or nothing: it is tried on a copy.
      const trial: ZoneRecord = { ...record, sets: new Map(record.sets) };
      for (const change of Changes) {
        const set = normal(change.ResourceRecordSet);
        const why = refusal(world, trial, change, set);
        if (why !== undefined) throw new ApiError("InvalidChangeBatch", `[${why}]`);
        if (change.Action === "DELETE") trial.sets.delete(keyOf(set));
        else trial.sets.set(keyOf(set), set);
      }
      record.sets.clear();
      for (const [key, set] of trial.sets) record.sets.set(key, set);
      return { ChangeInfo: changeOf(world, Comment) };
    },
  },
  ListResourceRecordSets: {
    supports: "HostedZoneId StartRecordName StartRecordType MaxItems",
    run: (input) => {
      if (input.StartRecordType !== undefined && input.StartRecordName === undefined)
        throw invalid("If you specify StartRecordType, you must also specify StartRecordName.");
      const name = input.StartRecordName === undefined ? undefined : ordered(stored(input.StartRecordName));
      const all = [...zoneOf(world, input.HostedZoneId).sets.values()]
        .sort((a, b) => byName(a, b) || (a.Type < b.Type ? -1 : 1))
        .filter((s) => name === undefined || ordered(s.Name) >= name)
        .filter((s) => !input.StartRecordType || ordered(s.Name) !== name || s.Type >= input.StartRecordType);
      const size = Math.max(1, Math.min(input.MaxItems ?? RECORDS_PAGE, RECORDS_PAGE));
      const next = all[size];
      return {
        ResourceRecordSets: all.slice(0, size),
        IsTruncated: next !== undefined,
        MaxItems: size,
        ...(next ? { NextRecordName: next.Name, NextRecordType: next.Type } : {}),
      };
    },
  },
  GetChange: {
    supports: "*",
    run: (input) => {
      const id = bareId(input.Id);
      const found = world.route53.changes.get(id);
      if (!found)
        throw new ApiError("NoSuchChange", `A change with the specified change ID does not exist: ${id}`, 404);
      return { ChangeInfo: infoOf(world, id, found.submittedAt, found.comment) };
    },
  },
});
