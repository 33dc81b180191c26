/**
 * Alarms of a deployment: they are watched from its first running task until a while after it is done.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
import type { DeploymentAlarms, Service, ServiceDeployment, ServiceDeploymentAlarms } from "../model/ecs.types";
import type { AlarmRecord, Rollout, ServiceDeploymentRecord } from "../states";
import type { Region, SandboxState } from "../world";
import { invalid } from "./lookup";
import { INSTANT_MINUTE_MS } from "./times";

/** Where AWS's durations take no time, the bake time still does: there is to be something to watch. */
const INSTANT_BAKE_MS = 2000;

/** Refuses what ECS refuses of a service's alarms. */
export function checkAlarms(alarms: DeploymentAlarms | undefined): void {
  if (!alarms?.enable) {
    if (alarms?.rollback) throw invalid("Rollback cannot be enabled when deployment alarms are disabled.");
    return;
  }
  if (alarms.alarmNames.length === 0)
    throw invalid("alarmNames should not be empty when deployment alarms are enabled.");
}

const inAlarm = (record: AlarmRecord | undefined): boolean => record?.alarm.StateValue === "ALARM";

/** What a new deployment says of its alarms: with one in ALARM already none is watched. */
export function alarmsAtStart(region: Region, service: Service): ServiceDeploymentAlarms {
  const { enable = false, alarmNames = [] } = service.deploymentConfiguration?.alarms ?? {};
  const isRinging = alarmNames.some((name) => inAlarm(region.alarms.alarms.get(name)));
  return { status: enable && !isRinging ? "MONITORING" : "DISABLED", alarmNames, triggeredAlarmNames: [] };
}

/** Notes which of its alarms ring, once a task of it ran; whether there is one. */
export function alarmsTriggered(
  region: Region,
  target: ServiceDeploymentRecord | undefined,
  rollout: Rollout,
): boolean {
  const alarms = target?.deployment.alarms;
  if (target?.deployment.status !== "IN_PROGRESS" || alarms?.status !== "MONITORING" || !rollout.everRunning)
    return false;
  const ringing = (alarms.alarmNames ?? []).filter((name) => inAlarm(region.alarms.alarms.get(name)));
  if (ringing.length === 0) return false;
  alarms.status = "TRIGGERED";
  alarms.triggeredAlarmNames = ringing;
  return true;
}

/** Whether a deployment that is done otherwise is still watched: as long as its slowest alarm looks back. */
export function isBaking(
  world: SandboxState,
  region: Region,
  target: ServiceDeploymentRecord | undefined,
  rollout: Rollout,
): boolean {
  if (target?.deployment.status !== "IN_PROGRESS") return false;
  const { alarms, deploymentConfiguration: { strategy, bakeTimeInMinutes = 0 } = {} } = target.deployment;
  const isWatched = alarms?.status === "MONITORING";
  // Of the strategies that shift traffic it is a stage.
  const minutes = strategy === "ROLLING" ? bakeTimeInMinutes : 0;
  if (!isWatched && minutes === 0) return false;
  const windows = isWatched ? (alarms.alarmNames ?? []).map((name) => windowOf(region.alarms.alarms.get(name))) : [];
  const baked = world.clock.either(minutes * 60_000, minutes * INSTANT_MINUTE_MS);
  const watched = world.clock.either(Math.max(0, ...windows), isWatched ? INSTANT_BAKE_MS : 0);
  rollout.bakeUntil ??= Date.now() + Math.max(baked, watched);
  return Date.now() < rollout.bakeUntil;
}

function windowOf(record: AlarmRecord | undefined): number {
  if (!record) return 0;
  const periods = record.queries.flatMap((q) => (q.source.kind === "metric" ? [q.source.of.Period] : []));
  return (record.alarm.EvaluationPeriods ?? 1) * Math.max(...periods) * 1000;
}

/** A deployment that came to its end is watched no more. */
export function endWatching({ alarms }: ServiceDeployment): void {
  if (alarms?.status === "MONITORING") alarms.status = "MONITORING_COMPLETE";
}
