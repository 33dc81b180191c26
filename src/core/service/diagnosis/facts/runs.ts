/** Facts about what ran: exit codes, memory, counts of tasks, quota, deployments, and what the URL answers. */
import { memoryClimb } from "../figures";
import { valueOf } from "../../snapshot/serviceSnapshot";
import { zonesWithoutFargate } from "../../../base/zones";
import { subnetsOf } from "../network";
import { proved, refuted, refutedByCode, supported, unknown, type Fact, type DiagnosisContext } from "../types";

const exitOf = ({ container }: DiagnosisContext): number | undefined => container?.exitCode;

/** The container that failed ended with one of these codes. */
const exited =
  (...codes: readonly number[]): Fact =>
  (context) => {
    const code = exitOf(context);
    if (code === undefined)
      return context.task && context.mode === "stopped"
        ? unknown(`No exit code is known of the task ${context.task.id}.`)
        : refuted("No container has ended.");
    const name = context.container?.name ?? "";
    return codes.includes(code)
      ? proved(`The container ${name} exited with code ${code}.`, { exit: String(code), container: name })
      : refutedByCode(`The exit code is ${code}.`);
  };

const special = [0, 126, 127, 134, 137, 139, 143, 255];

/** A code of the application's own. */
const exitedItself: Fact = (context) => {
  const code = exitOf(context);
  if (code === undefined)
    return context.task && context.mode === "stopped"
      ? unknown(`No exit code is known of the task ${context.task.id}.`)
      : refuted("No container has ended.");
  if (special.includes(code)) return refutedByCode(`The exit code is ${code}.`);
  return proved(`The container ${context.container?.name ?? ""} exited with code ${code}.`, { exit: String(code) });
};

const memoryWords = /out of ?memory|cannot allocate memory|\bENOMEM\b|MemoryError|heap limit/i;

/** Killed with nobody having asked for it, or the application says that memory ran out. */
const memoryRanOut: Fact = (context) => {
  const code = exitOf(context);
  if (code === undefined)
    return context.mode === "stopped" ? unknown("No exit code is known.") : refuted("No container has ended.");
  const line = context.task?.lastLines.find((item) => memoryWords.test(item));
  const reason = context.task?.containers.some((container) => /OutOfM/i.test(container.reason ?? ""));
  if (reason) return proved("ECS says OutOfMemory of the container.");
  if (line) return supported(`It printed: ${line.trim()}`);
  if (code !== 137) return refutedByCode(`The exit code is ${code}, not 137.`);
  if (context.task?.stopCode !== "EssentialContainerExited")
    return refuted("ECS had asked the task to stop before it was killed.");
  // ECS says it in so many words when memory was the cause; where the task's reason is whole and the container has none, it was not.
  const climb = memoryClimb((context.snapshot.figures && valueOf(context.snapshot.figures)?.memory) ?? []);
  if (climb !== undefined) return supported(`Exit code 137 means killed. ${climb}`);
  if ((context.task.stoppedReason ?? "").startsWith("Essential container in task exited"))
    return unknown("Exit code 137 means killed, and ECS does not say that memory was the cause.");
  return supported("Exit code 137 means killed, and nobody had asked the task to stop.");
};

/** Killed after it was asked to stop: SIGTERM was ignored. */
const killedWhenStopped: Fact = (context) => {
  const code = exitOf(context);
  if (code !== 137)
    return code === undefined ? unknown("No exit code is known.") : refutedByCode(`The exit code is ${code}, not 137.`);
  const timeout = Number(context.containerDefinition?.["stopTimeout"] ?? 30);
  const values = { stopTimeout: String(timeout) };
  if (
    ["ServiceSchedulerInitiated", "UserInitiated", "SpotInterruption", "TerminationNotice"].includes(
      context.task?.stopCode ?? "",
    )
  )
    return proved(
      `ECS asked the task to stop (${context.task?.stopCode ?? ""}), and ${timeout} s later its container was killed.`,
      values,
    );
  if ((context.task?.stoppedReason ?? "").startsWith("Essential container in task exited"))
    return supported("Exit code 137 means killed; ECS says nothing of memory.", values);
  return unknown("Exit code 137 means killed; by whom is not said.");
};

