import type { Page, ResourceItem, ResourceKind } from "../../core/ports/resourceModel";
import type { Caller } from "../session";

/** Loads a page of what is in a place of this kind. */
export type Loader = (
  caller: Caller,
  parent: ResourceItem,
  page: string | undefined,
  filter: string | undefined,
) => Promise<Page>;

export type Loaders = Partial<Record<ResourceKind, Loader>>;

/** In groups of at most `length`, as the API takes them. */
export function chunks<T>(all: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / length) }, (_, index) =>
    all.slice(index * length, (index + 1) * length),
  );
}

/** The last part of an ARN or path. */
export const lastOf = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "";

/** Only the members that are there: the SDK's inputs take no undefined. */
export function present<T extends Record<string, unknown>>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** What has the filter's text in its label. */
export const matching = (items: readonly ResourceItem[], filter: string | undefined): ResourceItem[] =>
  filter === undefined ? [...items] : items.filter((item) => item.label.toLowerCase().includes(filter.toLowerCase()));

/** The first of each key: what lists something twice must not make a view refuse the whole list. */
export function unique(items: readonly ResourceItem[]): ResourceItem[] {
  const seen = new Set<string>();
  return items.filter((item) => !seen.has(item.key) && seen.add(item.key));
}
