/** The drawing as one SVG text: for the page with the theme's variables, for a file with literal colours. */
import type { MapLayout, PlacedCallout, PlacedEdge, PlacedGroup, PlacedNode, PlacedText, Point } from "./geometry";
import { markup } from "../base/encoders";
import { guardIcon, kindIcons, stateIcons } from "./icons";
import { type MapState } from "./diagram";
import type { Palette } from "./palette";
import { type Attributes, tag, spoken } from "./svgText";

export interface DrawOptions {
  palette: Palette;
  /** With roles, labels and places to press; without, a picture. */
  interactive: boolean;
}

const settled: ReadonlySet<MapState> = new Set(["ok", "degraded", "unknown"]);
const dashes: Partial<Record<MapState, string>> = { idle: "3 4", waiting: "3 4", leftOut: "1 5", unknown: "2 4" };

/** The drawing itself, without an `svg` around it: frames, edges, nodes, and what is wrong. */
export function drawMap(layout: MapLayout, options: DrawOptions): string {
  const depth = new Map(layout.groups.map(({ group }) => [group.id, group.parent]));
  const outermost = [...layout.groups].sort(
    (a, b) => Number(depth.get(a.group.id) !== undefined) - Number(depth.get(b.group.id) !== undefined),
  );
  return [
    tag("g", { class: "frames" }, outermost.map((group) => drawGroup(group, options)).join("")),
    // What stops is drawn first: as far as something still flows on the same way, that is on top.
    tag(
      "g",
      { class: "edges", "aria-hidden": "true" },
      [...layout.edges]
        .sort((a, b) => drawOrder(a) - drawOrder(b))
        .map((edge) => drawEdge(edge, options))
        .join(""),
    ),
    tag("g", { class: "nodes" }, layout.nodes.map((node) => drawNode(node, options)).join("")),
    layout.callout ? drawCallout(layout.callout, options) : "",
  ].join("");
}

const edgeOrder: readonly MapState[] = [
  "idle",
  "leftOut",
  "waiting",
  "unknown",
  "failing",
  "degraded",
  "running",
  "ok",
];
/** What leads into the tasks' frame may cross their own edges, and passes over them. */
const passesOver = ({ edge }: PlacedEdge): boolean => edge.to === "tasks";
const drawOrder = (placed: PlacedEdge): number =>
  edgeOrder.indexOf(placed.edge.state) + (passesOver(placed) ? edgeOrder.length : 0);
const pressable = (id: string, label: string): Attributes => ({
  "data-id": id,
  tabindex: 0,
  role: "button",
  "aria-haspopup": "dialog",
  "aria-label": label,
});

function drawTexts(texts: readonly PlacedText[], state: string, { palette }: DrawOptions): string {
  return texts
    .map((text) =>
      tag(
        "text",
        {
          x: text.x,
          y: text.y,
          "font-size": text.size,
          "font-weight": text.weight === 600 ? 600 : undefined,
          fill: text.tells ? state : text.muted ? palette.muted : palette.text,
        },
        markup(text.text),
      ),
    )
    .join("");
}

function sign(path: string, x: number, y: number, size: number, color: string, attributes: Attributes = {}): string {
  return tag(
    "g",
    { transform: `translate(${x} ${y}) scale(${size / 16})` },
    tag("path", {
      d: path,
      fill: "none",
      stroke: color,
      "stroke-width": 1.5,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
      ...attributes,
    }),
  );
}

function drawGroup({ group, texts, ...box }: PlacedGroup, options: DrawOptions): string {
  const { palette, interactive } = options;
  const isGuard = group.kind === "guard";
  const faint = group.state === "idle" || group.state === "waiting";
  const color =
    group.state === "failing"
      ? palette.states.failing
      : group.state === "running"
        ? palette.states.running
        : isGuard && !faint
          ? palette.guard
          : palette.frame;
  const label = group.state === "failing" ? palette.states.failing : isGuard && !faint ? palette.guard : palette.muted;
  const frame = tag("rect", {
    class: "frame",
    width: box.width,
    height: box.height,
    rx: 8,
    fill: "none",
    stroke: color,
    "stroke-width": group.state === "failing" ? 1.6 : 1,
    "stroke-dasharray": isGuard ? "5 4" : undefined,
  });
  const lines = texts
    .map((text) => tag("text", { x: text.x, y: text.y, "font-size": text.size, fill: label }, markup(text.text)))
    .join("");
  const canPress = interactive && group.facts.length > 0;
  const target = tag("rect", {
    class: "ring",
    x: 4,
    y: 3,
    width: box.width - 8,
    height: texts.length * 15 + 5,
    rx: 4,
    fill: "transparent",
    stroke: "none",
  });
  return tag(
    "g",
    { transform: `translate(${box.x} ${box.y})` },
    frame +
      tag(
        "g",
        canPress ? { class: "label", ...pressable(group.id, spoken(group)) } : {},
        tag("title", {}, markup([group.title, ...group.notes].join("\n"))) +
          (canPress ? target : "") +
          (isGuard ? sign(guardIcon, 12, 6.5, 11, label, { "stroke-width": 1.6 }) : "") +
          lines,
      ),
  );
}

