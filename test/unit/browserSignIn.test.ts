/** Signing in by the browser, against a stand-in of AWS's SSO OIDC service on the loopback interface. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request as ask, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { signIn } from "../../src/aws/signIn";
import type { SignInPrompts } from "../../src/core/base/connection";
import { errorCode } from "../../src/core/base/errors";
import { systemClock } from "../../src/machine/clock";

interface TokenRequest {
  readonly grantType: string;
  readonly code?: string;
  readonly codeVerifier?: string;
  readonly redirectUri?: string;
  readonly deviceCode?: string;
}

describe("signing in by the browser", () => {
  const homeBefore = process.env["HOME"];
  let home = "";
  let oidc: Server;
  let endpoint = "";
  let registered: { redirectUris?: string[]; grantTypes?: string[]; issuerUrl?: string } = {};
  let asked: TokenRequest[] = [];

  before(async () => {
    oidc = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString()));
      request.on("end", () => {
        const input = JSON.parse(body || "{}") as object;
        const reply = (value: object) => {
          response.writeHead(200, { "content-type": "application/json" });
          response.end(JSON.stringify(value));
        };
        if (request.url === "/client/register") {
          registered = input;
          return reply({ clientId: "client", clientSecret: "client-secret", clientSecretExpiresAt: 2_000_000_000 });
        }
        if (request.url === "/device_authorization")
          return reply({
            deviceCode: "device",
            userCode: "ABCD",
            verificationUri: "https://d",
            interval: 1,
            expiresIn: 60,
          });
        asked.push(input as TokenRequest);
        return reply({ accessToken: "access", expiresIn: 3600, refreshToken: "refresh", tokenType: "Bearer" });
      });
    });
    await new Promise<void>((resolve) => oidc.listen(0, "127.0.0.1", resolve));
    endpoint = `http://127.0.0.1:${(oidc.address() as AddressInfo).port}`;
  });
  after(() => oidc.close());
  beforeEach(() => {
    asked = [];
    home = mkdtempSync(path.join(os.tmpdir(), "slipway-home-"));
    mkdirSync(path.join(home, ".aws"));
    writeFileSync(
      path.join(home, ".aws", "config"),
      "[profile team]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = dev\n" +
        "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n",
    );
    process.env["HOME"] = home;
  });
  afterEach(() => {
    if (homeBefore === undefined) delete process.env["HOME"];
    else process.env["HOME"] = homeBefore;
    rmSync(home, { recursive: true, force: true });
  });

  const cache = () => path.join(home, ".aws", "sso", "cache");
  /** A GET with a Host of its own; the status. */
  const get = (url: URL, host = url.host) =>
    new Promise<number>((resolve, reject) =>
      ask(url, { headers: { host } }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      })
        .on("error", reject)
        .end(),
    );
  const run = (prompts: Partial<SignInPrompts>, signal = new AbortController().signal) =>
    signIn(
      "team",
      { mfaCode: () => Promise.resolve(undefined), deviceCode: () => Promise.resolve(true), ...prompts },
      systemClock,
      signal,
      endpoint,
    );
  /** What a browser does with the page once the person has said yes: it goes where the page sends it. */
  const callbackOf = (page: string, answer: Record<string, string>): URL => {
    const asks = new URL(page).searchParams;
    const callback = new URL(asks.get("redirect_uri") ?? "");
    for (const [name, value] of Object.entries({ state: asks.get("state") ?? "", ...answer }))
      callback.searchParams.set(name, value);
    return callback;
  };

  it("proves with the verifier that the code is its own, and leaves the token for the SDK and the AWS CLI", async () => {
    let page = new URL("http://none");
    await run({
      browser: async (url) => {
        page = new URL(url);
        assert.equal(await get(callbackOf(url, { code: "the-code" })), 200);
        return true;
      },
    });
    assert.deepEqual(registered.redirectUris, ["http://127.0.0.1/oauth/callback"]);
    assert.deepEqual(registered.grantTypes, ["authorization_code", "refresh_token"]);
    const [token] = asked;
    assert.deepEqual([token?.grantType, token?.code], ["authorization_code", "the-code"]);
    assert.equal(token?.redirectUri, page.searchParams.get("redirect_uri"));
    assert.equal(
      createHash("sha256")
        .update(token?.codeVerifier ?? "")
        .digest("base64url"),
      page.searchParams.get("code_challenge"),
    );
    const [file = ""] = readdirSync(cache());
    assert.equal(file, `${createHash("sha1").update("corp").digest("hex")}.json`);
    assert.equal(statSync(path.join(cache(), file)).mode & 0o777, 0o600);
    const stored = JSON.parse(readFileSync(path.join(cache(), file), "utf8")) as Record<string, unknown>;
    assert.deepEqual([stored["accessToken"], stored["refreshToken"]], ["access", "refresh"]);
  });

  it("takes no answer with another state, under another name or at another path, and goes on waiting", async () => {
    await run({
      browser: async (url) => {
        const good = callbackOf(url, { code: "the-code" });
        assert.equal(await get(callbackOf(url, { code: "stolen", state: "guess" })), 404);
        assert.equal(await get(good, "attacker.example"), 404);
        assert.equal(await get(new URL(good.href.replace("/oauth/callback", "/other"))), 404);
        assert.equal(await get(good), 200);
        return true;
      },
    });
    assert.deepEqual(
      asked.map(({ code }) => code),
      ["the-code"],
    );
  });

  it("says what AWS said where the person refused, and ends with the signal", async () => {
    await assert.rejects(
      run({ browser: async (url) => (await get(callbackOf(url, { error: "access_denied" }))) === 200 }),
      (error) => errorCode(error) === "SignInRefused",
    );
    const stop = new AbortController();
    await assert.rejects(
      run(
        {
          browser: () => {
            setTimeout(() => stop.abort(), 20);
            return Promise.resolve(true);
          },
        },
        stop.signal,
      ),
      (error) => errorCode(error) === "Cancelled",
    );
    assert.deepEqual(asked, []);
  });

  it("is by a device code where the browser is on another machine", async () => {
    await run({});
    assert.deepEqual(
      asked.map(({ deviceCode }) => deviceCode),
      ["device"],
    );
  });
});
