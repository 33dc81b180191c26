/** An endpoint that is down for a while, throttles, or is not AWS at all: waited out, said, and named as what it is. */
import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { cloudOf } from "../../src/aws/cloud";
import { translate } from "../../src/aws/errors";
import { Patience } from "../../src/aws/patience";
import { Session } from "../../src/aws/session";
import { errorCode, SlipwayError } from "../../src/core/base/errors";
import { poll, untilSeen } from "../../src/core/deploy/step";
import type { Clock } from "../../src/core/ports/machine";

/** A machine whose wall clock can be set; what lasts goes on all the same, a thousand times as fast. */
class SetClock implements Clock {
  wall = Date.UTC(2026, 10, 30);
  passed = 0;
  now = () => this.wall + this.passed;
  elapsed = () => this.passed;
  sleep(milliseconds: number): Promise<void> {
    this.passed += milliseconds;
    return new Promise((resolve) => setImmediate(resolve));
  }
}

const html = "<html><head><title>Grand Hotel Wi-Fi\n sign-in</title></head></html>";
const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;

describe("an endpoint that does not answer as AWS does", () => {
  let server: http.Server;
  let answer: (response: http.ServerResponse) => void;
  const clock = new SetClock();
  const sessions: Session[] = [];
  before(async () => {
    server = http.createServer((request, response) => {
      request.resume();
      request.on("end", () => answer(response));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    for (const session of sessions) session.close();
    server.close();
  });
  const session = (port = (server.address() as AddressInfo).port) => {
    const made = new Session(
      {
        region: "us-east-1",
        credentials: () => Promise.resolve({ accessKeyId: "A", secretAccessKey: "s" }),
        endpoint: `http://127.0.0.1:${port}`,
        client: { maxAttempts: 1 } as never,
      },
      clock,
    );
    sessions.push(made);
    return made;
  };
  const reply = (status: number, body: string, type: string, more: http.OutgoingHttpHeaders = {}) => {
    answer = (response) => void response.writeHead(status, { "content-type": type, ...more }).end(body);
  };
  const failure = async (patience?: Patience): Promise<SlipwayError> => {
    try {
      await cloudOf(session(), undefined, patience).identity();
    } catch (error) {
      return error as SlipwayError;
    }
    throw new Error("it answered");
  };

  const pages: readonly [number, string, RegExp, http.OutgoingHttpHeaders?][] = [
    [200, "NotAnAwsAnswer", /^A web page answered GetCallerIdentity in AWS's place \(HTTP 200\)/],
    [302, "NotAnAwsAnswer", /^A web page answered/, { location: "http://login.example/" }],
    [511, "NotAnAwsAnswer", /^A web page answered/],
    [502, "NotAnAwsAnswer", /^A proxy or gateway between this machine and AWS could not pass/],
    [503, "NotAnAwsAnswer", /^A proxy or gateway/],
    [407, "ProxyWantsPassword", /^A proxy asks for a name and a password/],
    [404, "NotAnAwsAnswer", /^The endpoint does not answer GetCallerIdentity as AWS does \(HTTP 404\)/],
  ];
  for (const [status, code, summary, headers] of pages)
    it(`names a web page of HTTP ${status} as what it is`, async () => {
      reply(status, html, "text/html; charset=utf-8", headers);
      const error = await failure();
      assert.deepEqual([error.code, summary.test(error.summary)], [code, true], error.summary);
      assert.match(error.evidence.join(), /Grand Hotel Wi-Fi sign-in|HTTP/);
      assert.doesNotMatch(`${error.summary} ${error.remedy}`, /AWS refused/);
    });

  it("waits out a gateway's page, throttling and failures, and says so once each way", async () => {
    const answers: [number, string, string][] = [
      [502, html, "text/html"],
      [400, "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>", "text/xml"],
      [500, "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>", "text/xml"],
      [200, html, "text/html"],
      [200, identity, "text/xml"],
    ];
    answer = (response) => {
      const [status, body, type] = answers.shift() ?? [200, identity, "text/xml"];
      response.writeHead(status, { "content-type": type }).end(body);
    };
    const told: (string | undefined)[] = [];
    const patience = new Patience();
    patience.tell((report) => told.push(report?.code));
    const found = await cloudOf(session(), undefined, patience).identity();
    assert.equal(found.account, "111122223333");
    assert.deepEqual(told, ["InternalFailure", undefined]);
  });

  it("waits out an endpoint that refuses every connection for half a minute, and gives up after two", async () => {
    const closed = http.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const began = clock.elapsed();
    const patience = new Patience();
    await assert.rejects(
      cloudOf(session(port), undefined, patience).identity(),
      (error) => errorCode(error) === "Unreachable",
    );
    const waited = clock.elapsed() - began;
    assert.ok(waited > 60_000 && waited <= 120_000, String(waited));
    const known: [string, boolean][] = [];
    for (const code of ["ENOTFOUND", "EAI_AGAIN", "ECONNRESET", "ENETUNREACH", "EPIPE", "ETIMEDOUT"]) {
      const error = translate(Object.assign(new Error(code), { code }), "ListClusters (ecs)") as SlipwayError;
      known.push([error.code, error.transient === true]);
    }
    assert.deepEqual(known, Array(6).fill(["Unreachable", true]));
  });

  it("names a certificate that is not AWS's", () => {
    for (const code of ["SELF_SIGNED_CERT_IN_CHAIN", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED", "EPROTO"]) {
      const error = translate(Object.assign(new Error(code), { code }), "ListClusters (ecs)") as SlipwayError;
      assert.deepEqual([error.code, error.transient], ["UntrustedCertificate", undefined]);
    }
  });

  it("gives turns at its rate although the wall clock is set back an hour", async () => {
    reply(200, identity, "text/xml");
    const one = session();
    const cloud = () => cloudOf(one, undefined, new Patience());
    for (let n = 0; n < 200; n++) {
      if (n === 60) clock.wall -= 3_600_000;
      one.identity = undefined;
      await cloud().identity();
    }
    assert.ok(clock.elapsed() < 400_000, String(clock.elapsed()));
  });

  it("ends its waits in their time although the wall clock is set back an hour", async () => {
    const context = { clock, signal: new AbortController().signal, pollMilliseconds: 1000 };
    const began = clock.elapsed();
    let looks = 0;
    const none = await poll(context, 60_000, () => {
      if (++looks === 5) clock.wall -= 3_600_000;
      return Promise.resolve(undefined);
    });
    assert.equal(none, undefined);
    assert.ok(looks < 70, String(looks));
    const notYet = new SlipwayError({ code: "ClusterNotFoundException", summary: "" });
    await assert.rejects(
      untilSeen(context, () => {
        clock.wall -= 60_000;
        return Promise.reject(notYet);
      }),
    );
    assert.ok(clock.elapsed() - began < 200_000);
  });
});
