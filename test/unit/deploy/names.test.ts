/** Certificates, records and names: what covers what, what is refused before the first write, and what is never touched. */
import assert from "node:assert/strict";
import { SlipwayError } from "../../../src/core/base/errors";
import type { ApplicationConfig } from "../../../src/core/app/schema";
import type { TimelessEvent } from "../../../src/core/deploy/events";
import { certificatesFor } from "../../../src/core/deploy/certificateChoices";
import { removeCertificate, removeRecord } from "../../../src/core/deploy/nameActions";
import { proofTag } from "../../../src/core/deploy/names";
import { noNames } from "../../../src/core/deploy/namesState";
import type { ObservedState } from "../../../src/core/deploy/observedState";
import { plannedFrom } from "../../../src/core/deploy/prepare";
import { preflight } from "../../../src/core/deploy/preflight/preflight";
import { certificate as certificateStep, certificateIssued } from "../../../src/core/deploy/steps/certificate";
import { redirect } from "../../../src/core/deploy/steps/redirect";
import type { RunContext } from "../../../src/core/deploy/step";
import type { Certificate, Cloud, RecordSet } from "../../../src/core/ports/cloud";
import { consentReasonText } from "../../../src/core/render/decisions";
import { planSummary } from "../../../src/core/render/plan";
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { allThere, certificateArn, certificateOf, inputOf, proof, zone } from "./observed";
import { https } from "./nameCases";

const domain = "shop.example.com";
const day = 86_400_000;
const denied = { known: false as const, why: "you may not", code: "AccessDeniedException" };

describe("certificates to choose from", () => {
  it("are those that a load balancer can show for the host, the one that is good the longest first", async () => {
    const of = (arn: string, names: string[], more: Partial<Certificate> = {}) => ({
      ...certificateOf(inputOf(https), { arn, names, ...more }),
    });
    const issued = [
      of("soon", [domain], { notAfter: 10 * day }),
      of("ended", [domain], { notAfter: -1 }),
      of("other", ["app.example.com"]),
      of("weak", [domain], { keyAlgorithm: "RSA_1024" }),
      of("wildcard", ["example.com", "*.example.com"], { notAfter: 300 * day }),
    ];
    const found = await certificatesFor({ issued: () => Promise.resolve(issued) }, domain, 0);
    assert.deepEqual(
      found.map(({ arn }) => arn),
      ["wildcard", "soon"],
    );
  });
});

