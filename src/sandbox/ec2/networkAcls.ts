/**
 * Network ACLs: the default one of each VPC, which lets everything through.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
 */
import type { Ec2Operations, NetworkAcl, NetworkAclEntry } from "../model/ec2.types";
import type { Table } from "../registry";
import type { Region } from "../world";
import { notFound, read } from "./filters";

const entries: readonly NetworkAclEntry[] = [true, false].flatMap((Egress) =>
  (["allow", "deny"] as const).map((RuleAction) => ({
    CidrBlock: "0.0.0.0/0",
    Egress,
    Protocol: "-1",
    RuleAction,
    RuleNumber: RuleAction === "allow" ? 100 : 32_767,
  })),
);

function aclOf(region: Region, vpcId: string): NetworkAcl {
  const NetworkAclId = vpcId.replace("vpc-", "acl-");
  return {
    NetworkAclId,
    VpcId: vpcId,
    IsDefault: true,
    OwnerId: region.account,
    Entries: [...entries],
    Associations: [...region.ec2.subnets.values()]
      .filter((s) => s.VpcId === vpcId)
      .map(({ SubnetId = "" }) => ({
        NetworkAclAssociationId: SubnetId.replace("subnet-", "aclassoc-"),
        NetworkAclId,
        SubnetId,
      })),
  };
}

/** EC2's operations on network ACLs. */
export const networkAclOperations: Pick<Table<Ec2Operations>, "DescribeNetworkAcls"> = {
  DescribeNetworkAcls: {
    supports: "Filters NetworkAclIds NextToken MaxResults",
    run: (input, { region }) => {
      const r = read(
        region,
        [...region.ec2.vpcs.keys()].map((id) => aclOf(region, id)),
        {
          id: (a) => a.NetworkAclId ?? "",
          missing: notFound("InvalidNetworkAclID.NotFound", "networkAcl ID"),
          filters: {
            "network-acl-id": (a) => a.NetworkAclId,
            "vpc-id": (a) => a.VpcId,
            default: (a) => a.IsDefault,
            "owner-id": (a) => a.OwnerId,
            "association.subnet-id": (a) => a.Associations?.map((s) => s.SubnetId),
            "association.network-acl-id": (a) => a.Associations?.map((s) => s.NetworkAclId),
            "association.association-id": (a) => a.Associations?.map((s) => s.NetworkAclAssociationId),
          },
        },
        { ids: input.NetworkAclIds, filters: input.Filters, token: input.NextToken, max: input.MaxResults },
      );
      return { NetworkAcls: r.items, NextToken: r.next };
    },
  },
};
