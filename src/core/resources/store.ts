import { elapsed } from "../base/elapsed";
import { isCancelled, reportOf, type ErrorReport } from "../base/errors";
import type { Clock } from "../ports/machine";
import type { ResourcePort } from "../ports/resources";
import { folderItem, folders, type ResourceItem } from "../ports/resourceModel";

/** A place in the tree. The object lives as long as its resource is there: views find places by the object itself. */
export interface ResourceNode {
  /** Path-prefixed, so that one resource in two places is two nodes. */
  readonly id: string;
  item: ResourceItem;
  readonly parent: ResourceNode | undefined;
  status: "unloaded" | "loading" | "ready" | "failed";
  children: ResourceNode[];
  error: ErrorReport | undefined;
  /** Where the next page begins; undefined when there is none. */
  next: string | undefined;
  /** How many pages are shown, so that a refresh brings back as many. */
  pages: number;
  loadedAt: number;
}

/** What is in transition is looked at this often, what is at rest seldom, what failed in between; milliseconds. */
export const busyMilliseconds = 3000;
export const restMilliseconds = 45_000;
export const failedMilliseconds = 15_000;

/** What is in one account and region, as far as somebody looked. Children come from here, never from the network. */
export class ResourceStore {
  readonly root: ResourceNode;
  private readonly running = new Map<string, { cancel: AbortController; done: Promise<void> }>();
  private readonly ended = new AbortController();
  filter = "";

  /** @param changed told of the topmost node that is not as it was */
  constructor(
    id: string,
    item: ResourceItem,
    private readonly port: ResourcePort,
    private readonly clock: Pick<Clock, "now">,
    private readonly changed: (node: ResourceNode) => void,
  ) {
    this.root = nodeOf(id, item, undefined);
  }

  /** Loads what has not been loaded; resolves when that is done, with the node's own status as the outcome. */
  load(node: ResourceNode): Promise<void> {
    if (node.status === "ready") return Promise.resolve();
    return this.once(node, (signal) => this.fill(node, signal));
  }

  /** One more page. */
  loadMore(node: ResourceNode): Promise<void> {
    const { next } = node;
    if (next === undefined) return Promise.resolve();
    return this.once(node, async (signal) => {
      const page = await this.port.load(node.item, next, this.filter || undefined, signal);
      const known = new Set(node.children.map((child) => child.item.key));
      node.children = [
        ...node.children,
        ...page.items.filter((item) => !known.has(item.key)).map((item) => nodeOf(idOf(node, item), item, node)),
      ];
      node.next = page.next;
      node.pages += 1;
    });
  }

  /** Looks again at a node and at everything below it that was looked at and is expanded. */
  async refresh(node: ResourceNode, isExpanded: (node: ResourceNode) => boolean = () => true): Promise<void> {
    if (node.status === "unloaded") return;
    await this.once(node, (signal) => this.fill(node, signal));
    const loaded = node.children.filter((child) => child.status !== "unloaded");
    for (const child of loaded) if (!isExpanded(child)) this.forget(child);
    await Promise.all(loaded.filter(isExpanded).map((child) => this.refresh(child, isExpanded)));
  }

  /** What was loaded below is loaded anew when somebody looks. */
  private forget(node: ResourceNode): void {
    node.status = "unloaded";
    node.children = [];
    node.next = undefined;
    node.pages = 1;
  }

  /** Only what has this in its name; everything that is filtered is looked at anew. */
  async setFilter(text: string, isExpanded: (node: ResourceNode) => boolean): Promise<void> {
    this.filter = text.trim();
    await this.refresh(this.root, isExpanded);
  }

  /** One look at what is due among the nodes that somebody sees expanded. */
  async poll(visible: readonly ResourceNode[]): Promise<void> {
    const now = elapsed(this.clock);
    await Promise.all(visible.filter((node) => !this.running.has(node.id)).map((node) => this.pollNode(node, now)));
  }

  close(): void {
    this.ended.abort();
    for (const { cancel } of this.running.values()) cancel.abort();
  }

