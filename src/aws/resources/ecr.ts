import {
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  type ImageDetail,
  type Repository,
} from "@aws-sdk/client-ecr";
import { ago, size, type ResourceItem } from "../../core/ports/resourceModel";
import { manifestsOf, platformsOfManifest } from "../inspection/images";
import type { Caller } from "../session";
import { chunks, matching, present, type Loaders } from "./shared";

const repositoryPage = 100;
/** AWS's largest: images come in no order, and only all of them have a newest. */
const imagePage = 1000;

const repositoryItem = (found: Repository): ResourceItem => ({
  kind: "repository",
  key: found.repositoryArn ?? "",
  label: found.repositoryName ?? "",
  state: "plain",
  expandable: true,
  can: [],
  description:
    found.imageTagMutability === "MUTABLE" ? "" : (found.imageTagMutability ?? "").toLowerCase().replaceAll("_", " "),
  ...(found.repositoryArn === undefined ? {} : { arn: found.repositoryArn }),
  ref: { repository: found.repositoryName ?? "", uri: found.repositoryUri ?? "" },
  facts: [
    ["ARN", found.repositoryArn ?? ""],
    ["URI", found.repositoryUri ?? ""],
    ["Tags", found.imageTagMutability ?? ""],
    ["Scan on push", found.imageScanningConfiguration?.scanOnPush ? "yes" : "no"],
    ["Created", found.createdAt?.toLocaleString() ?? ""],
  ],
});

/** `2 critical, 5 high`, the worst first. */
function findingsOf(found: ImageDetail): { words: string; bad: boolean } {
  const counts = found.imageScanFindingsSummary?.findingSeverityCounts ?? {};
  const order = ["CRITICAL", "HIGH", "MEDIUM", "LOW"] as const;
  const words = order
    .flatMap((severity) => (counts[severity] ? [`${counts[severity]} ${severity.toLowerCase()}`] : []))
    .slice(0, 2)
    .join(", ");
  return { words, bad: (counts.CRITICAL ?? 0) > 0 };
}

/** A tag made of a digest is known by its beginning; the whole is in the tooltip, and is what is copied. */
const shortTag = (tag: string): string => tag.replace(/([0-9a-f]{8})[0-9a-f]{8,}$/, "$1");

/** What is known of images' platforms: a digest's never changes. */
const platforms = new WeakMap<Caller["session"], Map<string, string>>();

const platformsIn = (caller: Caller): Map<string, string> => {
  const known = platforms.get(caller.session) ?? new Map<string, string>();
  platforms.set(caller.session, known);
  return known;
};

const imageItem = (found: ImageDetail, parent: ResourceItem, platform: string | undefined): ResourceItem => {
  const digest = found.imageDigest ?? "";
  const short = digest.replace("sha256:", "").slice(0, 12);
  const tags = found.imageTags ?? [];
  const findings = findingsOf(found);
  return {
    kind: "image",
    key: digest,
    label: tags.length ? tags.map(shortTag).join(", ") : "(untagged)",
    state: findings.bad ? "bad" : tags.length ? "plain" : "off",
    expandable: false,
    can: tags.length ? ["tagged"] : [],
    description: [
      short,
      size(found.imageSizeInBytes),
      ago(found.imagePushedAt?.getTime(), Date.now()),
      platform,
      findings.words,
    ]
      .filter(Boolean)
      .join(" · "),
    ref: {
      ...parent.ref,
      digest,
      uriByDigest: `${parent.ref["uri"] ?? ""}@${digest}`,
      ...(tags[0] === undefined ? {} : { tag: tags[0], uriByTag: `${parent.ref["uri"] ?? ""}:${tags[0]}` }),
    },
    facts: [
      ["Digest", digest],
      ["Tags", tags.join(", ")],
      ["Size", size(found.imageSizeInBytes)],
      ["Pushed", found.imagePushedAt?.toLocaleString() ?? ""],
      ["Platform", platform ?? ""],
      ["Scan", findings.words || (found.imageScanStatus?.status ?? "not scanned").toLowerCase()],
    ],
  };
};

/** One image a digest, with all of its tags: an emulator may list an image once for each tag. */
function byDigest(found: readonly ImageDetail[]): ImageDetail[] {
  const images = new Map<string, ImageDetail>();
  for (const image of found) {
    const digest = image.imageDigest ?? "";
    const before = images.get(digest);
    images.set(
      digest,
      before
        ? { ...before, imageTags: [...new Set([...(before.imageTags ?? []), ...(image.imageTags ?? [])])] }
        : image,
    );
  }
  return [...images.values()];
}

export const ecrLoaders: Loaders = {
  async repositories(caller, _parent, page, filter) {
    const items: ResourceItem[] = [];
    let next = page;
    do {
      const answer = await caller.send(
        caller.session.ecr,
        new DescribeRepositoriesCommand({
          maxResults: filter === undefined ? repositoryPage : 1000,
          ...present({ nextToken: next }),
        }),
      );
      items.push(...matching((answer.repositories ?? []).map(repositoryItem), filter));
      next = answer.nextToken;
    } while (filter !== undefined && next !== undefined && items.length < repositoryPage);
    return { items: items.sort((a, b) => a.label.localeCompare(b.label)), ...present({ next }) };
  },
  async repository(caller, parent, page, filter) {
    const { imageDetails, nextToken } = await caller.send(
      caller.session.ecr,
      new DescribeImagesCommand({
        repositoryName: parent.ref["repository"],
        maxResults: imagePage,
        ...present({ nextToken: page }),
      }),
    );
    const known = platformsIn(caller);
    const newest = byDigest(imageDetails ?? []).sort(
      (a, b) => (b.imagePushedAt?.getTime() ?? 0) - (a.imagePushedAt?.getTime() ?? 0),
    );
    // A filter that fits the repository's own name is about that, and not about its images.
    const own = filter !== undefined && parent.label.toLowerCase().includes(filter.toLowerCase()) ? undefined : filter;
    const fits = (item: ImageDetail): boolean =>
      own === undefined ||
      [item.imageDigest ?? "", ...(item.imageTags ?? [])].some((text) =>
        text.toLowerCase().includes(own.toLowerCase()),
      );
    return {
      items: newest.filter(fits).map((item) => imageItem(item, parent, known.get(item.imageDigest ?? ""))),
      ...present({ next: nextToken }),
    };
  },
};

const manifestPage = 100;
const readersAtOnce = 6;

/**
 * The same images with their platforms, the first hundred that are not known yet: one call, and a small download for
 * each single image.
 */
export async function withPlatforms(caller: Caller, items: readonly ResourceItem[]): Promise<ResourceItem[]> {
  const known = platformsIn(caller);
  const repository = items[0]?.ref["repository"] ?? "";
  const unknown = items.filter((item) => !known.has(item.key)).slice(0, manifestPage);
  if (unknown.length) {
    const manifests = [
      ...(await manifestsOf(
        caller,
        repository,
        unknown.map((item) => item.key),
      )),
    ];
    for (const some of chunks(manifests, readersAtOnce)) {
      await Promise.all(
        some.map(async ([digest, manifest]) =>
          known.set(digest, (await platformsOfManifest(caller, repository, manifest)).join(", ")),
        ),
      );
    }
  }
  return items.map((item) => {
    const platform = known.get(item.key);
    if (!platform || item.description.includes(platform)) return item;
    return {
      ...item,
      description: `${item.description} · ${platform}`,
      facts: item.facts.map((fact) => (fact[0] === "Platform" ? (["Platform", platform] as const) : fact)),
    };
  });
}
