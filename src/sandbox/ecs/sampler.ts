/**
 * What ECS puts into CloudWatch: every 20 seconds how much of its size each running task uses, as one value of each
 * task in each minute. Nothing is asked of the engine while no task runs, and the timer keeps no process alive.
 */
import { vendPeriod } from "../cloudwatch/vended";
import { MINUTE } from "../cloudwatch/store";
import { countHosts } from "../elb/counts";
import { balancerUsing } from "../elb/lookup";
import type { ServiceRecord, TaskRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { cpuUnits, memoryMiB } from "./definitionRules";
import type { RunningContainer } from "./engine";

const EVERY_MS = 20_000;

/** A task and what it used in the minute that it was last seen in. */
interface Observed {
  readonly region: Region;
  readonly record: TaskRecord;
  readonly containers: readonly RunningContainer[];
  /** Processor time and when it was read, of each container. */
  readonly before: Map<RunningContainer, { readonly cpuNs: number; readonly at: number }>;
  minute: number;
  cpuNs: number;
  ms: number;
  readonly memory: number[];
  /** Between the last two looks alone. */
  last: { readonly cpuNs: number; readonly ms: number; readonly memory: number };
}

const percent = (part: number, whole: number): number => Math.min(100, (part / whole) * 100);

export class Sampler {
  private readonly tasks = new Map<TaskRecord, Observed>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly world: SandboxState) {}

  /** Looks at a task from now on, until it no longer runs. */
  observe(region: Region, record: TaskRecord, containers: readonly RunningContainer[]): void {
    const before = new Map(containers.map((c) => [c, { cpuNs: 0, at: c.startedAt }] as const));
    const task: Observed = {
      region,
      record,
      containers,
      before,
      minute: 0,
      cpuNs: 0,
      ms: 0,
      memory: [],
      last: { cpuNs: 0, ms: 0, memory: 0 },
    };
    this.tasks.set(record, task);
    this.world.background("a task's first sample", this.first(task));
    this.wake();
  }

  /** Looks at a service because of its new task: a minute's figure is of all of its tasks. */
  private async first({ region, record: { serviceArn } }: Observed): Promise<void> {
    if (serviceArn === undefined) return;
    const tasks = [...this.tasks.values()].filter((t) => t.record.serviceArn === serviceArn && runs(t.record));
    await Promise.all(tasks.map((t) => this.measure(t)));
    this.publish(region, serviceArn);
    const service = region.ecs.services.get(serviceArn);
    if (service) this.insights(region, service);
  }

  /** Goes on looking, where it had stopped because there was nothing to look at. */
  wake(): void {
    if (this.timer !== undefined || this.world.clock.ended) return;
    this.timer = setTimeout(() => {
      this.world.background("samples", this.sample());
    }, EVERY_MS).unref();
  }

  /** Looks no more. */
  close(): void {
    clearTimeout(this.timer);
  }

  private async sample(): Promise<void> {
    let goesOn = true;
    try {
      goesOn = await this.look();
    } finally {
      // What goes wrong with one look is no reason not to look again.
      this.timer = undefined;
      if (goesOn) this.wake();
    }
  }

  /** Looks at everything once; whether there is something to look at again. */
  private async look(): Promise<boolean> {
    const minute = Math.floor(Date.now() / MINUTE);
    for (const [record, task] of this.tasks) if (!runs(record) && task.minute < minute) this.tasks.delete(record);
    await Promise.all([...this.tasks.values()].filter((t) => runs(t.record)).map((t) => this.measure(t)));
    let goesOn = this.tasks.size > 0;
    for (const region of this.world.regions.values()) {
      this.publish(region);
      for (const group of region.elb.targetGroups.values()) {
        countHosts(this.world, region, group);
        goesOn ||= group.targets.size > 0 && balancerUsing(region, group.group.TargetGroupArn ?? "") !== undefined;
      }
      for (const service of region.ecs.services.values()) goesOn = this.insights(region, service) || goesOn;
    }
    return goesOn;
  }

  /** Adds what the task used since it was last looked at to its minute. */
  private async measure(task: Observed): Promise<void> {
    const found = await Promise.all(task.containers.map(async (c) => ({ c, use: await c.use() })));
    const minute = Math.floor(Date.now() / MINUTE);
    if (task.minute !== minute) {
      Object.assign(task, { minute, cpuNs: 0, ms: 0 });
      task.memory.length = 0;
    }
    let memory = 0;
    let ms = 0;
    let cpuNs = 0;
    for (const { c, use } of found) {
      const before = task.before.get(c);
      if (!use || !before) continue;
      task.before.set(c, { cpuNs: use.cpuNs, at: use.at });
      cpuNs += Math.max(0, use.cpuNs - before.cpuNs);
      ms = Math.max(ms, use.at - before.at);
      memory += use.memoryBytes;
    }
    if (ms <= 0) return;
    task.cpuNs += cpuNs;
    task.ms += ms;
    task.memory.push(memory);
    task.last = { cpuNs, ms, memory };
  }

  /** Says what the tasks of services, or of one, used in this minute. */
  private publish(region: Region, only?: string): void {
    const minute = Math.floor(Date.now() / MINUTE);
    const byService = new Map<string, Observed[]>();
    for (const task of this.tasks.values()) {
      const arn = task.record.serviceArn;
      if (task.region !== region || arn === undefined || (only !== undefined && arn !== only)) continue;
      if (task.minute !== minute || task.ms === 0) continue;
      const tasks = byService.get(arn);
      if (tasks) tasks.push(task);
      else byService.set(arn, [task]);
    }
    for (const [arn, tasks] of byService) {
      const [ServiceName = "", ClusterName = ""] = arn.split("/").reverse();
      const of = { ServiceName, ClusterName };
      const say = (name: string, figure: (task: Observed, use: Use) => number): void => {
        const minutes = tasks.map((t) => figure(t, { cpuNs: t.cpuNs, ms: t.ms, memory: mean(t.memory) }));
        vendPeriod(this.world, region, "AWS/ECS", name, of, minutes, "Percent");
        if (!isFine(region, arn, name)) return;
        const fine = tasks.filter((t) => runs(t.record)).map((t) => figure(t, t.last));
        vendPeriod(this.world, region, "AWS/ECS", name, of, fine, "Percent", EVERY_MS);
      };
      say("CPUUtilization", ({ record }, { cpuNs, ms }) =>
        percent(cpuNs / 1e6, ((cpuUnits(record.task.cpu ?? "256") ?? 256) / 1024) * ms),
      );
      say("MemoryUtilization", ({ record }, { memory }) =>
        percent(memory, (memoryMiB(record.task.memory ?? "512") ?? 512) * 1024 * 1024),
      );
    }
  }

  /** Counts of tasks, for a service whose cluster has Container Insights; whether it has. */
  private insights(region: Region, { service }: ServiceRecord): boolean {
    const { settings } = region.ecs.clusters.get(service.clusterArn ?? "")?.cluster ?? {};
    const value = settings?.find((s) => s.name === "containerInsights")?.value;
    if ((value !== "enabled" && value !== "enhanced") || service.status !== "ACTIVE") return false;
    const of = { ServiceName: service.serviceName ?? "", ClusterName: service.clusterArn?.split("/").at(-1) ?? "" };
    const say = (name: string, count: number | undefined): void =>
      vendPeriod(this.world, region, "ECS/ContainerInsights", name, of, [count ?? 0], "Count");
    say("DesiredTaskCount", service.desiredCount);
    say("RunningTaskCount", service.runningCount);
    say("PendingTaskCount", service.pendingCount);
    return true;
  }
}

interface Use {
  readonly cpuNs: number;
  readonly ms: number;
  readonly memory: number;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Whether the service wants that metric every 20 seconds. */
const isFine = (region: Region, serviceArn: string, name: string): boolean =>
  region.ecs.services
    .get(serviceArn)
    ?.monitoring?.metricConfigurations?.some(
      (m) => m.resolutionSeconds === EVERY_MS / 1000 && (m.metricNames ?? []).includes(name),
    ) ?? false;

const runs = (record: TaskRecord): boolean => record.task.lastStatus === "RUNNING";
