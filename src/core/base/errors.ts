/**
 * What a person is told when something goes wrong. Raw SDK or docker errors never get further than the ring that
 * called them; everything else sees a SlipwayError, recognised by `code` (bundles do not share classes).
 */

import { fileReport } from "./fileErrors";

/** Mends that a button (VS Code) or a printed command (command line) can offer. */
export type ActionId =
  | "signIn"
  | "chooseConnection"
  | "useSandbox"
  | "startEngine"
  | "showLog"
  | "tailLogs"
  | "retry"
  | "rebuild"
  | "openDockerfile"
  | "openConfig"
  | "openTaskDefinition"
  | "showPlan"
  | "rollBack"
  | "remove"
  | "trustWorkspace"
  | "openDocs";

/** The plain form of an error: what crosses a bundle, a journal or a JSON line. */
export interface ErrorReport {
  /** Stable, machine-readable: `EngineNotRunning`, `CredentialsExpired`, … */
  code: string;
  /** One sentence: what happened. */
  summary: string;
  /** What proves it: the stopped reason, the last log lines, AWS's own words. */
  evidence: string[];
  /**
   * What AWS, the container engine or the application said, to the letter and nothing else: all that code may read.
   * Sentences of ours are never among them.
   */
  quotes?: string[];
  /** The step of a deployment that failed. */
  step?: string;
  /** What to do about it. */
  remedy: string;
  actions: ActionId[];
  /** The place in the workspace that is at fault; the line counts from zero. */
  location?: { file: string; line: number };
  /** What a diagnosis named, where one was made. */
  diagnosed?: { code: string; certainty: string; command?: string };
  /** The line of the evidence that says most in a message that has room for one. */
  proof?: string;
  /** The place in a text that was handed over, characters from its beginning: of what is no query. */
  at?: { from: number; to: number };
  /** True for what passes by itself: throttling, a connection that was cut, a fault on AWS's side. */
  transient?: boolean;
}

export class SlipwayError extends Error implements ErrorReport {
  readonly code: string;
  readonly summary: string;
  readonly evidence: string[];
  readonly remedy: string;
  readonly actions: ActionId[];
  readonly quotes?: string[];
  readonly step?: string;
  readonly location?: { file: string; line: number };
  readonly diagnosed?: ErrorReport["diagnosed"];
  readonly proof?: string;
  readonly at?: { from: number; to: number };
  readonly transient?: boolean;

  constructor(report: Partial<ErrorReport> & Pick<ErrorReport, "code" | "summary">, options?: ErrorOptions) {
    super(report.summary, options);
    this.name = "SlipwayError";
    this.code = report.code;
    this.summary = report.summary;
    this.evidence = report.evidence ?? [];
    this.remedy = report.remedy ?? "";
    this.actions = report.actions ?? [];
    if (report.quotes) this.quotes = report.quotes;
    if (report.step !== undefined) this.step = report.step;
    if (report.location) this.location = report.location;
    if (report.diagnosed) this.diagnosed = report.diagnosed;
    if (report.proof !== undefined) this.proof = report.proof;
    if (report.at) this.at = report.at;
    if (report.transient) this.transient = true;
  }
}

/** True for a SlipwayError of any bundle. */
export function isSlipwayError(error: unknown): error is SlipwayError {
  return (
    error instanceof Error &&
    typeof (error as { code?: unknown }).code === "string" &&
    typeof (error as { summary?: unknown }).summary === "string"
  );
}

/** True for an error that passes by itself, so that a look that met it may simply be taken again. */
export const isTransient = (error: unknown): boolean =>
  isSlipwayError(error) && (error as { transient?: boolean }).transient === true;

/** The code of an error, or the empty string for one that has none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/**
 * What others said in an error, in one text: AWS's own message, the engine's lines. For an error that is not Slipway's
 * that is its message. The only part of an error that code may match.
 */
export function quotedText(error: unknown): string {
  if (isSlipwayError(error)) return (error.quotes ?? []).join("\n");
  return error instanceof Error ? error.message : String(error);
}

/** Any error as something to show; an unknown one is Slipway's own fault and says so. */
export function reportOf(error: unknown): ErrorReport {
  if (isSlipwayError(error)) {
    const { code, summary, evidence, quotes, step, remedy, actions, location, diagnosed, proof, at, transient } = error;
    return {
      code,
      summary,
      evidence,
      remedy,
      actions,
      ...(quotes ? { quotes } : {}),
      ...(step === undefined ? {} : { step }),
      ...(location ? { location } : {}),
      ...(diagnosed ? { diagnosed } : {}),
      ...(proof === undefined ? {} : { proof }),
      ...(at === undefined ? {} : { at }),
      ...(transient ? { transient } : {}),
    };
  }
  const ofFile = fileReport(error);
  if (ofFile) return ofFile;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "Unexpected",
    summary: `Slipway ran into something that it did not expect: ${message}`,
    evidence:
      error instanceof Error && error.stack
        ? error.stack
            .split("\n")
            .slice(1, 4)
            .map((line) => line.trim())
        : [],
    remedy:
      "Nothing that was made is lost: run it again, it goes on from where the world is. If it happens again, " +
      "please report it with the log.",
    actions: ["showLog", "retry"],
  };
}

/** An engine in another machine (Docker Desktop's, a remote context's) does not see what listens on this one's loopback. */
export function engineElsewhere(said: string[]): SlipwayError {
  return new SlipwayError({
    code: "EngineCannotSeeLoopback",
    summary: "The container engine runs on another machine and cannot reach a registry on this one.",
    evidence: said,
    quotes: said,
    remedy:
      "Use an engine on this machine for the local sandbox, or deploy to AWS, where the registry is reachable " +
      "from anywhere.",
    actions: ["chooseConnection", "showLog"],
  });
}

/** The error of everything that was cancelled by the person. */
export function cancelled(summary = "Cancelled."): SlipwayError {
  return new SlipwayError({ code: "Cancelled", summary, actions: [] });
}

export function isCancelled(error: unknown): boolean {
  return errorCode(error) === "Cancelled" || (error instanceof Error && error.name === "AbortError");
}

/** Throws the cancellation when the signal has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}
