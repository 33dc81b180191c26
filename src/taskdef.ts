/** The `taskdef` bundle: task definitions understood, without VS Code, AWS or a network. Loaded for the first real one. */
export * from "./core/taskdoc/api";
