/** The patterns of failure: what is named first, how surely, and what is said where nothing can be known. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { diagnose } from "../../../src/core/service/diagnosis/diagnose";
import { facts } from "../../../src/core/service/diagnosis/facts";
import { patterns } from "../../../src/core/service/diagnosis/patterns";
import { known, type SeenTask, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import { documentMarkdown } from "../../../src/core/render/document";
import { diagnosisDocument, diagnosisLines } from "../../../src/core/render/diagnosis";
import { deploymentId, healthy, now, runningTask, withTexts, type Texts } from "./base";
import { defects } from "./defects";
import { event, withSecret } from "./defectTools";
import { pairs, single, type Outcome } from "./sweep";

const lines = (outcomes: readonly Outcome[]): string =>
  outcomes
    .map(
      (item) =>
        `${item.number} ${item.name} (${item.texts}): ${item.named} ${item.certainty}, not ${item.expected.join(" or ")}`,
    )
    .join("\n");
const judged = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter((item) => !item.silent);
const share = (outcomes: readonly Outcome[]): number => outcomes.filter((item) => item.right).length / outcomes.length;
const wrong = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter((item) => item.wrongWithCertainty);

describe("the table of patterns", () => {
  it("leaves no number out, and has a defect that provokes each", () => {
    const inTable = new Set(patterns.flatMap((pattern) => pattern.numbers));
    const wanted = Array.from({ length: Math.max(...inTable) }, (_, index) => index + 1);
    const provoked = new Set(defects.map((defect) => defect.number));
    assert.deepEqual(
      wanted.filter((number) => !inTable.has(number)),
      [],
      "numbers without a pattern",
    );
    assert.deepEqual(
      wanted.filter((number) => !provoked.has(number)),
      [],
      "numbers without a defect",
    );
    assert.deepEqual(
      [...provoked].filter((number) => !inTable.has(number)),
      [],
      "numbers of defects that no pattern has",
    );
  });
  it("has as many numbers as the page says", () => {
    const page = readFileSync(path.join(import.meta.dirname, "../../../docs/diagnosis.md"), "utf8");
    const said = /knows the (\d+) ways/.exec(page)?.[1];
    assert.equal(Number(said), new Set(patterns.flatMap((pattern) => pattern.numbers)).size);
  });
  it("names only facts that there are, and every sentence says something without any value", () => {
    for (const pattern of patterns) {
      for (const name of pattern.facts ?? []) assert.ok(facts[name], `${pattern.code}: ${name}`);
      assert.match(pattern.sentence, /\.$/, pattern.code);
      assert.match(pattern.remedy, /[.!]$/, pattern.code);
      assert.ok(
        (pattern.proves?.length ?? 0) + (pattern.says?.length ?? 0) + (pattern.facts?.length ?? 0) > 0,
        `nothing leads to ${pattern.code}`,
      );
    }
  });
});

describe("a diagnosis", () => {
  it("names every defect by AWS's whole text", () => {
    const all = single("full");
    assert.equal(all.filter((item) => !item.right).length, 0, lines(all.filter((item) => !item.right)));
    assert.equal(wrong(all).length, 0, lines(wrong(all)));
  });
  for (const texts of [80, 60, 40, 25, "absent"] satisfies Texts[]) {
    it(`names 95 of 100 with texts ${texts === "absent" ? "absent" : `cut after ${texts} characters`}, and none wrongly with certainty`, () => {
      const all = single(texts);
      assert.ok(
        share(judged(all)) >= 0.95,
        `${share(judged(all))}\n${lines(judged(all).filter((item) => !item.right))}`,
      );
      assert.equal(wrong(all).length, 0, lines(wrong(all)));
    });
  }
  it("does not make up what nothing in the account shows", () => {
    for (const item of single("absent").filter((outcome) => outcome.silent))
      assert.ok(
        item.diagnosis.healthy || item.certainty !== "certain" || item.expected.includes(item.named),
        lines([item]),
      );
  });
  it("names the first of two defects, and none wrongly with certainty", function () {
    this.timeout(30_000);
    const all = [1, 2].flatMap((seed) => pairs(seed, 500, ["full", 80, 50, 30, "absent"]));
    const counted = judged(all);
    console.log(
      `      ${all.length} pairs: ${(share(counted) * 100).toFixed(1)} % of ${counted.length} named first rightly, ${wrong(all).length} wrong with certainty`,
    );
    const missed = counted.filter((item) => !item.right);
    assert.ok(share(counted) >= 0.95, `${share(counted)}\n${lines(missed)}`);
    assert.equal(wrong(all).length, 0, lines(wrong(all)));
  });
  it("lists the second of two defects as what else is wrong", () => {
    // What only a running task or an answered URL shows is not there to be told yet.
    const unseen = /own check|load balancer is closed|internal load balancer|EFS|another account|Docker Hub|no space/;
    const both = pairs(5, 200, ["full"]).filter((item) => item.right && !unseen.test(item.name.split(" + ")[1] ?? ""));
    const told = both.filter((item) => item.diagnosis.others.length > 0);
    assert.ok(both.length > 60 && told.length / both.length > 0.9, `${told.length} of ${both.length}`);
  });
  it("does not take for its own what ECS still says of the deployment before", () => {
    const reason = 'CannotStartContainerError: exec: "no-such-program": executable file not found in $PATH: unknown';
    const stopped = (startedBy: string): SeenTask => ({
      ...runningTask(2),
      startedBy,
      lastStatus: "STOPPED",
      desiredStatus: "STOPPED",
      stopCode: "TaskFailedToStart",
      stoppedReason: reason,
      createdAt: now - 312_000,
      stoppedAt: now - 305_000,
      containers: [{ name: "quay", image: "quay", lastStatus: "STOPPED", health: "UNKNOWN", reason }],
    });
    const said = `was unable to place a task. Reason: ${reason}.`;
    for (const state of ["sick", "stopped"] as const) {
      const s = healthy();
      const own = runningTask();
      if (state === "stopped")
        Object.assign(own, {
          lastStatus: "STOPPED",
          desiredStatus: "STOPPED",
          stopCode: "ServiceSchedulerInitiated",
          stoppedReason: "Task failed ELB health checks in (target-group arn)",
          stoppedAt: now - 1000,
          createdAt: now - 303_500,
        });
      s.tasks = known([own, stopped("ecs-svc/2222222222222222222")]);
      assert.ok(s.service.known && s.service.value && s.targetGroups.known);
      event(s, said, 304_000);
      if (s.service.value.deployments[0]) s.service.value.deployments[0].rolloutState = "IN_PROGRESS";
      for (const group of s.targetGroups.value)
        if (group.health.known)
          for (const target of group.health.value)
            Object.assign(target, { state: "unhealthy", reason: "Target.Timeout", description: "Request timed out" });
      assert.notEqual(diagnose(s).cause?.code, "CannotStart", state);
    }
    const s = healthy();
    s.tasks = known([stopped(deploymentId)]);
    assert.ok(s.service.known && s.service.value);
    event(s, said, 304_000);
    Object.assign(s.service.value, { running: 0 });
    assert.equal(diagnose(s).cause?.code, "CannotStart");
  });
  it("is the same for the same situation, and changes nothing in it", () => {
    const s = healthy();
    defects[0]?.world?.(s);
    defects[0]?.shows(s);
    const before = structuredClone(s);
    assert.deepEqual(diagnose(s), diagnose(s));
    assert.deepEqual(s, before);
  });
});

/** Everything of one kind unread, as where a permission is missing. */
const blind: Readonly<Record<string, (s: ServiceSnapshot) => void>> = {
  roles: (s) =>
    (s.executionRole = s.taskRole = { known: false, why: "You may not iam:GetRole.", code: "AccessDenied" }),
  network: (s) =>
    (s.subnets =
      s.endpoints =
      s.securityGroups =
        { known: false, why: "You may not ec2:Describe*.", code: "UnauthorizedOperation" }),
  images: (s) =>
    s.images.forEach((image) =>
      Object.assign(image, {
        facts: { known: false, why: "You may not ecr:DescribeImages.", code: "AccessDenied" },
        repositoryExists: { known: false, why: "no", code: "AccessDenied" },
      }),
    ),
  balancing: (s) =>
    (s.targetGroups = s.loadBalancers =
      { known: false, why: "You may not elasticloadbalancing:Describe*.", code: "AccessDenied" }),
  deployments: (s) => (s.serviceDeployments = { known: false, why: "no", code: "AccessDenied" }),
  definition: (s) => (s.revision = { known: false, why: "no", code: "AccessDenied" }),
  logs: (s) => s.logs.forEach((log) => (log.facts = { known: false, why: "no", code: "AccessDenied" })),
};

