import { GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { errorCode, SlipwayError } from "../core/base/errors";

/** Of each partition a region that every account has from the start. */
const alwaysThere: readonly (readonly [regions: RegExp, region: string])[] = [
  [/^cn-/, "cn-north-1"],
  [/^us-gov-/, "us-gov-west-1"],
  [/^(?:us-iso|eu-iso|eusc-)/, ""],
  [/^/, "us-east-1"],
];

/**
 * AWS answers alike where keys are wrong and where a region is not enabled for the account. Another region's STS tells
 * which it is.
 * @param error what was thrown
 * @param elsewhere an STS client of another region with the same keys; it is ended here
 * @returns the error that says that the region is not enabled; else what was thrown
 */
export async function toldApart(
  error: unknown,
  region: string,
  elsewhere: (region: string) => STSClient,
  signal?: AbortSignal,
): Promise<unknown> {
  const other = alwaysThere.find(([regions]) => regions.test(region))?.[1] ?? "";
  if (errorCode(error) !== "CredentialsRefused" || other === "" || other === region) return error;
  const client = elsewhere(other);
  try {
    await client.send(new GetCallerIdentityCommand({}), signal ? { abortSignal: signal } : {});
  } catch {
    return error;
  } finally {
    client.destroy();
  }
  const { evidence, quotes } = error as SlipwayError;
  return new SlipwayError(
    {
      code: "RegionNotEnabled",
      summary: `The region ${region} is not enabled for this account: ${other} accepts the same credentials.`,
      evidence,
      ...(quotes ? { quotes } : {}),
      remedy: "Choose another region, or have this one enabled (AWS account settings, AWS Regions).",
      actions: ["chooseConnection"],
    },
    { cause: error },
  );
}
