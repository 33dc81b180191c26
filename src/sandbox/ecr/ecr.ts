/** ECR's API. */
import type { EcrOperations, Repository } from "../model/ecr.types";
import type { Table } from "../registry";
import { page, tagsFrom } from "../util";
import { ApiError } from "../wire/errors";
import type { SandboxState } from "../world";
import type { BlobStore } from "./blobs";
import { imageOperations } from "./imageOperations";
import { layerUploads } from "./layerUploads";
import { checkLifecyclePolicy } from "./policyTexts";
import { type RegistryTokens, NAME, invalid, badToken, repositoryOf, byArn } from "./records";

/** Refuses exclusions where nothing is excluded, none where something should be, and filters that are no pattern. */
function checkExclusions(mutability: string | undefined, filters: readonly { filter: string }[] | undefined): void {
  const at = "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: ";
  if (/_WITH_EXCLUSION$/.test(mutability ?? "") !== (filters !== undefined && filters.length > 0))
    throw invalid(`${at}'Exclusion filters are needed for, and only for, a mutability with exclusion'`);
  if (filters?.some(({ filter }) => filter.split("*").length > 3))
    throw invalid(`${at}'A filter may have at most two wildcards'`);
}

export const ecrOperations = (world: SandboxState, blobs: BlobStore, tokens: RegistryTokens): Table<EcrOperations> => ({
  CreateRepository: {
    supports:
      "repositoryName registryId tags imageTagMutability imageTagMutabilityExclusionFilters " +
      "imageScanningConfiguration encryptionConfiguration",
    run: (input, { region }) => {
      const name = input.repositoryName;
      if (name.length < 2 || name.length > 256) {
        throw invalid(
          "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must have length " +
            `${name.length < 2 ? "greater than or equal to 2" : "less than or equal to 256"}'`,
        );
      }
      if (!NAME.test(name))
        throw invalid(
          "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression " +
            "'(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
        );
      if (region.ecr.repositories.has(name)) {
        throw new ApiError(
          "RepositoryAlreadyExistsException",
          `The repository with name '${name}' already exists in the registry with id '${region.account}'`,
        );
      }
      const filters = input.imageTagMutabilityExclusionFilters;
      checkExclusions(input.imageTagMutability, filters);
      if (filters && filters.length > 5)
        throw invalid(
          "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'Member must " +
            "have length less than or equal to 5'",
        );
      const repository: Repository = {
        repositoryArn: region.arn("ecr", `repository/${name}`),
        registryId: region.account,
        repositoryName: name,
        repositoryUri: `127.0.0.1:${world.port}/${name}`,
        createdAt: new Date(),
        imageTagMutability: input.imageTagMutability ?? "MUTABLE",
        imageTagMutabilityExclusionFilters: filters,
        imageScanningConfiguration: { scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false },
        encryptionConfiguration: input.encryptionConfiguration ?? { encryptionType: "AES256" },
      };
      region.ecr.repositories.set(name, {
        repository,
        tags: tagsFrom(input.tags),
        manifests: new Map(),
        imageTags: new Map(),
        blobs: new Map(),
      });
      return { repository };
    },
  },
  DescribeRepositories: {
    supports: "*",
    run: (input, { region }) => {
      const names = input.repositoryNames;
      if (names && names.length > 100)
        throw invalid(
          "Invalid parameter at 'repositoryNames' failed to satisfy constraint: 'Member must have length less " +
            "than or equal to 100'",
        );
      const all = names?.length
        ? names.map((n) => repositoryOf(region, { repositoryName: n, registryId: input.registryId }))
        : [...region.ecr.repositories.values()];
      const p = page(all, input.nextToken, input.maxResults ?? 100, badToken);
      return { repositories: p.items.map((r) => r.repository), nextToken: p.next };
    },
  },
  DeleteRepository: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      if (record.manifests.size > 0 && !input.force) {
        throw new ApiError(
          "RepositoryNotEmptyException",
          `The repository with name '${input.repositoryName}' in registry with id '${region.account}' cannot be ` +
            "deleted because it still contains images",
        );
      }
      region.ecr.repositories.delete(input.repositoryName);
      return { repository: record.repository };
    },
  },
  PutLifecyclePolicy: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const length = input.lifecyclePolicyText.length;
      if (length < 100 || length > 30720)
        throw invalid(
          "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Member must have length " +
            `${length < 100 ? "greater than or equal to 100" : "less than or equal to 30720"}'`,
        );
      checkLifecyclePolicy(input.lifecyclePolicyText);
      record.lifecycle = { text: input.lifecyclePolicyText, evaluatedAt: new Date(0) };
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        lifecyclePolicyText: input.lifecyclePolicyText,
      };
    },
  },
  GetLifecyclePolicy: {
    supports: "*",
    run: (input, { region }) => {
      const policy = repositoryOf(region, input).lifecycle;
      if (!policy)
        throw new ApiError(
          "LifecyclePolicyNotFoundException",
          `Lifecycle policy does not exist for the repository with name '${input.repositoryName}' in the ` +
            `registry with id '${region.account}'`,
        );
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        lifecyclePolicyText: policy.text,
        lastEvaluatedAt: policy.evaluatedAt,
      };
    },
  },
  DeleteLifecyclePolicy: {
    supports: "*",
    run: (input, { region }) => {
      const record = repositoryOf(region, input);
      const policy = record.lifecycle;
      if (!policy)
        throw new ApiError(
          "LifecyclePolicyNotFoundException",
          `Lifecycle policy does not exist for the repository with name '${input.repositoryName}' in the ` +
            `registry with id '${region.account}'`,
        );
      delete record.lifecycle;
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        lifecyclePolicyText: policy.text,
        lastEvaluatedAt: policy.evaluatedAt,
      };
    },
  },
  PutImageTagMutability: {
    supports: "*",
    run: (input, { region }) => {
      const { repository } = repositoryOf(region, input);
      checkExclusions(input.imageTagMutability, input.imageTagMutabilityExclusionFilters);
      repository.imageTagMutability = input.imageTagMutability;
      repository.imageTagMutabilityExclusionFilters = input.imageTagMutabilityExclusionFilters;
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageTagMutability: input.imageTagMutability,
        imageTagMutabilityExclusionFilters: input.imageTagMutabilityExclusionFilters,
      };
    },
  },
  PutImageScanningConfiguration: {
    supports: "*",
    run: (input, { region }) => {
      const { repository } = repositoryOf(region, input);
      repository.imageScanningConfiguration = { scanOnPush: input.imageScanningConfiguration.scanOnPush ?? false };
      return {
        registryId: region.account,
        repositoryName: input.repositoryName,
        imageScanningConfiguration: repository.imageScanningConfiguration,
      };
    },
  },
  TagResource: {
    supports: "*",
    run: (input, { region }) => {
      const record = byArn(region, input.resourceArn);
      for (const [k, v] of tagsFrom(input.tags)) record.tags.set(k, v);
      return {};
    },
  },
  ...imageOperations(world, blobs, tokens),
  ...layerUploads(blobs),
});
