/** The panel beside a node: how it is and why, its figures, and what can be done with it. */
import { stateWords, type MapGroup, type MapNode } from "../../core/map/diagram";
import { byId, make, signOf } from "./dom";

export type Thing = MapNode | MapGroup;

const gap = 10;

export class Details {
  private readonly panel = byId("details");
  private open: { id: string; anchor: SVGElement } | undefined;
  private shown = "";

  /** @param act the person presses an action of a thing; `leaves`: it shows something elsewhere */
  constructor(private readonly act: (thing: string, action: string, leaves: boolean) => void) {
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      event.stopPropagation();
    });
  }

  get of(): string | undefined {
    return this.open?.id;
  }

  show(thing: Thing, anchor: SVGElement): void {
    this.close(false);
    this.open = { id: thing.id, anchor };
    anchor.classList.add("open");
    this.fill(thing);
    this.panel.hidden = false;
    this.place();
    (
      this.panel.querySelector<HTMLElement>(".actions button") ?? this.panel.querySelector<HTMLElement>(".close")
    )?.focus();
  }

  /** What it says, as it is now; closed where the thing is gone. */
  update(thing: Thing | undefined): void {
    if (!this.open) return;
    if (!thing) return this.close();
    const focused = document.activeElement?.textContent;
    const within = this.panel.contains(document.activeElement);
    if (!this.fill(thing)) return;
    if (within)
      (
        [...this.panel.querySelectorAll("button")].find((button) => button.textContent === focused) ??
        this.panel.querySelector("button")
      )?.focus();
    this.place();
  }

  close(refocus = true): void {
    if (!this.open) return;
    const { anchor } = this.open;
    anchor.classList.remove("open");
    this.open = undefined;
    this.shown = "";
    this.panel.hidden = true;
    if (refocus) anchor.focus();
  }

  private fill(thing: Thing): boolean {
    const key = JSON.stringify([thing.state, thing.why, thing.facts, thing.actions]);
    if (key === this.shown) return false;
    this.shown = key;
    const title = "name" in thing ? `${thing.title}: ${thing.name}` : thing.title;
    const heading = make("h2", title);
    const state = make("p", "", `state ${thing.state}`);
    state.append(signOf(thing.state), stateWords[thing.state]);
    const list = make("dl");
    for (const [name, value] of thing.facts) if (value) list.append(make("dt", name), make("dd", value));
    const actions = make("div", "", "actions");
    for (const action of thing.actions) {
      const button = make("button", action.label);
      button.type = "button";
      button.addEventListener("click", () => this.act(thing.id, action.label, action.id !== "copy"));
      actions.append(button);
    }
    const close = make("button", "×", "close");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => this.close());
    this.panel.setAttribute("aria-label", title);
    this.panel.replaceChildren(
      heading,
      state,
      ...(thing.why ? [make("p", thing.why, "why")] : []),
      actions,
      list,
      close,
    );
    return true;
  }

  /** Beside its thing, where there is room. */
  private place(): void {
    if (!this.open) return;
    const stage = this.panel.parentElement as HTMLElement;
    const area = stage.getBoundingClientRect();
    const at = this.open.anchor.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.panel;
    const beside = at.right - area.left + gap;
    const left = beside + offsetWidth < area.width ? beside : Math.max(gap, at.left - area.left - gap - offsetWidth);
    this.panel.style.left = `${Math.max(gap, Math.min(left, area.width - offsetWidth - gap))}px`;
    this.panel.style.top = `${Math.max(gap, Math.min(at.top - area.top, area.height - offsetHeight - gap))}px`;
  }
}
