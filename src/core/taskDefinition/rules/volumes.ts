/** Volumes and mount points. */
import { insertElement, insertMember, type TextEdit } from "../document/edits";
import type { Draft } from "../document/finding";
import { at, atKey, freeName, fix, missingIn, nearest, slug } from "../document/fixes";
import { exampleRole } from "../document/snippets";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { namePattern } from "./task";
import { fargateLink, page, parameters, type Rule } from "./rule";

const link = parameters("volumes");
const efsLink = page("specify-efs-config");

const kinds = [
  "host",
  "dockerVolumeConfiguration",
  "efsVolumeConfiguration",
  "s3filesVolumeConfiguration",
  "fsxWindowsFileServerVolumeConfiguration",
];

function* sourcePath(task: Task): Generator<Draft> {
  for (const volume of task.isFargate ? task.volumes : []) {
    const host = volume.objectOf("host");
    const path = host?.get("sourcePath");
    if (host && path && path.raw !== "")
      yield {
        spot: at(path),
        message: "On Fargate there is no host whose folder could be mounted.",
        fixes: [fix.set('Use a folder of the task ("host": {})', host, {})],
      };
  }
}

const refused = (member: string, message: string) =>
  function* (task: Task): Generator<Draft> {
    for (const volume of task.isFargate ? task.volumes : []) {
      const value = volume.get(member);
      if (value) yield { spot: at(value), message, fixes: [fix.remove(`Remove "${member}"`, value)] };
    }
  };

function* oneKind(task: Task): Generator<Draft> {
  const launched: Value[] = [];
  for (const volume of task.volumes) {
    const atLaunch = volume.get("configuredAtLaunch");
    if (atLaunch?.boolean === true) launched.push(atLaunch);
    // An empty `host` is what ECS's own answers have beside other kinds.
    const stated = kinds
      .flatMap((kind) => volume.get(kind) ?? [])
      .filter((value) => !(value.path.at(-1) === "host" && (value.object?.entries.size ?? 0) === 0));
    const all = [...stated, ...(atLaunch?.boolean === true ? [atLaunch] : [])];
    const [first, second] = all;
    if (!first || !second) continue;
    yield {
      spot: atKey(second),
      message: "A volume is of one kind.",
      related: [{ message: "The other kind", spot: atKey(first) }],
      fixes: [
        fix.removeAll(`Keep "${String(first.path.at(-1))}" alone`, volume, all.slice(1)),
        fix.removeAll(
          `Keep "${String(second.path.at(-1))}" alone`,
          volume,
          all.filter((value) => value !== second),
          false,
        ),
      ],
    };
  }
  for (const second of launched.slice(1))
    yield {
      spot: at(second),
      message: "One volume at most is configured at launch.",
      related: launched[0] ? [{ message: "The first one", spot: at(launched[0]) }] : [],
      fixes: [fix.remove('Remove "configuredAtLaunch"', second, false)],
    };
}

function* volumeName(task: Task): Generator<Draft> {
  const seen = new Map<string, Value>();
  for (const volume of task.volumes) {
    const name = volume.get("name");
    if (name?.string === undefined) continue;
    const before = seen.get(name.string);
    const taken = new Set(task.volumes.flatMap((other) => other.textOf("name") ?? []));
    if (before) {
      const better = freeName(name.string, taken);
      yield {
        spot: at(name),
        message: `Another volume is called "${name.string}" already.`,
        related: [{ message: "The first one", spot: at(before) }],
        fixes: [fix.set(`Rename to "${better}"`, name, better)],
      };
    } else if (!namePattern.test(name.string)) {
      const better = freeName(slug(name.string, "data"), taken);
      yield {
        spot: at(name),
        message: "A volume's name has letters, digits, `-` and `_`, 255 at most.",
        fixes: [
          fix.by(`Change to "${better}", here and where it is mounted`, true, () => renameVolume(task, name, better)),
        ],
      };
    }
    seen.set(name.string, name);
  }
}

function renameVolume(task: Task, name: Value, to: string): TextEdit[] {
  const mounts = task.containers
    .flatMap((container) => container.value.list("mountPoints"))
    .flatMap((mount) => mount.get("sourceVolume") ?? [])
    .filter((value) => value.raw === name.raw);
  return [name, ...mounts].map(({ node }) => ({ offset: node.offset, length: node.length, text: JSON.stringify(to) }));
}

