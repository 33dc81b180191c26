import { DescribeImagesCommand, DescribeRepositoriesCommand, type ImageDetail, type Repository } from "@aws-sdk/client-ecr";
import { age, size, type ResourceItem } from "../../core/resources/model";
import { platformsAndPorts } from "../inspection/images";
import type { Caller } from "../session";
import { matching, present, type Loaders } from "./shared";

const repositoryPage = 100;
/** AWS's largest: images come in no order, and only all of them have a newest. */
const imagePage = 1000;

const repositoryItem = (found: Repository): ResourceItem => ({
  kind: "repository", key: found.repositoryArn ?? "", label: found.repositoryName ?? "", state: "plain", expandable: true, can: [],
  description: found.imageTagMutability === "MUTABLE" ? "" : (found.imageTagMutability ?? "").toLowerCase().replaceAll("_", " "),
  ...(found.repositoryArn === undefined ? {} : { arn: found.repositoryArn }),
  ref: { repository: found.repositoryName ?? "", uri: found.repositoryUri ?? "" },
  facts: [["ARN", found.repositoryArn ?? ""], ["URI", found.repositoryUri ?? ""], ["Tags", found.imageTagMutability ?? ""], ["Scan on push", found.imageScanningConfiguration?.scanOnPush ? "yes" : "no"], ["Created", found.createdAt?.toLocaleString() ?? ""]],
});

/** `2 critical, 5 high`, the worst first. */
function findingsOf(found: ImageDetail): { words: string; bad: boolean } {
  const counts = found.imageScanFindingsSummary?.findingSeverityCounts ?? {};
  const order = ["CRITICAL", "HIGH", "MEDIUM", "LOW"] as const;
  const words = order.flatMap((severity) => (counts[severity] ? [`${counts[severity]} ${severity.toLowerCase()}`] : [])).slice(0, 2).join(", ");
  return { words, bad: (counts.CRITICAL ?? 0) > 0 };
}

const imageItem = (found: ImageDetail, parent: ResourceItem): ResourceItem => {
  const digest = found.imageDigest ?? "";
  const short = digest.replace("sha256:", "").slice(0, 12);
  const tags = found.imageTags ?? [];
  const findings = findingsOf(found);
  return {
    kind: "image", key: digest, label: tags.length ? tags.join(", ") : "(untagged)", state: findings.bad ? "bad" : tags.length ? "plain" : "off", expandable: false, can: tags.length ? ["tagged"] : [],
    description: [short, size(found.imageSizeInBytes), age(found.imagePushedAt?.getTime(), Date.now()), findings.words].filter(Boolean).join(" · "),
    ref: { ...parent.ref, digest, uriByDigest: `${parent.ref["uri"] ?? ""}@${digest}`, ...(tags[0] === undefined ? {} : { tag: tags[0], uriByTag: `${parent.ref["uri"] ?? ""}:${tags[0]}` }) },
    facts: [["Digest", digest], ["Tags", tags.join(", ")], ["Size", size(found.imageSizeInBytes)], ["Pushed", found.imagePushedAt?.toLocaleString() ?? ""], ["Scan", findings.words || (found.imageScanStatus?.status ?? "not scanned").toLowerCase()]],
  };
};

/** One image a digest, with all of its tags: an emulator may list an image once for each tag. */
function byDigest(found: readonly ImageDetail[]): ImageDetail[] {
  const images = new Map<string, ImageDetail>();
  for (const image of found) {
    const digest = image.imageDigest ?? "";
    const before = images.get(digest);
    images.set(digest, before ? { ...before, imageTags: [...new Set([...(before.imageTags ?? []), ...(image.imageTags ?? [])])] } : image);
  }
  return [...images.values()];
}

export const ecrLoaders: Loaders = {
  async repositories(caller, _parent, page, filter) {
    const items: ResourceItem[] = [];
    let next = page;
    do {
      const answer = await caller.send(caller.session.ecr, new DescribeRepositoriesCommand({ maxResults: filter === undefined ? repositoryPage : 1000, ...present({ nextToken: next }) }));
      items.push(...matching((answer.repositories ?? []).map(repositoryItem), filter));
      next = answer.nextToken;
    } while (filter !== undefined && next !== undefined && items.length < repositoryPage);
    return { items: items.sort((a, b) => a.label.localeCompare(b.label)), ...present({ next }) };
  },
  async repository(caller, parent, page, filter) {
    const { imageDetails, nextToken } = await caller.send(caller.session.ecr, new DescribeImagesCommand({ repositoryName: parent.ref["repository"], maxResults: imagePage, ...present({ nextToken: page }) }));
    const newest = byDigest(imageDetails ?? []).sort((a, b) => (b.imagePushedAt?.getTime() ?? 0) - (a.imagePushedAt?.getTime() ?? 0));
    // A filter that fits the repository's own name is about that, and not about its images.
    const own = filter !== undefined && parent.label.toLowerCase().includes(filter.toLowerCase()) ? undefined : filter;
    return { items: matching(newest.map((item) => imageItem(item, parent)), own), ...present({ next: nextToken }) };
  },
};

/** `linux/amd64`, out of the manifest list or the image's own configuration. */
export async function platformsOf(caller: Caller, item: ResourceItem): Promise<string> {
  return (await platformsAndPorts(caller, item.ref["repository"] ?? "", item.ref["digest"] ?? "")).platforms.join(", ");
}
