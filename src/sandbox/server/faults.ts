/** Fault rules: what goes wrong on purpose, how often, and where. */
export type FaultKind = "throttle" | "fail-before" | "fail-after" | "reset" | "reset-after" | "delay" | "expire-credentials" | "no-addresses" | "refuse-pull" | "capacity" | LogFault;
/** Faults of CloudWatch Logs alone. */
export type LogFault = "end-live-tail" | "cut-live-tail" | "sample-live-tail" | "hold-events" | "empty-pages";

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
  fired: number;
}

export const FAULT_KINDS: readonly FaultKind[] = ["throttle", "fail-before", "fail-after", "reset", "reset-after", "delay", "expire-credentials", "no-addresses", "refuse-pull", "capacity", "end-live-tail", "cut-live-tail", "sample-live-tail", "hold-events", "empty-pages"];

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
    const rule: FaultRule = { ...input, kind, id: this.nextId++, skip: input.skip ?? 0, fired: 0 };
    this.rules.push(rule);
    return rule;
  }

  list(): readonly FaultRule[] {
    return this.rules;
  }

  clear(): void {
    this.rules.length = 0;
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
    return this.rules.filter((r) =>
      api.includes(r.kind) && (r.service === undefined || r.service === service) && (r.operation === undefined || r.operation === operation) &&
      (r.match === undefined || new RegExp(r.match).test(input)) && this.spend(r));
  }

  /** The rule of a resource fault (no addresses, refused pull) that fires for the subject, if one does. */
  fires(kind: string, subject: string): FaultRule | undefined {
    return this.rules.find((r) => r.kind === kind && (r.match === undefined || new RegExp(r.match).test(subject)) && this.spend(r));
  }
}