/** True when a template may add volumes, or nothing is known of them. */
const areOpen = (task: Task): boolean => {
  const list = task.definition?.get("volumes");
  return (
    !task.definition ||
    list?.isOpen === true ||
    (list?.items ?? []).some((item) => item.isOpen || item.object?.get("name")?.isPlaceholder === true)
  );
};

function* unknownVolume({ value }: Container, task: Task): Generator<Draft> {
  if (areOpen(task)) return;
  const names = new Set(task.volumes.flatMap((volume) => volume.textOf("name") ?? []));
  const list = value.get("mountPoints");
  for (const mount of list?.objects ?? []) {
    const source = mount.get("sourceVolume");
    if (!source?.string || names.has(source.string)) continue;
    const near = nearest(source.string, names);
    const name = source.string;
    yield {
      spot: at(source),
      message: `The definition has no volume "${name}".`,
      aws: `Unknown volume '${name}'.`,
      fixes: [
        ...(near === undefined ? [] : [fix.set(`Change to "${near}"`, source, near)]),
        ...(namePattern.test(name)
          ? [fix.by(`Add a volume "${name}"`, near === undefined, () => addVolume(task, name))]
          : []),
        ...(list
          ? [fix.removeItems("Remove this mount", list, [mount], near === undefined && !namePattern.test(name))]
          : []),
      ],
    };
  }
}

function addVolume(task: Task, name: string): TextEdit[] {
  const { definition } = task;
  const text = task.document.parsed;
  const list = definition?.entries.get("volumes");
  if (list?.node.type === "array") return insertElement(text, list.node, { name });
  if (list) return [{ offset: list.node.offset, length: list.node.length, text: JSON.stringify([{ name }]) }];
  return definition ? insertMember(text, definition, "volumes", [{ name }]) : [];
}

function* unused(task: Task): Generator<Draft> {
  const list = task.definition?.get("volumes");
  if (!list || task.list?.isOpen) return;
  const mounts = task.containers.map(({ value }) => value.get("mountPoints"));
  if (
    mounts.some(
      (value) =>
        value?.isOpen || value?.items.some((item) => item.isOpen || item.object?.get("sourceVolume")?.isPlaceholder),
    )
  )
    return;
  const used = new Set(
    mounts.flatMap((value) => value?.objects ?? []).flatMap((mount) => mount.get("sourceVolume")?.raw ?? []),
  );
  for (const volume of list.objects) {
    const name = volume.get("name");
    if (name?.string === undefined || used.has(name.string)) continue;
    const atLaunch = volume.get("configuredAtLaunch")?.boolean === true;
    yield {
      spot: at(name),
      message: `No container mounts the volume "${name.string}".`,
      severity: atLaunch ? "error" : "hint",
      aws: atLaunch ? `Volumes [${name.string}] are not referenced by any of the containers` : "",
      fixes: [fix.removeItems("Remove this volume", list, [volume])],
    };
  }
}

const efsOf = (task: Task): ObjectValue[] =>
  task.volumes.flatMap((volume) => volume.objectOf("efsVolumeConfiguration") ?? []);

const encrypted = (efs: ObjectValue): boolean => {
  const value = efs.get("transitEncryption");
  return value?.string === "ENABLED" || value?.isPlaceholder === true;
};

const encrypt = (efs: ObjectValue) =>
  fix.put('Encrypt the traffic ("transitEncryption": "ENABLED")', efs, "transitEncryption", "ENABLED");

/** Where the missing encryption is shown: at what says DISABLED, else at what needs it. */
function* efsIam(task: Task): Generator<Draft> {
  for (const efs of efsOf(task)) {
    const authorization = efs.objectOf("authorizationConfig");
    const iam = authorization?.get("iam");
    const point = authorization?.get("accessPointId");
    const needs = iam?.string === "ENABLED" ? iam : point && point.raw !== "" ? point : undefined;
    if (!needs || encrypted(efs)) continue;
    const stated = efs.get("transitEncryption");
    yield {
      spot: at(needs),
      message:
        `${needs === iam ? "IAM decides about access" : "An access point is used"} only when the traffic ` +
        "is encrypted.",
      related: stated ? [{ message: "Encryption is off here", spot: at(stated) }] : [],
      fixes: [encrypt(efs)],
    };
  }
}

