// One deployment through the engine's bundle, as the command line does it, but with a stated time for a new role to
// settle: ten seconds in each of some hundred runs of the kill matrix would say nothing new.
/* global AbortController */
// Arguments: the engine's bundle, the sandbox's bundle, the folder, milliseconds to settle, seconds between two
// looks (the engine's own when absent).
const [, , bundle, sandboxProgram, folder, settle, poll] = process.argv;
const { createBackend } = require(bundle);

/** @param {unknown} value */
const say = (value) => console.log(JSON.stringify(value));

async function main() {
  const engine = createBackend({
    sandboxProgram,
    settleMilliseconds: Number(settle),
    ...(poll ? { pollSeconds: Number(poll) } : {}),
    log: () => {},
  });
  const { signal } = new AbortController();
  const prompts = { mfaCode: async () => undefined, deviceCode: async () => false };
  const connection = await engine.connect({ kind: "environment" }, prompts, signal);
  try {
    const { outcome, url, resources, error } = await connection.deploy(
      { folder },
      { confirm: async () => true },
      (event) => say(event),
      signal,
    );
    say({ outcome, url: url ?? null, resources, ...(error ? { error } : {}) });
    process.exitCode = outcome === "done" ? 0 : 1;
  } finally {
    connection.close();
  }
}

main().catch((error) => {
  say({
    outcome: "failed",
    url: null,
    resources: [],
    error: { code: error.code ?? "Error", summary: String(error.message), evidence: [String(error.stack)] },
  });
  process.exitCode = 1;
});
