/** The lower half: from the application's files to the revision that the service runs, and the logs that come back. */
import { parseImageReference, shortDigest } from "../base/imageReference";
import { size } from "../ports/resourceModel";
import { valueOf, type SeenImage } from "../service/snapshot/serviceSnapshot";
import { merged, stepMessage, stepsState, stepTime, type MapInput } from "./input";
import type { MapAction, MapLine, MapNode, MapState } from "./diagram";
import { joined, lastPart, plural, shortTag } from "./format";

const told = (text: string): MapLine => ({ text, tells: true });
const reveal: MapAction = { id: "reveal", label: "Reveal in AWS Resources" };
const toConsole: MapAction = { id: "console", label: "Open in Console" };
export const copy = (what: string, value: string | undefined): MapAction[] =>
  value ? [{ id: "copy", label: `Copy ${what}`, value }] : [];
export const inAws: readonly MapAction[] = [reveal, toConsole];
export const lines = (...items: readonly (MapLine | string | undefined | false)[]): MapLine[] =>
  items.flatMap((item) => (!item ? [] : typeof item === "string" ? [{ text: item }] : item.text ? [item] : []));

/** The image of the application's own container, as the situation has read it. */
function mainImage({ snapshot }: MapInput): SeenImage | undefined {
  return snapshot?.images.find((image) => image.container === snapshot.expected?.container) ?? snapshot?.images[0];
}

export function applicationNode(input: MapInput): MapNode {
  const { app, deployment, base } = input;
  const file = app?.dockerfile ?? "Dockerfile";
  const run = stepsState(deployment, ["files"]);
  return {
    id: "application",
    kind: "application",
    title: "Application",
    name: app?.name ?? deployment.application ?? input.snapshot?.expected?.application ?? "Application",
    state: run === "failing" || run === "running" ? run : app || input.snapshot?.expected ? "ok" : "unknown",
    lines: lines(joined([file, app?.port !== undefined && `port ${app.port}`]), told(base ?? "")),
    phase: 1,
    steps: ["files"],
    facts: [
      ["Dockerfile", file],
      ["Base image", base ?? ""],
      ["Context", app?.context ?? ""],
      ["Port", String(app?.port ?? "")],
      ["Environment", app?.environment ?? ""],
    ],
    actions: [
      { id: "openFile", label: "Open the Dockerfile", value: file },
      { id: "openFile", label: "Open slipway.json", value: "slipway.json" },
    ],
    ref: {},
  };
}

export function imageNode(input: MapInput): MapNode {
  const { deployment } = input;
  const image = mainImage(input);
  const facts = image && valueOf(image.facts);
  const reference = parseImageReference(image?.reference ?? "");
  const ownTag =
    facts?.tags.find((tag) => tag !== "latest") ??
    facts?.tags[0] ??
    reference.tag ??
    deployment.resources.tag?.name.split(":").at(-1);
  const live: MapState | undefined = !image
    ? undefined
    : image.facts.known
      ? facts
        ? "ok"
        : image.repository === undefined
          ? "ok"
          : "failing"
      : "unknown";
  const built = stepTime(deployment, "build");
  const message = stepMessage(deployment, ["build", "tag"]);
  const state = merged(stepsState(deployment, ["build", "tag"]), live);
  const why =
    live === "failing"
      ? "ECR does not have the image that the revision names"
      : image && !image.facts.known
        ? image.facts.why
        : undefined;
  return {
    id: "image",
    kind: "image",
    title: "Image",
    name: ownTag ? shortTag(ownTag) : facts ? shortDigest(facts.digest) : "Image",
    state,
    ...(why ? { why } : {}),
    lines: lines(
      joined([facts?.platforms[0], size(facts?.bytes)]) || undefined,
      told(
        message ||
          (built
            ? `built in ${built}`
            : state === "ok" && facts
              ? shortDigest(facts.digest)
              : state === "idle"
                ? "to be built"
                : ""),
      ),
    ),
    phase: 3,
    steps: ["build", "tag"],
    facts: [
      ["Reference", image?.reference ?? ""],
      ["Digest", facts?.digest ?? ""],
      ["Tags", facts?.tags.join(", ") ?? ""],
      ["Platforms", facts?.platforms.join(", ") ?? ""],
      ["Size", size(facts?.bytes)],
      ["Exposes", facts?.exposedPorts.join(", ") ?? ""],
      ["Built in", built],
    ],
    actions: image
      ? [
          ...copy("URI", image.reference),
          ...copy("Digest", facts?.digest),
          ...(image.repository === undefined ? [] : inAws),
        ]
      : [],
    ...(image?.repository === undefined || !facts
      ? {}
      : {
          path: [
            { kind: "repositories" },
            { kind: "repository", key: image.repository },
            { kind: "image", key: facts.digest },
          ],
        }),
    ref: { repository: image?.repository ?? "", digest: facts?.digest ?? "" },
  };
}