describe("before the first write, of certificate and name", () => {
  const chosen: ApplicationConfig = { loadBalancer: { certificate: certificateArn, domain } };
  const problems = (config: ApplicationConfig, change: (s: ObservedState) => void = () => undefined): string[] => {
    const input = inputOf(config);
    const state = allThere(input);
    change(state);
    return preflight(input, state, {})
      .filter(({ code }) => /Certificate|Record|Zone|Proof|ListenerSpeaks/.test(code))
      .map(({ severity, code }) => `${severity} ${code}`);
  };
  const having = (more: Partial<Certificate>) => (s: ObservedState) => {
    s.names = { ...s.names, certificates: [certificateOf(inputOf(chosen), more)] };
  };
  const names = (more: Partial<ObservedState["names"]>) => (s: ObservedState) => {
    s.names = { ...s.names, ...more };
  };

  it("says nothing where all is well", () => {
    for (const config of [{}, https, chosen]) assert.deepEqual(problems(config), []);
    assert.deepEqual(problems(chosen, having({ names: ["*.example.com", "example.com"] })), []);
  });
  const refused: readonly [what: string, more: Partial<Certificate>, code: string][] = [
    ["is pending", { status: "PENDING_VALIDATION" }, "stop CertificatePending"],
    ["failed", { status: "FAILED", failure: "CAA_ERROR" }, "stop CertificateUnusable"],
    ["timed out", { status: "VALIDATION_TIMED_OUT" }, "stop CertificateUnusable"],
    ["was revoked", { status: "REVOKED" }, "stop CertificateUnusable"],
    ["has ended", { status: "EXPIRED" }, "stop CertificateExpired"],
    ["has ended, and ACM has not noticed", { notAfter: -1 }, "stop CertificateExpired"],
    ["is of another host", { names: ["app.example.com"] }, "stop CertificateOfOtherHost"],
    ["is a wildcard below the host", { names: ["*.shop.example.com"] }, "stop CertificateOfOtherHost"],
    ["is a wildcard two labels above", { names: ["*.com"] }, "stop CertificateOfOtherHost"],
    ["has a key that is too short", { keyAlgorithm: "RSA_1024" }, "stop CertificateKey"],
    ["ends soon", { notAfter: 5 * day }, "warn CertificateEndsSoon"],
  ];
  for (const [what, more, code] of refused)
    it(`tells of a stated one that ${what}`, () => assert.deepEqual(problems(chosen, having(more)), [code]));
  it("tells of one that is not there, or of another region or account", () => {
    assert.deepEqual(problems(chosen, names({ certificates: [] })), ["stop CertificateMissing"]);
    for (const arn of [
      certificateArn.replace("us-east-1", "eu-west-1"),
      certificateArn.replace("123456789012", "210987654321"),
    ])
      assert.deepEqual(problems({ loadBalancer: { certificate: arn, domain } }), ["stop CertificateElsewhere"]);
  });
  it("tells of a zone that is not there, cannot be read, or is there twice", () => {
    const pending = { certificates: [certificateOf(inputOf(https), { status: "PENDING_VALIDATION" })] };
    const byHand = ["warn ZoneMissing", "warn RecordByHand"];
    assert.deepEqual(problems(https, names({ ...pending, zones: known([]), records: [] })), byHand);
    assert.deepEqual(problems(https, names({ ...pending, zones: denied, records: [] })), byHand);
    assert.deepEqual(problems(https, names({ ...pending, zones: known([zone, zone]), records: [] })), byHand);
    assert.deepEqual(problems(https, names({ zones: known([]), records: [] })), ["warn RecordByHand"]);
  });
  it("tells of records that others made", () => {
    const theirs: RecordSet = { name: domain, type: "A", values: ["192.0.2.1"] };
    assert.deepEqual(problems(https, names({ records: [theirs] })), ["warn RecordTaken"]);
    const other: RecordSet = { name: proof.name, type: "CNAME", values: ["elsewhere.example.org."] };
    const pending = {
      certificates: [certificateOf(inputOf(https), { status: "PENDING_VALIDATION" })],
      proofs: [other],
    };
    assert.deepEqual(problems(https, names(pending)), ["stop ProofTaken"]);
  });
  it("holds the certificates of another's listener against the host of the rule", () => {
    const shared: ApplicationConfig = { loadBalancer: { name: "shared", listenerPort: 443, hostHeader: domain } };
    const foreign =
      (more: Partial<ObservedState["names"]>, protocol = "HTTPS") =>
      (s: ObservedState) => {
        s.listener = { ...(s.listener as NonNullable<typeof s.listener>), protocol, forwards: [], tags: {} };
        s.names = { ...noNames, ...more };
      };
    const good = certificateOf(inputOf(https), { names: ["*.example.com"], tags: {} });
    assert.deepEqual(problems(shared, foreign({ foreign: known([good]) })), []);
    const bad = { ...good, names: ["*.example.org"] };
    assert.deepEqual(problems(shared, foreign({ foreign: known([bad]) })), ["stop CertificateOfOtherHost"]);
    assert.deepEqual(problems(shared, foreign({ foreign: known([{ ...good, status: "EXPIRED" }]) })), [
      "stop CertificateOfOtherHost",
    ]);
    assert.deepEqual(problems(shared, foreign({ foreign: denied })), ["warn CertificatesUnread"]);
    const any: ApplicationConfig = { loadBalancer: { name: "shared", listenerPort: 443, pathPattern: "/shop/*" } };
    assert.deepEqual(problems(any, foreign({ foreign: known([]) })), []);
    assert.ok(problems(https, foreign({ zones: known([zone]) }, "HTTP")).includes("stop ListenerSpeaksHttp"));
  });
});

