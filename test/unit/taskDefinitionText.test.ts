import assert from "node:assert/strict";
import { check } from "../../src/core/taskDefinition/language/check";
import { applyEdits } from "../../src/core/taskDefinition/document/edits";
import { fixAll } from "../../src/core/taskDefinition/language/fixAll";
import { overlayGaps } from "../../src/core/taskDefinition/document/schema";
import {
  isForeignDocument,
  isTaskDefinitionName,
  looksLikeTaskDefinition,
  recogniseLimit,
} from "../../src/core/taskDefinition/language/recognise";
import { render } from "../../src/core/taskDefinition/language/report";
import type { Surroundings } from "../../src/core/taskDefinition/document/task";
import { pointer } from "../../src/core/taskDefinition/document/view";
import { fargate, type Loose } from "./taskDefinitionCases/base";
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
    // The quickest of many looks is what it costs; the others are what else the machine did.
    const cost = (text: string): number => {
      const looks = Array.from({ length: 20 }, () => {
        const began = performance.now();
        looksLikeTaskDefinition(text);
        return performance.now() - began;
      });
      return Math.min(...looks);
    };
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
  it("mends everything that can be mended in one go", () => {
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
        w.enviroment = w.environment;
        delete w.environment;
        w.privileged = true;
        w.memory = 256;
      }),
    );
    const after = applyEdits(text, fixAll(text));
    assert.deepEqual(ids(after), []);
    assert.equal(after, pretty(JSON.parse(after)), "in the file's own formatting");
  });
});

describe("secrets in plain text", () => {
  const told = (name: string, value: string) =>
    ids(
      pretty(
        changed((_d, w) => {
          w.environment = [{ name, value }];
        }),
      ),
    ).includes("plaintext-secret");
  for (const name of [
    "DB_PASSWORD",
    "dbPassword",
    "API_KEY",
    "STRIPE_APIKEY",
    "JWT_SECRET",
    "GITHUB_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "PRIVATE_KEY",
    "SECRET_KEY",
  ])
    it(`by name: ${name}`, () => assert.ok(told(name, "hunter22hunter")));
  it("by value", () => assert.ok(told("SETTING", "ghp_0123456789abcdefghijklmnopqrstuvwxyz")));
  for (const [name, value] of [
    ["COMPASS", "north"],
    ["KEYBOARD", "us"],
    ["TOKEN_EXPIRY", "hours"],
    ["PASSWORD_FILE", "x"],
    ["DB_PASSWORD", "${DB_PASSWORD}"],
    ["SECRET", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:x"],
    ["USE_TOKEN", "true"],
    ["API_KEY", ""],
  ] as const)
    it(`not: ${name}=${value}`, () => assert.ok(!told(name, value)));
});

describe("severities", () => {
  const text = pretty(
    changed((d, w) => {
      d.networkMode = "host";
      w.image = "nginx";
    }),
  );
  it("can be changed, and rules turned off", () => {
    const { findings } = check(text, { severities: { "image-latest": "error", "fargate-network-mode": "off" } });
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [["image-latest", "error"]],
    );
  });
  it("of all rules at once, but for those that are named", () =>
    assert.deepEqual(
      check(text, { severities: { "*": "off", "image-latest": "info" } }).findings.map(({ severity }) => severity),
      ["info"],
    ));
  it("bring out the quiet rules only when they are asked for", () =>
    assert.equal(check(pretty(fargate()), { severities: { "readonly-root": "hint" } }).findings.length, 2));
});

