/** ELBv2: load balancers, tags, limits. */
import { groupOf } from "../ec2/groups";
import { addInterface } from "../ec2/network";
import { hex, digits } from "../ids";
import type { AvailabilityZone, CreateLoadBalancerInput, Elbv2Operations, LoadBalancer } from "../model/elbv2.types";
import type { Table } from "../registry";
import type { LoadBalancerRecord, Tags } from "../states";
import { canonical, page, tagsFrom, upperTags } from "../util";
import { BALANCER_QUOTA, quotaOf, TARGET_GROUP_QUOTA } from "../quotas";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { balancerDefaults, checkAccessLogs, checkBalancerAttributes } from "./attributes";
import { listenerOf, loadBalancerOf, ruleOf, targetGroupOf } from "./lookup";
import { ensureLinkedRole } from "../iam/records";

type Operations = Pick<
  Elbv2Operations,
  | "CreateLoadBalancer"
  | "DescribeLoadBalancers"
  | "DeleteLoadBalancer"
  | "DescribeLoadBalancerAttributes"
  | "ModifyLoadBalancerAttributes"
  | "SetSecurityGroups"
  | "SetSubnets"
  | "SetIpAddressType"
  | "AddTags"
  | "RemoveTags"
  | "DescribeTags"
  | "DescribeAccountLimits"
>;

/** AWS takes 2:15–3:07 from creation to active. */
const PROVISIONING_MS = 150_000;
const GONE_MS = 120_000;

const validation = (text: string): ApiError => new ApiError("ValidationError", text);
export const badMarker = (): ApiError => validation("Invalid marker");

