/** Whether a service's tasks are well, by their own checks and the load balancer's. */
import { keyOf } from "../elb/targets";
import type { Service } from "../model/ecs.types";
import type { ServiceRecord, TaskRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { addEvent } from "./events";
import { requestStop } from "./launch";
import { tasksOf } from "./rolloutTasks";

/** Without a load balancer or a health check a task counts as healthy this long after RUNNING. */
const SETTLE_MS = 40_000;

export const idOf = (t: TaskRecord): string => t.task.taskArn?.split("/").at(-1) ?? "";

export class TaskHealth {
  constructor(
    private readonly world: SandboxState,
    private readonly region: Region,
    private readonly record: ServiceRecord,
  ) {}

  private get service(): Service {
    return this.record.service;
  }

  private graceOver(t: TaskRecord): boolean {
    const grace = this.world.clock.timer((this.service.healthCheckGracePeriodSeconds ?? 0) * 1000);
    return t.runningAt !== undefined && Date.now() - t.runningAt >= grace;
  }

  private targetOf(
    t: TaskRecord,
    groupArn: string,
    port: number,
  ): { state: string; reason?: string; description?: string } | undefined {
    return this.region.elb.targetGroups.get(groupArn)?.targets.get(keyOf({ id: t.address, port }));
  }

  /** Whether a task serves. */
  isHealthy(t: TaskRecord): boolean {
    if (t.task.lastStatus !== "RUNNING" || t.task.desiredStatus !== "RUNNING") return false;
    const checked =
      t.definition.containerDefinitions?.some(
        (c) => c.healthCheck && c.healthCheck.command[0] !== "NONE" && c.essential !== false,
      ) ?? false;
    if (checked && t.task.healthStatus !== "HEALTHY") return false;
    if (t.registered.length > 0)
      return t.registered.every((r) => this.targetOf(t, r.targetGroupArn, r.port)?.state === "healthy");
    return checked || Date.now() - (t.runningAt ?? 0) >= this.world.clock.either(SETTLE_MS, 1000);
  }

  /** Replaces tasks that the load balancer or their own health check gave up on. */
  checkHealth(): void {
    for (const t of tasksOf(this.record, undefined)) {
      if (t.task.lastStatus !== "RUNNING" || t.stopRequested || !this.graceOver(t)) continue;
      if (t.task.healthStatus === "UNHEALTHY") {
        addEvent(this.record, `) (task ${idOf(t)}) failed container health checks.`);
        requestStop(t, "ServiceSchedulerInitiated", "Task failed container health checks");
        continue;
      }
      for (const r of t.registered) {
        const target = this.targetOf(t, r.targetGroupArn, r.port);
        if (
          target?.state !== "unhealthy" &&
          !(target?.state === "unused" && target.description?.includes("Availability Zone"))
        )
          continue;
        addEvent(
          this.record,
          `) (task ${idOf(t)}) (port ${r.port}) is unhealthy in (target-group ${r.targetGroupArn}) due to (reason ${target.description ?? ""}).`,
        );
        requestStop(
          t,
          "ServiceSchedulerInitiated",
          `Task failed ELB health checks in (target-group ${r.targetGroupArn})`,
        );
        break;
      }
    }
  }
}
