/** Volumes whose ids, folders and ports are none. */
import type { Draft } from "../document/finding";
import { at, fix, missingIn } from "../document/fixes";
import { exampleRole } from "../document/snippets";
import type { Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { isMisnamed } from "./structure";
import { page, parameters, type TaskRule } from "./rule";

interface Form {
  member: string;
  form: RegExp;
  message: string;
}

const efsForms: readonly Form[] = [
  {
    member: "fileSystemId",
    form: /^fs-[0-9a-f]{1,40}$/,
    message: "A file system's id is `fs-` and hexadecimal digits.",
  },
];
const pointForm: Form = {
  member: "accessPointId",
  form: /^fsap-[0-9a-f]{1,40}$/,
  message: "An access point's id is `fsap-` and hexadecimal digits.",
};

function* formOf(owner: ObjectValue | undefined, { member, form, message }: Form): Generator<Draft> {
  const item = owner?.get(member);
  if (item?.string === undefined || (item.string === "" && member === "accessPointId") || form.test(item.string))
    return;
  // The id is the last part of an ARN.
  const id = item.string.trim().split("/").at(-1)?.toLowerCase() ?? "";
  yield {
    spot: at(item),
    message,
    fixes: id !== item.string && form.test(id) ? [fix.set(`Change to "${id}"`, item, id)] : [],
  };
}

function* absolute(owner: ObjectValue | undefined): Generator<Draft> {
  const root = owner?.get("rootDirectory");
  if (root?.string === undefined || root.string === "" || root.string.startsWith("/")) return;
  // With an access point the folder is refused whatever it is, and that is said with AWS's words.
  const authorization = owner?.objectOf("authorizationConfig");
  if ((authorization?.get("accessPointId")?.raw ?? "") !== "" || owner?.has("accessPointArn")) return;
  const better = `/${root.string.replace(/^(?:\.\/|[\\/])+/, "")}`;
  yield {
    spot: at(root),
    message: "The folder of a file system begins with `/`.",
    fixes: [fix.set(`Change to "${better}"`, root, better)],
  };
}

function* port(owner: ObjectValue | undefined): Generator<Draft> {
  const item = owner?.get("transitEncryptionPort");
  if (item?.number === undefined || (item.number >= 1 && item.number <= 65_535)) return;
  yield {
    spot: at(item),
    message: "A port is a number from 1 to 65535.",
    fixes: [fix.remove('Remove "transitEncryptionPort": ECS then takes one that is free', item)],
  };
}

function* efs(task: Task): Generator<Draft> {
  for (const volume of task.volumes) {
    const owner = volume.objectOf("efsVolumeConfiguration");
    for (const form of efsForms) yield* formOf(owner, form);
    yield* formOf(owner?.objectOf("authorizationConfig"), pointForm);
    yield* absolute(owner);
    yield* port(owner);
  }
}

/** IAM decides by the task role: without one the mount fails. */
function* efsRole(task: Task): Generator<Draft> {
  const { definition } = task;
  const role = definition?.get("taskRoleArn");
  if (!definition || task.surroundings.slipway || (role && role.raw !== "")) return;
  for (const volume of task.volumes) {
    const iam = volume.objectOf("efsVolumeConfiguration")?.objectOf("authorizationConfig")?.get("iam");
    if (iam?.string === "ENABLED")
      yield {
        spot: at(iam),
        message: "IAM decides by the task role, and there is no `taskRoleArn`.",
        fixes: [fix.put("Add a task role to be filled in", definition, "taskRoleArn", exampleRole("taskRole"))],
      };
  }
}

function* s3files(task: Task): Generator<Draft> {
  for (const volume of task.volumes) {
    const owner = volume.objectOf("s3filesVolumeConfiguration");
    for (const member of ["fileSystemArn", "accessPointArn"])
      yield* formOf(owner, {
        member,
        form: /^arn:[\w-]+:s3files:[a-z0-9-]+:\d{12}:\S+$/,
        message: `\`${member}\` is an ARN of S3 Files.`,
      });
    yield* absolute(owner);
    yield* port(owner);
  }
}

function* fsx(task: Task): Generator<Draft> {
  for (const volume of task.isFargate ? [] : task.volumes)
    yield* formOf(volume.objectOf("fsxWindowsFileServerVolumeConfiguration"), {
      member: "fileSystemId",
      form: /^fs-[0-9a-f]{1,40}$/,
      message: "A file system's id is `fs-` and hexadecimal digits.",
    });
}

function* docker(task: Task): Generator<Draft> {
  for (const volume of task.isFargate ? [] : task.volumes) {
    const owner = volume.objectOf("dockerVolumeConfiguration");
    const item = owner?.get("autoprovision");
    const scope = owner?.get("scope");
    if (!owner || item?.boolean !== true || scope?.isPlaceholder || scope?.string === "shared") continue;
    yield {
      spot: at(item),
      message: "A volume is made when it is not there only where its scope is `shared`.",
      fixes: [
        fix.put('Add "scope": "shared"', owner, "scope", "shared"),
        fix.remove('Remove "autoprovision"', item, false),
      ],
    };
  }
}

function* nameless(task: Task): Generator<Draft> {
  const list = task.definition?.get("volumes");
  for (const volume of list?.objects ?? []) {
    const name = volume.get("name");
    if ((name && name.raw !== "") || !list || isMisnamed(volume, "name")) continue;
    yield {
      spot: name ? at(name) : missingIn(volume),
      message: "A volume needs a `name`.",
      fixes: [fix.removeItems("Remove this volume", list, [volume])],
    };
  }
}

/** Containers that take volumes from themselves, or round in a circle; and entries without a container. */
function* volumesFrom(task: Task): Generator<Draft> {
  const sources = new Map(
    [...task.byName].map(([name, { value }]) => [
      name,
      value.list("volumesFrom").flatMap((entry) => entry.textOf("sourceContainer") ?? []),
    ]),
  );
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const open = [from];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === to) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(sources.get(next) ?? []));
    }
    return false;
  };
  const told = new Set<string>();
  for (const { name, value, label } of task.containers) {
    const list = value.get("volumesFrom");
    const seen = new Map<string, Value>();
    for (const entry of list?.objects ?? []) {
      const source = entry.get("sourceContainer");
      if (!list) continue;
      const remove = [fix.removeItems("Remove this entry", list, [entry])];
      if (!source || source.raw === "") {
        if (!isMisnamed(entry, "sourceContainer"))
          yield {
            spot: source ? at(source) : missingIn(entry),
            message: "`sourceContainer` says whose volumes these are.",
            fixes: remove,
          };
        continue;
      }
      if (source.string === undefined) continue;
      const before = seen.get(source.string);
      if (name !== undefined && source.string === name)
        yield { spot: at(source), message: `${label} takes its volumes from itself.`, fixes: remove };
      else if (before)
        yield {
          spot: at(source),
          message: `The volumes of "${source.string}" are taken twice.`,
          related: [{ message: "The first one", spot: at(before) }],
          fixes: remove,
        };
      else if (name !== undefined && !told.has(source.string) && reaches(source.string, name)) {
        told.add(name);
        yield {
          spot: at(source),
          message: `"${name}" and "${source.string}" take their volumes from each other.`,
          fixes: remove,
        };
      }
      seen.set(source.string, source);
    }
  }
}

const link = parameters("volumes");

export const volumeFormRules: readonly TaskRule[] = [
  { id: "efs-form", severity: "error", link: page("specify-efs-config"), find: efs },
  { id: "efs-iam-role", severity: "warning", link: page("specify-efs-config"), find: efsRole },
  { id: "s3files-form", severity: "error", link, find: s3files },
  { id: "fsx-form", severity: "error", link, find: fsx },
  { id: "docker-volume-scope", severity: "error", link, find: docker },
  { id: "volume-name-required", severity: "error", link, find: nameless },
  { id: "volumes-from-cycle", severity: "error", link: parameters("container_definition_storage"), find: volumesFrom },
];
