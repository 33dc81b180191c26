import type * as api from "../../core/taskDefinition/language/api";

/** The `taskdef` bundle, loaded by the entry when the first real task definition is seen. */
export type TaskdefApi = typeof api;
