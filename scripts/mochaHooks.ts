/** What every mocha process of `npm test` does at its end: puts away what its specs started and made. */
import { shutdown } from "./processes";

// A file that is run alone may run with an older Node, of which the AWS SDK would speak in every process.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

export const mochaHooks = {
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(90_000);
    await shutdown();
  },
};
