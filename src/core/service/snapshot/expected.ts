import type { Application } from "../../app/app";
import { sleepsAt } from "../../app/sleep";
import type { Workspace } from "../../ports/machine";
import type { Expected, Subject } from "./serviceSnapshot";

/**
 * What slipway.json and the task definition file say of the application.
 * @param shared true when it has several environments
 * @param now epoch milliseconds: whether it is to run depends on the hours
 */
export async function expectedOf(
  app: Application,
  workspace: Workspace,
  shared: boolean,
  now: number,
): Promise<Expected> {
  const file = await workspace.read(app.taskDefinitionFile);
  const balancer = app.port === undefined ? undefined : app.loadBalancer;
  return {
    application: app.name,
    environment: app.environment,
    container: app.container,
    repository: app.repository,
    family: app.family,
    healthPath: app.healthCheck.path,
    matcher: app.healthCheck.matcher,
    desiredCount: app.desiredCount,
    ...(app.scaling?.hours === undefined ? {} : { hours: { text: app.scaling.hours, sleeps: sleepsAt(app, now) } }),
    shared,
    definitionFileName: app.taskDefinitionFile,
    ...(app.port === undefined ? {} : { port: app.port }),
    ...(balancer ? { loadBalancer: balancer } : {}),
    ...(file === undefined ? {} : { definitionFile: file }),
  };
}

export const subjectOf = (app: Application): Subject => ({ cluster: app.cluster, service: app.service });
