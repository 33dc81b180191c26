/** What every mocha process of `npm test` does at its end: puts away what its specs started and made. */
import { shutdown } from "./processes";

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(90_000);
    await shutdown();
  },
};
