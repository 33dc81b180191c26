/** Labels of parameters' versions, and tags of parameters. */
import type { SsmOperations } from "../model/ssm.types";
import type { Table } from "../registry";
import { tagsFrom, upperTags } from "../util";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";
import { notFound } from "./parameterStore";
import type { ParameterRecord } from "./records";

const MOST_LABELS = 10;

type LabelOperations = Pick<
  SsmOperations,
  | "LabelParameterVersion"
  | "UnlabelParameterVersion"
  | "AddTagsToResource"
  | "RemoveTagsFromResource"
  | "ListTagsForResource"
>;

/** The parameter whose tags are asked for. */
function tagged(region: Region, type: string, id: string): ParameterRecord {
  const found = type === "Parameter" ? region.ssm.parameters.get(id) : undefined;
  if (!found)
    throw new ApiError("InvalidResourceId", `The resource ID "${id}" is not valid. Verify the ID and try again.`);
  return found;
}

export const labelOperations: Table<LabelOperations> = {
  LabelParameterVersion: {
    supports: "*",
    run: (input, { region }) => {
      const record = region.ssm.parameters.get(input.Name);
      if (!record) throw notFound();
      const wanted = input.ParameterVersion ?? record.versions.at(-1)?.version;
      const version = record.versions.find((v) => v.version === wanted);
      if (!version)
        throw new ApiError(
          "ParameterVersionNotFound",
          `Systems Manager could not find version ${wanted ?? ""} of ${record.name}. Verify the version and try again.`,
        );
      const isGood = (label: string): boolean => /^(?!\d|aws|ssm)[a-zA-Z0-9_.-]{1,100}$/i.test(label);
      const good = input.Labels.filter(isGood);
      if (new Set([...version.labels, ...good]).size > MOST_LABELS)
        throw new ApiError(
          "ParameterVersionLabelLimitExceeded",
          "A parameter version can have a maximum of 10 labels.",
        );
      for (const label of good) {
        for (const other of record.versions) other.labels.delete(label);
        version.labels.add(label);
      }
      return { InvalidLabels: input.Labels.filter((l) => !isGood(l)), ParameterVersion: version.version };
    },
  },
  UnlabelParameterVersion: {
    supports: "*",
    run: (input, { region }) => {
      const record = region.ssm.parameters.get(input.Name);
      const version = record?.versions.find((v) => v.version === input.ParameterVersion);
      if (!record) throw notFound();
      const removed = input.Labels.filter((label) => version?.labels.delete(label));
      return { RemovedLabels: removed, InvalidLabels: input.Labels.filter((l) => !removed.includes(l)) };
    },
  },
  AddTagsToResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = tagged(region, input.ResourceType, input.ResourceId);
      for (const [key, value] of tagsFrom(input.Tags)) record.tags.set(key, value);
      return {};
    },
  },
  RemoveTagsFromResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = tagged(region, input.ResourceType, input.ResourceId);
      for (const key of input.TagKeys) record.tags.delete(key);
      return {};
    },
  },
  ListTagsForResource: {
    supports: "*",
    run: (input, { region }) => ({ TagList: upperTags(tagged(region, input.ResourceType, input.ResourceId).tags) }),
  },
};
