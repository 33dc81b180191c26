/** The commands of profiles, regions and signing in. */
import * as vscode from "vscode";
import { addProfile } from "./addProfile";
import type { ConnectionContext } from "./context";
import { withCancel } from "../ui/progress";
import { command, type Command } from "../commandKit/command";
import { say } from "../ui/messages";

async function signIn({ backend, connections }: ConnectionContext): Promise<void> {
  const choice = connections.choice;
  if (choice?.kind !== "profile") return void (await connections.choose(new AbortController().signal));
  const signedIn = await withCancel(vscode.l10n.t("Signing in to {0}", choice.profile), (signal) =>
    backend().signIn(choice.profile, connections.prompts, signal),
  );
  connections.close();
  if (signedIn?.consoleProfile !== undefined) return consoleSignIn(signedIn.consoleProfile);
  await connections.ensure(new AbortController().signal);
}

/** A console sign-in is the AWS CLI's: it opens the browser, and what it leaves is read at the next use. */
function consoleSignIn(profile: string): void {
  // Its arguments, not a line for a shell: a profile may have any name.
  const shellArgs = ["login", "--profile", profile];
  vscode.window.createTerminal({ name: "Slipway", shellPath: "aws", shellArgs, isTransient: true }).show();
}

/** Chooses, and proves at once that it works: identity, account and region are shown. */
async function chooseConnection({ connections }: Pick<ConnectionContext, "connections">): Promise<void> {
  const signal = new AbortController().signal;
  const choice = await connections.choose(signal);
  if (choice) await connectNow({ connections }, signal);
}

async function useSandbox({ connections }: Pick<ConnectionContext, "connections">): Promise<void> {
  await connections.set({ kind: "sandbox" });
  await connectNow({ connections }, new AbortController().signal);
}

async function connectNow({ connections }: Pick<ConnectionContext, "connections">, signal: AbortSignal): Promise<void> {
  const connection = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Connecting") },
    () => connections.ensure(signal),
  );
  if (!connection) return;
  const { name, identity } = connection;
  void say.information(
    [
      vscode.l10n.t(
        "Connected to {0}: account {1}, {2}, as {3}.",
        name,
        identity.account,
        identity.region,
        identity.arn,
      ),
      ...(connection.notes ?? []),
    ].join(" "),
  );
}

export const connectionCommands: readonly Command<ConnectionContext>[] = [
  // A profile may name a program that is run for its credentials: choosing one wants a trusted workspace too.
  command({
    id: "slipway.chooseConnection",
    needs: ["trust"],
    run: chooseConnection,
  }),
  command({ id: "slipway.useSandbox", needs: ["trust"], run: useSandbox }),
  command({ id: "slipway.addProfile", needs: ["trust"], run: addProfile }),
  command({ id: "slipway.signIn", needs: ["trust"], run: signIn }),
];
