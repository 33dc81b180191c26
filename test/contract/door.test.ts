/** What stands at the door: heads are judged before bodies, bodies are limited, and no input answers 500. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { endpoint, startSandbox, TARGET, type Endpoint } from "./support/sandbox";
import { inputs, inputsOf } from "./support/inputs";
import { bodyOf, send, sendBody, signedHeaders } from "./support/wire";

/** Sends a head and then a body in pieces, whatever comes back, and gives what came back until the connection closed. */
async function raw(e: Endpoint, head: string, megabytes: number): Promise<{ text: string; sent: number; ms: number }> {
  const { hostname, port, host } = new URL(e.url);
  const from = Date.now();
  const piece = Buffer.alloc(256 * 1024, 0x20);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    let sent = 0;
    const total = megabytes * 1024 * 1024;
    const more = (): void => {
      while (sent < total && !socket.destroyed) {
        sent += piece.length;
        if (!socket.write(piece)) return;
      }
    };
    socket.on("drain", more);
    socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve({ text, sent, ms: Date.now() - from }));
    socket.write(head.replaceAll("HOST", host));
    more();
  });
}

const headOf = (headers: Readonly<Record<string, string>>): string =>
  ["POST / HTTP/1.1", ...Object.entries({ ...headers, host: "HOST" }).map(([k, v]) => `${k}: ${v}`), "", ""].join(
    "\r\n",
  );

