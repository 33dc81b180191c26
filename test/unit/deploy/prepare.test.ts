/** What a look leads to: whose the application is, what a plan costs and what it asks. */
import assert from "node:assert/strict";
import type { ApplicationConfig } from "../../../src/core/app/schema";
import type { ObservedState, RunInput } from "../../../src/core/deploy/observedState";
import { settleOwnership } from "../../../src/core/deploy/ownership";
import { plannedFrom } from "../../../src/core/deploy/prepare";
import { readDockerfile } from "../../../src/core/source/dockerfile";
import { allThere, inputOf, nothingThere } from "./observed";

const partsOf = (config: ApplicationConfig, change: (state: ObservedState) => void = () => undefined): string[] => {
  const input = inputOf(config);
  const state = allThere(input);
  change(state);
  return plannedFrom(input, state).plan.cost.parts.map(({ what }) => what);
};

describe("the cost of a plan", () => {
  it("is that of the tasks that run afterwards: those that run where no count is stated", () => {
    const three = (state: ObservedState) => void Object.assign(state.service ?? {}, { desired: 3, running: 3 });
    assert.match(partsOf({}, three)[0] ?? "", /^3 tasks /);
    assert.match(partsOf({ desiredCount: 2 }, three)[0] ?? "", /^2 tasks /);
    assert.match(partsOf({ scaling: { minimum: 5, maximum: 9 } }, three)[0] ?? "", /^5 tasks /);
    const none = (state: ObservedState) => void Object.assign(state.service ?? {}, { desired: 0, running: 0 });
    assert.ok(partsOf({}, none).every((part) => !/task/.test(part)));
  });
  it("has no load balancer that somebody else pays for", () => {
    assert.ok(partsOf({}).includes("load balancer"));
    assert.ok(
      !partsOf({}, (state) => void Object.assign(state.loadBalancer ?? {}, { tags: {} })).includes("load balancer"),
    );
  });
});

describe("whose an application is", () => {
  const ids = { remembered: undefined, fresh: "0123456789abcdef" };
  const service = (more: Record<string, string>) => ({
    tags: { "slipway:app": "quay", "slipway:environment": "default", ...more },
  });
  const appOf = (id?: string, listed = true) => {
    const { app } = inputOf(id === undefined ? {} : { id });
    return { ...app, owner: { ...app.owner, unmarked: listed } };
  };

  it("says its id in slipway.json, then this machine's notes, and else it is a new one's", () => {
    assert.equal(settleOwnership(appOf("aaaaaaaa"), undefined, ids).own.id, "aaaaaaaa");
    assert.equal(settleOwnership(appOf(), undefined, { ...ids, remembered: "bbbbbbbb" }).own.id, "bbbbbbbb");
    assert.equal(settleOwnership(appOf(), undefined, ids).own.id, ids.fresh);
  });
  it("goes on without one for what was deployed before there were ids, where slipway.json lists it", () => {
    const { own, takesOver } = settleOwnership(appOf(), service({}), ids);
    assert.deepEqual([own.id, takesOver], [undefined, undefined]);
    assert.ok(settleOwnership(appOf(undefined, false), service({}), ids).takesOver);
  });
  it("is another folder's by another id, and taking it over is proposed with that one's", () => {
    const found = settleOwnership(
      appOf("aaaaaaaa"),
      service({ "slipway:id": "cccccccc", "slipway:folder": "x/quay" }),
      ids,
    );
    assert.deepEqual([found.own.id, found.planned.id, found.takesOver], ["aaaaaaaa", "cccccccc", { folder: "x/quay" }]);
    assert.equal(settleOwnership(appOf("cccccccc"), service({ "slipway:id": "cccccccc" }), ids).takesOver, undefined);
    // What another tool made, or another application, is not taken over but adopted.
    assert.equal(settleOwnership(appOf(), { tags: {} }, ids).takesOver, undefined);
  });
  it("is agreed to before a first deployment takes what it did not make, unless slipway.json names it", () => {
    const input = inputOf();
    const taken = (config: ApplicationConfig, change: (state: ObservedState) => void) => {
      const given = inputOf(config);
      const state = nothingThere();
      change(state);
      return plannedFrom(given, state).plan.consentReasons.filter(({ code }) => code === "takesExisting");
    };
    const cluster = (state: ObservedState) =>
      void (state.cluster = { ...(allThere(input).cluster as NonNullable<ObservedState["cluster"]>), tags: {} });
    assert.deepEqual(taken({}, cluster), [{ code: "takesExisting", things: [{ step: "cluster", name: "quay" }] }]);
    assert.deepEqual(taken({ cluster: "quay" }, cluster), []);
  });
});

