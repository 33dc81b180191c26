/** How long it takes to understand a task definition: ordinary, the largest that AWS takes, far too large, hostile; and mutations. */
import { check, checkParsed } from "../../src/core/taskDefinition/language/check";
import { parseText } from "../../src/core/taskDefinition/document/parse";
import { isTaskDefinitionName, looksLikeTaskDefinition } from "../../src/core/taskDefinition/language/recognise";
import { fargate, type Loose } from "../unit/taskDefinitionCases/base";
import { mutationRun } from "../unit/taskDefinitionCases/mutations";
import type { Bench } from "./table";

const mutations = 300_000;

/** Milliseconds: the median of several runs after the first ones, which compile. */
function median(run: () => unknown, times = 15): number {
  for (let warm = 0; warm < 5; warm++) run();
  const taken = Array.from({ length: times }, () => {
    const began = performance.now();
    run();
    return performance.now() - began;
  });
  return taken.sort((one, other) => one - other)[Math.floor(times / 2)] ?? Number.NaN;
}

/** A definition of about this many bytes: ten containers with long environments. */
function largeDefinition(bytes: number): Loose {
  const definition = fargate();
  const [web] = definition.containerDefinitions;
  delete web.dependsOn;
  definition.containerDefinitions = Array.from({ length: 10 }, (_unused, index) => ({
    ...web,
    name: `web${index}`,
    cpu: 64,
    memory: 128,
    portMappings: [{ containerPort: 8080 + index }],
    environment: [] as Loose[],
  }));
  let size = JSON.stringify(definition).length;
  for (let count = 0; size < bytes; count++) {
    const setting = { name: `SETTING_${count}`, value: `a value of the usual length ${count}` };
    definition.containerDefinitions[count % 10].environment.push(setting);
    size += JSON.stringify(setting).length + 1;
  }
  return definition;
}

export const taskdef: Bench = (row) => {
  const milliseconds = (name: string, value: number, budget: number) =>
    row({ name, value: `${value.toFixed(2)} ms`, budget: `${budget} ms`, met: value <= budget });
  const large = JSON.stringify(largeDefinition(64_000), null, 2);
  const parsed = parseText(large);
  row({
    name: "a definition of 64 KB without white space, as a file",
    value: `${(large.length / 1024).toFixed(0)} KB`,
  });
  milliseconds(
    "from parsed text to findings",
    median(() => checkParsed(parsed)),
    10,
  );
  milliseconds(
    "with parsing it",
    median(() => check(large)),
    50,
  );
  const wrong = large.replaceAll('"name"', '"Name"').replaceAll('"awslogs-group"', '"awslogs-gruop"');
  milliseconds(
    "the same with hundreds of mistakes",
    median(() => checkParsed(parseText(wrong))),
    100,
  );
  const pretender = JSON.stringify(largeDefinition(1_000_000));
  milliseconds(
    "1 MB that pretends to be one",
    median(() => check(pretender)),
    50,
  );
  const hostile: Readonly<Record<string, string>> = {
    "a million opening brackets": `{"containerDefinitions":${"[".repeat(1_000_000)}`,
    "a million keys": `{"containerDefinitions":[],${Array.from({ length: 1_000_000 }, (_unused, index) => `"k${index}":1`).join(",")}}`,
    "a string without an end, 5 MB": `{"containerDefinitions":[{"name":"${"x".repeat(5_000_000)}`,
    "10,000 unknown keys": `{"containerDefinitions":[{${Array.from({ length: 10_000 }, (_unused, index) => `"k${index}":1`).join(",")}}]}`,
    "a chain of 4,000 dependencies": JSON.stringify({
      containerDefinitions: Array.from({ length: 4000 }, (_unused, index) => ({
        name: `c${index}`,
        dependsOn: [{ containerName: `c${(index + 1) % 4000}`, condition: "START" }],
      })),
    }).slice(0, 400_000),
    "100 KB of opening placeholders": `{"containerDefinitions": ${"${".repeat(50_000)}`,
    "100 KB of quotes and braces": `{"a": "${'{{"'.repeat(30_000)}`,
  };
  for (const [name, text] of Object.entries(hostile))
    milliseconds(
      name,
      median(() => check(text), 3),
      250,
    );
  const other = JSON.stringify(
    {
      name: "x",
      version: "1.0.0",
      dependencies: Object.fromEntries(
        Array.from({ length: 5000 }, (_unused, index) => [`package-${index}`, "^1.0.0"]),
      ),
    },
    null,
    2,
  );
  milliseconds(
    "telling that another JSON file is none",
    median(() => isTaskDefinitionName("package.json") || looksLikeTaskDefinition(other)),
    2,
  );
  const began = performance.now();
  const { failures, slowest } = mutationRun(mutations, 1);
  row({
    name: `${mutations} random mutations, ${((performance.now() - began) / 1000).toFixed(0)} s: exceptions or ranges outside`,
    value: String(failures.length),
    budget: "0",
    met: failures.length === 0,
  });
  for (const failure of failures.slice(0, 3)) console.log(failure);
  milliseconds("the slowest of them", slowest, 100);
  return Promise.resolve();
};
