/** The rings: imports point inward only (type imports count). */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^src/", pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    only("core-alone", "^src/core/", [], "core/ knows nothing but itself"),
    only("aws-on-core", "^src/aws/", ["^src/core/"], "aws/ implements core's ports"),
    only("docker-on-core", "^src/docker/", ["^src/core/"], "docker/ implements core's ports"),
    only("machine-on-core", "^src/machine/", ["^src/core/"], "machine/ implements core's ports"),
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
