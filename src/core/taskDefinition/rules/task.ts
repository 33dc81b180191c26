/** Family, containers, size, platform and network: the definition as a whole. */
import type { Draft } from "../document/finding";
import { at, fix, missingIn, slug } from "../document/fixes";
import { isFargateSize, nearestSizes } from "../document/sizes";
import { serialisedBytes } from "../document/parse";
import type { Task } from "../document/task";
import { isMisnamed } from "./structure";
import { api, fargateLink, page, parameters, sizeLink, type TaskRule } from "./rule";
import { tags } from "./tags";
import { absentAt, lacks, missingSize, setSize, badSize, unreadableSize } from "./sizes";

export const namePattern = /^[A-Za-z0-9_-]{1,255}$/;
const largestBytes = 65_536;
const mostContainers = 10;

function* windows(task: Task): Generator<Draft> {
  const cpu = task.definition?.get("cpu");
  if (!task.isFargate || !task.isWindows || !cpu || task.cpu === undefined || task.memory === undefined) return;
  // A size that not even Linux has is the other rule's.
  if (
    !isFargateSize({ cpu: task.cpu, memory: task.memory }, false) ||
    isFargateSize({ cpu: task.cpu, memory: task.memory }, true)
  )
    return;
  const family = task.definition?.objectOf("runtimePlatform")?.get("operatingSystemFamily");
  yield {
    spot: at(cpu),
    message: "Windows on Fargate has 1, 2 or 4 vCPUs.",
    aws:
      `No Fargate configuration exists for given values: ${task.cpu} CPU, ${task.memory} memory. See the Amazon ` +
      "ECS documentation for the valid values.",
    related: family ? [{ message: "The operating system", spot: at(family) }] : [],
    fixes: nearestSizes({ cpu: task.cpu, memory: task.memory }, true).map((size, index) =>
      setSize(task, size, index === 0),
    ),
  };
}

function* containersEmpty(task: Task): Generator<Draft> {
  const { definition, list, root } = task;
  const snippet = [{ name: "app", image: "IMAGE_URI", essential: true }];
  if (list?.isEmptyList)
    yield {
      spot: at(list),
      message: "A task has at least one container.",
      fixes: [fix.append("Add a container", list, snippet[0])],
    };
  else if (!list && definition && !isMisnamed(definition, "containerDefinitions")) {
    yield {
      spot: absentAt(definition, "containerDefinitions"),
      message: "There are no `containerDefinitions`: a task has at least one container.",
      fixes: [fix.put("Add a container", definition, "containerDefinitions", snippet)],
    };
  } else if (!root) return;
}

function* tooLarge(task: Task): Generator<Draft> {
  const node = task.definition?.node ?? task.list?.node;
  if (!node || !task.root || task.document.size <= largestBytes) return;
  const bytes = serialisedBytes(task.document.parsed, node);
  if (bytes <= largestBytes) return;
  yield {
    spot: missingIn(task.definition ?? task.root),
    message: `The definition comes to ${bytes} bytes without white space; ECS takes ${largestBytes}.`,
    aws: `Actual length: '${bytes}'. Max allowed length is '65536' bytes.`,
  };
}

function* family(task: Task): Generator<Draft> {
  const value = task.definition?.get("family");
  if (!value || value.string === undefined || namePattern.test(value.string)) return;
  const better = slug(value.string, "app");
  yield {
    spot: at(value),
    message: "A family has letters, digits, `-` and `_`, 255 at most.",
    fixes: [fix.set(`Change to "${better}"`, value, better)],
  };
}

function* ephemeral(task: Task): Generator<Draft> {
  const storage = task.definition?.get("ephemeralStorage");
  const size = storage?.object?.get("sizeInGiB");
  if (!storage || size?.number === undefined || (size.number >= 21 && size.number <= 200)) return;
  const small = size.number < 21;
  yield {
    spot: at(size),
    message:
      "A task's own disk has 21 to 200 " +
      `GiB${size.number === 20 ? "; the 20 that every task has are not asked for" : ""}.`,
    aws: `EphemeralStorage size should be at ${small ? "least 21" : "most 200"}`,
    fixes: [
      fix.remove('Remove "ephemeralStorage": a task has 20 GiB without asking', storage, small && size.number >= 20),
      fix.set(`Change to ${small ? 21 : 200}`, size, small ? 21 : 200, !(small && size.number >= 20)),
    ],
  };
}

function* ephemeralOnEc2(task: Task): Generator<Draft> {
  const storage = task.definition?.get("ephemeralStorage");
  if (storage && task.isEc2)
    yield {
      spot: at(storage),
      message: "`ephemeralStorage` is Fargate's alone, and this definition is for EC2 as well.",
      fixes: [fix.remove('Remove "ephemeralStorage"', storage)],
    };
}

function* networkMode(task: Task): Generator<Draft> {
  const { definition } = task;
  if (!definition || !task.isFargate) return;
  const mode = definition.get("networkMode");
  if (!mode) {
    if (lacks(task, "networkMode"))
      yield {
        spot: absentAt(definition, "networkMode"),
        message: "Fargate needs `networkMode` to be `awsvpc`.",
        fixes: [fix.put('Add "networkMode": "awsvpc"', definition, "networkMode", "awsvpc")],
      };
  } else if (mode.string !== undefined && ["bridge", "host", "none", "default"].includes(mode.string)) {
    yield {
      spot: at(mode),
      message: `Fargate has \`awsvpc\` alone, and not \`${mode.string}\`.`,
      fixes: [fix.set('Change to "awsvpc"', mode, "awsvpc")],
    };
  }
}

