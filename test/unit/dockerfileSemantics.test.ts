/** What BuildKit makes of Dockerfiles, beside the reference vectors: each row a file and what is read of it. */
import assert from "node:assert/strict";
import { readDockerfile, type DockerfileFacts } from "../../src/core/source/dockerfile";
import { portsInWords } from "../../src/core/source/otherPorts";
import { webPort } from "../../src/core/source/webPort";
import { quickest } from "./support/quickest";

const read = (text: string, args: Record<string, string> = {}, target?: string): DockerfileFacts =>
  readDockerfile(text, args, target);
const portsOf = (text: string) => read(text).ports.map(({ port, protocol }) => `${port}/${protocol}`);

describe("a Dockerfile's structure", () => {
  for (const [what, text, ports] of [
    ["two escapes at a line's end go on nowhere", "FROM a\nRUN echo \\\\\nEXPOSE 80\n", ["80/tcp"]],
    ["an escape at the file's end", "FROM a\nEXPOSE 80 \\", ["80/tcp"]],
    ["comments and empty lines within an instruction", "FROM a\nEXPOSE 80 \\\n # why\n\n 81\n", ["80/tcp", "81/tcp"]],
    ["a heredoc with a file descriptor and quotes", "FROM a\nRUN 3<<'E' cat\nEXPOSE 1\nE\nEXPOSE 2\n", ["2/tcp"]],
    ["a heredoc whose text ends with an escape", "FROM a\nRUN <<E\nx \\\nE\nEXPOSE 2\n", ["2/tcp"]],
    ["tabs before a heredoc's end", "FROM a\nRUN <<-E\n\tEXPOSE 1\n\tE\nEXPOSE 2\n", ["2/tcp"]],
    ["no heredoc in the JSON form", 'FROM a\nRUN ["cat", "<<E"]\nEXPOSE 2\n', ["2/tcp"]],
    ["no heredoc in quotes", 'FROM a\nRUN echo "<<E"\nEXPOSE 2\n', ["2/tcp"]],
    ["no heredoc of a CMD", "FROM a\nCMD <<E\nEXPOSE 2\n", ["2/tcp"]],
    ["a heredoc in an ONBUILD", "FROM a AS b\nONBUILD COPY <<E /x\nEXPOSE 9\nE\nFROM b\nEXPOSE 2\n", ["2/tcp"]],
    [
      "ONBUILD in the stage built on it, and not twice",
      "FROM a AS x\nONBUILD EXPOSE 5\nFROM x AS y\nFROM y\n",
      ["5/tcp"],
    ],
    ["addresses and ranges", "FROM a\nEXPOSE [::1]:90:80 127.0.0.1::81 1-2:3 80/\n", ["80/tcp", "81/tcp", "3/tcp"]],
    ["a value of several words", 'FROM a\nENV P="80 81"\nEXPOSE $P\n', ["80/tcp", "81/tcp"]],
  ] as const)
    it(`is read: ${what}`, () => {
      assert.deepEqual(read(text).problems, []);
      assert.deepEqual(portsOf(text), ports);
    });

  for (const [what, text, line] of [
    ["spaces before a heredoc's end", "FROM a\nRUN <<-E\n  E\n", 1],
    ["stages that need each other", "FROM a AS x\nCOPY --from=y / /\nFROM b AS y\nCOPY --from=x / /\n", 3],
    ["a stage that needs itself", "FROM a AS x\nCOPY --from=x / /\n", 1],
    ["a stage that does not exist", "FROM a\nCOPY --from=5 / /\n", 1],
    ["an image that cannot be, in a stage that is not built", "FROM a AS z\nCOPY --from=Bad / /\nFROM b\n", 1],
    ["a flag twice", "FROM a\nCOPY --chown=1 --chown=2 a /\n", 1],
    ["a flag without its value", "FROM a\nCOPY --from a /\n", 1],
    ["a range from behind", "FROM a\nEXPOSE 90-80\n", 1],
    ["several ports in one word", 'FROM a\nENV P="80 81"\nEXPOSE "$P"\n', 2],
    ["numbers in a command's JSON form", "FROM a\nCMD [1]\n", 1],
    ["a platform that is none", "FROM --platform=foo a\n", 0],
    ["a health check's interval below a millisecond", "FROM a\nHEALTHCHECK --interval=500us CMD x\n", 1],
    ["a variable in a mount's from", "FROM a\nARG S=x\nRUN --mount=from=$S,target=/y true\n", 2],
    ["a mount of no kind", "FROM a\nRUN --mount=type=foo,target=/y true\n", 1],
    ["COPY of a URL", "FROM a\nCOPY https://example.com/x /d\n", 1],
    ["a wrong expansion in a heredoc's text", "FROM a\nCOPY <<E /d\n${X:1}\nE\n", 1],
    ["a mode that is none", "FROM a\nCOPY --chmod=999 a /\n", 1],
    ["a checksum of a file from the context", "FROM a\nADD --checksum=sha256:ab a /\n", 1],
    ["a mount over the root", "FROM a\nWORKDIR /\nRUN --mount=type=cache true\n", 2],
    ["a network that there is not", "FROM a\nRUN --network=lan true\n", 1],
    ["a comment behind FROM", "FROM a # base\n", 0],
    ["ONBUILD that is unknown, once it runs", "FROM a AS x\nONBUILD FOO\nFROM x\n", 1],
    ["the escape directive twice", "# escape=`\n# escape=`\nFROM a\n", 1],
    ["a line that is far too long", `FROM a\nRUN ${"x".repeat(70_000)}\n`, 1],
    ["no instruction", "# nothing\n", 0],
  ] as const)
    it(`is refused with its line: ${what}`, () => {
      const [problem] = read(text).problems;
      assert.equal(problem?.line, line, problem?.message);
    });

  it("is refused by a target that is a number, or not there", () => {
    assert.match(read("FROM a AS x\n", {}, "0").problems[0]?.message ?? "", /no build stage named "0"/);
    assert.deepEqual(read("FROM a AS x\nEXPOSE 1\nFROM b\n", {}, "X").shipped?.name, "x");
  });
  it("is left to another syntax where the file names one", () => {
    const text = "FROM a\nINCLUDE x\nCOPY --fast a /\nEXPOSE 80\n";
    const { problems, doubts, ports } = read(`# syntax=docker/dockerfile:1-labs\n${text}`);
    assert.deepEqual([problems, doubts.map(({ line }) => line), ports.length], [[], [2, 3], 1]);
    assert.equal(read(`# syntax=docker/dockerfile:1.7\n${text}`).problems.length, 1);
  });
  it("hints at what people mean by a keyword that there is not", () => {
    assert.match(read("FROM a\nEXPOES 80\n").problems[0]?.message ?? "", /EXPOSE may be meant/);
    assert.match(read('FROM a\nCMD ["a",\n"b"]\n').problems[0]?.message ?? "", /goes on .* ends with/);
  });
});

