/** The digest of all that decides what a build makes. */
import type { ContainerEngine } from "../ports/machine";
import { isFolder } from "./buildInputs";

type Asked = Parameters<ContainerEngine["contextDigest"]>[0];
type SourceFacts = Awaited<ReturnType<ContainerEngine["contextDigest"]>>;

/** @param contexts named contexts by name: another folder's content makes another image */
export async function digestOf(
  engine: Pick<ContainerEngine, "contextDigest">,
  contexts: Readonly<Record<string, string>> | undefined,
  asked: Asked,
): Promise<SourceFacts> {
  const main = await engine.contextDigest(asked);
  const named = Object.entries(contexts ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
  if (named.length === 0) return main;
  const found = await Promise.all(
    named.map(async ([name, context]) => ({
      name,
      context,
      facts: isFolder(context) ? await engine.contextDigest({ ...asked, context }) : undefined,
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
  };
}