function* efsPort(task: Task): Generator<Draft> {
  for (const efs of efsOf(task)) {
    const port = efs.get("transitEncryptionPort");
    if (port && !encrypted(efs))
      yield {
        spot: at(port),
        message: "A port for encrypted traffic, and the traffic is not encrypted.",
        fixes: [encrypt(efs), fix.remove('Remove "transitEncryptionPort"', port, false)],
      };
  }
}

function* accessPointRoot(task: Task): Generator<Draft> {
  for (const efs of efsOf(task)) {
    const point = efs.objectOf("authorizationConfig")?.get("accessPointId");
    const root = efs.get("rootDirectory");
    if (point && point.raw !== "" && root?.string !== undefined && root.string !== "/" && root.string !== "")
      yield {
        spot: at(root),
        message: "The access point says which folder is mounted.",
        related: [{ message: "The access point", spot: at(point) }],
        fixes: [fix.remove('Remove "rootDirectory"', root), fix.set('Change to "/"', root, "/", false)],
      };
  }
}

function* efsPlain(task: Task): Generator<Draft> {
  for (const efs of efsOf(task)) {
    const authorization = efs.objectOf("authorizationConfig");
    // What AWS refuses is said by the rules above.
    if (
      encrypted(efs) ||
      efs.has("transitEncryptionPort") ||
      authorization?.textOf("iam") === "ENABLED" ||
      authorization?.has("accessPointId")
    )
      continue;
    const stated = efs.get("transitEncryption");
    yield {
      spot: stated ? at(stated) : missingIn(efs),
      message: "What goes to the file system is not encrypted on its way.",
      fixes: [encrypt(efs)],
    };
  }
}

function* s3files(task: Task): Generator<Draft> {
  for (const volume of task.volumes) {
    const files = volume.objectOf("s3filesVolumeConfiguration");
    const { definition } = task;
    if (!files || !definition) continue;
    const role = definition.get("taskRoleArn");
    if (!role || role.raw === "")
      yield {
        spot: atKey(files),
        message: "An S3 Files volume is reached with the task role, and there is no `taskRoleArn`.",
        fixes: [fix.put("Add a task role to be filled in", definition, "taskRoleArn", exampleRole("taskRole"))],
      };
    const [point, root] = [files.get("accessPointArn"), files.get("rootDirectory")];
    if (point && root?.string !== undefined && root.string !== "/" && root.string !== "")
      yield {
        spot: at(root),
        message: "The access point says which folder is mounted.",
        related: [{ message: "The access point", spot: at(point) }],
        fixes: [fix.remove('Remove "rootDirectory"', root)],
      };
  }
}

const task = (
  id: string,
  severity: Rule["severity"],
  where: string,
  find: (task: Task) => Iterable<Draft>,
  aws?: string,
): Rule => ({ id, severity, link: where, find, ...(aws === undefined ? {} : { aws }) });

export const volumeRules: readonly Rule[] = [
  task(
    "fargate-source-path",
    "error",
    fargateLink,
    sourcePath,
    "Fargate compatible task definitions do not support sourcePath",
  ),
  task(
    "fargate-docker-volume",
    "error",
    fargateLink,
    refused("dockerVolumeConfiguration", "Fargate has no Docker volumes."),
    "Fargate compatible task definitions do not support dockerVolumeConfiguration",
  ),
  task(
    "fargate-fsx",
    "error",
    fargateLink,
    refused("fsxWindowsFileServerVolumeConfiguration", "Volumes of FSx for Windows need EC2 instances."),
  ),
  task("volume-one-kind", "error", link, oneKind),
  task("volume-name", "error", link, volumeName),
  { id: "volume-unknown", severity: "error", link: parameters("container_definition_storage"), each: unknownVolume },
  task("volume-unused", "hint", link, unused),
  task("efs-iam-tls", "error", efsLink, efsIam, "EFS IAM authorization requires TransitEncryption to be enabled."),
  task("efs-port-tls", "error", efsLink, efsPort, "TransitEncryptionPort requires that TransitEncryption is enabled."),
  task(
    "efs-access-point-root",
    "error",
    efsLink,
    accessPointRoot,
    'When using an EFS access point, the root directory must either be set to "/" or be omitted.',
  ),
  task("efs-tls", "warning", efsLink, efsPlain),
  task("s3files-task-role", "error", link, s3files),
];
