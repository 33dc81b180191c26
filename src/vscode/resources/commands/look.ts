import { exactText } from "../../../core/base/exactJson";
import * as vscode from "vscode";
import type { ResourceItem } from "../../../core/ports/resourceModel";
import { openInConsole } from "../../ui/console";
import { refOf, type NodeContext, type TreeCommand } from "./shared";
import { withCancel } from "../../ui/progress";
import { say } from "../../ui/messages";
import { pick } from "../../ui/pick";

async function copy(context: NodeContext, values: readonly (string | undefined)[], what: string): Promise<void> {
  const found = values.filter((value) => value !== undefined && value !== "");
  if (found.length === 0)
    return void (await say.information(vscode.l10n.t("{0} has no {1}.", context.node.item.label, what)));
  await vscode.env.clipboard.writeText(found.join("\n"));
  const copied =
    found.length > 1 ? vscode.l10n.t("Copied {0} × {1}", found.length, what) : vscode.l10n.t("Copied {0}", what);
  vscode.window.setStatusBarMessage(copied, 3000);
}

const copier =
  (
    what: string,
    of: (ref: NodeContext["node"]["item"]["ref"], arn: string | undefined) => string | undefined,
  ): TreeCommand =>
  (context) =>
    copy(
      context,
      context.nodes.map(({ item }) => of(item.ref, item.arn)),
      what,
    );

/** Another revision of the family, asked of AWS: what the tree shows may be a part of them. */
async function askForRevision({ connection, node }: NodeContext): Promise<ResourceItem | undefined> {
  const { item } = node;
  const family = refOf(item, "family");
  const read = async (kind: "family" | "inactiveRevisions", signal: AbortSignal) =>
    (await connection.resources.load({ ...item, kind, ref: { family } }, undefined, undefined, signal)).items;
  const found = await withCancel(vscode.l10n.t("Looking for {0}", family), async (signal) =>
    (await Promise.all([read("family", signal), read("inactiveRevisions", signal)])).flat(),
  );
  const others = found.filter(({ kind, key }) => kind === "revision" && key !== item.key);
  if (others.length === 0)
    return void (await say.information(vscode.l10n.t("{0} is the only revision of {1}.", item.label, family)));
  const picked = await pick(
    others.map((other) => ({ label: other.label, description: other.description, other })),
    {
      title: vscode.l10n.t("Compare {0} with", item.label),
      placeHolder: vscode.l10n.t("The other revision"),
    },
  );
  return picked?.other;
}

/** The read-only JSON documents of the view: a resource as AWS gives it, asked for anew each time one is opened. */
export class ResourceDocuments implements vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  /** Forgets a document that was closed. */
  forget(uri: vscode.Uri): void {
    this.texts.delete(uri.toString());
  }

  put(name: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({
      scheme: resourceScheme,
      path: `/${name.replace(/[^\w.:@-]+/g, "_")}.json`,
      query: String(++this.count),
    });
    this.texts.set(uri.toString(), text);
    return uri;
  }

  private count = 0;
}

export const resourceScheme = "slipway-resource";

const pretty = (value: unknown): string => `${exactText(sorted(value), 2)}\n`;

/** Members in alphabetical order, so that two documents can be compared line by line. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "$metadata")
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

const jsonOf = (context: NodeContext, item: NodeContext["node"]["item"]): Thenable<string> =>
  withCancel(vscode.l10n.t("Reading {0}", item.label), async (signal) =>
    pretty(
      (await context.connection.resources.describe(item, signal)) ?? {
        kind: item.kind,
        name: item.label,
        ...item.ref,
        facts: Object.fromEntries(item.facts),
      },
    ),
  );

/** Commands that only look. */
export const lookCommands = (documents: ResourceDocuments) =>
  ({
    copyArn: copier("ARN", (_ref, arn) => arn),
    copyUri: copier("URI", (ref) => ref["uriByTag"] ?? ref["uriByDigest"] ?? ref["uri"]),
    copyDigest: copier(vscode.l10n.t("digest"), (ref) => ref["digest"]),
    copyAddress: copier(vscode.l10n.t("address"), (ref) => ref["publicIp"] ?? ref["address"] ?? ref["privateIp"]),
    copyName: copier(
      vscode.l10n.t("name"),
      (ref) => ref["service"] ?? ref["task"] ?? ref["repository"] ?? ref["logGroup"] ?? ref["cluster"],
    ),
    openConsole: ({ node, connection }) => openInConsole(connection, node.item),
    async openUrl({ node, connection }) {
      const { ref } = node.item;
      const url = connection.urlOf(refOf(node.item, "address"), Number(ref["port"] ?? 80), ref["protocol"] === "HTTPS");
      await vscode.env.openExternal(vscode.Uri.parse(url));
    },
    async showJson(context) {
      for (const { item } of context.nodes) {
        const uri = documents.put(item.label, await jsonOf(context, item));
        await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
          preview: context.nodes.length === 1,
        });
      }
    },
    async compareRevisions(context) {
      const { node, nodes } = context;
      const other = nodes.find((each) => each !== node)?.item ?? (await askForRevision(context));
      if (!other) return;
      const [older, newer] = [node.item, other].sort((a, b) =>
        a.label.localeCompare(b.label, undefined, { numeric: true }),
      );
      if (!older || !newer) return;
      const [left, right] = [
        documents.put(older.label, await jsonOf(context, older)),
        documents.put(newer.label, await jsonOf(context, newer)),
      ];
      await vscode.commands.executeCommand("vscode.diff", left, right, `${older.label} ↔ ${newer.label}`);
    },
    async diagnose({ node, connection }) {
      const { kind, ref, label } = node.item;
      await vscode.commands.executeCommand("slipway.inspect.diagnose", { connection, kind, ref, label });
    },
    async tail({ node }) {
      const { item } = node;
      const { cluster, service, task, container, group, logGroup, logStream } = item.ref;
      const ofService = service ?? (group?.startsWith("service:") ? group.slice("service:".length) : undefined);
      if (item.kind === "logStream")
        return void (await vscode.commands.executeCommand("slipway.logs.tailStream", {
          group: logGroup,
          stream: logStream,
        }));
      if (item.kind === "logGroup")
        return void (await vscode.commands.executeCommand("slipway.logs.tailGroup", { group: logGroup }));
      if (item.kind === "container")
        return void (await vscode.commands.executeCommand("slipway.logs.tailContainer", {
          container,
          cluster,
          task,
          service: ofService,
        }));
      if (item.kind === "task")
        return void (await vscode.commands.executeCommand(
          item.can.includes("stopped") ? "slipway.logs.lastLines" : "slipway.logs.tailTask",
          { cluster, task, service: ofService, group },
        ));
      await vscode.commands.executeCommand("slipway.logs.tailService", { cluster, service });
    },
  }) satisfies Record<string, TreeCommand>;
