/** The map's page: shows what its host sends, and says what the person does. It knows no VS Code but the mailbox. */
import type { Box, MapLayout } from "../../core/map/geometry";
import { layoutMap } from "../../core/map/layout";
import { legendStates } from "../../core/map/file";
import { stateWords, type MapModel } from "../../core/map/diagram";
import { themed } from "../../core/map/palette";
import type { FileFormat, HostMessage, PageMessage } from "../../core/map/protocol";
import { drawMap } from "../../core/map/svg";
import { Details, type Thing } from "./details";
import { byId, make, patch, signOf } from "./dom";
import { isDirection, neighbour } from "./keys";
import { pageMeasure, pngData, svgText } from "./picture";
import { View } from "./view";

declare function acquireVsCodeApi(): { postMessage(message: PageMessage): void };

const host = acquireVsCodeApi();
const svg = byId<SVGSVGElement>("map");
const drawing = byId<SVGGElement>("drawing");
const measure = pageMeasure();
const view = new View(svg);
const details = new Details((thing, action, leaves) => {
  if (leaves) details.close();
  host.postMessage({ type: "action", thing, action });
});
let model: MapModel | undefined;
let layout: MapLayout | undefined;

const things = (): Thing[] => (model ? [...model.nodes, ...model.groups] : []);

function show(next: MapModel): void {
  const before = model;
  model = next;
  layout = layoutMap(next, measure);
  const wanted = document.createElementNS("http://www.w3.org/2000/svg", "g");
  wanted.id = "drawing";
  wanted.innerHTML = drawMap(layout, { palette: themed, interactive: true });
  patch(drawing, wanted);
  view.setSize(layout.width, layout.height);
  byId("title").textContent = next.title;
  byId("place").textContent = next.place;
  byId("summary").textContent = next.summary;
  byId("notes").textContent = next.notes.join(" · ");
  document.body.dataset["mode"] = next.mode;
  showPhases(next);
  details.update(things().find((thing) => thing.id === details.of));
  announce(before, next);
}

function showPhases({ phases }: MapModel): void {
  const list = byId("phases");
  list.hidden = phases.every((phase) => phase.state === "idle");
  const items = phases.map((phase) => {
    const item = make("li", "", `${phase.state}${phase.state === "running" ? " turning" : ""}`);
    const text = make("span", phase.title);
    text.append(make("small", phase.time || phase.word));
    item.append(signOf(phase.state), text);
    if (phase.state === "running") item.setAttribute("aria-current", "step");
    item.setAttribute(
      "aria-label",
      [`Phase ${phase.id}`, phase.title, phase.word, phase.time].filter(Boolean).join(", "),
    );
    return item;
  });
  const wanted = list.cloneNode(false) as Element;
  wanted.append(...items);
  patch(list, wanted);
}

/** Politely, and not every count: only what a thing has become. */
let pending: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;
function announce(before: MapModel | undefined, after: MapModel): void {
  if (!before) return;
  const states = new Map([...before.nodes, ...before.groups].map((thing) => [thing.id, thing.state]));
  const changed = [...after.nodes, ...after.groups].filter(
    (thing) => states.get(thing.id) !== thing.state && thing.state !== "idle" && thing.state !== "waiting",
  );
  pending.push(
    ...changed.map(
      (thing) =>
        `${thing.title}${"name" in thing ? ` ${thing.name}` : ""}: ${stateWords[thing.state]}${thing.why ? `, ${thing.why}` : ""}`,
    ),
  );
  if (after.callout && after.callout.title !== before.callout?.title)
    pending.unshift(`${after.callout.title}. ${after.callout.text}`);
  if (pending.length === 0) return;
  timer ??= setTimeout(() => {
    byId("live").textContent = pending.length > 4 ? after.summary : pending.join(". ");
    pending = [];
    timer = undefined;
  }, 1500);
}

function press(element: SVGElement): void {
  const fix = element.dataset["fix"];
  if (fix !== undefined) return host.postMessage({ type: "fix", index: Number(fix) });
  const thing = things().find((item) => item.id === element.dataset["id"]);
  if (thing && details.of === thing.id) details.close();
  else if (thing) details.show(thing, element);
}

const pressed = (target: EventTarget | null): SVGElement | undefined =>
  (target as Element | null)?.closest<SVGElement>("#map [role=button]") ?? undefined;

function focusThing(id: string): void {
  svg.querySelector<SVGElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
}

function boxOf(id: string): Box | undefined {
  return (
    layout?.nodes.find((placed) => placed.node.id === id) ?? layout?.groups.find((placed) => placed.group.id === id)
  );
}

svg.addEventListener("click", (event) => {
  const target = pressed(event.target);
  if (target) press(target);
  else details.close(false);
});

// On the document: a drawing that listens to focus itself becomes a stop of Tab.
document.addEventListener("focusin", (event) => {
  const id = pressed(event.target)?.dataset["id"];
  const box = id === undefined ? undefined : boxOf(id);
  if (box && pressed(event.target)?.matches(":focus-visible"))
    view.reveal({ ...box, height: Math.min(box.height, 120) });
});

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const target = pressed(event.target);
  const zooms: Readonly<Record<string, () => void>> = {
    "+": () => view.zoom(1),
    "=": () => view.zoom(1),
    "-": () => view.zoom(-1),
    "0": () => view.fit(),
    Escape: () => details.close(),
  };
  const zoom = zooms[event.key];
  if (zoom) zoom();
  else if (target && (event.key === "Enter" || event.key === " ")) press(target);
  else if (target && isDirection(event.key) && layout) {
    const next = neighbour(layout, target.dataset["id"] ?? layout.callout?.callout.at ?? "", event.key);
    if (next !== undefined) focusThing(next);
  } else return;
  event.preventDefault();
});

async function makeFile(format: FileFormat): Promise<void> {
  if (!model) return;
  try {
    host.postMessage({
      type: "file",
      format,
      data: format === "svg" ? svgText(model, measure).svg : await pngData(model, measure),
    });
  } catch (error) {
    host.postMessage({ type: "failed", message: String(error).slice(0, 500) });
  }
}

const presses: Readonly<Record<string, () => void>> = {
  refresh: () => host.postMessage({ type: "refresh" }),
  larger: () => view.zoom(1),
  smaller: () => view.zoom(-1),
  fit: () => view.fit(),
  svg: () => host.postMessage({ type: "ask", format: "svg" }),
  png: () => host.postMessage({ type: "ask", format: "png" }),
};
for (const [id, act] of Object.entries(presses)) byId(id).addEventListener("click", act);

byId("legend").append(
  ...legendStates.map((state) => {
    const item = make("li", "", state);
    item.append(signOf(state), stateWords[state]);
    return item;
  }),
);

window.addEventListener("message", ({ data }: MessageEvent<HostMessage>) => {
  if (data.type === "model") show(data.model);
  else if (data.type === "export") void makeFile(data.format);
});
host.postMessage({ type: "ready" });
