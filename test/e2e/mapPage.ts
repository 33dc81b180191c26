/** The map's real page, script and style sheet in a Chromium of its own: for pictures of every case in every theme. */
import type { Browser } from "playwright-core";
import type { MapModel } from "../../src/core/map/diagram";
import { pageOf, type PageTexts } from "../../src/vscode/webviewKit/page";
import type { Theme } from "./mapThemes";
import { openWebviewPage, type OpenPage } from "./webviewPage";

/** As the extension hands them over in an English window. */
const pageTexts: PageTexts = {
  title: "Deployment Map",
  map: "Map",
  refresh: "Refresh",
  lookAgain: "Look again",
  smaller: "Smaller (-)",
  larger: "Larger (+)",
  fit: "Fit",
  fitIntoPage: "Fit into the page (0)",
  saveSvg: "Save as SVG",
  savePng: "Save as PNG",
  phases: "Phases of the deployment",
  legend: "Legend",
  drawing: "deployment map",
};

export interface MapPage extends OpenPage {
  show(model: MapModel): Promise<void>;
}

/** Opens the page with a theme. */
export async function openMapPage(
  browser: Browser,
  theme: Theme,
  size?: { width: number; height: number },
  more?: { reducedMotion?: "reduce" },
): Promise<MapPage> {
  const open = await openWebviewPage(
    browser,
    theme,
    "map",
    (place) => pageOf({ ...place, texts: pageTexts }),
    size,
    more,
  );
  return {
    ...open,
    async show(model) {
      await open.post({ type: "model", model });
      await open.page.locator("#map .node").first().waitFor();
    },
  };
}