/** Names of load balancers and target groups share their rules. */
export function checkName(kind: string, name: string): void {
  if (name.length > 32) throw validation(`${kind} name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name))
    throw validation(
      `${kind} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  if (name.startsWith("-") || name.endsWith("-"))
    throw validation(`${kind} name '${name}' cannot begin or end with a hyphen(-)`);
}

function zonesFor(
  region: Region,
  input: { Subnets?: string[]; SubnetMappings?: { SubnetId?: string }[] },
): { zones: AvailabilityZone[]; vpcId: string } {
  const ids = input.Subnets ?? (input.SubnetMappings ?? []).map((m) => m.SubnetId ?? "");
  const subnets = ids.map((id) => {
    const subnet = region.ec2.subnets.get(id);
    if (!subnet) throw new ApiError("SubnetNotFound", `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  if (new Set(subnets.map((s) => s.AvailabilityZone)).size !== subnets.length)
    throw new ApiError(
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  if (subnets.length < 2)
    throw validation("At least two subnets in two different Availability Zones must be specified");
  if (new Set(subnets.map((s) => s.VpcId)).size > 1)
    throw new ApiError("InvalidConfigurationRequest", "All subnets must belong to the same VPC");
  return {
    zones: subnets.map((s) => ({ ZoneName: s.AvailabilityZone, SubnetId: s.SubnetId, LoadBalancerAddresses: [] })),
    vpcId: subnets[0]?.VpcId ?? "",
  };
}

function groupsFor(region: Region, vpcId: string, ids: readonly string[] | undefined): string[] {
  if (!ids?.length)
    return [...region.ec2.groups.values()]
      .filter((g) => g.group.VpcId === vpcId && g.group.GroupName === "default")
      .map((g) => g.group.GroupId ?? "");
  for (const id of ids) {
    try {
      if (groupOf(region, id).group.VpcId !== vpcId)
        throw new ApiError("InvalidConfigurationRequest", `One or more security groups are invalid`);
    } catch (error) {
      if (error instanceof ApiError && error.code === "InvalidGroup.NotFound")
        throw new ApiError("InvalidSecurityGroup", error.message);
      throw error;
    }
  }
  return [...ids];
}

function addInterfaces(world: SandboxState, region: Region, record: LoadBalancerRecord): void {
  const { loadBalancer } = record;
  const description = `ELB ${loadBalancer.LoadBalancerArn?.split(":loadbalancer/")[1] ?? ""}`;
  for (const id of record.interfaces.splice(0)) region.ec2.interfaces.delete(id);
  for (const zone of loadBalancer.AvailabilityZones ?? []) {
    const subnet = region.ec2.subnets.get(zone.SubnetId ?? "");
    if (!subnet) continue;
    const eni = addInterface(
      world,
      region,
      subnet,
      loadBalancer.SecurityGroups ?? [],
      description,
      loadBalancer.Scheme !== "internal",
    );
    record.interfaces.push(eni.NetworkInterfaceId ?? "");
  }
}

async function provision(world: SandboxState, record: LoadBalancerRecord): Promise<void> {
  const { loadBalancer } = record;
  await world.work("load-balancer", loadBalancer.LoadBalancerName ?? "", PROVISIONING_MS);
  loadBalancer.State = { Code: "active" };
}

let serial = 0;

function create(world: SandboxState, region: Region, input: CreateLoadBalancerInput): LoadBalancer {
  checkName("The load balancer", input.Name);
  if (input.Name.startsWith("internal-"))
    throw validation(`The load balancer name '${input.Name}' cannot begin with 'internal-'`);
  const type = input.Type ?? "application";
  if (type !== "application")
    throw new ApiError(
      "NotImplementedException",
      `The sandbox does not implement elbv2 CreateLoadBalancer with Type '${type}'.`,
      501,
    );
  const text = canonical({
    ...input,
    Subnets: [...(input.Subnets ?? [])].sort(),
    SecurityGroups: [...(input.SecurityGroups ?? [])].sort(),
  });
  const existing = [...region.elb.loadBalancers.values()].find((r) => r.loadBalancer.LoadBalancerName === input.Name);
  if (existing) {
    if (existing.attributes.get("sandbox.arguments") === text) return existing.loadBalancer;
    throw new ApiError(
      "DuplicateLoadBalancerName",
      `A load balancer with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  if (region.elb.loadBalancers.size >= quotaOf(world, BALANCER_QUOTA))
    throw new ApiError("TooManyLoadBalancers", "The maximum number of load balancers has been reached");
  const { zones, vpcId } = zonesFor(region, input);
  const groups = groupsFor(region, vpcId, input.SecurityGroups);
  const scheme = input.Scheme ?? "internet-facing";
  const attached = [...region.ec2.internetGateways.values()].some((g) => g.Attachments?.some((a) => a.VpcId === vpcId));
  if (scheme === "internet-facing" && !attached)
    throw new ApiError("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
  const id = hex(16);
  ensureLinkedRole(world, "elasticloadbalancing.amazonaws.com");
  const loadBalancer: LoadBalancer = {
    LoadBalancerArn: region.arn("elasticloadbalancing", `loadbalancer/app/${input.Name}/${id}`),
    LoadBalancerName: input.Name,
    DNSName: `${scheme === "internal" ? "internal-" : ""}${input.Name}-${digits(9)}${serial++}.${region.name}.elb.localhost`,
    CanonicalHostedZoneId: "Z35SXDOTRQ7X7K",
    CreatedTime: new Date(),
    Scheme: scheme,
    VpcId: vpcId,
    State: { Code: "provisioning" },
    Type: "application",
    AvailabilityZones: zones,
    SecurityGroups: groups,
    IpAddressType: input.IpAddressType ?? "ipv4",
  };
  const record: LoadBalancerRecord = {
    loadBalancer,
    attributes: new Map([...balancerDefaults(), ["sandbox.arguments", text]]),
    tags: tagsFrom(input.Tags),
    listeners: new Map(),
    dnsAt: Date.now() + world.lag("dns"),
    interfaces: [],
  };
  addInterfaces(world, region, record);
  region.elb.loadBalancers.set(loadBalancer.LoadBalancerArn ?? "", record);
  world.background("load balancer", provision(world, record));
  return loadBalancer;
}

const attributesOf = (map: Map<string, string>): { Key: string; Value: string }[] =>
  upperTags(map).filter((a) => !a.Key.startsWith("sandbox."));

/** The tags of any ELBv2 resource. */
function tagsOf(region: Region, arn: string): Tags {
  if (arn.includes(":targetgroup/")) return targetGroupOf(region, arn).tags;
  if (arn.includes(":listener-rule/")) return ruleOf(region, arn).record.tags;
  if (arn.includes(":listener/")) return listenerOf(region, arn).record.tags;
  return loadBalancerOf(region, arn).tags;
}

export const loadBalancerOperations = (world: SandboxState): Table<Operations> => ({
  CreateLoadBalancer: {
    supports: "Name Subnets SubnetMappings SecurityGroups Scheme Tags Type IpAddressType",
    run: (input, { region }) => ({ LoadBalancers: [create(world, region, input)] }),
  },
  DescribeLoadBalancers: {
    supports: "*",
    run: (input, { region }) => {
      if (input.PageSize !== undefined && (input.PageSize < 1 || input.PageSize > 400))
        throw validation("The page size must be between 1 and 400");
      let all = [...region.elb.loadBalancers.values()];
      if (input.LoadBalancerArns?.length) all = input.LoadBalancerArns.map((arn) => loadBalancerOf(region, arn));
      if (input.Names?.length) {
        all = input.Names.map((name) => {
          const found = all.find((r) => r.loadBalancer.LoadBalancerName === name);
          if (!found) throw new ApiError("LoadBalancerNotFound", `Load balancers '[${name}]' not found`);
          return found;
        });
      }
      const p = page(all, input.Marker, input.PageSize ?? 400, badMarker);
      return { LoadBalancers: p.items.map((r) => r.loadBalancer), NextMarker: p.next };
    },
  },
  DeleteLoadBalancer: {
    supports: "*",
    run: (input, { region }) => {
      const record = region.elb.loadBalancers.get(input.LoadBalancerArn);
      if (!record) return {};
      if (record.attributes.get("deletion_protection.enabled") === "true")
        throw new ApiError(
          "OperationNotPermitted",
          `Load balancer '${input.LoadBalancerArn}' cannot be deleted because deletion protection is enabled`,
        );
      region.elb.loadBalancers.delete(input.LoadBalancerArn);
      world.background(
        "interfaces of a load balancer",
        world.work("load-balancer-interfaces", record.loadBalancer.LoadBalancerName ?? "", GONE_MS).then(() => {
          for (const id of record.interfaces) region.ec2.interfaces.delete(id);
        }),
      );
      return {};
    },
  },
  DescribeLoadBalancerAttributes: {
    supports: "*",
    run: (input, { region }) => ({
      Attributes: attributesOf(loadBalancerOf(region, input.LoadBalancerArn).attributes),
    }),
  },
  ModifyLoadBalancerAttributes: {
    supports: "*",
    run: (input, { region }) => {
      const { attributes } = loadBalancerOf(region, input.LoadBalancerArn);
      checkBalancerAttributes(input.Attributes);
      const given = input.Attributes.map((a): [string, string] => [a.Key ?? "", a.Value ?? ""]);
      checkAccessLogs(new Map([...attributes, ...given]), world.buckets);
      for (const [key, value] of given) attributes.set(key, value);
      return { Attributes: attributesOf(attributes) };
    },
  },
  SetSecurityGroups: {
    supports: "LoadBalancerArn SecurityGroups",
    run: (input, { region }) => {
      const { loadBalancer, interfaces } = loadBalancerOf(region, input.LoadBalancerArn);
      loadBalancer.SecurityGroups = groupsFor(region, loadBalancer.VpcId ?? "", input.SecurityGroups);
      for (const id of interfaces) {
        const eni = region.ec2.interfaces.get(id);
        if (eni) eni.Groups = loadBalancer.SecurityGroups.map((GroupId) => ({ GroupId }));
      }
      return { SecurityGroupIds: loadBalancer.SecurityGroups };
    },
  },
  SetSubnets: {
    supports: "LoadBalancerArn Subnets SubnetMappings",
    run: (input, { region }) => {
      const record = loadBalancerOf(region, input.LoadBalancerArn);
      record.loadBalancer.AvailabilityZones = zonesFor(region, input).zones;
      addInterfaces(world, region, record);
      return {
        AvailabilityZones: record.loadBalancer.AvailabilityZones,
        IpAddressType: record.loadBalancer.IpAddressType,
      };
    },
  },
  SetIpAddressType: {
    supports: "*",
    run: (input, { region }) => {
      loadBalancerOf(region, input.LoadBalancerArn).loadBalancer.IpAddressType = input.IpAddressType;
      return { IpAddressType: input.IpAddressType };
    },
  },
  AddTags: {
    supports: "*",
    run: (input, { region }) => {
      for (const arn of input.ResourceArns) for (const [k, v] of tagsFrom(input.Tags)) tagsOf(region, arn).set(k, v);
      return {};
    },
  },
  RemoveTags: {
    supports: "*",
    run: (input, { region }) => {
      for (const arn of input.ResourceArns) for (const k of input.TagKeys) tagsOf(region, arn).delete(k);
      return {};
    },
  },
  DescribeTags: {
    supports: "*",
    run: (input, { region }) => {
      if (input.ResourceArns.length > 20) throw validation("At most 20 resources can be described");
      return {
        TagDescriptions: input.ResourceArns.map((arn) => ({ ResourceArn: arn, Tags: upperTags(tagsOf(region, arn)) })),
      };
    },
  },
  DescribeAccountLimits: {
    supports: "*",
    run: () => ({
      Limits: [
        ["application-load-balancers", String(quotaOf(world, BALANCER_QUOTA))],
        ["target-groups", String(quotaOf(world, TARGET_GROUP_QUOTA))],
        ["targets-per-application-load-balancer", "1000"],
        ["listeners-per-application-load-balancer", "50"],
        ["rules-per-application-load-balancer", "100"],
      ].map(([Name, Max]) => ({ Name, Max })),
    }),
  },
});
