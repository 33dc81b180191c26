/** How a folder becomes an application: its port, its build context, and what is refused before anything is written. */
import assert from "node:assert/strict";
import { isSlipwayError } from "../../src/core/base/errors";
import type { ContainerEngine, Workspace } from "../../src/core/ports/machine";
import { openProject, type ProjectRequest } from "../../src/core/project/project";
import { contextText } from "../../src/core/render/plan";
import { warningText } from "../../src/core/render/decisions";

/** A folder of files by their paths; sources are files or the beginnings of their paths. */
function folderOf(files: Readonly<Record<string, string>>): Workspace {
  const names = Object.keys(files);
  const has = (name: string) => {
    const pattern = new RegExp(`^${name.replace(/[.+]/g, "\\$&").replaceAll("*", "[^/]*")}(/|$)`);
    return names.some((each) => pattern.test(each));
  };
  return {
    root: "/code/shop",
    read: (path) => Promise.resolve(files[path]),
    write: () => Promise.reject(new Error("reads only")),
    place: (path) => Promise.resolve({ real: `/code/shop/${path}`, isInside: true }),
    namesIn: () => Promise.resolve([]),
    hasSources: (folder, sources) =>
      Promise.resolve(sources.every((source) => has(folder === "." ? source : `${folder}/${source}`))),
  };
}

const engineWith = (ports: number[] | undefined) =>
  ({ inspect: () => Promise.resolve(ports && { architecture: "amd64", ports }) }) as unknown as ContainerEngine;

const open = (files: Readonly<Record<string, string>>, request: ProjectRequest = {}, base?: number[]) =>
  openProject(folderOf(files), engineWith(base), request);

const dockerfile = (text: string) => ({ Dockerfile: `FROM node\n${text}\n` });

describe("the port of a project", () => {
  it("is the likely one of several, written into slipway.json, and the others are said", async () => {
    const { port, configText, notes } = await open(dockerfile("EXPOSE 22 80 443"));
    assert.deepEqual([port?.port, port?.clear], [80, true]);
    assert.match(configText, /"port": 80/);
    assert.deepEqual(notes.map(warningText), ["Port 80 (EXPOSE, line 2) gets the traffic; 22, 443 are exposed too."]);
  });
  it("is an offer where another may as well be the one", async () => {
    const { port, notes } = await open(dockerfile("EXPOSE 3000 8080"));
    assert.deepEqual([port?.port, port?.clear], [3000, false]);
    assert.match(notes.map(warningText).join(), /8080 is exposed too\. That is a guess/);
  });
  it("is what slipway.json says, without a word", async () => {
    const files = { ...dockerfile("EXPOSE 3000 8080"), "slipway.json": '{"applications":{"shop":{"port":8080}}}' };
    const { port, notes } = await open(files);
    assert.deepEqual([port?.port, port?.source, notes], [8080, "config", []]);
  });
  it("is the HEALTHCHECK's where nothing is exposed, and a difference is said", async () => {
    const alone = await open(dockerfile("HEALTHCHECK CMD curl -f localhost:4000/up"));
    assert.deepEqual([alone.port?.port, alone.port?.source, alone.app.healthCheck.path], [4000, "healthCheck", "/up"]);
    const other = await open(dockerfile("EXPOSE 8080\nHEALTHCHECK CMD curl -f localhost:4000/up"));
    assert.equal(other.port?.port, 8080);
    assert.match(other.notes.map(warningText).join(), /HEALTHCHECK \(line 3\) asks port 4000, .* sent to 8080/);
  });
  it("is the base image's before what a name in the environment hints at", async () => {
    const { port } = await open(dockerfile("ENV PHP_PORT=9500"), {}, [443, 80]);
    assert.deepEqual([port?.port, port?.source], [80, "baseImage"]);
    assert.equal((await open(dockerfile("ENV PORT=9500"), {}, [80])).port?.port, 9500);
    assert.equal((await open(dockerfile("ENV API_PORT=9500"))).port?.port, 9500);
  });
});

