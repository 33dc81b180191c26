/**
 * VPC Block Public Access: what it blocks, and what is left out of it.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html and EC2's model.
 */
import type { Ec2Operations, VpcBlockPublicAccessExclusion } from "../model/ec2.types";
import type { Table } from "../registry";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { lost, subnetOf, vpcOf } from "./lookup";
import { ec2Id, storeTags } from "./network";

type Operations = Pick<
  Ec2Operations,
  | "DescribeVpcBlockPublicAccessOptions"
  | "ModifyVpcBlockPublicAccessOptions"
  | "DescribeVpcBlockPublicAccessExclusions"
  | "CreateVpcBlockPublicAccessExclusion"
  | "DeleteVpcBlockPublicAccessExclusion"
>;

/** An account has 50 exclusions at most. */
const MOST = 50;

const optionsOf = (region: Region) => ({
  AwsAccountId: region.account,
  AwsRegion: region.name,
  State: region.ec2.publicAccess.changedAt ? "update-complete" : "default-state",
  InternetGatewayBlockMode: region.ec2.publicAccess.mode,
  LastUpdateTimestamp: region.ec2.publicAccess.changedAt,
  ManagedBy: "account",
  ExclusionsAllowed: "allowed",
});

const oneOf = (parameter: string, value: string, taken: readonly string[]): string => {
  if (taken.includes(value)) return value;
  throw new ApiError("InvalidParameterValue", `Value (${value}) for parameter ${parameter} is invalid.`);
};

const live = (e: VpcBlockPublicAccessExclusion): boolean => e.State === "create-complete";

export const publicAccessOperations: Table<Operations> = {
  DescribeVpcBlockPublicAccessOptions: {
    supports: "",
    run: (_input, { region }) => ({ VpcBlockPublicAccessOptions: optionsOf(region) }),
  },
  ModifyVpcBlockPublicAccessOptions: {
    supports: "InternetGatewayBlockMode",
    run: (input, { region }) => {
      region.ec2.publicAccess.mode = oneOf("InternetGatewayBlockMode", input.InternetGatewayBlockMode, [
        "off",
        "block-bidirectional",
        "block-ingress",
      ]);
      region.ec2.publicAccess.changedAt = new Date();
      return { VpcBlockPublicAccessOptions: optionsOf(region) };
    },
  },
  DescribeVpcBlockPublicAccessExclusions: {
    supports: "ExclusionIds",
    run: (input, { region }) => {
      const { exclusions } = region.ec2.publicAccess;
      for (const id of input.ExclusionIds ?? [])
        if (!exclusions.has(id)) throw lost("InvalidVpcBlockPublicAccessExclusionId.NotFound", "exclusion ID", id);
      const chosen = [...exclusions.values()].filter(
        (e) => !input.ExclusionIds?.length || input.ExclusionIds.includes(e.ExclusionId ?? ""),
      );
      return { VpcBlockPublicAccessExclusions: chosen };
    },
  },
  CreateVpcBlockPublicAccessExclusion: {
    supports: "SubnetId VpcId InternetGatewayExclusionMode TagSpecifications",
    run: (input, { region }) => {
      const { exclusions } = region.ec2.publicAccess;
      if ((input.SubnetId === undefined) === (input.VpcId === undefined))
        throw new ApiError("InvalidParameterCombination", "Specify either a VPC ID or a subnet ID.");
      const arn = input.SubnetId
        ? (subnetOf(region, input.SubnetId).SubnetArn ?? region.arn("ec2", `subnet/${input.SubnetId}`))
        : region.arn("ec2", `vpc/${vpcOf(region, input.VpcId ?? "").VpcId ?? ""}`);
      if ([...exclusions.values()].filter(live).length >= MOST)
        throw new ApiError(
          "VpcBlockPublicAccessExclusionLimitExceeded",
          "The maximum number of exclusions is reached.",
        );
      const id = ec2Id("vpcbpa-exclude");
      const made: VpcBlockPublicAccessExclusion = {
        ExclusionId: id,
        InternetGatewayExclusionMode: oneOf("InternetGatewayExclusionMode", input.InternetGatewayExclusionMode, [
          "allow-bidirectional",
          "allow-egress",
        ]),
        ResourceArn: arn,
        State: "create-complete",
        CreationTimestamp: new Date(),
        LastUpdateTimestamp: new Date(),
        Tags: storeTags(region, id, input.TagSpecifications),
      };
      exclusions.set(id, made);
      return { VpcBlockPublicAccessExclusion: made };
    },
  },
  DeleteVpcBlockPublicAccessExclusion: {
    supports: "ExclusionId",
    run: (input, { region }) => {
      const found = region.ec2.publicAccess.exclusions.get(input.ExclusionId);
      if (!found) throw lost("InvalidVpcBlockPublicAccessExclusionId.NotFound", "exclusion ID", input.ExclusionId);
      region.ec2.publicAccess.exclusions.delete(input.ExclusionId);
      return { VpcBlockPublicAccessExclusion: { ...found, State: "delete-complete", DeletionTimestamp: new Date() } };
    },
  },
};

/** What an exclusion of the subnet, or of its VPC, lets through. */
function exclusionOf(region: Region, subnetId: string): string | undefined {
  const vpcId = region.ec2.subnets.get(subnetId)?.VpcId;
  const modes = [...region.ec2.publicAccess.exclusions.values()]
    .filter((e) => live(e) && [`subnet/${subnetId}`, `vpc/${vpcId ?? ""}`].some((end) => e.ResourceArn?.endsWith(end)))
    .map((e) => e.InternetGatewayExclusionMode);
  return modes.includes("allow-bidirectional") ? "allow-bidirectional" : modes[0];
}

/** Whether connections from the internet get into the subnet. */
export function lettingIn(region: Region, subnetId: string): boolean {
  return region.ec2.publicAccess.mode === "off" || exclusionOf(region, subnetId) === "allow-bidirectional";
}

/** Whether connections get out of the subnet by an internet gateway; `nat`: made by a NAT gateway in it. */
export function lettingOut(region: Region, subnetId: string, nat: boolean): boolean {
  const { mode } = region.ec2.publicAccess;
  return mode === "off" || (mode === "block-ingress" && nat) || exclusionOf(region, subnetId) !== undefined;
}
