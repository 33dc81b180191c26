/** Which revision is as it was registered, whatever its tags say; and what a new one is tagged with. */
import assert from "node:assert/strict";
import { findOwn, findRevision, digestOf, revisionTags } from "../../../src/core/deploy/revisions";
import { ownershipTags, type ObservedState, type Revision } from "../../../src/core/deploy/observedState";
import { plannedFrom } from "../../../src/core/deploy/prepare";
import type { TaskDefinition } from "../../../src/core/base/taskDefinition";
import type { Cloud, Tags } from "../../../src/core/ports/cloud";
import { plainDefinition, plant, seeded } from "../support/unknownMembers";
import { allThere, inputOf } from "./observed";

const { app } = inputOf();

interface Kept {
  definition: TaskDefinition;
  tags: Tags;
  status?: "INACTIVE";
}

/** An account's family; revisions by their numbers from 1 on. */
function familyOf(...kept: Kept[]): { cloud: Pick<Cloud, "ecs">; looks: string[] } {
  const looks: string[] = [];
  const ecs = {
    listRevisions: (_family: string, limit: number, status = "ACTIVE") =>
      Promise.resolve(
        kept
          .flatMap((item, at) => ((item.status ?? "ACTIVE") === status ? [`quay:${at + 1}`] : []))
          .reverse()
          .slice(0, limit),
      ),
    findTaskDefinition: (arn: string) => {
      looks.push(arn);
      const revision = Number(arn.split(":")[1]);
      const { definition, tags, status = "ACTIVE" } = kept[revision - 1] as Kept;
      return Promise.resolve({ arn, revision, definition: { ...definition, revision }, tags, status });
    },
  };
  return { cloud: { ecs } as unknown as Pick<Cloud, "ecs">, looks };
}

/** As a deployment registers it. */
const registered = async (definition: TaskDefinition): Promise<Kept> => ({
  definition,
  tags: { ...ownershipTags(app), "slipway:definition": await digestOf(definition) },
});

async function ownOf(live: string | undefined, ...kept: Kept[]): Promise<[own: string | undefined, looks: string[]]> {
  const { cloud, looks } = familyOf(...kept);
  const running = live === undefined ? undefined : await findRevision(cloud, live);
  return [(await findOwn(cloud, app, running, () => cloud.ecs.listRevisions("quay", 10)))?.arn, looks];
}

describe("the revision that was registered last", () => {
  const bigger = { ...plainDefinition(), cpu: "1024", memory: "2048" };

  it("is the live one where it holds what its tag says, with one look", async () => {
    assert.deepEqual(await ownOf("quay:1", await registered(plainDefinition())), ["quay:1", ["quay:1"]]);
  });
  it("is not the one that an edit made elsewhere copied its tags to, deregistered or not", async () => {
    for (const status of [undefined, "INACTIVE"] as const) {
      const original = { ...(await registered(plainDefinition())), ...(status ? { status } : {}) };
      const [own] = await ownOf(
        "quay:3",
        original,
        { ...original, definition: bigger },
        { tags: original.tags, definition: bigger },
      );
      assert.equal(own, "quay:1");
    }
  });
  it("is an unchanged copy, and one to which AWS added something that nobody stated", async () => {
    const original = await registered(plainDefinition());
    const described = { ...original, definition: { ...plainDefinition(), lane: "DEFAULT" } };
    assert.equal((await ownOf("quay:2", original, original))[0], "quay:2");
    assert.equal((await ownOf("quay:1", described))[0], "quay:1");
    assert.equal((await ownOf("quay:2", described, described))[0], "quay:2");
    assert.equal((await ownOf("quay:2", described, { ...described, definition: bigger }))[0], "quay:1");
  });
  it("counts by its tags where an earlier version registered it", async () => {
    const before = { definition: plainDefinition(), tags: ownershipTags(app) };
    assert.equal((await ownOf("quay:2", before, { ...before, definition: bigger }))[0], "quay:2");
  });
  it("is the newest that is as it was registered where another's runs", async () => {
    const original = await registered(plainDefinition());
    const foreign = { definition: bigger, tags: {} };
    assert.equal((await ownOf("quay:3", original, { ...original, definition: bigger }, foreign))[0], "quay:1");
    assert.equal((await ownOf(undefined, foreign))[0], undefined);
  });
});

