/** What of the drawing is seen: fitted into the page, or as the person has moved and enlarged it. */
import type { Box } from "../../core/map/geometry";

const step = 1.25;
const largest = 4;
const smallest = 0.2;
/** Texts stay readable: what does not fit at this is moved to. */
const readable = 0.62;
const widest = 1.3;

export class View {
  private scale = 1;
  private x = 0;
  private y = 0;
  /** True until the person moves or enlarges it: then it is fitted again whenever drawing or page change. */
  private fitted = true;
  private width = 1;
  private height = 1;

  constructor(private readonly svg: SVGSVGElement) {
    new ResizeObserver(() => this.resize()).observe(svg);
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.drag(event));
  }

  /** The size of the drawing. */
  setSize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    this.width = width;
    this.height = height;
    this.resize();
  }

  /** The whole drawing in the page. */
  fit(): void {
    this.fitted = true;
    this.apply(this.fittingScale());
    this.centre();
  }

  zoom(factor: 1 | -1): void {
    const { clientWidth, clientHeight } = this.svg;
    this.zoomAt(factor > 0 ? step : 1 / step, clientWidth / 2, clientHeight / 2);
  }

  /** Moves as little as it takes to see this. */
  reveal(box: Box): void {
    const pad = 24;
    const seen = { width: this.svg.clientWidth / this.scale, height: this.svg.clientHeight / this.scale };
    const shift = (from: number, size: number, at: number, room: number): number =>
      from - pad < at ? from - pad : from + size + pad > at + room ? from + size + pad - room : at;
    const x = shift(box.x, box.width, this.x, seen.width);
    const y = shift(box.y, box.height, this.y, seen.height);
    if (x === this.x && y === this.y) return;
    this.x = x;
    this.y = y;
    this.show();
  }

  private resize(): void {
    if (this.svg.clientWidth === 0) return;
    if (!this.fitted) return this.show();
    this.apply(Math.max(this.fittingScale(), readable));
    this.centre();
  }

  private fittingScale(): number {
    return Math.min(this.svg.clientWidth / this.width, this.svg.clientHeight / this.height, widest);
  }

  private apply(scale: number): void {
    this.scale = Math.min(largest, Math.max(smallest, scale));
  }

  /** In the middle; from the upper left where it is larger than the page. */
  private centre(): void {
    const { clientWidth, clientHeight } = this.svg;
    this.x = Math.min(0, (this.width - clientWidth / this.scale) / 2);
    this.y = Math.min(0, (this.height - clientHeight / this.scale) / 2);
    this.show();
  }

  private show(): void {
    const { clientWidth, clientHeight } = this.svg;
    this.svg.setAttribute("viewBox", `${this.x} ${this.y} ${clientWidth / this.scale} ${clientHeight / this.scale}`);
  }

  private zoomAt(factor: number, atX: number, atY: number): void {
    this.fitted = false;
    const before = this.scale;
    this.apply(before * factor);
    this.x += atX / before - atX / this.scale;
    this.y += atY / before - atY / this.scale;
    this.show();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey)
      return this.zoomAt(Math.exp(-event.deltaY * 0.01), event.offsetX, event.offsetY);
    this.fitted = false;
    this.x += event.deltaX / this.scale;
    this.y += event.deltaY / this.scale;
    this.show();
  }

  private drag(start: PointerEvent): void {
    if (start.button > 1 || (start.target as Element).closest("[role=button]")) return;
    const from = { x: this.x, y: this.y };
    this.svg.setPointerCapture(start.pointerId);
    const move = (event: PointerEvent): void => {
      this.fitted = false;
      this.svg.classList.add("dragged");
      this.x = from.x - (event.clientX - start.clientX) / this.scale;
      this.y = from.y - (event.clientY - start.clientY) / this.scale;
      this.show();
    };
    this.svg.addEventListener("pointermove", move);
    this.svg.addEventListener(
      "lostpointercapture",
      () => {
        this.svg.removeEventListener("pointermove", move);
        this.svg.classList.remove("dragged");
      },
      { once: true },
    );
  }
}
