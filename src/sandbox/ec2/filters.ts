/** Ids, filters and pages of EC2's Describe operations. */
import type { AvailabilityZone, Ec2Operations, Filter, Tag } from "../model/ec2.types";
import type { Tags } from "../states";
import { page, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { zonesOf } from "./network";

export type DescribeOperations = Pick<
  Ec2Operations,
  | "DescribeVpcs"
  | "DescribeSubnets"
  | "DescribeRouteTables"
  | "DescribeAvailabilityZones"
  | "DescribeInternetGateways"
  | "DescribeNatGateways"
  | "DescribeAccountAttributes"
  | "DescribeSecurityGroups"
  | "DescribeSecurityGroupRules"
  | "DescribeNetworkInterfaces"
  | "DescribeVpcEndpoints"
  | "DescribeTags"
  | "DescribeAddresses"
  | "DescribeRegions"
>;

type Text = string | boolean | number | undefined;
/** Filter name to the values that a resource has under it. */
export type Filters<T> = Readonly<Record<string, (item: T) => Text | readonly Text[]>>;

function matchesPattern(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  return new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/\?/g, ".")}$`,
    "s",
  ).test(text);
}

/** Keeps the items that satisfy every filter; an unknown filter name is EC2's error. */
export function filtered<T>(
  items: readonly T[],
  filters: readonly Filter[] | undefined,
  table: Filters<T>,
  tags: (item: T) => Tags,
): T[] {
  let out = [...items];
  for (const f of filters ?? []) {
    const name = f.Name ?? "";
    const values = f.Values ?? [];
    const wanted = (text: Text | readonly Text[]): boolean => {
      const has = (Array.isArray(text) ? text : [text]) as readonly Text[];
      return has.some((h) => h !== undefined && values.some((v) => matchesPattern(v, String(h))));
    };
    const read = table[name];
    if (name.startsWith("tag:")) out = out.filter((i) => wanted(tags(i).get(name.slice(4))));
    else if (name === "tag-key") out = out.filter((i) => wanted([...tags(i).keys()]));
    else if (read) out = out.filter((i) => wanted(read(i)));
    else throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  }
  return out;
}

interface Query {
  readonly ids?: readonly string[];
  readonly filters?: readonly Filter[];
  readonly token?: string;
  readonly max?: number;
}

interface Kind<T> {
  readonly id: (item: T) => string;
  readonly missing: (id: string) => ApiError;
  readonly filters: Filters<T>;
}

export const notFound =
  (code: string, what: string) =>
  (id: string): ApiError =>
    new ApiError(code, `The ${what} '${id}' does not exist`);

/** Reads items by id or filter, with tags and a page. */
export function read<T extends object>(
  region: Region,
  items: readonly T[],
  kind: Kind<T>,
  query: Query,
): { items: (T & { Tags: Tag[] })[]; next: string | undefined } {
  let found = items;
  if (query.ids && query.ids.length > 0) {
    if (query.max !== undefined)
      throw new ApiError(
        "InvalidParameterCombination",
        "The parameter MaxResults cannot be used with the parameter that lists ids",
      );
    found = query.ids.map((id) => {
      const item = items.find((i) => kind.id(i) === id);
      if (!item) throw kind.missing(id);
      return item;
    });
  }
  if (query.max !== undefined && (query.max < 5 || query.max > 1000)) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value ( ${query.max} ) for parameter maxResults is invalid. Expecting a value ${query.max < 5 ? "greater than or equal to 5" : "less than or equal to 1000"}.`,
    );
  }
  const visible = (item: T): Tags => {
    const record = region.ec2.tags.get(kind.id(item));
    return record && Date.now() >= record.visibleAt ? record.tags : new Map<string, string>();
  };
  const p = page(
    filtered(found, query.filters, kind.filters, visible),
    query.token,
    query.max ?? 1000,
    () => new ApiError("InvalidNextToken", "The token is invalid."),
  );
  return { items: p.items.map((i) => ({ ...i, Tags: upperTags(visible(i)) })), next: p.next };
}

export const zones = (region: Region): AvailabilityZone[] =>
  zonesOf(region).map((z) => ({
    ZoneName: z.name,
    ZoneId: z.id,
    RegionName: region.name,
    State: "available",
    OptInStatus: "opt-in-not-required",
    ZoneType: "availability-zone",
    GroupName: `${region.name}-zg-1`,
    NetworkBorderGroup: region.name,
    Messages: [],
  }));
