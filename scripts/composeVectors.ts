/** How reference vectors of Compose files are put to the product's reader. */
import { composeLoader, readProject } from "../src/core/source/compose/project";
import { ComposeProblem } from "../src/core/source/compose/values";

interface ComposeInput {
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The services with a build of a Compose file, or that it is refused. */
export async function readComposeVector(input: unknown): Promise<unknown> {
  const { files, entry, environment } = input as ComposeInput;
  const folder = entry.split("/").slice(0, -1);
  const host = {
    read: (name: string) => Promise.resolve(files[fromRoot(folder, name)]),
    environment: (name: string) => environment[name],
  };
  try {
    const { services } = await readProject(entry.split("/").at(-1) ?? "", composeLoader(host));
    return { services: services.map(({ unsetArguments: _unset, ...service }) => service) };
  } catch (error) {
    if (!(error instanceof ComposeProblem)) throw error;
    return { refused: true, message: error.message };
  }
}

function fromRoot(folder: readonly string[], name: string): string {
  const parts = [...folder];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
