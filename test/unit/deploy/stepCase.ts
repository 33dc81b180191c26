/** What a case of a step's decision is made of. */
import type { ApplicationConfig } from "../../../src/core/app/schema";
import type { Decision } from "../../../src/core/deploy/decision";
import type { ObservedState } from "../../../src/core/deploy/observedState";

/** Without `there` it is an account with nothing in it. */
export interface Given {
  /** slipway.json now; what runs was deployed with `before`. */
  readonly config?: ApplicationConfig;
  readonly before?: ApplicationConfig;
  readonly rebuild?: boolean;
  readonly there?: (state: ObservedState) => void;
  readonly opens?: NonNullable<Decision["opens"]>;
}
export type Row = readonly [when: string, decides: string, given?: Given];

export const worker = { port: undefined, loadBalancer: false } as const satisfies ApplicationConfig;
export const migrates: ApplicationConfig = { release: { command: ["npm", "run", "migrate"] } };

export const asItIs = (): void => undefined;
export const foreign = { tags: {} };
/** What runs beside the new version reads a secret. */
export const readsSecret = (s: ObservedState): void => {
  const valueFrom = "arn:aws:secretsmanager:us-east-1:123456789012:secret:old-AbCdEf";
  const live = s.live as NonNullable<typeof s.live>;
  const containerDefinitions = (live.definition.containerDefinitions ?? []).map((container) => ({
    ...container,
    secrets: [{ name: "OLD", valueFrom }],
  }));
  s.running = [{ ...live, definition: { ...live.definition, containerDefinitions } }];
};