describe("the consent to another way in", () => {
  const reasons = (config: ApplicationConfig, before: ApplicationConfig, change: (s: ObservedState) => void) => {
    const input = inputOf(config);
    const state = allThere(inputOf(before));
    change(state);
    const { plan } = plannedFrom(input, state);
    const told = plan.consentReasons.map((reason) => consentReasonText(reason));
    const summary = planSummary(plan).join("\n").toLowerCase();
    for (const text of told.filter((each) => /zone|HTTP|answers/.test(each)))
      assert.ok(summary.includes(text.toLowerCase()), text);
    return told;
  };
  it("names records, the redirect and what opens, where HTTPS is switched to", () => {
    const plain = (s: ObservedState) => {
      s.listener = undefined;
      s.names = { ...s.names, zones: known([zone]) };
    };
    assert.deepEqual(reasons(https, {}, plain), [
      "it writes into the zone example.com: the proof of shop.example.com (CNAME), shop.example.com (A)",
      "HTTP is sent to HTTPS on port 443",
      "it opens port 443 of the load balancer to everyone",
    ]);
  });
  it("names what no longer answers, where HTTPS is switched off", () => {
    const back = (s: ObservedState) => {
      s.listener = s.balancing.listeners.find(({ port }) => port === 80);
    };
    assert.deepEqual(reasons({}, https, back), ["port 443 of the load balancer no longer answers"]);
  });
  it("asks nothing where nothing changes", () =>
    assert.deepEqual(
      reasons(https, https, () => undefined),
      [],
    ));
});

/** A run in which time passes only by waiting; the calls that write are noted. */
function running(config: ApplicationConfig, change: (s: ObservedState) => void, answers: object) {
  let passed = 0;
  const written: string[] = [];
  const events: TimelessEvent[] = [];
  const input = inputOf(config);
  const observed = allThere(input);
  change(observed);
  const noting =
    (name: string) =>
    (...values: unknown[]) => {
      written.push(
        [name, ...values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)))].join(" "),
      );
      return Promise.resolve();
    };
  const cloud = {
    certificates: {
      tag: noting("tag"),
      delete: noting("delete"),
      ofDomain: () => Promise.resolve([]),
      issued: () => Promise.resolve([]),
    },
    zones: { create: noting("create"), delete: noting("drop"), records: () => Promise.resolve([]) },
    elb: { redirectListener: noting("redirect") },
  };
  for (const [port, more] of Object.entries(answers)) Object.assign(cloud[port as keyof typeof cloud] ?? {}, more);
  const context = {
    ...input,
    cloud: cloud as unknown as Cloud,
    observed,
    clock: { now: () => passed, sleep: (milliseconds: number) => ((passed += milliseconds), Promise.resolve()) },
    pollMilliseconds: 3000,
    signal: new AbortController().signal,
    decisions: new Map(),
    outputs: { certificateArn, loadBalancerDns: "quay-1.us-east-1.elb.amazonaws.com" },
    emit: (event: TimelessEvent) => events.push(event),
    reportResource: () => undefined,
  } as unknown as RunContext;
  const notes = () => events.flatMap((event) => (event.type === "note" ? [event.message] : []));
  const records = () => events.flatMap((event) => (event.type === "note" ? [...(event.records ?? [])] : []));
  return { context, written, notes, records, minutes: () => passed / 60_000 };
}
const pendingOne = certificateOf(inputOf(https), { status: "PENDING_VALIDATION" });
const withoutZone = (s: ObservedState) => {
  s.names = { ...s.names, certificates: [pendingOne], zones: known([]), records: [], proofs: [] };
};
const withZone = (s: ObservedState) => {
  s.names = { ...s.names, certificates: [pendingOne], proofs: [] };
};
const decision = { action: "run", reason: { code: "acmValidates" } } as const;

