/** What the page of figures and its host say to each other. What comes from a page is checked before it is believed. */
import type { MonitorLook, MonitorSubject } from "./look";
import { rangeNames, type RangeName } from "./range";

/** To the page. */
export type HostMessage =
  | {
      readonly type: "look";
      readonly look: MonitorLook;
      readonly place: string;
      readonly region: string;
      readonly range: RangeName;
      /** Absent for the application that the Deployment view shows. */
      readonly subject?: MonitorSubject;
    }
  /** A look is under way. */
  | { readonly type: "busy"; readonly busy: boolean; readonly range: RangeName }
  /** There is nothing to show, and why; `button`: what the page offers to do about it. */
  | { readonly type: "failed"; readonly summary: string; readonly remedy: string; readonly button?: string };

/** From the page. */
export type PageMessage =
  | { readonly type: "ready" }
  | { readonly type: "refresh" }
  /** The button of a failure. */
  | { readonly type: "mend" }
  | { readonly type: "range"; readonly range: RangeName }
  /** The logs of a step: its beginning and its end, epoch milliseconds. */
  | { readonly type: "logs"; readonly from: number; readonly until: number };

const isMoment = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** The message, or undefined for anything that is not one. */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, range, from, until } = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case "ready":
    case "refresh":
    case "mend":
      return { type };
    case "range": {
      const known = rangeNames.find((name) => name === range);
      return known && { type, range: known };
    }
    case "logs":
      return isMoment(from) && isMoment(until) && from < until ? { type, from, until } : undefined;
    default:
      return undefined;
  }
}