describe("values in a Dockerfile", () => {
  for (const [text, environment] of [
    ["ENV A=${B:-${C:-x}}", { A: "x" }],
    [
      "ENV N=aXbXc\nENV A=${N/X/-} B=${N//X/-} C=${N##*X} D=${N%%X*}",
      { N: "aXbXc", A: "a-bXc", B: "a-b-c", C: "c", D: "a" },
    ],
    ["ENV N=1\nENV A='$N' B=\"$N\" C=\\$N", { N: "1", A: "$N", B: "1", C: "$N" }],
    ['ENV A  b c  "d"', { A: "b c  d" }],
    ["ARG A=1 B=2 C\nENV X=$A$B$C", { X: "12" }],
    ["ARG TARGETARCH TARGETOS\nENV X=$TARGETOS-$TARGETARCH", { X: "linux-amd64" }],
    ["ENV A=$ B=a$ C=$1", { A: "$", B: "a$", C: "" }],
    ["ENV N=a*b\nENV A=${N%\\*b}", { N: "a*b", A: "a" }],
    ["ENV A=2\nARG A=1\nENV B=$A", { A: "2", B: "1" }],
  ] as const)
    it(`are replaced: ${text.replaceAll("\n", " / ")}`, () => {
      const facts = read(`FROM a\n${text}\n`);
      assert.deepEqual([facts.problems, facts.environment], [[], environment]);
    });
  it("do not run away: stars in a long value, values that double, nothing that is replaced by something", () => {
    const long = "a".repeat(20_000);
    const ms = quickest(() => read(`FROM a\nENV N=${long}\nENV A=\${N#*a*a*a*a*a*b}\n`), { enough: 500 });
    assert.ok(ms < 2_000, `${ms} ms`);
    assert.equal(read(`FROM a\nENV N=${long}\nENV A=\${N//*b/}\n`).doubts.length, 1);
    const doubling = Array.from({ length: 40 }, () => "ENV A=$A$A\n").join("");
    assert.match(read(`FROM a\nENV A=abcdefgh\n${doubling}`).problems[0]?.message ?? "", /characters/);
    assert.equal(read("FROM a\nENV N=abc\nENV A=${N///-} B=${N//*/-}\n").environment["A"], "-a-b-c-");
  });
  it("come from a parent stage's image before its ARGs", () => {
    assert.equal(read("FROM a AS x\nENV A=2\nARG A=1\nFROM x\nENV B=$A\n").environment["B"], "2");
  });
  it("are refused without one only where the base image cannot have it", () => {
    assert.equal(read("FROM scratch\nENV A=${X:?gone}\n").problems.length, 1);
    const { problems, doubts } = read("FROM node\nENV A=${X:?gone}\nEXPOSE 80${X}\nEXPOSE web$X\n");
    assert.deepEqual([problems.length, doubts.map(({ line }) => line)], [0, [1, 3]]);
  });
  it("make a platform that follows what is built for, or one that does not", () => {
    assert.equal(read("FROM --platform=$TARGETPLATFORM a\n").platform, undefined);
    assert.equal(read("FROM --platform=linux/arm64 a AS b\nFROM b\n").platform, "linux/arm64");
    assert.equal(read("ARG P=linux/arm64\nFROM --platform=$P a\n").platform, "linux/arm64");
    assert.equal(read("FROM --platform=linux/arm64 a AS b\nFROM c\n").platform, undefined);
  });
  it("reach what is copied and mounted, from stages that are reached alone", () => {
    const text = "FROM a AS s\nCOPY q ../r /q/\nFROM a AS no\nCOPY never /\nFROM b\nARG D=lib\n";
    const facts = read(`${text}COPY --from=s --parents --exclude=*.md /q /q\nRUN --mount=source=$D,target=/l x\n`);
    assert.deepEqual([facts.sources, facts.contextMounts], [["/q", "/r"], ["/lib"]]);
  });
});