describe("the task definition file governs", () => {
  const role = "arn:aws:iam::111122223333:role/team/shop-execution";
  const web = { name: "web", portMappings: [{ containerPort: 9000 }] };
  const files = (definition: object, config?: object) => ({
    ...dockerfile("EXPOSE 3000"),
    "task-definition.json": JSON.stringify(definition),
    ...(config ? { "slipway.json": JSON.stringify({ applications: { shop: config } }) } : {}),
  });
  it("container name, role and port come from it, and nothing of them is written down twice", async () => {
    const { app, port, configText, notes } = await open(files({ executionRoleArn: role, containerDefinitions: [web] }));
    assert.deepEqual([app.container, app.port, app.executionRole], ["web", 9000, role]);
    assert.deepEqual(
      [port?.source, port?.from, port?.clear, notes],
      ["taskDefinition", "task-definition.json", true, []],
    );
    assert.deepEqual(JSON.parse(configText), { applications: { shop: { dockerfile: "Dockerfile" } } });
    assert.ok(app.named.has("role"));
  });
  it("also in describe's wrapper, with comments, under another name, and in an environment", async () => {
    const text = `{ // described\n "taskDefinition": ${JSON.stringify({ containerDefinitions: [web] })}, }`;
    const config = { taskDefinition: "ecs/web.json", environments: { live: { taskDefinition: "ecs/live.json" } } };
    const all = {
      ...files({}, config),
      "ecs/web.json": text,
      "ecs/live.json": JSON.stringify({ containerDefinitions: [{ ...web, name: "live" }] }),
    };
    assert.equal((await open(all)).app.container, "web");
    assert.equal((await open(all, { environment: "live" })).app.container, "live");
  });
  it("of several containers the one of the application's name, else the only one that can be meant", async () => {
    const side = { name: "agent", essential: false };
    const container = async (list: object[], config?: object) =>
      (await open(files({ containerDefinitions: list }, config))).app.container;
    assert.equal(await container([side, web]), "web");
    assert.equal(await container([web, { name: "shop" }]), "shop");
    assert.equal(await container([{ name: "agent" }, web]), "web");
    assert.equal(await container([web, { ...web, name: "api" }]), "shop");
    assert.equal(await container([side, web], { container: "proxy" }), "proxy");
    assert.equal(await container([web], { container: "proxy" }), "web");
  });
  it("a port that slipway.json or a person states counts before the file's", async () => {
    const stated = files({ containerDefinitions: [web] }, { port: 80 });
    assert.equal((await open(stated)).app.port, 80);
    assert.equal((await open(files({ containerDefinitions: [web] }), { answers: { port: 81 } })).app.port, 81);
  });
  it("of several ports the one that is HTTP, then the Dockerfile's, and the others are said", async () => {
    const ports = async (...mappings: object[]) =>
      open(files({ containerDefinitions: [{ name: "web", portMappings: mappings }] }));
    const http = await ports({ containerPort: 9090 }, { containerPort: 8080, name: "web", appProtocol: "http" });
    assert.deepEqual([http.app.port, http.port?.clear], [8080, true]);
    const meant = await ports({ containerPort: 9090 }, { containerPort: 3000 });
    assert.equal(meant.app.port, 3000);
    const guess = await ports({ containerPort: 9090 }, { containerPort: 9091 }, { containerPort: 53, protocol: "udp" });
    assert.deepEqual([guess.app.port, guess.port?.clear], [9090, false]);
    assert.match(guess.notes.map(warningText).join(), /9090 \(task-definition\.json\).*9091, 53\/udp/);
  });
  it("what is a template's, broken, or the role that Slipway makes says nothing", async () => {
    const app = async (definition: object) => (await open(files(definition))).app;
    const templated = await app({ executionRoleArn: "${ROLE}", containerDefinitions: [{ name: "<NAME>" }] });
    assert.deepEqual([templated.container, templated.port, templated.executionRole], ["shop", 3000, undefined]);
    const own = "arn:aws:iam::111122223333:role/shop-execution";
    assert.equal((await app({ executionRoleArn: own, containerDefinitions: [web] })).executionRole, undefined);
    assert.equal((await open({ ...files({}), "task-definition.json": "{ nothing" })).app.container, "shop");
  });
});

