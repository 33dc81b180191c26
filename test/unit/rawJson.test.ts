/** What goes through the AWS SDK is what AWS said and what AWS is told, also where the SDK does not know it. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ecsPort } from "../../src/aws/ecs";
import { resourcePort } from "../../src/aws/resources/port";
import { Caller, Session } from "../../src/aws/session";
import { exactText, parseExact } from "../../src/core/base/exactJson";
import type { Json, TaskDefinition } from "../../src/core/base/taskDefinition";
import { errorCode } from "../../src/core/base/errors";
import { parseDefinition } from "../../src/core/taskDefinition/model/generate";
import { mergeDefinitions } from "../../src/core/taskDefinition/model/merge";
import { definitionOf } from "../../src/core/taskDefinition/language/values";
import { check } from "../../src/core/taskDefinition/language/check";
import { lostOf, plainDefinition, plant, seeded } from "./support/unknownMembers";

const signal = new AbortController().signal;
/** Numbers that JavaScript's cannot hold, in JSON that nobody's SDK knows. */
const numbers = `{"ids":[12345678901234567890,-0.1234567890123456789,1e400,1.0,3],"text":"{\\"slipway:number\\":\\"1\\"} 12345678901234567890"}`;

describe("JSON that is passed on", () => {
  it("keeps every number as it was, and the rest of the text", () => {
    const said = numbers.replace("1.0", "1");
    assert.equal(exactText(parseExact(numbers)), said);
    const file = `{ // 12345678901234567890 "\n "containerDefinitions": [{"name": "web", "burst": ${numbers}}], "x": 18446744073709551615 }`;
    for (const definition of [parseDefinition(file, "x"), definitionOf(check(file).task) ?? {}]) {
      const merged = mergeDefinitions({ file: definition, live: { x: parseExact("18446744073709551614") } });
      assert.equal(
        exactText(merged),
        `{"containerDefinitions":[{"name":"web","burst":${said}}],"x":18446744073709551615}`,
      );
    }
  });
});

