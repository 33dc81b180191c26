/** The rings: imports point inward only (type imports count). */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^src/", pathNot: [from, ...allowed] },
});

/**
 * Rooms in their order, lowest first: a room imports itself and the rooms of the lines above its own, nothing else. Rooms
 * of one line do not know each other. A name with `.ts` is a file. docs/architecture.md says what each holds.
 */
const coreRooms = [
  ["core/base"],
  ["core/ports"],
  ["core/app"],
  ["core/source"],
  ["core/project"],
  ["core/taskDefinition/model"],
  ["core/taskDefinition/document"],
  ["core/taskDefinition/rules"],
  ["core/taskDefinition/language"],
  ["core/service/snapshot"],
  ["core/service/access"],
  ["core/service/checks"],
  ["core/service/diagnosis"],
  ["core/service/review"],
  ["core/registeredDefinitions"],
  ["core/deploy"],
  ["core/logs"],
  ["core/monitor", "core/query"],
  ["core/resources"],
  ["core/map"],
  ["core/render"],
];

const vscodeRooms = [
  ["vscode/keys.ts"],
  ["vscode/ui", "vscode/webviewKit"],
  ["vscode/workspace"],
  ["vscode/commandKit"],
  // The features.
  [
    "vscode/connection",
    "vscode/deployment",
    "vscode/logs",
    "vscode/taskDefinition",
    "vscode/resources",
    "vscode/map",
    "vscode/monitor",
    "vscode/queries",
    "vscode/diagnosis",
  ],
  ["vscode/inspection"],
  ["vscode/commands"],
];

/** The one way to the files of a workspace. */
const workspaceFiles = "^src/machine/workspaceFiles\\.ts$";

const within = (room) => (room.endsWith(".ts") ? `^src/${room.replace(".", "\\.")}$` : `^src/${room}/`);

/** A rule for each room of a ring. */
const roomRules = (ring, lines) =>
  lines.flatMap((line, index) =>
    line.map((room) => ({
      name: `room-${room.replace(/\.ts$/, "").replaceAll("/", "-")}`,
      comment: `${room} knows the rooms below it alone`,
      severity: "error",
      from: { path: within(room) },
      to: { path: `^src/${ring}/`, pathNot: [...lines.slice(0, index).flat(), room].map(within) },
    })),
  );

/** A file of a ring that is in no room; `except` are those that may. */
const roomless = (ring, lines, ...except) => ({
  name: `every-file-of-${ring}-in-a-room`,
  severity: "error",
  from: { path: `^src/${ring}/`, pathNot: [...lines.flat(), ...except].map(within) },
  to: {},
});

/**
 * Who may use the file system beside src/machine/workspaceFiles.ts, through which every file of a workspace goes: each
 * for files that are Slipway's, the engine's or AWS's own, or for a build context, which is read as it is.
 */
const filesOfTheirOwn = [
  "sandbox/", // a program of its own
  "machine/(workspace|workspaceFiles|makeFolder|state|lock|life|sandbox|sessionPlugin|buildSecrets|checkedOutCommit)\\.ts$",
  "aws/(credentials|profileFiles|ssoToken)\\.ts$", // ~/.aws
  "docker/(context|contextWalk|fileContent|copySources|snapshot|fileHashes|failures)\\.ts$", // the build context
  "docker/(engine|findEngine|makeFolder)\\.ts$", // the engine's program, and folders for one login
  "vscode/logs/channel\\.ts$", // what a tail printed, in VS Code's own storage
];

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...roomRules("core", coreRooms),
    // What front ends ask knows every room.
    roomless("core", coreRooms, "core/api.ts"),
    ...roomRules("vscode", vscodeRooms),
    roomless("vscode", vscodeRooms),
    only("core-alone", "^src/core/", [], "core/ knows nothing but itself"),
    only("aws-on-core", "^src/aws/", ["^src/core/"], "aws/ implements core's ports"),
    only("docker-on-core", "^src/docker/", ["^src/core/", workspaceFiles], "docker/ implements core's ports"),
    only("machine-on-core", "^src/machine/", ["^src/core/"], "machine/ implements core's ports"),
    only(
      "backend-wires",
      "^src/backend/",
      ["^src/core/", "^src/aws/", "^src/docker/", "^src/machine/"],
      "backend/ puts what implements the ports behind core's interfaces",
    ),
    only("cli-on-core", "^src/cli/", ["^src/core/", "^src/machine/"], "cli/ is a front end"),
    only("sandbox-alone", "^src/sandbox/", [], "the sandbox shares no code with the client side"),
    only(
      "webview-on-core",
      "^src/webview/",
      ["^src/core/map/", "^src/core/monitor/", "^src/core/render/monitor\\.ts$"],
      "a page knows what it draws alone",
    ),
    only(
      "vscode-on-core",
      "^src/vscode/",
      ["^src/core/", workspaceFiles],
      "vscode/ knows core's ports and types alone",
    ),
    {
      name: "workspace-files",
      comment: "files of a workspace are read and written by src/machine/workspaceFiles.ts alone",
      severity: "error",
      from: { path: "^src/", pathNot: filesOfTheirOwn.map((file) => `^src/${file}`) },
      to: { path: "^(node:)?fs(/promises)?$" },
    },
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