describe("waiting for a certificate", () => {
  it("shows the record once, and after an hour leaves it to the person, which is no failure", async () => {
    const { context, notes, records, minutes } = running(https, withoutZone, {
      certificates: { find: () => Promise.resolve(pendingOne) },
    });
    await assert.rejects(certificateIssued.apply(context, decision), (error: SlipwayError) => {
      assert.equal(error.code, "CertificateTakesLong");
      assert.deepEqual(error.evidence.slice(0, 1), [`${proof.name}. CNAME ${proof.value}.`]);
      return true;
    });
    assert.equal(notes().filter((note) => note.includes(proof.value)).length, 1);
    assert.deepEqual(records(), [proof]);
    assert.ok(minutes() >= 60 && minutes() < 62, String(minutes()));
  });
  it("is shorter where the record is in the zone, and never longer than ACM itself looks", async () => {
    const wait = async (change: (s: ObservedState) => void) => {
      const { context, minutes } = running(https, change, {
        certificates: { find: () => Promise.resolve(pendingOne) },
      });
      await assert.rejects(certificateIssued.apply(context, decision), { code: "CertificateTakesLong" });
      return Math.round(minutes());
    };
    assert.equal(await wait(withZone), 30);
    const old = { ...pendingOne, createdAt: -72 * 3_600_000 + 20 * 60_000 };
    assert.equal(await wait((s) => (s.names = { ...s.names, certificates: [old], zones: known([]) })), 20);
  });
  it("ends with ACM's reason where ACM gives up", async () => {
    const failed = { ...pendingOne, status: "FAILED", failure: "CAA_ERROR" };
    const { context } = running(https, withZone, { certificates: { find: () => Promise.resolve(failed) } });
    await assert.rejects(certificateIssued.apply(context, decision), (error: SlipwayError) => {
      assert.equal(error.code, "CertificateNotIssued");
      assert.match(error.remedy, /amazon\.com/);
      return true;
    });
  });
  it("writes the proof where it is missing, marks it as its own first, and changes none that is there", async () => {
    const find = () => Promise.resolve(pendingOne);
    const first = running(https, withZone, { certificates: { find } });
    await certificateStep.apply(first.context, decision);
    assert.deepEqual(first.written, [
      `tag ${certificateArn} {"${proofTag}":"${zone.id}"}`,
      `create ${zone.id} ${JSON.stringify(proof)}`,
    ]);
    const same = { name: proof.name, type: "CNAME", values: [`${proof.value}.`] };
    const there = running(https, withZone, {
      certificates: { find },
      zones: { records: () => Promise.resolve([same]) },
    });
    await certificateStep.apply(there.context, decision);
    assert.deepEqual(there.written, []);
    const other = { ...same, values: ["other.example.org."] };
    const refuse = () => Promise.reject(new SlipwayError({ code: "InvalidChangeBatch", summary: "it already exists" }));
    const taken = running(https, withZone, {
      certificates: { find },
      zones: { records: () => Promise.resolve([other]), create: refuse },
    });
    await assert.rejects(certificateStep.apply(taken.context, decision), { code: "InvalidChangeBatch" });
  });
});

