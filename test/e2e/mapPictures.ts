/** Pictures of the map at every moment, in every theme, with few and many tasks: to be looked at. Argument: a folder. */
import path from "node:path";
import { buildMap } from "../../src/core/map/build";
import { ensureBrowser, launchBrowser } from "../../scripts/browser";
import { ensureDir, resultsDir } from "../../scripts/paths";
import { main } from "../../scripts/processes";
import { say } from "../../scripts/say";
import { moments } from "../unit/support/mapScenes";
import { openMapPage } from "./mapPage";
import { themes } from "./mapThemes";

const counts = [1, 3, 50];

void main(async () => {
  const executable = await ensureBrowser();
  if (!executable) {
    say("there is no browser here");
    return 1;
  }
  const folder = ensureDir(process.argv[2] ?? path.join(resultsDir, "map"));
  const browser = await launchBrowser(executable);
  try {
    for (const [theme, variables] of Object.entries(themes)) {
      const shown = await openMapPage(browser, variables);
      for (const [moment, inputOf] of Object.entries(moments)) {
        for (const tasks of counts) {
          await shown.show(buildMap(inputOf(tasks)));
          await shown.page.waitForTimeout(350);
          await shown.page.screenshot({ path: path.join(folder, `${moment}-${tasks}-${theme}.png`) });
        }
      }
      await shown.show(buildMap((moments["after"] as (typeof moments)[string])(3, false)));
      await shown.page.waitForTimeout(350);
      await shown.page.screenshot({ path: path.join(folder, `no-load-balancer-${theme}.png`) });
      await shown.page.close();
    }
    say(`pictures are in ${folder}`);
    return 0;
  } finally {
    await browser.close();
  }
});
