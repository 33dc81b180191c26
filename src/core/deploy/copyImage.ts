/** Copies an image from one repository to another, byte by byte as it is, without a container engine. */
import { SlipwayError } from "../base/errors";
import { shortDigest } from "../base/imageReference";
import type { ImagePort, StoredManifest } from "../ports/images";

export interface Copy {
  readonly from: { readonly images: ImagePort; readonly repository: string };
  readonly to: { readonly images: ImagePort; readonly repository: string };
  readonly digest: string;
  /** What the copy is called; the last one is given when all the rest is there. */
  readonly tags: readonly string[];
  /** Told while layers are sent: of all bytes that are. */
  tell(sent: number, all: number): void;
  /** What is done again where a network fails. */
  again<T>(work: () => Promise<T>): Promise<T>;
}

interface Descriptor {
  readonly digest?: unknown;
  readonly size?: unknown;
  readonly mediaType?: unknown;
}

interface Contents {
  readonly manifests?: readonly Descriptor[];
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

interface Layer {
  readonly digest: string;
  readonly size: number;
}

/** Lists of images may hold lists; deeper ones than this nobody makes. */
const deepest = 3;
const layersAtOnce = 3;

/**
 * What is there already is not sent again; each digest is proven by the registry that it goes to.
 * @throws SlipwayError ImageGone, ImageNotReadable
 */
export async function copyImage(copy: Copy): Promise<void> {
  const manifests = await everyManifest(copy, copy.digest, deepest);
  const layers = new Map(manifests.flatMap(({ contents }) => layersOf(contents)).map((each) => [each.digest, each]));
  const { images, repository } = copy.to;
  const wanted = await images.missingLayers(repository, [...layers.keys()]);
  const missing = wanted.flatMap((digest) => layers.get(digest) ?? []);
  const all = missing.reduce((sum, { size }) => sum + size, 0);
  const queue = missing.values();
  let sent = 0;
  let isOver = false;
  const sendSome = async (): Promise<void> => {
    for (const layer of queue) {
      if (isOver) return;
      await copy.again(() => sendOne(copy, layer, (count) => copy.tell((sent += count), all)));
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: layersAtOnce }, () => sendSome().finally(() => (isOver = true))),
  );
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw failed.reason;
  // What a list names goes before the list.
  for (const { manifest, digest } of [...manifests].reverse())
    if (digest !== copy.digest) await images.putManifest(repository, manifest, digest);
  const [top] = manifests;
  if (!top) return;
  for (const tag of copy.tags) await images.putManifest(repository, top.manifest, copy.digest, tag);
}

/** One layer; what was told of it is taken back where it fails. */
async function sendOne({ from, to }: Copy, { digest }: Layer, tell: (bytes: number) => void): Promise<void> {
  let own = 0;
  try {
    await to.images.putLayer(to.repository, digest, from.images.layer(from.repository, digest), (count) => {
      own += count;
      tell(count);
    });
  } catch (error) {
    tell(-own);
    throw error;
  }
}

interface Found {
  readonly digest: string;
  readonly manifest: StoredManifest;
  readonly contents: Contents;
}

/** The manifest itself, and all that it lists. */
async function everyManifest(copy: Copy, digest: string, depth: number): Promise<Found[]> {
  const manifest = await copy.from.images.manifest(copy.from.repository, digest);
  if (!manifest) throw gone(copy, digest);
  const contents = contentsOf(manifest.body, digest);
  const listed = (contents.manifests ?? []).map(({ digest: inner }) => digestText(inner, digest));
  if (listed.length > 0 && depth === 0) throw unreadable(digest);
  const inner: Found[] = [];
  for (const each of listed) inner.push(...(await everyManifest(copy, each, depth - 1)));
  return [{ digest, manifest, contents }, ...inner];
}

function contentsOf(body: string, digest: string): Contents {
  try {
    const found: unknown = JSON.parse(body);
    if (typeof found === "object" && found !== null) return found;
  } catch {
    // Said below.
  }
  throw unreadable(digest);
}

function digestText(value: unknown, of: string): string {
  if (typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value)) return value;
  throw unreadable(of);
}

/** Layers that must not be passed on are fetched from where they are published, and are in no registry. */
const isElsewhere = ({ mediaType }: Descriptor): boolean =>
  typeof mediaType === "string" && /nondistributable|foreign/.test(mediaType);

const layersOf = ({ config, layers = [] }: Contents): Layer[] =>
  [...(config ? [config] : []), ...layers]
    .filter((each) => !isElsewhere(each))
    .map(({ digest, size }) => ({
      digest: digestText(digest, "the image"),
      size: typeof size === "number" ? size : 0,
    }));

const gone = ({ from }: Copy, digest: string): SlipwayError =>
  new SlipwayError({
    code: "ImageGone",
    summary: `The image ${shortDigest(digest)} is no longer in the repository ${from.repository}.`,
    remedy: "What runs goes on as long as no task of it is started anew. Deploy its source again.",
    actions: ["retry"],
  });

const unreadable = (digest: string): SlipwayError =>
  new SlipwayError({
    code: "ImageNotReadable",
    summary: `The manifest ${shortDigest(digest)} is not one of an image that can be copied.`,
    remedy: "Push the image again with Docker or another kept builder.",
    actions: ["showLog"],
  });
