/** Drives one task through Fargate's states, with AWS's durations in front of real containers. */
import { digits } from "../ids";
import type { Container, ContainerDefinition, Task } from "../model/ecs.types";
import type { TaskRecord } from "../states";
import { deregisterTarget, registerTarget } from "../elb/targets";
import { isInit, startOrder, volumesOf } from "./containers";
import { containerRun } from "./containerRun";
import { EngineError, type Exit, type RunningContainer } from "./engine";
import { checkRegistryAuth, openLog, StartFailure } from "./prepare";
import { pullImages, type PullParts } from "./pullImages";
import { readTaskSecrets, type TaskSecrets } from "./taskSecrets";
import { TIMES } from "./times";

/** How long a task without health checks sleeps when nothing happens to it. */
const IDLE_MS = 60_000;

export interface TaskParts extends PullParts {
  /** Called when the task reached RUNNING and when its targets were registered or deregistered. */
  readonly notify: (
    record: TaskRecord,
    what: "registered" | "draining" | "deregistered" | "changed",
    detail?: string,
  ) => void;
  /** Target groups that a container's port is registered with. */
  readonly targets: (
    record: TaskRecord,
  ) => readonly { targetGroupArn: string; containerName: string; containerPort: number }[];
  /** Called when the task runs, with its containers. */
  readonly observe: (record: TaskRecord, containers: readonly RunningContainer[]) => void;
}

interface Live {
  readonly definition: ContainerDefinition;
  readonly container: Container;
  readonly running: RunningContainer;
  exit?: Exit;
}

export class TaskDriver {
  private readonly live: Live[] = [];
  private readonly id: string;
  /** The exit code that a fault rule shows, whatever the container's own is. */
  private shownExit: number | undefined;
  /** What its containers get of its secrets: in no record, since records are shown. */
  private secrets: TaskSecrets = { environment: new Map(), logins: new Map() };
  /** Ends the nap that is under way. */
  private ring: () => void = () => undefined;

  constructor(
    private readonly parts: TaskParts,
    private readonly record: TaskRecord,
  ) {
    this.id = record.task.taskArn?.split("/").at(-1) ?? "";
    record.wake = () => this.ring();
  }

  private get task(): Task {
    return this.record.task;
  }

  private setStatus(status: string): void {
    this.task.lastStatus = status;
    this.task.version = (this.task.version ?? 0) + 1;
    this.parts.notify(this.record, "changed");
  }

  private get stopping(): boolean {
    return this.record.stopRequested !== undefined;
  }

  /** Simulated work that a stop request cuts short. */
  private async work(kind: string, ms: number): Promise<void> {
    if (this.stopping) return;
    const from = Date.now();
    await this.nap(this.parts.world.clock.simulated(ms));
    if (!this.stopping) this.parts.world.record(kind, this.id, from, ms);
  }

  /** Waits, until something happens that ends it early. */
  private async nap(ms: number): Promise<void> {
    const bell = new AbortController();
    this.ring = () => bell.abort();
    await this.parts.world.clock.wait(ms, bell.signal).catch((error: unknown) => {
      if (!bell.signal.aborted) throw error;
    });
  }

  /** Runs the task to its end. */
  async drive(): Promise<void> {
    try {
      await this.provision();
      if (!this.stopping) await this.start();
      if (!this.stopping) await this.run();
      if (this.stopping) await this.drain();
    } catch (error) {
      if (this.parts.world.clock.ended) return;
      await this.fail(error);
    }
    if (!this.parts.world.clock.ended) await this.end();
  }

