import * as vscode from "vscode";
import { exitText, type ResourceItem } from "../../../core/ports/resourceModel";
import type { ExecProblem } from "../../../core/ports/resources";
import type { ResourceNode } from "../../../core/resources/store";
import { adopt } from "./adopt";
import { change, refOf, type NodeContext, type TreeCommand } from "./shared";
import { offer } from "../../ui/offer";
import { withCancel } from "../../ui/progress";
import { confirm } from "../../ui/confirm";
import { say } from "../../ui/messages";
import { pick } from "../../ui/pick";

const pluginPage =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";

/** The words of a command line; quotes keep words together, and nothing is ever given to a shell. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

interface ContainerDefinition {
  name?: string;
  essential?: boolean;
}

const containersOf = (definition: unknown): ContainerDefinition[] =>
  (definition as { containerDefinitions?: ContainerDefinition[] } | undefined)?.containerDefinitions ?? [];

/** A service of the same account and region, chosen by cluster and then by name. */
async function pickService(context: NodeContext, title: string): Promise<ResourceItem | undefined> {
  const { resources } = context.connection;
  const read = (parent: ResourceItem): Thenable<ResourceItem[]> =>
    withCancel(
      vscode.l10n.t("Looking for services"),
      async (signal) => (await resources.load(parent, undefined, undefined, signal)).items,
    );
  const place = { ...context.node.item, kind: "clusters" as const };
  const clusters = (await read(place)).map((item) => ({ label: item.label, description: item.description, item }));
  const cluster =
    clusters.length === 1
      ? clusters[0]
      : await pick(clusters, { title, placeHolder: vscode.l10n.t("In which cluster?") });
  if (!cluster) return undefined;
  const services = (await read(cluster.item))
    .filter((item) => item.kind === "service")
    .map((item) => ({ label: item.label, description: item.description, item }));
  return (await pick(services, { title, placeHolder: vscode.l10n.t("Which service?") }))?.item;
}

/** Looks at a task until it has stopped, and says its exit codes. */
async function follow(context: NodeContext, item: ResourceItem, container: string): Promise<void> {
  await vscode.commands.executeCommand("slipway.logs.tailTask", {
    cluster: item.ref["cluster"],
    task: item.ref["task"],
  });
  const ended = await withCancel(vscode.l10n.t("The task {0} runs", item.label), async (signal) => {
    for (;;) {
      const [now] = await context.connection.resources.update([item], signal);
      if (!now || now.can.includes("stopped")) return now;
      await new Promise((resolve) => setTimeout(resolve, 2000));
      if (signal.aborted) return undefined;
    }
  });
  if (!ended) return;
  const exits = ended.exitCodes ?? [];
  const end = exitText(exits) || ended.stoppedReason || vscode.l10n.t("no reason given");
  const good = exits.some((exit) => exit.container === container && exit.exitCode === 0);
  await offer(good ? say.information : say.warning, vscode.l10n.t("The task {0} has ended: {1}", item.label, end), [
    {
      title: vscode.l10n.t("Last Lines"),
      run: () =>
        vscode.commands.executeCommand("slipway.logs.lastLines", {
          cluster: item.ref["cluster"],
          task: item.ref["task"],
          group: item.ref["group"],
        }),
    },
  ]);
}

async function explain(
  context: NodeContext,
  cluster: string,
  task: string,
  problems: readonly ExecProblem[],
): Promise<void> {
  for (const { sentence } of problems) context.slipway.log.warn(`shell: ${sentence}`);
  const service = serviceOf(context.node);
  const enable = problems.some(({ code }) => code === "ExecOff") ? service : undefined;
  await offer(
    say.warning,
    vscode.l10n.t("No shell in {0}: {1}", task.slice(0, 8), problems.map(({ sentence }) => sentence).join(" ")),
    [
      ...(enable === undefined
        ? []
        : [{ title: vscode.l10n.t("Enable ECS Exec"), run: () => switchOn(context, cluster, enable) }]),
      { title: vscode.l10n.t("Show Slipway Log"), run: () => context.slipway.log.show() },
    ],
  );
}

const serviceOf = (node: ResourceNode): string | undefined =>
  node.item.ref["service"] ??
  (node.item.ref["group"]?.startsWith("service:") ? node.item.ref["group"].slice("service:".length) : undefined);

async function switchOn(context: NodeContext, cluster: string, service: string): Promise<void> {
  if (
    await confirm(
      vscode.l10n.t("Enable ECS Exec for {0}?", service),
      [
        vscode.l10n.t("Its tasks are replaced, because running tasks do not get it."),
        vscode.l10n.t("The task role needs permission to open ssmmessages channels."),
      ].join(" "),
      vscode.l10n.t("Enable"),
    )
  )
    await change(context, vscode.l10n.t("Enabling ECS Exec for {0}", service), { do: "enableExec", cluster, service });
}

