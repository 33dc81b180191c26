import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { checklistJunit, checklistText } from "../../src/cli/verify";
import { checklist, type CheckResult } from "../../src/core/service/checks/checklist";
import { known, valueOf, type ServiceSnapshot } from "../../src/core/service/snapshot/serviceSnapshot";
import { prober } from "../../src/machine/prober";
import { certificate, privateKey } from "./support/certificate";
import { healthy, now, runningTask } from "./diagnose/base";

const states = (checks: readonly CheckResult[]): Record<string, string> =>
  Object.fromEntries(
    checks
      .filter(({ state }) => state !== "passed")
      .map((check) => [check.id, check.state === "blocked" ? `blocked by ${check.blockedBy ?? ""}` : check.state]),
  );
const spoilt = (spoil: (snapshot: ServiceSnapshot) => void): readonly CheckResult[] => {
  const snapshot = healthy();
  snapshot.logs[0] = {
    ...(snapshot.logs[0] as ServiceSnapshot["logs"][number]),
    events: known([{ at: now, message: "listening", stream: "s" }]),
  };
  spoil(snapshot);
  return checklist(snapshot);
};

describe("the checklist of a situation", () => {
  it("leaves out what there is not, and passes the rest", () =>
    assert.deepEqual(states(spoilt(() => undefined)), { secrets: "leftOut", certificate: "leftOut" }));

  it("finds nothing wrong with what was stopped on purpose, and much with what only has no task", () => {
    const asleep = (tags: Record<string, string>) =>
      spoilt((snapshot) => {
        const service = valueOf(snapshot.service);
        if (!service) throw new Error("no service");
        Object.assign(service, { desired: 0, running: 0, pending: 0, tags });
        snapshot.expected = { desiredCount: 2 } as NonNullable<ServiceSnapshot["expected"]>;
        snapshot.tasks = known([]);
        for (const group of valueOf(snapshot.targetGroups) ?? []) group.health = known([]);
        snapshot.url = { url: "http://x/", status: 503, milliseconds: 3, start: "" };
      }).filter(({ state, id }) => state === "failed" && id !== "taskDefinition");
    assert.deepEqual(asleep({ "slipway:stopped": "desired=2" }), []);
    assert.ok(asleep({}).some(({ id }) => id === "service"));
  });

  it("takes nothing for good that could not be read, nor for bad what may only not be seen", () => {
    const denied = { known: false as const, why: "you may not", code: "AccessDeniedException" };
    const checks = spoilt((snapshot) => Object.assign(snapshot, { securityGroups: denied, executionRole: denied }));
    assert.deepEqual(states(checks), {
      securityGroups: "failed",
      executionRole: "leftOut",
      route: "leftOut",
      secrets: "leftOut",
      certificate: "leftOut",
    });
    assert.match(checks[0]?.evidence ?? "", /could not be looked at: you may not/);
  });

  it("names a cause and not its consequence where ECS stops one task after the other", () => {
    const checks = spoilt((snapshot) => {
      const service = valueOf(snapshot.service);
      if (!service) throw new Error("no service");
      service.running = 0;
      service.events.unshift({
        id: "e",
        at: now,
        message:
          "(service quay) (port 8080) is unhealthy in (target-group x) due to (reason Health checks failed with " +
          "these codes: [404]).",
      });
      snapshot.tasks = known([
        { ...runningTask(), lastStatus: "STOPPED", stoppedReason: "Task failed ELB health checks in (target-group x)" },
      ]);
      for (const group of valueOf(snapshot.targetGroups) ?? []) group.health = known([]);
      snapshot.url = { url: "http://x/", status: 503, milliseconds: 3, start: "" };
      snapshot.logs.forEach((log) => (log.events = known([])));
    });
    assert.equal(checks[0]?.id, "healthPath");
    assert.deepEqual(states(checks), {
      healthPath: "failed",
      service: "blocked by healthPath",
      targets: "blocked by healthPath",
      url: "blocked by healthPath",
      logs: "blocked by healthPath",
      secrets: "leftOut",
      certificate: "leftOut",
    });
  });

  it("lets two that failed by themselves both stand, the earlier in a task's life first", () => {
    const checks = spoilt((snapshot) => {
      snapshot.executionRole = known(undefined);
      snapshot.url = { url: "http://x/", status: 500, milliseconds: 3, start: "" };
    });
    assert.deepEqual(
      checks.slice(0, 2).map(({ id, state }) => [id, state]),
      [
        ["executionRole", "failed"],
        ["url", "failed"],
      ],
    );
  });

  it("is told as text, and as JUnit that is XML whatever the evidence holds", () => {
    const checks = spoilt(
      (snapshot) => (snapshot.url = { url: "http://x/", error: "<&\"'\u0001>", milliseconds: 3, start: "" }),
    );
    assert.match(
      checklistText(checks).join("\n"),
      /FAIL +The application answers.*\n[^]*1 failed, 13 passed, 2 left out\.$/,
    );
    const junit = checklistJunit("quay", checks);
    assert.match(junit, /failures="1" errors="0" skipped="2"/);
    assert.match(junit, /&lt;&amp;&quot;&apos;\ufffd&gt;/);
  });

  it("fails a certificate that is wrong or about to end", () => {
    const day = 86_400_000;
    const withCertificate = (certificate: object) =>
      spoilt(
        (snapshot) =>
          (snapshot.url = {
            url: "https://x/",
            status: 200,
            milliseconds: 3,
            start: "",
            certificate: { names: ["x"], ...certificate },
          }),
      ).find(({ id }) => id === "certificate");
    assert.equal(withCertificate({ validTo: now + 90 * day })?.state, "passed");
    assert.match(withCertificate({ validTo: now + 5 * day })?.evidence ?? "", /ends in 5 days/);
    assert.match(withCertificate({ error: "it ended on 2020-01-01" })?.evidence ?? "", /ended/);
  });

  it("fails where a certificate is stated and the port speaks HTTP", () => {
    const stating = (listenerPort: number) =>
      spoilt((snapshot) => {
        const loadBalancer = { name: "quay", listenerPort, internal: false, allowFrom: [], certificate: "request" };
        snapshot.expected = { desiredCount: 1, loadBalancer } as unknown as NonNullable<ServiceSnapshot["expected"]>;
      }).find(({ id }) => id === "certificate");
    assert.match(stating(80)?.evidence ?? "", /port 80 speaks HTTP/);
    assert.equal(stating(443)?.state, "leftOut");
  });
});

describe("a look at a TLS listener", () => {
  const signal = new AbortController().signal;
  let server: tls.Server;
  let port = 0;
  const look = (host: string, at = Date.now(), to = port) =>
    prober({ suffix: ".example", host: "127.0.0.1", port: to }).certificate(host, to, at, signal);
  before(async () => {
    server = tls.createServer({ cert: certificate, key: privateKey }, (socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  it("says for which names it is, until when, and that nobody vouches for it", async () => {
    const found = await look("quay.example");
    assert.deepEqual(found.names, ["quay.example", "www.quay.example"]);
    assert.ok((found.validTo ?? 0) > Date.now());
    assert.match(found.error ?? "", /SELF_SIGNED/);
  });

  it("says that it is for another name, and that it has ended", async () => {
    assert.match((await look("other.example")).error ?? "", /other.example/);
    assert.match((await look("quay.example", Date.parse("2200-01-01"))).error ?? "", /^it ended on 2126-/);
  });

  it("says that nothing answers", async () => {
    const closed = tls.createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port: gone } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    assert.match((await look("quay.example", Date.now(), gone)).error ?? "", /ECONNREFUSED/);
  });
});
