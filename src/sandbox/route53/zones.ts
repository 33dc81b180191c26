/** Hosted zones: how names are written and ordered, and what a name leads to. */
import type { ResourceRecordSet } from "../model/route53.types";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import type { ZoneRecord } from "./state";

/**
 * A name as Route 53 stores it: in lower case, with its last dot, and what is no letter, digit, `-`, `_` or `.` as an octal code (`*` is `\052`).
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
export function stored(name: string): string {
  const plain = name
    .replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8)))
    .toLowerCase()
    .replace(/\.?$/, ".");
  return plain.replace(/[^a-z0-9._-]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** Names are ordered from their last label to their first. */
export const ordered = (name: string): string => name.replace(/\.$/, "").split(".").reverse().join(".");
export const keyOf = (set: Pick<ResourceRecordSet, "Name" | "Type">): string => `${set.Name} ${set.Type}`;

/** A zone's id without the path that AWS gives it with. */
export const bareId = (id: string): string => id.split("/").at(-1) ?? id;

/** The zone; throws Route 53's error where there is none. */
export function zoneOf(world: SandboxState, id: string): ZoneRecord {
  const found = world.route53.zones.get(bareId(id));
  if (!found) throw new ApiError("NoSuchHostedZone", `No hosted zone found with ID: ${bareId(id)}`, 404);
  return found;
}

/** The public zone that answers for a name: the one with the longest name that it lies in. */
function authoritative(world: SandboxState, name: string): ZoneRecord | undefined {
  return [...world.route53.zones.values()]
    .filter(({ zone }) => zone.Config?.PrivateZone !== true)
    .filter(({ zone }) => name === zone.Name || name.endsWith(`.${zone.Name}`))
    .sort((a, b) => b.zone.Name.length - a.zone.Name.length)[0];
}

/** The record sets with which the internet is answered for a name; a wildcard where the name itself has none. */
export function findRecords(world: SandboxState, given: string): readonly ResourceRecordSet[] {
  const name = stored(given);
  const zone = authoritative(world, name);
  if (!zone) return [];
  const of = (wanted: string): ResourceRecordSet[] => [...zone.sets.values()].filter((s) => s.Name === wanted);
  const exact = of(name);
  return exact.length > 0 ? exact : of(`\\052.${name.split(".").slice(1).join(".")}`);
}

/** The name that a host leads to in the end, through aliases and CNAMEs; undefined where it does not resolve. */
export function resolve(world: SandboxState, host: string): string | undefined {
  let name = host;
  for (let hops = 0; hops < 8; hops++) {
    const sets = findRecords(world, name);
    const next =
      sets.find((s) => ["A", "AAAA"].includes(s.Type) && s.AliasTarget)?.AliasTarget?.DNSName ??
      sets.find((s) => s.Type === "CNAME")?.ResourceRecords?.[0]?.Value;
    if (next === undefined) return hops === 0 ? undefined : name.replace(/\.$/, "");
    name = next.replace(/^dualstack\./i, "");
  }
  return undefined;
}