describe("what the Dockerfile builds, and what the task definition runs", () => {
  const planOf = (dockerfile: string, state: (input: RunInput) => ObservedState, file?: object) => {
    const input = { ...inputOf(), dockerfile: readDockerfile(dockerfile) };
    const observed = state(input);
    return plannedFrom(input, file ? { ...observed, definitionFile: JSON.stringify(file) } : observed);
  };
  const stops = (dockerfile: string, file?: object): string[] =>
    planOf(dockerfile, nothingThere, file)
      .plan.problems.filter(({ severity }) => severity === "stop")
      .map(({ code }) => code);
  const unwritten = (input: RunInput) => {
    const { definitionFile: _file, ...state } = allThere(input);
    return state as ObservedState;
  };
  const platform = (prepared: ReturnType<typeof planOf>): unknown => prepared.definition.predicted["runtimePlatform"];

  it("are of one architecture: a definition that nobody wrote follows FROM", () => {
    const arm = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" };
    assert.deepEqual(platform(planOf("FROM --platform=linux/arm64 a\n", nothingThere)), arm);
    assert.deepEqual(platform(planOf("FROM --platform=linux/arm64 a\n", unwritten)), arm);
    assert.notDeepEqual(platform(planOf("FROM --platform=$TARGETPLATFORM a\n", nothingThere)), arm);
    assert.deepEqual(stops("FROM --platform=linux/arm64 a\n"), []);
  });
  it("contradict each other where a file says otherwise, and nothing is written", () => {
    const file = { family: "quay", containerDefinitions: [{ name: "quay" }] };
    const x86 = { ...file, runtimePlatform: { cpuArchitecture: "X86_64", operatingSystemFamily: "LINUX" } };
    assert.deepEqual(stops("FROM --platform=linux/arm64 a\n", x86), ["PlatformContradiction"]);
    assert.deepEqual(stops("FROM --platform=linux/amd64 a\n", x86), []);
    assert.deepEqual(stops("FROM --platform=linux/s390x a\n", x86), ["PlatformUnknownToFargate"]);
  });
  it("are of a syntax that the builder at hand can read, where an image has to be built", () => {
    const text = "FROM a\nRUN --mount=type=cache,target=/c make\nCOPY --link x y\n";
    const classic = (state: ObservedState): ObservedState => ({
      ...state,
      engine: { ...state.engine, builder: "classic", withoutBuildKit: "noBuildx" },
    });
    const problems = planOf(text, () => classic(nothingThere())).plan.problems;
    assert.deepEqual(
      problems.map(({ code, severity }) => `${code} ${severity}`),
      ["BuildKitNeeded stop"],
    );
    assert.match(problems[0]?.sentence ?? "", /^Line 2 of Dockerfile has RUN --mount, .* \(so do lines 3\)/);
    assert.match(problems[0]?.remedy ?? "", /buildx/);
    assert.doesNotMatch(problems[0]?.remedy ?? "", /DOCKER_BUILDKIT/);
    const built = planOf(text, (input) => classic(allThere(input))).plan.problems;
    assert.ok(built.every(({ code }) => code !== "BuildKitNeeded"));
    assert.deepEqual(stops(text), []);
  });
  it("are not of Windows", () => {
    for (const image of [
      "mcr.microsoft.com/windows/servercore:ltsc2022",
      "mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022",
      "python:3.12-windowsservercore",
    ])
      assert.deepEqual(stops(`FROM node AS build\nFROM ${image} AS base\nFROM base\n`), ["WindowsImage"], image);
    assert.deepEqual(stops("FROM mcr.microsoft.com/dotnet/aspnet:8.0\n"), []);
  });
});
