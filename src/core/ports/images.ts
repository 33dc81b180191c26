/** Images of a registry as they are copied: manifests as they stand, layers as streams. */

/** A manifest by its digest. */
export interface StoredManifest {
  /** As it was pushed: its digest is that of this text. */
  readonly body: string;
  readonly mediaType: string;
}

export interface ImagePort {
  /** Undefined where there is none, or it is archived. */
  manifest(repository: string, digest: string): Promise<StoredManifest | undefined>;
  /** The bytes of a layer; what is broken off rejects. */
  layer(repository: string, digest: string): AsyncIterable<Uint8Array>;
  /** Those of the digests that the repository does not have. */
  missingLayers(repository: string, digests: readonly string[]): Promise<string[]>;
  /** The registry proves the digest. @param tell bytes that were sent since it was last told */
  putLayer(
    repository: string,
    digest: string,
    bytes: AsyncIterable<Uint8Array>,
    tell: (bytes: number) => void,
  ): Promise<void>;
  /** The registry proves the digest. One that is there already is fine. */
  putManifest(repository: string, manifest: StoredManifest, digest: string, tag?: string): Promise<void>;
}
