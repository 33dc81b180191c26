import assert from "node:assert/strict";
import { check } from "../../src/core/taskDefinition/language/check";
import { overlayGaps } from "../../src/core/taskDefinition/document/schema";
import { render } from "../../src/core/taskDefinition/language/report";
import type { Surroundings } from "../../src/core/taskDefinition/document/task";
import { fargate, type Loose } from "./taskDefinitionCases/base";

const pretty = (value: Loose) => JSON.stringify(value, null, 2);
const ids = (text: string, surroundings?: Surroundings) =>
  check(text, surroundings ? { surroundings } : {}).findings.map(({ rule }) => rule);
const changed = (change: (definition: Loose, web: Loose) => void): Loose => {
  const definition = fargate();
  change(definition, definition.containerDefinitions[0]);
  return definition;
};

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
    const { date, ...committed } = (await import("../../src/core/taskDefinition/model/sdkModel.json")).default;
    assert.deepEqual(JSON.parse(JSON.stringify(committed)), await readModel());
    assert.match(date, /^\d{4}-\d\d-\d\d$/);
  });
});

describe("reports", () => {
  const text = pretty(
    changed((d) => {
      d.networkMode = "host";
    }),
  );
  const files = [{ file: "aws/task def.json", text, findings: check(text).findings }];
  it("as JSON have file, rule, place and fixes", () => {
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
  it("as SARIF count from one and carry the fixes", () => {
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
