/** `slipway run`: a command in a task of its own, with real containers. */
import { strict as assert } from "node:assert";
import { DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { waitFor } from "../../scripts/waiting";
import { definitionFile, tinyApplication } from "./support/apps";
import { applicationFolder, theEngine, World } from "./support/world";

describe("a one-off task", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("run", ["--consistency", "strong"]);
    folder = applicationFolder("winch", {
      ...tinyApplication("v1"),
      ...definitionFile("winch", {
        container: {
          environment: [{ name: "GREETING", value: "good day" }],
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": "/ecs/winch", "awslogs-stream-prefix": "ecs" },
          },
        },
      }),
      "slipway.json": JSON.stringify({
        applications: { winch: { dockerfile: "Dockerfile", loadBalancer: false, deregistrationDelaySeconds: 1 } },
      }),
    });
    await world.cliEndsWith(0, folder, ["deploy", "--yes"]);
  });
  after(async () => world?.stop());

  const parsed = ({ lines }: { readonly lines: readonly string[] }) =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const described = async (arn: string) => {
    const { tasks } = await world.clients.ecs.send(
      new DescribeTasksCommand({ cluster: "winch", tasks: [arn], include: ["TAGS"] }),
    );
    return tasks?.[0];
  };

  it("runs with the service's revision, network and variables; every line comes, once and in order", async () => {
    const script = 'for n in $(seq 1 300); do echo "$n $GREETING"; done';
    const events = parsed(await world.cliEndsWith(0, folder, ["run", "--", "sh", "-c", script]));
    assert.deepEqual(
      events.filter(({ type }) => type === "log").map(({ message }) => message),
      Array.from({ length: 300 }, (_, index) => `${index + 1} good day`),
    );
    const result = events.at(-1) ?? {};
    assert.deepEqual([result["outcome"], result["exitCode"], result["revision"]], ["done", 0, "winch:1"]);
    const task = await described(String(result["arn"]));
    assert.equal(task?.startedBy, "slipway-run");
    assert.equal(task?.tags?.find(({ key }) => key === "slipway:app")?.value, "winch");
  });

  it("ends as the command does", async () => {
    const finished = await world.cliEndsWith(7, folder, ["run", "--", "sh", "-c", "echo no; exit 7"]);
    const result = parsed(finished).at(-1) ?? {};
    assert.deepEqual([result["outcome"], result["exitCode"]], ["failed", 7]);
  });

  it("options behind -- are the command's, and a container that is not there is named", async () => {
    const events = parsed(await world.cliEndsWith(0, folder, ["run", "--", "echo", "--yes", "-n", "x y"]));
    assert.ok(events.some(({ message }) => message === "--yes -n x y"));
    const { error } = parsed(await world.cli(folder, ["run", "--container", "other", "--", "true"])).at(-1) as {
      error: { code: string; evidence: string[] };
    };
    assert.deepEqual([error.code, error.evidence], ["ContainerMissing", ["It has: winch."]]);
    await world.cliEndsWith(2, folder, ["run"]);
  });

  it("Ctrl+C stops the task", async () => {
    const run = world.start(folder, ["run", "--", "sh", "-c", "echo begun; sleep 600"]);
    const listing = () => world.clients.ecs.send(new ListTasksCommand({ cluster: "winch", startedBy: "slipway-run" }));
    await waitFor("the task to run", async () => {
      const [arn] = (await listing()).taskArns ?? [];
      return arn !== undefined && (await described(arn))?.lastStatus === "RUNNING";
    });
    run.kill("SIGINT");
    const { code } = await run.exited;
    assert.equal(code, 130);
    assert.deepEqual((await listing()).taskArns, []);
  });
});
