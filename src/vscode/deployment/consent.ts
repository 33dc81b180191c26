import * as vscode from "vscode";
import { oneLine } from "../../core/base/encoders";
import { takings, type Plan } from "../../core/deploy/plan";
import type { ResourceKind } from "../../core/deploy/phases";
import { isRemoved, type Removal } from "../../core/deploy/removals";
import { removalDocument, removalLines, planDocument, planSummary } from "../../core/render/plan";
import type { Doc } from "../../core/render/document";
import { contextKeys, setContext } from "../keys";
import { typeName } from "../ui/confirm";
import { say } from "../ui/messages";
import type { DocumentPages } from "../webviewKit/documentPages";

const planView = "slipway.plan";
const removalView = "slipway.removal";

/** Images and what was logged are gone for good, and a service may serve. */
const cannotBeMadeAgain: ReadonlySet<ResourceKind> = new Set<ResourceKind>(["repository", "logGroup", "service"]);

/** Lines of a modal's detail: what others named cannot begin one of its own. */
const detailOf = (lines: readonly string[]): string => lines.map(oneLine).join("\n");

/**
 * Asks for the one consent: a modal of at most a dozen lines, or the whole as a page whose first button is the yes.
 */
export class Consent implements vscode.Disposable {
  /** What waits for a yes, the newest last. */
  private readonly waiting: ((yes: boolean) => void)[] = [];

  constructor(private readonly pages: DocumentPages) {}

  /**
   * True when the person says yes to this plan; `rename` where it would take what somebody else made, and the person
   * would rather have another name.
   */
  async ask(plan: Plan, connection: string, again: boolean, signal: AbortSignal): Promise<boolean | "rename"> {
    const taking = takings(plan).length > 0;
    const deploy = plan.restarts
      ? vscode.l10n.t("Restart")
      : plan.goesBack
        ? vscode.l10n.t("Roll Back")
        : plan.promotes
          ? vscode.l10n.t("Promote")
          : taking
            ? vscode.l10n.t("Take Over and Deploy")
            : plan.outside
              ? vscode.l10n.t("Publish It and Deploy")
              : vscode.l10n.t("Deploy");
    const rename = vscode.l10n.t("Use Another Name…");
    const showFull = vscode.l10n.t("Show Full Plan");
    const back = plan.goesBack?.revision;
    const question = plan.restarts
      ? vscode.l10n.t("Restart {0}?", plan.application)
      : back !== undefined
        ? again
          ? vscode.l10n.t(
              "What is in AWS has changed meanwhile. Roll {0} back to {1} by this plan?",
              plan.application,
              back,
            )
          : vscode.l10n.t("Roll {0} back to {1}?", plan.application, back)
        : again
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
    const picked = await Promise.race([
      (taking || outside ? say.warning : say.information)(
        question,
        { modal: true, detail: detailOf(planSummary(plan)) },
        // Enter presses the first: it is never the one that takes somebody else's.
        ...(taking ? [rename, deploy] : [deploy]),
        showFull,
      ),
      aborted(signal),
    ]);
    if (picked === rename) return "rename";
    const isAgreed =
      picked === deploy || (picked === showFull && (await this.askInPage(planPage(plan), deploy, signal)));
    return isAgreed && (plan.confirmName === undefined || (await typeName(plan.confirmName, question)));
  }

  /** Whether what Slipway made is to go: asked in a modal that names it, or on a page. */
  async askToRemove(
    application: string,
    place: string,
    removals: readonly Removal[],
    signal: AbortSignal,
    /** What slipway.json protects has this name typed, whatever is lost. */
    confirmName: string | undefined,
  ): Promise<boolean> {
    const remove = vscode.l10n.t("Remove");
    const showAll = vscode.l10n.t("Show What Goes");
    const picked = await Promise.race([
      say.warning(
        vscode.l10n.t("Remove {0} from AWS? This cannot be undone.", application),
        { modal: true, detail: detailOf([place, ...removalLines(removals)]) },
        remove,
        showAll,
      ),
      aborted(signal),
    ]);
    const doc = removalDocument(application, removals);
    const isAgreed =
      picked === remove ||
      (picked === showAll && (await this.askInPage({ viewType: removalView, tab: doc.title, doc }, remove, signal)));
    const isLost = removals.some((item) => isRemoved(item) && cannotBeMadeAgain.has(item.kind));
    const typed = confirmName ?? (isLost ? application : undefined);
    return (
      isAgreed && (typed === undefined || (await typeName(typed, vscode.l10n.t("Remove {0} from AWS", application))))
    );
  }

  /** Shows a plan that asks for nothing. */
  show(plan: Plan): void {
    const deploy = () => vscode.commands.executeCommand("slipway.deployAgain");
    this.pages.show(planPage(plan), [{ title: vscode.l10n.t("Deploy…"), isPrimary: true, run: deploy }]);
  }

  /** The yes to the plan that waits for one, from the palette or a title bar. */
  consent(): void {
    this.waiting.at(-1)?.(true);
  }

  dispose(): void {
    for (const answer of [...this.waiting]) answer(false);
  }

  private async askInPage(
    page: { viewType: string; tab: string; doc: Doc },
    yes: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    let answer: (yes: boolean) => void = () => undefined;
    const answered = new Promise<boolean>((resolve) => (answer = resolve));
    // Closing the page without a yes is a no.
    const shown = this.pages.show(
      page,
      [
        { title: yes, isPrimary: true, run: () => answer(true) },
        { title: vscode.l10n.t("Cancel"), run: () => answer(false) },
      ],
      () => answer(false),
    );
    this.waiting.push(answer);
    await this.updateContext();
    try {
      return await Promise.race([answered, aborted(signal).then(() => false)]);
    } finally {
      this.waiting.splice(this.waiting.indexOf(answer), 1);
      await this.updateContext();
      shown.dispose();
    }
  }

  private updateContext(): Thenable<unknown> {
    return setContext(contextKeys.planWaits, this.waiting.length > 0);
  }
}

const planPage = (plan: Plan): { viewType: string; tab: string; doc: Doc } => ({
  viewType: planView,
  tab: vscode.l10n.t("Plan of {0}", plan.application),
  doc: planDocument(plan),
});

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
