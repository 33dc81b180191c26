/** What is told about the key or value under the cursor, in Markdown. */
import { costBasis, costLeavesOut, money } from "../../base/costText";
import { locate } from "../document/locate";
import { noteOf, typeInWords } from "../document/schema";
import { readOnlyKeys } from "../model/schema";
import { gigabytes, isFargateSize } from "../document/sizes";
import type { Task } from "../document/task";
import { parameters } from "../rules/rule";
import { architectureOf, costOfTask } from "./taskCost";

export interface HoverText {
  markdown: string;
  offset: number;
  length: number;
}

/** What it is, its unit and default, whether Fargate has it, and for a task's size its price. */
export function hover(task: Task, offset: number): HoverText | undefined {
  const { parsed } = task.document;
  const here = locate(task, parsed, offset);
  const member = here.inner.at(-1);
  if (typeof member !== "string" || here.token.length === 0) return undefined;
  if (here.inner.length === 1 && readOnlyKeys.has(member))
    return {
      markdown: `\`${member}\`: describe-task-definition adds it; registering does not take it.`,
      ...here.token,
    };
  const note = noteOf(here.shape, member);
  if (!note) return undefined;
  const facts = [
    here.type
      ? `${typeInWords(here.type)}${here.type.enum ? `: ${here.type.enum.map((value) => `\`${value}\``).join(", ")}` : ""}`
      : "",
    note.unit ? `Unit: ${note.unit}` : "",
    note.default ? `Left out: ${note.default}` : "",
    note.fargate === false
      ? "**Not on Fargate**"
      : note.fargate
        ? note.fargate.includes("Fargate")
          ? note.fargate
          : `On Fargate: ${note.fargate.charAt(0).toLowerCase()}${note.fargate.slice(1)}`
        : "",
  ].filter(Boolean);
  const price = here.inner.length === 1 && (member === "cpu" || member === "memory") ? priceOf(task) : undefined;
  const link = note.anchor ? `[AWS's documentation](${parameters(note.anchor)})` : "";
  return {
    markdown: [`**${member}**: ${note.text}`, facts.map((fact) => `- ${fact}`).join("\n"), price ?? "", link]
      .filter(Boolean)
      .join("\n\n"),
    ...here.token,
  };
}

/** What one task of this size costs a month; undefined when Fargate does not have the size. */
export function priceOf(task: Task): string | undefined {
  const { cpu, memory, isWindows } = task;
  if (cpu === undefined || memory === undefined || isWindows || !isFargateSize({ cpu, memory }, false))
    return undefined;
  const architecture = architectureOf(task.definition);
  const { cost, region } = costOfTask(task, { cpu, memory }, architecture);
  if (cost.monthly === undefined) return undefined;
  return (
    `${cpu / 1024} vCPU and ${gigabytes(memory)} on ${architecture}: about ` +
    `**${money(cost.monthly, cost.currency, true)} a month** for each task (${costBasis(cost, region)}), ${costLeavesOut(cost)}.`
  );
}
