import { foreignAnswer } from "./foreignAnswers";
import { SlipwayError, cancelled, errorCode, type ActionId } from "../core/base/errors";

const throttling =
  /^(Throttling|ThrottlingException|RequestLimitExceeded|TooManyRequestsException|RequestThrottled|SlowDown)$/;
const network =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|TimeoutError|NetworkingError|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/;
/** Certificates that are nobody's whom this machine trusts, and what is no TLS at all. */
const untrusted =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID|EPROTO|ERR_SSL_\w+)$/;

/** What AWS's error codes mean to a person; the first pattern that fits the code (or the message) counts. */
const meanings: readonly {
  pattern: RegExp;
  code?: string;
  summary: (action: string) => string;
  remedy: string;
  actions: ActionId[];
}[] = [
  {
    pattern: /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired|CredentialsExpired)$/,
    code: "CredentialsExpired",
    summary: () => "Your AWS credentials have expired.",
    remedy: "Sign in again, then go on: nothing is lost.",
    actions: ["signIn", "retry"],
  },
  {
    pattern:
      /^(UnrecognizedClientException|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure|IncompleteSignature)$/,
    code: "CredentialsRefused",
    summary: () => "AWS does not accept these credentials in this region.",
    remedy:
      "Choose another profile, or renew its access key; or the region is not enabled for this account, which AWS answers " +
      "alike. A wrong clock on this machine has the same effect.",
    actions: ["chooseConnection"],
  },
  {
    pattern: /^(CredentialsProviderError|TokenProviderError|CredentialsMissing)$/,
    code: "NoCredentials",
    summary: () => "There are no usable AWS credentials.",
    remedy: "Choose a profile, sign in, or use the local sandbox, which needs no account.",
    actions: ["chooseConnection", "signIn", "useSandbox"],
  },
  {
    pattern: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|UnauthorizedException)$/,
    summary: (action) => `You may not ${action}.`,
    remedy: "Ask for this permission, or choose a profile that has it. The README lists all that Slipway needs.",
    actions: ["chooseConnection", "retry"],
  },
  {
    pattern: untrusted,
    code: "UntrustedCertificate",
    summary: (action) => `What answers in AWS's place cannot prove that it is AWS (${action}).`,
    remedy:
      "A proxy, a VPN or a network's sign-in page may be between. Sign in to the network; a company's own certificate " +
      "is made known by NODE_EXTRA_CA_CERTS=FILE. A wrong clock on this machine has the same effect.",
    actions: ["retry", "chooseConnection"],
  },
  {
    pattern: network,
    code: "Unreachable",
    summary: (action) => `AWS could not be reached (${action}).`,
    remedy: "Check the network, the proxy and the region; then try again: it goes on from where it was.",
    actions: ["retry", "chooseConnection"],
  },
  {
    pattern: throttling,
    summary: (action) => `AWS throttles this account's requests (${action}), also after several tries.`,
    remedy:
      "Wait a moment and try again. If it lasts, something calls AWS very often in this account: CloudTrail says who.",
    actions: ["retry"],
  },
  {
    pattern: /LimitExceeded|TooMany|QuotaExceeded/,
    summary: (action) => `A limit of this AWS account is reached (${action}).`,
    remedy: "Remove what is no longer used, or ask for a higher quota in the Service Quotas console.",
    actions: ["retry"],
  },
];

/** What denies a call, as AWS's own words say; the first that fits counts. */
const denials: readonly { said: RegExp; who: string; remedy: string }[] = [
  {
    said: /tag polic|not compliant with tag/i,
    who: "The organization's tag policy",
    remedy: "Give the tags that it asks for: `tags` in slipway.json go to everything that Slipway creates.",
  },
  {
    said: /explicit deny in a service control policy/i,
    who: "A service control policy of the organization",
    remedy: "No permission of yours helps: ask whoever manages the organization, or choose another account or region.",
  },
  {
    said: /explicit deny in a resource control policy/i,
    who: "A resource control policy of the organization",
    remedy: "No permission of yours helps: ask whoever manages the organization.",
  },
  {
    said: /explicit deny in a permissions boundary/i,
    who: "Your permissions boundary",
    remedy: "Another permission does not help: ask for a wider boundary, or choose another profile.",
  },
  {
    said: /explicit deny in a session policy/i,
    who: "The policy of your session",
    remedy: "Sign in without it, or choose another profile.",
  },
  {
    said: /explicit deny in a(n identity-based| resource-based)? ?policy|explicit deny/i,
    who: "A policy that denies it outright",
    remedy:
      "Another permission does not help while that denial stands: ask for it to be changed, or choose another profile.",
  },
];