/** Commands that run something in the account. */
export const runCommands = {
  async runTask(context) {
    const { item } = context.node;
    const definition = refOf(item, "definition");
    const like =
      item.kind === "service"
        ? item
        : await pickService(context, vscode.l10n.t("Run a task in the network of which service?"));
    if (!like) return;
    const found = await withCancel(vscode.l10n.t("Reading the task definition"), (signal) =>
      context.connection.resources.describe({ ...item, kind: "revision", ref: { definition } }, signal),
    );
    const names = containersOf(found).flatMap((container) => container.name ?? []);
    const container =
      names.length > 1
        ? await pick(names, {
            title: vscode.l10n.t("Run a task"),
            placeHolder: vscode.l10n.t("The container whose command is overridden"),
          })
        : names[0];
    if (container === undefined) return;
    const line = await vscode.window.showInputBox({
      title: vscode.l10n.t("Run {0}", definition.split("/").at(-1) ?? ""),
      prompt: vscode.l10n.t("The command, in words; quotes keep words together. Empty: the image's own."),
      placeHolder: "node migrate.js --all",
      ignoreFocusOut: true,
    });
    if (line === undefined) return;
    const cluster = refOf(like, "cluster");
    const arn = await change(
      context,
      vscode.l10n.t("Starting a task"),
      { do: "runTask", cluster, definition, like: refOf(like, "service"), container, command: wordsOf(line) },
      context.node,
    );
    const task = arn.split("/").at(-1) ?? "";
    await follow(
      context,
      { ...item, kind: "task", key: arn, arn, label: task.slice(0, 8), ref: { cluster, task } },
      container,
    );
  },
  async shell(context) {
    const { node, connection, slipway } = context;
    const cluster = refOf(node.item, "cluster");
    const task = refOf(node.item, "task");
    let container = node.item.ref["container"];
    if (container === undefined) {
      const { items } = await withCancel(vscode.l10n.t("Reading the task"), (signal) =>
        connection.resources.load(node.item, undefined, undefined, signal),
      );
      const names = items.filter((item) => item.can.includes("running")).map((item) => item.label);
      container =
        names.length > 1
          ? await pick(names, {
              title: vscode.l10n.t("Shell"),
              placeHolder: vscode.l10n.t("In which container?"),
            })
          : names[0];
    }
    if (container === undefined) return;
    const plugin = await slipway.backend().sessionPlugin();
    if (!plugin.path || plugin.tooOld) {
      await offer(
        say.warning,
        plugin.path
          ? vscode.l10n.t(
              "The session manager plugin {0} is too old to take a session by its environment.",
              plugin.version ?? "",
            )
          : vscode.l10n.t("A shell needs AWS's session manager plugin, and it is not on this machine's path."),
        [
          {
            title: vscode.l10n.t("How to Install It"),
            run: () => vscode.env.openExternal(vscode.Uri.parse(pluginPage)),
          },
        ],
      );
      return;
    }
    const command = vscode.workspace.getConfiguration("slipway").get<string>("resources.shell", "/bin/sh");
    const program = plugin.path;
    try {
      const session = await withCancel(vscode.l10n.t("Opening a shell in {0}", container), (signal) =>
        connection.resources.exec(cluster, task, container, command, signal),
      );
      // The plugin reads the session from the variable that its first argument names: a token in arguments could be read
      // by everybody.
      const variable = "AWS_SSM_START_SESSION_RESPONSE";
      const value = JSON.stringify({
        SessionId: session.sessionId,
        StreamUrl: session.streamUrl,
        TokenValue: session.tokenValue,
      });
      const terminal = vscode.window.createTerminal({
        name: `${container} ${task.slice(0, 8)}`,
        shellPath: program,
        shellArgs: [
          variable,
          connection.identity.region,
          "StartSession",
          "",
          JSON.stringify({ Target: session.target }),
          connection.endpoint ?? "",
        ],
        env: { [variable]: value },
        isTransient: true,
      });
      terminal.show();
    } catch (error) {
      const problems = await withCancel(vscode.l10n.t("Checking why"), (signal) =>
        connection.resources.diagnoseExec(cluster, task, signal),
      );
      if (problems.length === 0) throw error;
      await explain(context, cluster, task, problems);
    }
  },
  async enableExec(context) {
    const service = serviceOf(context.node);
    if (service !== undefined) await switchOn(context, refOf(context.node.item, "cluster"), service);
  },
  async deployImage(context) {
    const { item } = context.node;
    const service = await pickService(context, vscode.l10n.t("Deploy {0} to which service?", item.label));
    if (!service) return;
    const image = refOf(item, "uriByDigest");
    const name = refOf(service, "service");
    if (
      !(await confirm(
        vscode.l10n.t("Deploy this image to {0}?", name),
        `${image}\n\n${vscode.l10n.t(
          "A new revision of {0} with this image is registered and rolled out. {1}, {2}.",
          (service.ref["definition"] ?? "").split("/").at(-1) ?? "",
          context.connection.name,
          context.connection.identity.region,
        )}`,
        vscode.l10n.t("Deploy"),
      ))
    )
      return;
    await change(
      context,
      vscode.l10n.t("Deploying {0} to {1}", item.label, name),
      { do: "deployImage", cluster: refOf(service, "cluster"), service: name, image },
      undefined,
    );
  },
  adopt,
} satisfies Record<string, TreeCommand>;
