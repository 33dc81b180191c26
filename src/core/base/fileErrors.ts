/** What the system says about a file, in words: its path, why, and what to do. Codes are the system's own (errno). */
interface FileReport {
  code: string;
  summary: string;
  evidence: string[];
  quotes: string[];
  remedy: string;
  actions: "retry"[];
}

interface FileError extends Error {
  code?: string;
  path?: string;
  syscall?: string;
}

const meanings: Readonly<Record<string, { code: string; what: (path: string) => string; remedy: string }>> = {
  ENOSPC: {
    code: "DiskFull",
    what: (path) => `There is no room left on the disk for ${path}.`,
    remedy: "Make room there, then run it again: it goes on from where the world is.",
  },
  EDQUOT: {
    code: "DiskFull",
    what: (path) => `Your quota on the disk is used up: ${path} could not be written.`,
    remedy: "Make room there, then run it again: it goes on from where the world is.",
  },
  EROFS: {
    code: "ReadOnlyDisk",
    what: (path) => `${path} could not be written: its disk is read-only.`,
    remedy:
      "Make it writable, or name another folder: SLIPWAY_STATE_DIR for Slipway's notes, TMPDIR for temporary files.",
  },
  EACCES: {
    code: "FileAccessDenied",
    what: (path) => `${path} may not be read or written by you.`,
    remedy:
      "See who owns it and with which mode (ls -ld), and give yourself access; for Slipway's notes, SLIPWAY_STATE_DIR names another folder.",
  },
  EPERM: {
    code: "FileAccessDenied",
    what: (path) => `The system forbids to change ${path}.`,
    remedy: "See whether it is immutable or another program holds it, and give yourself access.",
  },
  EMFILE: {
    code: "TooManyOpenFiles",
    what: (path) => `Too many files are open, so ${path} could not be opened.`,
    remedy: "Raise the limit (ulimit -n), or end what holds many files open, then run it again.",
  },
  ENFILE: {
    code: "TooManyOpenFiles",
    what: (path) => `The machine has too many files open, so ${path} could not be opened.`,
    remedy: "End what holds many files open, then run it again.",
  },
  EIO: {
    code: "DiskFault",
    what: (path) => `The disk failed at ${path}.`,
    remedy: "Check the disk and the system's log; on a network's file system, the connection.",
  },
  ESTALE: {
    code: "DiskFault",
    what: (path) => `The network's file system lost ${path}.`,
    remedy: "Mount it anew, then run it again.",
  },
  ENOTDIR: {
    code: "NotAFolder",
    what: (path) => `${path} cannot be there: part of that path is a file.`,
    remedy: "Move that file away, or name another folder.",
  },
  EEXIST: {
    code: "NotAFolder",
    what: (path) => `${path} is there already, as something else than is needed there.`,
    remedy: "Move it away, or name another folder.",
  },
  ENOENT: {
    code: "FileMissing",
    what: (path) => `${path} is not there.`,
    remedy: "See where it went; if that was a folder for temporary files, make it or set TMPDIR to one that exists.",
  },
};

/** What an error of the file system means; undefined for any other, and for one that names no path. */
export function fileReport(error: unknown): FileReport | undefined {
  const { code, path, syscall, message } = (error ?? {}) as Partial<FileError>;
  if (!(error instanceof Error) || code === undefined || path === undefined || syscall === undefined) return undefined;
  // A program that is not there and a socket have a path, too.
  if (syscall.startsWith("spawn") || syscall === "connect" || syscall === "listen") return undefined;
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (!meaning) return undefined;
  return {
    code: meaning.code,
    summary: meaning.what(path),
    evidence: [message ?? code],
    quotes: [message ?? code],
    remedy: meaning.remedy,
    actions: ["retry"],
  };
}

/**
 * The error with a path, where it is of the file system and does not say where: one of a write to an open file does not.
 * @param draft the file that stood in for it, which nobody knows
 */
export function atPath(path: string, error: unknown, draft?: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  if (!("path" in error) || error.path === draft) Object.assign(error, { path });
  return error;
}