  private async pollNode(node: ResourceNode, now: number): Promise<void> {
    const since = now - node.loadedAt;
    if (node.status === "failed" && since >= failedMilliseconds) return this.refresh(node, () => false);
    if (node.status !== "ready" || folders[node.item.kind]) return;
    if (since >= restMilliseconds) return this.once(node, (signal) => this.fill(node, signal));
    const busy = node.children.filter((child) => child.item.state === "busy");
    if (busy.length === 0 || since < busyMilliseconds) return;
    // Of services and tasks there may be hundreds: only those in transition are described. The rest is one call a place.
    if (busy.some((child) => child.item.kind !== "service" && child.item.kind !== "task"))
      return this.once(node, (signal) => this.fill(node, signal));
    await this.once(node, async (signal) => {
      const found = new Map(
        (
          await this.port.update(
            busy.map((child) => child.item),
            signal,
          )
        ).map((item) => [item.key, item]),
      );
      for (const child of busy) {
        const item = found.get(child.item.key);
        if (item) child.item = item;
      }
      node.children = node.children.filter((child) => !busy.includes(child) || found.has(child.item.key));
    });
  }

  /** One look at a node at a time; whoever asks meanwhile waits for that. */
  private once(node: ResourceNode, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const before = this.running.get(node.id);
    if (before) return before.done;
    const cancel = new AbortController();
    const signal = AbortSignal.any([cancel.signal, this.ended.signal]);
    const shown = fingerprint(node);
    const wasLoaded = node.status === "ready";
    if (!wasLoaded) node.status = "loading";
    const done = (async () => {
      try {
        await work(signal);
        node.status = "ready";
        node.error = undefined;
      } catch (error) {
        if (this.ended.signal.aborted) return;
        // What was shown stays: an error takes nothing away. One that ends is gone after the next look.
        node.status = isCancelled(error) ? (wasLoaded ? "ready" : "unloaded") : "failed";
        node.error = isCancelled(error) ? undefined : reportOf(error);
      } finally {
        node.loadedAt = elapsed(this.clock);
        this.running.delete(node.id);
      }
      if (this.ended.signal.aborted) return;
      if (fingerprint(node) !== shown) this.changed(node);
      if (node.item.kind === "repository" && node.status === "ready") await this.complete(node);
    })();
    this.running.set(node.id, { cancel, done });
    return done;
  }

  /** What a list of images does not say comes after its rows; without it they stay as they are. */
  private async complete(node: ResourceNode): Promise<void> {
    const images = node.children.filter((child) => child.item.kind === "image");
    if (images.length === 0) return;
    const shown = fingerprint(node);
    const found = await this.port
      .update(
        images.map((child) => child.item),
        this.ended.signal,
      )
      .catch(() => []);
    for (const [index, item] of found.entries()) {
      const image = images[index];
      if (image?.item.key === item.key) image.item = item;
    }
    if (!this.ended.signal.aborted && fingerprint(node) !== shown) this.changed(node);
  }

  private async fill(node: ResourceNode, signal: AbortSignal): Promise<void> {
    const items: ResourceItem[] = [];
    let next: string | undefined;
    const known = folders[node.item.kind];
    if (known) items.push(...known.map(({ kind, label }) => folderItem(kind, label, node.item)));
    else {
      for (let page = 0; page < node.pages; page++) {
        const found = await this.port.load(node.item, next, this.filter || undefined, signal);
        items.push(...found.items);
        next = found.next;
        if (next === undefined) break;
      }
    }
    const before = new Map(node.children.map((child) => [child.item.key, child]));
    node.children = items.map((item) => {
      const child = before.get(item.key);
      if (!child) return nodeOf(idOf(node, item), item, node);
      child.item = item;
      return child;
    });
    node.next = next;
  }
}

const nodeOf = (id: string, item: ResourceItem, parent: ResourceNode | undefined): ResourceNode => ({
  id,
  item,
  parent,
  status: "unloaded",
  children: [],
  error: undefined,
  next: undefined,
  pages: 1,
  loadedAt: 0,
});

const idOf = (parent: ResourceNode, item: ResourceItem): string => `${parent.id}/${item.kind}:${item.key}`;

/** What a view shows of a node and of its children. */
function fingerprint(node: ResourceNode): string {
  return JSON.stringify([
    node.status === "loading" ? "" : node.status,
    node.error?.summary,
    node.next,
    node.children.map(({ item }) => [item.key, item.label, item.description, item.state, item.can]),
  ]);
}
