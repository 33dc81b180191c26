/** What a diagnosis is, and what its tables are made of. */
import type { ActionId, ErrorReport } from "../../base/errors";
import type { Container, ServiceDeployment, Task } from "../../ports/cloud";
import type { SeenTask, ServiceSnapshot } from "../snapshot/serviceSnapshot";
import type { ContainerDefinition, TaskDefinition } from "../../base/taskDefinition";

/** `certain`: proved, and by more than one thing or by AWS's own plain word. `unknown`: what is seen does not decide it. */
export type Certainty = "certain" | "likely" | "unknown";

export interface Cause {
  /** Stable, for machines: `NoRouteToEcr`, `OutOfMemory`, … */
  code: string;
  certainty: Certainty;
  sentence: string;
  remedy: string;
  /** An exact command, arguments quoted for a POSIX shell. */
  command?: string;
  actions: ActionId[];
  /** True when trying again may help without anybody doing anything. */
  mayCure: boolean;
}

export interface RuledOut {
  code: string;
  sentence: string;
  why: string;
}

export interface Diagnosis {
  /** One sentence that is always there: the cause, or that nothing is wrong, or what is not known. */
  summary: string;
  healthy: boolean;
  cause?: Cause;
  evidence: string[];
  /** The line of the evidence that is ECS's own reason, or the exit code; where there is one. */
  proof?: string;
  ruledOut: RuledOut[];
  /** What could not be read, and what AWS does not say. */
  unknown: string[];
  /** What else is wrong: it would show once the cause is fixed. */
  others: Cause[];
  /** Where what runs now fails: why the deployment was taken back that came before. */
  before?: Cause;
  /** The line of the workspace that the newest task which ended names: relative to the folder; from zero. */
  location?: { file: string; line: number };
}

/** A stopped task as it was seen while ECS still knew it. */
export interface CapturedTask {
  task: Task;
  /** What its containers printed last, oldest first. */
  lines: string[];
}

/** What is known beside the situation. */
export interface Symptoms {
  /** Of the step that failed. */
  error?: ErrorReport;
  /** How the last deployment from this machine ended, where it failed. */
  lastFailure?: ErrorReport;
  /** When that was, epoch milliseconds. What began to run later has nothing to do with it. */
  failedAt?: number;
  captured?: readonly CapturedTask[];
  /** The target that is asked about. */
  target?: { id: string; port?: number };
}

/**
 * Where in the life of a service something goes wrong: placing a task, what it needs before its images, the pull, what a
 * container needs before it starts, its start, its run, its health, and the way to it from outside.
 */
export const stages = { place: 0, init: 1, pull: 2, create: 3, start: 4, run: 5, health: 6, url: 7 } as const;
export type StageName = keyof typeof stages;

export type Family = "pull" | "init" | "container" | "task" | "target" | "event" | "push" | "url";

/** `proved`: it is so, and with it no task can work. `supported`: it points there. `refuted`: it is not so. */
export type State = "proved" | "supported" | "refuted" | "unknown";

export interface Verdict {
  state: State;
  /** One line: the evidence, or why it cannot be told. */
  why: string;
  more?: readonly string[];
  /** True where a code is another one by being what it is: that rules out, and is no news. */
  plain?: boolean;
  /** What fills the placeholders of sentence, remedy and command. */
  values?: Readonly<Record<string, string>>;
}

export type SaidBy = "task" | "container" | "target" | "event" | "deployment" | "log" | "error";

/** A text of AWS, of the engine or of the application itself. */
export interface Said {
  by: SaidBy;
  text: string;
}

/** A phrase also counts where the text was cut within it; a pattern counts as it stands. */
export type Phrase = string | RegExp;

export interface Pattern {
  code: string;
  /** Places in the catalogue of failures; several causes may share one. */
  numbers: readonly number[];
  family: Family;
  /** The first and the last stage in which it shows. */
  stage: readonly [StageName, StageName];
  /** What it is, in a few words: for the list of what was ruled out. */
  title: string;
  /** How AWS's texts of it begin, digits as `#`: a text that was cut is held against these. */
  leads?: readonly string[];
  /** Words that settle it by themselves. */
  proves?: readonly Phrase[];
  /** Words that point to it. */
  says?: readonly Phrase[];
  /** Who says these words, where it is not the family's usual ones. */
  by?: readonly SaidBy[];
  facts?: readonly string[];
  /** The fact is what AWS itself reports as a state, a code or a count: nothing has to be inferred. */
  observed?: boolean;
  /** Names what was seen and not why: anything more exact comes first. */
  general?: boolean;
  /** Follows from another cause: never named beside one. */
  consequence?: boolean;
  /** Nothing is wrong. */
  benign?: boolean;
  sentence: string;
  remedy: string;
  command?: string;
  actions?: readonly ActionId[];
  mayCure?: boolean;
  /** Of a task that runs and is not healthy: waiting does not make it so. */
  lasting?: boolean;
}

/** How things stand, which decides what can be the cause at all. */
export type Mode =
  | "push"
  | "absent"
  | "idle"
  | "stopped"
  | "ended"
  | "sick"
  | "pending"
  | "stuck"
  | "short"
  | "url"
  | "rolledBack"
  | "steady";

/** The situation as the facts see it: what it is about, and what was said. */
export interface DiagnosisContext {
  snapshot: ServiceSnapshot;
  symptoms: Symptoms;
  mode: Mode;
  /** The stages that the failure can lie in, both included. */
  low: number;
  high: number;
  /** The task that is judged: the newest that failed, or that waits, or that is sick. */
  task?: SeenTask;
  /** The container of it that failed. */
  container?: Container;
  /** Failed tasks of the same deployment, newest first. */
  failed: readonly SeenTask[];
  definition?: TaskDefinition;
  containerDefinition?: ContainerDefinition;
  said: readonly Said[];
  serviceDeployment?: ServiceDeployment;
  /** A deployment was taken back before, and is not what is judged: what runs now is worse. */
  before?: boolean;
  /** Names that sentences and commands use. */
  values: Readonly<Record<string, string>>;
}

export type Fact = (view: DiagnosisContext) => Verdict;

export const proved = (why: string, values?: Verdict["values"], more?: readonly string[]): Verdict => ({
  state: "proved",
  why,
  ...(values ? { values } : {}),
  ...(more ? { more } : {}),
});
export const supported = (why: string, values?: Verdict["values"]): Verdict => ({
  state: "supported",
  why,
  ...(values ? { values } : {}),
});
export const refuted = (why: string): Verdict => ({ state: "refuted", why });
/** Refuted by a code that is another one: nothing that a person has to be told. */
export const refutedByCode = (why: string): Verdict => ({ state: "refuted", why, plain: true });
export const unknown = (why: string): Verdict => ({ state: "unknown", why });
