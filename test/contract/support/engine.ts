/** The container engine, for what only real containers show. */
import { spawnSync } from "node:child_process";
import { TARGET } from "./sandbox";

/** A local image with nothing but busybox; `npm test` makes it (scripts/baseImages.ts), so no registry is needed. */
export const IMAGE = "slipway-busybox:local";

/** One with Node as well. */
export const NODE_IMAGE = "slipway-node-base:local";

/** Runs docker to its end and gives what it prints. */
export const docker = (...args: string[]): string => spawnSync("docker", args, { encoding: "utf8" }).stdout.trim();

/** Skips the suite or test where no engine with the image answers, or another endpoint is under test. */
export function withEngine(context: Mocha.Context, image = IMAGE): void {
  if (TARGET !== undefined || docker("images", "--quiet", image) === "") context.skip();
}
