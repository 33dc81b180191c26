/** Query documents: what is asked of which log group, run with a page of its rows, and completed as they are written. */
import * as vscode from "vscode";
import type { Connection, LogQueries } from "../../core/api";
import { isCancelled, isSlipwayError, reportOf, SlipwayError } from "../../core/base/errors";
import { parseDuration } from "../../core/logs/since";
import type { LogField, QueryRequest } from "../../core/ports/queries";
import { chartOf, rowTimes, type RowTimes } from "../../core/query/chart";
import { emptyQuery, exampleQueries } from "../../core/query/examples";
import type { QueryResult } from "../../core/query/run";
import { csvOf, headOf, isEmptyQuery, readingCost } from "../../core/query/text";
import { beginsCommand, fieldText, queryWords, type QueryWord } from "../../core/query/words";
import { queryDocument } from "../../core/render/query";
import { say } from "../ui/messages";
import { pick } from "../ui/pick";
import { withCancel } from "../ui/progress";
import type { DocumentPages } from "../webviewKit/documentPages";
import type { QueryContext } from "./context";
import { queryLanguage, type QueriesPart } from "./lazy";

const viewType = "slipway.queryResult";
const defaultSince = "1h";
/** How long an answer of the account is taken again, in milliseconds. */
const answersLast = 5 * 60_000;

/** What a document asks, apart from its text. */
type Place = Omit<QueryRequest, "text"> & { readonly since: string };

