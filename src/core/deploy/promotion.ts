/** What runs in one environment, to be brought into another as it is: by the digest of its image, without a build. */
import type { Application } from "../app/app";
import { SlipwayError } from "../base/errors";
import { parseImageReference } from "../base/imageReference";
import type { Json, TaskDefinition } from "../base/taskDefinition";
import type { Identity } from "../ports/cloud";
import { architectureOf } from "../taskDefinition/model/generate";
import { withoutValues } from "../taskDefinition/model/hidden";
import { differences, normalise, type Difference } from "../taskDefinition/model/normalise";
import { digestIn } from "./history";
import { commitTag, sourceTag, type Inspectors, type Promotion } from "./observedState";
import { isInOwnRegistry } from "./observeGoingBack";
import { findOwnService, readHistory, type HistoryInput } from "./readHistory";
import { findRevision } from "./revisions";
import { sourceRequest, wantedDefinition } from "./wantedDefinition";

/**
 * Reads what runs in an environment, as it is to be promoted. Reads only.
 * @throws SlipwayError NotDeployed, PromotionUnsettled, RevisionGone, ImageElsewhere, ImageGone, ImageArchived
 */
export async function findPromotion(input: HistoryInput): Promise<Promotion> {
  const { app, cloud } = input;
  const [service, identity] = await Promise.all([findOwnService(input), cloud.identity()]);
  const unsettled = service.deployments.length > 1 || service.deployments[0]?.rolloutState === "IN_PROGRESS";
  if (unsettled)
    throw refusal(
      "PromotionUnsettled",
      `A rollout of ${app.name} is under way in ${app.environment}: which version runs there is not settled.`,
      "Promote it once the rollout has come to its end.",
    );
  const revision = await findRevision(cloud, service.taskDefinition);
  const name = service.taskDefinition.split("/").at(-1) ?? "";
  if (!revision)
    throw refusal("RevisionGone", `The revision ${name} can no longer be read in ECS.`, "Deploy it again.");
  const definition = normalise(revision.definition);
  const image = definition.containerDefinitions?.find((each) => each.name === app.container)?.image ?? "";
  const pinned = digestIn(definition, app.container);
  const entry =
    pinned === undefined ? (await readHistory(input, service)).entries.find((each) => each.isLive) : undefined;
  const digest = pinned ?? entry?.digest;
  const { repository } = parseImageReference(image);
  const found = await cloud.ecr.findRepository(repository);
  if (!found || digest === undefined || !isInOwnRegistry(image, app, found))
    throw refusal(
      "ImageElsewhere",
      `What runs in ${app.environment} is the image ${image || "(none)"}, which is not in ECR of this account and region ` +
        "by a digest that is known.",
      "Deploy it there with Slipway first: its image is then in ECR, and named by its digest.",
    );
  const stored = await cloud.inspection.image(repository, { digest });
  if (!stored || stored.archived)
    throw refusal(
      stored ? "ImageArchived" : "ImageGone",
      `The image ${image}, which runs in ${app.environment}, is ${stored ? "in ECR's archive" : "no longer in ECR"}.`,
      stored ? "Restore it in ECR first." : "Deploy its source there again.",
    );
  const commit = entry?.commit ?? /^[0-9a-f]{40,64}$/.exec(revision.tags[commitTag] ?? "")?.[0];
  return {
    from: { environment: app.environment, account: identity.account, region: identity.region, repository },
    revision: name,
    definition,
    app,
    digest,
    // What was not built by Slipway is known by its image alone.
    source: revision.tags[sourceTag] ?? digest.replace("sha256:", ""),
    platforms: stored.platforms,
    images: (signal) => cloud.withSignal(signal).images,
    ...(commit === undefined ? {} : { commit }),
  };
}

const refusal = (code: string, summary: string, remedy: string): SlipwayError =>
  new SlipwayError({ code, summary, remedy, actions: ["retry"] });

/** Instead of the inspectors of a deployment: nothing is built, so neither engine nor source is looked at. */
export function promoting({ digest, source, definition }: Promotion): Partial<Inspectors> {
  const engine = {
    name: "docker" as const,
    version: "",
    architecture: architectureOf(definition),
    builder: "buildkit" as const,
  };
  return {
    engine: () => Promise.resolve(engine),
    registrySeen: () => Promise.resolve(true),
    source: async (input, see) => {
      const [live, file] = await Promise.all([see("live"), see("definitionFile")]);
      const request = sourceRequest(input.app, wantedDefinition(input, engine, live, file));
      return { digest: source, files: 0, bytes: 0, counted: [], request };
    },
    buildInputs: () => Promise.resolve({ secrets: [], ssh: [] }),
    outside: () => Promise.resolve([]),
    image: async ({ app, cloud }, see) =>
      (await see("repository")) ? cloud.ecr.findImage(app.repository, { digest }, { listed: true }) : undefined,
  };
}

/** What one application in one environment has names and places of its own for. */
interface Place {
  readonly app: Pick<Application, "container" | "family" | "logGroup" | "executionRoleName" | "repository">;
  readonly account: string;
  readonly region: string;
}

/**
 * How what will run differs from what runs in the other environment, beside its image and what differs by its very
 * names: account, region, family, log group, Slipway's role. Without values.
 */
export function promotedDifferences(
  { definition, app, from }: Promotion,
  wanted: TaskDefinition,
  to: Pick<Application, "container" | "family" | "logGroup" | "executionRoleName" | "repository">,
  identity: Pick<Identity, "account" | "region">,
): Difference[] {
  const after = withoutImage(normalise(wanted), to.container);
  const likened = likenedTo({ app, ...from }, { app: to, ...identity }, textsIn(after));
  const before = likened(withoutImage(definition, app.container)) as TaskDefinition;
  return withoutValues(differences(before, after));
}

const withoutImage = ({ family: _, ...definition }: TaskDefinition, container: string): TaskDefinition => ({
  ...definition,
  containerDefinitions: (definition.containerDefinitions ?? []).map((each) => {
    if (each.name !== container) return each;
    const { image: _image, ...rest } = each;
    return rest;
  }),
});

/** Every text of it. */
const textsIn = (value: Json | undefined): ReadonlySet<string> =>
  typeof value === "string"
    ? new Set([value])
    : typeof value === "object" && value !== null
      ? new Set(Object.values(value).flatMap((each) => [...textsIn(each as Json)]))
      : new Set();

/**
 * The same with one place's names and numbers in place of the other's. What is the very same in both places (`shared`)
 * stays: a file that both use names one log group.
 */
function likenedTo(from: Place, to: Place, shared: ReadonlySet<string>): (value: Json | undefined) => Json | undefined {
  const whole = new Map<string, string>([
    [from.region, to.region],
    [from.app.container, to.app.container],
    [from.app.logGroup, to.app.logGroup],
    [from.app.executionRoleName, to.app.executionRoleName],
  ]);
  const text = (value: string): string => {
    if (shared.has(value)) return value;
    const known = whole.get(value);
    if (known !== undefined) return known;
    if (!value.startsWith("arn:")) return value;
    const parts = value.split(":");
    if (parts[3] === from.region) parts[3] = to.region;
    if (parts[4] === from.account) parts[4] = to.account;
    const role = `role/${from.app.executionRoleName}`;
    return parts.map((part) => (part === role ? `role/${to.app.executionRoleName}` : part)).join(":");
  };
  const likened = (value: Json | undefined): Json | undefined => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map((each) => likened(each) as Json);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, likened(each)])) as Json;
  };
  return likened;
}
