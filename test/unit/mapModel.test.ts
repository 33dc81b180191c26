/** What the map says before, during and after a deployment, and of what fails. */
import assert from "node:assert/strict";
import { buildMap } from "../../src/core/map/build";
import type { MapInput } from "../../src/core/map/input";
import type { MapModel, MapState } from "../../src/core/map/diagram";
import { parsePageMessage } from "../../src/core/map/protocol";
import { judgeTask } from "../../src/core/map/tasks";
import { stepRows, type StepId } from "../../src/core/deploy/phases";
import { resolveApplication } from "../../src/core/app/app";
import { emptyState, reduce } from "../../src/core/deploy/state";
import { known, type SeenTask } from "../../src/core/service/snapshot/serviceSnapshot";
import { moments, run, shop } from "./support/mapScenes";
import { now, snapshot } from "./support/mapSnapshot";

const at = (moment: string, tasks = 3, balanced = true): MapModel =>
  buildMap((moments[moment] as (typeof moments)[string])(tasks, balanced));
const node = (model: MapModel, id: string) =>
  model.nodes.find((item) => item.id === id) ??
  assert.fail(`there is no ${id} in ${model.nodes.map((item) => item.id).join(", ")}`);
const edge = (model: MapModel, id: string) =>
  model.edges.find((item) => item.id === id) ??
  assert.fail(`there is no ${id} in ${model.edges.map((item) => item.id).join(", ")}`);
const states = (model: MapModel): Record<string, MapState> =>
  Object.fromEntries(model.nodes.map((item) => [item.kind, item.state]));
const input = (more: Partial<MapInput>): MapInput => ({
  app: shop(),
  deployment: emptyState,
  checks: [],
  place: "",
  now,
  ...more,
});

