import { own } from "./taskDefinition";

/** A platform as container tools write it: `linux/arm64`, `amd64`, `windows(10.0.17763)/amd64`, `linux/arm/v7`. */

export interface Platform {
  os: string;
  architecture: string;
  variant?: string;
}

const systems = new Set(
  (
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows " +
    "zos"
  ).split(" "),
);
const architectures = new Set(
  (
    "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 " +
    "ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm"
  ).split(" "),
);
const otherNames: Readonly<Record<string, string>> = {
  i386: "386",
  x86_64: "amd64",
  "x86-64": "amd64",
  aarch64: "arm64",
  armhf: "arm",
  armel: "arm",
};

/** @returns undefined for what no tool takes */
export function parsePlatform(text: string): Platform | undefined {
  const parts = text.split("/");
  const [first = "", second, third] = parts;
  const [, system = ""] = /^([A-Za-z0-9_.-]+)(?:\([A-Za-z0-9_.+-]*\))?$/.exec(first) ?? [];
  if (system === "" || parts.length > 3 || parts.slice(1).some((part) => !/^[A-Za-z0-9_.-]+$/.test(part)))
    return undefined;
  const os = system.toLowerCase() === "macos" ? "darwin" : system.toLowerCase();
  if (second !== undefined)
    return {
      os,
      architecture: architectureOf(second),
      ...(third === undefined ? {} : { variant: third.toLowerCase() }),
    };
  if (systems.has(os)) return { os, architecture: "amd64" };
  const architecture = architectureOf(first);
  return architectures.has(architecture) ? { os: "linux", architecture } : undefined;
}

function architectureOf(text: string): string {
  const lower = text.toLowerCase();
  return own(otherNames, lower) ?? lower;
}
