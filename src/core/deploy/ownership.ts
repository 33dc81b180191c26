/** Whose an application is: told by an id in slipway.json and in the tags, never by the name alone. */
import { applyEdits, modify } from "jsonc-parser";
import type { Application, NamedKind, Owner } from "../app/app";
import type { Service } from "../ports/cloud";
import type { Decision } from "./decision";
import { hasOurName, isOurs, type Ids, type ObservedState, type Ownership } from "./observedState";
import type { StepId } from "./phases";

/** An id that no other application has. */
export const freshId = (): string => crypto.randomUUID().replaceAll("-", "").slice(0, 16);

/**
 * Settles whose the application is.
 *
 * slipway.json says it, so that a clone is the same application; else this machine's notes, where the file was put back
 * to an earlier state; else it is new. One that was deployed before there were ids goes on without. Where another
 * folder's application of this name runs, `planned` is *its* owner: taking it over is what a plan then proposes.
 */
export function settleOwnership(
  app: Application,
  service: Pick<Service, "tags"> | undefined,
  { remembered, fresh }: Ids,
): Ownership {
  const known = app.owner.id ?? remembered;
  const owner: Owner = { ...app.owner, ...(known === undefined ? {} : { id: known, unmarked: true }) };
  const tags = service?.tags;
  const ours = tags !== undefined && isOurs(tags, { ...app, owner });
  // What carries no id and is ours goes on without one: an id that is never committed would be another each time.
  const own: Owner =
    known !== undefined || (ours && tags["slipway:id"] === undefined) ? owner : { ...owner, id: fresh };
  if (ours || !tags || !hasOurName(tags, app)) return { own, planned: own };
  const { "slipway:id": id, "slipway:folder": from } = tags;
  const { id: _own, ...rest } = own;
  const planned: Owner = { ...rest, unmarked: true, ...(id === undefined ? {} : { id }) };
  return { own, planned, takesOver: { folder: from } };
}

/**
 * slipway.json with what the look settled: the application's id, and the name of a service that somebody else made and
 * that is taken over. Comments and formatting of the rest stay.
 */
export function settledConfig(configText: string, app: Application, service: Service | undefined): string {
  const adopted = service !== undefined && !isOurs(service.tags, app) && !app.named.has("service");
  const environment = app.environment === "default" ? [] : ["environments", app.environment];
  const changes: [string[], string | undefined][] = [
    [["id"], app.owner.id],
    [[...environment, "service"], adopted ? app.service : undefined],
  ];
  return changes.reduce(
    (text, [path, value]) =>
      value === undefined
        ? text
        : applyEdits(
            text,
            modify(text, ["applications", app.name, ...path], value, {
              formattingOptions: { insertSpaces: true, tabSize: 2 },
            }),
          ),
    configText,
  );
}

/** What exists under a name that nobody chose, and that this application did not make. */
export interface Existing {
  readonly step: StepId;
  readonly name: string;
}

const namedBy: Partial<Record<StepId, NamedKind>> = {
  service: "service",
  cluster: "cluster",
  repository: "repository",
  loadBalancer: "loadBalancer",
  role: "role",
};
const looked: readonly StepId[] = [
  "service",
  "cluster",
  "repository",
  "loadBalancer",
  "role",
  "logGroup",
  "loadBalancerGroup",
  "taskGroup",
];

/**
 * What a first deployment would take that is there already. Once the service is ours, or named in slipway.json, it was
 * agreed to.
 */
export function existingThings(
  observed: ObservedState,
  app: Application,
  decisions: ReadonlyMap<StepId, Decision>,
): Existing[] {
  if (observed.service && (isOurs(observed.service.tags, app) || app.named.has("service"))) return [];
  return looked.flatMap((step) => {
    const decision = decisions.get(step);
    const kind = namedBy[step];
    const taken = decision?.action === "adopt" || decision?.reason.code === "existsMadeElsewhere";
    if (!taken || decision.name === undefined || (kind !== undefined && app.named.has(kind))) return [];
    return decision.reason.code === "exists" || step === "service" ? [{ step, name: decision.name }] : [];
  });
}