  private async provision(): Promise<void> {
    const { world, region } = this.parts;
    const attachment = this.task.attachments?.[0];
    await this.work("eni", TIMES.eni);
    if (this.stopping) return;
    const eni = region.ec2.interfaces.get(this.record.networkInterfaceId ?? "");
    if (attachment) {
      attachment.status = "ATTACHED";
      attachment.details = [
        { name: "subnetId", value: this.record.subnetId },
        { name: "networkInterfaceId", value: eni?.NetworkInterfaceId },
        { name: "macAddress", value: eni?.MacAddress },
        { name: "privateDnsName", value: eni?.PrivateDnsName },
        { name: "privateIPv4Address", value: eni?.PrivateIpAddress },
      ];
    }
    this.task.connectivity = "CONNECTED";
    this.task.connectivityAt = new Date();
    for (const c of this.task.containers ?? [])
      c.networkInterfaces = [{ attachmentId: attachment?.id, privateIpv4Address: eni?.PrivateIpAddress }];
    this.setStatus("PENDING");
    await this.work("before-pull", TIMES.pullDelay);
    world.record(
      "task-provisioning",
      this.id,
      this.task.createdAt?.getTime() ?? Date.now(),
      TIMES.eni + TIMES.pullDelay,
    );
  }

  private async start(): Promise<void> {
    const { world, region, engine } = this.parts;
    const definitions = startOrder(this.record.definition.containerDefinitions ?? []);
    this.endInjected("init");
    try {
      checkRegistryAuth(world, region, this.record, this.id);
      this.secrets = readTaskSecrets(world, region, this.record, this.id);
    } catch (error) {
      if (error instanceof StartFailure && error.reason.includes("connection issue"))
        await this.work("no-route", TIMES.noRoute);
      throw error;
    }
    this.task.pullStartedAt = new Date();
    this.endInjected("pull");
    const images = await pullImages(this.parts, this.record, this.id, definitions, this.secrets.logins);
    await this.work("pull", TIMES.pull);
    this.task.pullStoppedAt = new Date();
    if (this.stopping) return;
    this.endInjected("create");
    await engine.addVolumes(this.id, volumesOf(this.record.definition));
    for (const c of definitions) {
      await this.awaitDependencies(c);
      if (this.stopping) return;
      await this.startContainer(c, images.get(c.name ?? "") ?? "");
    }
    this.task.startedAt = new Date();
    this.register();
    this.setStatus("ACTIVATING");
    await this.work("activate", TIMES.activate);
  }

  /** Ends the task here where a fault rule wants it so; its subject is the task's group and its family. */
  private endInjected(at: string): void {
    const fault = this.parts.world.faultFires(
      "stop-task",
      `${at} ${this.task.group ?? ""} ${this.record.definition.family ?? ""}`,
    );
    if (!fault?.end) return;
    const { stopCode, reason = "", containerReason, exitCode } = fault.end;
    for (const view of this.task.containers ?? []) {
      view.reason = containerReason;
      view.exitCode = exitCode;
    }
    this.shownExit = exitCode;
    if (at !== "run") throw new StartFailure(reason, undefined, stopCode);
    this.record.stopRequested = { code: stopCode ?? "EssentialContainerExited", reason };
  }

  private container(c: ContainerDefinition): Container {
    const found = this.task.containers?.find((x) => x.name === c.name);
    if (!found) throw new Error(`task ${this.id} has no container ${c.name ?? ""}`);
    return found;
  }

  private async startContainer(c: ContainerDefinition, image: string): Promise<void> {
    const { world, region, engine } = this.parts;
    const line = openLog(world, region, this.record, this.id, c);
    const all = this.record.definition.containerDefinitions ?? [];
    const owner = this.live.find((l) => l.exit === undefined && !isInit(l.definition, all));
    const running = await engine.run(
      containerRun(
        { record: this.record, taskId: this.id, region: region.name, secrets: this.secrets.environment },
        c,
        image,
        isInit(c, all) ? "init" : owner?.running.id,
      ),
      line,
    );
    const view = this.container(c);
    const live: Live = { definition: c, container: view, running };
    this.live.push(live);
    for (const [inside, outside] of running.published) this.record.published.set(inside, outside);
    view.lastStatus = "RUNNING";
    view.runtimeId = `${this.id}-${digits(10)}`;
    view.healthStatus = "UNKNOWN";
    running.exited.then(
      (exit) => {
        live.exit = exit;
        view.lastStatus = "STOPPED";
        view.exitCode = this.shownExit ?? exit.code;
        if (exit.oom) view.reason = "OutOfMemoryError: Container killed due to memory usage";
        this.ring();
      },
      () => undefined,
    );
  }