/** What the scan found, the worst first: `2 critical`, `no findings`. */
function scanWords(scan: { status: string; counts: Record<string, number> } | undefined): string {
  if (!scan) return "not scanned";
  if (!/COMPLETE|ACTIVE/.test(scan.status)) return `scan ${scan.status.toLowerCase().replaceAll("_", " ")}`;
  const worst = ["CRITICAL", "HIGH", "MEDIUM"].find((severity) => (scan.counts[severity] ?? 0) > 0);
  return worst ? `${scan.counts[worst] ?? 0} ${worst.toLowerCase()}` : "0 critical";
}

export function repositoryNode(input: MapInput): MapNode {
  const { deployment, app } = input;
  const image = mainImage(input);
  const facts = image && valueOf(image.facts);
  const exists = image && valueOf(image.repositoryExists);
  const name = image?.repository ?? app?.repository ?? deployment.resources.repository?.name ?? "repository";
  const steps = ["repository", "lifecycle", "token", "login", "push", "verifyImage"] as const;
  const live: MapState | undefined =
    !image || image.repository === undefined
      ? undefined
      : !image.repositoryExists.known
        ? "unknown"
        : exists
          ? image.facts.known && !facts
            ? "failing"
            : "ok"
          : "failing";
  const state = merged(stepsState(deployment, steps), live);
  const why =
    live === "failing"
      ? exists
        ? "it does not have the image that the revision names"
        : "there is no such repository"
      : image && !image.repositoryExists.known
        ? image.repositoryExists.why
        : undefined;
  const arn = deployment.resources.repository?.arn;
  const isLatest = facts?.tags.includes("latest") && facts.tags.length > 1;
  return {
    id: "repository",
    kind: "repository",
    title: "ECR repository",
    name,
    state,
    ...(why ? { why } : {}),
    ...(arn === undefined ? {} : { arn }),
    lines: lines(
      facts ? joined([plural(valueOf(image.tags)?.length ?? 0, "tag"), isLatest && "latest"]) : undefined,
      told(why ?? (stepMessage(deployment, steps) || (facts ? `digest verified · ${scanWords(facts.scan)}` : ""))),
    ),
    phase: 2,
    steps,
    facts: [
      ["Repository", name],
      [
        "Tags",
        valueOf(image?.tags ?? { known: true, value: [] as string[] })
          ?.slice(0, 12)
          .join(", ") ?? "",
      ],
      ["Scan", facts ? scanWords(facts.scan) : ""],
      ["Pushed in", stepTime(deployment, "push")],
    ],
    actions:
      state === "idle"
        ? []
        : [...inAws, ...copy("ARN", arn), ...copy("URI", (image?.reference ?? "").split(/[@]|:[^/]*$/)[0])],
    path: [{ kind: "repositories" }, { kind: "repository", key: name }],
    ref: { repository: name },
  };
}

