import assert from "node:assert/strict";
import { parse, type ParseError } from "jsonc-parser";
import { check } from "../../src/core/taskDefinition/language/check";
import { complete } from "../../src/core/taskDefinition/language/complete";
import { hover } from "../../src/core/taskDefinition/language/hover";
import { fargate, type Loose } from "./taskDefinitionCases/base";

/** The text without its `¦`, and where that was. */
function cursor(text: string): { text: string; offset: number } {
  const offset = text.indexOf("¦");
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

const pretty = (change: (definition: Loose, web: Loose) => void = () => undefined): string => {
  const definition = fargate();
  change(definition, definition.containerDefinitions[0]);
  return JSON.stringify(definition, null, 2);
};

function at(marked: string) {
  const { text, offset } = cursor(marked);
  const result = complete(check(text).task, offset);
  /** The document after the item was taken, its snippet's places filled with what they offer. */
  const taken = (label: string) => {
    const item = result.items.find((candidate) => candidate.label === label);
    assert.ok(item, `${label} is offered`);
    const plain = item.insert
      .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/g, "$1")
      .replace(/\$\{\d+:((?:\\.|[^}])*)\}/g, "$1")
      .replace(/\$\d/g, "")
      .replace(/\\([\\$}])/g, "$1");
    return text.slice(0, item.offset) + plain + text.slice(item.offset + item.length);
  };
  return { ...result, labels: result.items.map(({ label }) => label), taken };
}

const valid = (text: string): Loose => {
  const errors: ParseError[] = [];
  const value = parse(text, errors, { allowTrailingComma: true });
  assert.deepEqual(errors, [], text);
  return value;
};

describe("completion", () => {
  it("offers the keys that belong here and are not here yet", () => {
    const { labels } = at(pretty().replace('"family": "shop",', '"family": "shop",\n  ¦'));
    assert.ok(labels.includes("ephemeralStorage") && labels.includes("tags"));
    assert.ok(!labels.includes("family") && !labels.includes("cpu") && !labels.includes("image"));
  });
  it("puts every key in with a value of the right shape", () => {
    for (const place of [
      '"family": "shop",',
      '"essential": true,',
      '"initProcessEnabled": true,',
      '"protocol": "tcp",',
    ]) {
      const { labels, taken } = at(
        pretty((_d, w) => {
          w.linuxParameters = { initProcessEnabled: true, tmpfs: [] };
        }).replace(place, `${place}\n ¦`),
      );
      assert.ok(labels.length > 1, place);
      for (const label of labels) {
        const after = taken(label);
        valid(after);
        const wrong = check(after).findings.filter(({ rule }) =>
          ["syntax", "type-mismatch", "unknown-property", "enum-value", "required-property"].includes(rule),
        );
        assert.deepEqual(
          wrong.map(({ message }) => message),
          [],
          `${label}\n${after}`,
        );
      }
    }
  });
  it("takes the place of a key that is half typed, and leaves its value", () => {
    const { taken } = at('{ "containerDefinitions": [], "fam¦": "x" }');
    assert.equal(taken("family"), '{ "containerDefinitions": [], "family": "x" }');
  });
  it("takes the place of a word without a quote", () => {
    assert.equal(
      at('{ "containerDefinitions": [], netw¦ }').taken("networkMode"),
      '{ "containerDefinitions": [], "networkMode": "awsvpc" }',
    );
  });
  it("offers enumerations, and what Fargate does not have last", () => {
    assert.deepEqual(at(pretty().replace('"awsvpc"', '"¦awsvpc"')).labels, ["awsvpc", "bridge", "host", "none"]);
    const { items } = at(pretty().replace('"logDriver": "awslogs"', '"logDriver": ¦'));
    assert.deepEqual(
      items
        .filter(({ rank }) => rank === 1)
        .map(({ label }) => label)
        .sort(),
      ["awsfirelens", "awslogs", "splunk"],
    );
  });
  it("offers the memory that goes with the CPU at hand", () => {
    assert.deepEqual(
      at(
        pretty((d) => {
          d.cpu = "256";
        }).replace('"memory": "2048"', '"memory": "¦"'),
      ).labels,
      ["512", "1024", "2048"],
    );
    assert.deepEqual(
      at(
        pretty((d) => {
          d.cpu = "32 vCPU";
          d.memory = "60 GB";
        }).replace('"60 GB"', '"¦60 GB"'),
      ).labels,
      ["60 GB", "120 GB", "244 GB"],
    );
  });
  it("offers containers to depend on, volumes to mount and log options", () => {
    assert.deepEqual(at(pretty().replace('"containerName": "agent"', '"containerName": "¦"')).labels, ["agent"]);
    assert.deepEqual(at(pretty().replace('"sourceVolume": "cache"', '"sourceVolume": "¦"')).labels, ["cache"]);
    assert.ok(
      at(pretty().replace('"awslogs-stream-prefix": "web",', '"awslogs-stream-prefix": "web",\n  ¦')).labels.includes(
        "mode",
      ),
    );
  });
  it("says which of the account's resources belong here, and asks for nothing itself", () => {
    const marked = {
      images: '"image": "¦',
      roles: '"executionRoleArn": "¦',
      logGroups: '"awslogs-group": "¦',
      secrets: '"valueFrom": "¦',
    };
    for (const [kind, place] of Object.entries(marked))
      assert.equal(at(pretty().replace(place.slice(0, -1), place)).account, kind);
  });
  it("works in wrapped definitions, in lists of containers and in broken text", () => {
    assert.ok(at(`{"taskDefinition": {"containerDefinitions": [{ ¦ }]}}`).labels.includes("image"));
    assert.ok(at(`[{ "name": "a", ¦ }]`).labels.includes("image"));
    assert.ok(at(`{ "containerDefinitions": [ { "name": "a", ¦`).labels.includes("image"));
    assert.ok(at(`{ ¦ }`).labels.includes("containerDefinitions"));
  });
});

describe("hover", () => {
  const over = (place: string, text = pretty()) => hover(check(text).task, text.indexOf(place) + 2)?.markdown ?? "";
  it("says what it is, its unit, its default and whether Fargate has it", () => {
    assert.match(over('"stopTimeout"'), /SIGTERM[^]*seconds[^]*30[^]*at most 120/);
    assert.match(
      over(
        '"privileged"',
        pretty((_d, w) => {
          w.privileged = true;
        }),
      ),
      /Not on Fargate/,
    );
    assert.match(over('"networkMode"'), /`awsvpc`[^]*https:\/\/docs\.aws\.amazon\.com/);
  });
  it("prices the CPU and memory at hand", () => {
    assert.match(over('"cpu"'), /1 vCPU and 2 GB on X86_64: about \*\*\$\d+\.\d\d a month\*\*/);
    assert.doesNotMatch(
      over(
        '"cpu"',
        pretty((d) => {
          d.memory = "77";
        }),
      ),
      /month/,
    );
  });
  it("has something to say about every member of the model that is hovered", () =>
    assert.equal(over('"containerPort"').includes("1 to 65535"), true));
  it("is silent between values", () => assert.equal(hover(check(pretty()).task, 0), undefined));
});
