/** Capabilities, folders in memory, kernel parameters, limits and credentials: values from closed lists, and things that are there twice. */
import type { Draft } from "../document/finding";
import { at, fix, missingIn, nearest } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { api, parameters, type Rule } from "./rule";

const link = parameters("container_definition_linuxparameters");
const limitsLink = parameters("container_definition_limits");

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Source: the API reference's KernelCapabilities. */
const capabilities: readonly string[] = words(`
  ALL AUDIT_CONTROL AUDIT_WRITE BLOCK_SUSPEND CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL
  LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW SETFCAP SETGID
  SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME
  SYS_TTY_CONFIG SYSLOG WAKE_ALARM`);
/** Linux has these as well; whether ECS takes them is not known here. */
const newerCapabilities: ReadonlySet<string> = new Set(["AUDIT_READ", "BPF", "CHECKPOINT_RESTORE", "PERFMON"]);

function* unknownCapability({ value }: Container, task: Task): Generator<Draft> {
  const owner = value.objectOf("linuxParameters")?.objectOf("capabilities");
  for (const key of ["add", "drop"]) {
    // What may be added on Fargate is said with AWS's words.
    if (key === "add" && task.isFargate) continue;
    const list = owner?.get(key);
    for (const item of list?.items ?? []) {
      if (item.string === undefined || capabilities.includes(item.string) || newerCapabilities.has(item.string))
        continue;
      const plain = item.string.trim().toUpperCase().replace(/^CAP_/, "");
      const near = capabilities.includes(plain) ? plain : nearest(plain, capabilities);
      yield {
        spot: at(item),
        message: `There is no capability \`${item.string}\`.`,
        fixes: [
          ...(near === undefined ? [] : [fix.set(`Change to "${near}"`, item, near)]),
          ...(list ? [fix.removeItems("Remove it", list, [item], near === undefined)] : []),
        ],
      };
    }
  }
}

/** Source: the API reference's Tmpfs. */
const mountOptions: ReadonlySet<string> = new Set(
  words(`
  defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime diratime nodiratime
  bind rbind unbindable runbindable private rprivate shared rshared slave rslave relatime norelatime strictatime
  nostrictatime mode uid gid nr_inodes nr_blocks mpol`),
);

function* tmpfs({ value }: Container): Generator<Draft> {
  const list = value.objectOf("linuxParameters")?.get("tmpfs");
  const seen = new Map<string, Value>();
  for (const entry of list?.objects ?? []) {
    const [path, size, options] = [entry.get("containerPath"), entry.get("size"), entry.get("mountOptions")];
    if (path?.string !== undefined) {
      const before = seen.get(path.string);
      if (before && list)
        yield {
          spot: at(path),
          message: `\`${path.string}\` is mounted twice.`,
          related: [{ message: "The first one", spot: at(before) }],
          fixes: [fix.removeItems("Remove this one", list, [entry])],
        };
      else if (!path.string.startsWith("/"))
        yield {
          spot: at(path),
          message: "A folder in memory has an absolute path.",
          fixes: [fix.set(`Change to "/${path.string}"`, path, `/${path.string}`)],
        };
      seen.set(path.string, path);
    }
    if (size?.number !== undefined && size.number < 1)
      yield {
        spot: at(size),
        message: "A folder in memory has 1 MiB at least.",
        fixes: [fix.set("Change to 64", size, 64)],
      };
    for (const option of options?.items ?? []) {
      const name = option.string?.split("=")[0];
      if (name === undefined || mountOptions.has(name) || !options) continue;
      const near = nearest(name, mountOptions);
      yield {
        spot: at(option),
        message: `There is no mount option \`${option.string ?? ""}\`.`,
        fixes: [
          ...(near === undefined ? [] : [fix.set(`Change to "${near}"`, option, near)]),
          fix.removeItems("Remove it", options, [option], near === undefined),
        ],
      };
    }
  }
}

/** Kernel parameters that belong to a container. Source: the API reference's SystemControl. */
const controls =
  /^(?:net\..+|fs\.mqueue\..+|kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))$/;

function* systemControls({ value }: Container): Generator<Draft> {
  const list = value.get("systemControls");
  const seen = new Map<string, Value>();
  for (const entry of list?.objects ?? []) {
    const name = entry.get("namespace");
    if (!list) continue;
    if (!name || name.raw === "") {
      yield {
        spot: name ? at(name) : missingIn(entry),
        message: "A kernel parameter needs its `namespace`.",
        fixes: [fix.removeItems("Remove it", list, [entry])],
      };
    } else if (name.string !== undefined) {
      const before = seen.get(name.string);
      if (before)
        yield {
          spot: at(name),
          message: `\`${name.string}\` is set twice.`,
          related: [{ message: "The first one", spot: at(before) }],
          fixes: [fix.removeItems("Remove this one", list, [entry])],
        };
      else if (!controls.test(name.string))
        yield {
          spot: at(name),
          message: `\`${name.string}\` is the whole kernel's: a container has \`net.*\`, \`fs.mqueue.*\` and those of IPC.`,
          fixes: [fix.removeItems("Remove it", list, [entry])],
        };
      seen.set(name.string, name);
    }
    if (entry.get("value")?.raw === "" || !entry.has("value"))
      yield {
        spot: entry.get("value") ? at(entry.get("value") as Value) : missingIn(entry),
        message: "A kernel parameter needs a `value`.",
        fixes: [fix.removeItems("Remove it", list, [entry])],
      };
  }
}