describe("a definition and its neighbours", () => {
  const slipway = { container: "web", port: 8080, file: "slipway.json" };
  const own = changed((d, w) => {
    delete d.executionRoleArn;
    delete d.cpu;
    delete d.memory;
    delete w.secrets;
    delete w.logConfiguration.options["awslogs-region"];
    delete w.image;
    d.containerDefinitions.length = 1;
    delete w.dependsOn;
  });
  it("is not told off for what Slipway fills in", () => {
    assert.deepEqual(ids(pretty(own), { slipway }), []);
    assert.ok(ids(pretty(own)).length >= 4);
  });
  it("is told that slipway.json names another container or port", () => {
    assert.deepEqual(ids(pretty(fargate()), { slipway: { ...slipway, container: "wbe" } }), ["slipway-container"]);
    assert.deepEqual(ids(pretty(fargate()), { slipway: { ...slipway, port: 3000 } }), ["slipway-port"]);
  });
  it("is told that the Dockerfile exposes another port", () => {
    const dockerfile = { file: "Dockerfile", ports: [{ port: 3000, line: 4 }] };
    assert.deepEqual(ids(pretty(fargate()), { slipway, dockerfile }), []);
    const { findings } = check(pretty(fargate()), {
      surroundings: { slipway: { container: "web", file: "slipway.json" }, dockerfile },
    });
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [["dockerfile-port", "warning"]],
    );
  });
  it("takes a missing image for ordinary where a workflow puts it in", () => {
    const { findings } = check(
      pretty(
        changed((_d, w) => {
          delete w.image;
        }),
      ),
      { surroundings: { imageIsRendered: true } },
    );
    assert.deepEqual(
      findings.map(({ rule, severity }) => [rule, severity]),
      [["image-required", "info"]],
    );
  });
});

describe("the model", () => {
  it("has a note for every member of the SDK, and no other", () =>
    assert.deepEqual(overlayGaps(), { missing: [], left: [] }));
  it("is what the installed SDK says", async function () {
    this.timeout(30_000);
    const { readModel } = (await import(
      new URL("../../scripts/models/taskDefinitionModel.mjs", import.meta.url).href
    )) as {
      readModel: () => Promise<unknown>;
    };
    const { default: committed } = await import("../../src/core/taskDefinition/document/sdkModel.json");
    assert.deepEqual(JSON.parse(JSON.stringify(committed)), await readModel());
  });
});

describe("reports", () => {
  const text = pretty(
    changed((d) => {
      d.networkMode = "host";
    }),
  );
  const files = [{ file: "aws/task def.json", text, findings: check(text).findings }];
  it("as JSON have file, rule, place and mends", () => {
    const line = text.split("\n").findIndex((item) => item.includes("networkMode"));
    const character = text.split("\n")[line]?.indexOf('"host"') ?? -1;
    assert.deepEqual(
      JSON.parse(render("json", files, "1.0.0")).map((file: Loose) => ({
        ...file,
        findings: file.findings.map(({ message, ...finding }: Loose) => ({
          ...finding,
          hasMessage: message.length > 10,
        })),
      })),
      [
        {
          file: "aws/task def.json",
          findings: [
            {
              rule: "fargate-network-mode",
              severity: "error",
              path: "/networkMode",
              range: { start: { line, character }, end: { line, character: character + 6 } },
              fixes: ['Change to "awsvpc"'],
              hasMessage: true,
            },
          ],
        },
      ],
    );
  });
  it("as SARIF count from one and carry the mends", () => {
    const { version, runs } = JSON.parse(render("sarif", files, "1.0.0"));
    assert.equal(version, "2.1.0");
    const [result] = runs[0].results;
    assert.equal(result.ruleId, "fargate-network-mode");
    assert.equal(result.locations[0].physicalLocation.artifactLocation.uri, "aws/task%20def.json");
    assert.equal(
      result.locations[0].physicalLocation.region.startLine,
      text.split("\n").findIndex((item) => item.includes("networkMode")) + 1,
    );
    assert.equal(result.fixes[0].artifactChanges[0].replacements[0].insertedContent.text, '"awsvpc"');
  });
  it("as text have one line for each finding", () =>
    assert.match(render("text", files, "1.0.0"), /^aws\/task def\.json:\d+:\d+: error fargate-network-mode: /));
});
