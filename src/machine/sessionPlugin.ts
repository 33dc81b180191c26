import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import path from "node:path";

/** AWS's session manager plugin on this machine. */
export interface SessionPlugin {
  /** Where it is; undefined when it is nowhere on the path. */
  path: string | undefined;
  version: string | undefined;
  /** True for one that takes a session in its arguments alone, where every process could read the token. */
  tooOld: boolean;
}

/** The last version without the environment variable. Source: the plugin's release notes, 1.2.497.0. */
const lastWithoutVariable = [1, 2, 497, 0];

const program = process.platform === "win32" ? "session-manager-plugin.exe" : "session-manager-plugin";

/** Looks for the plugin on the path, and asks its version. */
export async function findSessionPlugin(): Promise<SessionPlugin> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, program);
    if (
      !folder ||
      !(await access(file, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const version = await new Promise<string | undefined>((resolve) =>
      execFile(file, ["--version"], { timeout: 5000 }, (error, stdout) => resolve(error ? undefined : stdout.trim())),
    );
    return { path: file, version, tooOld: !isNewer(version, lastWithoutVariable) };
  }
  return { path: undefined, version: undefined, tooOld: false };
}

/** Whether a version such as `1.2.650.0` is above another. */
function isNewer(version: string | undefined, than: readonly number[]): boolean {
  const parts = (version ?? "").split(".").map(Number);
  for (const [index, part] of than.entries()) {
    const own = parts[index] ?? 0;
    if (Number.isNaN(own)) return false;
    if (own !== part) return own > part;
  }
  return false;
}
