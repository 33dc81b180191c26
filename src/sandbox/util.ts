/** Small things that several services need. */
import type { ApiError } from "./wire/errors";
import type { Tags } from "./states";

/** Splits `items` into a page; the token is an offset. */
export function page<T>(
  items: readonly T[],
  token: string | undefined,
  size: number,
  bad: () => ApiError,
): { items: T[]; next: string | undefined } {
  const start =
    token === undefined || token === ""
      ? 0
      : Number(Buffer.from(token, "base64url").toString("utf8").replace(/^p/, ""));
  if (!Number.isInteger(start) || start < 0 || start > items.length) throw bad();
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(`p${end}`).toString("base64url") : undefined,
  };
}

/** JSON with sorted keys: equal input gives equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => {
    if (v === null || typeof v !== "object" || Array.isArray(v)) return v;
    return Object.fromEntries(Object.entries(v as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** ECS and ECR style tag lists (`key`, `value`). */
export function lowerTags(tags: Tags): { key: string; value: string }[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** ELB, EC2 and IAM style tag lists (`Key`, `Value`). */
export function upperTags(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** A map from either style. */
export function tagsFrom(
  list: readonly { key?: string; value?: string; Key?: string; Value?: string }[] | undefined,
): Tags {
  const tags: Tags = new Map();
  for (const t of list ?? []) {
    const key = t.key ?? t.Key;
    if (key !== undefined) tags.set(key, t.value ?? t.Value ?? "");
  }
  return tags;
}

/** The value, or the error. */
export function must<T>(value: T | undefined, error: () => Error): T {
  if (value === undefined) throw error();
  return value;
}
