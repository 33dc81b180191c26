/** The sandbox's own checks and the editor's rules share no code: here they are held against each other. */
import assert from "node:assert/strict";
import { checkDefinition } from "../../src/sandbox/ecs/definitionRules";
import type { RegisterTaskDefinitionRequest } from "../../src/sandbox/model/ecs.types";
import { ec2, fargate, windows, type Loose } from "./taskDefinitionCases/base";
import { brokenParts } from "./taskDefinitionCases/brokenParts";
import { oddCases } from "./taskDefinitionCases/odd";

function made(from: "ec2" | undefined, change: (definition: Loose, web: Loose, side: Loose) => void) {
  const definition = from === "ec2" ? ec2() : fargate();
  const [web, side] = definition.containerDefinitions;
  change(definition, web, side);
  return definition as RegisterTaskDefinitionRequest;
}

/** Rules whose errors the sandbox refuses as well; of the others it does not have the members. */
const refused: ReadonlySet<string> = new Set([
  "fargate-windows-family",
  "health-command-form",
  "health-timeout-interval",
  "mount-points",
  "secret-arn",
  "secret-name-blank",
  "start-timeout",
  "tags",
  "ulimit-duplicate",
  "user-form",
]);
const cases = brokenParts.filter(
  ({ rule, severity, from }) => severity === "error" && refused.has(rule) && from === undefined,
);

describe("definitions of a wrong form are refused by the sandbox", () => {
  for (const item of cases)
    it(`${item.rule}${item.title ? `, ${item.title}` : ""}`, () =>
      assert.throws(() => checkDefinition(made(item.from, item.break)), { code: "ClientException" }));

  it("Linux-only members on Windows", () => {
    for (const member of ["linuxParameters", "ulimits"])
      assert.throws(
        () =>
          checkDefinition(
            made(undefined, (d, w) => {
              const before = w[member];
              windows(d);
              w[member] = before;
            }),
          ),
        { message: `${member} is not supported on container 'web' for Windows.` },
      );
  });

  it("takes what is odd and right", () => {
    // An empty list of tags is refused by AWS, and taken out by what deploys a file.
    for (const { title, make, from } of oddCases)
      if (from === undefined && !title.startsWith("empty lists"))
        assert.doesNotThrow(() => checkDefinition(made(from, make)), title);
  });
});