const stoppedBy =
  (code: string, why: string): Fact =>
  ({ task }) =>
    task?.stopCode === code
      ? proved(why)
      : task?.stopCode
        ? refutedByCode(`The stop code is ${task.stopCode}.`)
        : unknown("No stop code is known.");

/** ECS stopped a task that the newest deployment does not need. */
const scaledIn: Fact = ({ task, mode }) =>
  mode === "ended" && task?.stopCode === "ServiceSchedulerInitiated"
    ? proved("ECS stopped a task of an older deployment, or one that was too many.")
    : refuted("The task was not stopped on purpose.");

/** No container started, and the exit code or the lines say that its command could not. */
const commandBroken: Fact = (context) => {
  const code = exitOf(context);
  if (code === 126 || code === 127)
    return proved(
      `The container ${context.container?.name ?? ""} ended with code ${code}: ` +
        `${code === 127 ? "the command was not found" : "the command cannot be executed"}.`,
      { exit: String(code) },
    );
  return code === undefined ? unknown("No exit code is known.") : refutedByCode(`The exit code is ${code}.`);
};

const noFreeAddress: Fact = (context) => {
  const subnets = subnetsOf(context);
  if (!subnets?.length) return unknown("How many addresses the subnets have left could not be read.");
  const full = subnets.filter((subnet) => subnet.freeAddresses <= 0);
  const line = subnets
    .map((subnet) => `${subnet.id} (${subnet.zone}) has ${subnet.freeAddresses} free addresses`)
    .join(", ");
  if (full.length === subnets.length) return proved(`${line}.`, { subnet: full[0]?.id ?? "" });
  return full.length ? supported(`${line}.`, { subnet: full[0]?.id ?? "" }) : refuted(`${line}.`);
};

/** The task stopped before it had a network interface. */
const noInterface: Fact = ({ task, mode }) => {
  if (!task || mode !== "stopped" || task.stopCode !== "TaskFailedToStart" || task.pullStartedAt !== undefined)
    return refuted("The task had its network interface.");
  if (task.networkInterface !== undefined || task.address !== undefined)
    return unknown("The task had a network interface; whether it worked is not known.");
  return supported("The task stopped before it had a network interface.");
};

const vcpus = (context: DiagnosisContext): number => {
  const stated = context.definition?.cpu ?? context.task?.cpu ?? "256";
  const number = Number(/^[\d.]+/.exec(stated)?.[0] ?? 256);
  return /vcpu/i.test(stated) ? number : number / 1024;
};

/** The service alone wants more vCPUs than the account may run. */
const aboveQuota: Fact = (context) => {
  const { fargateCpus } = context.snapshot;
  const service = valueOf(context.snapshot.service);
  if (!fargateCpus.known || fargateCpus.value === undefined)
    return unknown("The quota of Fargate vCPUs could not be read.");
  if (!service) return unknown("How many tasks are wanted is not known.");
  const quota = fargateCpus.value;
  const each = vcpus(context);
  const steady = service.desired * each;
  const peak =
    service.deployments.length > 1
      ? Math.floor((service.desired * (service.maximumPercent ?? 200)) / 100) * each
      : steady;
  const values = { quota: String(quota), wanted: String(steady), peak: String(peak) };
  if (steady > quota)
    return proved(
      `${service.desired} tasks of ${each} vCPU are ${steady} vCPUs; the account may run ${quota}.`,
      values,
    );
  if (peak > quota)
    return supported(`During the deployment up to ${peak} vCPUs run; the account may run ${quota}.`, values);
  if ((service.running + service.pending + 1) * each > quota)
    return supported(
      `${service.running + service.pending} tasks of ${each} vCPU run; the account may run ${quota} vCPUs.`,
      values,
    );
  return refuted(`The service wants ${steady} vCPUs; the account may run ${quota}.`);
};

