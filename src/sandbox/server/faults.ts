/** Fault rules: what goes wrong on purpose, how often, and where. */
export type FaultKind =
  | "throttle"
  | "fail-before"
  | "fail-after"
  | "reset"
  | "reset-after"
  | "delay"
  | "expire-credentials"
  | "no-addresses"
  | "refuse-pull"
  | "capacity"
  | LogFault
  | ShownFault;
/** Faults of CloudWatch Logs alone. */
export type LogFault = "end-live-tail" | "cut-live-tail" | "sample-live-tail" | "hold-events" | "empty-pages";

/** Faults of what a container cannot do by itself, and of what AWS says about it. */
export type ShownFault = "stop-task" | "target-health" | "service-event" | "cut-texts";

/** How a task ends: before its images (`init`), at the pull, before its containers (`create`), or while it runs. */
export interface TaskEnd {
  readonly at?: "init" | "pull" | "create" | "run";
  readonly stopCode?: string;
  readonly reason?: string;
  readonly containerReason?: string;
  readonly exitCode?: number;
}

export interface FaultRule {
  readonly id: number;
  readonly kind: FaultKind;
  readonly service?: string;
  readonly operation?: string;
  /** A regular expression over the request's decoded input as JSON, or over the subject of a resource fault. */
  readonly match?: string;
  /** How many times it fires; unlimited without one. */
  count?: number;
  /** How many matching requests pass first. */
  skip: number;
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number };
  readonly delayMs?: number;
  /** Of `stop-task`. */
  readonly end?: TaskEnd;
  /** Of `target-health`: what is shown instead. */
  readonly target?: { readonly state: string; readonly reason?: string; readonly description?: string };
  /** Of `service-event`: the text after the service's name. */
  readonly text?: string;
  /** Of `cut-texts`: how many characters are left; 0 leaves none of it. */
  readonly characters?: number;
  fired: number;
}

const FAULT_KINDS: readonly FaultKind[] = [
  "throttle",
  "fail-before",
  "fail-after",
  "reset",
  "reset-after",
  "delay",
  "expire-credentials",
  "no-addresses",
  "refuse-pull",
  "capacity",
  "end-live-tail",
  "cut-live-tail",
  "sample-live-tail",
  "hold-events",
  "empty-pages",
  "stop-task",
  "target-health",
  "service-event",
  "cut-texts",
];

/** What a POST to /_sandbox/faults may hold. */
export type FaultInput = Partial<Omit<FaultRule, "id" | "fired">>;

export class Faults {
  private readonly rules: FaultRule[] = [];
  private nextId = 1;

  /** Adds a rule; throws a sentence for one that makes no sense. */
  add(input: FaultInput): FaultRule {
    const kind = FAULT_KINDS.find((k) => k === input.kind);
    if (!kind) throw new Error(`kind must be one of ${FAULT_KINDS.join(", ")}`);
    if (input.match !== undefined) new RegExp(input.match);
    const lacks = {
      "stop-task": input.end === undefined,
      "target-health": input.target === undefined,
      "service-event": input.text === undefined,
      "cut-texts": input.characters === undefined,
    } as Partial<Record<FaultKind, boolean>>;
    if (lacks[kind]) throw new Error(`${kind} says what: end, target, text or characters`);
    const rule: FaultRule = { ...input, kind, id: this.nextId++, skip: input.skip ?? 0, fired: 0 };
    this.rules.push(rule);
    return rule;
  }

  list(): readonly FaultRule[] {
    return this.rules;
  }

  /** Takes away the rules of one kind, or all. */
  clear(kind?: string): void {
    const kept = kind === undefined ? [] : this.rules.filter((rule) => rule.kind !== kind);
    this.rules.splice(0, this.rules.length, ...kept);
  }

  private spend(rule: FaultRule): boolean {
    if (rule.skip > 0) {
      rule.skip--;
      return false;
    }
    if (rule.count !== undefined && rule.fired >= rule.count) return false;
    rule.fired++;
    return true;
  }

  /** The rules that fire for an API call. */
  forCall(service: string, operation: string, input: string): FaultRule[] {
    const api = ["throttle", "fail-before", "fail-after", "reset", "reset-after", "delay", "expire-credentials"];
    return this.rules.filter(
      (r) =>
        api.includes(r.kind) &&
        (r.service === undefined || r.service === service) &&
        (r.operation === undefined || r.operation === operation) &&
        (r.match === undefined || new RegExp(r.match).test(input)) &&
        this.spend(r),
    );
  }

  /** The rule of a resource fault (no addresses, refused pull) that fires for the subject, if one does. */
  fires(kind: string, subject: string): FaultRule | undefined {
    return this.rules.find(
      (r) =>
        r.kind === kind &&
        (r.end === undefined || subject.startsWith(`${r.end.at ?? "init"} `)) &&
        (r.match === undefined || new RegExp(r.match).test(subject)) &&
        this.spend(r),
    );
  }
}

/** Members that hold AWS's words about what went wrong, by operation. Codes, states and counts are none. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  DescribeTasks: ["stoppedReason", "reason"],
  DescribeServices: ["message", "rolloutStateReason"],
  DescribeServiceDeployments: ["statusReason", "reason"],
  ListServiceDeployments: ["statusReason"],
  DescribeTargetHealth: ["Description"],
};

/** The answer with AWS's words cut to so many characters; without a rule that fires it is the answer itself. */
export function cutTexts(faults: Faults, operation: string, output: unknown): unknown {
  const members = WORDS[operation];
  const left = members && faults.fires("cut-texts", operation)?.characters;
  if (!members || left === undefined) return output;
  const cut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(cut);
    if (typeof value !== "object" || value === null || value instanceof Date) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]) => {
        if (typeof member !== "string" || !members.includes(key)) return [[key, cut(member)]];
        return left === 0 ? [] : [[key, member.slice(0, left)]];
      }),
    );
  };
  return cut(output);
}
