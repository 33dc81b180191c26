import type * as vscode from "vscode";
import type { RunRequest } from "../../core/api";
import { workspaceKeys } from "../keys";
import { firstFolder } from "../ui/folders";

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
