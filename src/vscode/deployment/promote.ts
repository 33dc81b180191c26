/** What runs in one environment, brought into another; and the environments beside each other. */
import * as vscode from "vscode";
import type { Backend, Connection, Deployments, RunRequest } from "../../core/api";
import type { ConnectionChoice } from "../../core/base/connection";
import { isCancelled } from "../../core/base/errors";
import {
  inEnvironment,
  lookAtEnvironments,
  unnamedEnvironment,
  type EnvironmentLook,
} from "../../core/deploy/environments";
import { environmentsDocument } from "../../core/render/environments";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";
import { withCancel } from "../ui/progress";
import type { DocumentPages } from "../webviewKit/documentPages";
import { verify, type Target } from "./applicationCommands";
import type { RunContext } from "./context";
import { tellOutcome } from "./outcome";
import { watched } from "./run";

const environmentsView = "slipway.environments";

type Given = Target<Connection>;

/** Where an environment lives: as slipway.json says, as far as this machine has the profile, else where the window is. */
async function choiceFor(backend: Backend, request: RunRequest, here: ConnectionChoice): Promise<ConnectionChoice> {
  if (here.kind === "sandbox") return here;
  const { place } = await backend.stated(request);
  const region = place?.region === undefined ? {} : { region: place.region };
  if (place?.profile === undefined) return { ...here, ...region };
  const isThere = (await backend.profiles()).some(({ name }) => name === place.profile);
  return isThere ? { kind: "profile", profile: place.profile, ...region } : { ...here, ...region };
}

async function environmentsOf(backend: Backend, { folder, application }: RunRequest): Promise<string[]> {
  const listed = await backend.applications(folder);
  return listed.find((each) => each.application === application)?.environments ?? [];
}

/** Asks into which environment, shows the plan, and brings there what runs in this one; nothing is built. */
export async function promote(context: RunContext, { connection, request }: Given): Promise<void> {
  const { active, backend, connections, model, tree } = context;
  if (model.isRunning)
    return void (await say.information(
      vscode.l10n.t("A deployment is already running in this window. Cancel it, or wait until it ends."),
    ));
  const from = request.environment ?? unnamedEnvironment;
  const others = [unnamedEnvironment, ...(await environmentsOf(backend(), request))].filter((each) => each !== from);
  if (others.length === 0) return void (await say.information(noOthers(request.application ?? "")));
  const to = await pickEnvironment(others, from, request.application ?? "");
  if (to === undefined) return;
  const target = inEnvironment(request, to);
  // The window's own connection goes on with the other environment: the source has one for itself meanwhile.
  const signal = new AbortController().signal;
  const source = await backend().connect(connection.choice, connections.prompts, signal);
  try {
    const promotion = await withCancel(vscode.l10n.t("Reading what runs in {0}", from), (ends) =>
      source.promotable(request, ends),
    );
    const opened = await showEnvironment(context, target, await choiceFor(backend(), target, connection.choice));
    if (!opened) return;
    tree.setVisible(true);
    await vscode.commands.executeCommand("slipway.deployment.focus");
    const title = vscode.l10n.t("Promoting {0} to {1}", request.application ?? "", to);
    const { result } = await watched(context, opened, title, (interaction, ends) =>
      opened.promote(target, promotion, interaction, model.emit, ends),
    );
    if (!result) return;
    const again = async () => promote(context, { connection: source, request });
    await tellOutcome(context, { connection: opened, request: target, result, again });
    if (result.outcome === "done" || result.outcome === "doneNotProbed")
      await verify(context, { connection: opened, request: active.request ?? target });
  } catch (error) {
    if (!isCancelled(error)) throw error;
  } finally {
    source.close();
  }
}

const noOthers = (application: string): string =>
  vscode.l10n.t('slipway.json names no other environment of {0}. Add one under "environments".', application);

async function pickEnvironment(names: string[], from: string, application: string): Promise<string | undefined> {
  const picked = await pick(
    names.map((label) => ({ label })),
    {
      title: vscode.l10n.t("Promote {0}", application),
      placeHolder: vscode.l10n.t("The environment that gets what runs in {0}. Its plan is shown first.", from),
    },
  );
  return picked?.label;
}

/** The view and the window's connection go on with another environment. */
async function showEnvironment(
  context: RunContext,
  request: RunRequest,
  choice: ConnectionChoice,
): Promise<(Deployments & Connection) | undefined> {
  const { active, connections, model, tree } = context;
  await active.set(request);
  if (JSON.stringify(choice) !== JSON.stringify(connections.choice)) await connections.set(choice);
  model.reset();
  tree.setChecks([]);
  tree.setSeen(undefined);
  return connections.ensure(new AbortController().signal);
}

/** What runs in each environment, as a page; what is live can be promoted from there. */
export async function showEnvironments(pages: DocumentPages, context: RunContext, given: Given): Promise<void> {
  const { backend, connections } = context;
  const { connection, request } = given;
  const application = request.application ?? "";
  const named = await environmentsOf(backend(), request);
  if (named.length === 0) return void (await say.information(noOthers(application)));
  const looks = await withCancel(vscode.l10n.t("Looking at the environments of {0}", application), (signal) =>
    lookAtEnvironments(named, async (environment) => {
      const asked = inEnvironment(request, environment);
      const choice = await choiceFor(backend(), asked, connection.choice);
      const opened = await backend().connect(choice, connections.prompts, signal);
      try {
        const { account, region } = opened.identity;
        return { account, region, history: await opened.history(asked, signal) };
      } finally {
        opened.close();
      }
    }),
  );
  const promoteFrom = async ({ environment }: EnvironmentLook): Promise<void> => {
    const asked = inEnvironment(request, environment);
    const choice = await choiceFor(backend(), asked, connection.choice);
    const source = await backend().connect(choice, connections.prompts, new AbortController().signal);
    try {
      await promote(context, { connection: source, request: asked });
    } finally {
      source.close();
    }
  };
  const here = (at: number): string => new Date(at).toLocaleString();
  const doc = environmentsDocument(application, looks, here, vscode.l10n.t("Promote…"));
  const onRow = async (row: number): Promise<void> => {
    const look = looks[row];
    if (look?.state === "live") await promoteFrom(look);
  };
  pages.show({ viewType: environmentsView, tab: doc.title, doc, onRow }, [
    { title: vscode.l10n.t("Look Again"), isPrimary: true, run: () => showEnvironments(pages, context, given) },
  ]);
}