/** Minimum and maximum percent leave no room to stop or to start a task. */
const countCannotMove: Fact = (context) => {
  const service = valueOf(context.snapshot.service);
  if (!service) return unknown("The service could not be read.");
  const { desired, minimumHealthyPercent: low = 100, maximumPercent: high = 200 } = service;
  const [least, most] = [Math.ceil((desired * low) / 100), Math.floor((desired * high) / 100)];
  const values = { minimum: String(low), maximum: String(high), least: String(least), most: String(most) };
  const line = `Of ${desired} tasks at least ${least} have to run (${low} %) and at most ${most} may (${high} %)`;
  if (desired > 0 && most <= least)
    return context.mode === "stuck" || context.mode === "short" || service.deployments.length > 1
      ? proved(`${line}: none can be stopped first, and none started first.`, values)
      : supported(`${line}.`, values);
  return refuted(`${line}.`);
};

const zoneWithoutFargate: Fact = (context) => {
  const subnets = subnetsOf(context);
  if (!subnets?.length) return unknown("In which zones the subnets are could not be read.");
  const bad = subnets.filter((subnet) => zonesWithoutFargate.has(subnet.zoneId));
  const [first] = bad;
  if (!first) return refuted("Every subnet is in a zone that has Fargate.");
  const values = { subnet: first.id, zone: first.zone, zoneId: first.zoneId };
  const why = `The subnet ${first.id} is in ${first.zone} (${first.zoneId}), where there is no Fargate.`;
  return bad.length === subnets.length ? proved(why, values) : supported(why, values);
};

const largestTask = { vcpu: 16 };

const sizeAboveLimit: Fact = (context) =>
  context.definition
    ? vcpus(context) > largestTask.vcpu
      ? proved(`The task asks for ${vcpus(context)} vCPUs; Fargate's largest has ${largestTask.vcpu}.`)
      : unknown(`The task asks for ${vcpus(context)} vCPUs; what the account may run is not known.`)
    : unknown("The task's size is not known.");

const breakerTripped: Fact = (context) => {
  if (context.before) return refuted("What runs now is not the deployment that was taken back.");
  const deployment = context.serviceDeployment;
  const failed = valueOf(context.snapshot.service)?.deployments.some((item) => item.rolloutState === "FAILED");
  if (deployment?.circuitBreaker?.status === "TRIGGERED")
    return proved(
      `The circuit breaker gave up after ${deployment.circuitBreaker.failureCount} failed tasks (of ` +
        `${deployment.circuitBreaker.threshold}).`,
    );
  if (failed) return supported("The deployment has failed.");
  return deployment
    ? refuted("The circuit breaker has not given up.")
    : unknown("The service's deployments could not be read.");
};

/** Taken back although the circuit breaker did not give up: an alarm, or somebody asked. */
const takenBack: Fact = (context) => {
  if (context.before) return refuted("What runs now is not the deployment that was taken back.");
  const deployment = context.serviceDeployment;
  if (!deployment) return unknown("The service's deployments could not be read.");
  if (!deployment.status.startsWith("ROLLBACK")) return refuted("The newest deployment was not rolled back.");
  if (deployment.circuitBreaker?.status === "TRIGGERED") return refuted("The circuit breaker gave up.");
  return unknown("The deployment was rolled back without the circuit breaker: by an alarm, or because somebody asked.");
};

const urlAnswers =
  (...codes: readonly number[]): Fact =>
  ({ snapshot: { url } }) => {
    if (!url) return unknown("The URL was not asked.");
    if (url.status === undefined) return refuted(`${url.url} does not answer: ${url.error ?? "silence"}.`);
    return codes.includes(url.status)
      ? proved(
          `${url.url} answers ${url.status}.`,
          { url: url.url, code: String(url.status) },
          url.start ? [`It begins: ${url.start.slice(0, 200).replace(/\s+/g, " ")}`] : [],
        )
      : refuted(`${url.url} answers ${url.status}.`);
  };

