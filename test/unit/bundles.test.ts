import assert from "node:assert/strict";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { options, pageOptions } from "../../esbuild.js";

/** What an entry may not contain; the limit counts bytes of the production build. */
const rules: Readonly<Record<string, { without: RegExp; limit: number }>> = {
  extension: {
    without:
      /node_modules|src\/(aws|docker|sandbox|backend|cli)|src\/core\/service\/|src\/vscode\/(resources|diagnosis|map|inspection)\/(?!lazy|elements|commandTable)/,
    // Its commands' guards and the words of a plan's decisions are there at activation.
    limit: 100_000,
  },
  // It has the words of strategies, and the pages of documents with all that they may show; 6 kB are promoting and the
  // environments beside each other.
  deploying: { without: /node_modules|src\/(aws|docker|sandbox|machine|backend|cli)/, limit: 94_000 },
  logQuestions: { without: /node_modules|src\/(aws|docker|sandbox|machine|backend|cli)/, limit: 20_000 },
  document: { without: /src\/(?!webview\/document)|node_modules/, limit: 4_000 },
  chart: {
    without:
      /node_modules\/(?!d3-|internmap)|src\/(?!core\/(monitor|base|render\/monitor)|core\/taskDefinition\/model|webview)/,
    limit: 60_000,
  },
  // It has the words of all that a plan may decide.
  cli: { without: /node_modules\/@aws-sdk|src\/(aws|docker|sandbox|vscode)/, limit: 112_000 },
  taskdef: {
    without: /node_modules\/@(aws-sdk|smithy)|src\/(aws|docker|sandbox|vscode|machine|backend|cli)/,
    limit: 400_000,
  },
  // 15 kB of it are ECS's strategies, which every deployment has to know of a service, and 6 kB copies between registries.
  engine: { without: /src\/(sandbox|vscode)|^src\/(extension|cli)\.ts/, limit: 2_342_000 },
  // ACM and Route 53 with the SDK's core, which the engine has for itself: few applications load it.
  apart: { without: /src\/(sandbox|vscode|backend|cli|docker|machine)/, limit: 520_000 },
  resources: { without: /node_modules|src\/(aws|docker|sandbox|machine|backend|cli)/, limit: 100_000 },
  inspect: {
    without:
      /node_modules\/@(aws-sdk|smithy)|src\/core\/service\/(checks|diagnosis|review)|src\/(aws|docker|sandbox|machine|backend|cli)/,
    limit: 200_000,
  },
  map: {
    without: /node_modules|src\/(?!core\/map|core\/deploy\/phases|core\/base\/(encoders|harmless)|webview)/,
    limit: 60_000,
  },
  monitor: {
    without:
      /node_modules\/(?!d3-|internmap)|src\/(?!core\/(monitor|base|render\/monitor)|core\/taskDefinition\/model|webview)/,
    limit: 80_000,
  },
  dockerfile: { without: /^src\//, limit: 120_000 },
  // Certificates and XML bodies (ACM, Route 53, TLS) cost it 240 kB, most of it the readers and writers of both.
  sandbox: { without: /src\/(core|aws|docker|machine|vscode)\//, limit: 1_200_000 },
};

describe("the bundles", () => {
  let metafile: Metafile;
  before(async function () {
    this.timeout(60_000);
    const result = await build({
      ...(options as BuildOptions),
      minify: true,
      sourcemap: false,
      write: false,
      metafile: true,
    });
    const page = await build({
      ...(pageOptions as BuildOptions),
      minify: true,
      sourcemap: false,
      write: false,
      metafile: true,
    });
    metafile = { inputs: {}, outputs: { ...result.metafile?.outputs, ...page.metafile?.outputs } };
  });
  for (const [name, { without, limit }] of Object.entries(rules)) {
    it(`${name} contains what it may, in at most ${limit} bytes`, () => {
      const output = Object.entries(metafile.outputs).find(([file]) => file.endsWith(`/${name}.js`))?.[1];
      assert.ok(output, `there is a bundle ${name}`);
      const inputs = Object.entries(output.inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([file]) => file);
      assert.ok(inputs.length > 0);
      assert.deepEqual(
        inputs.filter((file) => without.test(file)),
        [],
      );
      assert.ok(output.bytes <= limit, `${output.bytes} bytes`);
    });
  }
  it("have ACM, Route 53 and EventBridge Scheduler in a file of their own, which the engine alone loads", () => {
    const loading = Object.entries(metafile.outputs).filter(([, { imports }]) =>
      imports.some(({ path, external }) => external === true && path === "./apart.js"),
    );
    assert.deepEqual(
      loading.map(([file]) => file.replace(/^.*\//, "")),
      ["engine.js"],
    );
    const inputs = Object.entries(metafile.outputs).flatMap(([file, output]) =>
      Object.keys(output.inputs).some((input) => /client-(acm|route-53|scheduler)\//.test(input)) ? [file] : [],
    );
    assert.deepEqual(
      inputs.map((file) => file.replace(/^.*\//, "")),
      ["apart.js"],
    );
  });
  it("ship the parser of Dockerfiles once, and both that read one load it from there", () => {
    const shipped = Object.entries(metafile.outputs).filter(([, { inputs }]) =>
      Object.keys(inputs).some((file) => file.includes("node_modules/dockerfile-ast/")),
    );
    assert.deepEqual(
      shipped.map(([file]) => file.replace(/^.*\//, "")),
      ["dockerfile.js"],
    );
    const loading = Object.entries(metafile.outputs).filter(([, { imports }]) =>
      imports.some(({ path, external }) => external === true && path === "./dockerfile.js"),
    );
    assert.deepEqual(loading.map(([file]) => file.replace(/^.*\//, "")).sort(), ["engine.js", "taskdef.js"]);
  });
});
