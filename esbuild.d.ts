export const options: import("esbuild").BuildOptions;
