/** The Compose Specification's members and their types, as far as Compose itself refuses what is not of them. */

/** One of several types, a list, a mapping of any names, or a mapping of these members (`x-` ones are always taken). */
export type Type =
  | "string"
  | "number"
  | "integer"
  | "boolean"
  | "null"
  | "any"
  | { readonly oneOf: readonly Type[] }
  | { readonly list: Type; readonly unique?: true }
  | { readonly each: Type; readonly names?: RegExp; readonly lenient?: true }
  | { readonly members: Readonly<Record<string, Type>>; readonly required?: readonly string[]; readonly closed?: true };

const oneOf = (...types: Type[]): Type => ({ oneOf: types });
const listOf = (list: Type): Type => ({ list });
const members = (given: Readonly<Record<string, Type>>, ...required: string[]): Type => ({ members: given, required });

const name = /^[a-zA-Z0-9._-]+$/;
const text: Type = "string";
const numeric = oneOf("number", "string");
const whole = oneOf("integer", "string");
const flag = oneOf("boolean", "string");
const texts = listOf("string");
const distinctTexts: Type = { list: "string", unique: true };
const textOrTexts = oneOf("string", distinctTexts);
const listOrDict = oneOf({ each: oneOf("string", "number", "boolean", "null"), names: /./ }, texts);
const hosts = oneOf({ each: oneOf("string", texts), names: /./ }, texts);
const command = oneOf("null", "string", texts);
const options: Type = { each: oneOf("string", "number"), lenient: true };
const external = oneOf("boolean", "string", members({ name: text }));
const openExternal = oneOf("boolean", "string", { each: "any", lenient: true });
const ulimits: Type = {
  each: oneOf("integer", "string", members({ hard: whole, soft: whole }, "soft", "hard")),
  lenient: true,
};
const mounts = listOf(oneOf("string", members({ source: text, target: text, uid: text, gid: text, mode: numeric })));
const hook = members({ command, user: text, privileged: flag, working_dir: text, environment: listOrDict }, "command");
const blkioLimits = listOf({ members: { path: text, rate: whole }, closed: true });
const device: Readonly<Record<string, Type>> = {
  capabilities: distinctTexts,
  count: whole,
  device_ids: distinctTexts,
  driver: text,
  options: listOrDict,
};
const rollout = members({
  parallelism: whole,
  delay: text,
  failure_action: text,
  monitor: text,
  max_failure_ratio: numeric,
  order: text,
});

/** Members of `build`. */
const buildMembers: Readonly<Record<string, Type>> = {
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: texts,
  args: listOrDict,
  ssh: listOrDict,
  labels: listOrDict,
  cache_from: texts,
  cache_to: texts,
  no_cache: flag,
  no_cache_filter: textOrTexts,
  additional_contexts: listOrDict,
  network: text,
  provenance: flag,
  sbom: flag,
  pull: flag,
  target: text,
  shm_size: whole,
  extra_hosts: hosts,
  isolation: text,
  privileged: flag,
  secrets: mounts,
  tags: texts,
  ulimits,
  platforms: texts,
};

const deploy = members({
  mode: text,
  endpoint_mode: text,
  replicas: whole,
  labels: listOrDict,
  rollback_config: rollout,
  update_config: rollout,
  resources: members({
    limits: members({ cpus: numeric, memory: text, pids: whole }),
    reservations: members({
      cpus: numeric,
      memory: text,
      generic_resources: listOf(members({ discrete_resource_spec: members({ kind: text, value: numeric }) })),
      devices: listOf(members(device)),
    }),
  }),
  restart_policy: members({ condition: text, delay: text, max_attempts: whole, window: text }),
  placement: members({
    constraints: texts,
    preferences: listOf(members({ spread: text })),
    max_replicas_per_node: whole,
  }),
});

const network = members({
  aliases: distinctTexts,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: distinctTexts,
  mac_address: text,
  driver_opts: options,
  priority: "number",
  gw_priority: "number",
});

const volume = members(
  {
    type: text,
    source: text,
    target: text,
    read_only: flag,
    consistency: text,
    bind: members({ propagation: text, create_host_path: flag, recursive: text, selinux: text }),
    volume: members({ labels: listOrDict, nocopy: flag, subpath: text }),
    tmpfs: members({ size: whole, mode: numeric }),
    image: members({ subpath: text }),
  },
  "type",
);

const watch = members(
  {
    ignore: textOrTexts,
    include: textOrTexts,
    path: text,
    action: text,
    target: text,
    exec: hook,
    initial_sync: flag,
  },
  "path",
  "action",
);

