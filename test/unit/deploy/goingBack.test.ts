/** Going back: what is known of the past, which revision is meant, and what would stop it. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { historyOf, previousOf, revisionMeant, type HistoryFacts } from "../../../src/core/deploy/history";
import type { ObservedState, Revision, RunInput } from "../../../src/core/deploy/observedState";
import { plannedFrom } from "../../../src/core/deploy/prepare";
import { known } from "../../../src/core/service/snapshot/serviceSnapshot";
import { normalise } from "../../../src/core/taskDefinition/model/normalise";
import { checkedOutCommit } from "../../../src/machine/checkedOutCommit";
import { allThere, inputOf } from "./observed";

const arnOf = (number: number, family = "quay"): string =>
  `arn:aws:ecs:us-east-1:123456789012:task-definition/${family}:${number}`;
const digestOf = (digit: string): string => `sha256:${digit.repeat(64)}`;

function revision(number: number, more: Partial<Revision> = {}): [string, Revision] {
  const definition = {
    family: "quay",
    containerDefinitions: [{ name: "quay", image: `registry/quay@${digestOf(String(number))}` }],
    registeredAt: new Date(number * 1e9).toISOString(),
    registeredBy: `arn:aws:iam::123456789012:user/maker${number}`,
  };
  return [arnOf(number), { arn: arnOf(number), revision: number, definition, tags: {}, status: "ACTIVE", ...more }];
}

const deployment = (number: number, createdAt: number, status = "SUCCESSFUL") => ({
  arn: `deployment-${createdAt}`,
  status,
  createdAt,
  startedAt: createdAt + 1000,
  finishedAt: createdAt + 61_000,
  targetRevision: `service-revision-${number}`,
  requested: 1,
  running: 1,
  pending: 0,
});

const facts = (more: Partial<HistoryFacts> = {}): HistoryFacts => ({
  container: "quay",
  live: arnOf(2),
  deployments: [deployment(3, 3e9, "ROLLBACK_SUCCESSFUL"), deployment(2, 2e9), deployment(1, 1e9)],
  serviceRevisions: [1, 2, 3].map((number) => ({
    arn: `service-revision-${number}`,
    taskDefinition: arnOf(number),
    digests: [],
  })),
  asked: new Set([1, 2, 3].map((number) => arnOf(number))),
  revisions: new Map([revision(1), revision(2), revision(3)]),
  notes: [],
  ...more,
});

describe("the history of deployments", () => {
  it("has who, when, how long, which image and how it ended, the newest first", () => {
    const entries = historyOf(facts());
    assert.deepEqual(
      entries.map(({ number, outcome, isLive, milliseconds }) => [number, outcome, isLive, milliseconds]),
      [
        [3, "rolledBack", false, 60_000],
        [2, "done", true, 60_000],
        [1, "done", false, 60_000],
      ],
    );
    assert.deepEqual([entries[2]?.by, entries[2]?.digest], ["arn:aws:iam::123456789012:user/maker1", digestOf("1")]);
    assert.deepEqual(entries[0]?.changes, ["containerDefinitions[quay].image"]);
  });
  it("guesses nothing: what is told by nobody is absent", () => {
    const deployments = [deployment(1, 9e9), deployment(2, 2e9), deployment(1, 1e9)];
    const entries = historyOf(facts({ live: arnOf(1), deployments, revisions: new Map([revision(2)]) }));
    const [again, , first] = entries;
    assert.deepEqual(
      [again?.isLive, again?.state, again?.commit, again?.digest, again?.by],
      [true, "gone", undefined, undefined, undefined],
    );
    assert.deepEqual([first?.changes, "changes" in (again ?? {})], [undefined, false]);
    const [unread] = historyOf(facts({ asked: new Set(), revisions: new Map() }));
    assert.equal(unread?.state, undefined);
    const [brought] = historyOf(facts({ deployments: [deployment(2, 5e9), deployment(2, 2e9)] }));
    assert.equal(brought?.by, undefined, "who registered it need not be who brought it again");
  });
  it("takes from the notes what AWS has forgotten, and no commit that is none", () => {
    const note = {
      revision: arnOf(1),
      by: "arn:x",
      outcome: "doneNotProbed",
      commit: "a".repeat(40),
      at: 1e9,
      endedAt: 2e9,
    };
    const tags = { "slipway:commit": "; rm -rf /" };
    const entries = historyOf(
      facts({ deployments: [], notes: [note], revisions: new Map([revision(1, { tags }), revision(2)]) }),
    );
    assert.deepEqual(
      entries.map(({ number, outcome, by, commit }) => [number, outcome, by, commit]),
      [
        [2, undefined, "arn:aws:iam::123456789012:user/maker2", undefined],
        [1, "done", "arn:x", "a".repeat(40)],
      ],
    );
    const [joined, ...others] = historyOf(
      facts({ deployments: [deployment(1, 1.5e9)], notes: [note], revisions: new Map() }),
    );
    assert.deepEqual([joined?.by, others.length], ["arn:x", 0]);
  });
  it("says which revision is meant, and which the last good one before is", () => {
    const entries = historyOf(facts());
    assert.equal(previousOf(entries)?.number, 1);
    assert.equal(previousOf(historyOf(facts({ live: arnOf(1) }))), undefined);
    const meant = (to: string) => revisionMeant(to, "quay", entries);
    assert.deepEqual(["1", "quay:1", arnOf(1), digestOf("1"), "sha256:1111111"].map(meant), Array(5).fill(arnOf(1)));
    assert.deepEqual(["9", "other:2"].map(meant), ["quay:9", "other:2"]);
    assert.deepEqual(["0", "-1", "", "quay:x", "../../x", "a b:1"].map(meant), Array(6).fill(undefined));
  });
});

describe("the plan of going back", () => {
  /** The plan for going back to a revision that `change` makes different, in an account that `spoil` changes. */
  function planOf(spoil: (state: ObservedState) => void = () => undefined, status = "ACTIVE") {
    const plain = inputOf();
    const state = allThere(plain);
    const live = state.live as Revision;
    const [container, ...others] = live.definition.containerDefinitions ?? [];
    const image = `${state.repository?.uri}@${digestOf("1")}`;
    const definition = { ...live.definition, containerDefinitions: [{ ...container, image }, ...others] };
    const old: Revision = { ...live, arn: arnOf(1), revision: 1, definition, status };
    const input: RunInput = {
      ...plain,
      goBack: { revision: old, definition: normalise(definition), digest: digestOf("1"), commit: "c".repeat(40) },
    };
    state.oldImages = [{ image, state: "there" }];
    state.configFile = "something else";
    spoil(state);
    return plannedFrom(input, state).plan;
  }
  const writes = ({ items }: ReturnType<typeof planOf>) =>
    items.filter(({ action }) => ["create", "update", "replace", "adopt"].includes(action)).map(({ step }) => step);
  const stops = ({ problems }: ReturnType<typeof planOf>) =>
    problems.filter(({ severity }) => severity === "stop").map(({ code }) => code);

  it("to what runs, where it is a restart, starts its tasks again and changes nothing", () => {
    const plain = inputOf();
    const state = allThere(plain);
    const revision = state.live as Revision;
    const goBack = { revision, definition: normalise(revision.definition), restarts: true as const };
    const { plan } = plannedFrom({ ...plain, goBack }, state);
    assert.deepEqual([writes(plan), plan.goesBack, plan.restarts], [["service"], undefined, { revision: "quay:7" }]);
    assert.deepEqual(plan.items.find(({ step }) => step === "service")?.changes, [{ code: "restart" }]);
    assert.deepEqual(
      plan.consentReasons.map(({ code }) => code),
      ["restarts"],
    );
    state.secrets = [{ reference: "arn:gone", exists: known(false) }];
    assert.deepEqual(stops(plannedFrom({ ...plain, goBack }, state).plan), ["SecretMissing"]);
  });

  it("changes the revision alone, builds nothing and asks", () => {
    const plan = planOf();
    assert.deepEqual(writes(plan), ["service"]);
    assert.ok(plan.items.every(({ step, action }) => action !== "run" || /identity|rollout|live/.test(step)));
    assert.deepEqual(
      plan.consentReasons.map(({ code }) => code),
      ["goesBack"],
    );
    assert.deepEqual([plan.goesBack?.revision, plan.goesBack?.commit, stops(plan)], ["quay:1", "c".repeat(40), []]);
  });
  it("registers again what was deregistered, and makes a log group again that is gone", () => {
    assert.deepEqual(writes(planOf(() => undefined, "INACTIVE")), ["register", "service"]);
    assert.deepEqual(writes(planOf((state) => (state.logGroup = undefined))), ["logGroup", "service"]);
  });
  it("leaves alone what slipway.json says of the rest", () => {
    const plan = planOf((state) => {
      state.taskGroup = undefined;
      state.targetGroup = undefined;
      Object.assign(state.service ?? {}, { desired: 7 });
    });
    assert.deepEqual(writes(plan), ["service"]);
  });
  it("stops where something that it needs is gone", () => {
    const spoilt: Record<string, (state: ObservedState) => void> = {
      ImageGone: (state) => (state.oldImages = [{ image: "x", state: "gone" }]),
      ImageArchived: (state) => (state.oldImages = [{ image: "x", state: "archived" }]),
      SecretMissing: (state) => (state.secrets = [{ reference: "quay/token", exists: known(false) }]),
      RoleMissing: (state) => (state.namedRoles = { execution: known(undefined), task: undefined }),
      PortNotInRevision: (state) =>
        Object.assign(state.service ?? {}, {
          loadBalancers: [{ targetGroupArn: "x", containerName: "quay", containerPort: 9999 }],
        }),
    };
    for (const [code, spoil] of Object.entries(spoilt)) assert.deepEqual(stops(planOf(spoil)), [code]);
    assert.deepEqual(stops(planOf((state) => (state.oldImages = [{ image: "x", state: "unknown" }]))), []);
  });
});

