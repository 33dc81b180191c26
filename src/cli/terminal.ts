/** Where it is said and asked. */
export interface Terminal {
  say(line: string): void;
  complain(line: string): void;
  ask(question: string, signal: AbortSignal): Promise<string>;
  /** Whether somebody sits there. */
  interactive(): boolean;
}
