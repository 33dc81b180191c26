import assert from "node:assert/strict";
import { check } from "../../src/core/taskDefinition/language/check";
import { applyEdits } from "../../src/core/taskDefinition/document/edits";
import { fixAll } from "../../src/core/taskDefinition/language/fixAll";
import {
  isForeignDocument,
  isTaskDefinitionName,
  looksLikeTaskDefinition,
  recogniseLimit,
} from "../../src/core/taskDefinition/language/recognise";
import type { Surroundings } from "../../src/core/taskDefinition/document/task";
import { pointer } from "../../src/core/taskDefinition/document/view";
import { fargate, type Loose } from "./taskDefinitionCases/base";
import { quickest } from "./support/quickest";
import { placeholders } from "./taskDefinitionCases/odd";

const pretty = (value: Loose) => JSON.stringify(value, null, 2);
const ids = (text: string, surroundings?: Surroundings) =>
  check(text, surroundings ? { surroundings } : {}).findings.map(({ rule }) => rule);
const changed = (change: (definition: Loose, web: Loose) => void): Loose => {
  const definition = fargate();
  change(definition, definition.containerDefinitions[0]);
  return definition;
};

describe("which documents are task definitions", () => {
  for (const name of [
    "task-definition.json",
    "taskdef.json",
    ".aws/task-definition.json",
    "ecs-task-definition.json",
    "aws/task-definition.json",
    "task-def.json",
    "ecs-task-def.json",
    "ecs/task-definition.json",
    "task_definition.json",
    "taskDefinition.json",
    "container-definitions.json",
    "deep/down/taskdef.json",
    "C:\\code\\taskdef.json",
  ]) {
    it(`by name: ${name}`, () => assert.ok(isTaskDefinitionName(name)));
  }
  for (const name of [
    "package.json",
    "tsconfig.json",
    "my-taskdef.json",
    "taskdef.jsonx",
    "imagedefinitions.json",
    "task-definition.schema.json",
  ])
    it(`not by name: ${name}`, () => assert.ok(!isTaskDefinitionName(name)));
  const container = { name: "a", image: "b", essential: true };
  const yes: Readonly<Record<string, string>> = {
    "a definition": pretty(fargate()),
    "a wrapped one": pretty({ taskDefinition: fargate(), tags: [] }),
    "a list of containers": pretty([container]),
    "one behind comments": `// ours\n/* all of it */ ${pretty(fargate())}`,
    "one with its containers last": pretty({ tags: [{ key: "containerDefinitions", value: "x" }], ...fargate() }),
    "one with an unquoted placeholder": '{"family": ${family}, "containerDefinitions": ${containers}}',
  };
  const no: Readonly<Record<string, string>> = {
    "package.json": '{"name":"x","version":"1.0.0","dependencies":{"containerDefinitions":"1"}}',
    "a CloudFormation template": pretty({
      AWSTemplateFormatVersion: "2010-09-09",
      Resources: { Task: { Type: "AWS::ECS::TaskDefinition", Properties: { ContainerDefinitions: [container] } } },
    }),
    "a JSON schema of one": pretty({
      $schema: "http://json-schema.org/draft-07/schema#",
      properties: { containerDefinitions: { type: "array" } },
      containerDefinitions: [],
    }),
    "image definitions": pretty([{ name: "web", imageUri: "x" }]),
    "a list of products": pretty([{ name: "Chair", image: "chair.png", price: 3 }]),
    "a service definition": pretty({ serviceName: "web", taskDefinition: "web:3", desiredCount: 1 }),
    "something with a task definition further down": pretty({ deploy: { taskDefinition: fargate() } }),
    nothing: "",
    "a string": '"containerDefinitions"',
  };
  for (const [what, text] of Object.entries(yes))
    it(`by content: ${what}`, () => assert.ok(looksLikeTaskDefinition(text)));
  for (const [what, text] of Object.entries(no))
    it(`not by content: ${what}`, () => assert.ok(!looksLikeTaskDefinition(text)));
  it("not by name what is plainly something else", () =>
    assert.ok(isForeignDocument('{"AWSTemplateFormatVersion":"2010-09-09","Resources":{}}')));
  it("by the beginning alone, however long the rest is", () => {
    const cost = (text: string): number => quickest(() => looksLikeTaskDefinition(text));
    for (const text of [`{"a":"${"x".repeat(5_000_000)}"}`, "[".repeat(1_000_000), `{${'"k":1,'.repeat(500_000)}`]) {
      const [whole, beginning] = [cost(text), cost(text.slice(0, recogniseLimit))];
      assert.ok(
        whole < 4 * beginning + 1,
        `${whole} ms for the whole, ${beginning} ms for the beginning of ${text.slice(0, 10)}`,
      );
    }
  });
});