describe("a diagnosis of what could be read only in part", () => {
  for (const [what, hide] of Object.entries(blind)) {
    it(`is never certain of a wrong cause where the ${what} could not be read`, () => {
      for (const texts of ["full", 50, "absent"] satisfies Texts[]) {
        for (const defect of defects) {
          const s = healthy();
          defect.world?.(s);
          defect.shows(s);
          hide(s);
          const { cause, healthy: well } = diagnose(withTexts(s, texts), defect.symptoms);
          const allowed = [
            ...defect.codes,
            ...(defect.without ?? []),
            "LoadBalancerHealth",
            "HealthTimeout",
            "TargetUnused",
            "GatewayTimeout",
            "UrlSilent",
            "NoUsableTarget",
            "CannotRun",
          ];
          if (cause?.certainty === "certain" && !well)
            assert.ok(allowed.includes(cause.code), `${defect.name} (${texts}): ${cause.code}`);
        }
      }
    });
  }
  it("says what it does not know", () => {
    const s = healthy();
    const defect = defects.find((item) => item.name === "the role may not get the image");
    defect?.world?.(s);
    defect?.shows(s);
    blind["roles"]?.(s);
    const { cause, unknown } = diagnose(withTexts(s, "absent"));
    assert.notEqual(cause?.certainty, "certain");
    assert.ok(
      unknown.some((line) => line.includes("iam:GetRole")),
      unknown.join("\n"),
    );
    assert.ok(
      unknown.some((line) => line.startsWith("ECS does not say why")),
      unknown.join("\n"),
    );
  });
});

