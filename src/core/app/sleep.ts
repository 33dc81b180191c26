/** What slipway.json's hours mean for the limits of scaling at a moment. */
import type { Application } from "./app";
import { hoursOf, isWithin } from "./hours";

export interface Limits {
  readonly minimum: number;
  readonly maximum: number;
}

type Scaled = Pick<Application, "scaling">;

/** Outside of the hours. */
export const offLimits = ({ scaling }: Scaled): Limits => scaling?.offHours ?? { minimum: 0, maximum: 0 };

/** Whether its hours, where it has some, are over or not yet there. */
export function isOffHours({ scaling }: Scaled, at: number): boolean {
  return scaling?.hours !== undefined && !isWithin(hoursOf(scaling.hours), at);
}

/** Whether no task of it is to run at this moment, epoch milliseconds. */
export const sleepsAt = (app: Scaled, at: number): boolean => isOffHours(app, at) && offLimits(app).minimum === 0;
