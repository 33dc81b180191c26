/** What CloudWatch's figures add to a diagnosis: evidence, and causes that nothing else shows. */
import assert from "node:assert/strict";
import { diagnose } from "../../../src/core/service/diagnosis/diagnose";
import { cpuIsFull, memoryClimb } from "../../../src/core/service/diagnosis/figures";
import { known, type SeenFigures, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import { healthy, now } from "./base";
import { svc } from "./defectTools";
import { defects } from "./defects";

const minute = 60_000;
/** The last of these is the minute that ended just now. */
const points = (...values: number[]) =>
  values.map((value, index) => ({ at: now - (values.length - index) * minute, value }));
const figures = (more: Partial<SeenFigures>): SeenFigures => ({
  cpu: [],
  memory: [],
  requests: [],
  failed: [],
  ...more,
});

/** A snapshot that shows one of the known defects. */
function showing(name: string): ServiceSnapshot {
  const s = healthy();
  const defect = defects.find((item) => item.name === name);
  assert.ok(defect, name);
  defect.world?.(s);
  defect.shows(s);
  return s;
}

describe("figures in a diagnosis", () => {
  it("see memory climb, and no use of every day", () => {
    assert.equal(
      memoryClimb(points(41, 50, 60, 75, 97)),
      "Memory of the busiest task rose from 41 % to 97 % of its size in 4 min.",
    );
    for (const flat of [[], [97], [90, 91, 92], [20, 40, 60], [50, 99, 60]])
      assert.equal(memoryClimb(points(...flat)), undefined, flat.join());
  });
  it("see a CPU that is full for minutes, and no moment of it", () => {
    assert.match(cpuIsFull(points(20, 99, 100, 98, 100)) ?? "", /used 100 % of its CPU in 4 of the last 5 minutes/);
    for (const idle of [[], [99], [99, 20, 99, 20, 20], [100, 100, 100, 10, 10, 10, 10, 10]])
      assert.equal(cpuIsFull(points(...idle)), undefined, idle.join());
  });

  it("prove how memory ran out, beside what ECS says", () => {
    const s = showing("memory runs out");
    s.figures = known(figures({ memory: points(40, 60, 80, 96) }));
    const { cause, evidence } = diagnose(s);
    assert.equal(cause?.code, "OutOfMemory");
    assert.ok(
      evidence.some((line) => /rose from 40 % to 96 %/.test(line)),
      evidence.join("\n"),
    );
  });

  it("name the CPU where health checks get no answer in time", () => {
    const s = showing("a slow path");
    assert.equal(diagnose(s).cause?.code, "HealthTimeout");
    s.figures = known(figures({ cpu: points(100, 100, 99, 100, 100) }));
    const { cause, others, evidence } = diagnose(s);
    assert.deepEqual([cause?.code, cause?.certainty, others[0]?.code], ["CpuExhausted", "likely", "HealthTimeout"]);
    assert.match(evidence[0] ?? "", /100 % of its CPU/);
    s.figures = known(figures({ cpu: points(10, 12, 9, 10, 11) }));
    assert.equal(diagnose(s).cause?.code, "HealthTimeout");
  });

  it("see errors that health checks do not, and that began with a revision", () => {
    const s = healthy();
    const [primary] = svc(s).deployments;
    assert.ok(primary);
    primary.createdAt = now - 10 * minute;
    const requests = points(...Array.from({ length: 40 }, () => 30));
    const failedSince = points(...Array.from({ length: 40 }, (_, index) => (index >= 30 ? 6 : 0))).filter(
      ({ value }) => value > 0,
    );
    s.figures = known(figures({ requests, failed: failedSince }));
    const found = diagnose(s);
    assert.equal(found.healthy, false);
    assert.equal(found.cause?.code, "ErrorsSinceRevision");
    assert.match(found.summary, /^Since quay:7 runs, 20 % of the requests are answered 5xx; before it was 0 %\.$/);
    assert.ok(found.cause?.actions.includes("rollBack"));

    s.figures = known(figures({ requests, failed: points(...Array.from({ length: 40 }, () => 6)) }));
    assert.equal(diagnose(s).cause?.code, "AnswersErrors");
  });

  it("call nothing wrong for a few errors, few requests, or where they are not known", () => {
    const s = healthy();
    const ones = (count: number, value: number) => points(...Array.from({ length: count }, () => value));
    for (const given of [
      figures({}),
      figures({ requests: ones(30, 100), failed: ones(30, 1) }),
      figures({ requests: ones(3, 1), failed: ones(3, 1) }),
    ]) {
      s.figures = known(given);
      assert.equal(diagnose(s).healthy, true);
    }
    s.figures = { known: false, why: "not authorized", code: "AccessDenied" };
    assert.equal(diagnose(s).healthy, true);
    const sick = showing("a slow path");
    sick.figures = s.figures;
    assert.ok(diagnose(sick).unknown.some((line) => /could not be read: not authorized/.test(line)));
  });
});
