import type { SecurityGroupRule } from "../ports/cloud";
import type { SecurityGroupFacts } from "../ports/inspection";

/** `0.4 s`, `42 s`, `2 min 31 s`; empty where one end is not known. */
export function duration(from: number | undefined, to: number | undefined): string {
  if (from === undefined || to === undefined) return "";
  const seconds = Math.max(0, to - from) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `3000`, `80-90`, `every port`. */
const portsOf = ({ protocol, fromPort, toPort }: SecurityGroupRule): string =>
  protocol === "-1" || (fromPort <= 0 && toPort >= 65_535)
    ? "every port"
    : fromPort === toPort
      ? String(fromPort)
      : `${fromPort}-${toPort}`;

const anywhere = (cidr: string): boolean => cidr === "0.0.0.0/0" || cidr === "::/0";

/** What a security group lets in, a phrase a rule: `80 from anywhere`, `3000 from shop-lb`. */
export function ingressWords({ ingress }: SecurityGroupFacts, nameOf: (group: string) => string): string[] {
  return ingress.map((rule) => {
    const from = [
      ...new Set([
        ...rule.cidrs.map((cidr) => (anywhere(cidr) ? "anywhere" : cidr)),
        ...(rule.prefixLists ?? []),
        ...rule.groups.map(nameOf),
      ]),
    ];
    return `${portsOf(rule)} from ${from.join(", ") || "nobody"}`;
  });
}

export const lastPart = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** `8` of `…:task-definition/shop:8`. */
export const revisionOf = (arn: string): string => arn.split(":").at(-1) ?? "";

/** The last letter of a zone, which tells one from another within a region. */
export const shortZone = (zone: string | undefined): string => zone?.slice(-1) ?? "";

/** `sha-4be1a0c2…` of a tag, `4be1a0c2d3e4` of a digest. */
export const shortTag = (tag: string): string => (tag.length > 22 ? `${tag.slice(0, 20)}…` : tag);

export const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

export const joined = (parts: readonly (string | undefined | false)[]): string => parts.filter(Boolean).join(" · ");
