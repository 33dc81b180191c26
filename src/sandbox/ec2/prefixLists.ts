/**
 * Managed prefix lists: those of AWS, as far as people name them in security groups, and customers' own.
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html, also for their weights
 */
import type { Ec2Operations, ManagedPrefixList } from "../model/ec2.types";
import type { Table } from "../registry";
import type { PrefixListRecord } from "../states";
import { page, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { stored } from "./cidr";
import { notFound, read } from "./filters";
import { ec2Id, storeTags, tagsOf } from "./network";

type Operations = Pick<
  Ec2Operations,
  "DescribeManagedPrefixLists" | "GetManagedPrefixListEntries" | "CreateManagedPrefixList" | "DeleteManagedPrefixList"
>;

/** Name after the beginning, id, address family, weight: as many rules of a security group as it counts for. */
const OF_AWS: readonly (readonly [string, string, "IPv4" | "IPv6", number])[] = [
  ["global.cloudfront.origin-facing", "pl-3b927c52", "IPv4", 55],
  ["global.ipv6.cloudfront.origin-facing", "pl-0ea55ff8b8e4b0c41", "IPv6", 55],
  ["s3", "pl-63a5400a", "IPv4", 1],
  ["dynamodb", "pl-02cd2c6b", "IPv4", 1],
];

const PAGE = 100;

const missing = (id: string): ApiError =>
  new ApiError("InvalidPrefixListID.NotFound", `The prefix list ID '${id}' does not exist`);

/** AWS's lists of the region; documentation's addresses stand for theirs. */
function ofAws(region: Region): PrefixListRecord[] {
  return OF_AWS.map(([name, id, family, weight]) => ({
    list: {
      PrefixListId: id,
      PrefixListName: `com.amazonaws.${name.startsWith("global.") ? "" : `${region.name}.`}${name}`,
      PrefixListArn: `arn:aws:ec2:${region.name}:aws:prefix-list/${id}`,
      AddressFamily: family,
      MaxEntries: weight,
      OwnerId: "AWS",
      State: "create-complete",
    },
    entries: [{ cidr: family === "IPv4" ? "198.51.100.0/24" : "2001:db8:cf::/48" }],
  }));
}

const all = (region: Region): PrefixListRecord[] => [...ofAws(region), ...region.ec2.prefixLists.values()];

/** The list with that id. */
export function prefixListOf(region: Region, id: string): PrefixListRecord {
  const found = all(region).find(({ list }) => list.PrefixListId === id);
  if (!found) throw missing(id);
  return found;
}

/** As many rules as one with this list counts for. */
export const weightOf = (region: Region, id: string): number => prefixListOf(region, id).list.MaxEntries ?? 1;

export const prefixListOperations: Table<Operations> = {
  DescribeManagedPrefixLists: {
    supports: "Filters PrefixListIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        all(region).map(({ list }) => list),
        {
          id: (list) => list.PrefixListId ?? "",
          missing: notFound("InvalidPrefixListID.NotFound", "prefix list ID"),
          filters: {
            "prefix-list-id": (list) => list.PrefixListId,
            "prefix-list-name": (list) => list.PrefixListName,
            "owner-id": (list) => list.OwnerId,
          },
        },
        { ids: input.PrefixListIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { PrefixLists: r.items, NextToken: r.next };
    },
  },
  GetManagedPrefixListEntries: {
    supports: "PrefixListId NextToken MaxResults",
    run: (input, { region }) => {
      const { entries } = prefixListOf(region, input.PrefixListId);
      const bad = (): ApiError => new ApiError("InvalidPaginationToken", "The pagination token is invalid.");
      const p = page(entries, input.NextToken, input.MaxResults ?? PAGE, bad);
      return {
        Entries: p.items.map(({ cidr, description }) => ({ Cidr: cidr, Description: description })),
        NextToken: p.next,
      };
    },
  },
  CreateManagedPrefixList: {
    supports: "PrefixListName Entries MaxEntries TagSpecifications AddressFamily ClientToken",
    run: (input, { region }) => {
      if (/^com\.amazonaws/.test(input.PrefixListName))
        throw new ApiError("InvalidParameterValue", "The prefix list name cannot begin with com.amazonaws.");
      const { AddressFamily: family, MaxEntries: most } = input;
      if (family !== "IPv4" && family !== "IPv6")
        throw new ApiError("InvalidParameterValue", `The address family (${family}) is not supported.`);
      if ((input.Entries?.length ?? 0) > most)
        throw new ApiError("PrefixListMaxEntriesExceeded", "The prefix list has more entries than its maximum.");
      const entries = (input.Entries ?? []).map(({ Cidr, Description }) => {
        const cidr = Cidr.includes(":") === (family === "IPv6") ? stored(Cidr) : undefined;
        if (cidr === undefined) throw new ApiError("InvalidParameterValue", `CIDR block ${Cidr} is malformed`);
        return { cidr, ...(Description === undefined ? {} : { description: Description }) };
      });
      const id = ec2Id("pl");
      const tags = storeTags(region, id, input.TagSpecifications);
      const list: ManagedPrefixList = {
        PrefixListId: id,
        PrefixListName: input.PrefixListName,
        PrefixListArn: region.arn("ec2", `prefix-list/${id}`),
        AddressFamily: family,
        MaxEntries: most,
        Version: 1,
        OwnerId: region.account,
        State: "create-complete",
        Tags: tags,
      };
      region.ec2.prefixLists.set(id, { list, entries });
      return { PrefixList: { ...list, State: "create-in-progress" } };
    },
  },
  DeleteManagedPrefixList: {
    supports: "PrefixListId",
    run: (input, { region }) => {
      const { list } = prefixListOf(region, input.PrefixListId);
      if (list.OwnerId === "AWS")
        throw new ApiError("UnauthorizedOperation", "You are not authorized to perform this operation.", 403);
      const isUsed = [...region.ec2.groups.values()].some(({ rules }) =>
        [...rules.values()].some(({ PrefixListId }) => PrefixListId === list.PrefixListId),
      );
      if (isUsed) throw new ApiError("PrefixListInUse", "The prefix list is in use by a security group.");
      region.ec2.prefixLists.delete(input.PrefixListId);
      return {
        PrefixList: { ...list, State: "delete-in-progress", Tags: upperTags(tagsOf(region, input.PrefixListId)) },
      };
    },
  },
};
