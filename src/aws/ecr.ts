import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
  GetLifecyclePolicyCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutLifecyclePolicyCommand,
  type Repository as SdkRepository,
} from "@aws-sdk/client-ecr";
import { elapsed } from "../core/base/elapsed";
import { SlipwayError } from "../core/base/errors";
import type { EcrPort, RegistryToken, Repository } from "../core/ports/cloud";
import { fromUpper, upperTags, undefinedOn, type Caller } from "./session";

/** A password holds twelve hours; a registry that was started anew in between knows it no more. */
const tokenHoldsMilliseconds = 60_000;

const notFound = /^RepositoryNotFoundException$/;

/** Amazon ECR. */
export function ecrPort(caller: Caller): EcrPort {
  const { ecr } = caller.session;
  const describe = async (found: SdkRepository, tags: Record<string, string> | undefined): Promise<Repository> => {
    const arn = found.repositoryArn ?? "";
    return {
      name: found.repositoryName ?? "",
      arn,
      uri: found.repositoryUri ?? "",
      mutability: found.imageTagMutability ?? "MUTABLE",
      movableTags:
        found.imageTagMutability === "IMMUTABLE_WITH_EXCLUSION"
          ? (found.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? [])
          : [],
      tags: tags ?? fromUpper((await caller.send(ecr, new ListTagsForResourceCommand({ resourceArn: arn }))).tags),
    };
  };
  return {
    async findRepository(name) {
      const answer = await undefinedOn(
        notFound,
        caller.send(ecr, new DescribeRepositoriesCommand({ repositoryNames: [name] })),
      );
      const found = answer?.repositories?.[0];
      return found ? describe(found, undefined) : undefined;
    },
    async createRepository({ name, immutable, tags }) {
      const { repository } = await caller.send(
        ecr,
        new CreateRepositoryCommand({
          repositoryName: name,
          ...(immutable
            ? { imageTagMutability: "IMMUTABLE" as const }
            : {
                imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" as const,
                imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD" as const, filter: "latest" }],
              }),
          imageScanningConfiguration: { scanOnPush: true },
          tags: upperTags(tags),
        }),
      );
      return describe(repository ?? {}, tags);
    },
    async putLifecyclePolicy(name, policy) {
      await caller.send(ecr, new PutLifecyclePolicyCommand({ repositoryName: name, lifecyclePolicyText: policy }));
    },
    async findLifecyclePolicy(name) {
      const answer = await undefinedOn(
        /^(LifecyclePolicyNotFoundException|RepositoryNotFoundException)$/,
        caller.send(ecr, new GetLifecyclePolicyCommand({ repositoryName: name })),
      );
      return answer?.lifecyclePolicyText;
    },
    async authorizationToken() {
      const { session } = caller;
      const now = elapsed(session.clock);
      const last = session.registryToken;
      if (last && now - last.at < tokenHoldsMilliseconds) return last.token;
      const { authorizationData } = await caller.send(ecr, new GetAuthorizationTokenCommand({}));
      const data = authorizationData?.[0];
      const [username, password] = Buffer.from(data?.authorizationToken ?? "", "base64")
        .toString("utf8")
        .split(/:(.*)/s);
      if (!username || !password)
        throw new SlipwayError({
          code: "NoToken",
          summary: "ECR gave no usable authorization token.",
          actions: ["retry"],
        });
      const token: RegistryToken = {
        username,
        password,
        expiresAt: data?.expiresAt?.getTime() ?? 0,
        proxyEndpoint: data?.proxyEndpoint ?? "",
      };
      session.registryToken = { token, at: now };
      return token;
    },
    async findImage(repository, reference, { listed } = { listed: false }) {
      const imageId = "tag" in reference ? { imageTag: reference.tag } : { imageDigest: reference.digest };
      const described = await undefinedOn(
        /^(ImageNotFoundException|RepositoryNotFoundException)$/,
        caller.send(ecr, new DescribeImagesCommand({ repositoryName: repository, imageIds: [imageId] })),
      );
      const image = described?.imageDetails?.[0];
      // An archived image is listed, and no task can pull it.
      if (!image?.imageDigest || image.imageStatus === "ARCHIVED") return undefined;
      if (listed) return { digest: image.imageDigest, tags: image.imageTags ?? [] };
      // What DescribeImages lists must also be readable: this is the call that a pull begins with.
      const readable = await caller.send(
        ecr,
        new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageDigest: image.imageDigest }] }),
      );
      const bytes = image.imageSizeInBytes;
      return readable.images?.length
        ? { digest: image.imageDigest, tags: image.imageTags ?? [], ...(bytes === undefined ? {} : { bytes }) }
        : undefined;
    },
    async listRepositories() {
      const { repositories } = await caller.send(ecr, new DescribeRepositoriesCommand({ maxResults: 100 }));
      return (repositories ?? []).map((found) => ({
        name: found.repositoryName ?? "",
        uri: found.repositoryUri ?? "",
      }));
    },
    async listTags(repository) {
      const answer = await undefinedOn(
        notFound,
        caller.send(
          ecr,
          new ListImagesCommand({ repositoryName: repository, maxResults: 100, filter: { tagStatus: "TAGGED" } }),
        ),
      );
      return (answer?.imageIds ?? []).flatMap((image) => image.imageTag ?? []);
    },
    async deleteRepository(name) {
      await caller.send(ecr, new DeleteRepositoryCommand({ repositoryName: name, force: true }));
    },
  };
}
