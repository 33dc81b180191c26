/** Starts tasks of a service's deployment, or says why none can start. */
import { assumable, cannotAssume } from "./prepare";
import { linkedRoleReady } from "../iam/records";
import type { Deployment, Service } from "../model/ecs.types";
import type { Rollout, ServiceRecord, TaskRecord } from "../states";
import { ApiError } from "../wire/errors";
import type { Region, SandboxState } from "../world";
import { addEvent } from "./events";
import { launch } from "./launch";
import { tasksOf } from "./rolloutTasks";
import type { TaskParts } from "./taskDriver";
import { idOf } from "./taskHealth";

const CAPACITY =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone. For more " +
  "information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

export const named = (tasks: readonly TaskRecord[]): string => tasks.map((t) => `(task ${idOf(t)})`).join(" ");

export class TaskStarter {
  constructor(
    private readonly parts: (region: Region) => TaskParts,
    private readonly world: SandboxState,
    private readonly region: Region,
    private readonly record: ServiceRecord,
  ) {}

  private get service(): Service {
    return this.record.service;
  }

  start(primary: Deployment, rollout: Rollout, count: number): void {
    const definition = [...this.region.ecs.definitions.values()].find(
      (d) => d.definition.taskDefinitionArn === primary.taskDefinition,
    )?.definition;
    if (!definition) return;
    if (!linkedRoleReady(this.world, "ecs.amazonaws.com") && this.service.loadBalancers?.length) return;
    for (const role of [definition.executionRoleArn, definition.taskRoleArn]) {
      if (role === undefined || assumable(this.world, this.region, role)) continue;
      this.complainOnce(`) failed to launch a task with (error ${cannotAssume(role)}).`);
      rollout.nextLaunchAt = Date.now() + this.world.clock.either(10_000, 200);
      return;
    }
    const refused = this.world.faultFires("capacity", this.service.serviceName ?? "");
    if (refused) {
      addEvent(this.record, `) was unable to place a task. Reason: ${refused.error?.message ?? CAPACITY}`);
      rollout.nextLaunchAt = Date.now() + this.world.clock.either(15_000, 300);
      return;
    }
    const vpc = primary.networkConfiguration?.awsvpcConfiguration;
    const started: TaskRecord[] = [];
    for (let i = 0; i < Math.min(count, 10); i++) {
      const subnets = vpc?.subnets ?? [];
      const existing = tasksOf(this.record, primary.id);
      const subnetId =
        [...subnets].sort(
          (a, b) => existing.filter((t) => t.subnetId === a).length - existing.filter((t) => t.subnetId === b).length,
        )[0] ?? "";
      try {
        started.push(
          launch(this.parts(this.region), {
            definition,
            clusterArn: this.service.clusterArn ?? "",
            serviceArn: this.service.serviceArn,
            deploymentId: primary.id,
            startedBy: primary.id,
            group: `service:${this.service.serviceName ?? ""}`,
            subnetId,
            securityGroups: vpc?.securityGroups ?? [],
            assignPublicIp: vpc?.assignPublicIp === "ENABLED",
            tags: this.taskTags(),
            overrides: undefined,
            platformVersion: primary.platformVersion,
            exec: this.service.enableExecuteCommand ?? false,
            capacityProvider: this.service.capacityProviderStrategy?.[0]?.capacityProvider,
          }),
        );
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        addEvent(this.record, `) was unable to place a task. Reason: ${error.message}.`);
        rollout.nextLaunchAt = Date.now() + this.world.clock.either(15_000, 300);
        break;
      }
    }
    if (started.length > 0) addEvent(this.record, `) has started ${started.length} tasks: ${named(started)}.`);
  }

  private taskTags(): Map<string, string> {
    const tags = new Map(this.service.propagateTags === "SERVICE" ? this.record.tags : []);
    if (this.service.enableECSManagedTags)
      tags
        .set("aws:ecs:serviceName", this.service.serviceName ?? "")
        .set("aws:ecs:clusterName", this.service.clusterArn?.split("/").at(-1) ?? "");
    return tags;
  }

  private complainOnce(text: string): void {
    const last = this.record.seenReasons.get(text) ?? 0;
    if (Date.now() - last < this.world.clock.either(60_000, 2000)) return;
    this.record.seenReasons.set(text, Date.now());
    addEvent(this.record, text);
  }
}
