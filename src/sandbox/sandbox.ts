/** Composes the sandbox: one account, its services, and the server in front of them. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Evaluator } from "./cloudwatch/evaluator";
import { addDefaultVpc } from "./ec2/network";
import { BlobStore } from "./ecr/blobs";
import { RegistryServer } from "./ecr/registryServer";
import { DockerEngine, engineAnswers, imagesOf, removeImages, sweep } from "./ecs/docker";
import type { ContainerEngine } from "./ecs/engine";
import { Sampler } from "./ecs/sampler";
import { count } from "./ecs/events";
import { Scheduler } from "./ecs/scheduler";
import { groupsOf } from "./ecs/shiftStart";
import { SimulatedEngine } from "./ecs/simulated";
import { requestStop } from "./ecs/launch";
import type { TaskParts } from "./ecs/taskDriver";
import { DataPlane } from "./elb/proxy";
import type { Keys } from "./iam/sts";
import { iamId, token } from "./ids";
import type { Options } from "./options";
import { scaleByAlarm } from "./scaling/byAlarm";
import { timedActions } from "./scaling/schedules";
import { timedSchedules } from "./scheduler/invoke";
import { Api } from "./server/api";
import { Control } from "./server/control";
import { coverage } from "./server/coverage";
import { Faults } from "./server/faults";
import { Leases } from "./server/leases";
import { Server } from "./server/server";
import type { StateDir } from "./stateDir";
import type { ServiceRecord, TaskRecord } from "./states";
import { makeTables } from "./tables";
import { Timetable } from "./timetable";
import { SandboxState, type Region } from "./world";
import type { RegistryTokens } from "./ecr/records";

/** What a caller needs to talk to a running sandbox. */
export interface Running {
  readonly port: number;
  readonly exports: readonly string[];
  /** How tasks run; differs from the option when no engine answers. */
  readonly tasks: "container" | "simulated";
  stop(): Promise<void>;
}

const PASSWORD_MS = 12 * 3600 * 1000;

/** The coverage table, without starting anything. */
export function coverageTable(options: Options, scratch: string): string {
  const world = new SandboxState(options);
  const tables = makeTables({
    world,
    keys: new Map(),
    blobs: new BlobStore(path.join(scratch, "blobs")),
    tokens: new Map(),
    onPort: () => undefined,
    begin: () => undefined,
    evaluator: () => {
      throw new Error("no alarms here");
    },
    schedules: () => {
      throw new Error("no schedules here");
    },
    tasks: () => {
      throw new Error("no tasks here");
    },
  });
  return coverage(tables);
}

/** Removes what killed runs left in the engine. */
async function sweepAll(registries: readonly string[]): Promise<void> {
  await sweep();
  for (const host of registries) await removeImages(await imagesOf(host));
}

