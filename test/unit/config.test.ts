import assert from "node:assert/strict";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import type { ApplicationConfig } from "../../src/core/app/schema";
import { applicationNameFrom, fittedName, nameProblem } from "../../src/core/base/names";
import { isSlipwayError } from "../../src/core/base/errors";

const complaint = (text: string): string => {
  try {
    parseConfig(text);
  } catch (error) {
    if (isSlipwayError(error)) return [error.summary, ...error.evidence].join("\n");
  }
  return "";
};

describe("slipway.json", () => {
  it("may have comments and trailing commas", () => {
    assert.deepEqual(parseConfig('{ // mine\n "applications": { "web": { "port": 80, }, } }'), {
      applications: { web: { port: 80 } },
    });
  });
  it("is refused with line and setting", () => {
    assert.match(
      complaint('{\n "applications": {\n  "web": { "port": "80" }\n }\n}'),
      /line 3, applications\.web\.port/,
    );
    assert.match(complaint('{ "applications": { "web": { "prot": 80 } } }'), /prot/);
    assert.match(complaint("{"), /line 1/);
  });
  it("takes CIDR blocks in EC2's form, and refuses what is none with line and setting", () => {
    const config = parseConfig(
      '{"applications":{"web":{"loadBalancer":{"allowFrom":["10.0.0.5/8"]},"environments":{"prod":{"network":{"allowFrom":["2001:DB8:0::/32"]}}}}}}',
    ).applications["web"];
    assert.deepEqual(config?.loadBalancer, { allowFrom: ["10.0.0.0/8"] });
    assert.deepEqual(config.environments?.["prod"]?.network?.allowFrom, ["2001:db8::/32"]);
    const refused = (block: string) =>
      complaint(`{"applications":{"web":{\n"network":{"allowFrom":["10.0.0.0/8",\n"${block}"]}}}}`);
    assert.match(refused("office"), /line 3, applications\.web\.network\.allowFrom\.1: "office" is no CIDR block/);
    assert.match(refused("203.0.113.9"), /"203\.0\.113\.9\/32" for it alone/);
    for (const block of ["1..2.3/8", "0x0a.0.0.0/8", "010.0.0.0/8", "10.0.0.0/33", " 10.0.0.0/8", "10.0.0.0/255.0.0.0"])
      assert.match(refused(block), /is no CIDR block/);
  });
  it("fills in defaults, and an environment overrides and is named apart", () => {
    const config = parseConfig(
      '{"applications":{"web":{"port":80,"desiredCount":1,"healthCheck":{"path":"/ok","matcher":"200"},"environments":{"prod":{"desiredCount":3,"healthCheck":{"path":"/up"}}}}}}',
    );
    const base = resolveApplication(config, "web", undefined);
    const prod = resolveApplication(config, "web", "prod");
    assert.deepEqual(
      [base.service, base.desiredCount, base.healthCheck.path, base.loadBalancer?.listenerPort],
      ["web", 1, "/ok", 80],
    );
    assert.deepEqual(
      [prod.service, prod.desiredCount, prod.healthCheck.path, prod.healthCheck.matcher],
      ["web-prod", 3, "/up", "200"],
    );
    assert.throws(() => resolveApplication(config, "web", "nope"), /no environment "nope"/);
  });
  it("makes a worker of an application without a port", () => {
    assert.equal(resolveApplication({ applications: { job: {} } }, "job", undefined).loadBalancer, undefined);
  });
  it("speaks HTTPS on 443 with a certificate, and sends port 80 there unless that is not wanted", () => {
    const of = (loadBalancer: object, environment?: string) => {
      const text = JSON.stringify({
        applications: {
          web: { port: 80, loadBalancer, environments: { dev: { loadBalancer: { certificate: false } } } },
        },
      });
      const {
        name: _name,
        allowFrom: _all,
        ...rest
      } = resolveApplication(parseConfig(text), "web", environment).loadBalancer ?? {};
      return rest as object;
    };
    const domain = "shop.example.com";
    const secure = { listenerPort: 443, internal: false, domain, certificate: "request", redirectHttp: true };
    assert.deepEqual(of({ certificate: "request", domain }), secure);
    assert.deepEqual(of({ certificate: "request", domain, redirectHttp: false, listenerPort: 8443 }), {
      ...secure,
      listenerPort: 8443,
      redirectHttp: false,
    });
    assert.deepEqual(of({ domain }), { listenerPort: 80, internal: false, domain });
    assert.deepEqual(of({ certificate: "request", domain }, "dev"), { listenerPort: 80, internal: false, domain });
  });
  it("says which members of the way in do not go together", () => {
    const arn = "arn:aws:acm:us-east-1:123456789012:certificate/0f0e0d0c-1111-2222-3333-444455556666";
    const domain = "shop.example.com";
    const refused = (loadBalancer: ApplicationConfig["loadBalancer"], words: RegExp) =>
      assert.throws(
        () => resolveApplication({ applications: { web: { port: 80, loadBalancer } } }, "web", undefined),
        (error) => isSlipwayError(error) && error.code === "InvalidConfig" && words.test(error.summary),
      );
    refused({ certificate: "request" }, /certificate needs loadBalancer\.domain/);
    refused({ certificate: arn }, /certificate needs loadBalancer\.domain/);
    refused({ certificate: arn, domain, listenerPort: 80 }, /listenerPort 80 speaks HTTP/);
    refused({ domain, redirectHttp: true }, /redirectHttp needs loadBalancer\.certificate/);
    refused({ domain, hostHeader: "*.example.org" }, /is no host that loadBalancer\.hostHeader/);
    for (const certificate of ["requested", arn.replace(":acm:", ":iam:")])
      assert.match(
        complaint(JSON.stringify({ applications: { web: { loadBalancer: { certificate } } } })),
        /certificate/,
      );
    for (const name of ["Shop.example.com", "*.example.com", "shop", "https://shop.example.com", "-a.example.com"])
      assert.match(complaint(JSON.stringify({ applications: { web: { loadBalancer: { domain: name } } } })), /domain/);
  });
  it("says which name AWS would refuse", () => {
    assert.throws(
      () => resolveApplication({ applications: { web: { port: 80, repository: "Web" } } }, "web", undefined),
      /"Web" cannot be used for the repository/,
    );
  });
});

describe("names", () => {
  it("come out of folders' names", () => {
    assert.equal(applicationNameFrom("My App_2"), "my-app-2");
    assert.equal(applicationNameFrom("Größe"), "gro-e");
    assert.equal(applicationNameFrom("***"), "app");
  });
  it("fit AWS's limits and stay different when shortened", () => {
    const [one, other] = [fittedName("a".repeat(40) + "1", "", 32), fittedName("a".repeat(40) + "2", "", 32)];
    assert.ok(one.length <= 32 && one !== other);
    assert.equal(nameProblem("loadBalancer", one), undefined);
    assert.match(nameProblem("loadBalancer", "internal-x") ?? "", /internal-/);
  });
});