  private async awaitDependencies(c: ContainerDefinition): Promise<void> {
    for (const d of c.dependsOn ?? []) {
      const target = this.live.find((l) => l.definition.name === d.containerName);
      const deadline = Date.now() + this.parts.world.clock.timer((target?.definition.startTimeout ?? 180) * 1000);
      while (target && !this.stopping) {
        if (d.condition === "START") break;
        if (target.exit && (d.condition === "COMPLETE" || (d.condition === "SUCCESS" && target.exit.code === 0))) break;
        if (target.exit)
          throw new StartFailure("Dependent container failed to reach its desired state", {
            name: c.name ?? "",
            reason: `dependency container '${d.containerName}' exited with code ${target.exit.code}`,
          });
        if (d.condition === "HEALTHY" && (await target.running.health()) === "HEALTHY") break;
        if (Date.now() > deadline) throw new StartFailure("Timed out waiting for a dependency container");
        await this.parts.world.clock.wait(this.parts.world.clock.tick);
      }
    }
  }

  private register(): void {
    const { world, region } = this.parts;
    const zone = region.ec2.subnets.get(this.record.subnetId)?.AvailabilityZone;
    for (const t of this.parts.targets(this.record)) {
      const group = region.elb.targetGroups.get(t.targetGroupArn);
      if (!group) continue;
      registerTarget(world, region, group, this.record.address, t.containerPort, zone);
      this.record.registered.push({ targetGroupArn: t.targetGroupArn, port: t.containerPort });
      this.parts.notify(this.record, "registered", t.targetGroupArn);
    }
  }

  private get essentials(): Live[] {
    return this.live.filter((l) => l.definition.essential !== false);
  }

  private async run(): Promise<void> {
    this.record.reachedRunning = true;
    this.record.runningAt = Date.now();
    if (this.record.execEnabled) {
      for (const c of this.task.containers ?? [])
        c.managedAgents = [{ name: "ExecuteCommandAgent", lastStatus: "RUNNING", lastStartedAt: new Date() }];
    }
    this.setStatus("RUNNING");
    this.parts.observe(
      this.record,
      this.live.flatMap((l) => (l.exit ? [] : [l.running])),
    );
    const checked = this.live.filter((l) => l.definition.healthCheck && l.definition.healthCheck.command[0] !== "NONE");
    this.endInjected("run");
    while (!this.stopping) {
      if (this.essentials.some((l) => l.exit)) {
        this.record.stopRequested = { code: "EssentialContainerExited", reason: "Essential container in task exited" };
        return;
      }
      for (const l of checked) l.container.healthStatus = l.exit ? l.container.healthStatus : await l.running.health();
      const states = checked.filter((l) => l.definition.essential !== false).map((l) => l.container.healthStatus);
      this.task.healthStatus =
        states.length === 0
          ? "UNKNOWN"
          : states.includes("UNHEALTHY")
            ? "UNHEALTHY"
            : states.every((s) => s === "HEALTHY")
              ? "HEALTHY"
              : "UNKNOWN";
      // The end of a container and a stop request both end the nap.
      await this.nap(checked.length > 0 ? 500 : IDLE_MS);
    }
  }

