/** No decision reads a sentence of ours: with every sentence replaced, plans, fingerprints and calls stay the same. */
import { strict as assert } from "node:assert";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { tinyApplication } from "./support/apps";
import { accountOf, resultOf, startCli, type Finished } from "./support/cli";
import { markedBuild } from "./support/markedBuild";
import { applicationFolder, theEngine, World, writeIn, writesOf } from "./support/world";

interface PlanJson {
  readonly fingerprint: string;
  readonly items: readonly {
    readonly step: string;
    readonly action: string;
    readonly name?: string;
    readonly data: unknown;
  }[];
  readonly data: unknown;
  readonly problems: readonly { readonly code: string; readonly severity: string }[];
}

/** What must be the same, whatever the words are. */
interface Account {
  readonly plans: readonly object[];
  readonly writes: readonly string[][];
  readonly checks: readonly object[];
  readonly diagnosis: object;
  readonly end: object;
}

describe("with every sentence replaced by a marker", function () {
  this.timeout(180_000);
  let world: World;
  let marked: { program: string; replaced: number };
  before(async function () {
    if (!(await theEngine())) return this.skip();
    const building = markedBuild();
    world = await World.start("sentences", ["--tasks", "simulated", "--consistency", "strong", "--seed", "7"]);
    marked = await building;
  });
  after(async () => world?.stop());

  const settings = (port: number, path: string, more: object) =>
    JSON.stringify({
      applications: {
        quay: { dockerfile: "Dockerfile", port, healthCheck: { path }, deregistrationDelaySeconds: 1, ...more },
      },
    });

  /** A first deployment, then one in which port, network, size, count and path change; what both came to. */
  async function account(program: string | undefined): Promise<Account> {
    await world.reset();
    const folder = applicationFolder("quay", {
      ...tinyApplication(),
      "slipway.json": settings(8080, "/", { desiredCount: 1 }),
    });
    const run = async (code: number, command: string, ...args: string[]): Promise<Finished> => {
      const finished = await startCli([command, "--config", folder, "--format", "json", ...args], world.env, program)
        .exited;
      assert.equal(finished.code, code, accountOf(finished));
      return finished;
    };
    const planned = async () => {
      const { fingerprint, items, data, problems } = resultOf<PlanJson>(await run(0, "plan"));
      return {
        fingerprint,
        data,
        items: items.map(({ step, action, name, data: why }) => ({ step, action, name, why })),
        problems: problems.map(({ code, severity }) => [code, severity]),
      };
    };
    const plans = [await planned()];
    const writes = [writesOf(await world.callsDuring(() => run(0, "deploy", "--yes"))).sort()];
    const definition = JSON.parse((await import("node:fs")).readFileSync(`${folder}/task-definition.json`, "utf8")) as {
      cpu: string;
      memory: string;
      containerDefinitions: { portMappings: object[] }[];
    };
    Object.assign(definition, { cpu: "512", memory: "1024" });
    Object.assign(definition.containerDefinitions[0] ?? {}, { portMappings: [{ containerPort: 9090 }] });
    writeIn(folder, "task-definition.json", JSON.stringify(definition));
    writeIn(
      folder,
      "slipway.json",
      settings(9090, "/ready", { desiredCount: 2, network: { assignPublicIp: true }, scaling: undefined }),
    );
    plans.push(await planned());
    writes.push(writesOf(await world.callsDuring(() => run(0, "deploy", "--yes"))).sort());
    const checks = resultOf<{ id: string; state: string; blockedBy?: string }[]>(await run(0, "verify"));
    const { healthy, cause } = resultOf<{ healthy: boolean; cause?: { code: string } }>(await run(0, "diagnose"));
    return {
      plans,
      writes,
      checks: checks.map(({ id, state, blockedBy }) => ({ id, state, blockedBy })),
      diagnosis: { healthy, cause: cause?.code },
      end: await whatRuns(),
    };
  }

  async function whatRuns(): Promise<object> {
    const { ecs, elb } = world.clients;
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }));
    const service = services?.[0];
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: service?.taskDefinition }),
    );
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({}));
    return {
      desired: service?.desiredCount,
      port: service?.loadBalancers?.[0]?.containerPort,
      cpu: taskDefinition?.cpu,
      paths: TargetGroups?.map(({ HealthCheckPath }) => HealthCheckPath),
      publicIp: service?.networkConfiguration?.awsvpcConfiguration?.assignPublicIp,
    };
  }

  it("decides, asks AWS and judges as before", async () => {
    assert.ok(marked.replaced > 800, `${marked.replaced} texts were replaced`);
    const plain = await account(undefined);
    const replaced = await account(marked.program);
    assert.deepEqual(replaced, plain);
    assert.deepEqual(plain.end, { desired: 2, port: 9090, cpu: "512", paths: ["/ready"], publicIp: "ENABLED" });
  });
});
