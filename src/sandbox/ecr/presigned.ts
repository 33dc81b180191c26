/** Download addresses that need no credentials for a while, as ECR's do. */
import { createHmac, timingSafeEqual } from "node:crypto";

const VALID_MS = 3600_000;

const signature = (key: Buffer, path: string, region: string, expires: string): string =>
  createHmac("sha256", key).update([path, region, expires].join("\n")).digest("hex");

/** The path with what lets it be read until it expires. */
export function presign(key: Buffer, path: string, region: string): string {
  const expires = String(Date.now() + VALID_MS);
  return `${path}?${new URLSearchParams({ "X-Amz-Region": region, "X-Amz-Expires": expires, "X-Amz-Signature": signature(key, path, region, expires) }).toString()}`;
}

/** The region whose registry this address may read: one that was given out here and has not expired. */
export function presignedRegion(key: Buffer, url: URL): string | undefined {
  const get = (name: string): string => url.searchParams.get(name) ?? "";
  const given = Buffer.from(get("X-Amz-Signature"));
  const wanted = Buffer.from(signature(key, url.pathname, get("X-Amz-Region"), get("X-Amz-Expires")));
  return given.length === wanted.length && timingSafeEqual(given, wanted) && Number(get("X-Amz-Expires")) > Date.now()
    ? get("X-Amz-Region")
    : undefined;
}
