import * as vscode from "vscode";
import type { RunRequest } from "../../core/api";
import type { RunContext } from "./context";
import { pickDockerfile } from "../ui/dockerfiles";
import { workspaceKeys } from "../keys";
import { lookQuietly } from "./applicationCommands";
import { relativePath } from "../ui/folders";
import { runDeployment } from "./run";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";

/** Deploys a Dockerfile: from the explorer and the editor with a URI, from the palette with none. */
export async function deployDockerfile(context: RunContext, uri?: vscode.Uri): Promise<void> {
  const file = uri ?? (await pickDockerfile());
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file) return;
  if (!folder || file.scheme !== "file") {
    await say.error(
      vscode.l10n.t("Slipway deploys a Dockerfile that lies in a folder of this workspace, on this machine."),
    );
    return;
  }
  await runDeployment(context, { folder: folder.uri.fsPath, dockerfile: relativePath(folder, file) });
}

/** Deploys a service of a Compose file: its `build:`. What is not carried over is said first. */
export async function deployCompose(context: RunContext, uri?: vscode.Uri): Promise<void> {
  const file = uri ?? vscode.window.activeTextEditor?.document.uri;
  const folder = file && vscode.workspace.getWorkspaceFolder(file);
  if (!file || !folder) return void (await say.error(vscode.l10n.t("Open a Compose file of this workspace first.")));
  const composeFile = relativePath(folder, file);
  const services = await context.backend().compose(folder.uri.fsPath, composeFile);
  if (services.length === 0)
    return void (await say.error(
      [
        vscode.l10n.t("No service of this Compose file has a build, so there is nothing to deploy."),
        vscode.l10n.t("Services with an image alone run what others built."),
      ].join(" "),
    ));
  const items = services.map((service) => ({
    label: service.name,
    description: service.settings.dockerfile,
    detail:
      service.problem?.summary ??
      (service.notCarriedOver.length ? vscode.l10n.t("Not carried over: {0}", service.notCarriedOver.join(", ")) : ""),
    service,
  }));
  const picked =
    items.length === 1 && items[0]?.detail === ""
      ? items[0]
      : await pick(items, {
          title: vscode.l10n.t("Deploy to ECS Fargate"),
          placeHolder: vscode.l10n.t("The service to deploy"),
        });
  const problem = picked?.service.problem;
  if (problem) return void (await say.error(`${problem.summary} ${problem.remedy}`));
  if (picked)
    await runDeployment(context, {
      folder: folder.uri.fsPath,
      compose: { file: composeFile, service: picked.service.name },
    });
}

/** Chooses which application and environment the Deployment view shows. */
export async function switchApplication(context: RunContext): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const items = (
    await Promise.all(
      folders.map(async ({ uri, name }) => {
        const applications = await context.backend().applications(uri.fsPath);
        return applications.flatMap(({ application, environments }) =>
          [undefined, ...environments].map((environment) => ({
            label: application,
            description: [environment, folders.length > 1 ? name : ""].filter(Boolean).join(" · "),
            request: { folder: uri.fsPath, application, ...(environment === undefined ? {} : { environment }) },
          })),
        );
      }),
    )
  ).flat();
  if (items.length === 0)
    return void (await say.information(vscode.l10n.t("There is no slipway.json yet: the first deployment writes it.")));
  const picked = await pick(items, {
    title: "Slipway",
    placeHolder: vscode.l10n.t("The application that the Deployment view shows"),
  });
  if (!picked) return;
  await context.active.set(picked.request);
  await connectWhereItLives(context, picked.request);
  context.model.reset();
  context.tree.setChecks([]);
  context.tree.setSeen(undefined);
  await context.memento.update(workspaceKeys.seen, undefined);
  await lookQuietly(context);
}

/** The profile that slipway.json names for an environment is taken where this machine has it; the sandbox stays. */
async function connectWhereItLives({ backend, connections }: RunContext, request: RunRequest): Promise<void> {
  const { place } = await backend().stated(request);
  const { choice } = connections;
  const { profile, region } = place ?? {};
  if (profile === undefined || choice?.kind === "sandbox") return;
  if (choice?.kind === "profile" && choice.profile === profile && (region === undefined || choice.region === region))
    return;
  const profiles = await backend().profiles();
  if (profiles.some(({ name }) => name === profile))
    await connections.set({ kind: "profile", profile, ...(region === undefined ? {} : { region }) });
}

/** Deploys the application that the view shows, or asks for a Dockerfile. */
export async function deployAgain(context: RunContext, more: Partial<RunRequest> = {}): Promise<void> {
  const request = context.active.request;
  if (!request) return deployDockerfile(context);
  await runDeployment(context, { ...request, ...more });
}