/** Starts everything; `expire` is called when the last lease is over. */
export async function startSandbox(options: Options, state: StateDir, expire: () => void): Promise<Running> {
  const world = new SandboxState(options);
  const evaluator = new Evaluator(world, scaleByAlarm(world));
  world.onRegion = (region) => {
    addDefaultVpc(world, region);
    evaluator.watch(region);
  };
  const faults = new Faults();
  world.faultFires = (kind, subject) => faults.fires(kind, subject);
  const keys: Keys = new Map();
  const accessKeyId = iamId("AKIA");
  const secret = token(40).replaceAll("-", "/").replaceAll("_", "+");
  keys.set(accessKeyId, {
    secret,
    caller: { arn: `arn:aws:iam::${options.account}:user/sandbox`, userId: iamId("AIDA"), accessKeyId },
  });
  const blobs = new BlobStore(path.join(state.dir, "blobs"));
  const tokens: RegistryTokens = new Map();

  const useEngine = options.tasks === "container" && (await engineAnswers());
  if (useEngine) await sweepAll(state.orphans).catch(() => undefined);
  const engine: ContainerEngine = useEngine
    ? new DockerEngine(state.run, path.join(state.dir, "docker"), () => `127.0.0.1:${world.port}`)
    : new SimulatedEngine();

  const sampler = new Sampler(world);
  world.measure = () => sampler.wake();
  const services = (region: Region, record: TaskRecord): ServiceRecord | undefined =>
    region.ecs.services.get(record.serviceArn ?? "");
  const password = (region: string): string => {
    const fresh = token(64);
    tokens.set(fresh, { region, expiresAt: Date.now() + PASSWORD_MS });
    return fresh;
  };
  const taskParts = (region: Region): TaskParts => ({
    world,
    region,
    engine,
    password,
    observe: (record, containers) => sampler.observe(region, record, containers),
    targets: (record) => {
      const revision = services(region, record)?.revisions.get(
        services(region, record)?.rollouts.get(record.deploymentId ?? "")?.revisionArn ?? "",
      );
      const groups = groupsOf(revision);
      return (revision?.loadBalancers ?? []).map((b, n) => ({
        targetGroupArn: groups[n] ?? "",
        containerName: b.containerName ?? "",
        containerPort: b.containerPort ?? 0,
      }));
    },
    pinned: (record) => {
      const revision = services(region, record)?.revisions.get(
        services(region, record)?.rollouts.get(record.deploymentId ?? "")?.revisionArn ?? "",
      );
      return new Map(
        (revision?.containerImages ?? []).flatMap((i) =>
          i.imageDigest && i.containerName ? [[i.containerName, i.imageDigest] as const] : [],
        ),
      );
    },
    notify: (record, what, detail) => {
      const service = services(region, record);
      if (!service) return;
      if (what !== "changed") count(service, what, what === "draining" ? (record.deploymentId ?? "") : (detail ?? ""));
      service.wake();
    },
  });

  const schedules = new Timetable(world, [timedActions, (region) => timedSchedules(taskParts(region))]);
  const ports: { bind: (port: number) => void } = { bind: () => undefined };
  const tables = makeTables({
    world,
    keys,
    blobs,
    tokens,
    onPort: (port) => ports.bind(port),
    evaluator: () => evaluator,
    schedules: () => schedules,
    tasks: taskParts,
    begin: (region, record) => {
      sampler.wake();
      world.background(
        `service ${record.service.serviceName ?? ""}`,
        new Scheduler(taskParts, world, region, record).run(),
      );
    },
  });
  const api = new Api(world, tables, keys, faults);
  const dataPlane = new DataPlane(world);
  const leases = new Leases(options.leased, expire);
  const sandboxToken = token(40);

  const stopTasks = async (): Promise<void> => {
    const tasks = [...world.regions.values()].flatMap((r) => [...r.ecs.tasks.values()]);
    for (const t of tasks) {
      t.registered = [];
      requestStop(t, "UserInitiated", "The sandbox stops.");
    }
    await Promise.resolve();
  };
  const reset = async (): Promise<void> => {
    for (const region of world.regions.values()) {
      for (const s of region.ecs.services.values()) {
        s.service.status = "INACTIVE";
        s.wake();
      }
    }
    await stopTasks();
    const old = [...world.regions.values()].flatMap((r) => [...r.ecs.tasks.values()].map((t) => t.done));
    world.clear();
    schedules.reset();
    faults.clear();
    api.reset();
    tokens.clear();
    for (const [id, { userName }] of keys) if (userName !== undefined) keys.delete(id);
    server.releaseListeners();
    await Promise.all(old);
    blobs.clear();
  };
  const control = new Control({
    world,
    api,
    faults,
    schedules,
    leases,
    token: sandboxToken,
    version: "1",
    engine: () => engine.kind,
    reset,
    coverage: () => coverage(tables),
  });
  const server = new Server({ world, api, registry: new RegistryServer(world, blobs, tokens), dataPlane, control });
  ports.bind = (port) => server.bindListener(port);
  world.port = await server.listen(options.port);
  state.remember(`127.0.0.1:${world.port}`);

  const authority = path.join(state.dir, "authority.pem");
  writeFileSync(authority, world.authority.certificate);
  const endpoint = `http://127.0.0.1:${world.port}`;
  const exports = Object.entries({
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: options.region,
    AWS_DEFAULT_REGION: options.region,
    SLIPWAY_SANDBOX_TOKEN: sandboxToken,
    SLIPWAY_SANDBOX_CA: authority,
    SLIPWAY_ADDRESS_MAP: `.localhost=127.0.0.1:${world.port}`,
  }).map(([name, value]) => `export ${name}=${value}`);

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    leases.close();
    sampler.close();
    evaluator.close();
    schedules.close();
    world.clock.end();
    dataPlane.close();
    await server.close();
    await engine.close();
    state.remove();
  };
  return { port: world.port, exports, tasks: engine.kind, stop: () => (stopped ??= stop()) };
}