function* armWindows(task: Task): Generator<Draft> {
  const platform = task.definition?.objectOf("runtimePlatform");
  const architecture = platform?.get("cpuArchitecture");
  const system = platform?.get("operatingSystemFamily");
  if (architecture?.string === "ARM64" && task.isWindows && system) {
    yield {
      spot: at(architecture),
      message: "Windows runs on X86_64 alone.",
      related: [{ message: "The operating system", spot: at(system) }],
      fixes: [fix.set('Change to "X86_64"', architecture, "X86_64")],
    };
  }
}

function* pid(task: Task): Generator<Draft> {
  const { definition } = task;
  const mode = definition?.get("pidMode");
  if (!definition || !mode || !task.isFargate || mode.string === undefined) return;
  const platform = definition.objectOf("runtimePlatform");
  const system = platform?.get("operatingSystemFamily");
  if (mode.string === "host")
    yield {
      spot: at(mode),
      message: "Fargate shares the processes of a task, and never a host's.",
      fixes: [fix.set('Change to "task"', mode, "task"), fix.remove('Remove "pidMode"', mode, false)],
    };
  else if (task.isWindows)
    yield {
      spot: at(mode),
      message: "Windows on Fargate has no `pidMode`.",
      aws: "",
      fixes: [fix.remove('Remove "pidMode"', mode)],
    };
  else if (!system && !definition.isOpenAt("runtimePlatform")) {
    const add = platform
      ? fix.put('Add "operatingSystemFamily": "LINUX"', platform, "operatingSystemFamily", "LINUX")
      : fix.put('Add "runtimePlatform" with Linux', definition, "runtimePlatform", { operatingSystemFamily: "LINUX" });
    yield {
      spot: at(mode),
      message: "`pidMode` on Fargate wants `runtimePlatform.operatingSystemFamily` to be stated.",
      aws: "",
      fixes: [add, fix.remove('Remove "pidMode"', mode, false)],
    };
  }
}

/** Members of the definition that Fargate, or AWS altogether, no longer takes. */
function notHere(
  key: string,
  fargateOnly: boolean,
  filled: boolean,
  message: string,
): (task: Task) => Generator<Draft> {
  return function* (task) {
    const value = task.definition?.get(key);
    if (!value || (fargateOnly && !task.isFargate) || (filled ? !value.isFilled : value.raw === "" || value.isOpen))
      return;
    yield { spot: at(value), message, fixes: [fix.remove(`Remove "${key}"`, value)] };
  };
}

export const taskRules: readonly TaskRule[] = [
  {
    id: "family-pattern",
    severity: "error",
    aws: "Family contains invalid characters.",
    link: parameters("family"),
    find: family,
  },
  {
    id: "containers-empty",
    severity: "error",
    aws: "Container list cannot be empty.",
    link: parameters("container_definitions"),
    find: containersEmpty,
  },
  {
    id: "containers-max",
    severity: "error",
    aws: "Too many containers.",
    link: page("service-quotas"),
    *find({ list, containers }) {
      if (list && containers.length > mostContainers)
        yield {
          spot: at(list),
          message: `A task has ${mostContainers} containers at most; these are ${containers.length}.`,
        };
    },
  },
  { id: "definition-size", severity: "error", link: page("service-quotas"), find: tooLarge },
  { id: "task-size-syntax", severity: "error", link: sizeLink, find: unreadableSize },
  {
    id: "fargate-cpu-required",
    severity: "error",
    aws: "Fargate requires that 'cpu' be defined at the task level.",
    link: parameters("task_size"),
    find: (task) => missingSize(task, "cpu"),
  },
  {
    id: "fargate-memory-required",
    severity: "error",
    aws: "Fargate requires that 'memory' be defined at the task level.",
    link: parameters("task_size"),
    find: (task) => missingSize(task, "memory"),
  },
  { id: "fargate-cpu-memory", severity: "error", link: sizeLink, find: badSize },
  { id: "fargate-windows-size", severity: "error", link: sizeLink, find: windows },
  { id: "windows-arm64", severity: "error", link: parameters("runtime-platform"), find: armWindows },
  {
    id: "fargate-network-mode",
    severity: "error",
    aws: "Fargate only supports network mode 'awsvpc'.",
    link: parameters("network_mode"),
    find: networkMode,
  },
  { id: "ephemeral-storage", severity: "error", link: page("fargate-task-storage"), find: ephemeral },
  {
    id: "ephemeral-not-fargate",
    severity: "error",
    aws: "Tasks using the EC2 launch type do not support EphemeralStorage.",
    link: page("fargate-task-storage"),
    find: ephemeralOnEc2,
  },
  {
    id: "inference-accelerators",
    severity: "error",
    aws: "Unsupported field 'inferenceAccelerators'.",
    link: api("InferenceAccelerator"),
    find: notHere("inferenceAccelerators", false, true, "AWS no longer takes `inferenceAccelerators`."),
  },
  {
    id: "fargate-ipc",
    severity: "error",
    aws: "Fargate compatible task definitions do not support ipcMode",
    link: fargateLink,
    find: notHere("ipcMode", true, false, "Fargate has no `ipcMode`."),
  },
  {
    id: "fargate-pid",
    severity: "error",
    aws:
      "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for " +
      "pidMode is 'task'.",
    link: fargateLink,
    find: pid,
  },
  {
    id: "fargate-placement",
    severity: "error",
    aws: "Fargate compatible task definitions do not support constraints",
    link: fargateLink,
    find: notHere(
      "placementConstraints",
      true,
      true,
      "Fargate has no instances to choose, so it takes no `placementConstraints`.",
    ),
  },
  { id: "tags", severity: "error", link: page("ecs-using-tags"), find: tags },
];
