/** What the map is made of, kept up to date while somebody sees it. */
import * as vscode from "vscode";
import type { Application } from "../../core/app/app";
import { connectionName } from "../../core/base/connection";
import type { RunRequest, ServiceInspection, ServiceLook, ServiceMonitoring } from "../../core/api";
import { isCancelled, reportOf } from "../../core/base/errors";
import { figuresOf } from "../../core/monitor/figures";
import { figuresText } from "../../core/render/monitor";
import { buildMap } from "../../core/map/build";
import { isUnderWay, type MapDiagnosis, type MapInput } from "../../core/map/input";
import type { MapModel } from "../../core/map/diagram";
import type { MapContext } from "./context";
import { actions as errorActions } from "../ui/errors";

/** At most so many drawings a second. */
const quietMilliseconds = 100;
/** Between two looks at AWS: while something is changing, and at rest. */
const busyMilliseconds = 3000;
const restMilliseconds = 30_000;
const figuresMilliseconds = 5 * 60_000;

export class MapSource implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<MapModel>();
  private readonly subscriptions: vscode.Disposable[] = [];
  private app: Application | undefined;
  private base: string | undefined;
  private seen: ServiceLook | undefined;
  /** The error that the last look was told of. */
  private explained: unknown;
  private told = "";
  /** Figures in words, and when they were read. */
  private figures: { text: string; at: number } | undefined;
  private drawing: NodeJS.Timeout | undefined;
  private next: NodeJS.Timeout | undefined;
  private looking: AbortController | undefined;
  private visible = false;
  /** Somebody has asked for a look since the last one began. */
  private wanted = false;
  readonly onDidChange = this.changed.event;
  current: MapModel | undefined;

  constructor(private readonly context: MapContext) {
    this.subscriptions.push(
      context.model.onDidChange(() => this.follow()),
      context.connections.onDidChange(() => {
        // Another account's situation is nobody's.
        if (
          context.connections.open?.identity.account !== this.seen?.snapshot.identity.account ||
          context.connections.open?.identity.region !== this.seen?.snapshot.identity.region
        ) {
          this.seen = undefined;
          this.figures = undefined;
        }
        this.follow();
      }),
    );
  }

  /** The folder of the application that is shown. */
  get folder(): string | undefined {
    return this.request?.folder;
  }

  setVisible(visible: boolean): void {
    if (this.visible === visible) return;
    this.visible = visible;
    if (visible) return void this.open();
    clearTimeout(this.next);
    clearTimeout(this.drawing);
    this.drawing = undefined;
    this.looking?.abort();
  }

  /**
   * Looks again, now. A look that is under way is not given up for it (an address that does not answer takes ten
   * seconds): another follows at once.
   */
  async refresh(): Promise<void> {
    this.wanted = true;
    if (this.looking) return;
    await this.readFiles();
    await this.look();
  }

  dispose(): void {
    this.setVisible(false);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private get request(): RunRequest | undefined {
    return this.context.active.requestOrFolder;
  }

  private async open(): Promise<void> {
    await this.readFiles();
    this.draw();
    await this.look();
  }

  /** Names, port and paths out of the workspace's own files. */
  private async readFiles(): Promise<void> {
    const { request } = this;
    if (!request || !vscode.workspace.isTrusted) return;
    try {
      const { app, dockerfile } = await this.context.backend().project(request.folder, request);
      this.app = app;
      this.base = dockerfile.stages.at(-1)?.base;
    } catch (error) {
      this.context.log.debug(`map: ${reportOf(error).summary}`);
    }
  }

  private follow(): void {
    if (!this.visible) return;
    if (this.context.model.state.application !== undefined && this.app?.name !== this.context.model.state.application)
      void this.readFiles().then(() => this.draw());
    this.draw();
    const { looking, next } = this;
    const { error } = this.context.model.state;
    // What failed just now is looked into at once: the cause takes the place of the first sign.
    if (error && error !== this.explained && !this.wanted) {
      this.wanted = true;
      this.explained = error;
      if (!looking) this.schedule();
      return;
    }
    if (!looking && !next) this.schedule();
  }

  private draw(): void {
    if (!this.visible) return;
    this.drawing ??= setTimeout(() => {
      this.drawing = undefined;
      this.send();
    }, quietMilliseconds);
  }

  private send(): void {
    const { app, base, seen } = this;
    const deployment = this.context.model.state;
    const input: MapInput = {
      deployment,
      checks: seen && !isUnderWay(deployment) ? seen.checks : [],
      place: this.place(),
      isLocal: this.context.connections.choice?.kind === "sandbox",
      now: Date.now(),
      ...(app ? { app } : {}),
      ...(base === undefined ? {} : { base }),
      ...(seen ? { snapshot: seen.snapshot } : {}),
      ...(seen && this.figures ? { figures: this.figures.text } : {}),
    };
    this.current = diagnosed(input, buildMap(input), seen);
    const text = JSON.stringify(this.current);
    if (text === this.told) return;
    this.told = text;
    this.changed.fire(this.current);
  }

  /** Sends what there is, also when it is not new: a page that was just made has nothing. */
  resend(): void {
    this.told = "";
    this.draw();
  }

  private place(): string {
    const { open, choice } = this.context.connections;
    if (open) return `${open.name} · ${open.identity.account} · ${open.identity.region}`;
    return choice ? connectionName(choice) : vscode.l10n.t("not connected");
  }

  /** Before a rollout has begun the run's own events say all there is to say. */
  private get worthALook(): boolean {
    const { state } = this.context.model;
    return !isUnderWay(state) || state.steps.service?.state === "done" || state.steps.service?.state === "reused";
  }

  /** Never connects by itself: what is not connected is shown as it is planned. */
  private async look(): Promise<void> {
    clearTimeout(this.next);
    this.next = undefined;
    const { request } = this;
    const connection = this.context.connections.open;
    if (!this.visible) return;
    this.wanted = false;
    if (connection && request && this.app && this.worthALook) await this.lookAt(connection, request);
    this.schedule();
  }

  /** Each look at them costs a little, and CloudWatch has new ones once a minute. */
  private async readFigures(connection: ServiceMonitoring, request: RunRequest, signal: AbortSignal): Promise<void> {
    if (isUnderWay(this.context.model.state) || Date.now() - (this.figures?.at ?? 0) < figuresMilliseconds) return;
    const look = await connection.monitor(request, { since: { back: 3_600_000 } }, signal);
    this.figures = { text: figuresText(figuresOf(look)), at: Date.now() };
    this.draw();
  }

  private async lookAt(connection: ServiceInspection & ServiceMonitoring, request: RunRequest): Promise<void> {
    const cancel = new AbortController();
    this.looking = cancel;
    try {
      const { error } = this.context.model.state;
      const seen = await connection.look(request, cancel.signal, error ? { error } : {});
      if (cancel.signal.aborted) return;
      this.seen = seen;
      this.explained = error;
      this.draw();
      await this.readFigures(connection, request, cancel.signal);
    } catch (error) {
      if (!isCancelled(error)) this.context.log.debug(`map: ${reportOf(error).summary}`);
    } finally {
      if (this.looking === cancel) this.looking = undefined;
    }
  }

  private schedule(): void {
    if (!this.visible) return;
    const busy =
      isUnderWay(this.context.model.state) ||
      this.current?.nodes.some(
        (node) => node.state === "running" || node.state === "failing" || node.state === "degraded",
      );
    clearTimeout(this.next);
    this.next = setTimeout(() => void this.look(), this.wanted ? 0 : busy ? busyMilliseconds : restMilliseconds);
  }
}

/** Where something is wrong, the cause that the same look proves is said in place of its first sign. */
function diagnosed(input: MapInput, model: MapModel, seen: ServiceLook | undefined): MapModel {
  const isWrong = [...model.nodes, ...model.groups].some(({ state }) => state === "failing" || state === "degraded");
  const cause = seen?.diagnosis.cause;
  if (!isWrong || !cause || cause.certainty === "unknown") return model;
  const actions = cause.actions.flatMap((id) =>
    errorActions[id] ? [{ label: errorActions[id].title, value: id }] : [],
  );
  const diagnosis: MapDiagnosis = { code: cause.code, sentence: cause.sentence, remedy: cause.remedy, actions };
  return buildMap({ ...input, diagnosis });
}
