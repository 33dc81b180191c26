import assert from "node:assert/strict";
import { applyEdits } from "../../src/core/taskDefinition/document/edits";
import { isFargateSize } from "../../src/core/taskDefinition/document/sizes";
import { changesAt } from "../../src/core/taskDefinition/language/changes";
import { check } from "../../src/core/taskDefinition/language/check";

const text = `{
  // ours
  "family": "web",
  "requiresCompatibilities": ["FARGATE"],
  "networkMode": "awsvpc",
  "cpu": "512",
  "memory": "1 GB",
  "executionRoleArn": "arn:aws:iam::111122223333:role/exec",
  "containerDefinitions": [
    { "name": "web", "image": "web:1", "portMappings": [{ "containerPort": 3000 }] } // one
  ]
}
`;

/** What is offered where \`word\` stands, and what each makes of the text. */
function offered(word: string, of = text): { title: string; made: string }[] {
  return changesAt(check(of).task, of.indexOf(word) + 2).map((each) => ({
    title: each.title,
    made: applyEdits(of, each.edits()),
  }));
}

describe("what may be changed at the cursor", () => {
  it("are the sizes that Fargate has around the present one, each with its price, in the file's notation", () => {
    const found = offered('"cpu"');
    assert.deepEqual(found, offered('"memory": "1'));
    assert.ok(found.length >= 5 && found.length <= 12);
    for (const { title, made } of found) {
      assert.match(title, /^Change to [\d.]+ vCPU and [\d.]+ GB, about \$[\d.]+ a month for a task$/);
      const { task } = check(made);
      assert.ok(isFargateSize({ cpu: task.cpu ?? 0, memory: task.memory ?? 0 }, false), title);
      assert.ok(made.includes("// ours") && made.includes("// one"));
      assert.match(made, /"memory": "[\d.]+ GB"/);
    }
    assert.ok(
      found.some(({ made }) => made.includes('"cpu": "256"')) &&
        found.some(({ made }) => made.includes('"cpu": "1024"')),
    );
    assert.equal(
      found.some(({ made }) => made === text),
      false,
    );
  });

  it("is the other processor, there and back, and storage, at the family", () => {
    const [arm, ...storages] = offered('"family"');
    assert.match(arm?.title ?? "", /^Run on ARM64 .*about \$/);
    assert.match(
      arm?.made ?? "",
      /"runtimePlatform": \{\s*"cpuArchitecture": "ARM64",\s*"operatingSystemFamily": "LINUX"/,
    );
    assert.match(offered('"family"', arm?.made)[0]?.made ?? "", /"cpuArchitecture": "X86_64"/);
    assert.deepEqual(
      storages.map(({ made }) => /"sizeInGiB": (\d+)/.exec(made)?.[1]),
      ["50", "100", "200"],
    );
    const stated = storages[0]?.made ?? "";
    const back = offered('"ephemeralStorage"', stated).at(-1);
    assert.equal(back?.made.includes("ephemeralStorage"), false);
    assert.equal(offered('"family"', stated).length, 1);
  });

  it("is a health check on the container's port, where it has none", () => {
    const [only, ...more] = offered('"image"');
    assert.deepEqual(more, []);
    assert.match(
      only?.made ?? "",
      /"healthCheck": \{\s*"command": \[\s*"CMD-SHELL",\s*"curl -f http:\/\/localhost:3000\/ \|\| exit 1"/,
    );
    assert.deepEqual(offered('"image"', only?.made), []);
  });

  it("is nothing elsewhere, in what is no Fargate definition, and in a text that is broken", () => {
    assert.deepEqual(offered('"networkMode"'), []);
    assert.deepEqual(offered('"cpu"', text.replace('"FARGATE"', '"EC2"')), []);
    assert.deepEqual(offered('"cpu"', text.replace('"cpu": "512",', '"cpu": "512"')), []);
    assert.deepEqual(offered('"cpu"', text.replace('"512"', '"${CPU}"')), []);
    const bare = '[{ "name": "web", "cpu": 256 }]';
    assert.deepEqual(offered('"cpu"', bare), []);
  });
});
