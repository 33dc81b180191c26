import { SlipwayError } from "../core/base/errors";

/** The command line was not understood: exit code 2. */
export function usageError(message: string): SlipwayError {
  return new SlipwayError({
    code: "Usage",
    summary: message,
    remedy: "slipway --help lists what there is.",
    actions: [],
  });
}
