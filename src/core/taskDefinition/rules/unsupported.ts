/** What Fargate, or a task with its own network interface, does not have: taking it out fixes it. */
import { replaceValue } from "../document/edits";
import type { Draft } from "../document/finding";
import { at, fix } from "../document/fixes";
import type { Container, Task } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { fargateLink, parameters, type ContainerRule, type Rule } from "./rule";

/** A member that is refused where it says something: `true`, a list with elements, or anything at all. */
interface Unsupported {
  id: string;
  when: "fargate" | "awsvpc";
  /** The member's path below the container; the last part may be several members. */
  below?: string;
  members: readonly string[];
  says: "true" | "filled" | "anything";
  message: string;
  aws(member: string): string;
}

const notSupported = (member: string): string => `Fargate compatible task definitions do not support ${member}`;

const table: readonly Unsupported[] = [
  {
    id: "fargate-privileged",
    when: "fargate",
    members: ["privileged"],
    says: "true",
    message: "Fargate has no privileged containers.",
    aws: () => "Fargate requires that the 'privileged' setting be 'false' at the container level.",
  },
  {
    id: "fargate-devices",
    when: "fargate",
    below: "linuxParameters",
    members: ["devices"],
    says: "filled",
    message: "Fargate has no devices of a host.",
    aws: notSupported,
  },
  {
    id: "fargate-swap",
    when: "fargate",
    below: "linuxParameters",
    members: ["maxSwap", "swappiness"],
    says: "anything",
    message: "Fargate has no swap.",
    aws: notSupported,
  },
  {
    id: "fargate-security-options",
    when: "fargate",
    members: ["dockerSecurityOptions"],
    says: "filled",
    message: "Fargate has no Docker security options.",
    aws: notSupported,
  },
  {
    id: "awsvpc-links",
    when: "awsvpc",
    members: ["links"],
    says: "filled",
    message: "Containers of a task reach each other at localhost here; there are no links.",
    aws: () => "Links are not supported when networkMode=awsvpc.",
  },
  {
    id: "awsvpc-hostname",
    when: "awsvpc",
    members: ["hostname"],
    says: "anything",
    message: "A container has no host name of its own with `awsvpc`.",
    aws: () => "hostname is not supported on container when networkMode=awsvpc.",
  },
  {
    id: "awsvpc-dns",
    when: "awsvpc",
    members: ["dnsServers", "dnsSearchDomains"],
    says: "filled",
    message: "With `awsvpc` the VPC resolves names.",
    aws: () => "DNS servers are not supported on container when networkMode=awsvpc.",
  },
  {
    id: "awsvpc-extra-hosts",
    when: "awsvpc",
    members: ["extraHosts"],
    says: "filled",
    message: "With `awsvpc` nothing is added to /etc/hosts.",
    aws: () => "Extra hosts are not supported on container when networkMode=awsvpc.",
  },
  {
    id: "awsvpc-disable-networking",
    when: "awsvpc",
    members: ["disableNetworking"],
    says: "true",
    message: "With `awsvpc` the network cannot be taken away from a container.",
    aws: () => "Disable Networking is not supported on container when networkMode=awsvpc.",
  },
];

function says(value: Value, kind: Unsupported["says"]): boolean {
  if (kind === "true") return value.boolean === true;
  if (kind === "filled") return value.isFilled;
  return value.raw !== "";
}

const ruleOf = ({ id, when, below, members, says: kind, message, aws }: Unsupported): ContainerRule => ({
  id,
  severity: "error",
  link: when === "fargate" ? fargateLink : parameters("container_definition_network"),
  *each({ value }: Container, task: Task): Generator<Draft> {
    if (when === "fargate" ? !task.isFargate : !task.isAwsvpc) return;
    const owner: ObjectValue | undefined = below === undefined ? value : value.objectOf(below);
    for (const member of members) {
      const found = owner?.get(member);
      if (found && says(found, kind))
        yield { spot: at(found), message, aws: aws(member), fixes: [fix.remove(`Remove "${member}"`, found)] };
    }
  },
});

function* capabilities({ value }: Container, task: Task): Generator<Draft> {
  const list = value.objectOf("linuxParameters")?.objectOf("capabilities")?.get("add");
  if (!task.isFargate || !list) return;
  const wrong = list.items.filter((item) => item.string !== undefined && item.string !== "SYS_PTRACE");
  for (const item of wrong) {
    yield {
      spot: at(item),
      message: `Fargate adds SYS_PTRACE alone, and not ${item.string ?? ""}.`,
      aws: `${item.string ?? ""} is not allowed on Fargate.`,
      fixes: [fix.removeItems(`Remove "${item.string ?? ""}"`, list, [item])],
    };
  }
}

function* sharedMemory({ value }: Container, task: Task): Generator<Draft> {
  const linux = value.objectOf("linuxParameters");
  const size = linux?.get("sharedMemorySize");
  if (!task.isFargate || !linux || !size) return;
  const tmpfs = linux.get("tmpfs");
  const mount = [{ containerPath: "/dev/shm", size: size.number ?? 64 }];
  const replace =
    tmpfs || !size.key
      ? []
      : [
          fix.by("Use tmpfs on /dev/shm instead", true, () => [
            { offset: size.key?.offset ?? 0, length: size.key?.length ?? 0, text: '"tmpfs"' },
            ...replaceValue(size.document.parsed, size.node, mount),
          ]),
        ];
  yield {
    spot: at(size),
    message: "Fargate does not size `/dev/shm`; a tmpfs there does the same.",
    fixes: [...replace, fix.remove('Remove "sharedMemorySize"', size, replace.length === 0)],
  };
}

function* gpu({ value }: Container, task: Task): Generator<Draft> {
  const list = value.get("resourceRequirements");
  for (const item of task.isFargate ? (list?.objects ?? []) : []) {
    const type = item.get("type");
    if (list && type?.string === "GPU")
      yield {
        spot: at(type),
        message: "Fargate has no GPUs.",
        fixes: [fix.removeItems("Remove this requirement", list, [item])],
      };
  }
}

export const unsupportedRules: readonly Rule[] = [
  ...table.map(ruleOf),
  { id: "fargate-capabilities", severity: "error", link: fargateLink, each: capabilities },
  {
    id: "fargate-shared-memory",
    severity: "error",
    aws: notSupported("sharedMemorySize"),
    link: fargateLink,
    each: sharedMemory,
  },
  {
    id: "fargate-gpu",
    severity: "error",
    aws: "Tasks using the Fargate launch type do not support GPU resource requirements.",
    link: fargateLink,
    each: gpu,
  },
];
