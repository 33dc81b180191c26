import assert from "node:assert/strict";
import { paginateListClusters, type ListClustersCommand } from "@aws-sdk/client-ecs";
import { Caller, Session } from "../../src/aws/session";
import { systemClock } from "../../src/machine/clock";

/** A session whose ECS answers three pages of two clusters, and what it was asked. */
function pagedSession() {
  const session = new Session(
    { region: "eu-west-1", credentials: () => Promise.resolve({ accessKeyId: "a", secretAccessKey: "b" }) },
    systemClock,
  );
  const asked: { token: string | undefined; signalled: boolean }[] = [];
  const send = ({ input }: ListClustersCommand, { abortSignal }: { abortSignal?: AbortSignal }) => {
    asked.push({ token: input.nextToken, signalled: abortSignal !== undefined });
    const page = Number(input.nextToken ?? 0);
    const clusterArns = [`c${page * 2}`, `c${page * 2 + 1}`];
    return Promise.resolve({ clusterArns, ...(page < 2 ? { nextToken: String(page + 1) } : {}) });
  };
  Object.assign(session.ecs, { send });
  return { session, asked };
}

const names = (page: { clusterArns?: string[] | undefined }) => page.clusterArns;

describe("the pages of a list", () => {
  it("are all asked for, each with the signal of whoever asks and out of the bucket of its kind", async () => {
    const { session, asked } = pagedSession();
    const taken: (string | undefined)[] = [];
    const call = session.call.bind(session);
    session.call = ((client, command, signal, bucket) => {
      taken.push(bucket);
      return call(client, command, signal, bucket);
    }) as typeof session.call;
    const caller = new Caller(session, new AbortController().signal);
    const found = await caller.all(paginateListClusters, session.ecs, {}, names, { bucket: "ecsCluster" });
    assert.deepEqual(found, ["c0", "c1", "c2", "c3", "c4", "c5"]);
    assert.deepEqual(
      asked,
      [undefined, "1", "2"].map((token) => ({ token, signalled: true })),
    );
    assert.deepEqual(taken, ["ecsCluster", "ecsCluster", "ecsCluster"]);
  });
  it("are not asked for beyond the limit", async () => {
    const { session, asked } = pagedSession();
    const found = await new Caller(session, undefined).all(paginateListClusters, session.ecs, {}, names, { limit: 3 });
    assert.deepEqual(found, ["c0", "c1", "c2"]);
    assert.equal(asked.length, 2);
  });
  it("end with the signal", async () => {
    const { session, asked } = pagedSession();
    const cancel = new AbortController();
    cancel.abort();
    const asking = new Caller(session, cancel.signal).all(paginateListClusters, session.ecs, {}, names);
    await assert.rejects(asking, /Cancelled/);
    assert.equal(asked.length, 0);
  });
});