describe("what a HEALTHCHECK asks", () => {
  const asked = (command: string) => {
    const { healthCheck, problems } = read(`FROM a\nENV PORT=8080\nHEALTHCHECK CMD ${command}\n`);
    assert.deepEqual(problems, []);
    return `${healthCheck?.port ?? "-"} ${healthCheck?.path ?? "-"}`;
  };
  for (const [command, expected] of [
    ["curl localhost:8080/x", "8080 /x"],
    ["curl -f localhost || exit 1", "- /"],
    ["curl -f http://localhost:8080/healthz>/dev/null", "8080 /healthz"],
    ["curl -f http://localhost:8080", "8080 /"],
    ["curl -f http://localhost:8080?x=1", "8080 /?x=1"],
    ["wget -qO- 127.0.0.1:3000/ready || exit 1", "3000 /ready"],
    ["test `curl -s localhost:80/h` = ok", "80 /h"],
    ["(curl -f http://[::1]:80/a)", "80 /a"],
    ["curl http://$HOSTNAME:$PORT/a&", "8080 /a"],
    ["curl 'http://localhost:81/x#part'", "81 /x"],
    ['["curl", "-f", "http://localhost:81/a?b=1&c=2"]', "81 /a?b=1&c=2"],
    ['["sh", "-c", "curl -f http://localhost:81/a&&exit 0"]', "81 /a"],
    [`python -c "urlopen(f'http://localhost:{os.environ[\\"PORT\\"]}/health')"`, "8080 /health"],
    [`python -c "p=os.getenv('NONE','8000'); urlopen(f'http://localhost:{p}/health')"`, "8000 /health"],
    ["node -e \"fetch('http://localhost:'+(process.env.PORT||3000)+'/health')\"", "8080 /health"],
    ['node -e "fetch(`http://localhost:${process.env.NONE || 3000}/health`)"', "3000 /health"],
    ["node -e \"require('http').get({host:'localhost',port:3000,path:'/h'})\"", "3000 /h"],
    ["nc -z localhost 9000", "9000 -"],
    ["bash -c '</dev/tcp/127.0.0.1/9000'", "9000 -"],
    ["curl http://localhost.example.com/x", "- -"],
    ["pg_isready", "- -"],
  ] as const)
    it(`is read of ${command}`, () => assert.equal(asked(command), expected));
});

