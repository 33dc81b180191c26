/** What an image is called in the registry. */
import { contentTag, isMovable, type RunInput } from "../observedState";
import type { RunContext } from "../step";

/** The name of an image of this source, on this machine and in the plan. */
export const imageName = ({ app }: Pick<RunInput, "app">, source: string): string =>
  `${app.repository}:${contentTag(source)}`;

/** `latest` is pushed first: the content tag is the sign that everything was. */
export async function tagsToPush(context: RunContext): Promise<string[]> {
  const { repository } = context.observed;
  const movable = repository ? isMovable(repository, "latest") : !context.app.immutableTags;
  return [...(movable ? ["latest"] : []), await pushTagOf(context)];
}

/** The planned tag where the planned source was built; another source's is looked for as the planned one's was. */
async function pushTagOf({ app, clock, cloud, observed, outputs }: RunContext): Promise<string> {
  const { repository, pushTag, source } = observed;
  if (outputs.source === undefined || outputs.source === source.digest) return pushTag;
  const tag = contentTag(outputs.source);
  const taken =
    repository && !isMovable(repository, tag) && (await cloud.inspection.image(app.repository, { tag })) !== undefined;
  return taken ? `${tag}-${clock.now().toString(36)}` : tag;
}
