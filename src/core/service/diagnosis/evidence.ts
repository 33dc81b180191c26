/** What a diagnosis tells beside its cause: the evidence, what was ruled out, and what is not known. */
import { stages, type Certainty, type RuledOut, type DiagnosisContext } from "./types";
import { type Candidate } from "./judge";

export const mostListed = 8;

export const speakerNames = {
  task: "ECS says",
  container: "ECS says",
  target: "The load balancer says",
  event: "The service's event says",
  deployment: "ECS says",
  log: "It printed",
  error: "The failed step said",
} as const;

/** What ECS itself says of it, or the exit code: the line of the evidence that a short message shows. */
export function proofOf(top: Candidate | undefined, context: DiagnosisContext): { proof?: string } {
  const { container } = context;
  const hasStopped = context.mode === "stopped" || context.mode === "ended";
  const said = [
    ...(top?.text.said && ["proves", "says", "fits"].includes(top.text.state) ? [top.text.said] : []),
    ...(!top || hasStopped ? context.said : []),
  ].find(({ by }) => by === "task" || by === "container" || by === "deployment");
  if (said) return { proof: `${speakerNames[said.by]}: ${said.text}` };
  return top && hasStopped && container?.exitCode !== undefined
    ? { proof: `Exit code ${container.exitCode} of container ${container.name}.` }
    : {};
}

export function evidenceOf(top: Candidate, context: DiagnosisContext): string[] {
  const { task, container } = context;
  const lines: string[] = [];
  if (top.text.said && (top.text.state === "proves" || top.text.state === "says" || top.text.state === "fits"))
    lines.push(`${speakerNames[top.text.said.by]}: ${top.text.said.text}`);
  for (const verdict of top.verdicts)
    if (verdict.state === "proved" || verdict.state === "supported") lines.push(verdict.why, ...(verdict.more ?? []));
  if (top.text.state === "proves" && top.state === "refuted")
    lines.push(...top.verdicts.map((verdict) => `As it is now: ${verdict.why} It may have been fixed since.`));
  if (task && ["stopped", "ended"].includes(context.mode)) {
    const own = context.said.filter((item) => item.by === "task" || item.by === "container");
    lines.push(...own.map((item) => `${speakerNames[item.by]}: ${item.text}`));
    lines.push(`Task ${task.id} stopped${task.stopCode ? ` (${task.stopCode})` : ""}.`);
    if (container?.exitCode !== undefined)
      lines.push(`Exit code ${container.exitCode} of container ${container.name}.`);
    if (context.failed.length > 1) lines.push(`${context.failed.length} tasks of this deployment failed.`);
    lines.push(...linesPrinted(context));
  }
  if (["sick", "url", "pending"].includes(context.mode) && task?.lastLines.length && top.pattern.family !== "pull")
    lines.push("It printed last:", ...task.lastLines.slice(-5).map((line) => `  ${line}`));
  return [...new Set(lines)];
}

export function linesPrinted({ task, container }: DiagnosisContext): string[] {
  if (task?.lastLines.length) return ["It printed last:", ...task.lastLines.map((line) => `  ${line}`)];
  return container?.exitCode === undefined && task?.startedAt === undefined
    ? ["No container started, so there are no logs."]
    : ["It printed nothing."];
}

/** An exit code and a stop code rule the others out by being what they are: that is no news. */
const isPlain = ({ pattern, verdicts }: Candidate): boolean =>
  (pattern.observed === true && (pattern.family === "container" || pattern.family === "task")) ||
  verdicts[0]?.plain === true;

export function ruledOutOf(top: Candidate | undefined, all: readonly Candidate[]): RuledOut[] {
  const stage = top ? stages[top.pattern.stage[0]] : undefined;
  const near = (item: Candidate): number => (stage === undefined ? 0 : Math.abs(stages[item.pattern.stage[0]] - stage));
  const found = all
    .filter(
      (item) =>
        item.state === "refuted" &&
        item.distance === 0 &&
        item.pattern.code !== top?.pattern.code &&
        !item.pattern.benign &&
        !item.pattern.general &&
        item.pattern.family !== "push" &&
        !isPlain(item),
    )
    .sort((one, other) => near(one) - near(other));
  // Several causes that one fact rules out are said in one line.
  const byReason = new Map<string, { code: string; titles: string[]; why: string }>();
  for (const { pattern, verdicts } of found) {
    const why = verdicts[0]?.why ?? "";
    const known = byReason.get(why);
    if (!known) byReason.set(why, { code: pattern.code, titles: [pattern.title], why });
    else if (!known.titles.includes(pattern.title)) known.titles.push(pattern.title);
  }
  return [...byReason.values()]
    .slice(0, mostListed)
    .map(({ code, titles, why }) => ({ code, sentence: titles.join("; "), why }));
}

export function unknownOf(
  top: Candidate | undefined,
  certainty: Certainty,
  all: readonly Candidate[],
  context: DiagnosisContext,
): string[] {
  if (certainty === "certain") return [];
  const lines: string[] = [];
  if (
    context.mode === "stopped" &&
    context.task &&
    !context.said.some((item) => item.by === "task" || item.by === "container")
  )
    lines.push(`ECS does not say why task ${context.task.id} stopped.`);
  const open = all.filter(
    (item) =>
      item.distance === 0 &&
      item.text.state !== "against" &&
      !item.pattern.benign &&
      item.state === "unknown" &&
      item !== top,
  );
  for (const { verdicts } of open)
    for (const verdict of verdicts) if (verdict.state === "unknown") lines.push(verdict.why);
  return [...new Set(lines)].slice(0, mostListed);
}