describe("the commit that is checked out", () => {
  let root: string;
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  beforeEach(() => (root = mkdtempSync(path.join(tmpdir(), "slipway-commit-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const [one, two] = ["1".repeat(40), "2".repeat(64)];

  it("is read from a branch, a packed one, a detached head and a worktree, from any folder below", async () => {
    write(".git/HEAD", "ref: refs/heads/topic/x\n");
    write(".git/packed-refs", `# pack-refs with: peeled\n${two} refs/heads/topic/x\n`);
    mkdirSync(path.join(root, "a/b"), { recursive: true });
    assert.equal(await checkedOutCommit(path.join(root, "a/b")), two);
    write(".git/refs/heads/topic/x", `${one}\n`);
    assert.equal(await checkedOutCommit(root), one);
    write(".git/worktrees/w/HEAD", "ref: refs/heads/topic/x\n");
    write(".git/worktrees/w/commondir", "../..\n");
    write("w/.git", `gitdir: ${path.join(root, ".git/worktrees/w")}\n`);
    assert.equal(await checkedOutCommit(path.join(root, "w")), one);
    write(".git/HEAD", `${two}\n`);
    assert.equal(await checkedOutCommit(root), two);
  });
  it("is not known where git's files do not say it", async () => {
    for (const head of ["", "ref: refs/heads/none", "ref: ../../etc/passwd", "ref: refs/../../x", "not a commit"]) {
      write(".git/HEAD", head);
      assert.equal(await checkedOutCommit(root), undefined, head);
    }
  });
});
