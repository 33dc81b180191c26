import { applyEdits, modify } from "jsonc-parser";
import { configFileName, parseConfig } from "../app/app";
import type { ApplicationConfig } from "../app/schema";
import { SlipwayError } from "../base/errors";
import { parseImageReference } from "../base/imageReference";
import { applicationNameFrom } from "../base/names";
import type { Cloud, Service } from "../ports/cloud";
import type { Workspace } from "../ports/machine";
import type { TaskDefinition } from "../base/taskDefinition";

/** What slipway.json says of a service that somebody else made: enough to bring it a revision, and nothing that would change it. */
function adoptedApplication(cluster: string, service: Service, definition: TaskDefinition): ApplicationConfig {
  const balancer = service.loadBalancers[0];
  const containers = definition.containerDefinitions ?? [];
  const container =
    containers.find((item) => item.name === balancer?.containerName) ??
    containers.find((item) => item["essential"] !== false) ??
    containers[0];
  const image = container?.image === undefined ? undefined : parseImageReference(container.image);
  const mappings = Array.isArray(container?.["portMappings"]) ? container["portMappings"] : [];
  const first = (mappings[0] as { containerPort?: number } | undefined)?.containerPort;
  const port = balancer?.containerPort ?? first;
  return {
    dockerfile: "Dockerfile",
    cluster,
    service: service.name,
    ...(container?.name === undefined ? {} : { container: container.name }),
    ...(image?.repository === undefined ? {} : { repository: image.repository }),
    ...(port === undefined ? {} : { port }),
    ...(balancer ? {} : { loadBalancer: false }),
  };
}

/**
 * slipway.json with one application more; comments and the order of the rest stay.
 * @param text the file as it is; undefined where there is none
 * @returns the new text and the application's name in it; the same text where it has the service already
 */
function addApplication(text: string | undefined, entry: ApplicationConfig): { text: string; name: string } {
  const before = text ?? `{\n  "applications": {}\n}\n`;
  const { applications } = parseConfig(before);
  const name = applicationNameFrom(entry.service ?? "app");
  // What an entry leaves out is the application's own name: so it is for a service that Slipway made.
  const known = Object.entries(applications).find(
    ([of, item]) => (item.service ?? of) === entry.service && (item.cluster ?? of) === entry.cluster,
  );
  if (known) return { text: before, name: known[0] };
  if (Object.hasOwn(applications, name))
    throw new SlipwayError({
      code: "NameTaken",
      summary: `${configFileName} has another application named "${name}".`,
      remedy: "Rename that one first.",
      actions: ["openConfig"],
    });
  return {
    text: applyEdits(
      before,
      modify(before, ["applications", name], entry, { formattingOptions: { insertSpaces: true, tabSize: 2 } }),
    ),
    name,
  };
}

/**
 * Writes a service that runs already into the folder's slipway.json.
 * @returns the application's name in it
 * @throws SlipwayError ServiceGone where the service or its revision is not there
 */
export async function adoptService(
  cloud: Pick<Cloud, "ecs">,
  workspace: Pick<Workspace, "read" | "write">,
  cluster: string,
  service: string,
): Promise<string> {
  const found = await cloud.ecs.findService(cluster, service);
  const revision = found && (await cloud.ecs.findTaskDefinition(found.taskDefinition));
  if (!found || !revision)
    throw new SlipwayError({
      code: "ServiceGone",
      summary: `The service ${service} is not there any more.`,
      actions: ["showLog"],
    });
  const existing = await workspace.read(configFileName);
  const { text, name } = addApplication(existing, adoptedApplication(cluster, found, revision.definition));
  if (text !== existing) await workspace.write(configFileName, text);
  return name;
}
