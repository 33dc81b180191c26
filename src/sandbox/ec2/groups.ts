/** Security groups: creation, rules, deletion. */
import type { Ec2Operations, IpPermission, SecurityGroup, SecurityGroupRule, Tag } from "../model/ec2.types";
import type { Table } from "../registry";
import type { GroupRecord } from "../states";
import { upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { stored } from "./cidr";
import { quotaOf, RULES_QUOTA } from "../quotas";
import { ec2Id, newGroup, storeTags, tagsOf } from "./network";
import { prefixListOf, weightOf } from "./prefixLists";

type GroupOperations = Pick<
  Ec2Operations,
  | "CreateSecurityGroup"
  | "DeleteSecurityGroup"
  | "AuthorizeSecurityGroupIngress"
  | "AuthorizeSecurityGroupEgress"
  | "RevokeSecurityGroupIngress"
  | "RevokeSecurityGroupEgress"
>;

const noGroup = (id: string): ApiError =>
  new ApiError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
const NAME = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

/** The group, unless it does not exist or is too new to be seen. */
export function groupOf(region: Region, id: string): GroupRecord {
  const record = region.ec2.groups.get(id);
  if (!record || Date.now() < record.visibleAt) throw noGroup(id);
  return record;
}

interface FlatRule {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  readonly cidr4?: string;
  readonly cidr6?: string;
  readonly group?: string;
  readonly prefixList?: string;
  readonly description?: string;
}

const PROTOCOLS: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", "1": "icmp", all: "-1" };

function flatten(region: Region, vpcId: string, permissions: readonly IpPermission[]): FlatRule[] {
  return permissions.flatMap((p) => {
    const given = (p.IpProtocol ?? "").toLowerCase();
    if (given === "") throw new ApiError("MissingParameter", "The request must contain the parameter IpProtocol");
    const protocol = (Object.hasOwn(PROTOCOLS, given) ? PROTOCOLS[given] : undefined) ?? given;
    if ((protocol === "tcp" || protocol === "udp") && (p.FromPort === undefined || p.ToPort === undefined)) {
      throw new ApiError(
        "InvalidParameterValue",
        `Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`,
      );
    }
    if ((p.FromPort ?? 0) > (p.ToPort ?? 0) && protocol !== "-1" && protocol !== "icmp") {
      throw new ApiError(
        "InvalidParameterValue",
        `Invalid value '${p.FromPort}-${p.ToPort}' for portRange. The from port must not be greater than the to port.`,
      );
    }
    const base = {
      protocol,
      from: protocol === "-1" ? -1 : (p.FromPort ?? -1),
      to: protocol === "-1" ? -1 : (p.ToPort ?? -1),
    };
    const block = (cidr = "", isOfFamily: boolean): string => {
      const text = isOfFamily ? stored(cidr) : undefined;
      if (text === undefined) throw new ApiError("InvalidParameterValue", `CIDR block ${cidr} is malformed`);
      return text;
    };
    for (const g of p.UserIdGroupPairs ?? []) {
      const record = groupOf(region, g.GroupId ?? "");
      if (record.group.VpcId !== vpcId) throw noGroup(g.GroupId ?? "");
    }
    for (const l of p.PrefixListIds ?? []) prefixListOf(region, l.PrefixListId ?? "");
    const rules: FlatRule[] = [
      ...(p.IpRanges ?? []).map((r) => ({
        ...base,
        cidr4: block(r.CidrIp, !r.CidrIp?.includes(":")),
        description: r.Description,
      })),
      ...(p.Ipv6Ranges ?? []).map((r) => ({
        ...base,
        cidr6: block(r.CidrIpv6, r.CidrIpv6?.includes(":") === true),
        description: r.Description,
      })),
      ...(p.UserIdGroupPairs ?? []).map((g) => ({ ...base, group: g.GroupId, description: g.Description })),
      ...(p.PrefixListIds ?? []).map((l) => ({ ...base, prefixList: l.PrefixListId, description: l.Description })),
    ];
    if (rules.length === 0)
      throw new ApiError(
        "MissingParameter",
        "The request must contain the parameter IpPermissions.1.IpRanges, Ipv6Ranges, Groups or PrefixListIds",
      );
    return rules;
  });
}

const samePeer = (rule: SecurityGroupRule, flat: FlatRule): boolean =>
  rule.IpProtocol === flat.protocol &&
  rule.FromPort === flat.from &&
  rule.ToPort === flat.to &&
  rule.CidrIpv4 === flat.cidr4 &&
  rule.CidrIpv6 === flat.cidr6 &&
  rule.ReferencedGroupInfo?.GroupId === flat.group &&
  rule.PrefixListId === flat.prefixList;

function authorize(
  world: SandboxState,
  region: Region,
  groupId: string,
  egress: boolean,
  permissions: readonly IpPermission[],
  specs: readonly { Tags?: Tag[] }[] | undefined,
): SecurityGroupRule[] {
  const record = groupOf(region, groupId);
  const flat = flatten(region, record.group.VpcId ?? "", permissions);
  const mine = [...record.rules.values()].filter((r) => r.IsEgress === egress);
  for (const rule of flat) {
    if (mine.some((r) => samePeer(r, rule))) {
      const peer = rule.cidr4 ?? rule.cidr6 ?? rule.group ?? rule.prefixList ?? "";
      const ports =
        rule.protocol === "-1" ? "ALL" : `${rule.protocol.toUpperCase()}, from port: ${rule.from}, to port: ${rule.to}`;
      throw new ApiError(
        "InvalidPermission.Duplicate",
        `the specified rule "peer: ${peer}, ${ports}, ALLOW" already exists`,
      );
    }
  }
  // A prefix list counts for as many rules as it may have entries.
  const count = (lists: readonly (string | undefined)[]): number =>
    lists.reduce((sum, list) => sum + (list === undefined ? 1 : weightOf(region, list)), 0);
  const rules = count([...mine.map((r) => r.PrefixListId), ...flat.map((r) => r.prefixList)]);
  if (rules > quotaOf(world, RULES_QUOTA))
    throw new ApiError(
      "RulesPerSecurityGroupLimitExceeded",
      "The maximum number of rules per security group has been reached.",
    );
  return flat.map((rule) => {
    const id = ec2Id("sgr");
    const stored: SecurityGroupRule = {
      SecurityGroupRuleId: id,
      GroupId: groupId,
      GroupOwnerId: world.account,
      IsEgress: egress,
      IpProtocol: rule.protocol,
      FromPort: rule.from,
      ToPort: rule.to,
      CidrIpv4: rule.cidr4,
      CidrIpv6: rule.cidr6,
      PrefixListId: rule.prefixList,
      Description: rule.description,
      ...(rule.group
        ? { ReferencedGroupInfo: { GroupId: rule.group, UserId: world.account, VpcId: record.group.VpcId } }
        : {}),
      SecurityGroupRuleArn: region.arn("ec2", `security-group-rule/${id}`),
      Tags: storeTags(region, id, specs),
    };
    record.rules.set(id, stored);
    return stored;
  });
}

function revoke(
  region: Region,
  groupId: string,
  egress: boolean,
  permissions: readonly IpPermission[] | undefined,
  ids: readonly string[] | undefined,
): void {
  const record = groupOf(region, groupId);
  for (const id of ids ?? []) {
    if (!record.rules.has(id))
      throw new ApiError("InvalidSecurityGroupRuleId.NotFound", `The security group rule ID '${id}' does not exist`);
  }
  const missing = (): ApiError =>
    new ApiError("InvalidPermission.NotFound", "The specified rule does not exist in this security group");
  const found = flatten(region, record.group.VpcId ?? "", permissions ?? []).map((rule) => {
    const match = [...record.rules.values()].find((r) => r.IsEgress === egress && samePeer(r, rule));
    if (!match?.SecurityGroupRuleId) throw missing();
    return match.SecurityGroupRuleId;
  });
  if (found.length === 0 && (ids ?? []).length === 0) throw missing();
  for (const id of [...found, ...(ids ?? [])]) record.rules.delete(id);
}

/** The group with its rules folded into permissions, as DescribeSecurityGroups gives it. */
export function describedGroup(region: Region, record: GroupRecord): SecurityGroup {
  const fold = (egress: boolean): IpPermission[] => {
    const byPorts = new Map<string, IpPermission>();
    for (const r of record.rules.values()) {
      if (r.IsEgress !== egress) continue;
      const key = `${r.IpProtocol}|${r.FromPort}|${r.ToPort}`;
      const ports = r.IpProtocol === "-1" ? {} : { FromPort: r.FromPort, ToPort: r.ToPort };
      const p = byPorts.get(key) ?? {
        IpProtocol: r.IpProtocol,
        ...ports,
        IpRanges: [],
        Ipv6Ranges: [],
        UserIdGroupPairs: [],
        PrefixListIds: [],
      };
      byPorts.set(key, p);
      if (r.CidrIpv4) p.IpRanges?.push({ CidrIp: r.CidrIpv4, Description: r.Description });
      if (r.CidrIpv6) p.Ipv6Ranges?.push({ CidrIpv6: r.CidrIpv6, Description: r.Description });
      if (r.PrefixListId) p.PrefixListIds?.push({ PrefixListId: r.PrefixListId, Description: r.Description });
      if (r.ReferencedGroupInfo)
        p.UserIdGroupPairs?.push({
          GroupId: r.ReferencedGroupInfo.GroupId,
          UserId: r.ReferencedGroupInfo.UserId,
          Description: r.Description,
        });
    }
    return [...byPorts.values()];
  };
  const tags = tagsOf(region, record.group.GroupId ?? "");
  return { ...record.group, IpPermissions: fold(false), IpPermissionsEgress: fold(true), Tags: upperTags(tags) };
}

export const groupOperations = (world: SandboxState): Table<GroupOperations> => ({
  CreateSecurityGroup: {
    supports: "Description GroupName VpcId TagSpecifications",
    run: (input, { region }) => {
      if (!NAME.test(input.GroupName) || input.GroupName.startsWith("sg-")) {
        throw new ApiError(
          "InvalidParameterValue",
          `Value (${input.GroupName}) for parameter GroupName is invalid. Group names may not be in the format sg-*, and character sets beyond a-zA-Z0-9. _-:/()#,@[]+=&;{}!$* are not allowed.`,
        );
      }
      if (!NAME.test(input.Description))
        throw new ApiError(
          "InvalidParameterValue",
          `Value (${input.Description}) for parameter GroupDescription is invalid. Character sets beyond a-zA-Z0-9. _-:/()#,@[]+=&;{}!$* are not supported.`,
        );
      const vpcId = input.VpcId ?? [...region.ec2.vpcs.values()].find((v) => v.IsDefault)?.VpcId;
      if (!vpcId) throw new ApiError("VPCIdNotSpecified", "No default VPC for this user");
      if (!region.ec2.vpcs.has(vpcId))
        throw new ApiError("InvalidVpcID.NotFound", `The vpc ID '${vpcId}' does not exist`);
      if (
        [...region.ec2.groups.values()].some((g) => g.group.VpcId === vpcId && g.group.GroupName === input.GroupName)
      ) {
        throw new ApiError(
          "InvalidGroup.Duplicate",
          `The security group '${input.GroupName}' already exists for VPC '${vpcId}'`,
        );
      }
      const record = newGroup(world, region, vpcId, input.GroupName, input.Description);
      const id = record.group.GroupId ?? "";
      return {
        GroupId: id,
        SecurityGroupArn: record.group.SecurityGroupArn,
        Tags: storeTags(region, id, input.TagSpecifications),
      };
    },
  },
  DeleteSecurityGroup: {
    supports: "GroupId",
    run: (input, { region }) => {
      const id = input.GroupId ?? "";
      if (id === "")
        throw new ApiError("MissingParameter", "The request must contain the parameter groupName or groupId");
      const record = region.ec2.groups.get(id);
      if (!record) throw noGroup(id);
      if (record.group.GroupName === "default")
        throw new ApiError("CannotDelete", `the specified group: "${id}" name: "default" cannot be deleted by a user`);
      const used = [...region.ec2.interfaces.values()].some((i) => i.Groups?.some((g) => g.GroupId === id));
      const named = [...region.ec2.groups.values()].some(
        (g) => g !== record && [...g.rules.values()].some((r) => r.ReferencedGroupInfo?.GroupId === id),
      );
      if (used || named) throw new ApiError("DependencyViolation", `resource ${id} has a dependent object`);
      region.ec2.groups.delete(id);
      region.ec2.tags.delete(id);
      return { Return: true, GroupId: id };
    },
  },
  AuthorizeSecurityGroupIngress: {
    supports: "GroupId GroupName IpPermissions CidrIp FromPort ToPort IpProtocol TagSpecifications",
    run: (input, { region }) => ({
      Return: true,
      SecurityGroupRules: authorize(
        world,
        region,
        idOf(region, input),
        false,
        permissionsOf(input),
        input.TagSpecifications,
      ),
    }),
  },
  AuthorizeSecurityGroupEgress: {
    supports: "GroupId IpPermissions TagSpecifications",
    run: (input, { region }) => ({
      Return: true,
      SecurityGroupRules: authorize(
        world,
        region,
        input.GroupId,
        true,
        input.IpPermissions ?? [],
        input.TagSpecifications,
      ),
    }),
  },
  RevokeSecurityGroupIngress: {
    supports: "GroupId GroupName IpPermissions SecurityGroupRuleIds CidrIp FromPort ToPort IpProtocol",
    run: (input, { region }) => {
      revoke(region, idOf(region, input), false, permissionsOf(input), input.SecurityGroupRuleIds);
      return { Return: true };
    },
  },
  RevokeSecurityGroupEgress: {
    supports: "GroupId IpPermissions SecurityGroupRuleIds",
    run: (input, { region }) => {
      revoke(region, input.GroupId, true, input.IpPermissions, input.SecurityGroupRuleIds);
      return { Return: true };
    },
  },
});

interface OldStyle {
  readonly GroupId?: string;
  readonly GroupName?: string;
  readonly IpPermissions?: IpPermission[];
  readonly CidrIp?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly IpProtocol?: string;
}

function idOf(region: Region, input: OldStyle): string {
  if (input.GroupId) return input.GroupId;
  if (!input.GroupName)
    throw new ApiError("MissingParameter", "The request must contain the parameter groupName or groupId");
  const found = [...region.ec2.groups.values()].find(
    (g) => g.group.GroupName === input.GroupName && region.ec2.vpcs.get(g.group.VpcId ?? "")?.IsDefault,
  );
  if (!found?.group.GroupId) throw noGroup(input.GroupName);
  return found.group.GroupId;
}

function permissionsOf(input: OldStyle): IpPermission[] {
  if (input.CidrIp === undefined) return input.IpPermissions ?? [];
  return [
    ...(input.IpPermissions ?? []),
    {
      IpProtocol: input.IpProtocol,
      FromPort: input.FromPort,
      ToPort: input.ToPort,
      IpRanges: [{ CidrIp: input.CidrIp }],
    },
  ];
}
