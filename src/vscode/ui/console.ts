import * as vscode from "vscode";
import type { ConnectionDetails } from "../../core/api";
import { consoleUrl, isAws } from "../../core/resources/console";
import type { ResourceItem } from "../../core/ports/resourceModel";
import { say } from "./messages";

/** Opens a resource's page in AWS's console, or says why there is none. */
export async function openInConsole(
  { endpoint, identity, name }: ConnectionDetails,
  item: ResourceItem,
): Promise<void> {
  // The console shows what AWS has; what an endpoint of somebody's own has is not there.
  if (!isAws(endpoint))
    return void (await say.information(
      vscode.l10n.t(
        "{0} is not AWS, so AWS's console does not have {1}. Show as JSON shows all of it.",
        name,
        item.label,
      ),
    ));
  const url = consoleUrl(item, identity);
  if (url === undefined)
    return void (await say.information(vscode.l10n.t("AWS's console has no page for {0}.", item.label)));
  await vscode.env.openExternal(vscode.Uri.parse(url, true));
}