/** A way with rounded corners. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const parts = [`M${first[0]} ${first[1]}`];
  rest.forEach(([x, y], index) => {
    const before = points[index] as Point;
    const after = points[index + 2];
    const length = Math.hypot(x - before[0], y - before[1]);
    const next = after ? Math.hypot(after[0] - x, after[1] - y) : 0;
    const radius = after ? Math.min(8, length / 2, next / 2) : 0;
    if (!after || radius < 0.5) parts.push(`L${x} ${y}`);
    else {
      const unit = ([fromX, fromY]: Point, [toX, toY]: Point, far: number): Point => [
        fromX + ((toX - fromX) / far) * radius,
        fromY + ((toY - fromY) / far) * radius,
      ];
      const into = unit([x, y], before, length);
      const out = unit([x, y], after, next);
      parts.push(`L${into[0]} ${into[1]}Q${x} ${y} ${out[0]} ${out[1]}`);
    }
  });
  return parts.join("");
}

/** The way, its arrow (a shape of its own: markers do not take a theme's variables everywhere), and a cross where it stops. */
function drawEdge(placed: PlacedEdge, options: DrawOptions): string {
  const { edge, points, label } = placed;
  const { palette, interactive } = options;
  const color = edge.state === "degraded" ? palette.states.ok : palette.states[edge.state];
  const end = points.at(-1) as Point;
  const before = points.at(-2) as Point;
  const angle = (Math.atan2(end[1] - before[1], end[0] - before[0]) * 180) / Math.PI;
  const length = Math.hypot(end[0] - before[0], end[1] - before[1]);
  const short: Point = [
    end[0] - (end[0] - before[0]) * (Math.min(6, length / 2) / length),
    end[1] - (end[1] - before[1]) * (Math.min(6, length / 2) / length),
  ];
  const way = pathOf([...points.slice(0, -1), short]);
  // Between the turn and the frame, where neither is in the way.
  const share = points.length > 2 ? 0.32 : 0.5;
  const stop: Point = [before[0] + (end[0] - before[0]) * share, before[1] + (end[1] - before[1]) * share];
  return tag(
    "g",
    { class: `edge ${edge.state}`, "data-edge": edge.id },
    [
      edge.why ? tag("title", {}, markup(edge.why)) : "",
      passesOver(placed) ? tag("path", { d: way, fill: "none", stroke: palette.background, "stroke-width": 8 }) : "",
      tag("path", {
        d: way,
        fill: "none",
        stroke: color,
        "stroke-width": edge.state === "idle" || edge.state === "waiting" ? 1.2 : 1.8,
        "stroke-dasharray": dashes[edge.state],
      }),
      interactive && edge.flows
        ? tag("path", {
            class: "flow",
            d: way,
            fill: "none",
            stroke: color,
            "stroke-width": 5,
            "stroke-linecap": "round",
            "stroke-dasharray": "0 36",
          })
        : "",
      tag("path", { d: "M0 0L-8 -4V4Z", fill: color, transform: `translate(${end[0]} ${end[1]}) rotate(${angle})` }),
      edge.state === "failing"
        ? tag("circle", {
            cx: stop[0],
            cy: stop[1],
            r: 6.5,
            fill: palette.background,
            stroke: color,
            "stroke-width": 1.5,
          }) +
          tag("path", {
            d: `M${stop[0] - 2.6} ${stop[1] - 2.6}l5.2 5.2m0 -5.2l-5.2 5.2`,
            fill: "none",
            stroke: color,
            "stroke-width": 1.5,
            "stroke-linecap": "round",
          })
        : "",
      label
        ? tag(
            "text",
            {
              x: label.x,
              y: label.y,
              "font-size": label.size,
              fill: color,
              "text-anchor": label.anchor === "middle" ? "middle" : undefined,
            },
            markup(label.text),
          )
        : "",
    ].join(""),
  );
}