describe("the redirect of port 80", () => {
  const plain = (s: ObservedState) => {
    const listeners = s.balancing.listeners.map((each) => {
      const { redirect: _redirect, ...rest } = each;
      return rest;
    });
    s.balancing = { ...s.balancing, listeners };
  };
  const asking = (status: number | undefined, elsewhere?: { validTo?: number; names: string[]; error?: string }) => {
    const asked: (string | undefined)[] = [];
    const own = { validTo: 5, names: [domain] };
    const away = (s: ObservedState) => {
      plain(s);
      if (elsewhere) s.names = { ...s.names, zones: known([]), records: [] };
    };
    const found = running(https, away, {});
    Object.assign(found.context, {
      prober: {
        urlFor: (host: string) => `https://${host}/`,
        get: (url: string, _signal: AbortSignal, through?: string) => {
          asked.push(`${url} ${through ?? ""}`.trim());
          return Promise.resolve({ ...(status === undefined ? {} : { status }), milliseconds: 1, start: "" });
        },
        certificate: (_host: string, _port: number, _now: number, _signal: AbortSignal, through?: string) =>
          Promise.resolve(through === undefined ? (elsewhere ?? own) : own),
      },
    });
    return { ...found, asked };
  };
  it("is set once HTTPS answers under the name", async () => {
    const { context, written, asked } = asking(200);
    await redirect.apply(context, decision);
    assert.equal(written.length, 1);
    assert.match(written[0] ?? "", /^redirect .*"host":"shop\.example\.com","port":"443"/);
    assert.deepEqual(asked, ["https://shop.example.com/ quay-1.us-east-1.elb.amazonaws.com"]);
  });
  it("is set for a name of another's zone once that leads here, and not while it leads to something else", async () => {
    const here = asking(200, { validTo: 5, names: [domain] });
    await redirect.apply(here.context, decision);
    assert.equal(here.written.length, 1);
    for (const other of [
      { validTo: 9, names: [domain] },
      { names: [], error: "its name is not known here" },
    ]) {
      const { context, written, notes } = asking(200, other);
      await redirect.apply(context, decision);
      assert.deepEqual(written, []);
      assert.match(notes().join(), /Write a record of shop\.example\.com that leads to quay-1\./);
    }
  });
  it("waits where nothing answers: nobody is sent there, and that is said", async () => {
    const { context, written, notes, minutes } = asking(undefined);
    await redirect.apply(context, decision);
    assert.deepEqual(written, []);
    assert.match(notes().join(), /Port 80 still answers itself/);
    assert.ok(minutes() >= 1 && minutes() < 2);
  });
});

describe("a certificate that goes", () => {
  const own = certificateOf(inputOf(https), {
    usedBy: [],
    tags: { ...certificateOf(inputOf(https)).tags, [proofTag]: zone.id },
  });
  const there: RecordSet = { name: proof.name, type: "CNAME", values: [`${proof.value}.`] };
  const removing = (found: Certificate, others: readonly Partial<Certificate>[] = []) =>
    running(https, () => undefined, {
      certificates: { find: () => Promise.resolve(found), issued: () => Promise.resolve([found, ...others]) },
      zones: { records: () => Promise.resolve([there]) },
    });
  it("takes the proof along that Slipway wrote", async () => {
    const { context, written } = removing(own);
    assert.equal(await removeCertificate(context, own, 60_000), true);
    assert.deepEqual(written, [`drop ${zone.id} ${JSON.stringify(proof)}`, `delete ${certificateArn}`]);
  });
  it("leaves the proof to another certificate of the name, and one that a person wrote", async () => {
    const shared = removing(own, [{ arn: "arn:other", names: ["*.shop.example.com"] }]);
    assert.equal(await removeCertificate(shared.context, own, 60_000), true);
    assert.deepEqual(shared.written, [`delete ${certificateArn}`]);
    const byHand = certificateOf(inputOf(https), { usedBy: [] });
    const copied = removing(byHand);
    assert.equal(await removeCertificate(copied.context, byHand, 60_000), true);
    assert.deepEqual(copied.written, [`delete ${certificateArn}`]);
  });
  it("stays with its proof while something uses it", async () => {
    const { context, written } = removing({ ...own, usedBy: ["arn:aws:…:loadbalancer/app/other/1"] });
    assert.equal(await removeCertificate(context, own, 60_000), false);
    assert.deepEqual(written, []);
  });
  it("and a record goes only where it still leads to its load balancer", async () => {
    const balancer = { dnsName: "quay-1.us-east-1.elb.amazonaws.com", zoneId: "Z35" };
    const remove = async (record: RecordSet) => {
      const { context, written } = running(https, () => undefined, {
        zones: { records: () => Promise.resolve([record]) },
      });
      await removeRecord(context.cloud, { zone: zone.id, name: domain }, balancer);
      return written;
    };
    const alias = { name: domain, type: "A", values: [], alias: balancer.dnsName };
    assert.deepEqual(await remove(alias), [`drop ${zone.id} ${JSON.stringify({ name: domain, balancer })}`]);
    assert.deepEqual(await remove({ ...alias, alias: "other-1.us-east-1.elb.amazonaws.com" }), []);
    assert.deepEqual(await remove({ name: domain, type: "CNAME", values: [balancer.dnsName] }), []);
  });
});
