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
    root: "/work/shop",
    read: (path) => Promise.resolve(files[path]),
    write: () => Promise.reject(new Error("reads only")),
    exists: (path) => Promise.resolve(path in files),
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
