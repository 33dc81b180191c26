import * as vscode from "vscode";
import { shown } from "./pick";

/** Pressed Back: the step before is shown again, with what was answered there. */
const back = Symbol("back");

export interface TextQuestion {
  kind: "text";
  title: string;
  prompt: string;
  placeholder: string;
  value: string;
  /** Why the value cannot be used; undefined when it can. */
  problem(value: string): string | undefined;
}

export interface ChoiceQuestion<T> {
  kind: "choice";
  title: string;
  placeholder: string;
  items: (vscode.QuickPickItem & { value: T })[];
  /** The item that is active at first. */
  active?: T | undefined;
}

/** One question of a dialog: how it is asked now, and where its answer goes. */
export interface Step {
  /** Undefined leaves the question out. */
  ask(): TextQuestion | ChoiceQuestion<unknown> | undefined;
  /** May be a promise: the next question waits for it. */
  answer(value: unknown): unknown;
}

/**
 * Asks one question after the other, with Back; each answer is remembered when one goes back.
 * @returns false when the person left with Escape, or the signal ended it
 */
export async function askInSteps(title: string, steps: readonly Step[], signal?: AbortSignal): Promise<boolean> {
  const asked: number[] = [];
  for (let index = 0; index < steps.length; ) {
    const step = steps[index] as Step;
    const question = step.ask();
    if (!question) {
      index++;
      continue;
    }
    const total = steps.filter((item) => item.ask() !== undefined).length;
    const options = {
      title: `${title}: ${question.title}`,
      step: asked.length + 1,
      totalSteps: total,
      canGoBack: asked.length > 0,
    };
    const answer =
      question.kind === "text" ? await askText(question, options, signal) : await askChoice(question, options, signal);
    if (answer === undefined) return false;
    if (answer === back) {
      index = asked.pop() ?? 0;
      continue;
    }
    await step.answer(answer);
    asked.push(index);
    index++;
  }
  return true;
}

interface StepOptions {
  title: string;
  step: number;
  totalSteps: number;
  canGoBack: boolean;
}

function show<I extends vscode.QuickInput, T>(
  input: I,
  options: StepOptions,
  signal: AbortSignal | undefined,
  wire: (done: (value: T | typeof back | undefined) => void) => vscode.Disposable[],
): Promise<T | typeof back | undefined> {
  input.title = options.title;
  input.step = options.step;
  input.totalSteps = options.totalSteps;
  input.ignoreFocusOut = true;
  return new Promise((resolve) => {
    const onAbort = () => done(undefined);
    const done = (value: T | typeof back | undefined) => {
      resolve(value);
      signal?.removeEventListener("abort", onAbort);
      disposables.forEach((item) => item.dispose());
      input.dispose();
    };
    const disposables = [...wire(done), input.onDidHide(() => done(undefined))];
    signal?.addEventListener("abort", onAbort, { once: true });
    input.show();
  });
}

function askText(
  question: TextQuestion,
  options: StepOptions,
  signal: AbortSignal | undefined,
): Promise<string | typeof back | undefined> {
  const input = vscode.window.createInputBox();
  input.value = question.value;
  input.prompt = question.prompt;
  input.placeholder = question.placeholder;
  input.buttons = options.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  const check = () => {
    const problem = question.problem(input.value.trim());
    input.validationMessage = problem ?? "";
    return problem === undefined;
  };
  check();
  return show<vscode.InputBox, string>(input, options, signal, (done) => [
    input.onDidChangeValue(check),
    input.onDidAccept(() => {
      if (check()) done(input.value.trim());
    }),
    input.onDidTriggerButton(() => done(back)),
  ]);
}

function askChoice(
  question: ChoiceQuestion<unknown>,
  options: StepOptions,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const input = vscode.window.createQuickPick<vscode.QuickPickItem & { value: unknown }>();
  input.items = question.items.map(shown);
  input.placeholder = question.placeholder;
  input.matchOnDescription = true;
  const active = input.items.find((item) => item.value === question.active);
  if (active) input.activeItems = [active];
  input.buttons = options.canGoBack ? [vscode.QuickInputButtons.Back] : [];
  return show<typeof input, unknown>(input, options, signal, (done) => [
    input.onDidAccept(() => {
      const [item] = input.selectedItems;
      if (item && item.kind !== vscode.QuickPickItemKind.Separator) done(item.value);
    }),
    input.onDidTriggerButton(() => done(back)),
  ]);
}
