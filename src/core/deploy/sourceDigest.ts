/** The digest of all that decides what a build makes. */
import type { ContainerEngine, OnRead, SourceDigest, SourceRequest } from "../ports/machine";
import type { CountedSource, WholeSource } from "./sources";
import { isFolder } from "../base/buildPaths";

type Reader = Pick<ContainerEngine, "contextDigest">;
type NamedContexts = Readonly<Record<string, string>> | undefined;

/** Of the context as it is now, with the named contexts. */
export async function digestOf(
  engine: Reader,
  contexts: NamedContexts,
  asked: SourceRequest,
  onRead?: OnRead,
  signal?: AbortSignal,
): Promise<WholeSource> {
  return withNamedContexts(engine, contexts, asked, await engine.contextDigest(asked, onRead, signal), onRead, signal);
}

/**
 * A context's digest with those of the named contexts: another folder's content makes another image.
 * @param contexts by name
 * @param main of the context itself: as it is, or as it was copied to be built
 */
export async function withNamedContexts(
  engine: Reader,
  contexts: NamedContexts,
  asked: SourceRequest,
  main: SourceDigest,
  onRead?: OnRead,
  signal?: AbortSignal,
): Promise<WholeSource> {
  const own: CountedSource = { name: "", files: main.files, bytes: main.bytes };
  const named = Object.entries(contexts ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  if (named.length === 0) return { ...main, counted: [own] };
  const found = await Promise.all(
    named.map(async ([name, context]) => ({
      name,
      context,
      facts: isFolder(context) ? await engine.contextDigest({ ...asked, context }, onRead, signal) : undefined,
    })),
  );
  const text = JSON.stringify([
    main.digest,
    ...found.map(({ name, context, facts }) => [name, context, facts?.digest]),
  ]);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return {
    digest: [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    files: found.reduce((sum, { facts }) => sum + (facts?.files ?? 0), main.files),
    bytes: found.reduce((sum, { facts }) => sum + (facts?.bytes ?? 0), main.bytes),
    counted: [
      own,
      ...found.flatMap(({ name, facts }) => (facts ? [{ name, files: facts.files, bytes: facts.bytes }] : [])),
    ],
  };
}
