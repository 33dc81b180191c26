/**
 * Proof that a process lives: a socket that it listens on. The system closes it with the process, however that ends,
 * so a
 * number that another process got, or a machine that was renamed, proves nothing any more.
 */
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { errorCode } from "../core/base/errors";
import { makeFolder } from "./makeFolder";

/** `unknown`: it runs under another kernel, or where no socket of its can be seen. */
export type Proof = "alive" | "dead" | "unknown";

/** Where a process listens: in the state folder, in the temporary folder where that path is too long, or nowhere. */
type Place = "s" | "t" | "n";

/** sun_path holds 104 bytes on macOS, 108 on Linux. https://man7.org/linux/man-pages/man7/unix.7.html */
const longestPath = 100;
/** A socket that hears nothing for so long is of a process that cannot be helped; it is asked again then. */
const answerMilliseconds = 2000;
const forgottenMilliseconds = 30 * 86_400_000;

/** The kernel that this process runs under: containers of one machine share it, and their sockets. */
function thisKernel(): string {
  let id = os.hostname();
  try {
    id = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    // Only Linux tells; elsewhere a machine has one kernel and one name.
  }
  return createHash("sha256").update(id).digest("hex").slice(0, 8);
}

/** The processes' proofs in one state folder. */
export class Lives {
  private own: Promise<string> | undefined;
  private readonly kernel = thisKernel();
  private readonly folder: string;

  /** @param silentMilliseconds so long a holder that can be asked nothing may be silent */
  constructor(
    state: string,
    readonly silentMilliseconds = 12_000,
  ) {
    this.folder = path.join(state, "alive");
  }

  /** This process's token, by which others ask for it; it is listened for until the process ends. */
  token(): Promise<string> {
    return (this.own ??= this.listen());
  }

  /** Whether the process of this token lives. */
  async prove(token: string): Promise<Proof> {
    if (!/^[0-9a-f]{16}[stn]$/.test(token)) return "dead";
    if (token === (await this.own)) return "alive";
    const place = token.at(-1) as Place;
    if (!token.startsWith(this.kernel) || place === "n") return "unknown";
    const code = await connect(this.socket(token));
    if (code === undefined) return "alive";
    if (code === "ECONNREFUSED") return "dead";
    // Another container has another temporary folder; the state folder is the one that the token was found in.
    if (code === "ENOENT") return place === "s" || process.platform === "win32" ? "dead" : "unknown";
    return code === "ENOTSOCK" ? "dead" : "unknown";
  }

  private async listen(): Promise<string> {
    const id = this.kernel + randomBytes(4).toString("hex");
    try {
      await makeFolder(this.folder, 0o700);
      void this.sweep();
    } catch {
      // The temporary folder may do.
    }
    for (const place of ["s", "t"] as const) {
      const socket = this.socket(`${id}${place}`);
      if (Buffer.byteLength(socket) <= longestPath && (await listens(socket))) return `${id}${place}`;
    }
    return `${id}n`;
  }

  private socket(token: string): string {
    if (process.platform === "win32") return `\\\\.\\pipe\\slipway-${token}`;
    return token.endsWith("s") ? path.join(this.folder, token) : path.join(os.tmpdir(), `slipway-${token}`);
  }

  /** Takes away the sockets of processes that were killed. */
  private async sweep(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const at = path.join(this.folder, name);
      const proof = await this.prove(name);
      const age = await stat(at).then(
        ({ mtimeMs }) => Date.now() - mtimeMs,
        () => 0,
      );
      if (proof === "dead" || age > forgottenMilliseconds) await rm(at, { force: true }).catch(() => undefined);
    }
  }
}

/** True once the socket is listened on; it holds nobody up who wants to end. */
function listens(socket: string): Promise<boolean> {
  const server = net.createServer((asking) => asking.on("error", () => undefined).end());
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(socket, () => {
      server.on("error", () => undefined);
      server.unref();
      process.once("exit", () => rmSync(socket, { force: true }));
      resolve(true);
    });
  });
}

/** Undefined where somebody listens, else the system's code. */
function connect(socket: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = net.connect(socket);
    const end = (code: string | undefined) => {
      resolve(code);
      asking.destroy();
    };
    asking.setTimeout(answerMilliseconds, () => end("ETIMEDOUT"));
    asking.once("connect", () => end(undefined));
    asking.on("error", (error) => end(errorCode(error)));
  });
}