export class QueryDocuments implements QueriesPart, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly problems = vscode.languages.createDiagnosticCollection("slipway-insights");
  private readonly subscriptions: vscode.Disposable[];
  /** By what was asked. */
  private readonly sizes = new Map<string, { at: number; bytes: number | undefined }>();
  private readonly fields = new Map<string, { at: number; fields: Promise<LogField[]> }>();
  readonly onDidChangeLenses = this.changed.event;

  constructor(
    private readonly context: QueryContext,
    private readonly pages: DocumentPages,
  ) {
    this.subscriptions = [
      context.connections.onDidChange(() => this.changed.fire()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.problems.delete(document.uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.problems.delete(uri)),
    ];
  }

  async lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const place = await this.placeOf(document.getText()).catch(() => undefined);
    const parts = [
      vscode.l10n.t("Run"),
      ...(place ? [vscode.l10n.t("last {0}", place.since), place.groups.join(", ")] : []),
      ...(place ? [this.costOf(place)] : []),
    ];
    const command = {
      title: `$(play) ${parts.filter(Boolean).join(" · ").replaceAll("$(", "\\$(")}`,
      command: "slipway.queries.run",
      arguments: [document.uri],
    };
    return [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), command)];
  }

  async complete(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
    const wanted: readonly QueryWord["kind"][] = beginsCommand(before) ? ["command"] : ["function", "field"];
    const range = document.getWordRangeAtPosition(position, /@?[\w.]+/) ?? new vscode.Range(position, position);
    const kinds = {
      command: vscode.CompletionItemKind.Keyword,
      function: vscode.CompletionItemKind.Function,
      field: vscode.CompletionItemKind.Field,
    };
    const items = queryWords
      .filter(({ kind }) => wanted.includes(kind))
      .map(({ word, kind, detail }) => {
        const item = new vscode.CompletionItem(word, kinds[kind]);
        item.detail = detail;
        item.range = range;
        return item;
      });
    if (wanted.includes("command")) return items;
    const known = new Set(queryWords.map(({ word }) => word));
    const found = await this.fieldsOf(document.getText());
    return [
      ...items,
      ...found
        .filter(({ name }) => !known.has(name))
        .map(({ name, percent }) => {
          const item = new vscode.CompletionItem(name, vscode.CompletionItemKind.Field);
          item.insertText = fieldText(name);
          item.detail = vscode.l10n.t("in {0} % of the events", percent);
          item.range = range;
          return item;
        }),
    ];
  }

  async run(uri: vscode.Uri | undefined): Promise<void> {
    const document = await this.documentOf(uri);
    if (!document) return;
    const text = document.getText();
    if (isEmptyQuery(text))
      return void (await say.information(vscode.l10n.t("There is nothing to ask yet: the document has no command.")));
    const connection = await this.context.connections.ensure(new AbortController().signal);
    if (!connection) return;
    const { since, ...place } = await this.placeOf(text);
    this.problems.delete(document.uri);
    const groups = place.groups.join(", ");
    const title = headOf(text).title ?? groups;
    try {
      const result = await withCancel(vscode.l10n.t("Asking {0}, last {1}", groups, since), (signal) =>
        connection.query({ ...place, text }, signal),
      );
      const isLocal = connection.choice.kind === "sandbox";
      const where = vscode.l10n.t("{0}, last {1}, until {2}", groups, since, new Date(place.until).toLocaleString());
      const times = rowTimes(result, text, Date.parse);
      const leads = result.rows.map((_, row) => (times.at(row) ? vscode.l10n.t("Logs") : undefined));
      const doc = queryDocument(title, result, {
        place: where,
        isLocal,
        chart: chartOf(result, text, Date.parse),
        leads,
      });
      const onRow = (row: number): unknown => logsOf(row, result, times, place.groups);
      this.pages.show({ viewType, tab: title, doc, onRow }, [
        { title: vscode.l10n.t("Run Again"), isPrimary: true, run: () => this.run(document.uri) },
        {
          title: vscode.l10n.t("Copy as CSV"),
          run: async () => {
            await vscode.env.clipboard.writeText(csvOf(result));
            vscode.window.setStatusBarMessage(vscode.l10n.t("Copied"), 3000);
          },
        },
      ]);
    } catch (error) {
      if (isCancelled(error)) return void (await say.information(vscode.l10n.t("The query was stopped, in AWS too.")));
      if (!isSlipwayError(error) || !error.at) throw error;
      const range = new vscode.Range(document.positionAt(error.at.from), document.positionAt(error.at.to));
      this.problems.set(document.uri, [new vscode.Diagnostic(range, error.summary, vscode.DiagnosticSeverity.Error)]);
      await vscode.window.showTextDocument(document, { selection: range });
    }
  }

  async create(): Promise<void> {
    const connection = this.context.connections.open;
    const own = exampleQueries.map((query) => ({ label: query.title, description: "", ...query }));
    const saved = connection ? await savedOf(connection) : [];
    const chosen = await pick([{ label: vscode.l10n.t("Empty query"), ...emptyQuery }, ...own, ...saved], {
      title: vscode.l10n.t("New Logs Query"),
      placeHolder: vscode.l10n.t("A query to begin with"),
    });
    if (!chosen) return;
    const place = await this.placeOf("").catch(() => undefined);
    const named = "groups" in chosen && chosen.groups.length ? chosen.groups : (place?.groups ?? ["/ecs/…"]);
    const head = [...named.map((group) => `# group: ${group}`), `# since: ${chosen.since}`, `# title: ${chosen.label}`];
    const document = await vscode.workspace.openTextDocument({
      language: queryLanguage,
      content: `${head.join("\n")}\n${chosen.text}\n`,
    });
    await vscode.window.showTextDocument(document);
  }

  async save(): Promise<void> {
    const document = await this.documentOf(undefined);
    const connection = this.context.connections.open;
    if (!document || !connection) return;
    const text = document.getText();
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t("Save Query in the Account"),
      prompt: vscode.l10n.t("Its name; one of the same name gets this text"),
      value: headOf(text).title ?? "",
      validateInput: (value) =>
        value.trim() && value.length <= 255 ? undefined : vscode.l10n.t("1 to 255 characters"),
    });
    if (!name) return;
    const { groups } = await this.placeOf(text);
    await connection.saveQuery({ name: name.trim(), text, groups }, new AbortController().signal);
    await say.information(vscode.l10n.t("Saved {0} in account {1}.", name, connection.identity.account));
  }

  dispose(): void {
    for (const each of [...this.subscriptions, this.problems, this.changed]) each.dispose();
  }

  private async documentOf(uri: vscode.Uri | undefined): Promise<vscode.TextDocument | undefined> {
    if (uri) return vscode.workspace.openTextDocument(uri);
    const shown = vscode.window.activeTextEditor?.document;
    if (shown?.languageId === queryLanguage) return shown;
    await say.information(vscode.l10n.t("Open a query first: New Logs Query."));
    return undefined;
  }

  /** Of which groups and which time: as the document says, else the application's group and the last hour. */
  private async placeOf(text: string): Promise<Place> {
    const head = headOf(text);
    const since = head.since ?? defaultSince;
    const back = parseDuration(since);
    if (back === undefined)
      throw new SlipwayError({
        code: "Usage",
        summary: vscode.l10n.t("{0} is no duration.", `# since: ${since}`),
        remedy: vscode.l10n.t("Write 15m, 3h or 7d."),
        actions: [],
      });
    const until = Date.now();
    const groups = head.groups.length ? head.groups : [await this.groupOfApplication()];
    return { groups, from: until - back, until, since };
  }

  private async groupOfApplication(): Promise<string> {
    const request = this.context.active.requestOrFolder;
    if (request) return (await this.context.backend().project(request.folder, request)).app.logGroup;
    throw new SlipwayError({
      code: "NothingToTail",
      summary: vscode.l10n.t("The query names no log group, and no application is open."),
      remedy: vscode.l10n.t("Write its group into the first line: {0}", "# group: /ecs/web"),
      actions: [],
    });
  }

  /** The most that it can read, where that was asked; asks for it otherwise, and never connects. */
  private costOf({ groups, from, until, since }: Place): string {
    const connection = this.context.connections.open;
    if (!connection) return "";
    const key = JSON.stringify([connection.identity, groups, since]);
    const known = this.sizes.get(key);
    if (!known || until - known.at > answersLast) void this.askSize(connection, { groups, from, until }, key);
    const isLocal = connection.choice.kind === "sandbox";
    if (!known) return "";
    return known.bytes === undefined
      ? vscode.l10n.t("size not known")
      : vscode.l10n.t("at most {0}", readingCost(known.bytes, isLocal));
  }

  private async askSize(connection: LogQueries, asked: Omit<QueryRequest, "text">, key: string): Promise<void> {
    this.sizes.set(key, { at: Date.now(), bytes: this.sizes.get(key)?.bytes });
    const bytes = await connection.loggedBytes(asked, new AbortController().signal).catch(() => undefined);
    this.sizes.set(key, { at: Date.now(), bytes });
    this.changed.fire();
  }

  /** The fields that CloudWatch has found in the group; none where it is not connected or may not be asked. */
  private async fieldsOf(text: string): Promise<LogField[]> {
    const connection = this.context.connections.open;
    const place = await this.placeOf(text).catch(() => undefined);
    const [group] = place?.groups ?? [];
    if (!connection || group === undefined) return [];
    const key = JSON.stringify([connection.identity, group]);
    const known = this.fields.get(key);
    if (known && Date.now() - known.at < answersLast) return known.fields;
    const fields = connection.logFields(group, new AbortController().signal).catch((error: unknown) => {
      this.context.log.debug(`fields of ${group}: ${reportOf(error).summary}`);
      return [];
    });
    this.fields.set(key, { at: Date.now(), fields });
    return fields;
  }
}

/** What was logged in the time of a row: of its own stream where the row names one, else of its group, or the first. */
async function logsOf(
  row: number,
  { columns, rows }: QueryResult,
  times: RowTimes,
  groups: readonly string[],
): Promise<void> {
  const span = times.at(row);
  if (!span) return;
  const cell = (column: string): string | undefined => rows[row]?.[columns.indexOf(column)];
  // Insights writes a group as `account:group`.
  const named = cell("@log")?.replace(/^\d{12}:/, "");
  const group = groups.find((each) => each === named) ?? groups[0];
  const stream = cell("@logStream");
  if (group === undefined) return;
  if (stream) await vscode.commands.executeCommand("slipway.logs.tailStream", { group, stream, ...span });
  else await vscode.commands.executeCommand("slipway.logs.tailGroup", { group, ...span });
}

/** What the account has saved; none where it may not be listed. */
async function savedOf(connection: Pick<Connection, "savedQueries">) {
  const saved = await connection.savedQueries(new AbortController().signal).catch(() => []);
  return saved.map(({ name, text, groups }) => ({
    label: name,
    description: vscode.l10n.t("saved in the account"),
    text,
    groups,
    since: defaultSince,
  }));
}