  /** DEACTIVATING: out of the load balancer first; SIGTERM only after the drain. */
  private async drain(): Promise<void> {
    const { world, region } = this.parts;
    this.noteStop();
    if (this.record.registered.length === 0) return;
    this.setStatus("DEACTIVATING");
    this.parts.notify(this.record, "draining");
    const draining = this.record.registered.flatMap((r) => {
      const group = region.elb.targetGroups.get(r.targetGroupArn);
      return group ? [deregisterTarget(world, group, this.record.address, r.port)] : [];
    });
    for (const r of this.record.registered) this.parts.notify(this.record, "deregistered", r.targetGroupArn);
    // A task that is dead already has nothing to drain for.
    if (this.essentials.some((l) => l.exit)) world.background("draining", Promise.all(draining));
    else await Promise.all(draining);
    this.record.registered = [];
  }

  private noteStop(): void {
    const stop = this.record.stopRequested;
    this.task.desiredStatus = "STOPPED";
    this.task.stopCode = stop?.code;
    this.task.stoppedReason = stop?.reason;
    this.task.stoppingAt ??= new Date();
  }

  private async fail(error: unknown): Promise<void> {
    const known = error instanceof StartFailure || error instanceof EngineError;
    if (!known) console.error(`sandbox: task ${this.id}:`, error);
    const reason =
      error instanceof StartFailure
        ? error.reason
        : error instanceof EngineError
          ? error.message
          : "InternalError: the task could not be started";
    this.record.stopRequested = {
      code: (error instanceof StartFailure ? error.stopCode : undefined) ?? "TaskFailedToStart",
      reason,
    };
    this.noteStop();
    if (error instanceof StartFailure && error.container) {
      const view = this.task.containers?.find((c) => c.name === error.container?.name);
      if (view) view.reason = error.container.reason;
    }
    if (error instanceof EngineError) {
      const view = this.task.containers?.find((c) => c.lastStatus === "PENDING");
      if (view) {
        view.reason = error.message;
        view.exitCode = /executable file not found|no such file/i.test(error.message) ? 127 : 128;
      }
    }
    if (this.record.registered.length > 0) await this.drain();
    await this.parts.world.work("task-failure", this.id, TIMES.pullError).catch(() => undefined);
  }

  /** SIGTERM to all at once, except that a container outlives those that depend on it. */
  private async stopContainers(): Promise<void> {
    const seconds = (l: Live): number => this.parts.world.clock.timer((l.definition.stopTimeout ?? 30) * 1000) / 1000;
    const stops = new Map<Live, Promise<void>>();
    const stop = (l: Live): Promise<void> => {
      const dependants = this.live.filter((x) =>
        x.definition.dependsOn?.some((d) => d.containerName === l.definition.name),
      );
      const running =
        stops.get(l) ??
        Promise.all(dependants.map(stop)).then(async () => (l.exit ? undefined : l.running.stop(seconds(l))));
      stops.set(l, running);
      return running;
    };
    await Promise.all(this.live.map(stop));
  }

  private async end(): Promise<void> {
    const { world, region } = this.parts;
    this.noteStop();
    this.setStatus("STOPPING");
    await this.stopContainers();
    await Promise.all(this.live.map((l) => l.running.exited));
    this.task.executionStoppedAt =
      this.live.length > 0 || this.task.stopCode === "TaskFailedToStart" ? new Date() : undefined;
    await world.work("task-stop", this.id, TIMES.stopped);
    this.setStatus("DEPROVISIONING");
    await Promise.all(this.live.map((l) => l.running.remove()));
    await this.parts.engine.removeVolumes(this.id, volumesOf(this.record.definition));
    await world.work("task-deprovisioning", this.id, TIMES.deprovision);
    if (this.record.networkInterfaceId) region.ec2.interfaces.delete(this.record.networkInterfaceId);
    for (const a of this.task.attachments ?? []) a.status = "DELETED";
    for (const c of this.task.containers ?? []) {
      c.lastStatus = "STOPPED";
      c.managedAgents = c.managedAgents?.map((m) => ({ ...m, lastStatus: "STOPPED" }));
    }
    this.task.stoppedAt = new Date();
    this.record.stoppedAt = Date.now();
    this.record.published.clear();
    this.setStatus("STOPPED");
  }
}