const silent =
  (words: RegExp): Fact =>
  ({ snapshot: { url } }) => {
    if (!url) return unknown("The URL was not asked.");
    if (url.status !== undefined) return refuted(`${url.url} answers ${url.status}.`);
    return words.test(url.error ?? "")
      ? proved(`${url.url}: ${url.error ?? ""}.`, {
          url: url.url,
          host: URL.canParse(url.url) ? new URL(url.url).hostname : url.url,
        })
      : refuted(`${url.url}: ${url.error ?? "no answer"}.`);
  };

const nameWords = /ENOTFOUND|EAI_AGAIN|not known here|getaddrinfo|NXDOMAIN/i;

/** What the certificate of an HTTPS listener is worth, whether or not the application behind it answers. */
const certificateWrong: Fact = ({ snapshot: { url } }) => {
  if (!url) return unknown("The URL was not asked.");
  const { certificate } = url;
  if (!certificate) return refuted(`${url.url} is not asked through TLS, or shows no certificate.`);
  if (certificate.error === undefined) return refuted(`The certificate that ${url.url} shows is valid.`);
  // One that was not shown at all says nothing of itself.
  if (certificate.names.length === 0) return unknown(`${url.url} shows no certificate: ${certificate.error}`);
  return proved(`${url.url} shows a certificate for ${certificate.names.join(", ")}: ${certificate.error}.`, {
    url: url.url,
    host: new URL(url.url).hostname,
    names: certificate.names.join(", "),
    certificateWhy: certificate.error.replace(/\.$/, ""),
  });
};

const nobodyThere: Fact = (context) =>
  context.mode === "absent"
    ? proved(
        `There is no service ${context.snapshot.subject.service ?? ""} in the cluster ` +
          `${context.snapshot.subject.cluster}.`,
      )
    : refuted("The service is there.");
/** No service, because the deployment that would have made it failed before. */
const lastRunFailed: Fact = (context) => {
  const failure = context.symptoms.error ?? context.symptoms.lastFailure;
  if (context.mode !== "absent") return refuted("The service is there.");
  if (!failure) return unknown("How the last deployment ended is not known here.");
  const plain = (text: string | undefined) => (text ?? "").replace(/\.$/, "");
  return proved(
    `The last deployment failed${failure.step === undefined ? "" : ` at the step ${failure.step}`}: ${failure.summary}`,
    { failure: plain(failure.summary), ...(failure.remedy ? { failureRemedy: plain(failure.remedy) } : {}) },
    failure.evidence.slice(0, 15),
  );
};
const nobodyWanted: Fact = (context) =>
  context.mode === "idle" ? proved("The service's desired count is 0.") : refuted("Tasks are wanted.");

export const runFacts = {
  exitedZero: exited(0),
  exitedItself,
  memoryRanOut,
  killedWhenStopped,
  exitedCrash: exited(139),
  exitedAbort: exited(134),
  exitedTerminated: exited(143),
  exited255: exited(255),
  commandBroken,
  noFreeAddress,
  noInterface,
  aboveQuota,
  countCannotMove,
  zoneWithoutFargate,
  sizeAboveLimit,
  breakerTripped,
  takenBack,
  scaledIn,
  spotTaken: stoppedBy("SpotInterruption", "AWS took the Spot capacity back."),
  retired: stoppedBy("TerminationNotice", "AWS retired what the task ran on."),
  byPerson: stoppedBy("UserInitiated", "Somebody stopped the task."),
  answers502: urlAnswers(502),
  answers503: urlAnswers(503),
  answers504: urlAnswers(504),
  answersOther5: urlAnswers(500, 501, 505, 507, 508, 561),
  certificateWrong,
  nameUnknown: silent(nameWords),
  urlSilent: silent(/^(?!.*(ENOTFOUND|EAI_AGAIN|not known here|getaddrinfo|NXDOMAIN))/i),
  nobodyThere,
  lastRunFailed,
  nobodyWanted,
};
