import assert from "node:assert/strict";
import { readDockerfile } from "../../src/core/source/dockerfile";
import { webPort } from "../../src/core/source/webPort";

const ports = (text: string, args: Record<string, string> = {}, target?: string) =>
  readDockerfile(text, args, target).ports.map((item) => `${item.port}/${item.protocol}`);

describe("reading a Dockerfile", () => {
  it("finds a plain EXPOSE, a range and udp", () => {
    assert.deepEqual(ports("FROM scratch\nEXPOSE 80 8000-8002/udp 9000:9000\n"), [
      "80/tcp",
      "8000/udp",
      "8001/udp",
      "8002/udp",
      "9000/tcp",
    ]);
  });
  it("substitutes ARG and ENV where the EXPOSE stands, not later", () => {
    assert.deepEqual(ports("FROM scratch\nARG A=1234\nEXPOSE ${PORT:-8080} $A\nENV PORT=99\n"), [
      "8080/tcp",
      "1234/tcp",
    ]);
    assert.deepEqual(ports("FROM scratch\nARG A=1234\nEXPOSE $A\n", { A: "77" }), ["77/tcp"]);
  });
  it("names the variable that nothing sets instead of guessing", () => {
    const facts = readDockerfile("FROM scratch\nEXPOSE $NOPE\n");
    assert.deepEqual(facts.ports, []);
    assert.deepEqual(facts.unsetPortVariables, ["NOPE"]);
  });
  it("inherits ports through an earlier stage, and leaves out a stage that does not ship", () => {
    assert.deepEqual(ports("FROM a AS base\nEXPOSE 3000\nFROM base\n"), ["3000/tcp"]);
    assert.deepEqual(ports("FROM a AS build\nEXPOSE 3000\nFROM b\n"), []);
    assert.deepEqual(ports("FROM a AS app\nEXPOSE 3000\nFROM b AS test\n", {}, "app"), ["3000/tcp"]);
  });
  it("copes with a byte order mark, CRLF, lower case, continuations with comments and another escape", () => {
    assert.deepEqual(ports("\uFEFFfrom scratch\r\nexpose 80 \\\r\n# why\r\n  81\r\n"), ["80/tcp", "81/tcp"]);
    assert.deepEqual(ports("# escape=`\nFROM scratch\nEXPOSE 80 `\n 82\n"), ["80/tcp", "82/tcp"]);
  });
  it("knows what only BuildKit builds, in the stages that the classic builder would build", () => {
    const only = (text: string, target?: string, given: Record<string, string> = {}) =>
      readDockerfile(text, given, target).buildkitOnly.map(({ syntax, line }) => `${line} ${syntax}`);
    assert.deepEqual(only("FROM a\nCOPY --chown=1:1 --from=b x y\nRUN --mount=type=cache,target=/c make\n"), [
      "2 RUN --mount",
    ]);
    assert.deepEqual(only("FROM a\ncopy --link --chmod=755 x y\nADD --checksum=sha256:1 x y\nRUN --network=none x\n"), [
      "1 COPY --link",
      "1 COPY --chmod",
      "2 ADD --checksum",
      "3 RUN --network",
    ]);
    assert.deepEqual(only("FROM a\nRUN <<EOF\nmake\nEOF\nCOPY <<-'END' /x\nhi\nEND\n"), [
      "1 RUN <<EOF",
      "4 COPY <<END",
    ]);
    const two = "FROM a AS app\nFROM app AS test\nRUN --mount=type=cache,target=/c make\n";
    assert.deepEqual([only(two, "app"), only(two)], [[], ["2 RUN --mount"]]);
    // Docker's own syntax is a comment to the classic builder.
    assert.deepEqual(only("# syntax=docker/dockerfile:1\nFROM a\n"), []);
    assert.deepEqual(only("# syntax=example/other:1\nFROM a\n"), ["0 # syntax=example/other:1"]);
    const from = "FROM --platform=$BUILDPLATFORM a\n";
    assert.deepEqual(only(from), ["0 FROM --platform=$BUILDPLATFORM"]);
    assert.deepEqual(only(`ARG BUILDPLATFORM=linux/amd64\n${from}`), []);
    assert.deepEqual(only(from, undefined, { BUILDPLATFORM: "linux/amd64" }), []);
    assert.deepEqual(only("FROM --platform=linux/amd64 a\nRUN echo --mount=x\n"), []);
  });
  it("takes quotes away as the engine does", () => {
    assert.deepEqual(ports(`FROM scratch\nEXPOSE "80" '81' 8"2"\n`), ["80/tcp", "81/tcp", "82/tcp"]);
    assert.equal(readDockerfile('FROM scratch\nEXPOSE 82"\n').problems.length, 1);
  });
  it("says what the engine refuses", () => {
    assert.equal(readDockerfile("FROM scratch\nEXPOSE 80, 443\n").problems.length, 1);
    assert.match(readDockerfile("RUN true\n").problems[0]?.message ?? "", /no FROM/);
  });
  it("reads path and port of a health check, and takes NONE for none", () => {
    assert.deepEqual(
      readDockerfile("FROM a\nHEALTHCHECK --interval=5s CMD curl -f http://localhost:8080/health || exit 1\n")
        .healthCheck?.path,
      "/health",
    );
    assert.equal(readDockerfile("FROM a\nHEALTHCHECK NONE\n").healthCheck, undefined);
  });
  it("lists what COPY and ADD take from the context, from stages that ship only", () => {
    const facts = readDockerfile(
      "FROM a AS build\nCOPY package.json src/ ./\nFROM x AS other\nCOPY nope .\nFROM b\nCOPY --from=build /out " +
        '/out\nCOPY ["a file", "/x"]\nADD https://example.com/x /x\n',
    );
    assert.deepEqual(facts.sources.sort(), ["/a file", "/package.json", "/src"]);
  });
  it("offers ENV PORT when nothing is exposed, and says where it is from", () => {
    assert.deepEqual(webPort(readDockerfile("FROM a\nENV PORT=5000\n")), {
      port: 5000,
      source: "environment",
      from: "ENV PORT",
      clear: true,
      others: [],
    });
    assert.equal(webPort(readDockerfile("FROM a\n")), undefined);
  });
});