/** The denial that AWS names; undefined where it only says that nothing allows the call. */
function denialOf(code: string, message: string): { summary: string; remedy: string } | undefined {
  if (!/AccessDenied|Unauthorized|TagPolic/.test(code)) return undefined;
  const found = denials.find(({ said }) => said.test(message));
  return found && { summary: `${found.who} forbids`, remedy: found.remedy };
}

/**
 * Any error of the SDK as a SlipwayError that keeps AWS's code and words.
 * @param action what was being done: "CreateRepository (ecr)"
 */
export function translate(error: unknown, action: string, signal?: AbortSignal): Error {
  if (signal?.aborted || (error instanceof Error && error.name === "AbortError")) return cancelled();
  if (error instanceof SlipwayError) return error;
  const raw = error as {
    name?: string;
    Code?: string;
    code?: string;
    message?: string;
    $metadata?: { requestId?: string; httpStatusCode?: number };
  };
  if (raw.name === foreignAnswer) return foreign(error, action, raw.$metadata?.httpStatusCode ?? 0);
  if (raw.name === "SyntaxError") return notAnswered(error, action);
  const systemCode = errorCode(error);
  const code = raw.name && raw.name !== "Error" ? raw.name : (raw.Code ?? (systemCode || "AwsError"));
  const meaning = meanings.find((item) => item.pattern.test(code) || item.pattern.test(systemCode));
  const denial = denialOf(code, raw.message ?? "");
  const requestId = raw.$metadata?.requestId;
  return new SlipwayError(
    {
      code: meaning?.code ?? code,
      summary: denial
        ? `${denial.summary} ${action}.`
        : meaning
          ? meaning.summary(action)
          : `AWS refused ${action}: ${raw.message ?? code}`,
      evidence: [`${action}: ${code}: ${raw.message ?? ""}${requestId ? ` (request ${requestId})` : ""}`],
      quotes: [`${code}: ${raw.message ?? ""}`],
      remedy: denial?.remedy ?? meaning?.remedy ?? "",
      actions: meaning?.actions ?? ["showLog", "retry"],
      ...(passes(code, systemCode, raw.$metadata?.httpStatusCode) ? { transient: true } : {}),
    },
    { cause: error },
  );
}

/** True for an error that says "too often", the only one after which also a write was surely not done. */
export const isThrottled = (error: unknown): boolean => throttling.test(errorCode(error));

function passes(code: string, systemCode: string, status = 0): boolean {
  return throttling.test(code) || network.test(code) || network.test(systemCode) || status >= 500;
}

/** A web page, a redirection, or what only a proxy says: named as what it is, with the page's own title. */
function foreign(error: unknown, action: string, status: number): SlipwayError {
  const said = (error as Error).message;
  const evidence = [`${action}: HTTP ${status}${said ? `, "${said}"` : ""}`];
  const quotes = said ? [said] : [];
  if (status === 407)
    return new SlipwayError(
      {
        code: "ProxyWantsPassword",
        summary: `A proxy asks for a name and a password before it lets ${action} through (HTTP 407).`,
        evidence,
        quotes,
        remedy: "Sign in to the proxy, or have this machine reach AWS without it.",
        actions: ["retry", "chooseConnection"],
      },
      { cause: error },
    );
  if ((status >= 400 && status < 500) || status === 501) return notAnswered(error, action, status);
  const isGateway = status >= 500 && status !== 511;
  return new SlipwayError(
    {
      code: "NotAnAwsAnswer",
      summary: isGateway
        ? `A proxy or gateway between this machine and AWS could not pass ${action} on (HTTP ${status}).`
        : `A web page answered ${action} in AWS's place (HTTP ${status}).`,
      evidence,
      quotes,
      remedy: isGateway
        ? "Try again in a moment; if it lasts, ask whoever runs that proxy, or have this machine reach AWS without it."
        : "Open a browser: a network's sign-in page (hotel, train, company) waits there. Otherwise check the endpoint " +
          "and the proxy.",
      actions: ["retry", "chooseConnection"],
      // A network that is signed in to, and a gateway, come back.
      transient: true,
    },
    { cause: error },
  );
}

/** What came was not in AWS's protocol: an emulator without this operation, or a proxy's or a sign-in page. */
function notAnswered(error: unknown, action: string, statusCode?: number): SlipwayError {
  const { $response, message } = error as { $response?: { statusCode?: number }; message?: string };
  const code = statusCode ?? $response?.statusCode;
  const status = code === undefined ? "" : ` (HTTP ${code})`;
  return new SlipwayError(
    {
      code: "NotAnAwsAnswer",
      summary: `The endpoint does not answer ${action} as AWS does${status}.`,
      evidence: [`${action}: ${(message ?? "").split("\n")[0] ?? ""}${status}`],
      remedy: "An AWS emulator may not have this operation; otherwise a proxy may have answered in AWS's place.",
      actions: ["showLog", "retry"],
    },
    { cause: error },
  );
}
