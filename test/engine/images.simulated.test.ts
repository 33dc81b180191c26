/** A tag can be moved: only what proves its source is taken for the image of a source. */
import { strict as assert } from "node:assert";
import {
  BatchGetImageCommand,
  DescribeRepositoriesCommand,
  DescribeImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
} from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { tinyApplication } from "./support/apps";
import { applicationFolder, theEngine, World, writeIn } from "./support/world";

describe("the image of a source", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("images", ["--tasks", "simulated", "--consistency", "strong"]);
    folder = applicationFolder("quay", {
      ...tinyApplication("one"),
      "slipway.json": JSON.stringify({
        applications: { quay: { dockerfile: "Dockerfile", deregistrationDelaySeconds: 1 } },
      }),
    });
  });
  after(async () => world?.stop());

  /** Deploys with this marker in the Dockerfile; the digest that runs, and whether anything was pushed. */
  async function deploy(marker: string, ...more: string[]): Promise<{ digest: string; pushed: boolean }> {
    writeIn(folder, "Dockerfile", tinyApplication(marker).Dockerfile ?? "");
    const calls = await world.callsDuring(() => world.cliEndsWith(0, folder, ["deploy", "--yes", ...more]));
    const { ecs } = world.clients;
    const { services } = await ecs.send(new DescribeServicesCommand({ cluster: "quay", services: ["quay"] }));
    const { taskDefinition } = await ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
    );
    const image = taskDefinition?.containerDefinitions?.[0]?.image ?? "";
    assert.match(image, /@sha256:/);
    return {
      digest: image.split("@")[1] ?? "",
      pushed: calls.some(({ operation }) => operation === "GetAuthorizationToken"),
    };
  }

  it("is believed by its own label, and not by a tag that was moved", async () => {
    const { ecr } = world.clients;
    const one = await deploy("one");
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["quay"] }));
    assert.equal(repositories?.[0]?.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
    const two = await deploy("two");
    assert.notEqual(two.digest, one.digest);
    // Both images say of themselves what they are made of.
    assert.deepEqual(await deploy("one"), { digest: one.digest, pushed: false });
    assert.deepEqual(await deploy("two"), { digest: two.digest, pushed: false });
    const contentTagOf = async (digest: string) =>
      (
        await ecr.send(new DescribeImagesCommand({ repositoryName: "quay", imageIds: [{ imageDigest: digest }] }))
      ).imageDetails?.[0]?.imageTags?.find((tag) => tag.startsWith("slipway-")) ?? "";
    const tag = await contentTagOf(one.digest);
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: "quay", imageTagMutability: "MUTABLE" }));
    const { images } = await ecr.send(
      new BatchGetImageCommand({ repositoryName: "quay", imageIds: [{ imageDigest: two.digest }] }),
    );
    await ecr.send(
      new PutImageCommand({ repositoryName: "quay", imageTag: tag, imageManifest: images?.[0]?.imageManifest }),
    );
    const moved = await deploy("one");
    assert.notEqual(moved.digest, two.digest, "the version that the tag was moved to is not taken for this source's");
    assert.equal(moved.pushed, true);
  });

  it("is built anew on request where no tag can be moved, and then stays", async () => {
    const { ecr } = world.clients;
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: "quay", imageTagMutability: "IMMUTABLE" }));
    const before = await deploy("one");
    const again = await deploy("one", "--rebuild");
    assert.equal(again.pushed, true);
    assert.deepEqual(await deploy("one"), { digest: again.digest, pushed: false });
    assert.ok(before.digest);
  });
});
