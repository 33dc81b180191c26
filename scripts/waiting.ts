/** Waiting for a state, with a deadline: nothing here (or in the tests) sleeps and hopes. */
import { createServer, type AddressInfo } from "node:net";

/** How long something that is bound to come is waited for: two cores that do four things at once take their time. */
export const patienceMs = 40_000;

/**
 * A promise in time, in milliseconds, as it is tested: as it was given where one part of the tests runs alone; twice as
 * long beside others on the same cores, where the rest of the time is spent waiting for a core. `npm run bench` holds it
 * to the letter.
 */
export const promised = (milliseconds: number): number =>
  milliseconds * (process.env["SLIPWAY_BESIDE_OTHERS"] === undefined ? 1 : 2);

/** How {@link waitFor} waits. Times are in milliseconds. */
export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  /** What is said in addition when time is up: a log's tail, what was seen instead. */
  readonly evidence?: () => string | Promise<string>;
}

/** Thrown by a probe when waiting on is pointless: what is waited for can no longer come. */
export class Final extends Error {}

/**
 * Polls until `probe` returns something truthy, and returns that.
 * A probe which throws counts as "not yet"; its last error is part of the message when time is up.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = patienceMs, intervalMs = 50, evidence }: WaitOptions = {},
): Promise<NonNullable<T>> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value as NonNullable<T>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (Date.now() >= deadline || lastError instanceof Final) break;
    await pause(intervalMs);
  }
  const more = [lastError ? `last error: ${messageOf(lastError)}` : "", (await evidence?.()) ?? ""]
    .filter(Boolean)
    .join("\n");
  const waited = lastError instanceof Final ? "" : `${Math.round(timeoutMs / 1000)} s `;
  throw new Error(`Waited ${waited}for ${what} in vain.${more ? `\n${more}` : ""}`);
}

/** The step between two polls; not for use as a wait by itself. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** An error's message, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Rejects when the promise takes longer than `ms`. The work itself is not cancelled. */
export async function within<T>(what: string, ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${Math.round(ms / 1000)} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A port of the loopback interface which is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
