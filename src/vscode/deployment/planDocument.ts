import * as vscode from "vscode";
import { takings, type Plan } from "../../core/deploy/plan";
import { contextKeys, setContext } from "../keys";
import { planDocument, planSummary } from "../../core/render/plan";

const planScheme = "slipway-plan";

/**
 * Asks for the one consent: a modal of at most a dozen lines, or the whole plan as a read-only document that carries
 * Deploy in its title bar.
 */
export class PlanConsent implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly documents = new Map<string, string>();
  private readonly waiting = new Map<string, (yes: boolean) => void>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly disposables: vscode.Disposable[] = [];
  private count = 0;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.disposables.push(
      vscode.workspace.registerTextDocumentContentProvider(planScheme, this),
      // Closing the plan without Deploy is a no. The tab says so at once; the document is kept a while longer.
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) if (tab.input instanceof vscode.TabInputText) this.answer(tab.input.uri, false);
      }),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.documents.get(uri.toString()) ?? vscode.l10n.t("This plan is no longer current.");
  }

  /**
   * True when the person says yes to this plan; `rename` where it would take what somebody else made, and the person
   * would rather have another name.
   */
  async ask(plan: Plan, connection: string, again: boolean, signal: AbortSignal): Promise<boolean | "rename"> {
    const taking = takings(plan).length > 0;
    const deploy = taking
      ? vscode.l10n.t("Take Over and Deploy")
      : plan.outside
        ? vscode.l10n.t("Publish It and Deploy")
        : vscode.l10n.t("Deploy");
    const rename = vscode.l10n.t("Use Another Name…");
    const showFull = vscode.l10n.t("Show Full Plan");
    const message = again
      ? vscode.l10n.t(
          "What is in AWS has changed meanwhile. Deploy {0} to {1} by this plan?",
          plan.application,
          connection,
        )
      : taking
        ? vscode.l10n.t("Take over what is there already, and deploy {0} to {1}?", plan.application, connection)
        : plan.outside
          ? vscode.l10n.t(
              "Deploy {0} to {1} with what lies outside of the workspace folder?",
              plan.application,
              connection,
            )
          : vscode.l10n.t("Deploy {0} to {1}?", plan.application, connection);
    const outside = plan.outside !== undefined;
    const ask = taking || outside ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const picked = await Promise.race([
      ask(
        message,
        { modal: true, detail: planSummary(plan).join("\n") },
        // Enter presses the first: it is never the one that takes somebody else's.
        ...(taking ? [rename, deploy] : [deploy]),
        showFull,
      ),
      aborted(signal),
    ]);
    if (picked === deploy) return true;
    if (picked === rename) return "rename";
    return picked === showFull ? this.askInDocument(plan, signal) : false;
  }

  /** Shows a plan that asks for nothing. */
  async show(plan: Plan): Promise<void> {
    await this.open(plan);
  }

  /** Deploy was pressed in the title bar of the plan that is open. */
  consent(uri: vscode.Uri | undefined): void {
    const at = uri ?? vscode.window.activeTextEditor?.document.uri;
    if (at) this.answer(at, true);
  }

  dispose(): void {
    for (const answer of this.waiting.values()) answer(false);
    this.disposables.forEach((item) => item.dispose());
    this.changed.dispose();
  }

  private async askInDocument(plan: Plan, signal: AbortSignal): Promise<boolean> {
    const uri = await this.open(plan);
    const key = uri.toString();
    const answered = new Promise<boolean>((resolve) => this.waiting.set(key, resolve));
    await this.updateContext();
    const yes = await Promise.race([answered, aborted(signal).then(() => false)]);
    this.waiting.delete(key);
    await this.updateContext();
    await closeTab(uri);
    this.documents.delete(key);
    return yes;
  }

  private async open(plan: Plan): Promise<vscode.Uri> {
    const uri = vscode.Uri.from({
      scheme: planScheme,
      path: `/${++this.count}/${vscode.l10n.t("Plan of {0}", plan.application)}.md`,
    });
    this.documents.set(uri.toString(), planDocument(plan));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
    return uri;
  }

  private answer(uri: vscode.Uri, yes: boolean): void {
    this.waiting.get(uri.toString())?.(yes);
  }

  private updateContext(): Thenable<unknown> {
    return setContext(contextKeys.planWaits, this.waiting.size > 0);
  }
}

async function closeTab(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const tab = tabs.find(
    (item) => item.input instanceof vscode.TabInputText && item.input.uri.toString() === uri.toString(),
  );
  if (tab) await vscode.window.tabGroups.close(tab);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