describe("the deployment map", () => {
  describe("before a deployment", () => {
    it("shows the whole flow in outline, by the names that it will have", () => {
      const model = at("before");
      assert.equal(model.mode, "planned");
      assert.deepEqual(states(model), {
        application: "ok",
        image: "idle",
        repository: "idle",
        taskDefinition: "idle",
        internet: "idle",
        loadBalancer: "idle",
        listener: "idle",
        targetGroup: "idle",
        service: "idle",
        tasks: "idle",
        logGroup: "idle",
      });
      assert.deepEqual(
        ["repository", "service", "logGroup"].map((id) => node(model, id).name),
        ["shop", "shop", "/ecs/shop"],
      );
      assert.equal(node(model, "tasks/planned").name, "3 tasks");
      assert.ok(model.edges.every((item) => !item.flows || item.from === "application"));
      assert.equal(model.callout, undefined);
    });

    it("says by which protocol it will be called, and what its certificate waits for", () => {
      const app = resolveApplication(
        { applications: { shop: { port: 80, loadBalancer: { certificate: "request", domain: "shop.example.com" } } } },
        "shop",
        undefined,
      );
      assert.equal(node(buildMap(input({ app })), "listener").name, "HTTPS 443");
      const message = "Write into the DNS of shop.example.com: _a.shop.example.com. CNAME _b.acm-validations.aws.";
      const deployment = reduce(run("loadBalancerActive"), {
        type: "progress",
        at: now,
        step: "certificateIssued",
        message,
      });
      const listener = node(buildMap(input({ app, deployment })), "listener");
      assert.equal(listener.state, "running");
      assert.ok(listener.lines.some(({ text }) => text === message));
    });

    it("has nothing of a load balancer where there will be none", () => {
      const kinds = at("before", 1, false).nodes.map(({ kind }) => kind);
      assert.deepEqual(
        kinds.filter((kind) => kind === "loadBalancer" || kind === "listener" || kind === "targetGroup"),
        [],
      );
      assert.ok(kinds.includes("internet"), "the task itself is reached");
    });
  });

  describe("during a deployment", () => {
    it("lights up the phase, the node and the edge of the step that runs", () => {
      const model = at("during");
      assert.equal(model.mode, "deploying");
      assert.deepEqual(
        model.phases.map(({ state }) => state),
        ["ok", "ok", "running", "waiting", "waiting", "waiting", "waiting"],
      );
      assert.equal(model.phases[1]?.time, "1.1 s");
      assert.deepEqual(
        [node(model, "image").state, node(model, "repository").state, node(model, "taskDefinition").state],
        ["ok", "running", "waiting"],
      );
      assert.equal(node(model, "repository").lines.at(-1)?.text, "layer 3 of 7, 24 MB");
      assert.equal(edge(model, "image>repository").state, "running");
      assert.equal(edge(model, "application>image").label, "31 s");
    });

    it("shows a rollout's old and new tasks, and traffic at those that are healthy", () => {
      const model = at("rolling");
      const tasks = model.nodes.filter(({ kind }) => kind === "task");
      assert.deepEqual(
        tasks.map(({ title, name, state }) => [title.split(" · ")[1], name, state]),
        [
          ["rev 8", "healthy", "ok"],
          ["rev 8", "healthy", "ok"],
          ["rev 9", "first health checks", "running"],
        ],
      );
      assert.deepEqual(
        model.edges.filter(({ from }) => from.startsWith("targetGroup/")).map(({ state }) => state),
        ["ok", "ok", "running"],
      );
      assert.match(
        node(model, "service")
          .lines.map(({ text }) => text)
          .join(),
        /revision 8 → 9,rolling out/,
      );
    });
  });

  describe("after a deployment", () => {
    it("is the running architecture with its figures", () => {
      const model = at("after");
      assert.equal(model.mode, "running");
      assert.ok(
        model.nodes.every(({ state }) => state === "ok"),
        JSON.stringify(states(model)),
      );
      const said = (id: string) =>
        node(model, id)
          .lines.map(({ text }) => text)
          .join(" | ");
      assert.equal(said("image"), "linux/amd64 · 61.0 MB | built in 31 s");
      assert.equal(said("repository"), "3 tags · latest | digest verified · 0 critical");
      assert.equal(said("listener"), "forwards to shop");
      assert.equal(said("targetGroup/shop"), "HTTP 3000 · ip | GET /healthz every 5 s | 3 of 3 healthy");
      assert.equal(said("service"), "3 of 3 running | revision 9 | steady");
      assert.equal(said("logGroup"), "kept 30 days | last: GET / 200 3 ms");
      assert.equal(said("internet"), "answers 200 in 41 ms");
      assert.deepEqual(
        model.groups.map(({ title, notes }) => [title, ...notes]),
        [
          ["VPC vpc-0a1b2c3d"],
          ["Cluster production"],
          ["Security group shop-task", "in 3000 from shop-lb"],
          ["Security group shop-lb", "in 80 from anywhere"],
        ],
      );
      assert.match(
        model.notes.join(),
        /about \$\d+ a month \(prices of [a-z0-9-]+ of \d{4}-\d\d\),checklist 8 of 8 items passed/,
      );
      assert.ok(model.edges.every(({ flows }) => flows));
    });

    it("gives each thing what can be done with it, and its place in AWS Resources", () => {
      const model = at("after");
      for (const kind of [
        "repository",
        "image",
        "taskDefinition",
        "loadBalancer",
        "listener",
        "targetGroup",
        "service",
        "task",
        "logGroup",
      ] as const) {
        const found = model.nodes.find((item) => item.kind === kind) ?? assert.fail(kind);
        assert.ok(found.actions.some(({ id }) => id === "reveal") && found.path?.length, kind);
        assert.equal(
          new Set(found.actions.map(({ label }) => label)).size,
          found.actions.length,
          `${kind} has no two buttons that are called the same`,
        );
      }
      assert.deepEqual(
        node(model, "targetGroup/shop").path?.map(({ kind }) => kind),
        ["targetGroups", "targetGroup"],
      );
    });
  });

  describe("of a failure", () => {
    it("reddens the task and the edge to it, and says why with the fixes", () => {
      const model = at("failed");
      const red = model.nodes.filter(({ state }) => state === "failing");
      assert.deepEqual(
        red.map(({ kind, why }) => [kind, why]),
        [["task", "answers 404 on /healthz"]],
      );
      assert.deepEqual(
        model.edges.filter(({ state }) => state === "failing").map(({ to }) => to),
        [red[0]?.id],
      );
      assert.equal(node(model, "targetGroup/shop").state, "degraded");
      assert.equal(model.callout?.at, red[0]?.id);
      assert.equal(model.callout?.title, "The health check's path answers 404");
      assert.deepEqual(
        model.callout?.actions.map(({ label }) => label),
        ["Diagnose", "Fix…", "Show Logs"],
      );
      assert.match(model.summary, /1 failing/);
    });

    it("says it at the step that failed, in the run's own words", () => {
      const deployment = {
        ...run("push", "failed"),
        outcome: "failed" as const,
        error: {
          code: "PushDenied",
          summary: "ECR refused the push.",
          evidence: [],
          remedy: "Ask for ecr:PutImage.",
          actions: ["retry" as const, "showLog" as const],
        },
      };
      const model = buildMap(input({ deployment }));
      assert.equal(model.mode, "failed");
      assert.equal(node(model, "repository").state, "failing");
      assert.equal(edge(model, "image>repository").state, "failing");
      assert.deepEqual(
        [model.callout?.at, model.callout?.title, model.callout?.text],
        ["repository", "ECR refused the push.", "Ask for ecr:PutImage."],
      );
      assert.deepEqual(model.phases.map(({ state }) => state).slice(0, 4), ["ok", "ok", "failing", "waiting"]);
    });

    it("stops the traffic where a security group closes the way", () => {
      const seen = snapshot();
      const closed = {
        ...seen,
        securityGroups: known(
          (seen.securityGroups.known ? seen.securityGroups.value : []).map((group) =>
            group.id === "sg-task" ? { ...group, ingress: [] } : group,
          ),
        ),
      };
      const model = buildMap(input({ snapshot: closed }));
      const guard = model.groups.find(({ id }) => id === "tasks");
      assert.deepEqual([guard?.state, guard?.why], ["failing", "port 3000 is closed to the load balancer"]);
      assert.ok(
        model.edges.filter(({ from }) => from.startsWith("targetGroup/")).every(({ state }) => state === "failing"),
      );
      assert.equal(model.callout?.at, "tasks");
    });

    it("says that an image cannot be pulled at the edge it would have come along", () => {
      const seen = snapshot({ tasks: 1 });
      const task = (seen.tasks.known ? seen.tasks.value[0] : undefined) as SeenTask;
      const stopped: SeenTask = {
        ...task,
        lastStatus: "STOPPED",
        desiredStatus: "STOPPED",
        stopCode: "TaskFailedToStart",
        stoppedReason: "CannotPullContainerError: pull image manifest has been retried",
        stoppedAt: now - 5000,
      };
      const model = buildMap(input({ snapshot: { ...seen, tasks: known([stopped]), targetGroups: known([]) } }));
      assert.equal(edge(model, "repository>taskDefinition").state, "failing");
      assert.equal(model.callout?.at, "repository>taskDefinition");
    });

    it("takes what could not be read for unknown, and never for missing", () => {
      const unread = { known: false as const, why: "No permission: ecs:DescribeServices", code: "AccessDenied" };
      const model = buildMap(input({ snapshot: { ...snapshot(), service: unread } }));
      assert.deepEqual(
        [node(model, "service").state, node(model, "service").why],
        ["unknown", "No permission: ecs:DescribeServices"],
      );
    });
  });

  describe("of many tasks", () => {
    it("draws six each, and more as dots by revision with those that need attention in full", () => {
      assert.equal(at("after", 6).nodes.filter(({ kind }) => kind === "task").length, 6);
      const seven = at("after", 7).nodes.filter(({ kind }) => kind === "task" || kind === "tasks");
      assert.deepEqual(
        seven.map(({ name }) => name),
        ["7 tasks"],
      );
      const fifty = at("failed", 50);
      assert.deepEqual(
        fifty.nodes.filter(({ kind }) => kind === "task" || kind === "tasks").map(({ name, state }) => [name, state]),
        [
          ["49 tasks", "ok"],
          ["health check failing", "failing"],
        ],
      );
      assert.deepEqual(node(fifty, "tasks/shop:8").dots, [{ state: "ok", count: 49 }]);
      assert.match(node(fifty, "tasks/shop:8").lines[0]?.text ?? "", /^zones a 17 · b 16 · c 16$/);
    });
  });

  it("judges a task by ECS and by its target's health", () => {
    const task = {
      lastStatus: "RUNNING",
      desiredStatus: "RUNNING",
      containers: [] as SeenTask["containers"],
    } as SeenTask;
    const cases: readonly [Partial<SeenTask>, string | undefined, MapState, RegExp][] = [
      [{}, "healthy", "ok", /^healthy$/],
      [{}, "unhealthy", "failing", /failing/],
      [{}, "initial", "running", /first/],
      [{}, "draining", "idle", /draining/],
      [{}, undefined, "running", /not a target yet/],
      [{ lastStatus: "PENDING" }, undefined, "running", /pending/],
      [{ desiredStatus: "STOPPED" }, "healthy", "idle", /stopping/],
      [{ health: "UNHEALTHY" }, "healthy", "failing", /container/],
      [
        { lastStatus: "STOPPED", stopCode: "EssentialContainerExited", containers: [{ name: "a", exitCode: 137 }] },
        undefined,
        "failing",
        /exit code 137/,
      ],
      [{ lastStatus: "STOPPED", stopCode: "ServiceSchedulerInitiated" }, undefined, "idle", /stopped/],
    ];
    for (const [more, health, state, word] of cases) {
      const judged = judgeTask(
        { ...task, ...more },
        health === undefined ? undefined : { target: "", port: 1, state: health },
        true,
      );
      assert.equal(judged.state, state, JSON.stringify([more, health]));
      assert.match(judged.word, word);
    }
  });

  it("has a place for every step of a deployment", () => {
    // Nothing in AWS is made by these: who deploys and where to, and the target group's name looked up.
    const placeless: readonly StepId[] = ["configure", "identity", "targetGroupArn"];
    const { nodes, groups } = at("during");
    const shown = new Set([...nodes, ...groups].flatMap(({ steps }) => steps));
    const left = (Object.keys(stepRows) as StepId[]).filter((step) => !shown.has(step) && !placeless.includes(step));
    assert.deepEqual(left, [], `no node and no group of src/core/map has ${left.join(", ")} among its steps`);
  });

  it("believes of its page only what is a message", () => {
    for (const wrong of [
      undefined,
      null,
      1,
      "ready",
      {},
      { type: "run" },
      { type: "action", thing: 1, action: "x" },
      { type: "fix", index: "0" },
      { type: "file", format: "exe", data: "" },
      { type: "file", format: "svg", data: 5 },
    ])
      assert.equal(parsePageMessage(wrong), undefined, JSON.stringify(wrong));
    assert.deepEqual(parsePageMessage({ type: "action", thing: "service", action: "Tail Logs", command: "rm" }), {
      type: "action",
      thing: "service",
      action: "Tail Logs",
    });
  });
});

describe("what the map says is wrong", () => {
  const places: readonly (readonly [code: string, at: RegExp])[] = [
    ["TaskPortClosed", /^tasks$/],
    ["BalancerClosed", /^guard\/loadBalancer$/],
    ["NoRouteToEcr", /^repository>taskDefinition$/],
    ["PushDenied", /^repository$/],
    ["SecretDenied", /^taskDefinition$/],
    ["LogGroupMissing", /^logGroup$/],
    ["TargetGroupUnused", /^listener$/],
    ["HealthPathMissing", /^task\//],
    ["OutOfMemory", /^task\//],
    ["UrlSilent", /^internet$/],
    ["NoCapacity", /^service$/],
    ["SomethingElse", /^task\//],
  ];
  for (const [code, at] of places) {
    it(`stands at its place: ${code}`, () => {
      const base = (moments["failed"] as (typeof moments)[string])(3);
      const model = buildMap({ ...base, diagnosis: { code, sentence: "It is so.", remedy: "Fix it." } });
      assert.match(model.callout?.at ?? "", at);
    });
  }
});