export function taskDefinitionNode(input: MapInput): MapNode {
  const { snapshot, deployment, app } = input;
  const read = snapshot?.revision;
  const seen = read && valueOf(read);
  const definition = seen?.definition;
  const registered = deployment.resources.register;
  const steps = ["role", "register"] as const;
  const live: MapState | undefined = !read
    ? undefined
    : !read.known
      ? "unknown"
      : seen
        ? seen.status === "INACTIVE"
          ? "degraded"
          : "ok"
        : undefined;
  const state = merged(stepsState(deployment, steps), live);
  const changes = deployment.plan?.revisionChanges ?? [];
  const onlyImage = changes.length > 0 && changes.every(({ path }) => /image$/.test(path));
  const changed =
    changes.length === 0
      ? ""
      : onlyImage
        ? "image changed, nothing else"
        : `${plural(changes.length, "member")} changed`;
  const why = read && !read.known ? read.why : live === "degraded" ? "this revision is inactive" : undefined;
  const arn = seen?.arn ?? registered?.arn;
  const name = seen
    ? lastPart(seen.arn)
    : registered
      ? lastPart(registered.arn || registered.name)
      : (app?.family ?? "Task definition");
  const sizes = definition
    ? joined([
        `${Number(definition.cpu ?? 0) / 1024} vCPU`,
        `${definition.memory ?? "?"} MB`,
        JSON.stringify(definition["runtimePlatform"] ?? "").includes("ARM64") && "ARM64",
      ])
    : "";
  return {
    id: "taskDefinition",
    kind: "taskDefinition",
    title: "Task definition",
    name,
    state,
    ...(why ? { why } : {}),
    ...(arn === undefined ? {} : { arn }),
    lines: lines(
      sizes || undefined,
      told(
        why ??
          (stepMessage(deployment, steps) ||
            changed ||
            (definition ? plural(definition.containerDefinitions?.length ?? 0, "container") : "")),
      ),
    ),
    phase: 5,
    steps,
    facts: [
      ["Revision", name],
      ["Status", seen?.status ?? ""],
      ["Size", sizes],
      ["Execution role", lastPart(String(definition?.executionRoleArn ?? ""))],
      ["Task role", lastPart(String(definition?.taskRoleArn ?? ""))],
      ...(definition?.containerDefinitions ?? []).map((container): [string, string] => [
        `Container ${container.name ?? ""}`,
        String(container.image ?? ""),
      ]),
      ...changes.slice(0, 6).map(({ path }): [string, string] => ["Changed", path]),
    ],
    actions: [
      { id: "openFile", label: "Open the File", value: app?.taskDefinitionFile ?? "task-definition.json" },
      ...(arn === undefined ? [] : [...inAws, ...copy("ARN", arn)]),
    ],
    ...(arn === undefined
      ? {}
      : {
          path: [
            { kind: "families" },
            { kind: "family", key: name.split(":")[0] ?? "" },
            { kind: "revision", key: arn },
          ],
        }),
    ref: { definition: arn ?? name, family: name.split(":")[0] ?? "" },
  };
}

export function logNode(input: MapInput): MapNode | undefined {
  const { snapshot, deployment, app } = input;
  const logs = snapshot?.logs.find((item) => item.container === snapshot.expected?.container) ?? snapshot?.logs[0];
  if (snapshot && snapshot.revision.known && snapshot.revision.value && !logs) return undefined;
  const group = logs?.group || deployment.resources.logGroup?.name || app?.logGroup;
  if (group === undefined || (logs && logs.driver !== "awslogs")) return undefined;
  const facts = logs && valueOf(logs.facts);
  const events = logs && valueOf(logs.events);
  // The time is known without being printed at the beginning of the line.
  const last =
    events
      ?.at(-1)
      ?.message.trim()
      .replaceAll(/\s+/g, " ")
      .replace(/^\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(Z|[+-]\d\d:?\d\d)?\]?\s*/, "") ?? "";
  const live: MapState | undefined = !logs
    ? undefined
    : !logs.facts.known
      ? "unknown"
      : facts
        ? "ok"
        : logs.createGroup
          ? "waiting"
          : "failing";
  const state = merged(stepsState(deployment, ["logGroup"]), live);
  const why =
    live === "failing" ? "there is no such log group" : logs && !logs.facts.known ? logs.facts.why : undefined;
  const retention = facts
    ? facts.retentionDays === undefined
      ? "kept for ever"
      : `kept ${facts.retentionDays} days`
    : app
      ? `kept ${app.logRetentionDays} days`
      : "";
  return {
    id: "logGroup",
    kind: "logGroup",
    title: "Log group",
    name: group,
    state,
    ...(why ? { why } : {}),
    ...(facts?.arn ? { arn: facts.arn } : {}),
    lines: lines(retention || undefined, told(why ?? (last ? `last: ${last}` : live === "ok" ? "no output yet" : ""))),
    phase: 5,
    steps: ["logGroup"],
    facts: [
      ["Log group", group],
      ["Retention", retention],
      ["Stream prefix", logs?.prefix ?? ""],
      ...(events ?? []).slice(-4).map((event): [string, string] => ["Line", event.message.trim()]),
    ],
    actions:
      state === "idle"
        ? []
        : [{ id: "tail", label: "Tail Logs" }, ...inAws, ...copy("ARN", facts?.arn), ...copy("Name", group)],
    path: [{ kind: "logGroups" }, { kind: "logGroup", key: group }],
    ref: { logGroup: group },
  };
}