describe("a diagnosis in words", () => {
  const of = (name: string) => {
    const s = healthy();
    const defect = defects.find((item) => item.name === name);
    assert.ok(defect, name);
    defect.world?.(s);
    defect.shows(s);
    return diagnose(s, defect.symptoms);
  };
  it("says that a service is healthy", () => {
    const { healthy: well, cause, summary } = diagnose(healthy());
    assert.deepEqual(
      [well, cause, summary],
      [true, undefined, "Nothing is wrong: quay runs 1 of 1 tasks, and what can be looked at is healthy."],
    );
  });
  it("tells of a healthy service what would stop its next task", () => {
    const s = healthy();
    withSecret(s, false, true);
    const { healthy: well, others } = diagnose(s);
    assert.deepEqual([well, others.map((item) => item.code)], [true, ["SecretMissing"]]);
  });
  it("gives the evidence, an exact command, and what was ruled out", () => {
    const { cause, evidence, ruledOut } = of("a closed security group");
    assert.equal(cause?.certainty, "certain");
    assert.equal(
      cause.command,
      "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-tasks --protocol tcp --port " +
        "8080 --source-group sg-balancer",
    );
    assert.ok(
      evidence.some((line) => line.includes("sg-tasks does not let the load balancer")),
      evidence.join("\n"),
    );
    assert.ok(
      ruledOut.some((item) => /zone/.test(item.sentence)),
      JSON.stringify(ruledOut),
    );
  });
  it("lists the tags that are there where the one that is wanted is not", () => {
    assert.match(of("a tag that is not there").cause?.remedy ?? "", /slipway-1, latest/);
  });
  it("says that no container started where none did", () => {
    assert.ok(of("no route, seen at the token").evidence.includes("No container started, so there are no logs."));
  });
  it("does not call every 137 out of memory, nor a stop that was asked for a fault", () => {
    assert.equal(of("killed, and not by memory").cause?.code, "KilledAtStop");
    assert.notEqual(of("killed, and not by memory").cause?.certainty, "certain");
    assert.equal(of("a scaling").healthy, true);
  });
  it("reads the newest failure: what was fixed before it is not the cause", () => {
    const s = healthy();
    defects.find((item) => item.number === 17)?.shows(s);
    event(s, "was unable to place a task. Reason: CannotPullContainerError: pull access denied.", 290_000);
    assert.equal(diagnose(s).cause?.code, "ContainerExited");
  });
  it("waits for a task that is only just starting", () => {
    const s = healthy();
    defects.find((item) => item.number === 34)?.shows(s);
    const task = { ...runningTask(4), lastStatus: "PENDING", createdAt: now - 20_000 };
    delete task.startedAt;
    delete task.pullStoppedAt;
    s.tasks = known([task]);
    if (s.service.known && s.service.value) s.service.value.events = [];
    assert.equal(diagnose(s).healthy, true);
  });
  it("knows a task that waits for minutes in a subnet without a way out", () => {
    const s = healthy();
    defects.find((item) => item.number === 10)?.world?.(s);
    const task = { ...runningTask(4), lastStatus: "PENDING", createdAt: now - 200_000 };
    delete task.startedAt;
    delete task.pullStartedAt;
    delete task.pullStoppedAt;
    delete task.publicAddress;
    s.tasks = known([task]);
    if (s.service.known && s.service.value) Object.assign(s.service.value, { running: 0, pending: 1, events: [] });
    const { cause } = diagnose(s);
    assert.deepEqual([cause?.code, cause?.certainty], ["NoRouteToEcr", "likely"]);
  });
  it("quotes what a shell would take apart", () => {
    const s = healthy();
    defects.find((item) => item.name === "no log group")?.shows(s);
    s.logs.forEach((log) => Object.assign(log, { group: "/ecs/it's $HOME", facts: known(undefined) }));
    assert.match(diagnose(s).cause?.command ?? "", /--log-group-name '\/ecs\/it'\\''s \$HOME'$/);
  });
});

describe("a diagnosis as text", () => {
  it("tells cause, evidence, fix and what was ruled out, and lets nothing of a log become markup", () => {
    const s = healthy();
    const defect = defects.find((item) => item.name === "the application throws");
    defect?.shows(s);
    if (s.tasks.known) for (const task of s.tasks.value) task.lastLines = ["<b>*boom*</b> ```"];
    const diagnosis = diagnose(s);
    const text = diagnosisLines(diagnosis).join("\n");
    assert.match(text, /exited with code 1/);
    assert.match(text, /What to do: /);
    assert.match(text, /Ruled out:/);
    const document = documentMarkdown(diagnosisDocument(diagnosis, "quay"));
    assert.match(document, /^# Diagnosis of quay\n/);
    assert.match(document, /^Cause \(certain\): /m);
    assert.ok(document.includes("````"), "a fence longer than any in the text");
  });
});
