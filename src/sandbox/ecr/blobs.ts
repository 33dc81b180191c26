/** Layers on disk, shared by all repositories, named by digest. */
import { createHash, randomBytes, randomUUID } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  appendFileSync,
  type ReadStream,
} from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

export class BlobStore {
  /** Signs download addresses; of this run alone. */
  readonly downloadKey = randomBytes(32);
  private readonly uploads = new Map<string, { file: string; size: number; repository: string }>();

  constructor(private readonly dir: string) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  private file(digest: string): string {
    return path.join(this.dir, digest.replace(":", "-"));
  }

  has(digest: string): boolean {
    return /^sha256:[0-9a-f]{64}$/.test(digest) && existsSync(this.file(digest));
  }

  /** Bytes of a blob that exists. */
  size(digest: string): number {
    return statSync(this.file(digest)).size;
  }

  read(digest: string, start = 0): ReadStream {
    return createReadStream(this.file(digest), { start });
  }

  begin(repository: string): string {
    const id = randomUUID();
    const file = path.join(this.dir, `upload-${id}`);
    appendFileSync(file, "");
    this.uploads.set(id, { file, size: 0, repository });
    return id;
  }

  upload(id: string): { size: number; repository: string } | undefined {
    return this.uploads.get(id);
  }

  /** Appends a body to an upload and gives its size so far. */
  async append(id: string, body: Readable): Promise<number> {
    const upload = this.uploads.get(id);
    if (!upload) throw new Error("no such upload");
    await pipeline(body, createWriteStream(upload.file, { flags: "a" }));
    upload.size = statSync(upload.file).size;
    return upload.size;
  }

  /** Ends an upload; false when the content has another digest. */
  async finish(id: string, digest: string): Promise<boolean> {
    const upload = this.uploads.get(id);
    if (!upload) return false;
    this.uploads.delete(id);
    const hash = createHash("sha256");
    await pipeline(createReadStream(upload.file), hash);
    if (`sha256:${hash.digest("hex")}` !== digest) {
      rmSync(upload.file, { force: true });
      return false;
    }
    renameSync(upload.file, this.file(digest));
    return true;
  }

  abandon(id: string): void {
    const upload = this.uploads.get(id);
    this.uploads.delete(id);
    if (upload) rmSync(upload.file, { force: true });
  }

  clear(): void {
    this.uploads.clear();
    rmSync(this.dir, { recursive: true, force: true });
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
  }
}