describe("the door", function () {
  this.timeout(30_000);
  let e: Endpoint;
  before(async function () {
    if (TARGET !== undefined) this.skip();
    e = await endpoint();
  });

  it("refuses a long body by its length, with 413, before any of it comes, and closes the connection", async () => {
    const headers = await signedHeaders(e, "ecs", "ListClusters", "{}");
    const { text, ms } = await raw(e, headOf({ ...headers, "content-length": String(16 << 20) }), 0);
    assert.match(text, /^HTTP\/1\.1 413 [^]*connection: close[^]*RequestEntityTooLarge/i);
    assert.ok(ms < 5000, `${ms} ms`);
  });

  it("refuses a long body of unknown length too, and the client that goes on sending gets to read it", async () => {
    const headers = await signedHeaders(e, "ecs", "ListClusters", "{}");
    const { "content-length": _length, ...rest } = headers;
    const chunk = `${(4 << 20).toString(16)}\r\n`;
    const { text } = await raw(e, headOf({ ...rest, "transfer-encoding": "chunked" }) + chunk, 4);
    assert.match(text, /^HTTP\/1\.1 413 /);
  });

  it("judges key and head before the body: an unsigned request is refused while its body is still to come", async () => {
    const target = { "x-amz-target": "AmazonEC2ContainerServiceV20141113.ListClusters" };
    const unsigned = await raw(e, headOf({ ...target, "content-length": "1000000" }), 0);
    assert.match(unsigned.text, /^HTTP\/1\.1 400 [^]*MissingAuthenticationTokenException/);
    const form = await raw(e, headOf({ "content-length": "1000000" }), 0);
    assert.match(form.text, /^HTTP\/1\.1 403 [^]*MissingAuthenticationToken/);
  });

  it("a client that asks before it sends (Expect: 100-continue) is asked to go on, or refused at once", async () => {
    const headers = await signedHeaders(e, "ecs", "ListClusters", "{}");
    const good = headOf({ ...headers, "content-length": "2", expect: "100-continue", connection: "close" });
    assert.match((await raw(e, `${good}{}`, 0)).text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    const long = headOf({ ...headers, "content-length": "99999999", expect: "100-continue" });
    assert.match((await raw(e, long, 0)).text, /^HTTP\/1\.1 413 /);
  });

  it("every x-amz-* header has to be signed", async () => {
    const target = "AmazonEC2ContainerServiceV20141113.ListClusters";
    for (const [name, value] of [
      ["x-amz-target", target],
      ["x-amz-anything", "y"],
    ] as const) {
      const answer = await sendBody(e, "ecs", "ListClusters", "{}", { unsigned: { [name]: value } });
      assert.match(answer.text, new RegExp(`InvalidSignatureException.*'${name}' must be a 'SignedHeader'`), name);
    }
    const moved = await sendBody(e, "ecs", "", "{}", { unsigned: { "x-amz-target": target }, withoutTarget: true });
    assert.match(moved.text, /InvalidSignatureException/);
    const form = await sendBody(e, "iam", "ListRoles", bodyOf("iam", "ListRoles", {}), {
      unsigned: { "x-amz-x": "y" },
    });
    assert.deepEqual([form.status, /SignatureDoesNotMatch/.test(form.text)], [403, true]);
  });

  it("an operation by the name of a prototype's member is no operation", async () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      assert.match((await sendBody(e, "ecs", name, "{}")).text, /UnknownOperationException/, name);
      assert.match((await sendBody(e, "ec2", name, bodyOf("ec2", name, {}))).text, /InvalidAction/, name);
    }
  });

  it("deep JSON and ill-typed bodies are SerializationException", async () => {
    const deep = (n: number) => `${"[".repeat(n)}${"]".repeat(n)}`;
    const objects = (n: number) => `${'{"a":'.repeat(n)}1${"}".repeat(n)}`;
    const bodies = [
      deep(100_000),
      deep(1200),
      objects(100_000),
      `{"x":${deep(50_000)}}`,
      '[{"toString":1}]',
      "null",
      "1",
    ];
    for (const body of [...bodies, '"x"', "{", "\u0000", '{"family":"x","tags":{}}']) {
      const answer = await sendBody(e, "ecs", "RegisterTaskDefinition", body);
      assert.deepEqual([answer.status, /SerializationException/.test(answer.text)], [400, true], body.slice(0, 40));
    }
  });

  it("__proto__ and constructor are names like any other, of members and of map keys", async () => {
    for (const name of ["__proto__", "constructor"]) {
      const member = await sendBody(e, "ecs", "ListClusters", `{"${name}":{"polluted":1}}`);
      assert.deepEqual([member.status, member.text.includes(`'${name}'`)], [501, true], name);
      const text = `{"family":"proto","requiresCompatibilities":["FARGATE"],"networkMode":"awsvpc","cpu":"256",
        "memory":"512","containerDefinitions":[{"name":"web","image":"web:1","dockerLabels":{"${name}":"kept"}}]}`;
      const registered = await sendBody(e, "ecs", "RegisterTaskDefinition", text);
      assert.deepEqual([registered.status, registered.text.includes(`"${name}":"kept"`)], [200, true], registered.text);
    }
    const policy = await send(e, "iam", "AttachRolePolicy", {
      RoleName: "x",
      PolicyArn: "arn:aws:iam::aws:policy/constructor",
    });
    assert.equal(policy.status, 404, policy.text);
  });
});

describe("fuzzed inputs", function () {
  this.timeout(300_000);
  const seed = Number(process.env["SLIPWAY_FUZZ_SEED"] ?? 1);
  const rounds = Number(process.env["SLIPWAY_FUZZ_ROUNDS"] ?? 6);

  it(`no operation answers 500, whatever it is sent (seed ${seed}, ${rounds} rounds)`, async function () {
    if (TARGET !== undefined) this.skip();
    const e = await startSandbox(["--tasks", "simulated", "--consistency", "strong"]);
    try {
      const rates = { method: "POST", headers: { "x-sandbox-token": e.token }, body: '{"on":false}' };
      await fetch(`${e.url}/_sandbox/rates`, rates);
      const bad: string[] = [];
      const random = inputs(seed);
      for (const [service, operation, input] of inputsOf(random, rounds)) {
        const answer = await send(e, service, operation, input).catch((error: unknown) => ({
          status: 0,
          text: String(error),
        }));
        random.learn(answer.text);
        if (answer.status === 0 || answer.status === 500 || /InternalFailure|ServerException/.test(answer.text))
          bad.push(`${service} ${operation} ${JSON.stringify(input).slice(0, 600)}: ${answer.status} ${answer.text}`);
      }
      assert.deepEqual(bad, []);
    } finally {
      await e.stop();
    }
  });
});
