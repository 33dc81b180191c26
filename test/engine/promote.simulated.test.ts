/** What runs in one environment, brought into another: into another account and region, without a container engine. */
import { strict as assert } from "node:assert";
import path from "node:path";
import { BatchDeleteImageCommand, BatchGetImageCommand, DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import { temporaryDir } from "../../scripts/paths";
import { tinyApplication } from "./support/apps";
import type { Finished } from "./support/cli";
import { applicationFolder, theEngine, World, writeIn, writesOf } from "./support/world";

const there = { account: "111122223333", region: "eu-central-1" };

describe("a promotion", function () {
  this.timeout(180_000);
  let staging: World;
  let production: World;
  let folder: string;
  let env: Record<string, string>;
  let digest: string;

  before(async function () {
    if (!(await theEngine())) return this.skip();
    const simulated = ["--tasks", "simulated", "--consistency", "strong"];
    [staging, production] = await Promise.all([
      World.start("promote-from", simulated),
      World.start("promote-to", [...simulated, "--account", there.account, "--region", there.region]),
    ]);
    folder = applicationFolder("shop", {
      ...tinyApplication("promoted"),
      "slipway.json": config({}),
    });
    const home = temporaryDir("aws");
    const ofWorld = (name: string, world: World, region: string) =>
      `[profile ${name}]\nregion = ${region}\nendpoint_url = ${world.sandbox.url}\n` +
      `aws_access_key_id = ${world.credentials.accessKeyId}\n` +
      `aws_secret_access_key = ${world.credentials.secretAccessKey}\n`;
    writeIn(home, "config", ofWorld("staging", staging, "us-east-1") + ofWorld("production", production, there.region));
    env = {
      AWS_CONFIG_FILE: path.join(home, "config"),
      AWS_SHARED_CREDENTIALS_FILE: path.join(home, "none"),
      ...Object.fromEntries(
        [
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_ENDPOINT_URL",
          "AWS_REGION",
          "AWS_DEFAULT_REGION",
          "AWS_PROFILE",
          "SLIPWAY_ADDRESS_MAP",
        ].map((name) => [name, ""]),
      ),
    };
  });
  after(async () => {
    await staging?.stop();
    await production?.stop();
  });

  /** slipway.json; `own` is what production has for itself. */
  const config = (own: object): string =>
    JSON.stringify({
      applications: {
        shop: {
          dockerfile: "Dockerfile",
          loadBalancer: false,
          environments: {
            staging: { aws: { account: "000000000000", profile: "staging" } },
            production: { aws: { account: there.account, profile: "production" }, protected: true, ...own },
          },
        },
      },
    });
  const run = (code: number, ...args: string[]): Promise<Finished> => staging.cliEndsWith(code, folder, args, env);
  const promote = ["promote", "--from", "staging", "--environment", "production", "--yes", "--confirm", "production"];
  /** Nobody answers there: a promotion needs no engine. */
  const withoutEngine = (code: number, ...more: string[]): Promise<Finished> =>
    staging.cliEndsWith(code, folder, [...promote, ...more], { ...env, DOCKER_HOST: "tcp://127.0.0.1:9" });
  const errorOf = ({ lines }: Finished): { code?: string } | undefined =>
    (JSON.parse(lines.at(-1) ?? "{}") as { error?: { code?: string } }).error;
  const imagesIn = async (world: World): Promise<(string | undefined)[]> => {
    const { imageDetails } = await world.clients.ecr.send(
      new DescribeImagesCommand({ repositoryName: "shop-production" }),
    );
    return (imageDetails ?? []).map(({ imageDigest }) => imageDigest);
  };
  const live = async (world: World, name: string) => {
    const { services } = await world.clients.ecs.send(new DescribeServicesCommand({ cluster: name, services: [name] }));
    const { taskDefinition, tags } = await world.clients.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition, include: ["TAGS"] }),
    );
    return { image: taskDefinition?.containerDefinitions?.[0]?.image ?? "", tags, cpu: taskDefinition?.cpu };
  };

  it("says that there is nothing to promote, and changes nothing", async () => {
    const calls = await production.callsDuring(async () => {
      assert.equal(errorOf(await run(1, ...promote))?.code, "NotDeployed");
      await run(2, "promote", "--environment", "production");
      await run(2, "promote", "--from", "production", "--environment", "production");
    });
    assert.deepEqual(writesOf(calls), []);
  });

  it("copies the image as it is into the other account and region, and runs it there", async () => {
    await run(0, "deploy", "--environment", "staging", "--yes");
    const before = await live(staging, "shop-staging");
    digest = before.image.split("@")[1] ?? "";
    assert.match(digest, /^sha256:/);
    let finished: Finished | undefined;
    const calls = await production.callsDuring(async () => (finished = await withoutEngine(0)));
    assert.ok(!calls.some(({ operation }) => operation === "GetAuthorizationToken"), "nothing logs in");
    const plan = finished?.lines
      .map((line) => JSON.parse(line) as { type?: string; plan?: { promotes?: Record<string, unknown> } })
      .find(({ type }) => type === "planned")?.plan;
    const { environment, account, region, digest: promoted, differences } = plan?.promotes ?? {};
    assert.deepEqual(
      { environment, account, region, promoted, differences },
      {
        environment: "staging",
        account: "000000000000",
        region: "us-east-1",
        promoted: digest,
        differences: [],
      },
    );
    const after = await live(production, "shop-production");
    assert.equal(after.image.split("@")[1], digest);
    assert.match(after.image, /shop-production@/);
    assert.deepEqual(await imagesIn(production), [digest]);
    const source = (tags: typeof after.tags) => tags?.find(({ key }) => key === "slipway:source")?.value;
    assert.equal(source(after.tags), source(before.tags));
    const manifest = (world: World, repositoryName: string) =>
      world.clients.ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
    const [here, copied] = await Promise.all([
      manifest(staging, "shop-staging"),
      manifest(production, "shop-production"),
    ]);
    assert.equal(copied.images?.[0]?.imageManifest, here.images?.[0]?.imageManifest);
  });

  it("finds nothing to do the second time, and neither does a deployment of the same source", async () => {
    const again = await production.callsDuring(() => withoutEngine(0));
    assert.deepEqual(writesOf(again), []);
    const deployed = await production.callsDuring(() => run(0, "deploy", "--environment", "production", "--yes"));
    assert.deepEqual(writesOf(deployed), []);
  });

  it("shows the environments beside each other, and what could not be looked at as just that", async () => {
    const { lines } = await run(0, "environments");
    const { environments } = JSON.parse(lines.at(-1) ?? "{}") as {
      environments: { environment: string; account?: string; state: string; live?: { digest?: string } }[];
    };
    assert.deepEqual(
      environments.map(({ environment, account, state, live: runs }) => [environment, account, state, runs?.digest]),
      [
        ["staging", "000000000000", "live", digest],
        ["production", there.account, "live", digest],
      ],
    );
    await production.fault({
      kind: "fail-before",
      service: "ecs",
      operation: "DescribeClusters",
      count: 50,
      error: { code: "AccessDeniedException", status: 400 },
    });
    const denied = JSON.parse((await run(1, "environments")).lines.at(-1) ?? "{}") as typeof environments & {
      environments: { state: string }[];
    };
    await production.clearFaults();
    assert.deepEqual(
      denied.environments.map(({ state }) => state),
      ["live", "notRead"],
    );
  });

  it("keeps the configuration of where it goes, and says how that differs, without values", async () => {
    writeIn(folder, "slipway.json", config({ taskDefinition: "production.json" }));
    writeIn(
      folder,
      "production.json",
      JSON.stringify({
        family: "shop-production",
        cpu: "512",
        memory: "1024",
        containerDefinitions: [
          { name: "shop", essential: true, environment: [{ name: "MODE", value: "not-to-be-shown" }] },
        ],
      }),
    );
    const finished = await withoutEngine(0);
    const text = finished.lines.join("\n");
    assert.ok(!text.includes("not-to-be-shown"));
    const planned = finished.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const { plan } = planned.find(({ type }) => type === "planned") as {
      plan: { promotes: { differences: { path: string }[] } };
    };
    const paths = plan.promotes.differences.map((each) => each.path);
    assert.ok(paths.includes("cpu") && paths.includes("memory"), paths.join());
    assert.ok(
      paths.some((each) => each.includes("environment")),
      paths.join(),
    );
    const after = await live(production, "shop-production");
    assert.deepEqual([after.cpu, after.image.split("@")[1]], ["512", digest]);
  });

  it("goes on where AWS fails for a moment, and again where it was broken off", async () => {
    writeIn(folder, "index.html", "another version");
    await run(0, "deploy", "--environment", "staging", "--yes", "--rebuild");
    await production.fault({ kind: "fail-before", service: "ecr", operation: "UploadLayerPart", count: 2 });
    await production.fault({
      kind: "fail-before",
      service: "ecr",
      operation: "PutImage",
      count: 20,
      error: { code: "LayersNotFoundException", status: 400 },
    });
    await withoutEngine(1);
    await production.clearFaults();
    await withoutEngine(0);
    const now = await live(staging, "shop-staging");
    assert.equal((await live(production, "shop-production")).image.split("@")[1], now.image.split("@")[1]);
  });

  it("waits for no rollout, and takes nothing that is gone", async () => {
    // It goes on for as long as there is no room for its tasks.
    await staging.fault({ kind: "capacity", count: 1000 });
    const again = { cluster: "shop-staging", service: "shop-staging", forceNewDeployment: true };
    await staging.clients.ecs.send(new UpdateServiceCommand(again));
    assert.equal(errorOf(await withoutEngine(1))?.code, "PromotionUnsettled");
    await staging.clearFaults();
    await staging.clients.ecs.send(new UpdateServiceCommand(again));
    const { image } = await live(staging, "shop-staging");
    await staging.clients.ecr.send(
      new BatchDeleteImageCommand({
        repositoryName: "shop-staging",
        imageIds: [{ imageDigest: image.split("@")[1] }],
      }),
    );
    let code: string | undefined = "PromotionUnsettled";
    for (let tries = 0; code === "PromotionUnsettled" && tries < 60; tries++)
      code = errorOf(await withoutEngine(1))?.code;
    assert.equal(code, "ImageGone");
  });
});
