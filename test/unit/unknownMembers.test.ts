/** Members that AWS has and the SDK does not know yet: nothing that carries a definition on loses one. */
import assert from "node:assert/strict";
import { completeDefinition, parseDefinition } from "../../src/core/taskDefinition/model/generate";
import { mergeDefinitions } from "../../src/core/taskDefinition/model/merge";
import { differences, normalise, sameDefinition } from "../../src/core/taskDefinition/model/normalise";
import { registeredDefinitions } from "../../src/core/registeredDefinitions/registeredDefinitions";
import { cleaned, compared } from "../../src/core/taskDefinition/language/values";
import type { Json, TaskDefinition } from "../../src/core/base/taskDefinition";
import type { Cloud } from "../../src/core/ports/cloud";
import { inputOf } from "./deploy/observed";
import { lostOf, plainDefinition, plant, seeded } from "./support/unknownMembers";

const resolved = { image: "quay@sha256:1", executionRoleArn: "arn:aws:iam::1:role/quay", region: "us-east-1" };
const copy = <T>(json: T): T => JSON.parse(JSON.stringify(json)) as T;

function planted(seed: number, count = 100): [TaskDefinition, ReadonlyMap<string, Json>] {
  const definition = plainDefinition();
  return [definition, plant(definition, count, seeded(seed))];
}

describe("members that the SDK does not know", () => {
  for (const seed of [1, 2, 3]) {
    it(`survive normalizing, merging, completing and comparing: a hundred of them, seed ${seed}`, () => {
      const [definition, members] = planted(seed);
      assert.equal(members.size, 100);
      assert.deepEqual(lostOf(members, normalise(definition)), []);
      assert.deepEqual(lostOf(members, mergeDefinitions({ file: definition })), []);
      assert.deepEqual(lostOf(members, mergeDefinitions({ file: plainDefinition(), live: definition })), []);
      assert.deepEqual(lostOf(members, mergeDefinitions({ file: definition, live: plainDefinition() })), []);
      const merged = mergeDefinitions({ file: definition, live: definition, lastFile: definition });
      const complete = completeDefinition(merged, inputOf().app, resolved);
      assert.deepEqual(lostOf(members, complete), []);
      const [before, after] = [compared(definition, complete).before, compared(plainDefinition(), definition).after];
      assert.deepEqual(lostOf(members, JSON.parse(before) as TaskDefinition), []);
      assert.deepEqual(lostOf(members, JSON.parse(after) as TaskDefinition), []);
      assert.deepEqual(lostOf(members, parseDefinition(cleaned(JSON.stringify(definition)), "x")), []);
    });

    it(`each count when two definitions are compared, in any order, seed ${seed}`, () => {
      const [definition, members] = planted(seed, 30);
      assert.ok(sameDefinition(definition, reversed(definition) as TaskDefinition));
      const places = differences(normalise(plainDefinition()), normalise(definition)).map(({ path }) => path);
      assert.deepEqual([...places].sort(), [...members.keys()].sort());
    });

    it(`half of the file, half of the live revision, seed ${seed}`, () => {
      const [file, ofFile] = planted(seed, 50);
      const [live, ofLive] = planted(seed + 100, 50);
      const merged = mergeDefinitions({ file, live, lastFile: file });
      assert.deepEqual([...lostOf(ofFile, merged), ...lostOf(ofLive, merged)], []);
      // What left the file since it was registered goes, with null as its value too.
      const without = mergeDefinitions({ file: plainDefinition(), live: copy(file), lastFile: file });
      assert.equal(lostOf(ofFile, without).length, ofFile.size);
    });
  }

  it("are registered from an editor, and compared with what is registered", async () => {
    const [definition, members] = planted(7);
    let sent: TaskDefinition | undefined;
    const revision = { arn: "arn:quay:1", revision: 1, tags: {}, status: "ACTIVE" };
    const ecs = {
      register: (given: TaskDefinition) => {
        sent = given;
        return Promise.resolve(revision);
      },
      listRevisions: () => Promise.resolve([revision.arn]),
      findTaskDefinition: () => Promise.resolve({ ...revision, definition: { ...definition, revision: 1 } }),
    };
    const definitions = registeredDefinitions({ ecs } as unknown as Cloud);
    await definitions.register({ ...definition, revision: 4, status: "ACTIVE", registeredAt: "x" }, {});
    assert.deepEqual(lostOf(members, sent), []);
    assert.deepEqual(
      ["revision", "status", "registeredAt"].filter((member) => member in (sent ?? {})),
      [],
    );
    assert.deepEqual(lostOf(members, (await definitions.latest("quay"))?.definition), []);
  });

  it("may be called as what every JavaScript object has", () => {
    const text = `{"containerDefinitions":[{"name":"quay","dockerLabels":{"toString":"a"}}],"constructor":null,"valueOf":{"a":1}}`;
    const file = parseDefinition(text, "x");
    for (const merged of [
      mergeDefinitions({ file, live: { containerDefinitions: [{ name: "quay" }] } }),
      mergeDefinitions({ file: { containerDefinitions: [{ name: "quay" }] }, live: file }),
    ])
      assert.deepEqual(JSON.parse(JSON.stringify(merged)), JSON.parse(text));
  });
});

describe("lists whose elements are told apart", () => {
  const ports = (...portMappings: Json[]): TaskDefinition => ({
    containerDefinitions: [{ name: "dns", portMappings }],
  });
  const tcp = { containerPort: 53 };
  const udp = { containerPort: 53, protocol: "udp" };
  it("keep two mappings of one port by their protocols, and ranges", () => {
    const range = { containerPortRange: "7000-7010" };
    assert.deepEqual(mergeDefinitions({ file: ports(tcp, udp), live: ports(tcp, udp, range) }), ports(tcp, udp, range));
    assert.deepEqual(
      differences(ports(tcp), ports(tcp, udp)).map(({ path }) => path),
      ["containerDefinitions[dns].portMappings[53/udp]"],
    );
  });
  it("are one value where two elements cannot be told apart", () => {
    const hosts = (...extraHosts: Json[]): TaskDefinition => ({ containerDefinitions: [{ name: "dns", extraHosts }] });
    const both = hosts({ hostname: "a", ipAddress: "10.0.0.1" }, { hostname: "a", ipAddress: "10.0.0.2" });
    assert.deepEqual(mergeDefinitions({ file: both, live: hosts({ hostname: "a", ipAddress: "10.0.0.3" }) }), both);
  });
});

function reversed(json: Json | undefined): Json | undefined {
  if (Array.isArray(json)) return json.map((item) => reversed(item) ?? null);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json)
      .reverse()
      .map(([member, inner]) => [member, reversed(inner)]),
  );
}