describe("placeholders", () => {
  const members: Readonly<Record<string, (definition: Loose, web: Loose, value: string) => void>> = {
    image: (_d, w, value) => {
      w.image = value;
    },
    family: (d, _w, value) => {
      d.family = value;
    },
    cpu: (d, _w, value) => {
      d.cpu = value;
    },
    "a role": (d, _w, value) => {
      d.executionRoleArn = value;
    },
    "a log group": (_d, w, value) => {
      w.logConfiguration.options["awslogs-group"] = value;
    },
    "an environment file": (_d, w, value) => {
      w.environmentFiles = [{ type: "s3", value }];
    },
  };
  for (const value of placeholders) {
    it(`in quotes: ${value}`, () => {
      for (const [name, set] of Object.entries(members))
        assert.deepEqual(ids(pretty(changed((d, w) => set(d, w, value)))), [], name);
    });
  }
  for (const value of [
    "${cpu}",
    "{{ must_env `CPU` }}",
    "<CPU>",
    "%CPU%",
    "$CPU",
    "#{cpu}#",
    "__CPU__",
    "CPU_UNITS",
    "${cpu * 2}",
    '${lookup(x, "a")}',
  ]) {
    it(`without quotes: ${value}`, () => {
      const text = pretty(fargate())
        .replace('"cpu": "1024"', `"cpu": ${value}`)
        .replace('"containerPort": 8080', `"containerPort": ${value}`);
      assert.deepEqual(ids(text), []);
    });
  }
  it("with quotes of their own inside quotes", () => {
    const text = pretty(
      changed((_d, w) => {
        w.image = "IMAGE";
      }),
    ).replace('"IMAGE"', '"{{ must_env "IMAGE" }}"');
    assert.deepEqual(ids(text), []);
  });
  it("of a template's own lines between members", () => {
    const text = pretty(fargate())
      .replace('"environment": [', '{{- if .Extra }}\n      "environment": [')
      .replace('"secrets": [', '{{ end }}\n      "secrets": [');
    assert.deepEqual(ids(text), []);
  });
  it("suspend what is said about their value and nothing else", () => {
    const text = pretty(
      changed((d, w) => {
        w.image = "${IMAGE}";
        d.networkMode = "bridge";
        delete w.name;
        w.enviroment = [];
        delete d.volumes;
      }),
    );
    assert.deepEqual(
      ids(text).sort(),
      ["container-name-required", "fargate-network-mode", "unknown-property", "volume-unknown"].sort(),
    );
  });
  it("for a container's name keep what depends on it from being wrong", () => {
    assert.deepEqual(
      ids(
        pretty(
          changed((d) => {
            d.containerDefinitions[1].name = "${AGENT}";
          }),
        ),
      ),
      [],
    );
  });
  it("are not names of variables, capabilities or systems", () => {
    const text = pretty(
      changed((d, w) => {
        w.environment = [
          { name: "AWS_REGION", value: "a" },
          { name: "AWS_REGION", value: "b" },
        ];
        w.linuxParameters.capabilities = { add: ["NET_ADMIN"] };
        d.runtimePlatform.operatingSystemFamily = "WINDOWS_SERVER_1999_CORE";
      }),
    );
    assert.deepEqual(ids(text).sort(), ["enum-value", "env-duplicate", "fargate-capabilities"]);
  });
});