function* swappiness({ value }: Container, task: Task): Generator<Draft> {
  const item = value.objectOf("linuxParameters")?.get("swappiness");
  if (!task.isFargate && item?.number !== undefined && (item.number < 0 || item.number > 100))
    yield {
      spot: at(item),
      message: "`swappiness` is 0 to 100.",
      fixes: [fix.set(`Change to ${item.number < 0 ? 0 : 100}`, item, item.number < 0 ? 0 : 100)],
    };
}

function* ulimitValues({ value: container }: Container): Generator<Draft> {
  const list = container.get("ulimits");
  const seen = new Map<string, Value>();
  for (const limit of list?.objects ?? []) {
    const name = limit.get("name");
    if (!list || name?.string === undefined) continue;
    for (const value of [limit.get("softLimit"), limit.get("hardLimit")])
      if (value?.number !== undefined && value.number < -1)
        yield {
          spot: at(value),
          message: "A limit is 0 or more, or -1 for none.",
          fixes: [fix.removeItems("Remove this one", list, [limit])],
        };
    const before = seen.get(name.string);
    if (before)
      yield {
        spot: at(name),
        message: `The limit \`${name.string}\` is here twice.`,
        related: [{ message: "The first one", spot: at(before) }],
        fixes: [fix.removeItems("Remove this one", list, [limit])],
      };
    else seen.set(name.string, name);
  }
}

function* credentialSpecs({ value }: Container): Generator<Draft> {
  const list = value.get("credentialSpecs");
  const items = list?.items ?? [];
  const second = items[1];
  if (list && second)
    yield {
      spot: at(second),
      message: `A container has one credential specification; these are ${items.length}.`,
      fixes: [fix.removeItems("Remove this one", list, items.slice(1))],
    };
  for (const item of items.slice(0, 1))
    if (
      item.string !== undefined &&
      !/^credentialspec(?:domainless)?:(?:arn:aws[\w-]*:(?:s3|ssm):|file:\/\/)\S+$/.test(item.string)
    )
      yield {
        spot: at(item),
        message: "A credential specification is `credentialspec:ARN` or `credentialspecdomainless:ARN`.",
        fixes: item.string.startsWith("arn:")
          ? [fix.set("Put the prefix before it", item, `credentialspecdomainless:${item.string}`)]
          : [],
      };
}

function* resources({ value }: Container, task: Task): Generator<Draft> {
  const devices = new Set(
    task.definition?.list("inferenceAccelerators").flatMap((item) => item.textOf("deviceName") ?? []) ?? [],
  );
  const list = value.get("resourceRequirements");
  for (const item of task.isFargate ? [] : (list?.objects ?? [])) {
    const [type, amount] = [item.textOf("type"), item.get("value")];
    const isBad =
      (type === "GPU" && amount?.string !== undefined && !/^[1-9]\d*$/.test(amount.string)) ||
      (type === "InferenceAccelerator" && amount?.string !== undefined && !devices.has(amount.string));
    if (amount && isBad)
      yield {
        spot: at(amount),
        message:
          type === "GPU"
            ? "How many GPUs is a whole number from 1 on."
            : "An accelerator is named as one of `inferenceAccelerators` is.",
        fixes: type === "GPU" ? [fix.set('Change to "1"', amount, "1")] : [],
      };
  }
}

const mounted = (mount: ObjectValue): string | undefined => {
  const path = mount.textOf("containerPath");
  return path === undefined || path === "" ? undefined : path.replace(/(?<=.)[/\\]+$/, "");
};

function* mounts({ value }: Container, task: Task): Generator<Draft> {
  const list = value.get("mountPoints");
  const seen = new Map<string, Value>();
  for (const mount of list?.objects ?? []) {
    const [path, source] = [mount.get("containerPath"), mount.get("sourceVolume")];
    if (!list) continue;
    for (const [key, item] of [
      ["containerPath", path],
      ["sourceVolume", source],
    ] as const)
      if (!item || item.raw === "")
        yield {
          spot: item ? at(item) : missingIn(mount),
          message: `A mount needs its \`${key}\`.`,
          fixes: [fix.removeItems("Remove this mount", list, [mount])],
        };
    const where = mounted(mount);
    if (!path || where === undefined) continue;
    const before = seen.get(where);
    if (before)
      yield {
        spot: at(path),
        message: `Something else is mounted at \`${where}\` already.`,
        related: [{ message: "The first one", spot: at(before) }],
        fixes: [fix.removeItems("Remove this mount", list, [mount])],
      };
    else if (!/^(?:[/\\]|[A-Za-z]:)/.test(where))
      yield {
        spot: at(path),
        message: "A container's path is absolute.",
        severity: task.isWindows ? "warning" : "error",
        fixes: [fix.set(`Change to "/${where.replace(/^\.\//, "")}"`, path, `/${where.replace(/^\.\//, "")}`)],
      };
    seen.set(where, path);
  }
}

export const linuxRules: readonly Rule[] = [
  { id: "capability-unknown", severity: "error", link: api("KernelCapabilities"), each: unknownCapability },
  { id: "tmpfs", severity: "error", link: api("Tmpfs"), each: tmpfs },
  { id: "system-controls", severity: "error", link: api("SystemControl"), each: systemControls },
  { id: "swappiness", severity: "error", link, each: swappiness },
  { id: "ulimit-duplicate", severity: "error", link: limitsLink, each: ulimitValues },
  {
    id: "credential-specs",
    severity: "error",
    link: parameters("container_definition_security"),
    each: credentialSpecs,
  },
  { id: "resource-requirements", severity: "error", link: api("ResourceRequirement"), each: resources },
  { id: "mount-points", severity: "error", link: parameters("container_definition_storage"), each: mounts },
];
