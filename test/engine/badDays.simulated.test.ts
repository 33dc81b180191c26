/** Bad input and bad days from the command line: each ends with a code that means something and a sentence that helps. */
import { strict as assert } from "node:assert";
import {
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeSubnetsCommand,
  DeleteInternetGatewayCommand,
  DetachInternetGatewayCommand,
} from "@aws-sdk/client-ec2";
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from "@aws-sdk/client-ecs";
import { waitFor } from "../../scripts/waiting";
import { answeringPaths, definitionFile, tinyApplication, webApplication } from "./support/apps";
import { accountOf, resultOf, type ErrorReport } from "./support/cli";
import { startFarEngine } from "./support/farEngine";
import { defaultVpc } from "./support/foreign";
import { applicationFolder, theEngine, World, writesOf, writeIn } from "./support/world";

describe("slipway deploy on a bad day", function () {
  this.timeout(120_000);
  let world: World;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("bad-days", ["--tasks", "simulated", "--consistency", "strong"]);
  });
  beforeEach(() => world.reset());
  after(async () => world?.stop());

  /** Runs a deployment that has to fail without having changed anything, and gives what it said. */
  async function refused(
    code: number,
    folder: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ErrorReport> {
    let error: ErrorReport | undefined;
    const calls = await world.callsDuring(async () => {
      const finished = await world.cliEndsWith(code, folder, ["deploy", "--yes", ...args], env);
      const result = resultOf(finished);
      assert.equal(result.outcome, "failed", accountOf(finished));
      error = result.error;
    });
    assert.deepEqual(writesOf(calls), []);
    assert.ok(error && error.summary.endsWith(".") && error.remedy !== undefined, JSON.stringify(error));
    return error;
  }

  it("asks for a port when the Dockerfile exposes none", async () => {
    const folder = applicationFolder("quay", {
      Dockerfile: (tinyApplication().Dockerfile ?? "").replace("EXPOSE 8080\n", ""),
    });
    const error = await refused(2, folder);
    assert.equal(error.code, "NoPort");
    assert.match(error.remedy ?? "", /EXPOSE.*--port/);
    await world.cliEndsWith(0, folder, ["plan", "--port", "8080"]);
  });

  it("takes the likely one of several ports without a terminal, and says so with the others", async () => {
    const folder = applicationFolder("quay", {
      Dockerfile: (tinyApplication().Dockerfile ?? "").replace("EXPOSE 8080\n", "EXPOSE 22 9090 3000 8080\n"),
    });
    const { lines } = await world.cliEndsWith(0, folder, ["plan", "--format", "json"]);
    const plan = JSON.parse(lines.join("\n")) as { warnings: string[]; context: { folder: string; why: string } };
    const chosen = /^Port 3000 \(EXPOSE, line \d+\) gets the traffic; 22, 9090, 8080 are exposed too\. .*a guess/;
    assert.ok(
      plan.warnings.some((warning) => chosen.test(warning)),
      plan.warnings.join(" "),
    );
    assert.deepEqual(plan.context, { folder: ".", why: "nothing", missing: [], lookedIn: ["."] });
  });

  it("names what the builder would refuse before anything is written", async () => {
    const tiny = tinyApplication().Dockerfile ?? "";
    for (const [line, said] of [
      ["EXPOZE 81", /cannot be built \(line \d+\)\. There is no instruction EXPOZE; EXPOSE may be meant/],
      ["FROM --platform=linux/s390x scratch", /FROM asks for linux\/s390x/],
      ["FROM mcr.microsoft.com/windows/nanoserver:ltsc2022", /The image is one of Windows/],
    ] as const) {
      const folder = applicationFolder("quay", { Dockerfile: `${tiny}${line}\nEXPOSE 8080\n` });
      const { summary } = await refused(line.startsWith("EXPOZE") ? 2 : 1, folder);
      assert.match(summary, said, line);
    }
  });

  it("says that the engine does not run", async () => {
    const error = await refused(1, applicationFolder("quay", tinyApplication()), [], {
      DOCKER_HOST: "unix:///nowhere/docker.sock",
    });
    assert.equal(error.code, "EngineNotRunning");
    assert.match(error.remedy ?? "", /start/i);
  });

  it("says that there is no engine", async () => {
    const error = await refused(1, applicationFolder("quay", tinyApplication()), [], { PATH: "/nowhere" });
    assert.equal(error.code, "EngineMissing");
  });

  it("says that AWS does not accept the credentials", async () => {
    const error = await refused(5, applicationFolder("quay", tinyApplication()), [], {
      AWS_SECRET_ACCESS_KEY: "wrong",
    });
    assert.equal(error.code, "CredentialsRefused");
  });

  it("says that there are no credentials", async () => {
    const error = await refused(5, applicationFolder("quay", tinyApplication()), [], {
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: "",
      AWS_EC2_METADATA_DISABLED: "true",
      HOME: "/nowhere",
    });
    assert.equal(error.code, "NoCredentials");
  });

  it("says that the credentials have expired", async () => {
    await world.fault({
      kind: "fail-before",
      service: "sts",
      error: { code: "ExpiredToken", message: "The security token included in the request is expired", status: 403 },
    });
    const error = await refused(5, applicationFolder("quay", tinyApplication()));
    assert.equal(error.code, "CredentialsExpired");
  });

  it("names the line of a Dockerfile that fails to build", async () => {
    const folder = applicationFolder("quay", {
      Dockerfile: (tinyApplication().Dockerfile ?? "").replace(
        "EXPOSE 8080",
        "RUN echo the crane is stuck && exit 7\nEXPOSE 8080",
      ),
    });
    const finished = await world.cliEndsWith(1, folder, ["deploy", "--yes"]);
    const { error, resources } = resultOf(finished);
    assert.equal(error?.code, "BuildFailed", accountOf(finished));
    assert.deepEqual(error?.location, { file: "Dockerfile", line: 2 }, accountOf(finished));
    assert.match(error?.evidence?.join("\n") ?? "", /the crane is stuck/);
    assert.ok(
      !resources.some((resource) => resource.kind === "service"),
      "nothing is rolled out of a build that failed",
    );
    writeIn(folder, "Dockerfile", tinyApplication().Dockerfile ?? "");
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });

  it("says why AWS would refuse a name", async () => {
    const error = await refused(2, applicationFolder("quay", tinyApplication()), ["--name", "Quay_9!"]);
    assert.equal(error.code, "InvalidName");
    assert.match(error.summary, /Quay_9!/);
  });

  it("refuses arguments and files that it does not understand", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    assert.equal((await refused(2, folder, ["--port", "70000"])).code, "Usage");
    assert.equal((await refused(2, folder, ["--dockerfile", "Nofile"])).code, "DockerfileMissing");
    writeIn(folder, "slipway.json", `{ "applications": { "quay": { "dockerfile": 7 } } }`);
    assert.equal((await refused(2, folder)).code, "InvalidConfig");
  });

  it("says that the endpoint cannot be reached", async () => {
    const error = await refused(1, applicationFolder("quay", tinyApplication()), [
      "--endpoint-url",
      "http://127.0.0.1:9",
    ]);
    assert.equal(error.code, "Unreachable");
  });

  it("says before anything is built that an engine elsewhere cannot see the sandbox's registry", async function () {
    const far = await startFarEngine();
    if (!far) return this.skip();
    try {
      const error = await refused(1, applicationFolder("quay", tinyApplication()), [], far.env);
      assert.equal(error.code, "EngineCannotSeeLoopback");
    } finally {
      await far.stop();
    }
  });

  it("says that a load balancer needs a second zone, and deploys without one", async () => {
    const { ec2 } = world.clients;
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    for (const subnet of Subnets.slice(1)) await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet.SubnetId }));
    const folder = applicationFolder("quay", tinyApplication());
    const error = await refused(1, folder);
    assert.equal(error.code, "TooFewZones");
    assert.match(error.summary, new RegExp(Subnets[0]?.SubnetId ?? "-"));
    await world.cliEndsWith(0, folder, ["plan", "--no-load-balancer"]);
  });

  it("says that there is no default VPC, and how to make one", async () => {
    const { ec2 } = world.clients;
    const VpcId = await defaultVpc(world);
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    for (const subnet of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet.SubnetId }));
    for (const { InternetGatewayId } of (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways ??
      []) {
      await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
      await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    }
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    const error = await refused(1, applicationFolder("quay", tinyApplication()));
    assert.equal(error.code, "NoDefaultVpc");
    assert.match(error.remedy ?? "", /aws ec2 create-default-vpc/);
  });

  it("says that a subnet has no address left", async () => {
    const { ec2 } = world.clients;
    const VpcId = await defaultVpc(world);
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    for (const subnet of Subnets) await ec2.send(new DeleteSubnetCommand({ SubnetId: subnet.SubnetId }));
    assert.equal((await refused(1, applicationFolder("quay", tinyApplication()))).code, "NoSubnets");
    await ec2.send(
      new CreateSubnetCommand({
        VpcId,
        CidrBlock: "172.31.0.0/28",
        AvailabilityZone: `${world.sandbox.env["AWS_REGION"] ?? ""}a`,
      }),
    );
    assert.equal((await refused(1, applicationFolder("quay", tinyApplication()))).code, "TooFewZones");
  });

  it("says that the role may not be created, and which one could be named instead", async () => {
    await world.fault({
      kind: "fail-before",
      operation: "CreateRole",
      error: { code: "AccessDenied", message: "User is not authorized to perform: iam:CreateRole", status: 403 },
    });
    const finished = await world.cliEndsWith(1, applicationFolder("quay", tinyApplication()), ["deploy", "--yes"]);
    const { error } = resultOf(finished);
    assert.equal(error?.code, "RoleDenied", accountOf(finished));
    assert.match(error?.remedy ?? "", /executionRole/);
  });

  it("brings to its end what was begun when nobody reads its output any more", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    const run = world.start(folder, ["deploy", "--yes"]);
    await run.event((event) => event.type === "consented");
    run.stopReading();
    const finished = await run.exited;
    assert.deepEqual([finished.code, finished.stderr], [0, ""]);
    await world.cliEndsWith(0, folder, ["verify"]);
    // AWS takes one deregistration a second: how far it is, is said.
    await world.control("POST", "rates", { on: false });
    const { taskDefinition, tags } = await world.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: "quay", include: ["TAGS"] }),
    );
    const { family, cpu, memory, networkMode, containerDefinitions, requiresCompatibilities, executionRoleArn } =
      taskDefinition ?? {};
    const copy = {
      family,
      cpu,
      memory,
      networkMode,
      containerDefinitions,
      requiresCompatibilities,
      executionRoleArn,
      tags,
    };
    for (let revision = 0; revision < 21; revision++)
      await world.clients.ecs.send(new RegisterTaskDefinitionCommand(copy as RegisterTaskDefinitionCommandInput));
    const removed = await world.cliEndsWith(0, folder, ["destroy", "--yes", "--format", "text"]);
    assert.match(removed.lines.join("\n"), /removing\s+taskDefinition quay \(22\): 20 of 22 revisions deregistered/);
  });

  it("does not wait for minutes for what is proved not to get well, and says how the wait goes", async function () {
    this.timeout(100_000);
    const folder = applicationFolder("quay", {
      ...tinyApplication(),
      "slipway.json": JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", port: 8080, healthCheck: { path: "/nowhere" } } },
      }),
      ...definitionFile("quay", { container: answeringPaths("/") }),
    });
    const finished = await world.cliEndsWith(1, folder, ["deploy", "--yes", "--format", "text"]);
    assert.match(finished.stderr, /The health check asks \/nowhere and gets 404/);
    const said = finished.lines.join("\n");
    assert.match(said, /1 of 1 running/);
    assert.match(said, /This will not get well by waiting: /);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  it("starts the tasks of a first deployment again once what they failed of is mended", async () => {
    const folder = applicationFolder("quay", tinyApplication());
    const end = { at: "pull", stopCode: "TaskFailedToStart", reason: "CannotPullContainerError: gone" };
    await world.fault({ kind: "stop-task", end, count: 100 });
    const failed = await world.cliEndsWith(1, folder, ["deploy", "--yes"]);
    assert.equal(resultOf(failed).error?.code, "RolloutFailed", accountOf(failed));
    // Nothing of the application has changed; what was wrong was elsewhere.
    await world.clearFaults();
    const plan = await world.cliEndsWith(0, folder, ["plan"]);
    assert.match(plan.lines.join("\n"), /"startAgain"/);
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
    assert.deepEqual(writesOf(await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes"]))), []);
    await world.cliEndsWith(0, folder, ["destroy", "--yes"]);
  });

  it("says that nothing listens on the port that the Dockerfile exposes", async () => {
    const real = await World.start("wrong-port");
    try {
      const files = webApplication();
      const folder = applicationFolder("quay", {
        ...files,
        Dockerfile: (files.Dockerfile ?? "")
          .replace("EXPOSE $LISTEN_PORT", "EXPOSE 4000")
          .replace(/^HEALTHCHECK.*\n/m, ""),
      });
      const run = real.start(folder, ["deploy", "--yes"], {});
      await run.event((event) => event.type === "resource" && event.step === "service");
      run.kill("SIGINT");
      const finished = await run.exited;
      assert.equal(finished.code, 130, accountOf(finished));
      // Until a task has been asked for its health in vain, it is the service that is not well, and the targets wait for it.
      let said = "";
      await waitFor(
        "the targets to be what is wrong",
        async () => {
          const verified = await real.cli(folder, ["verify"]);
          said = accountOf(verified);
          assert.equal(verified.code, 1, said);
          return resultOf<{ id: string; state: string }[]>(verified).some(
            (check) => check.id === "targets" && check.state === "failed",
          );
        },
        { timeoutMs: 90_000, intervalMs: 500, evidence: () => said },
      );
      await real.cliEndsWith(0, folder, ["destroy", "--yes"]);
    } finally {
      await real.stop();
    }
  });
});
