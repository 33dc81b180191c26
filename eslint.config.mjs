import js from "@eslint/js";
import tseslint from "typescript-eslint";

const coreGlobals = [
  "process",
  "Date",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "fetch",
  "performance",
  "Buffer",
].map((name) => ({ name, message: "core/ takes the clock, the network and the machine through its ports." }));

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", ".cache/", "test-results/", "scripts/sample/", "test/fixtures/"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: "error",
      // Texts of others are cleaned of control characters: such expressions are meant.
      "no-control-regex": "off",
      "no-console": "off",
    },
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", ...coreGlobals],
      "no-restricted-imports": ["error", { patterns: ["node:*", "fs", "path", "os", "child_process"] }],
    },
  },
  {
    files: ["**/*.mjs", "**/*.js", "**/*.cjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        require: "readonly",
        module: "writable",
        __dirname: "readonly",
        Buffer: "readonly",
        fetch: "readonly",
        acquireVsCodeApi: "readonly",
        window: "readonly",
        document: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
