/** The AWS Resources view on an endpoint that is not quite AWS: what it has is shown, and what it lacks is said. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resourcePort } from "../../src/aws/resources/port";
import { Session } from "../../src/aws/session";
import { errorCode } from "../../src/core/base/errors";
import type { ResourcePort } from "../../src/core/ports/resources";
import { emptyWords, type ResourceItem, type ResourceKind } from "../../src/core/ports/resourceModel";

const signal = new AbortController().signal;
const place = (kind: ResourceKind, ref: Record<string, string> = {}): ResourceItem => ({
  kind,
  key: kind,
  label: kind,
  description: "",
  state: "plain",
  ref,
  facts: [],
  expandable: true,
  can: [],
});
const task = (id: string, group: string | undefined, exitCode?: number) => ({
  taskArn: `arn:aws:ecs:us-east-1:1:task/c/${id}`,
  clusterArn: "arn:aws:ecs:us-east-1:1:cluster/c",
  ...(group === undefined ? {} : { group }),
  lastStatus: exitCode === undefined ? "RUNNING" : "STOPPED",
  desiredStatus: "RUNNING",
  containers: [{ name: "web", ...(exitCode === undefined ? {} : { exitCode }) }],
});

describe("the resources of an endpoint that is not quite AWS", () => {
  /** Answers by the operation's name; what has none gets a page in HTML, as emulators and proxies send. */
  let answers: Record<string, unknown>;
  let server: Server;
  let session: Session;
  let port: ResourcePort;
  before(async () => {
    server = createServer((request, response) => {
      const answer = answers[String(request.headers["x-amz-target"]).split(".")[1] ?? ""];
      request.resume().on("end", () => {
        response.writeHead(answer === undefined ? 404 : 200, {
          "content-type": answer === undefined ? "text/html" : "application/x-amz-json-1.1",
        });
        response.end(answer === undefined ? "<!doctype html><h1>Not found</h1>" : JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    session = new Session(
      { region: "us-east-1", credentials: () => Promise.resolve({ accessKeyId: "a", secretAccessKey: "b" }), endpoint },
      { now: () => Date.now(), sleep: () => Promise.resolve() },
    );
    port = resourcePort(session);
  });
  after(() => {
    session.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => (answers = {}));

  const load = async (kind: ResourceKind, ref: Record<string, string> = {}): Promise<ResourceItem[]> =>
    (await port.load(place(kind, ref), undefined, undefined, signal)).items;

  it("say in a sentence that an operation is not there", async () => {
    await assert.rejects(
      load("clusters"),
      (error: Error) =>
        errorCode(error) === "NotAnAwsAnswer" &&
        error.message === "The endpoint does not answer ListClusters as AWS does (HTTP 404).",
    );
  });

  it("are asked for what is in every place that can be empty", async () => {
    for (const kind of Object.keys(emptyWords) as ResourceKind[]) {
      const error = await load(kind).then(
        () => undefined,
        (thrown: Error) => thrown,
      );
      assert.ok(!error?.message.startsWith("nothing loads"), `src/aws/resources/ has no loader for the kind ${kind}`);
    }
  });

  it("show an image once with all of its tags, also where it is listed once for each", async () => {
    answers = {
      DescribeImages: {
        imageDetails: [
          { imageDigest: "sha256:1", imageTags: ["a"] },
          { imageDigest: "sha256:2" },
          { imageDigest: "sha256:1", imageTags: ["b"] },
        ],
      },
    };
    assert.deepEqual(
      (await load("repository", { repository: "web" })).map((item) => item.label),
      ["a, b", "(untagged)"],
    );
  });

  it("show what else is listed twice only once", async () => {
    answers = { ListTaskDefinitionFamilies: { families: ["a", "b", "a"] } };
    assert.deepEqual(
      (await load("families")).map((item) => item.label),
      ["a", "b"],
    );
  });

  it("show revisions newest first, and those of other families not", async () => {
    answers = {
      ListTaskDefinitions: {
        taskDefinitionArns: ["web:1", "web:10", "web:9", "web-2:3"].map(
          (name) => `arn:aws:ecs:us-east-1:1:task-definition/${name}`,
        ),
      },
    };
    assert.deepEqual(
      (await load("family", { family: "web" })).map((item) => item.label),
      ["web:10", "web:9", "web:1", "Inactive Revisions"],
    );
  });

  it("show policies where activities cannot be read, and why", async () => {
    answers = {
      DescribeScalableTargets: {
        ScalableTargets: [
          {
            ServiceNamespace: "ecs",
            ResourceId: "service/c/web",
            ScalableDimension: "ecs:service:DesiredCount",
            MinCapacity: 1,
            MaxCapacity: 4,
            RoleARN: "r",
            CreationTime: 1,
          },
        ],
      },
      DescribeScalingPolicies: {
        ScalingPolicies: [
          {
            PolicyName: "cpu",
            PolicyARN: "p",
            ServiceNamespace: "ecs",
            ResourceId: "service/c/web",
            ScalableDimension: "ecs:service:DesiredCount",
            PolicyType: "TargetTrackingScaling",
            CreationTime: 1,
          },
        ],
      },
    };
    const items = await load("scaling", { cluster: "c", service: "web" });
    assert.deepEqual(
      items.map((item) => item.label),
      ["cpu", "Activities could not be read"],
    );
    assert.match(items[1]?.description ?? "", /DescribeScalingActivities/);
  });

  it("show under a service its own tasks alone, and all of them where none is named", async () => {
    answers = {
      ListTasks: { taskArns: ["1", "2", "3"] },
      DescribeTasks: { tasks: [task("1", "service:web"), task("2", "family:job"), task("3", undefined)] },
    };
    assert.deepEqual(
      (await load("tasks", { cluster: "c", service: "web" })).map((item) => item.label),
      ["1", "3"],
    );
    assert.equal((await load("tasks", { cluster: "c" })).length, 3);
  });

  it("do not call for attention where a task on its own has ended well", async () => {
    answers = {
      ListTasks: { taskArns: ["1", "2", "3"] },
      DescribeTasks: { tasks: [task("1", "family:job", 0), task("2", "family:job", 3), task("3", "service:web", 0)] },
    };
    assert.deepEqual(
      (await load("stoppedTasks", { cluster: "c" })).map((item) => item.state),
      ["off", "bad", "bad"],
    );
  });
});
