/**
 * Base images for the sample and the tests. Where no registry can be reached they are made from what the machine has: a
 * Node binary with its shared libraries, and busybox for the rest.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installNode } from "./codeServer";
import type { Engine } from "./engine";
import { run, runOrThrow } from "./processes";
import { say, step } from "./say";
import { which } from "./systemPackages";

/** The image that the sample's Dockerfile is built from. */
export const sampleBase = "node:22-slim";
/** A local image with Node and a shell, for tests that must not depend on any registry. */
export const nodeBase = "slipway-node-base:local";
/** A local image with nothing but busybox. */
export const busyboxBase = "slipway-busybox:local";

/**
 * Makes {@link nodeBase} and {@link busyboxBase}, and sees to it that {@link sampleBase} is there: pulled where that is
 * possible, else a name for nodeBase.
 */
export async function ensureBaseImages(engine: Engine): Promise<void> {
  const env = { ...process.env, ...engine.env };
  const has = async (image: string) => (await run("docker", ["image", "inspect", image], { env })).code === 0;
  if (!(await has(busyboxBase)))
    await step(`making the image ${busyboxBase}`, () => importImage(busyboxBase, env, undefined));
  if (!(await has(nodeBase))) {
    const node = installNode(22);
    await step(`making the image ${nodeBase} from this machine's libraries`, () => importImage(nodeBase, env, node));
  }
  if (await has(sampleBase)) return;
  const pulled = await run("docker", ["pull", "--quiet", sampleBase], { env, timeoutMs: 120_000 });
  if (pulled.code === 0) return;
  await runOrThrow("docker", ["tag", nodeBase, sampleBase], { env });
  say(`${sampleBase} cannot be pulled here; a local image made from this machine's libraries stands in for it`);
}

async function importImage(image: string, env: NodeJS.ProcessEnv, node: string | undefined): Promise<void> {
  const root = path.join(tmpdir(), `slw-image-${process.pid}`);
  try {
    await rootFileSystem(root, node);
    const archive = `${root}.tar`;
    await runOrThrow("tar", ["--numeric-owner", "--owner=0", "--group=0", "-C", root, "-cf", archive, "."]);
    const changes = ["ENV PATH=/usr/local/bin:/usr/bin:/bin", ...(node ? ['CMD ["node"]'] : ['CMD ["sh"]'])].flatMap(
      (line) => ["--change", line],
    );
    await runOrThrow("docker", ["import", ...changes, archive, image], { env });
  } finally {
    rmSync(root, { recursive: true, force: true });
    rmSync(`${root}.tar`, { force: true });
  }
}

async function rootFileSystem(root: string, node: string | undefined): Promise<void> {
  rmSync(root, { recursive: true, force: true });
  for (const dir of [
    "bin",
    "usr/bin",
    "usr/local/bin",
    "lib",
    "etc/ssl/certs",
    "tmp",
    "home/node",
    "app",
    "proc",
    "sys",
    "dev",
    "var/tmp",
  ]) {
    mkdirSync(path.join(root, dir), { recursive: true });
  }
  for (const dir of ["tmp", "var/tmp", "home/node", "app"]) chmodSync(path.join(root, dir), 0o1777);
  writeFileSync(
    path.join(root, "etc/passwd"),
    "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
  );
  writeFileSync(path.join(root, "etc/group"), "root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n");
  writeFileSync(path.join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
  const certificates = "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(certificates)) copyFileSync(certificates, path.join(root, "etc/ssl/certs/ca-certificates.crt"));

  const busybox = which("busybox");
  if (!busybox) throw new Error("busybox is missing (package busybox-static)");
  await copyProgram(root, busybox, "/bin/busybox");
  for (const applet of (await runOrThrow(busybox, ["--list"]))
    .split("\n")
    .filter((name) => /^[\w.[\]-]+$/.test(name) && name !== "busybox")) {
    symlinkSync("busybox", path.join(root, "bin", applet));
  }
  symlinkSync("/bin/busybox", path.join(root, "usr/bin/env"));
  if (node) {
    await copyProgram(root, node, "/usr/local/bin/node");
    // Name lookups load these at run time, so ldd does not list them.
    for (const library of ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2"]) await copyLibrary(root, library);
  }
}

/** Copies a program and the shared libraries that it is linked with. */
async function copyProgram(root: string, program: string, to: string): Promise<void> {
  copyFileSync(realpathSync(program), path.join(root, to));
  chmodSync(path.join(root, to), 0o755);
  const linked = await run("ldd", [program]);
  for (const match of linked.stdout.matchAll(/(\/[^\s()]+\.so[^\s()]*)/g)) {
    const library = match[1]!;
    mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
    copyFileSync(realpathSync(library), path.join(root, library));
    chmodSync(path.join(root, library), 0o755);
  }
}

async function copyLibrary(root: string, name: string): Promise<void> {
  const cache = await run(which("ldconfig") ?? "/sbin/ldconfig", ["-p"]);
  const library = cache.stdout
    .split("\n")
    .filter((line) => line.includes(`${name} `))
    .map((line) => line.split("=> ")[1]?.trim())
    .find(Boolean);
  if (!library || readFileSync(library).length === 0) return;
  mkdirSync(path.join(root, path.dirname(library)), { recursive: true });
  copyFileSync(realpathSync(library), path.join(root, library));
}
