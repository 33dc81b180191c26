/** Where an environment lives: what slipway.json says, and what is refused elsewhere. */
import assert from "node:assert/strict";
import { choiceAt } from "../../src/cli/choice";
import { parseConfig, resolveApplication } from "../../src/core/app/app";
import { statedOf } from "../../src/core/app/place";
import { requirePlace } from "../../src/core/app/requirePlace";

const aws = { account: "111122223333", region: "eu-central-1" };
const config = JSON.stringify({
  applications: {
    shop: {
      port: 80,
      aws,
      environments: {
        prod: { aws: { account: "444455556666", profile: "shop-prod" }, protected: true },
        test: {},
      },
    },
  },
});
const statedPlace = (...asked: Parameters<typeof statedOf>) => statedOf(...asked).place;
const application = (environment?: string) => resolveApplication(parseConfig(config), "shop", environment);

describe("where an environment lives", () => {
  it("is stated for all, and overridden member by member", () => {
    assert.deepEqual(statedPlace(config, undefined, undefined), aws);
    assert.deepEqual(statedPlace(config, "shop", "prod"), {
      account: "444455556666",
      region: "eu-central-1",
      profile: "shop-prod",
    });
    assert.deepEqual(application("prod").place, statedPlace(config, undefined, "prod"));
    for (const [name, environment] of [
      ["other", undefined],
      ["constructor", undefined],
      ["toString", "valueOf"],
    ] as const)
      assert.equal(statedPlace(config, name, environment), undefined);
    for (const text of ["", "{", '{"applications":{"a":{},"b":{"aws":{"region":"eu-west-1"}}}}'])
      assert.equal(statedPlace(text, undefined, undefined), undefined);
  });

  it("and which files are its own, also where several applications stand in one folder", () => {
    const two = JSON.stringify({
      applications: {
        web: { dockerfile: "web/Dockerfile", taskDefinition: "web/task-definition.json" },
        api: { dockerfile: "api/Dockerfile", environments: { prod: { taskDefinition: "api/prod.json" } } },
      },
    });
    assert.deepEqual(statedOf(two, "web", undefined), {
      dockerfile: "web/Dockerfile",
      taskDefinition: "web/task-definition.json",
    });
    assert.deepEqual(statedOf(two, "api", "prod"), { dockerfile: "api/Dockerfile", taskDefinition: "api/prod.json" });
    assert.deepEqual(statedOf(two, undefined, undefined), {});
  });

  it("refuses another account, another region, both; and what is stated nowhere is free", () => {
    const reached = (account: string, region: string) => () => requirePlace(application("prod"), { account, region });
    assert.doesNotThrow(reached("444455556666", "eu-central-1"));
    assert.throws(reached("111122223333", "eu-central-1"), { code: "WrongPlace", message: /account 444455556666/ });
    assert.throws(reached("444455556666", "us-east-1"), { code: "WrongPlace", message: /region eu-central-1/ });
    assert.throws(reached("111122223333", "us-east-1"), /account 444455556666 and region eu-central-1/);
    const free = { name: "x", environment: "default" };
    assert.doesNotThrow(() => requirePlace(free, { account: "1", region: "anywhere" }));
  });

  it("wants twelve digits and a region", () => {
    for (const wrong of [{ account: "123" }, { region: "Frankfurt" }, { accountId: "111122223333" }])
      assert.throws(() => parseConfig(JSON.stringify({ applications: { a: { aws: wrong } } })), /line 1/);
    for (const region of ["us-gov-west-1", "cn-north-1", "ap-southeast-5", "us-iso-east-1"])
      assert.doesNotThrow(() => parseConfig(JSON.stringify({ applications: { a: { aws: { region } } } })));
  });

  it("has its name typed where it is protected: the environment's, else the application's", () => {
    assert.equal(application("prod").confirmName, "prod");
    assert.equal(application("test").confirmName, undefined);
    const all = JSON.stringify({ applications: { shop: { port: 80, protected: true } } });
    assert.equal(resolveApplication(parseConfig(all), "shop", undefined).confirmName, "shop");
  });

  describe("and where a command goes", () => {
    const backend = {
      stated: ({ environment }: { readonly environment?: string }) =>
        Promise.resolve(statedOf(config, "shop", environment)),
      profiles: () => Promise.resolve([{ name: "shop-prod", kind: "SSO" as const }]),
    };
    const request = { folder: "/", environment: "prod" };
    let keys: string | undefined;
    beforeEach(() => {
      keys = process.env["AWS_ACCESS_KEY_ID"];
      delete process.env["AWS_ACCESS_KEY_ID"];
    });
    afterEach(() => {
      if (keys === undefined) delete process.env["AWS_ACCESS_KEY_ID"];
      else process.env["AWS_ACCESS_KEY_ID"] = keys;
    });
    const go = (choice: Parameters<typeof choiceAt>[0]["choice"], asked: typeof request = request, from = backend) =>
      choiceAt({ choice, request: asked }, from);

    it("takes profile and region of slipway.json where nothing is asked for", async () => {
      const there = { kind: "profile", profile: "shop-prod", region: "eu-central-1" };
      assert.deepEqual(await go({ kind: "environment" }), there);
      assert.deepEqual(await go({ kind: "environment", region: "us-east-1" }), { ...there, region: "us-east-1" });
      assert.deepEqual(await go({ kind: "environment" }, { ...request, environment: "test" }), {
        kind: "environment",
        region: "eu-central-1",
      });
    });

    it("takes what is asked for, and the keys of a pipeline", async () => {
      const mine = { kind: "profile", profile: "mine" } as const;
      assert.deepEqual(await go(mine), { ...mine, region: "eu-central-1" });
      assert.deepEqual(await go({ kind: "sandbox" }), { kind: "sandbox" });
      process.env["AWS_ACCESS_KEY_ID"] = "AKIAEXAMPLE";
      assert.deepEqual(await go({ kind: "environment" }), { kind: "environment", region: "eu-central-1" });
    });

    it("knows no profile that this machine does not have", async () => {
      const bare = { ...backend, profiles: () => Promise.resolve([]) };
      assert.deepEqual(await go({ kind: "environment" }, request, bare), {
        kind: "environment",
        region: "eu-central-1",
      });
    });
  });
});
