/** What of deploying is there at activation: what its bundle will offer. */
import type * as vscode from "vscode";
import type { Connection, RunRequest } from "../../core/api";
import type { ErrorDetails } from "../ui/errors";
import type { DeploymentContext } from "./context";

/** An application and the connection that it is looked at, changed or removed by. */
interface Given {
  readonly connection: Connection;
  readonly request: RunRequest;
}

/** Deploying, once its bundle is loaded. */
export interface DeployingPart extends vscode.Disposable {
  run(request: RunRequest): Promise<void>;
  /** After a reload in mid-deployment. */
  pickUp(): Promise<void>;
  deployDockerfile(uri: vscode.Uri | undefined): Promise<void>;
  deployCompose(uri: vscode.Uri | undefined): Promise<void>;
  deployAgain(more?: Partial<RunRequest>): Promise<void>;
  switchApplication(): Promise<void>;
  showDetails(details: ErrorDetails): void;
  /** The yes to the plan that waits for one. */
  consent(): void;
  showPlan(given: Given): Promise<void>;
  verify(given: Given): Promise<void>;
  /** Asks AWS how the application stands, and nobody for anything. */
  lookQuietly(): Promise<void>;
  destroy(given: Given): Promise<void>;
  rollBack(given: Given): Promise<void>;
  /** Lets the deployment go on that waits at a pause. */
  continueRollout(given: Given): Promise<void>;
  /** Asks to which earlier revision, and has it run again. */
  rollBackTo(given: Given): Promise<void>;
  /** Asks into which environment, and brings there what runs in this one. */
  promote(given: Given): Promise<void>;
  showEnvironments(given: Given): Promise<void>;
  /** When each scheduled command runs next, and how its last run ended; one of them run now. */
  showSchedules(given: Given): Promise<void>;
  showHistory(given: Given): Promise<void>;
  /** Makes a secret, or chooses one, and names it in the task definition file. */
  addAlarms(given: Given): Promise<void>;
  addSecret(given: Given): Promise<void>;
  rotateSecret(given: Given): Promise<void>;
  importEnv(given: Given): Promise<void>;
  /** Starts the tasks of what runs again. */
  restart(given: Given): Promise<void>;
  /** Has no task of it run any more, after a modal; and starts it again as it was. */
  stop(given: Given): Promise<void>;
  start(given: Given): Promise<void>;
}

export type CreateDeploying = (context: DeploymentContext, extensionUri: vscode.Uri) => DeployingPart;

export interface LazyDeploying extends vscode.Disposable {
  part(): DeployingPart;
}

/** The bundle behind the commands of deploying, loaded when one of them is called. */
export function lazyDeploying(
  context: () => DeploymentContext,
  extensionUri: vscode.Uri,
  load: () => CreateDeploying,
): LazyDeploying {
  let loaded: DeployingPart | undefined;
  return {
    part: () => (loaded ??= load()(context(), extensionUri)),
    dispose: () => loaded?.dispose(),
  };
}

/** What the commands of deploying reach; the bundle is loaded when one of them is first called. */
export interface DeploymentCommandContext extends DeploymentContext {
  readonly deploying: () => DeployingPart;
}
