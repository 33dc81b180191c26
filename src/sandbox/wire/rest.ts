/** REST protocols: the operation by method and path, and the members that stand in path and query. */
import type { ApiError } from "./errors";
import { isSimple, shapeOf, type Io, type Model, type Value } from "./model";
import { decodeSimple } from "./query";

/** An empty part is one: a label that a client left empty. */
const segments = (path: string): readonly string[] => path.split("/").slice(1);

/** The operation that a method and a path name. */
export function operationAt(model: Model, method: string, path: string): string | undefined {
  const named = (given: readonly string[]): string | undefined =>
    Object.entries(model.operations).find(([, io]) => {
      if (io === 0 || io.http?.[0] !== method) return false;
      const wanted = segments((io.http[1].split("?")[0] ?? "").replace(/\/$/, ""));
      return wanted.length === given.length && wanted.every((part, i) => part.startsWith("{") || part === given[i]);
    })?.[0];
  // Of some clients a path ends in a slash.
  return named(segments(path)) ?? (path.endsWith("/") ? named(segments(path.slice(0, -1))) : undefined);
}

/** What a path says of the members that stand in it. */
function labels(pattern: string, path: string, bad: () => ApiError): ReadonlyMap<string, string> {
  const given = segments(path);
  const found = new Map<string, string>();
  segments(pattern).forEach((part, i) => {
    if (!part.startsWith("{")) return;
    try {
      found.set(part.replace(/[{}+]/g, ""), decodeURIComponent(given[i] ?? ""));
    } catch {
      throw bad();
    }
  });
  return found;
}

/**
 * The members of an input that stand in its address.
 * @param bad the service's error for an address that cannot be read
 * @param isEmptySaid whether a parameter without a value is one that says something
 */
export function membersOfAddress(
  model: Model,
  io: Io,
  url: URL,
  bad: () => ApiError,
  isEmptySaid = false,
): Readonly<Record<string, Value>> {
  if (io.in === null) return {};
  const inPath = labels(io.http?.[1] ?? "", url.pathname, bad);
  const found: Record<string, Value> = {};
  for (const [name, member] of Object.entries(shapeOf(model, io.in).m ?? {})) {
    const { of } = isSimple(member.s) ? { of: undefined } : shapeOf(model, member.s);
    if (of && member.hq !== undefined) {
      const given = url.searchParams.getAll(member.hq);
      if (given.length > 0) found[name] = given.map((raw) => decodeSimple(model, of, raw, name));
      continue;
    }
    const raw = member.l ? inPath.get(name) : member.hq ? url.searchParams.get(member.hq) : undefined;
    const isSaid = raw !== "" || (isEmptySaid && !member.l);
    if (raw !== undefined && raw !== null && isSaid) found[name] = decodeSimple(model, member, raw, name);
  }
  return found;
}
