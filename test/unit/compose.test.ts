import assert from "node:assert/strict";
import { parseInvocation } from "../../src/cli/arguments";
import { openProject } from "../../src/core/project/project";
import type { ContainerEngine, Workspace } from "../../src/core/ports/machine";
import { warningText } from "../../src/core/render/decisions";
import { readCompose } from "../../src/core/source/compose/compose";
import { composeLoader, readProject, type BuiltService } from "../../src/core/source/compose/project";
import { ComposeProblem } from "../../src/core/source/compose/values";

type Files = Readonly<Record<string, string>>;

/** The services of a project whose files are these, its first one `compose.yaml` unless another is named. */
async function services(files: Files, environment: Files = {}, entry = "compose.yaml"): Promise<BuiltService[]> {
  const host = {
    read: (name: string) => Promise.resolve(files[name]),
    environment: (name: string) => environment[name],
  };
  return [...(await readProject(entry, composeLoader(host))).services];
}

const one = async (files: Files | string, environment: Files = {}): Promise<BuiltService> => {
  const [service] = await services(typeof files === "string" ? { "compose.yaml": files } : files, environment);
  assert.ok(service);
  return service;
};

const refused = async (files: Files | string, says: RegExp): Promise<ComposeProblem> => {
  let problem: unknown;
  await one(files).catch((error: unknown) => (problem = error));
  assert.ok(problem instanceof ComposeProblem, `not refused: ${JSON.stringify(problem)}`);
  assert.match(problem.message, says);
  return problem;
};

const web = (members: string): string => `services:\n  web:\n    build: .\n${members.replace(/^/gm, "    ")}\n`;
const args = (lines: string): string =>
  web("").replace("build: .", `build:\n      args:\n${lines.replace(/^/gm, "        ")}`);

