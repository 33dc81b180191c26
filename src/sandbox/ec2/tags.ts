/** EC2: tags on anything that exists. */
import type { Ec2Operations } from "../model/ec2.types";
import type { Table } from "../registry";
import { tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";

type Operations = Pick<Ec2Operations, "CreateTags" | "DeleteTags">;

const KINDS: Readonly<Record<string, readonly [(region: Region, id: string) => boolean, string]>> = {
  vpc: [(r, id) => r.ec2.vpcs.has(id), "InvalidVpcID.NotFound"],
  subnet: [(r, id) => r.ec2.subnets.has(id), "InvalidSubnetID.NotFound"],
  rtb: [(r, id) => r.ec2.routeTables.has(id), "InvalidRouteTableID.NotFound"],
  igw: [(r, id) => r.ec2.internetGateways.has(id), "InvalidInternetGatewayID.NotFound"],
  nat: [(r, id) => r.ec2.natGateways.has(id), "NatGatewayNotFound"],
  sg: [(r, id) => r.ec2.groups.has(id), "InvalidGroup.NotFound"],
  sgr: [(r, id) => [...r.ec2.groups.values()].some((g) => g.rules.has(id)), "InvalidSecurityGroupRuleId.NotFound"],
  eni: [(r, id) => r.ec2.interfaces.has(id), "InvalidNetworkInterfaceID.NotFound"],
  vpce: [(r, id) => r.ec2.endpoints.has(id), "InvalidVpcEndpointId.NotFound"],
};

function check(region: Region, id: string): void {
  const prefix = id.split("-")[0] ?? "";
  const kind = Object.hasOwn(KINDS, prefix) ? KINDS[prefix] : undefined;
  if (!kind) throw new ApiError("InvalidID", `The ID '${id}' is not valid`);
  if (!kind[0](region, id)) throw new ApiError(kind[1], `The ID '${id}' does not exist`);
}

export const tagOperations = (world: SandboxState): Table<Operations> => ({
  CreateTags: {
    supports: "Resources Tags",
    run: (input, { region }) => {
      for (const id of input.Resources) check(region, id);
      for (const id of input.Resources) {
        const existing = region.ec2.tags.get(id);
        region.ec2.tags.set(id, {
          tags: new Map([...(existing?.tags ?? []), ...tagsFrom(input.Tags)]),
          visibleAt: existing?.visibleAt ?? Date.now() + world.lag("tags"),
        });
      }
      return {};
    },
  },
  DeleteTags: {
    supports: "Resources Tags",
    run: (input, { region }) => {
      for (const id of input.Resources) {
        const tags = region.ec2.tags.get(id)?.tags;
        if (!input.Tags?.length) region.ec2.tags.delete(id);
        for (const t of input.Tags ?? [])
          if (t.Value === undefined || tags?.get(t.Key ?? "") === t.Value) tags?.delete(t.Key ?? "");
      }
      return {};
    },
  },
});
