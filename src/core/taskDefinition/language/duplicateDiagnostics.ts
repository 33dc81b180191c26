/** Whether another extension says the same of the same place, in the words of VS Code's JSON language server. */
import type { Finding } from "../document/finding";
import type { Task } from "../document/task";
import { findNodeAtLocation } from "jsonc-parser";

export interface OtherFinding {
  offset: number;
  end: number;
  message: string;
}

/** What a JSON schema can say that a rule of ours says as well, by rule; anything else it cannot know. */
const meanings: readonly { rules: RegExp; message: RegExp }[] = [
  { rules: /^syntax$/, message: /./ },
  { rules: /^duplicate-key$/, message: /duplicate/i },
  {
    rules: /^(unknown-property|readonly-property)$/,
    message: /property .* (is )?not allowed|additional propert|unknown propert|unevaluated/i,
  },
  {
    rules: /^(type-mismatch|null-value|tags)$/,
    message: /incorrect type|expected .*(string|array|object|integer|number|boolean)|not of type|is not a/i,
  },
  {
    rules: /^(enum-value|log-driver-fargate|fargate-network-mode|fargate-pid)$/,
    message: /not accepted|valid values|one of|enum|allowed values/i,
  },
  {
    rules:
      /^(required-property|containers-empty|container-name-required|image-required|fargate-cpu-required|fargate-memory-required|fargate-network-mode|awslogs-required|execution-role-\w+|container-port-range)$/,
    message: /missing property|required/i,
  },
  { rules: /-(pattern|syntax|arn)$|^(port-range-order|tags)$/, message: /does not match the pattern|pattern/i },
  {
    rules:
      /^(health-range|stop-timeout|start-timeout|restart-policy|ephemeral-storage|container-port-range|awsvpc-host-port|container-memory-min)$/,
    message: /maximum|minimum|greater|less|above|below/i,
  },
  {
    rules: /^(containers-max|containers-empty|env-files-max|restart-exit-codes|tags)$/,
    message: /too (many|few) items|items|at (most|least)/i,
  },
  {
    rules: /^(container-name-unique|env-duplicate|secret-duplicate|depends-unknown|volume-name|tags)$/,
    message: /unique|duplicate/i,
  },
];

/** True when the other one's finding is at the same place and means the same. */
export function saysTheSame(finding: Finding, task: Task, other: OtherFinding): boolean {
  if (!meanings.some(({ rules, message }) => rules.test(finding.rule) && message.test(other.message))) return false;
  if (/missing property|required/i.test(other.message) && !namesIt(finding, other.message)) return false;
  const { offset, length, path } = finding.spot;
  if (meets(offset, offset + length, other)) return true;
  // Where something is missing, schemas mark the key of the object that should have it, and we its brace.
  const node = task.document.root && findNodeAtLocation(task.document.root, [...path]);
  const key = node?.parent?.type === "property" ? node.parent.children?.[0] : undefined;
  return key !== undefined && other.offset === key.offset && other.end === key.offset + key.length;
}

/** A message that names a missing property is the same only for that property. */
function namesIt({ message }: Finding, other: string): boolean {
  const name = /["'`“]([\w-]+)["'`”]/.exec(other)?.[1];
  return name === undefined || message.includes(name);
}

/** Same place: the same range, or one within the other where neither is a whole document. */
function meets(from: number, to: number, other: OtherFinding): boolean {
  if (other.offset === from && other.end === to) return true;
  if (other.offset === from && Math.min(other.end - from, to - from) <= 1) return true;
  return (
    other.offset < to &&
    from < other.end &&
    Math.min(to - from, other.end - other.offset) * 4 >= Math.max(to - from, other.end - other.offset)
  );
}
