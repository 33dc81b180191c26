/** What of this process and its person goes into a session and a run. */
import type { openSession } from "../aws/connect";
import type { ConnectionChoice } from "../core/base/connection";
import type { BackendOptions } from "../core/api";
import { buildSecretSource } from "../machine/buildSecrets";
import type { SandboxLease } from "../machine/sandbox";

/** Where secrets of a build are found: by name in this process, or kept by the front end. */
export const secretsFor = (folder: string, { storedSecret }: BackendOptions) =>
  buildSecretSource(folder, variable, async (id) => (await storedSecret?.(folder, id)) !== undefined);

/** A variable of this process. */
export const variable = (name: string): string | undefined => process.env[name];

/** What a session is opened with. */
export function inputOf(choice: ConnectionChoice, lease: SandboxLease | undefined): Parameters<typeof openSession>[0] {
  if (choice.kind === "sandbox") return { environment: lease?.environment };
  return {
    region: choice.region,
    endpoint: choice.endpoint,
    ...(choice.kind === "profile" ? { profile: choice.profile } : {}),
  };
}
