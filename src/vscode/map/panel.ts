import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { parsePageMessage, type FileFormat, type HostMessage, type PageMessage } from "../../core/map/protocol";
import { withErrorMessage } from "../commandKit/boundary";
import type { MapContext } from "./context";
import { mapViewType, type MapPart } from "./lazy";
import { act } from "./actions";
import { pageOf, type PageTexts } from "../webviewKit/page";
import { MapSource } from "./source";
import { say } from "../ui/messages";

/** The map's panel: at most one, which shows the application that the Deployment view shows. */
export class MapPanel implements MapPart, vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private readonly source: MapSource;
  /** A picture that is asked for before the page has shown anything. */
  private wanted: FileFormat | undefined;
  private isShown = false;

  constructor(
    private readonly context: MapContext,
    private readonly root: vscode.Uri,
  ) {
    this.source = new MapSource(context);
    this.source.onDidChange((model) => {
      this.post({ type: "model", model });
      this.isShown = true;
      if (this.wanted) this.post({ type: "export", format: this.wanted });
      this.wanted = undefined;
    });
  }

  /** Opens the map, or brings it to the front. */
  async show(): Promise<void> {
    if (this.panel) return this.panel.reveal();
    this.take(
      vscode.window.createWebviewPanel(
        mapViewType,
        vscode.l10n.t("Deployment Map"),
        vscode.ViewColumn.Active,
        this.options,
      ),
    );
  }

  /** Takes a panel that VS Code brings back after a reload. */
  async restore(panel: vscode.WebviewPanel): Promise<void> {
    if (!vscode.workspace.isTrusted) return panel.dispose();
    panel.webview.options = this.options;
    this.take(panel);
  }

  /** Asks the page for a picture; the page answers with it, and it is then saved. */
  async save(format: FileFormat): Promise<void> {
    await this.show();
    if (this.isShown) this.post({ type: "export", format });
    else this.wanted = format;
  }

  dispose(): void {
    this.panel?.dispose();
    this.source.dispose();
  }

  private get options(): vscode.WebviewPanelOptions & vscode.WebviewOptions {
    return {
      enableScripts: true,
      enableForms: false,
      retainContextWhenHidden: false,
      localResourceRoots: [this.file("dist"), this.file("media")],
    };
  }

  private file(...parts: string[]): vscode.Uri {
    return vscode.Uri.joinPath(this.root, ...parts);
  }

  private take(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    this.isShown = false;
    panel.iconPath = { light: this.file("media", "map-light.svg"), dark: this.file("media", "map-dark.svg") };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const parsed = parsePageMessage(message);
      if (parsed) void withErrorMessage(this.context, () => this.receive(parsed));
    });
    panel.onDidChangeViewState(() => {
      this.isShown &&= panel.visible;
      this.source.setVisible(panel.visible);
    });
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
      this.panel = undefined;
      this.source.setVisible(false);
    });
    const { webview } = panel;
    const reached = (...parts: string[]): string => webview.asWebviewUri(this.file(...parts)).toString();
    webview.html = pageOf({
      style: reached("media", "map.css"),
      script: reached("dist", "map.js"),
      source: webview.cspSource,
      nonce: randomBytes(18).toString("base64url"),
      texts: pageTexts(),
    });
    this.source.setVisible(panel.visible);
  }

  private post(message: HostMessage): void {
    void this.panel?.webview.postMessage(message);
  }

  private async receive(message: PageMessage): Promise<void> {
    const model = this.source.current;
    switch (message.type) {
      case "ready":
        return this.source.resend();
      case "refresh":
        return this.source.refresh();
      case "ask":
        return this.post({ type: "export", format: message.format });
      case "file":
        return saveFile(message.format, message.data, model?.title ?? "map");
      case "failed":
        return void (await say.error(vscode.l10n.t("The picture could not be made: {0}", message.message)));
      case "fix": {
        const action = model?.callout?.actions[message.index];
        const thing =
          [...(model?.nodes ?? []), ...(model?.groups ?? [])].find((item) => item.id === model?.callout?.at) ??
          model?.nodes.find((node) => node.kind === "service");
        if (action && thing) await act(this.context, thing, action, this.source.folder);
        return;
      }
      case "action": {
        const thing = [...(model?.nodes ?? []), ...(model?.groups ?? [])].find((item) => item.id === message.thing);
        const action = thing?.actions.find((item) => item.label === message.action);
        if (thing && action) await act(this.context, thing, action, this.source.folder);
      }
    }
  }
}

const pageTexts = (): PageTexts => ({
  title: vscode.l10n.t("Deployment Map"),
  map: vscode.l10n.t("Map"),
  refresh: vscode.l10n.t("Refresh"),
  lookAgain: vscode.l10n.t("Look again"),
  smaller: vscode.l10n.t("Smaller (-)"),
  larger: vscode.l10n.t("Larger (+)"),
  fit: vscode.l10n.t("Fit"),
  fitIntoPage: vscode.l10n.t("Fit into the page (0)"),
  saveSvg: vscode.l10n.t("Save as SVG"),
  savePng: vscode.l10n.t("Save as PNG"),
  phases: vscode.l10n.t("Phases of the deployment"),
  legend: vscode.l10n.t("Legend"),
  drawing: vscode.l10n.t("deployment map"),
});

async function saveFile(format: FileFormat, data: string, name: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = `${name.replaceAll(/[^\w.-]+/g, "-")}-map.${format}`;
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Save Map"),
    filters: format === "svg" ? { SVG: ["svg"] } : { PNG: ["png"] },
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
  });
  if (!uri) return;
  await vscode.workspace.fs.writeFile(uri, Buffer.from(data, format === "svg" ? "utf8" : "base64"));
  vscode.window.setStatusBarMessage(vscode.l10n.t("Saved {0}", uri.path.split("/").at(-1) ?? ""), 4000);
}
