/** What a command is: its id, what has to be there before it runs, what may be handed to it, and what it does. */
import * as vscode from "vscode";
import type { Connection, RunRequest } from "../../core/api";
import type { ActiveApplication } from "../workspace/activeApplication";
import type { ConnectionManager } from "../workspace/connections";
import { withErrorMessage, type ErrorContext } from "./boundary";
import { say } from "../ui/messages";

/** What running any command takes, whatever its handler works with. */
export interface CommandBase extends ErrorContext {
  readonly active: Pick<ActiveApplication, "requestOrFolder">;
  readonly connections: Pick<ConnectionManager, "close" | "ensure">;
}

/**
 * What has to be there before a handler is called; what is missing is said, or asked for. Hidden and disabled commands
 * stay callable, so nothing else may be relied on.
 * - `trust`: the workspace is trusted
 * - `application`: there is a folder, or an application that the Deployment view shows
 * - `connection`: there is an open connection; where none is chosen, it is asked for
 * - `argument`: the guard has accepted what was handed over
 */
export type Need = "trust" | "application" | "connection" | "argument";

/** What VS Code, a link or another extension hands over, as a typed value; undefined for anything else. */
export type Guard<A> = (first: unknown, second: unknown) => A | undefined;

type Given<A, N extends Need> = {
  readonly argument: "argument" extends N ? A : A | undefined;
} & ("application" extends N ? { readonly request: RunRequest } : unknown) &
  ("connection" extends N ? { readonly connection: Connection } : unknown);

interface Entry<C, A, N extends Need> {
  readonly id: `slipway.${string}`;
  readonly needs: readonly N[];
  readonly argument?: Guard<A>;
  /** Failures are shown by whoever calls this, and cancelling is none. */
  run(context: C, given: Given<A, N>): unknown;
}

/** An entry of the table: the context that its handler takes, and its other types forgotten. */
export interface Command<C> {
  readonly id: string;
  readonly needs: readonly Need[];
  readonly argument: Guard<unknown> | undefined;
  readonly run: (context: C, given: Given<unknown, Need>) => unknown;
}

/** An entry of the table: its handler sees what its needs and its guard promise, and nothing more. */
export function command<C, A = never, const N extends Need = never>(entry: Entry<C, A, N>): Command<C> {
  const { id, needs, argument } = entry;
  return { id, needs, argument, run: (context, given) => entry.run(context, given as Given<A, N>) };
}

/** Registers every entry, each within the one error boundary. */
export function registerCommands<C extends CommandBase>(context: C, entries: readonly Command<C>[]): vscode.Disposable {
  return vscode.Disposable.from(
    ...entries.map((entry) =>
      vscode.commands.registerCommand(entry.id, (...args: unknown[]) =>
        withErrorMessage(context, () => runCommand(context, entry, args)),
      ),
    ),
  );
}

/** Looks whether all is there that the command needs, and then runs it. */
export async function runCommand<C extends CommandBase>(
  context: C,
  entry: Command<C>,
  args: readonly unknown[],
): Promise<unknown> {
  const { active, connections } = context;
  const needs = (need: Need) => entry.needs.includes(need);
  if (needs("trust") && !(await requireTrust())) return undefined;
  const argument = entry.argument?.(args[0], args[1]);
  if (needs("argument") && argument === undefined)
    return tell(vscode.l10n.t("This command works on a row of a view: run it from the row's menu."));
  const request = needs("application") ? active.requestOrFolder : undefined;
  if (needs("application") && !request) return tell(vscode.l10n.t("Open a folder with an application first."));
  const connection = needs("connection") ? await connections.ensure(new AbortController().signal) : undefined;
  if (needs("connection") && !connection) return undefined;
  return entry.run(context, { argument, request, connection } as Given<unknown, Need>);
}

async function tell(message: string): Promise<undefined> {
  await say.information(message);
  return undefined;
}

async function requireTrust(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage Trust");
  const picked = await say.warning(
    vscode.l10n.t(
      "Slipway builds and runs what is in this folder, so it does nothing in a workspace that you do not trust.",
    ),
    manage,
  );
  if (picked === manage) await vscode.commands.executeCommand("workbench.trust.manage");
  return false;
}

/** A guard for what menus of files and editors hand over. */
export const uriArgument: Guard<vscode.Uri> = (first) => (first instanceof vscode.Uri ? first : undefined);

/** True for an object whose named members are strings. */
export const hasStrings = <K extends string>(value: unknown, ...names: readonly K[]): value is Record<K, string> =>
  typeof value === "object" &&
  value !== null &&
  names.every((name) => typeof (value as Record<string, unknown>)[name] === "string");
