import type { Application } from "../../app/app";
import type { Workspace } from "../../ports/machine";
import type { Expected, Subject } from "./serviceSnapshot";

/**
 * What slipway.json and the task definition file say of the application.
 * @param shared true when it has several environments
 */
export async function expectedOf(app: Application, workspace: Workspace, shared: boolean): Promise<Expected> {
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
    shared,
    definitionFileName: app.taskDefinitionFile,
    ...(app.port === undefined ? {} : { port: app.port }),
    ...(balancer ? { loadBalancer: balancer } : {}),
    ...(file === undefined ? {} : { definitionFile: file }),
  };
}

export const subjectOf = (app: Application): Subject => ({ cluster: app.cluster, service: app.service });
