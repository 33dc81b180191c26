/** What a run tells: with its time, to those who listen and to those who follow from another window. */
import { SlipwayError } from "../base/errors";
import type { DeploymentRecord } from "../ports/machine";
import type { DeployEvent, Emit, TimelessEvent } from "./events";

/** Another process holds the lock: who that is, and how it is got rid of. */
export async function alreadyRunning(record: DeploymentRecord): Promise<SlipwayError> {
  const holder = await record.holder?.().catch(() => undefined);
  return new SlipwayError({
    code: "AlreadyRunning",
    summary: "This application is being deployed already, by another window or command line.",
    evidence: holder ? [`Process ${holder.pid} on ${holder.host} holds ${holder.file}.`] : [],
    remedy: "Wait for its end, or cancel it there; where it hangs, end that process: the lock goes with it.",
    actions: ["retry"],
  });
}

/** Another folder deploys an application of this name: not this one's deployment, so there is nothing to follow. */
export const runsElsewhere = ({ application, folder }: { application: string; folder: string }): SlipwayError =>
  new SlipwayError({
    code: "RunsElsewhere",
    summary: `An application named ${application} is being deployed from another folder.`,
    evidence: [folder],
    remedy: "Wait for its end, or give this one another name.",
    actions: ["retry", "openConfig"],
  });

/** What was followed ended without a word. */
export const holderGone = (): SlipwayError =>
  new SlipwayError({
    code: "HolderGone",
    summary: "The deployment that was followed ended without a word: its process was killed.",
    remedy: "Deploy again: it goes on from where the world is.",
    actions: ["retry"],
  });

/** Gives events their time, tells the listeners, and writes them where a second window can follow. */
export class Recorder {
  private held: Awaited<ReturnType<DeploymentRecord["lock"]>>;
  private readonly early: DeployEvent[] = [];

  constructor(
    private readonly options: { readonly record: DeploymentRecord; readonly emit: Emit },
    private readonly apply: (event: DeployEvent) => void,
    private readonly now: () => number,
  ) {}

  emit(event: TimelessEvent): void {
    const timed = { ...event, at: this.now() } as DeployEvent;
    this.apply(timed);
    this.options.emit(timed);
    if (this.held) this.held.append(timed);
    else this.early.push(timed);
  }

  async lock(signal: AbortSignal): Promise<void> {
    this.held = await this.options.record.lock(signal);
    if (!this.held) throw await alreadyRunning(this.options.record);
    for (const event of this.early.splice(0)) this.held.append(event);
  }

  async release(): Promise<void> {
    await this.held?.release();
    this.held = undefined;
  }
}
