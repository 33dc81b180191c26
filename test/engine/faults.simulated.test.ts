/** AWS at its worst, and people who change their mind: whatever happens, the next run comes to the same end. */
import { strict as assert } from "node:assert";
import { UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { promised } from "../../scripts/waiting";
import { tinyApplication } from "./support/apps";
import { cancelAt, cancelMilliseconds, descendants } from "./support/cancelling";
import { accountOf, resultOf, type CliEvent } from "./support/cli";
import { temporaryDir } from "../../scripts/paths";
import { startInTerminal } from "./support/terminal";
import { applicationFolder, theEngine, World, writeIn } from "./support/world";

describe("slipway deploy under faults", function () {
  this.timeout(120_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("faults", ["--tasks", "simulated"]);
  });
  beforeEach(() => world.reset());
  after(async () => world?.stop());

  it("goes on through throttling, cut connections, lost answers and delays", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    await world.fault(
      ...["ecs", "elbv2", "ec2", "ecr", "iam", "logs"].flatMap((service) => [
        { kind: "throttle", service, count: 2, skip: 1 },
        { kind: "reset", service, count: 1, skip: 4 },
        { kind: "delay", service, count: 3, delayMs: 300, skip: 6 },
      ]),
      { kind: "reset-after", operation: "CreateRepository", count: 1 },
      { kind: "reset-after", operation: "CreateSecurityGroup", count: 1 },
      { kind: "reset-after", operation: "CreateRole", count: 1 },
      { kind: "reset-after", operation: "CreateLogGroup", count: 1 },
      { kind: "reset-after", operation: "CreateListener", count: 1 },
      { kind: "reset-after", operation: "CreateService", count: 1 },
      { kind: "fail-after", operation: "CreateLoadBalancer", count: 1 },
      { kind: "fail-after", operation: "CreateTargetGroup", count: 1 },
    );
    const finished = await world.cli(folder, ["deploy", "--yes"]);
    assert.equal(finished.code, 0, accountOf(finished));
    await world.clearFaults();
    const checks = resultOf<{ state: string }[]>(await world.cliEndsWith(0, folder, ["verify"]));
    assert.deepEqual(
      checks.filter(({ state }) => state === "failed" || state === "blocked"),
      [],
    );
    assert.ok(checks.filter(({ state }) => state === "passed").length >= 12, "most of it could be looked at");
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  it("goes on watching where AWS throttles, fails and refuses every look for a while, and says so", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    // Before it begins: a rollout of simulated tasks may be over before somebody has seen it begin. Nothing but the
    // rollout asks for the service of an application that was never deployed.
    await world.fault(
      {
        kind: "fail-before",
        operation: "ListServiceDeployments",
        error: { code: "AccessDeniedException", status: 400 },
      },
      {
        kind: "fail-before",
        operation: "DescribeServices",
        count: 18,
        error: { code: "ServerException", status: 500 },
      },
      { kind: "reset", operation: "DescribeTargetHealth", count: 6 },
      { kind: "throttle", operation: "ListTasks", count: 5 },
    );
    const finished = await world.cli(folder, ["deploy", "--yes"]);
    assert.equal(finished.code, 0, accountOf(finished));
    const told = finished.lines.join("\n");
    assert.match(told, /"type":"note".*does not let itself be asked/);
    assert.match(told, /AWS answers again/);
    await world.clearFaults();
    // Nothing has changed, and nothing is waited for.
    await world.fault({
      kind: "fail-before",
      operation: "ListServiceDeployments",
      error: { code: "InternalFailure", status: 500 },
    });
    const began = Date.now();
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
    await world.clearFaults();
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  it("says that somebody deployed something else in mid-rollout, and does not call it failed or rolled back", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    writeIn(folder, "Dockerfile", tinyApplication("two").Dockerfile ?? "");
    const run = world.start(folder, ["deploy", "--yes"]);
    await run.event((event) => event.type === "rollout");
    const taskDefinition = "quay:1";
    await world.clients.ecs.send(new UpdateServiceCommand({ cluster: "quay", service: "quay", taskDefinition }));
    const finished = await run.exited;
    const { outcome, error } = resultOf(finished);
    assert.deepEqual([finished.code, outcome, error?.code], [1, "failed", "Superseded"], accountOf(finished));
    assert.match(error?.summary ?? "", /something else to quay .* ECS stopped it for quay:1\.$/);
    await world.cliEndsWith(0, folder, ["deploy", "--yes", "--accept-changes"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  it("says that the credentials expired in mid-deployment, and goes on with new ones", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    await world.fault({
      kind: "fail-before",
      operation: "RegisterTaskDefinition",
      count: 1,
      error: {
        code: "ExpiredTokenException",
        message: "The security token included in the request is expired",
        status: 400,
      },
    });
    const finished = await world.cliEndsWith(5, folder, ["deploy", "--yes"]);
    const { error, resources } = resultOf(finished);
    assert.equal(error?.code, "CredentialsExpired");
    assert.ok(
      resources.some((resource) => resource.kind === "repository"),
      "what exists is said",
    );
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  it("waits in mid-rollout for credentials that AWS takes, and goes on watching then", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    const home = temporaryDir("home");
    const { accessKeyId, secretAccessKey } = world.credentials;
    const credentials = (id: string) =>
      writeIn(home, ".aws/credentials", `[p]\naws_access_key_id = ${id}\naws_secret_access_key = ${secretAccessKey}\n`);
    credentials(accessKeyId);
    writeIn(home, ".aws/config", "[profile p]\nregion = us-east-1\n");
    const env = { HOME: home, AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_PROFILE: "p" };
    const run = world.start(folder, ["deploy", "--yes"], env);
    await run.event((event) => event.type === "rollout");
    // For a while AWS takes the key no more; nothing is called failed meanwhile.
    const refused = { code: "ExpiredTokenException", message: "The security token is expired", status: 400 };
    await world.fault({ kind: "fail-before", service: "ecs", count: 3, error: refused });
    const finished = await run.exited;
    assert.equal(finished.code, 0, accountOf(finished));
    assert.match(finished.lines.join("\n"), /"type":"note".*watched again once you have signed in/);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  /** Where a person presses Ctrl+C: at the first event that fits. */
  const moments: readonly {
    readonly name: string;
    readonly at: (event: CliEvent) => boolean;
    readonly signal?: NodeJS.Signals;
    /** Whether the account is to be empty: a role that is old by then settles no more. */
    readonly isFresh?: boolean;
  }[] = [
    { name: "while it looks", at: (event) => event.type === "started" },
    { name: "at the plan", at: (event) => event.type === "planned" },
    { name: "when the work begins", at: (event) => event.type === "consented" },
    {
      name: "during the build",
      at: (event) => event.type === "step" && event.step === "build" && event.state === "running",
    },
    {
      name: "during the push, by closing the terminal",
      signal: "SIGHUP",
      at: (event) => event.type === "step" && event.step === "push" && event.state === "running",
    },
    {
      name: "while the role settles",
      isFresh: true,
      at: (event) => event.type === "progress" && event.step === "service",
    },
    {
      name: "during the rollout",
      at: (event) => event.type === "step" && event.step === "rollout" && event.state === "running",
    },
  ];

  it("stops within two seconds of Ctrl+C, wherever that comes, and says what exists", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    for (const { name, at, signal, isFresh } of moments) {
      if (isFresh) await world.reset();
      assert.deepEqual((await cancelAt(world, folder, at, signal)).problems, [], name);
    }
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  for (const { name, keys } of [
    { name: "Ctrl+C", keys: "\u0003" },
    { name: "Ctrl+D", keys: "\u0004" },
  ]) {
    it(`ends at a prompt with ${name}, says that nothing was made, and leaves no process`, async () => {
      const folder = applicationFolder("quay", tinyApplication());
      const terminal = startInTerminal(["deploy", "--config", folder], world.env);
      await terminal.shows(/Deploy\? \[y\/N\]/);
      const asked = Date.now();
      terminal.press(keys);
      const code = await terminal.exited;
      assert.ok(Date.now() - asked < promised(cancelMilliseconds), `it took ${Date.now() - asked} ms`);
      assert.equal(code, 130, terminal.screen());
      assert.match(terminal.screen(), /cancelled[^]*Nothing was created/i);
      assert.deepEqual(descendants(`SLIPWAY_STATE_DIR=${world.env["SLIPWAY_STATE_DIR"] ?? ""}`), []);
    });
  }

  it("asks for the port in a terminal, and tells a number from something else", async () => {
    const folder = applicationFolder("quay", {
      Dockerfile: (tinyApplication().Dockerfile ?? "").replace("EXPOSE 8080\n", ""),
    });
    const terminal = startInTerminal(["plan", "--config", folder], world.env);
    await terminal.shows(/On which port does the application listen\?/);
    terminal.press("harbour\n");
    assert.equal(await terminal.exited, 2, terminal.screen());
    assert.match(terminal.screen(), /"harbour" is no port/);
  });

  it("offers the likely one of several ports in a terminal, and takes another", async () => {
    const folder = applicationFolder("quay", {
      Dockerfile: (tinyApplication().Dockerfile ?? "").replace("EXPOSE 8080\n", "EXPOSE 9090 3000 8080\n"),
    });
    const terminal = startInTerminal(["plan", "--config", folder], world.env);
    await terminal.shows(/EXPOSE, line \d+ says 3000, and 9090, 8080 are exposed too \(empty: 3000\)/);
    terminal.press("8080\n");
    assert.equal(await terminal.exited, 0, terminal.screen());
    assert.doesNotMatch(terminal.screen(), /That is a guess/);
  });
});