describe("a Compose file", () => {
  describe("its files", () => {
    it("is overridden by the file beside it, lists appended and members replaced", async () => {
      const service = await one({
        "compose.yaml": web('ports: ["80:8080"]\nexpose: [9000]'),
        "compose.override.yaml":
          "services:\n  web:\n    build:\n      target: dev\n      args: [A=1]\n    ports: ['81:8081']",
      });
      assert.deepEqual(
        [service.target, service.args, service.ports.map(({ target }) => target), service.context],
        ["dev", { A: "1" }, [8080, 8081], "."],
      );
    });
    it("is read alone under a name of one's own", async () => {
      const files = { "prod.yaml": web(""), "compose.override.yaml": web("user: root") };
      const [service] = await services(files, {}, "prod.yaml");
      assert.deepEqual(service?.notCarriedOver, []);
    });
    it("loses what !reset and !override name", async () => {
      const service = await one({
        "compose.yaml": web('ports: ["80:8080"]\nuser: root\nexpose: ["1"]'),
        "compose.override.yaml":
          "services:\n  web:\n    ports: !override ['81:8081']\n    user: !reset null\n    expose: !reset []",
      });
      assert.deepEqual(
        [service.ports.map(({ target }) => target), service.notCarriedOver, service.expose],
        [[8081], [], []],
      );
    });
    it("may be several documents", async () => {
      const service = await one(`${web("user: a")}---\nservices:\n  web:\n    build: {target: t}\n`);
      assert.deepEqual([service.target, service.notCarriedOver], ["t", ["user"]]);
    });
    it("extends over several files, each relative to its own folder", async () => {
      const service = await one({
        "compose.yaml": "services:\n  web:\n    extends: {file: one/base.yaml, service: app}\n    expose: [1]",
        "one/base.yaml":
          "services:\n  app:\n    extends: {file: ../two/base.yaml, service: root}\n    build: {target: t}",
        "two/base.yaml": "services:\n  root:\n    build: ./src\n    user: me\n    ports: ['80']",
      });
      assert.deepEqual(
        [service.context, service.dockerfile, service.target, service.port, service.notCarriedOver],
        ["two/src", "two/src/Dockerfile", "t", 80, ["user"]],
      );
    });
    it("says which service it extends is missing, and in which file it is wrong", async () => {
      await refused("services:\n  web: {extends: other}", /extends other, which is not in compose.yaml/);
      const problem = await refused(
        { "compose.yaml": "include: [a/b.yaml]", "a/b.yaml": "services:\n  web:\n    build: 5\n" },
        /services.web.build has to be a text or a mapping, not 5/,
      );
      assert.deepEqual([problem.file, problem.line], ["a/b.yaml", 2]);
    });
    it("includes other projects, with their folders and variables; what includes has the last word", async () => {
      const found = await services({
        "compose.yaml":
          "include:\n  - path: [api/compose.yaml, api/more.yaml]\n    env_file: api.env\n" + web("").slice(0),
        "api.env": "TARGET=from-file",
        "api/compose.yaml": "services:\n  api:\n    build: {target: $TARGET}\n  web:\n    build: {args: {A: 1}}\n",
        "api/more.yaml": "services:\n  api:\n    ports: ['8080']\n",
      });
      assert.deepEqual(
        found.map(({ name, context, target, port, args: given }) => [name, context, target, port, given]),
        [
          ["api", "api", "from-file", 8080, {}],
          ["web", ".", undefined, null, { A: "1" }],
        ],
      );
      await refused({ "compose.yaml": "include: [b.yaml]", "b.yaml": "include: [compose.yaml]" }, /in a circle/);
    });
    it("keeps a file that is extended within an included one in its place", async () => {
      const service = await one({
        "compose.yaml": "include: [sub/compose.yaml]",
        "sub/compose.yaml": "services:\n  web:\n    extends: {file: base/base.yaml, service: b}\n",
        "sub/base/base.yaml": "services:\n  b:\n    build: src\n",
      });
      assert.equal(service.context, "sub/base/src");
    });
  });

  describe("its YAML", () => {
    it("keeps numbers as they are meant", async () => {
      const service = await one(
        args(
          "A: 0777\nB: 0b101\nC: 9007199254740993\nD: 1e21\nE: 0.00001\nF: -0x10\nG: yes\nH: 0.50\nI: 08\nJ: .inf\nK: 1.5e3",
        ),
      );
      assert.deepEqual(service.args, {
        A: "511",
        B: "5",
        C: "9007199254740993",
        D: "1e+21",
        E: "1e-05",
        F: "-16",
        G: "yes",
        H: "0.5",
        I: "8",
        J: "+Inf",
        K: "1500",
      });
    });
    it("takes hundreds of aliases, and none without end", async () => {
      const many = Array.from({ length: 400 }, () => "  - *a").join("\n");
      assert.equal((await one(`x-a: &a {b: c}\nx-list:\n${many}\n${web("")}`)).name, "web");
      const bomb = ["x-0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
      for (let level = 1; level < 9; level++)
        bomb.push(
          `x-${level}: &a${level} [${Array(10)
            .fill(`*a${level - 1}`)
            .join(", ")}]`,
        );
      await refused(`${bomb.join("\n")}\n${web("")}`, /more than 200000 values/);
      await refused(`x-a: &a\n  b: *a\n${web("")}`, /contains itself|no anchor/);
    }).timeout(20_000);
    it("merges lists of mappings, the first before the next", async () => {
      const service = await one(
        "x-a: &a {build: ./a}\nx-b: &b {build: ./b, user: me}\nservices:\n  web:\n    <<: [*a, *b]\n",
      );
      assert.deepEqual([service.context, service.notCarriedOver], ["a", ["user"]]);
    });
    it("refuses names that are no texts, broken lines and empty documents", async () => {
      await refused(args("1: a"), /no text/);
      assert.equal((await refused("services:\n  web:\n    build: [\n", /./)).file, "compose.yaml");
      await refused("---\n", /has to be a mapping/);
    });
    it("is no prototype's business", async () => {
      const service = await one(args("__proto__: a\nconstructor: b"));
      assert.deepEqual(Object.entries(service.args), [
        ["__proto__", "a"],
        ["constructor", "b"],
      ]);
    });
  });

  describe("its variables", () => {
    it("come of .env with quotes, comments, exports and each other", async () => {
      const env = [
        "# first",
        "export A=one # comment",
        "B='$A'",
        'C="${A}\\tb\\$A"',
        "D=a#b",
        "E: yaml",
        'F="two',
        'lines"',
        "G=${X:-none}",
        "H",
        "",
      ].join("\n");
      const names = ["A", "B", "C", "D", "E", "F", "G", "H"];
      const service = await one(
        { "compose.yaml": args(names.map((name) => `${name}:`).join("\n")), ".env": env },
        { H: "process" },
      );
      assert.deepEqual(service.args, {
        A: "one",
        B: "$A",
        C: "one\tb$A",
        D: "a#b",
        E: "yaml",
        F: "two\nlines",
        G: "none",
        H: "process",
      });
    });
    it("are named where they are required or misspelled", async () => {
      const problem = await refused(
        args("X: a\nY: ${V?say it}"),
        /services.web.build.args.Y.*variable V has to be set: say it/,
      );
      assert.equal(problem.line, 5);
      await refused(args("X: ${V.x}"), /is no variable/);
      await refused({ "compose.yaml": web(""), ".env": "A B=c" }, /has a space/);
    });
    it("leave arguments out that nothing sets, and say so", async () => {
      const service = await one(args("- A\n- B=c"));
      assert.deepEqual([service.args, service.unsetArguments], [{ B: "c" }, ["A"]]);
    });
    it("have to be numbers where numbers are wanted", () =>
      refused(web("ports:\n  - target: ${P:-http}"), /takes a whole number, not "http"/));
  });

  describe("its parts", () => {
    const cases: readonly (readonly [members: string, says: RegExp])[] = [
      ["expose: [null]", /has to be a port/],
      ["ports: ['80/http']", /http is no protocol/],
      ["ports: ['70000']", /70000 is no port/],
      ["ports: ['1-2:3-5']", /differ in length/],
      ["ports: ['300.1.1.1:80:80']", /is no address/],
      ["networks: [back]", /uses back, which networks does not define/],
      ["secrets: [token]", /uses token, which secrets does not define/],
      ["unknown: 1", /not a member that Compose knows/],
      ["depends_on: [web]", /in a circle: web, web/],
      ["network_mode: service:nope", /depends on nope/],
      ["mem_limit: 1g\ndeploy: {resources: {limits: {memory: 512m}}}", /says 1g in mem_limit and 512m in deploy/],
      ["container_name: web\nscale: 2", /runs more than once/],
      ["build: ./other", /keys must be unique/],
      ["command: {a: b}", /services.web.command has to be/],
      ["privileged: maybe", /takes true or false/],
    ];
    for (const [members, says] of cases)
      it(`are refused clearly: ${members}`, async () => void (await refused(web(members), says)));

    it("that fit are taken", async () => {
      const service = await one(
        `${web(
          'depends_on: {db: {condition: service_started, required: false}}\nvolumes: ["data:/d", ./x:/y, /z, "C:\\\\a:/b"]\n' +
            'command:\nmem_limit: 1g\ndeploy: {resources: {limits: {memory: 1024M}}}\nports: ["53/UDP", "8001", "8000-8002"]\nrestart: always',
        )}volumes:\n  data:\n`,
      );
      assert.deepEqual(
        service.ports.map(({ target, protocol }) => `${target}/${protocol}`),
        ["53/udp", "8001/tcp", "8000/tcp", "8002/tcp"],
      );
      assert.deepEqual(service.notCarriedOver, ["command", "depends_on", "deploy", "mem_limit", "volumes"]);
    });
    it("take the port of expose where nothing is published by TCP", async () =>
      assert.equal((await one(web('ports: ["53:53/udp"]\nexpose: ["9000-9001"]'))).port, 9000));
  });
});

describe("a service of a Compose file as an application", () => {
  const workspace = (files: Files): Workspace => ({
    root: "/home/me/shop",
    read: (name) => Promise.resolve(files[name]),
    write: () => Promise.resolve(),
    place: (name) => Promise.resolve({ real: `/home/me/shop/${name}`, isInside: true }),
    namesIn: () => Promise.resolve([]),
    hasSources: () => Promise.resolve(true),
  });
  const engine = { inspect: () => Promise.resolve(undefined) } as unknown as ContainerEngine;
  const none = () => undefined;

  it("has its paths from the workspace folder, and names what is not carried over", async () => {
    const [service, ...rest] = await readCompose(
      workspace({
        "deploy/compose.yaml":
          "services:\n  web:\n    build: { context: ./web, target: prod, ssh: [default], " +
          "args: { A: 1, NPM_TOKEN: abcdefgh, B: } }\n    ports: ['8080:3000']\n    volumes: [./x:/y]\n" +
          "  db:\n    image: postgres\n",
      }),
      "deploy/compose.yaml",
      none,
    );
    assert.deepEqual(rest, []);
    assert.deepEqual(service?.settings, {
      dockerfile: "deploy/web/Dockerfile",
      context: "deploy/web",
      target: "prod",
      buildArguments: { A: "1" },
      port: 3000,
    });
    assert.deepEqual(service.notCarriedOver, ["volumes", "build.ssh", "build.args.NPM_TOKEN", "build.args.B"]);
    assert.equal(service.problem, undefined);
  });

  const unbuildable: readonly (readonly [build: string, code: string])[] = [
    ["../api", "ComposeOutsideWorkspace"],
    ["/srv/api", "ComposeOutsideWorkspace"],
    ["{context: ., dockerfile: ../Dockerfile}", "ComposeOutsideWorkspace"],
    ["https://github.com/me/api.git", "ComposeRemoteContext"],
    ["git@github.com:me/api.git", "ComposeRemoteContext"],
    ['{dockerfile_inline: "FROM scratch"}', "ComposeInlineDockerfile"],
  ];
  for (const [build, code] of unbuildable)
    it(`is not built from ${build}`, async () => {
      const folder = workspace({
        "compose.yaml": `services:\n  web:\n    build: ${build}\n`,
        Dockerfile: "FROM scratch",
      });
      assert.equal((await readCompose(folder, "compose.yaml", none))[0]?.problem?.code, code);
      await assert.rejects(openProject(folder, engine, { compose: { file: "compose.yaml" } }), { code });
    });

  it("is built from an absolute path within the folder", async () => {
    const folder = workspace({ "compose.yaml": "services:\n  web:\n    build: /home/me/shop/api\n" });
    assert.equal((await readCompose(folder, "compose.yaml", none))[0]?.settings.context, "api");
  });

  it("says file and line of what is wrong, and never more than it is", async () => {
    const folder = workspace({ "sub/compose.yaml": "services:\n  web:\n    build: .\n    ports: true\n" });
    await assert.rejects(readCompose(folder, "sub/compose.yaml", none), {
      code: "InvalidCompose",
      summary: "sub/compose.yaml, line 4 cannot be used: services.web.ports has to be a list, not true.",
      location: { file: "sub/compose.yaml", line: 3 },
    });
    await assert.rejects(readCompose(workspace({}), "compose.yaml", none), { code: "InvalidCompose" });
  });

  it("is named on the command line, alone or among several", () => {
    const requestOf = (...more: string[]) => {
      const invocation = parseInvocation(["plan", ...more], () => "/folder");
      return typeof invocation === "string" ? undefined : invocation.request;
    };
    assert.deepEqual(requestOf("--compose", "compose.yaml")?.compose, { file: "compose.yaml" });
    assert.deepEqual(requestOf("--compose", "compose.yaml", "--compose-service", "web")?.compose, {
      file: "compose.yaml",
      service: "web",
    });
    assert.throws(() => requestOf("--compose-service", "web"), /goes with a file/);
    assert.throws(() => requestOf("--compose", "compose.yaml", "--dockerfile", "Dockerfile"), /leave --dockerfile out/);
  });

  it("becomes a project with target, arguments and what is left out; the plan says it", async () => {
    const folder = workspace({
      "compose.yaml":
        "services:\n  web:\n    build: {context: ., target: web, args: {A: $A}}\n    user: me\n" +
        "  worker:\n    build: {context: ., target: worker}\n",
      Dockerfile: "FROM scratch AS web\nFROM scratch AS worker\nEXPOSE 80\n",
      "slipway.json": '{"applications":{"shop":{"dockerfile":"Dockerfile","target":"web"}}}',
    });
    const project = await openProject(
      folder,
      engine,
      { compose: { file: "compose.yaml", service: "web" }, answers: { port: 81 } },
      (name) => (name === "A" ? "value" : undefined),
    );
    assert.deepEqual([project.isNew, project.app.name], [false, "shop"]);
    assert.deepEqual(project.compose, { file: "compose.yaml", service: "web", members: ["user"] });
    assert.equal(
      warningText({ code: "composeLeftOut", ...(project.compose ?? { file: "", service: "", members: [] }) }),
      "Not carried over from the service web of compose.yaml: user.",
    );
    const worker = await openProject(folder, engine, { compose: { file: "compose.yaml", service: "worker" } });
    assert.deepEqual([worker.isNew, worker.app.name, worker.app.target], [true, "worker", "worker"]);
    await assert.rejects(openProject(folder, engine, { compose: { file: "compose.yaml" } }), {
      code: "WhichComposeService",
    });
    const gone = await openProject(folder, engine, { application: "shop", compose: { file: "gone.yaml" } });
    assert.deepEqual([gone.isNew, gone.compose], [false, undefined]);
  });
});