describe("the raw JSON of ECS", () => {
  let server: Server;
  let session: Session;
  /** Answers by operation, the first of each taken; and what was asked, with the headers that count. */
  let answers: Record<string, { status?: number; text: string }[]>;
  let asked: { operation: string; text: string; length: string | undefined; signed: boolean }[];
  before(async () => {
    server = createServer((request, response) => {
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      let text = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      request.on("end", () => {
        const { "content-length": length, authorization = "" } = request.headers;
        asked.push({ operation, text, length, signed: authorization.startsWith("AWS4-HMAC-SHA256") });
        const answer = answers[operation]?.shift() ?? { status: 404, text: "<html>" };
        response.writeHead(answer.status ?? 200, { "content-type": "application/x-amz-json-1.1" });
        response.end(answer.text);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    session = new Session(
      { region: "us-east-1", credentials: () => Promise.resolve({ accessKeyId: "a", secretAccessKey: "b" }), endpoint },
      { now: () => Date.now(), sleep: () => Promise.resolve() },
    );
  });
  after(() => {
    session.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    answers = {};
    asked = [];
  });
  const port = () => ecsPort(new Caller(session, signal));
  const answer = (body: Json | object): { text: string } => ({ text: JSON.stringify(body) });

  it("has a hundred unknown members on the way in, dates as text, and no null for what is merely not set", async () => {
    const definition = plainDefinition();
    const planted = plant(definition, 100, seeded(11));
    const described = { ...definition, taskRoleArn: null, revision: 3, registeredAt: 1764496800.5, status: "ACTIVE" };
    answers = {
      DescribeTaskDefinition: [answer({ taskDefinition: described, tags: [{ key: "a", value: "b" }] })],
    };
    const found = await port().findTaskDefinition("quay:3");
    assert.deepEqual(lostOf(planted, found?.definition), []);
    assert.deepEqual([found?.revision, found?.status, found?.tags], [3, "ACTIVE", { a: "b" }]);
    assert.equal(found?.definition["registeredAt"], "2025-11-30T10:00:00.500Z");
    assert.ok(!("taskRoleArn" in found.definition));
  });

  it("is what is sent: signed, with its length, again after a fault, every number as it was", async () => {
    const definition = { ...plainDefinition(), burst: parseExact(numbers) };
    const planted = plant(definition, 100, seeded(12));
    const registered = { ...plainDefinition(), taskDefinitionArn: "arn:quay:4", revision: 4, burst: null };
    answers = {
      RegisterTaskDefinition: [
        { status: 500, text: `{"__type":"ServerException"}` },
        answer({ taskDefinition: registered }),
      ],
    };
    const made = await port().register(definition, { owner: "ü" });
    assert.deepEqual(made, { arn: "arn:quay:4", revision: 4 });
    assert.equal(asked.length, 2);
    for (const { text, length, signed } of asked) {
      assert.ok(signed);
      assert.equal(length, String(Buffer.byteLength(text)));
      const sent = JSON.parse(text) as TaskDefinition;
      assert.deepEqual(lostOf(planted, sent), []);
      assert.deepEqual(sent["tags"], [{ key: "owner", value: "ü" }]);
      assert.ok(text.includes("[12345678901234567890,-0.1234567890123456789,1e400,1,3]"), text);
    }
  });

  it("takes along what a service has and its description does not say", async () => {
    const gatewayConnectors = [{ gatewayArn: "arn:gateway", later: [1.5, null] }];
    const monitoring = { metricConfigurations: [{ resolution: 20 }] };
    const revision = { serviceRevisionArn: "arn:revision", gatewayConnectors, monitoring, taskDefinition: "quay:1" };
    const updated = answer({ service: { serviceName: "quay" } });
    answers = {
      DescribeServiceRevisions: [answer({ serviceRevisions: [revision] }), { status: 400, text: `{"__type":"X"}` }],
      UpdateService: [updated, updated, updated],
    };
    await port().updateService("quay", "quay", { taskDefinition: "quay:2" }, "arn:revision");
    // Neither where no deployment starts, nor where it may not be read.
    await port().updateService("quay", "quay", { desired: 3 }, "arn:revision");
    await port().updateService("quay", "quay", { taskDefinition: "quay:3" }, "arn:revision");
    const sent = asked
      .filter(({ operation }) => operation === "UpdateService")
      .map(({ text }) => JSON.parse(text) as Json);
    const named = { cluster: "quay", service: "quay" };
    assert.deepEqual(sent, [
      { ...named, gatewayConnectors, monitoring, taskDefinition: "quay:2" },
      { ...named, desiredCount: 3 },
      { ...named, taskDefinition: "quay:3" },
    ]);
  });

  it("of an error is AWS's error, and what is no JSON is no answer of AWS", async () => {
    answers = {
      DescribeTaskDefinition: [{ status: 400, text: `{"__type":"ClientException","message":"Unable to describe"}` }],
      RegisterTaskDefinition: [{ status: 400, text: `{"__type":"InvalidParameterException","message":"no"}` }],
    };
    assert.equal(await port().findTaskDefinition("quay:9"), undefined);
    await assert.rejects(
      port().register({ family: "quay" }, {}),
      (error) => errorCode(error) === "InvalidParameterException",
    );
    for (const status of [200, 404]) {
      answers = { DescribeTaskDefinition: [{ status, text: "<!doctype html>" }] };
      await assert.rejects(port().findTaskDefinition("quay"), (error) => errorCode(error) === "NotAnAwsAnswer");
    }
  });

  it("of a service is shown whole, its dates as text", async () => {
    const service = {
      serviceName: "quay",
      createdAt: 1764496800,
      lanes: { many: [null, { at: 1 }] },
      deployments: [{ id: "1", createdAt: 1764496800, lane: null }],
    };
    answers = { DescribeServices: [answer({ services: [service] }), answer({ services: [] })] };
    const item = {
      kind: "service",
      key: "",
      label: "",
      description: "",
      state: "plain",
      ref: { cluster: "quay", service: "quay" },
      facts: [],
      expandable: false,
      can: [],
    } as const;
    const createdAt = "2025-11-30T10:00:00.000Z";
    assert.deepEqual(await resourcePort(session).describe(item, signal), {
      ...service,
      createdAt,
      deployments: [{ id: "1", createdAt, lane: null }],
    });
    assert.equal(await resourcePort(session).describe(item, signal), undefined);
  });

  it("stays when an image is deployed from the resources", async () => {
    const definition = plainDefinition();
    const planted = plant(definition, 60, seeded(13));
    const taskDefinition = { ...definition, revision: 3, status: "ACTIVE", compatibilities: ["FARGATE"] };
    const currentServiceRevisions = [{ arn: "arn:revision" }];
    const service = answer({ services: [{ taskDefinition: "quay:3", currentServiceRevisions }] });
    const monitoring = { metricConfigurations: [{ resolution: 20 }] };
    answers = {
      DescribeServices: [service, service],
      DescribeServiceRevisions: [answer({ serviceRevisions: [{ monitoring, desiredCount: 1 }] })],
      DescribeTaskDefinition: [answer({ taskDefinition, tags: [{ key: "slipway:app", value: "quay" }] })],
      RegisterTaskDefinition: [answer({ taskDefinition: { taskDefinitionArn: "arn:quay:4" } })],
      UpdateService: [answer({ service: {} })],
    };
    const action = { do: "deployImage", cluster: "quay", service: "quay", image: "quay:2", container: "quay" } as const;
    assert.equal(await resourcePort(session).act(action, signal), "arn:quay:4");
    const sent = JSON.parse(
      asked.find(({ operation }) => operation === "RegisterTaskDefinition")?.text ?? "",
    ) as TaskDefinition;
    assert.deepEqual(lostOf(planted, sent), []);
    assert.deepEqual(
      sent.containerDefinitions?.map(({ image }) => image),
      ["quay:2", "side:1"],
    );
    assert.deepEqual([sent["revision"], sent["tags"]], [undefined, [{ key: "slipway:app", value: "quay" }]]);
    assert.deepEqual(JSON.parse(asked.at(-1)?.text ?? ""), {
      cluster: "quay",
      service: "quay",
      monitoring,
      taskDefinition: "arn:quay:4",
    });
  });
});
