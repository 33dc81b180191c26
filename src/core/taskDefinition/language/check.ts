import type { Node } from "jsonc-parser";
import type { Draft, Finding, Severity, SeveritySetting } from "../document/finding";
import { atNode, fix } from "../document/fixes";
import { parseText, type ParsedText, type SyntaxProblem } from "../document/parse";
import { rules } from "../rules";
import type { Rule } from "../rules/rule";
import { Task, type Surroundings } from "../document/task";
import type { Path } from "../document/view";

export interface CheckOptions {
  /** Severities by rule id; `*` stands for every rule that is not named. */
  severities?: Readonly<Record<string, SeveritySetting>>;
  surroundings?: Surroundings;
}

/** A document that was looked at: what was found, and what it was found in. */
export interface Checked {
  task: Task;
  findings: Finding[];
}

/** The most findings that one document has: nobody reads more, and a hostile one has a million. */
const mostFindings = 500;
const syntaxLink = "https://www.rfc-editor.org/rfc/rfc8259";

/** Looks at a task definition. Offsets belong to the text as given. Never throws, whatever the text is. */
export function check(text: string, options: CheckOptions = {}): Checked {
  return checkParsed(parseText(text), options);
}

/** The same from a text that is parsed already. */
export function checkParsed(document: ParsedText, options: CheckOptions = {}): Checked {
  const task = new Task(document, options.surroundings);
  const findings: Finding[] = [];
  const severityOf = (rule: string): SeveritySetting | undefined =>
    options.severities?.[rule] ??
    (Object.hasOwn(options.severities ?? {}, "*") ? options.severities?.["*"] : undefined);
  const add = (rule: { id: string; severity: Severity; link: string; aws?: string }, draft: Draft) => {
    const asked = severityOf(rule.id);
    if (asked === "off" || (draft.whenAsked && asked === undefined)) return;
    const aws = draft.aws ?? rule.aws ?? "";
    findings.push({
      rule: rule.id,
      severity: asked ?? draft.severity ?? rule.severity,
      // Problems and terminals show text as it is, without Markdown.
      message: `${draft.message.charAt(0).replace("`", '"').toUpperCase()}${draft.message.slice(1).replaceAll("`", '"')}${aws ? ` AWS: “${aws}”` : ""}`,
      spot: within(draft.spot, document.text.length),
      related: draft.related ?? [],
      fixes: draft.fixes ?? [],
      link: rule.link,
    });
  };
  const syntax = { id: "syntax", severity: "error" as const, link: syntaxLink };
  if (document.refused) {
    const { reason, offset, size } = document.refused;
    if (reason === "deep")
      add(syntax, {
        spot: { offset, length: 1, path: [] },
        message: "This is nested deeper than any task definition, so it was not looked at.",
      });
    else
      add(
        { ...(rules.find(({ id }) => id === "definition-size") as Rule) },
        {
          spot: { offset: 0, length: Math.min(1, document.text.length), path: [] },
          message: `This comes to ${size} bytes without white space; ECS takes 65536. It was not looked at further.`,
          aws: `Actual length: '${size}'. Max allowed length is '65536' bytes.`,
        },
      );
    return { task, findings };
  }
  if (document.text.trim() === "") return { task, findings };
  for (const problem of document.problems) add(syntax, syntaxDraft(document, problem));
  if (document.whole && document.root) run(task, add, () => findings.length >= mostFindings);
  findings.sort((one, other) => one.spot.offset - other.spot.offset);
  return { task, findings };
}

function run(task: Task, add: (rule: Rule, draft: Draft) => void, isFull: () => boolean): void {
  for (const rule of rules) {
    if ("find" in rule) {
      for (const draft of rule.find(task)) {
        add(rule, draft);
        if (isFull()) return;
      }
      continue;
    }
    for (const container of task.containers) {
      for (const draft of rule.each(container, task)) {
        add(rule, draft);
        if (isFull()) return;
      }
    }
  }
}

const within = (spot: Draft["spot"], size: number): Draft["spot"] => {
  const offset = Math.max(0, Math.min(spot.offset, size));
  return { offset, length: Math.max(0, Math.min(spot.length, size - offset)), path: spot.path };
};

function syntaxDraft(document: ParsedText, problem: SyntaxProblem): Draft {
  const { offset, length, message, missingComma } = problem;
  const around = document.root && innermost(document.root, offset);
  const spot = { offset, length: length || (offset < document.text.length ? 1 : 0), path: around?.path ?? [] };
  if (missingComma === undefined || !around) return { spot, message };
  // After what came before, and not after a comment behind it.
  const before = (around.node.children ?? []).filter((child) => child.offset + child.length <= offset).at(-1);
  const place = before ? before.offset + before.length : missingComma;
  return {
    spot,
    message,
    related: [
      { message: "The comma belongs here", spot: atNode({ type: "null", offset: place, length: 0 }, spot.path) },
    ],
    fixes: [fix.by("Put the comma in", true, () => [{ offset: place, length: 0, text: "," }])],
  };
}

/** The smallest object or list that the offset is in, with its path. Without recursion. */
export function innermost(root: Node, offset: number): { node: Node; path: Path } {
  let node = root;
  const path: (string | number)[] = [];
  for (;;) {
    const children: readonly Node[] = node.children ?? [];
    const index = children.findIndex((child) => offset >= child.offset && offset < child.offset + child.length);
    const child = children[index];
    const value = child?.type === "property" ? child.children?.[1] : child;
    if (
      !child ||
      !value ||
      (value.type !== "object" && value.type !== "array") ||
      offset < value.offset ||
      offset >= value.offset + value.length
    )
      return { node, path };
    path.push(child.type === "property" ? String(child.children?.[0]?.value) : index);
    node = value;
  }
}