describe("a plan", () => {
  it("says what an edit made elsewhere changed, although it copied the tags", async () => {
    const input = inputOf();
    const state = allThere(input);
    assert.deepEqual(plannedFrom(input, state).plan.changedElsewhere, []);
    const live = state.live as NonNullable<typeof state.live>;
    const tags = { ...live.tags, "slipway:definition": await digestOf(live.definition) };
    const own = { ...live, tags };
    const copy = {
      ...live,
      arn: "arn:quay:8",
      revision: 8,
      tags,
      definition: { ...live.definition, cpu: "512", memory: "1024", lane: { fast: null } },
    };
    const { plan, definition } = plannedFrom(input, { ...state, own, live: copy, latest: copy, running: [copy] });
    assert.deepEqual(
      plan.changedElsewhere.map(({ path, after }) => [path, after]),
      [
        ["cpu", "512"],
        ["memory", "1024"],
        ["lane", { fast: null }],
      ],
    );
    assert.deepEqual(
      plan.consentReasons.map(({ code }) => code),
      ["changedElsewhere"],
    );
    assert.deepEqual(definition.predicted["lane"], { fast: null });
  });
});

describe("what is registered already", () => {
  const registerOf = (change: (state: ObservedState) => Partial<ObservedState>) => {
    const input = inputOf();
    const state = allThere(input);
    const { decisions } = plannedFrom(input, { ...state, ...change(state) });
    const [register, service] = (["register", "service"] as const).map((step) => decisions.get(step));
    return `${register?.action} ${register?.reason.code} ${register?.name}, ${service?.action}`;
  };
  it("is used, and not where it was deregistered, or says to be something else", () => {
    assert.equal(
      registerOf(() => ({})),
      "reuse sameRegistered quay:7, reuse",
    );
    assert.equal(
      registerOf(({ live }) => ({ live: { ...(live as Revision), status: "INACTIVE" }, latest: undefined })),
      "create revisionInactive quay, update",
    );
    // A newer one says the same.
    assert.equal(
      registerOf(({ live }) => ({ live: { ...(live as Revision), arn: "arn:quay:6", status: "INACTIVE" } })),
      "reuse sameRegistered quay:7, update",
    );
    const tags = { ...ownershipTags(app), "slipway:definition": "1" };
    assert.equal(
      registerOf(({ live }) => {
        const copy = { ...(live as Revision), digest: "2", tags };
        return { live: copy, latest: copy, own: { ...copy, arn: "arn:quay:6" } };
      }),
      "create newRevision quay, update",
    );
  });
});

describe("a revision's digest and tags", () => {
  it("are the same in any order and with what ECS fills in, and others with any member", async () => {
    const definition = plainDefinition();
    plant(definition, 20, seeded(5));
    const described = Object.fromEntries(
      Object.entries({ ...definition, status: "ACTIVE", placementConstraints: [] }).reverse(),
    );
    const digest = await digestOf(definition);
    assert.match(digest, /^[0-9a-f]{64}$/);
    assert.equal(await digestOf(described), digest);
    assert.notEqual(await digestOf({ ...definition, another: null }), digest);
  });
  it("keep the live revision's and the file's other tags", async () => {
    const state = allThere(inputOf());
    const live = {
      ...(state.live as NonNullable<typeof state.live>),
      tags: { team: "a", cost: "1", "aws:x": "1", "slipway:id": "old" },
    };
    const made = { source: state.source.digest, digest: `sha256:${"cd".repeat(32)}`, commit: "ef".repeat(20) };
    const file = { tags: [{ key: "cost", value: "2" }, { key: "bare" }, null, { key: "slipway:app", value: "x" }] };
    const {
      "slipway:source": source,
      "slipway:definition": digest,
      "slipway:commit": commit,
      "slipway:digest": image,
      ...others
    } = await revisionTags(app, { live }, made, file, plainDefinition());
    assert.deepEqual([commit, image], [made.commit, made.digest]);
    assert.deepEqual(others, { team: "a", cost: "2", bare: "", ...ownershipTags(app) });
    assert.deepEqual([source, digest], [state.source.digest, await digestOf(plainDefinition())]);
  });
});