const service = members({
  develop: oneOf("null", members({ watch: listOf(watch) })),
  deploy: oneOf("null", deploy),
  annotations: listOrDict,
  attach: flag,
  build: oneOf("string", members(buildMembers)),
  blkio_config: {
    members: {
      device_read_bps: blkioLimits,
      device_read_iops: blkioLimits,
      device_write_bps: blkioLimits,
      device_write_iops: blkioLimits,
      weight: whole,
      weight_device: listOf({ members: { path: text, weight: whole }, closed: true }),
    },
    closed: true,
  },
  cap_add: texts,
  cap_drop: texts,
  cgroup: text,
  cgroup_parent: text,
  command,
  configs: mounts,
  container_name: text,
  cpu_count: whole,
  cpu_percent: whole,
  cpu_shares: numeric,
  cpu_quota: numeric,
  cpu_period: numeric,
  cpu_rt_period: numeric,
  cpu_rt_runtime: numeric,
  cpus: numeric,
  cpuset: text,
  credential_spec: members({ config: text, file: text, registry: text }),
  depends_on: oneOf(distinctTexts, {
    each: members({ restart: flag, required: "boolean", condition: text }, "condition"),
    names: name,
  }),
  device_cgroup_rules: distinctTexts,
  devices: listOf(oneOf("string", members({ source: text, target: text, permissions: text }, "source"))),
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  env_file: oneOf(
    "string",
    listOf(
      oneOf("string", { members: { path: text, format: text, required: flag }, required: ["path"], closed: true }),
    ),
  ),
  label_file: oneOf("string", texts),
  environment: listOrDict,
  expose: listOf(numeric),
  extends: oneOf("string", { members: { service: text, file: text }, required: ["service"], closed: true }),
  provider: members({ type: text, options: { each: "any", lenient: true } }, "type"),
  external_links: distinctTexts,
  extra_hosts: hosts,
  gpus: oneOf("string", listOf({ each: "any", lenient: true })),
  group_add: { list: numeric, unique: true },
  healthcheck: members({
    disable: flag,
    interval: text,
    retries: numeric,
    test: oneOf("string", texts),
    timeout: text,
    start_period: text,
    start_interval: text,
  }),
  hostname: text,
  image: text,
  init: flag,
  ipc: text,
  isolation: text,
  labels: listOrDict,
  links: texts,
  logging: members({ driver: text, options: { each: oneOf("string", "number", "null"), lenient: true } }),
  mac_address: text,
  mem_limit: numeric,
  mem_reservation: whole,
  mem_swappiness: whole,
  memswap_limit: numeric,
  network_mode: text,
  models: oneOf(distinctTexts, { each: members({ endpoint_var: text, model_var: text }), lenient: true }),
  networks: oneOf(distinctTexts, { each: oneOf("null", network), names: name }),
  oom_kill_disable: flag,
  oom_score_adj: whole,
  pid: oneOf("string", "null"),
  pids_limit: numeric,
  platform: text,
  ports: listOf(
    oneOf(
      "number",
      "string",
      members({
        name: text,
        mode: text,
        host_ip: text,
        target: whole,
        published: whole,
        protocol: text,
        app_protocol: text,
      }),
    ),
  ),
  post_start: listOf(hook),
  pre_stop: listOf(hook),
  pre_start: listOf(hook),
  privileged: flag,
  profiles: texts,
  pull_policy: text,
  pull_refresh_after: text,
  read_only: flag,
  restart: text,
  runtime: text,
  scale: whole,
  security_opt: texts,
  shm_size: numeric,
  secrets: mounts,
  sysctls: listOrDict,
  stdin_open: flag,
  stop_grace_period: text,
  stop_signal: text,
  storage_opt: { each: "any", lenient: true },
  tmpfs: textOrTexts,
  tty: flag,
  ulimits,
  use_api_socket: "boolean",
  user: text,
  uts: text,
  userns_mode: text,
  volumes: listOf(oneOf("string", volume)),
  volumes_from: distinctTexts,
  working_dir: text,
});

const ipam = members({
  driver: text,
  config: listOf(members({ subnet: text, ip_range: text, gateway: text, aux_addresses: { each: text } })),
  options: { each: text },
});

/** A whole Compose file, without what was included. */
export const composeType: Type = members({
  version: text,
  name: text,
  include: listOf("any"),
  services: { each: service, names: name },
  models: {
    each: members({ name: text, model: text, context_size: "integer", runtime_flags: texts }, "model"),
    lenient: true,
  },
  networks: {
    each: oneOf(
      "null",
      members({
        name: text,
        driver: text,
        driver_opts: options,
        ipam,
        external,
        internal: flag,
        enable_ipv4: flag,
        enable_ipv6: flag,
        attachable: flag,
        labels: listOrDict,
      }),
    ),
    lenient: true,
  },
  volumes: {
    each: oneOf("null", members({ name: text, driver: text, driver_opts: options, external, labels: listOrDict })),
    names: name,
  },
  secrets: {
    each: members({
      name: text,
      environment: text,
      file: text,
      external: openExternal,
      labels: listOrDict,
      driver: text,
      driver_opts: options,
      template_driver: text,
    }),
    names: name,
  },
  configs: {
    each: members({
      name: text,
      content: text,
      environment: text,
      file: text,
      external: openExternal,
      labels: listOrDict,
      template_driver: text,
    }),
    names: name,
  },
});