describe("the build context of a project", () => {
  const at = (text: string, files: readonly string[]) => ({
    "deploy/docker/Dockerfile": `FROM node\n${text}\n`,
    ...Object.fromEntries(files.map((file) => [file, ""])),
  });
  const contextOf = async (text: string, ...files: string[]) =>
    (await open(at(text, files), { dockerfile: "deploy/docker/Dockerfile" })).context;

  it("is the nearest folder that has all of it, quoted names and mounts too", async () => {
    assert.deepEqual((await contextOf('COPY "package.json" "./"', "package.json")).folder, ".");
    const mount = "RUN --mount=type=bind,source=go.mod,target=go.mod go build";
    assert.deepEqual((await contextOf(mount, "deploy/go.mod", "go.mod")).folder, "deploy");
    assert.equal((await contextOf("COPY a b/ /d/", "a", "b/x")).why, "all");
  });
  it("is found although an optional file, a pattern's or one of several is absent", async () => {
    const optional = await contextOf("COPY package.json yarn.lock* ./", "package.json");
    assert.deepEqual([optional.folder, optional.why], [".", "all"]);
    const one = await contextOf("COPY package.json src dist ./", "package.json", "src/a.js", "deploy/readme");
    assert.deepEqual([one.folder, one.why, one.missing], [".", "most", ["dist"]]);
  });
  it("takes no text of a heredoc for a source", async () => {
    const { folder, why } = await contextOf("RUN <<EOF\nCOPY nothing /\nEOF\nCOPY src /src", "src/a");
    assert.deepEqual([folder, why], [".", "all"]);
  });
  it("is the Dockerfile's folder where nothing is found or named, and that is said", async () => {
    const none = await contextOf("COPY nowhere /");
    assert.deepEqual([none.folder, none.why], ["deploy/docker", "none"]);
    assert.match(
      contextText(none),
      /nothing that it copies was found\. Not there: nowhere \(looked in deploy\/docker, deploy, the workspace folder\)/,
    );
    assert.equal((await contextOf("COPY . .")).why, "nothing");
  });
});

describe("a Dockerfile that cannot be built", () => {
  const cases: readonly [what: string, text: string, line: number][] = [
    ["a base image without a name", "ARG IMAGE\nFROM $IMAGE\n", 1],
    ["an image's name with capitals", "FROM Nginx\n", 0],
    ["a command over lines", 'FROM node\nCMD ["node",\n  "server.js"]\n', 2],
    ["an unknown flag", "FROM node\nCOPY --fast . .\n", 1],
    ["a heredoc without an end", "FROM node\nRUN <<EOF\necho\n", 1],
    ["carriage returns alone", "FROM node\rEXPOSE 80\r", 0],
  ];
  for (const [what, text, line] of cases)
    it(`is named before anything else: ${what}`, async () => {
      await assert.rejects(open({ Dockerfile: text }), (error) => {
        assert.ok(isSlipwayError(error));
        assert.equal(error.code, "InvalidDockerfile");
        assert.deepEqual(error.location, { file: "Dockerfile", line });
        return true;
      });
    });
  it("is not one that only a stage apart makes wrong, or a variable of the base image", async () => {
    const apart = "FROM node AS web\nEXPOSE 80\nFROM node AS dev\nEXPOSE web\nFROM web\n";
    assert.equal((await open({ Dockerfile: apart })).port?.port, 80);
    const doubtful = await open(dockerfile("EXPOSE 80\nENV A=${NODE_VERSION:?none}"));
    assert.match(doubtful.notes.map(warningText).join(), /Line 3 .* unless the base image sets/);
  });
});

describe("a second application of a folder", () => {
  const config = '{"applications":{"web":{"dockerfile":"web/Dockerfile"}}}';
  const files = { "slipway.json": config, "web/Dockerfile": "FROM node\nEXPOSE 80\n", "task-definition.json": "{}" };
  it("has a task definition file of its own, beside its Dockerfile", async () => {
    const api = await open({ ...files, "api/Dockerfile": "FROM node\nEXPOSE 80\n" }, { dockerfile: "api/Dockerfile" });
    assert.equal(api.app.taskDefinitionFile, "api/task-definition.json");
    assert.match(api.configText, /"taskDefinition": "api\/task-definition\.json"/);
    assert.equal(api.app.name, "api");
  });
  it("has one by its name where that place is taken", async () => {
    const root = await open({ ...files, ...dockerfile("EXPOSE 80") }, { dockerfile: "Dockerfile" });
    assert.equal(root.app.taskDefinitionFile, "task-definition.shop.json");
  });
  it("is the first one's where that is all there is", async () => {
    const first = await open(dockerfile("EXPOSE 80"));
    assert.equal(first.app.taskDefinitionFile, "task-definition.json");
    assert.doesNotMatch(first.configText, /taskDefinition/);
  });
});
