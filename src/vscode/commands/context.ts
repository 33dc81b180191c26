import type * as vscode from "vscode";
import type { Backend, RunRequest } from "../../core/api";
import type { ConnectionManager } from "../workspace/connections";
import type { DeploymentModel } from "../workspace/deploymentModel";
import type { DeploymentTree } from "../deployment/tree";
import { workspaceKeys } from "../keys";
import type { TailManager } from "../logs/tails";
import type { TaskDefinitionSupport } from "../taskDefinition/start";
import type { PlanConsent } from "../deployment/planDocument";
import type { BuildProblems } from "../deployment/problems";
import { firstFolder } from "../ui/folders";

/** Everything that features work with; composed once, by the extension's entry. A feature takes its own part of it. */
export interface Slipway {
  readonly log: vscode.LogOutputChannel;
  readonly backend: () => Backend;
  readonly connections: ConnectionManager;
  readonly model: DeploymentModel;
  readonly tree: DeploymentTree;
  readonly consent: PlanConsent;
  readonly problems: BuildProblems;
  readonly taskDefinitions: TaskDefinitionSupport;
  readonly memento: vscode.Memento;
  readonly tails: TailManager;
  /** What the last command of this window deployed; Deploy and the phases' run buttons take it. */
  readonly active: ActiveApplication;
}

/** Where failures are told, and what to do about credentials that were refused. */
export type ErrorContext = Pick<Slipway, "log" | "connections">;

/** Profiles, regions and signing in. */
export type ConnectionContext = Pick<Slipway, "backend" | "connections">;

/** Deploying, and the view that shows it. */
export type DeploymentContext = Pick<
  Slipway,
  "log" | "backend" | "connections" | "model" | "tree" | "consent" | "problems" | "memento" | "active"
>;

/** Log tails; of the application that the Deployment view shows, too. */
export type LogsContext = Pick<Slipway, "tails" | "active" | "backend" | "model">;

/** Editing, registering and comparing task definitions, and deploying with one. */
export type TaskDefinitionContext = DeploymentContext & Pick<Slipway, "taskDefinitions">;

/** The AWS Resources view. */
export type ResourcesContext = Pick<Slipway, "log" | "backend" | "connections" | "memento" | "active" | "tree">;

/** Diagnosis and review. */
export type DiagnosisContext = Pick<Slipway, "log" | "connections" | "model" | "active">;

/** The Deployment Map, with what its things offer to do. */
export type MapContext = Pick<Slipway, "log" | "backend" | "connections" | "model" | "active">;

/** The application that the Deployment view shows; remembered per workspace. */
export class ActiveApplication {
  constructor(private readonly memento: vscode.Memento) {}

  get request(): RunRequest | undefined {
    return this.memento.get<RunRequest>(workspaceKeys.active);
  }

  /** The application of the view; where there is none yet, the first folder's. */
  get requestOrFolder(): RunRequest | undefined {
    const folder = firstFolder();
    return this.request ?? (folder === undefined ? undefined : { folder });
  }

  async set(request: RunRequest): Promise<void> {
    const { folder, application, environment, dockerfile } = request;
    await this.memento.update(workspaceKeys.active, {
      folder,
      ...(application === undefined ? {} : { application }),
      ...(environment === undefined ? {} : { environment }),
      ...(dockerfile === undefined ? {} : { dockerfile }),
    });
  }
}
