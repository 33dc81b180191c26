/** Small things to do with the page's elements. */
import { stateIcons } from "../../core/map/icons";
import type { MapState } from "../../core/map/diagram";

const svgSpace = "http://www.w3.org/2000/svg";

/** An element of the page that has to be there. */
export function byId<T extends Element = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found as unknown as T;
}

export function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  text = "",
  className = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** A state's sign as an element of its own; what it says stands beside it in words. */
export function signOf(state: MapState): SVGSVGElement {
  const svg = document.createElementNS(svgSpace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "sign");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svgSpace, "path");
  path.setAttribute("d", stateIcons[state]);
  svg.append(path);
  return svg;
}

const keyOf = (element: Element): string | null =>
  element.getAttribute("data-id") ?? element.getAttribute("data-edge") ?? null;

/** Makes `now` what `wanted` is, and leaves alone what is the same: focus, hover and running animations stay. */
export function patch(now: Element, wanted: Element): void {
  for (const { name } of [...now.attributes]) if (!wanted.hasAttribute(name)) now.removeAttribute(name);
  for (const { name, value } of [...wanted.attributes]) {
    const kept =
      name === "class" && now.classList.contains("open") && !value.includes(" open") ? `${value} open` : value;
    if (now.getAttribute(name) !== kept) now.setAttribute(name, kept);
  }
  if (wanted.children.length === 0 && now.children.length === 0) {
    if (now.textContent !== wanted.textContent) now.textContent = wanted.textContent;
    return;
  }
  const before = [...now.children];
  const keyed = new Map(
    before.flatMap((child): [string, Element][] => {
      const key = keyOf(child);
      return key === null ? [] : [[key, child]];
    }),
  );
  const loose = before.filter((child) => keyOf(child) === null);
  const children = [...wanted.children].map((child) => {
    const key = keyOf(child);
    const index = loose.findIndex((other) => other.tagName === child.tagName);
    const old = key === null ? (index < 0 ? undefined : loose.splice(index, 1)[0]) : keyed.get(key);
    if (!old || old.tagName !== child.tagName) return child;
    patch(old, child);
    return old;
  });
  for (const child of before) if (!children.includes(child)) child.remove();
  children.forEach((child, index) => {
    if (now.children[index] !== child) now.insertBefore(child, now.children[index] ?? null);
  });
}