describe("the port that gets the traffic", () => {
  for (const [text, port, clear, others] of [
    ["EXPOSE 22 80 443", 80, true, "22, 443"],
    ["EXPOSE 9090 8080", 8080, true, "9090"],
    ["EXPOSE 5432 1234", 1234, true, "5432"],
    ["EXPOSE 3000 8080", 3000, false, "8080"],
    ["EXPOSE 443 80", 80, true, "443"],
    ["EXPOSE 132/sctp 53/udp 8080", 8080, true, "132/sctp, 53/udp"],
    ["EXPOSE 5432", 5432, false, ""],
    ["EXPOSE 22\nENV PORT=3000", 3000, false, "22"],
    ["EXPOSE 8080 5000\nENV ASPNETCORE_URLS=http://+:5000;https://+:5001", 5000, true, "8080"],
    ["EXPOSE 8080 8081\nENV ASPNETCORE_HTTP_PORTS=8081", 8081, true, "8080"],
    ["ENV ASPNETCORE_URLS=http://*", 80, true, ""],
    ["EXPOSE 4567 1234\nHEALTHCHECK CMD curl localhost:1234/", 1234, true, "4567"],
    ["EXPOSE 8080 9090\nHEALTHCHECK CMD curl localhost:9090/metrics", 8080, true, "9090"],
    ["EXPOSE 9464 8088\nENV METRICS_PORT=9464 HTTP_PORT=8088", 8088, true, "9464"],
    ["HEALTHCHECK CMD curl localhost:1234/", 1234, true, ""],
    ["ENV SERVER_PORT=7777", 7777, false, ""],
    ["EXPOSE 8000-8100", 8000, false, "8001, 8002, 8003, 8004, 8005, 8006, 8007, 8008 and 92 more"],
  ] as const)
    it(`is found in ${text.replaceAll("\n", " / ")}`, () => {
      const found = webPort(read(`FROM a\n${text}\n`));
      assert.deepEqual([found?.port, found?.clear, portsInWords(found?.others ?? [])], [port, clear, others]);
    });
  it("is none of UDP, of SCTP, of a database's variable, and not 0", () => {
    for (const text of ["EXPOSE 53/udp 132/sctp", "ENV DB_PORT=5432", "EXPOSE 0"])
      assert.equal(webPort(read(`FROM a\n${text}\n`)), undefined, text);
  });
});
