import { applicationContainer } from "../../base/applicationContainer";
import type { Node } from "jsonc-parser";
import type { ParsedText } from "./parse";
import { cpuUnits, memoryMiB } from "./sizes";
import type { ObjectValue } from "./view";
import { Value } from "./view";

/** What other files of the workspace say about a definition. */
export interface Surroundings {
  /** Set when slipway.json deploys this file: Slipway then fills in image, execution role, size and the logs' region. */
  slipway?: {
    container: string;
    /** True where slipway.json names no container, and this is the application's name. */
    isAssumed?: boolean;
    port?: number;
    file: string;
    application?: string;
  };
  /** The Dockerfile that the application's image is built from, with the ports that it exposes. */
  dockerfile?: { file: string; path?: string; ports: { port: number; line: number }[] };
  /** True when a workflow fills in the image (`amazon-ecs-render-task-definition`). */
  imageIsRendered?: boolean;
}

/** A container definition and how it is called in messages. */
export class Container {
  constructor(
    readonly value: ObjectValue,
    readonly index: number,
  ) {}

  get name(): string | undefined {
    return this.value.textOf("name");
  }

  /** `container "web"`, or `container 2` when it has no name. */
  get label(): string {
    const raw = this.value.get("name")?.raw;
    return raw ? `container "${raw}"` : `container ${this.index + 1}`;
  }

  get isEssential(): boolean {
    // Left out it is essential; a placeholder may be.
    return this.value.get("essential")?.boolean !== false;
  }
}

export type Shape = "bare" | "wrapped" | "containers";

/** A task definition document: what it is, and the facts that many rules ask for. */
export class Task {
  readonly shape: Shape;
  readonly root: Value | undefined;
  /** The definition itself; undefined for a bare list of containers. */
  readonly definition: ObjectValue | undefined;
  /** The list of containers as it stands. */
  readonly list: Value | undefined;
  readonly containers: readonly Container[];
  /** Containers by name; of two with one name the first. */
  readonly byName: ReadonlyMap<string, Container>;
  /** True when some container's name is not known yet, so that nothing is known to be missing. */
  readonly hasOpenNames: boolean;

  constructor(
    readonly document: ParsedText,
    readonly surroundings: Surroundings = {},
  ) {
    const node: Node | undefined = document.root;
    this.root = node && new Value(document, node, []);
    const outer = this.root?.object;
    const inner = outer && !outer.has("containerDefinitions") ? outer.objectOf("taskDefinition") : undefined;
    this.shape = node?.type === "array" ? "containers" : inner ? "wrapped" : "bare";
    this.definition = inner ?? outer;
    this.list = node?.type === "array" ? this.root : this.definition?.get("containerDefinitions");
    this.containers = (this.list?.items ?? []).flatMap((item, index) =>
      item.object ? [new Container(item.object, index)] : [],
    );
    const byName = new Map<string, Container>();
    for (const container of this.containers)
      if (container.name !== undefined && !byName.has(container.name)) byName.set(container.name, container);
    this.byName = byName;
    this.isFargate = this.compatibilities.includes("FARGATE");
    this.hasOpenNames =
      this.list?.isOpen === true ||
      (this.list?.items ?? []).some((item) => item.isOpen || item.object?.get("name")?.isPlaceholder === true);
  }

  /** Launch types that the definition asks to be checked against. */
  get compatibilities(): string[] {
    return (this.definition?.get("requiresCompatibilities")?.items ?? []).flatMap((item) => item.string ?? []);
  }

  /** Fargate's rules apply when FARGATE is listed, even beside EC2; a definition that lists none is checked as EC2's. */
  readonly isFargate: boolean;

  get isEc2(): boolean {
    return this.compatibilities.includes("EC2");
  }

  /** True when the containers share a network interface: stated, or for Fargate where nothing else is. */
  get isAwsvpc(): boolean {
    const mode = this.definition?.get("networkMode");
    return mode ? mode.string === "awsvpc" || (mode.isPlaceholder && this.isFargate) : this.isFargate;
  }

  get isWindows(): boolean {
    return (
      this.definition?.objectOf("runtimePlatform")?.textOf("operatingSystemFamily")?.startsWith("WINDOWS") ?? false
    );
  }

  /** CPU units of the task; undefined when they are not stated or not known. */
  get cpu(): number | undefined {
    const value = this.definition?.get("cpu");
    return value?.number ?? (value?.string === undefined ? undefined : cpuUnits(value.string));
  }

  /** MiB of the task; undefined when they are not stated or not known. */
  get memory(): number | undefined {
    const value = this.definition?.get("memory");
    return value?.number ?? (value?.string === undefined ? undefined : memoryMiB(value.string));
  }

  get volumes(): ObjectValue[] {
    return this.definition?.list("volumes") ?? [];
  }

  /** Name of the container that slipway.json means; undefined where the definition has none that can be meant. */
  get slipwayContainer(): string | undefined {
    const { slipway } = this.surroundings;
    if (!slipway) return undefined;
    const facts = this.containers.map(({ name, isEssential, value }) => ({
      name,
      isEssential,
      hasPorts: value.get("portMappings")?.isFilled === true,
    }));
    return applicationContainer(facts, slipway.container, slipway.isAssumed !== true);
  }

  /** True when Slipway itself fills this container's image in. */
  isSlipways(container: Container): boolean {
    return (
      this.surroundings.slipway !== undefined &&
      (this.containers.length === 1 || (container.name !== undefined && container.name === this.slipwayContainer))
    );
  }
}
