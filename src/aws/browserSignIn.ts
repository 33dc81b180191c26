/**
 * Sign-in in the browser: OAuth's authorization code with PKCE, whose answer comes to a port of this machine's
 * loopback.
 * Sources: RFC 7636 and RFC 8252; the SSO OIDC API reference (RegisterClient, CreateToken).
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTokenCommand, RegisterClientCommand, type SSOOIDCClient } from "@aws-sdk/client-sso-oidc";
import { cancelled, SlipwayError } from "../core/base/errors";
import { within } from "../core/base/within";
import type { Clock } from "../core/ports/machine";
import { signInExpired, signInToken, type SsoSettings, type StoredToken } from "./ssoToken";

/** Where the answer goes. AWS compares it without the port: one is free here, another one there. */
const callbackPath = "/oauth/callback";
const loopback = "127.0.0.1";
/** So long the page may stay open. */
const patienceMs = 10 * 60_000;

const page = (text: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Slipway</title></head><body><p>${text}</p></body></html>`;

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'",
    connection: "close",
  });
  response.end(page(text));
}

const same = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** A server on the loopback interface that waits for one answer with this state. */
class Callback {
  readonly code: Promise<string>;
  private readonly server: Server;
  private resolve: (code: string) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;

  constructor(private readonly state: string) {
    this.code = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever gives up earlier waits for it no more.
    this.code.catch(() => undefined);
    this.server = createServer((request, response) => this.take(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => this.server.once("error", reject).listen(0, loopback, resolve));
    return `http://${loopback}:${(this.server.address() as AddressInfo).port}${callbackPath}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    const { port } = this.server.address() as AddressInfo;
    const url = new URL(request.url ?? "/", `http://${loopback}:${port}`);
    // A name that somebody lets point here is not this address, and a page that is open elsewhere does not know the
    // state.
    const isOurs =
      request.headers.host === `${loopback}:${port}` && request.method === "GET" && url.pathname === callbackPath;
    if (!isOurs || !same(url.searchParams.get("state") ?? "", this.state)) {
      answer(response, 404, "There is nothing here.");
      return;
    }
    const code = url.searchParams.get("code");
    if (code !== null) {
      answer(response, 200, "You are signed in. Close this page and go on in the editor.");
      this.resolve(code);
      return;
    }
    answer(response, 200, "You are not signed in. Close this page; the editor says why.");
    this.reject(
      new SlipwayError({
        code: "SignInRefused",
        summary: "AWS did not sign you in.",
        evidence: [url.searchParams.get("error_description") ?? url.searchParams.get("error") ?? "no reason given"],
        remedy: "Sign in again, and allow what the page asks for.",
        actions: ["signIn"],
      }),
    );
  }
}

const oidcHost = (region: string): string =>
  `https://oidc.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;

/**
 * Signs in by the person's browser.
 * @param open shows a page; false where the person does not want to
 * @param endpoint of the SSO OIDC service, where it is another than AWS's
 * @returns the token; undefined where this machine cannot take the answer, and a device code is the way
 */
export async function tokenByBrowser(
  client: SSOOIDCClient,
  settings: SsoSettings,
  open: (url: string) => Promise<boolean>,
  clock: Clock,
  signal: AbortSignal,
  endpoint?: string,
): Promise<StoredToken | undefined> {
  const random = (): string => randomBytes(32).toString("base64url");
  const [state, codeVerifier] = [random(), random()];
  const callback = new Callback(state);
  let redirectUri: string;
  try {
    redirectUri = await callback.listen();
  } catch {
    return undefined;
  }
  try {
    const registered = await client.send(
      new RegisterClientCommand({
        clientName: "slipway",
        clientType: "public",
        scopes: settings.scopes,
        grantTypes: ["authorization_code", "refresh_token"],
        redirectUris: [`http://${loopback}${callbackPath}`],
        issuerUrl: settings.startUrl,
      }),
      { abortSignal: signal },
    );
    const { clientId = "", clientSecret } = registered;
    const authorize = new URL(`${endpoint ?? oidcHost(settings.region)}/authorize`);
    authorize.search = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge_method: "S256",
      code_challenge: createHash("sha256").update(codeVerifier).digest("base64url"),
      scopes: settings.scopes.join(","),
    }).toString();
    if (!(await open(authorize.href))) throw cancelled();
    const code = await within(clock, patienceMs, signal, callback.code);
    if (code === undefined) throw signInExpired();
    const token = await client.send(
      new CreateTokenCommand({
        clientId,
        clientSecret,
        grantType: "authorization_code",
        code,
        codeVerifier,
        redirectUri,
      }),
      { abortSignal: signal },
    );
    return signInToken(settings, registered, token, clock);
  } finally {
    callback.close();
  }
}