/** Shapes differ as the colours do. */
function drawDot(x: number, y: number, radius: number, state: MapState, color: string): string {
  if (state === "ok") return tag("circle", { cx: x, cy: y, r: radius, fill: color });
  if (state === "failing")
    return tag("rect", { x: x - radius, y: y - radius, width: radius * 2, height: radius * 2, fill: color });
  if (state === "degraded")
    return tag("path", { d: `M${x} ${y - radius}l${radius} ${radius * 2}h${-radius * 2}z`, fill: color });
  return tag("circle", { cx: x, cy: y, r: radius - 0.6, fill: "none", stroke: color, "stroke-width": 1.2 });
}

function drawNode({ node, texts, dots, radius, ...box }: PlacedNode, options: DrawOptions): string {
  const { palette, interactive } = options;
  const color = palette.states[node.state];
  const loud = node.state === "failing" || node.state === "running" || node.state === "degraded";
  const faint = node.state === "idle" || node.state === "waiting" || node.state === "leftOut";
  const [title] = texts;
  const full = [`${node.title}: ${node.name}`, ...node.lines.map(({ text }) => text), node.why ?? ""]
    .filter(Boolean)
    .join("\n");
  return tag(
    "g",
    {
      class: `node ${node.state}`,
      transform: `translate(${box.x} ${box.y})`,
      ...(interactive ? pressable(node.id, spoken(node)) : {}),
    },
    [
      tag("title", {}, markup(full)),
      tag("rect", {
        class: "ring",
        width: box.width,
        height: box.height,
        rx: 6,
        fill: node.state === "failing" ? palette.alarm : faint ? palette.background : palette.surface,
        stroke: loud ? color : palette.border,
        "stroke-width": node.state === "failing" ? 2 : loud ? 1.5 : 1,
        "stroke-dasharray": faint ? "4 4" : undefined,
      }),
      sign(kindIcons[node.kind], 12, (title?.y ?? 22) - 11, 13.5, palette.muted, { "stroke-width": 1.3 }),
      tag(
        "g",
        { class: node.state === "running" ? "sign turning" : "sign" },
        sign(
          stateIcons[node.state],
          box.width - 26,
          (title?.y ?? 22) - 11,
          14,
          settled.has(node.state) || loud ? color : palette.muted,
        ),
      ),
      drawTexts(texts, faint ? palette.muted : color, options),
      dots.map((dot) => drawDot(dot.x, dot.y, radius, dot.state, palette.states[dot.state])).join(""),
    ].join(""),
  );
}

function drawCallout({ callout, texts, buttons, leader, ...box }: PlacedCallout, options: DrawOptions): string {
  const { palette, interactive } = options;
  const color = palette.states.failing;
  const line = leader
    ? tag("path", { d: pathOf(leader), fill: "none", stroke: color, "stroke-width": 1.2, "stroke-dasharray": "2 3" })
    : "";
  const pressed = buttons
    .map((button, index) =>
      tag(
        "g",
        {
          class: "button",
          transform: `translate(${button.x} ${button.y})`,
          ...(interactive ? { "data-fix": index, tabindex: 0, role: "button", "aria-label": button.action.label } : {}),
        },
        tag("rect", {
          class: "ring",
          width: button.width,
          height: button.height,
          rx: 4,
          fill: palette.background,
          stroke: palette.border,
        }) +
          tag(
            "text",
            { x: button.width / 2, y: 17, "font-size": 11.5, fill: palette.text, "text-anchor": "middle" },
            markup(button.text),
          ),
      ),
    )
    .join("");
  return tag(
    "g",
    {
      class: "callout",
      ...(interactive
        ? { role: "group", "aria-label": `What is wrong: ${callout.about}. ${callout.title} ${callout.text}` }
        : {}),
    },
    line +
      tag(
        "g",
        { transform: `translate(${box.x} ${box.y})` },
        [
          tag("title", {}, markup(`${callout.title}\n${callout.text}`)),
          tag("rect", {
            width: box.width,
            height: box.height,
            rx: 6,
            fill: palette.alarm,
            stroke: color,
            "stroke-width": 1.5,
          }),
          sign(stateIcons.failing, 14, 12, 14, color),
          drawTexts(texts, color, options),
          interactive ? pressed : "",
        ].join(""),
      ),
  );
}
