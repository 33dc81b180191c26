import { ListTaskDefinitionFamiliesCommand, ListTaskDefinitionsCommand } from "@aws-sdk/client-ecs";
import type { ResourceItem } from "../../core/ports/resourceModel";
import { lastOf, matching, present, type Loader, type Loaders } from "./shared";

const pageSize = 100;

const familyItem = (name: string): ResourceItem => ({
  kind: "family",
  key: name,
  label: name,
  description: "",
  state: "plain",
  ref: { family: name },
  facts: [["Family", name]],
  expandable: true,
  can: [],
});

const revisionItem = (arn: string, active: boolean): ResourceItem => ({
  kind: "revision",
  key: arn,
  label: lastOf(arn),
  description: active ? "" : "inactive",
  state: active ? "plain" : "off",
  arn,
  ref: { definition: arn, family: lastOf(arn).split(":")[0] ?? "" },
  facts: [["ARN", arn]],
  expandable: false,
  can: [active ? "active" : "inactive"],
});

const revisionOf = (arn: string): number => Number(arn.split(":").at(-1));

const revisions =
  (status: "ACTIVE" | "INACTIVE"): Loader =>
  async (caller, parent, page) => {
    const family = parent.ref["family"] ?? "";
    const { taskDefinitionArns, nextToken } = await caller.send(
      caller.session.ecs,
      new ListTaskDefinitionsCommand({
        familyPrefix: family,
        status,
        sort: "DESC",
        maxResults: pageSize,
        ...present({ nextToken: page }),
      }),
      "ecsDefinition",
    );
    // AWS has them in this order already; an emulator may not.
    const newest = (taskDefinitionArns ?? [])
      .filter((arn) => lastOf(arn).split(":")[0] === family)
      .sort((a, b) => revisionOf(b) - revisionOf(a));
    const items = newest.map((arn) => revisionItem(arn, status === "ACTIVE"));
    const inactive: ResourceItem[] =
      status === "ACTIVE" && page === undefined
        ? [
            {
              kind: "inactiveRevisions",
              key: "inactive",
              label: "Inactive Revisions",
              description: "",
              state: "off",
              ref: parent.ref,
              facts: [],
              expandable: true,
              can: [],
            },
          ]
        : [];
    return { items: [...items, ...(nextToken === undefined ? inactive : [])], ...present({ next: nextToken }) };
  };

export const definitionLoaders: Loaders = {
  async families(caller, _parent, page, filter) {
    const items: ResourceItem[] = [];
    let next = page;
    do {
      const answer = await caller.send(
        caller.session.ecs,
        new ListTaskDefinitionFamiliesCommand({ status: "ALL", maxResults: pageSize, ...present({ nextToken: next }) }),
        "ecsDefinition",
      );
      items.push(...matching((answer.families ?? []).map(familyItem), filter));
      next = answer.nextToken;
    } while (filter !== undefined && next !== undefined && items.length < pageSize);
    return { items, ...present({ next }) };
  },
  family: revisions("ACTIVE"),
  inactiveRevisions: revisions("INACTIVE"),
};
