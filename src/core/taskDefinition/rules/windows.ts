/** What Windows containers do not have. */
import type { Draft } from "../document/finding";
import { at, fix } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { Value } from "../document/view";
import { page, parameters, type Rule } from "./rule";

const link = page("windows-task-definition-differences");
const platformLink = parameters("runtime-platform");

/** Families that ECS knows, and Fargate does not run (any more). */
const notOnFargate: ReadonlySet<string> = new Set([
  "WINDOWS_SERVER_2004_CORE",
  "WINDOWS_SERVER_2016_FULL",
  "WINDOWS_SERVER_20H2_CORE",
]);

interface LinuxOnly {
  member: string;
  message: string;
  severity: "error" | "warning";
  says: (value: Value) => boolean;
}

const isAnything = (value: Value): boolean =>
  value.raw !== "" && !value.isEmptyList && (value.object?.entries.size ?? 1) > 0 && !value.isOpen;

/** Members of a container. Source: the developer guide's page of differences for Windows. */
const ofContainers: readonly LinuxOnly[] = [
  {
    member: "linuxParameters",
    message: "Windows containers have no `linuxParameters`.",
    severity: "error",
    // The one member that a generator writes with false in it says nothing.
    says: (value) =>
      isAnything(value) &&
      [...(value.object?.entries ?? [])].some(([, item]) => isAnything(item) && item.boolean !== false && !item.isNull),
  },
  { member: "ulimits", message: "Windows containers have no `ulimits`.", severity: "error", says: isAnything },
  { member: "systemControls", message: "Windows has no `sysctl`.", severity: "error", says: isAnything },
  {
    member: "privileged",
    message: "Windows has no privileged containers.",
    severity: "error",
    says: (value) => value.boolean === true,
  },
  {
    member: "readonlyRootFilesystem",
    message: "A Windows container's file system cannot be made read-only.",
    severity: "error",
    says: (value) => value.boolean === true,
  },
  {
    member: "user",
    message: "`user` is not read for Windows containers.",
    severity: "warning",
    says: (value) => Boolean(value.string),
  },
  {
    member: "firelensConfiguration",
    message: "There is no log router for Windows on Fargate.",
    severity: "warning",
    says: isAnything,
  },
];

function* linuxOnly({ value }: Container, task: Task): Generator<Draft> {
  const family = task.definition?.objectOf("runtimePlatform")?.get("operatingSystemFamily");
  // A family that there is not is said, and what was meant may be any.
  if (!task.isWindows || !/^WINDOWS_SERVER_20\w+_(?:CORE|FULL)$/.test(family?.string ?? "")) return;
  for (const { member, message, severity, says } of ofContainers) {
    const found = value.get(member);
    if (!found || !says(found)) continue;
    // Another rule says it with AWS's own words.
    if (task.isFargate ? member === "privileged" : member === "firelensConfiguration") continue;
    yield {
      spot: at(found),
      message,
      severity,
      related: family ? [{ message: "The operating system", spot: at(family) }] : [],
      fixes: [fix.remove(`Remove "${member}"`, found)],
    };
  }
}

function* linuxOnlyTask(task: Task): Generator<Draft> {
  const { definition } = task;
  if (!task.isWindows || !definition) return;
  const family = definition.objectOf("runtimePlatform")?.get("operatingSystemFamily");
  const related = family ? [{ message: "The operating system", spot: at(family) }] : [];
  for (const member of ["ipcMode", "pidMode", "proxyConfiguration", "ephemeralStorage"]) {
    const found = definition.get(member);
    if (!found || !isAnything(found) || (task.isFargate && ["ipcMode", "pidMode"].includes(member))) continue;
    if (member === "ephemeralStorage" && !task.isFargate) continue;
    yield {
      spot: at(found),
      message: `Windows tasks have no \`${member}\`.`,
      related,
      fixes: [fix.remove(`Remove "${member}"`, found)],
    };
  }
  for (const volume of task.volumes) {
    for (const member of ["efsVolumeConfiguration", "s3filesVolumeConfiguration"]) {
      const found = volume.get(member);
      if (!found || !isAnything(found)) continue;
      yield {
        spot: at(found),
        message: "Windows containers mount no file system of this kind.",
        related,
        fixes: [fix.remove(`Remove "${member}"`, found)],
      };
    }
  }
}

function* family(task: Task): Generator<Draft> {
  const item = task.definition?.objectOf("runtimePlatform")?.get("operatingSystemFamily");
  if (!task.isFargate || !item?.string || !notOnFargate.has(item.string)) return;
  const better = item.string.endsWith("_FULL") ? "WINDOWS_SERVER_2022_FULL" : "WINDOWS_SERVER_2022_CORE";
  yield {
    spot: at(item),
    message: `Fargate does not run \`${item.string}\`; it has Windows Server 2019, 2022 and 2025.`,
    fixes: [fix.set(`Change to "${better}"`, item, better)],
  };
}

/** FSx for Windows in tasks that run on Linux. */
function* windowsOnly(task: Task): Generator<Draft> {
  const item = task.definition?.objectOf("runtimePlatform")?.get("operatingSystemFamily");
  if (item?.string !== "LINUX" || task.isFargate) return;
  for (const volume of task.volumes) {
    const found = volume.get("fsxWindowsFileServerVolumeConfiguration");
    if (found)
      yield {
        spot: at(found),
        message: "A volume of FSx for Windows is mounted by Windows containers alone.",
        related: [{ message: "The operating system", spot: at(item) }],
        fixes: [fix.remove('Remove "fsxWindowsFileServerVolumeConfiguration"', found)],
      };
  }
}

export const windowsRules: readonly Rule[] = [
  { id: "windows-linux-only", severity: "error", link, each: linuxOnly },
  { id: "windows-linux-only-task", severity: "error", link, find: linuxOnlyTask },
  { id: "fargate-windows-family", severity: "error", link: platformLink, find: family },
  { id: "linux-windows-only", severity: "error", link, find: windowsOnly },
];
