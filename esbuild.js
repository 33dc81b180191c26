// Builds the fixed-name bundles. `--production` minifies; `--watch` rebuilds on change.
const esbuild = require("esbuild");
const { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync, chmodSync } = require("node:fs");
const path = require("node:path");

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const outdir = path.join(__dirname, "dist");

/** Entry name -> source. `extension` and `cli` reach the others through machine/lazy.ts at run time. */
const entries = {
  extension: "src/extension.ts",
  engine: "src/backend/backend.ts",
  deploying: "src/vscode/deployment/bundle.ts",
  inspect: "src/vscode/inspection/bundle.ts",
  logQuestions: "src/vscode/logs/ask.ts",
  resources: "src/vscode/resources/bundle.ts",
  taskdef: "src/core/taskDefinition/language/api.ts",
  cli: "src/cli.ts",
  sandbox: "src/sandbox/main.ts",
  dockerfile: "dockerfile-ast",
  apart: "src/aws/apart/ports.ts",
};

/** Two bundles read Dockerfiles: both load the parser from a file of its own, so that it is shipped once. */
const sharedParser = {
  name: "shared-parser",
  setup: (build) =>
    build.onResolve({ filter: /^dockerfile-ast$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./dockerfile.js", external: true },
    ),
};

/** Clients that few applications need have a bundle of their own: of certificates, names in DNS and schedules. */
const clientsApart = {
  name: "clients-apart",
  setup: (build) =>
    build.onResolve({ filter: /^\.\/apart\/ports$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./apart.js", external: true } : undefined,
    ),
};

/** slipway.json's JSON schema, out of the definition that the engine checks it with. */
async function writeSchema() {
  const built = await esbuild.build({
    absWorkingDir: __dirname,
    entryPoints: ["src/core/app/schema.ts"],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
  });
  const holder = { exports: {} };
  // oxlint-disable-next-line typescript/no-implied-eval -- what was bundled here a moment ago
  new Function("module", "exports", "require", built.outputFiles[0].text)(holder, holder.exports, require);
  const { toJsonSchema } = await import("@valibot/to-json-schema");
  const schema = toJsonSchema(holder.exports.configSchema, { errorMode: "ignore" });
  writeFileSync(
    path.join(outdir, "slipway.schema.json"),
    JSON.stringify({ ...schema, allowComments: true, allowTrailingCommas: true }),
  );
}

/** The licences of the packages that ended up in the bundles, which ask to be shipped with them. */
function writeLicences(metafile) {
  const folders = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      const match = bytesInOutput > 0 ? /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file) : undefined;
      if (match) folders.add(match[1]);
    }
  }
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(__dirname, folder, "package.json"), "utf8"));
    const file = readdirSync(path.join(__dirname, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(path.join(__dirname, folder, file), "utf8").trim() : "";
    return { title: `${name} ${version} (${license})`, text };
  });
  // Many packages share one text to the letter.
  const byText = new Map();
  for (const { title, text } of texts) byText.set(text, [...(byText.get(text) ?? []), title]);
  const parts = [...byText].map(([text, titles]) => `${titles.join("\n")}\n\n${text}\n`);
  writeFileSync(path.join(outdir, "THIRD_PARTY_LICENSES.txt"), parts.join(`\n${"-".repeat(80)}\n\n`));
}

/** The bundles' options; the unit tests ask what each entry contains. */
const options = {
  absWorkingDir: __dirname,
  entryPoints: entries,
  outdir,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node22",
  mainFields: ["module", "main"],
  external: ["vscode"],
  plugins: [sharedParser, clientsApart],
  // By `require`, as the other bundles are loaded.
  supported: { "dynamic-import": false },
  minify: production,
  sourcemap: production ? false : "linked",
  sourcesContent: false,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
};

async function main() {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await (await import("./scripts/models/taskDefinitionModel.mjs")).writeModel();
  if (watch) return watchAll();
  await writeBeside(await esbuild.build(options));
  await esbuild.build(pageOptions);
}

/** What a build writes beside the bundles. */
async function writeBeside({ metafile }) {
  await writeSchema();
  writeFileSync(path.join(outdir, "meta.json"), JSON.stringify(metafile));
  writeLicences(metafile);
  chmodSync(path.join(outdir, "cli.js"), 0o755);
}

/** Builds again on every change until Ctrl+C; a line for each build. What is wrong in a source ends nothing. */
async function watchAll() {
  /** Tells of a build's beginning and end: the task in .vscode/tasks.json waits for the words of the second. */
  const telling = (what, afterwards) => ({
    name: "telling",
    setup({ onStart, onEnd }) {
      let started = 0;
      onStart(() => void (started = Date.now()));
      onEnd(async (result) => {
        const failed = result.errors.length;
        if (failed === 0) await afterwards(result);
        const took = `${((Date.now() - started) / 1000).toFixed(1)} s`;
        const time = new Date().toTimeString().slice(0, 8);
        console.log(`${time} ${what}: ${failed === 0 ? `built in ${took}` : `${failed} errors`}`);
      });
    },
  });
  const contexts = await Promise.all([
    esbuild.context({ ...options, plugins: [...options.plugins, telling("bundles", writeBeside)] }),
    esbuild.context({ ...pageOptions, plugins: [telling("page", () => undefined)] }),
  ]);
  const stop = async () => {
    await Promise.all(contexts.map((context) => context.dispose()));
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop());
  for (const context of contexts) await context.watch();
}

/** The pages' scripts, for a browser; the map's shares the drawing with the rest. */
const pageOptions = {
  ...options,
  entryPoints: {
    map: "src/webview/map/main.ts",
    document: "src/webview/document/main.ts",
    chart: "src/webview/document/chart.ts",
    monitor: "src/webview/monitor/main.ts",
  },
  platform: "browser",
  format: "iife",
  target: "chrome120",
  external: [],
  plugins: [],
};

module.exports = { options, pageOptions };

if (require.main === module) {
  main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
