/** Paths of a Compose file: with forward slashes, relative to the folder of the file that is read first. */

/** True for a path that says the same wherever it is read from. */
export const isAbsolutePath = (path: string): boolean => /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path);

/** True for a build context that is no folder of this machine: a Git repository, an archive, another service. */
export const isRemoteContext = (context: string): boolean =>
  context.includes("://") || /^(?:git@|github\.com\/|service:)/.test(context);

/** Joins two paths and takes `.` and `..` out of them; what leads out of the first folder keeps its `..`. */
export function joinPath(folder: string, path: string): string {
  const whole = isAbsolutePath(path) ? path : `${folder}/${path}`;
  const root = /^(?:[A-Za-z]:)?[\\/]/.exec(whole)?.[0] ?? "";
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (root === "") parts.push(part);
  }
  return root + parts.join("/") || ".";
}

/** The folder that a file lies in; `.` for the first folder itself. */
export const folderOf = (file: string): string => joinPath(".", file.replace(/[^/]*$/, "") || ".");

/** A build context seen from the first folder. */
export function contextFrom(folder: string, context: string, home: string | undefined): string {
  if (context === "" || isRemoteContext(context)) return context;
  if (context.startsWith("~") && home !== undefined) return joinPath(home, context.slice(1).replace(/^\/+/, ""));
  return joinPath(folder, context);
}