describe("text that is not quite JSON", () => {
  it("may have comments, trailing commas and a duplicate key", () => {
    const text = pretty(fargate()).replace("{", "{ // ours").replace(/\n\}$/, ",\n}");
    assert.deepEqual(ids(text), []);
    assert.deepEqual(ids(text.replace('"family": "shop"', '"family": "shop", "family": "shop"')), ["duplicate-key"]);
  });
  it("that lacks a comma is told so once, at the place, and everything else is still said", () => {
    const text = pretty(
      changed((d) => {
        d.networkMode = "bridge";
      }),
    ).replace('"family": "shop",', '"family": "shop" // name');
    const { findings } = check(text);
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["syntax", "fargate-network-mode"],
    );
    assert.equal(text.slice(findings[0]?.spot.offset).startsWith('"requiresCompatibilities"'), true);
    const after = applyEdits(text, findings[0]?.fixes[0]?.edits() ?? []);
    assert.ok(after.includes('"shop", // name'));
    assert.deepEqual(ids(after), ["fargate-network-mode"]);
  });
  for (const text of ["{", '{"containerDefinitions": [', '{"family": "x', "}", "[[[", '{"a":}', "\u0000", "{'a': 1}"]) {
    it(`is told to be none: ${JSON.stringify(text)}`, () =>
      assert.ok(
        ids(text).every((id) => id === "syntax" || id === "wrapped-definition"),
        ids(text).join(),
      ));
  }
  it("is not looked at when it is nested too deeply or far too large", () => {
    assert.deepEqual(ids("[".repeat(100_000)), ["syntax"]);
    assert.deepEqual(ids(`{"containerDefinitions":[${"1,".repeat(500_000)}1]}`), ["definition-size"]);
  });
  it("says nothing of an empty document", () => assert.deepEqual(ids("  \n"), []));
});

describe("wrapped, described and bare", () => {
  it("unwraps an answer of describe-task-definition, moved to the left", () => {
    const text = `${pretty({ taskDefinition: fargate() })}\n`;
    const finding = check(text).findings.find(({ rule }) => rule === "wrapped-definition");
    assert.equal(finding?.severity, "info");
    assert.equal(applyEdits(text, finding.fixes[0]?.edits() ?? []), `${pretty(fargate())}\n`);
  });
  it("finds what is in it by its own path", () => {
    const wrapped = {
      taskDefinition: changed((d) => {
        d.networkMode = "host";
      }),
    };
    const finding = check(pretty(wrapped)).findings.find(({ rule }) => rule === "fargate-network-mode");
    assert.equal(pointer(finding?.spot.path ?? []), "/taskDefinition/networkMode");
  });
  it("checks a list of containers for what a list alone can have wrong", () => {
    const list = changed((_d, w) => {
      delete w.memory;
      w.stopTimeout = 1;
    }).containerDefinitions;
    assert.deepEqual(ids(pretty(list)), ["wrapped-definition", "stop-timeout"]);
  });
  it("fixes everything that can be fixed in one go", () => {
    const text = pretty(
      changed((d, w) => {
        Object.assign(d, {
          revision: 1,
          status: "ACTIVE",
          networkMode: "bridge",
          cpu: "512",
          memory: "512",
          ipcMode: null,
        });
        w.Environment = w.environment;
        delete w.environment;
        w.privileged = true;
        w.memory = 256;
      }),
    );
    const after = applyEdits(text, fixAll(text));
    assert.deepEqual(ids(after), []);
    assert.equal(after, pretty(JSON.parse(after)), "in the file's own formatting");
  });
  it("says of a member that the SDK does not know that it is registered as it stands, and takes none away", () => {
    const text = pretty(
      changed((d, w) => {
        Object.assign(d, { burst: { null: null, list: [] } });
        Object.assign(w.portMappings[0], { earlyHints: null });
        w.enviroment = w.environment;
        delete w.environment;
      }),
    );
    const { findings } = check(text);
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ["info", "info", "info"],
    );
    const said = findings.map(({ message }) => message.replace(/\d{4}-\d\d-\d\d/, "DATE")).sort();
    const unknown = (member: string) => `"${member}" is not known to this version (API of DATE).`;
    assert.deepEqual(said, [
      `${unknown("burst")} It is registered as it stands.`,
      `${unknown("earlyHints")} It is registered as it stands.`,
      `${unknown("enviroment")} Is "environment" meant?`,
    ]);
    assert.equal(applyEdits(text, fixAll(text)), text);
  });
});
