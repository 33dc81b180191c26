/** The rings: imports point inward only (type imports count). */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^src/", pathNot: [from, ...allowed] },
});

/**
 * The rooms of core/, lowest first: a room imports itself and what stands above it in this list, nothing below.
 * docs/architecture.md says what each holds.
 */
const coreRooms = [
  "core/base",
  "core/ports",
  "core/app",
  "core/source",
  "core/project",
  "core/taskDefinition/model",
  "core/taskDefinition/document",
  "core/taskDefinition/rules",
  "core/taskDefinition/language",
  "core/service/snapshot",
  "core/service/access",
  "core/service/checks",
  "core/service/diagnosis",
  "core/service/review",
  "core/registeredDefinitions",
  "core/deploy",
  "core/logs",
  "core/resources",
  "core/map",
  "core/render",
];

const roomRules = coreRooms.map((room, index) => {
  const below = coreRooms.slice(0, index + 1).map((name) => `^src/${name}/`);
  return {
    name: `room-${room.replaceAll("/", "-")}`,
    comment: `${room} knows the rooms below it alone`,
    severity: "error",
    from: { path: `^src/${room}/` },
    to: { path: "^src/core/", pathNot: below },
  };
});

/** A file of core/ that is in no room (api.ts, which front ends ask, is the one that may). */
const roomless = {
  name: "every-file-in-a-room",
  severity: "error",
  from: { path: "^src/core/", pathNot: [...coreRooms.map((room) => `^src/${room}/`), "^src/core/api.ts$"] },
  to: {},
};

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...roomRules,
    roomless,
    only("core-alone", "^src/core/", [], "core/ knows nothing but itself"),
    only("aws-on-core", "^src/aws/", ["^src/core/"], "aws/ implements core's ports"),
    only("docker-on-core", "^src/docker/", ["^src/core/"], "docker/ implements core's ports"),
    only("machine-on-core", "^src/machine/", ["^src/core/"], "machine/ implements core's ports"),
    only(
      "backend-wires",
      "^src/backend/",
      ["^src/core/", "^src/aws/", "^src/docker/", "^src/machine/"],
      "backend/ puts what implements the ports behind core's interfaces",
    ),
    only("cli-on-core", "^src/cli/", ["^src/core/", "^src/machine/"], "cli/ is a front end"),
    only("sandbox-alone", "^src/sandbox/", [], "the sandbox shares no code with the client side"),
    only("webview-on-core", "^src/webview/", ["^src/core/map/"], "a page knows the map and its drawing alone"),
    only("vscode-on-core", "^src/vscode/", ["^src/core/"], "vscode/ knows core's ports and types alone"),
    {
      name: "sdk-in-aws-only",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/aws/"] },
      to: { path: "node_modules/@aws-sdk/" },
    },
    {
      name: "vscode-in-its-ring-only",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/vscode/", "^src/extension.ts$"] },
      to: { path: "^vscode$" },
    },
    {
      name: "core-pure",
      severity: "error",
      comment: "no machine in core/",
      from: { path: "^src/core/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "child-processes",
      severity: "error",
      comment: "children start in docker/, machine/ and the sandbox alone",
      from: { path: "^src/", pathNot: ["^src/docker/", "^src/machine/", "^src/sandbox/"] },
      to: { path: "^(node:)?child_process$" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
