import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  GetDownloadUrlForLayerCommand,
  GetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import type { InspectionPort } from "../../core/ports/inspection";
import type { JsonObject } from "../../core/base/taskDefinition";
import { undefinedOn, type Caller } from "../session";

/** A configuration of some kilobytes. */
const downloadMilliseconds = 15_000;

export interface Manifest {
  manifests?: { digest?: string; platform?: { os?: string; architecture?: string } }[];
  config?: { digest?: string };
}

interface ImageConfiguration {
  os?: string;
  architecture?: string;
  config?: { ExposedPorts?: Record<string, unknown>; Labels?: Record<string, string> | null };
}

const platform = (found: { os?: string; architecture?: string } | undefined) =>
  `${found?.os ?? "?"}/${found?.architecture ?? "?"}`;

/** What of these images is known without reading their configurations; of the others the configuration's digest. */
export async function manifestsOf(
  caller: Caller,
  repositoryName: string,
  digests: readonly string[],
): Promise<Map<string, Manifest>> {
  const { images } = await caller.send(
    caller.session.ecr,
    new BatchGetImageCommand({ repositoryName, imageIds: digests.map((imageDigest) => ({ imageDigest })) }),
  );
  return new Map(
    (images ?? []).map((image) => [
      image.imageId?.imageDigest ?? "",
      JSON.parse(image.imageManifest ?? "{}") as Manifest,
    ]),
  );
}

/** Platforms of a manifest that is there; attestations are for none. */
export async function platformsOfManifest(
  caller: Caller,
  repositoryName: string,
  manifest: Manifest,
): Promise<string[]> {
  if (manifest.manifests)
    return manifest.manifests.map((entry) => platform(entry.platform)).filter((text) => !/unknown|\?/.test(text));
  const found = await configurationOf(caller, repositoryName, manifest);
  return found ? [found.platform] : [];
}

interface OwnConfiguration {
  exposedPorts: number[];
  labels: Record<string, string>;
}

/** What an image was made for: of a list each of its platforms, of a single image what its own configuration says. */
async function configured(
  caller: Caller,
  repositoryName: string,
  imageDigest: string,
): Promise<OwnConfiguration & { platforms: string[] }> {
  const manifestOf = async (digest: string): Promise<Manifest> =>
    (await manifestsOf(caller, repositoryName, [digest])).get(digest) ?? {};
  const manifest = await manifestOf(imageDigest);
  if (manifest.manifests) {
    const platforms = await platformsOfManifest(caller, repositoryName, manifest);
    const first = manifest.manifests.find((entry) => entry.platform?.os !== "unknown")?.digest;
    const own =
      first === undefined ? undefined : await configurationOf(caller, repositoryName, await manifestOf(first));
    return { platforms, exposedPorts: own?.exposedPorts ?? [], labels: own?.labels ?? {} };
  }
  const found = await configurationOf(caller, repositoryName, manifest);
  return {
    platforms: found ? [found.platform] : [],
    exposedPorts: found?.exposedPorts ?? [],
    labels: found?.labels ?? {},
  };
}

async function configurationOf(
  caller: Caller,
  repositoryName: string,
  manifest: Manifest,
): Promise<(OwnConfiguration & { platform: string }) | undefined> {
  if (!manifest.config?.digest) return undefined;
  const { downloadUrl } = await caller.send(
    caller.session.ecr,
    new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: manifest.config.digest }),
  );
  if (!downloadUrl) return undefined;
  const late = AbortSignal.timeout(downloadMilliseconds);
  const response = await fetch(downloadUrl, { signal: caller.signal ? AbortSignal.any([caller.signal, late]) : late });
  const found = (await response.json()) as ImageConfiguration;
  const exposedPorts = Object.keys(found.config?.ExposedPorts ?? {}).flatMap((text) =>
    /^\d+(\/tcp)?$/.test(text) ? [Number.parseInt(text, 10)] : [],
  );
  return { platform: platform(found), exposedPorts, labels: found.config?.Labels ?? {} };
}

/** Images of Amazon ECR, as they are now. */
export function imageInspection(caller: Caller): Pick<InspectionPort, "image" | "repositoryPolicy"> {
  const { ecr } = caller.session;
  return {
    async image(repositoryName, reference) {
      const imageId = "tag" in reference ? { imageTag: reference.tag } : { imageDigest: reference.digest };
      const answer = await undefinedOn(
        /^(ImageNotFoundException|RepositoryNotFoundException)$/,
        caller.send(ecr, new DescribeImagesCommand({ repositoryName, imageIds: [imageId] })),
      );
      const found = answer?.imageDetails?.[0];
      if (!found?.imageDigest) return undefined;
      // Whoever may describe images may still not read them: the rest is then known all the same.
      const read = await configured(caller, repositoryName, found.imageDigest).catch(() => ({
        platforms: [],
        exposedPorts: [],
        labels: {},
      }));
      return {
        digest: found.imageDigest,
        tags: found.imageTags ?? [],
        ...read,
        ...(found.imageStatus === "ARCHIVED" ? { archived: true } : {}),
        ...(found.imagePushedAt === undefined ? {} : { pushedAt: found.imagePushedAt.getTime() }),
        ...(found.imageSizeInBytes === undefined ? {} : { bytes: found.imageSizeInBytes }),
        ...(found.imageScanStatus?.status === undefined
          ? {}
          : {
              scan: {
                status: found.imageScanStatus.status,
                counts: { ...found.imageScanFindingsSummary?.findingSeverityCounts } as Record<string, number>,
              },
            }),
      };
    },
    async repositoryPolicy(repositoryName) {
      const answer = await undefinedOn(
        /^(RepositoryPolicyNotFoundException|RepositoryNotFoundException)$/,
        caller.send(ecr, new GetRepositoryPolicyCommand({ repositoryName })),
      );
      return answer?.policyText === undefined ? undefined : (JSON.parse(answer.policyText) as JsonObject);
    },
  };
}
