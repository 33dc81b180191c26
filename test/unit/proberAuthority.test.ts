/** Which authorities a probe trusts: a sandbox's own one for the names that it serves, and for no other. */
import assert from "node:assert/strict";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { prober } from "../../src/machine/prober";
import { Authority } from "../../src/sandbox/acm/authority";

const signal = new AbortController().signal;

describe("a probe's authorities", () => {
  const authority = new Authority();
  const issued = authority.issue(["app.elb.localhost", "localhost"], "EC_prime256v1");
  const ended = authority.issue(["app.elb.localhost"], "EC_prime256v1", new Date(Date.now() - 1000));
  let server: https.Server;
  let port: number;
  before(async () => {
    server = https.createServer({ cert: issued.certificate, key: issued.key }, (_request, response) =>
      response.end("ok"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());
  const mapping = () => ({ suffix: ".elb.localhost", host: "127.0.0.1", port });

  it("trusts the sandbox's for a name that is mapped to it", async () => {
    const asks = prober(mapping(), authority.certificate);
    assert.equal((await asks.get("https://app.elb.localhost/", signal)).status, 200);
    const certificate = await asks.certificate("app.elb.localhost", 443, Date.now(), signal);
    assert.deepEqual([certificate.error, certificate.names], [undefined, ["app.elb.localhost", "localhost"]]);
  });

  it("asks a mapped name through TLS where its port is that of HTTPS", async () => {
    const asks = prober(mapping(), authority.certificate);
    assert.equal(asks.urlFor("app.elb.localhost", 443), `https://app.elb.localhost:${port}/`);
    assert.equal(asks.urlFor("app.elb.localhost", 80), `http://app.elb.localhost:${port}/`);
    assert.equal(asks.urlFor("app.example.com", 443), "https://app.example.com/");
    assert.equal((await asks.get(asks.urlFor("app.elb.localhost", 443), signal)).status, 200);
  });

  it("asks a load balancer for a name that DNS does not lead to it, and judges the certificate by that name", async () => {
    const asks = prober(mapping(), authority.certificate);
    const through = "balancer.elb.localhost";
    assert.equal((await asks.get("https://localhost/", signal, through)).status, 200);
    assert.match((await asks.get("https://x.example.com/", signal, through)).error ?? "", /altnames|does not match/);
    assert.equal((await asks.certificate("localhost", 443, Date.now(), signal, through)).error, undefined);
    assert.match((await asks.certificate("x.example.com", 443, Date.now(), signal, through)).error ?? "", /altnames/);
    assert.equal(asks.urlFor("app.example.com", 8443, true), "https://app.example.com:8443/");
  });

  it("says so where the name is not the certificate's, or its time is over", async () => {
    const asks = prober(mapping(), authority.certificate);
    assert.match((await asks.get("https://other.elb.localhost/", signal)).error ?? "", /altnames|does not match/);
    server.setSecureContext({ cert: ended.certificate, key: ended.key });
    assert.match((await asks.get("https://app.elb.localhost/", signal)).error ?? "", /expired/);
    server.setSecureContext({ cert: issued.certificate, key: issued.key });
  });

  it("does not trust it for other names, nor where none is given", async () => {
    const direct = await prober(mapping(), authority.certificate).get(`https://localhost:${port}/`, signal);
    assert.match(direct.error ?? "", /unable to|self-signed/);
    assert.match(
      (await prober(mapping()).get("https://app.elb.localhost/", signal)).error ?? "",
      /unable to|self-signed/,
    );
  });
});
