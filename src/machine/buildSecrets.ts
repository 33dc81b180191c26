/** Where this machine has the values of build secrets. Looks, and hands none out. */
import { access, stat } from "node:fs/promises";
import type { BuildSecretSource, SecretPlace } from "../core/ports/machine";
import { absolutePath } from "./workspaceFiles";
import { variablesOf } from "../core/base/secretVariables";

/** @param isStored whether something else keeps a value for this id */
export function buildSecretSource(
  root: string,
  variable: (name: string) => string | undefined,
  isStored: (id: string) => Promise<boolean>,
): BuildSecretSource {
  const isSet = (name: string): boolean => (variable(name) ?? "") !== "";
  return {
    async find(id, stated): Promise<SecretPlace | undefined> {
      const names = stated?.env === undefined ? (stated?.file === undefined ? variablesOf(id) : []) : [stated.env];
      const name = names.find(isSet);
      if (name !== undefined) return { kind: "environment", name };
      if (stated?.file !== undefined) {
        const file = absolutePath(root, stated.file);
        const found = await stat(file).catch(() => undefined);
        const isReadable =
          found?.isFile() === true &&
          (await access(file).then(
            () => true,
            () => false,
          ));
        if (isReadable) return { kind: "file", path: file };
      }
      return (await isStored(id)) ? { kind: "stored" } : undefined;
    },
    hasAgent: () => isSet("SSH_AUTH_SOCK") || process.platform === "win32",
  };
}
