import { shutdown } from "../../../scripts/processes";

after(async function () {
  this.timeout(60_000);
  await shutdown();
});
