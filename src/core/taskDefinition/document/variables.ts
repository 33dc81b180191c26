/** Puts secrets and environment variables of a container into a definition's text, and moves nothing else in it. */
import { SlipwayError } from "../../base/errors";
import { applyEdits, insertElement, insertMember, removeChildren, replaceValue, type TextEdit } from "./edits";
import { parseText } from "./parse";
import { Task } from "./task";
import type { ObjectValue } from "./view";

/** One variable of a container; the file's only container, or the first, where none is named. */
export interface VariablePlace {
  readonly container?: string | undefined;
  readonly name: string;
}

/** What was done with the text. */
export interface VariableEdit {
  readonly text: string;
  /** True where the variable stood in the open before and no longer does. */
  readonly isMoved: boolean;
}

function containerIn(text: string, file: string, wanted: string | undefined): ObjectValue {
  const document = parseText(text);
  const { containers } = new Task(document);
  const found = wanted === undefined ? containers[0] : containers.find(({ name }) => name === wanted);
  if (found && document.problems.length === 0) return found.value;
  throw new SlipwayError(
    document.problems.length > 0
      ? {
          code: "InvalidTaskDefinition",
          summary: `${file} is not JSON: ${document.problems[0]?.message ?? ""}`,
          remedy: "Correct it, then try again. It was left as it is.",
          actions: ["openTaskDefinition"],
        }
      : {
          code: "NoContainer",
          summary: `${file} has no container${wanted === undefined ? "" : ` "${wanted}"`}.`,
          evidence: containers.length ? [`It has ${containers.map(({ label }) => label).join(", ")}.`] : [],
          remedy: "Name one of them with --container, or add it to the file.",
          actions: ["openTaskDefinition"],
        },
  );
}

/** Puts `members` as the entry of that name in a list, in the place of one that is there. */
function putEdits(container: ObjectValue, list: string, name: string, members: Record<string, string>): TextEdit[] {
  const text = container.document.parsed;
  const present = container.get(list);
  const same = present?.objects.find((entry) => entry.textOf("name") === name);
  if (same) return replaceValue(text, same.node, { name, ...members });
  return present?.node.type === "array"
    ? insertElement(text, present.node, { name, ...members })
    : insertMember(text, container, list, [{ name, ...members }]);
}

function withoutEdits(container: ObjectValue, list: string, name: string): TextEdit[] {
  const present = container.get(list);
  const doomed = present?.objects.filter((entry) => entry.get("name")?.raw === name) ?? [];
  if (!present || doomed.length === 0) return [];
  return removeChildren(container.document.parsed, present.node, new Set(doomed.map(({ node }) => node)));
}

function put(
  text: string,
  file: string,
  { container, name }: VariablePlace,
  into: "secrets" | "environment",
  members: Record<string, string>,
): VariableEdit {
  const other = into === "secrets" ? "environment" : "secrets";
  // One after the other: each edit is made in the text as it then is.
  const edits = withoutEdits(containerIn(text, file, container), other, name);
  const cleared = applyEdits(text, edits);
  const whole = applyEdits(cleared, putEdits(containerIn(cleared, file, container), into, name, members));
  return { text: whole, isMoved: edits.length > 0 };
}

/**
 * The variable comes from that secret; one in the open of that name goes.
 * @throws SlipwayError InvalidTaskDefinition, NoContainer
 */
export const withSecret = (text: string, file: string, place: VariablePlace, valueFrom: string): VariableEdit =>
  put(text, file, place, "secrets", { valueFrom });

/** The variable has that value, in the open; a secret of that name goes. */
export const withEnvironment = (text: string, file: string, place: VariablePlace, value: string): VariableEdit =>
  put(text, file, place, "environment", { value });
