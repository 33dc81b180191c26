import type { Application } from "../app/app";

/** Where an application's secrets lie in Secrets Manager unless somebody says otherwise. */
export const secretName = (
  { name, environment }: Pick<Application, "name" | "environment">,
  variable: string,
): string => `slipway/${name}/${environment}/${variable}`;
