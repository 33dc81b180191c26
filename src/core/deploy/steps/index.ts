import type { Step } from "../step";
import { cluster, clusterActive } from "./cluster";
import { build, push, tag, verifyImage } from "./image";
import { live } from "./live";
import { certificate, certificateIssued } from "./certificate";
import { domain } from "./domain";
import { listener } from "./listener";
import { loadBalancer, loadBalancerActive, targetGroup, targetGroupArn } from "./loadBalancer";
import { redirect } from "./redirect";
import { loadBalancerGroup, taskGroup, taskRule } from "./network";
import { identity, lifecycle, login, repository, token } from "./registry";
import { release } from "./release";
import { rollout } from "./rollout";
import { settle } from "./settle";
import { alarms } from "./alarms";
import { scaling } from "./scaling";
import { scheduleRole, schedules } from "./schedules";
import { service } from "./service";
import { alternateGroup, shiftRole, shiftRule } from "./shifting";
import { files, logGroup, register, role } from "./taskDefinition";

/** The graph. What a step needs stands in the step; nothing here depends on the order. */
export const steps: readonly Step[] = [
  identity,
  repository,
  lifecycle,
  token,
  login,
  build,
  tag,
  push,
  verifyImage,
  cluster,
  clusterActive,
  files,
  role,
  logGroup,
  register,
  targetGroup,
  alternateGroup,
  targetGroupArn,
  loadBalancerGroup,
  taskGroup,
  taskRule,
  loadBalancer,
  certificate,
  certificateIssued,
  listener,
  shiftRole,
  shiftRule,
  domain,
  redirect,
  loadBalancerActive,
  release,
  service,
  scaling,
  alarms,
  scheduleRole,
  rollout,
  schedules,
  settle,
  live,
];
