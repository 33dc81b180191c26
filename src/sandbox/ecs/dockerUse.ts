/** What a container of the local engine uses: by the engine's own API where its socket is here, else by its command. */
import http from "node:http";
import type { ContainerUse } from "./engine";

const ANSWER_MS = 10_000;

/** The members of the engine's statistics that are looked at (`GET /containers/ID/stats`). */
interface Statistics {
  readonly read?: string;
  readonly cpu_stats?: { readonly cpu_usage?: { readonly total_usage?: number } };
  readonly memory_stats?: { readonly usage?: number; readonly stats?: Readonly<Record<string, number>> };
}

/** How the engine at that address is reached by HTTP; undefined where it is not that simple (ssh, TLS). */
export function engineSocket(host: string): http.RequestOptions | undefined {
  const local = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (local !== undefined) return { socketPath: local };
  const [, name, port] = /^tcp:\/\/([^:/]+):(\d+)$/.exec(host) ?? [];
  return name === undefined || process.env["DOCKER_TLS_VERIFY"] ? undefined : { host: name, port };
}

async function getJson(options: http.RequestOptions, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = http.get({ ...options, path, agent: false, timeout: ANSWER_MS }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        if (response.statusCode !== 200) return reject(new Error(`the engine answered ${response.statusCode}`));
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error("the engine does not answer")));
    request.on("error", reject);
  });
}

/** What the engine's statistics say; undefined of a container that does not run any more. */
export function useOf(found: unknown): ContainerUse | undefined {
  const { read, cpu_stats: cpu, memory_stats: memory } = found as Statistics;
  const cpuNs = cpu?.cpu_usage?.total_usage;
  const at = Date.parse(read ?? "");
  if (cpuNs === undefined || memory?.usage === undefined || Number.isNaN(at) || at <= 0) return undefined;
  // What the kernel would give back at once is not the container's own: by cgroup v1, or v2.
  const cache = memory.stats?.["total_inactive_file"] ?? memory.stats?.["inactive_file"] ?? 0;
  return { cpuNs, at, memoryBytes: Math.max(0, memory.usage - cache) };
}

/** Reads a container's use by HTTP. */
export async function useByApi(options: http.RequestOptions, id: string): Promise<ContainerUse | undefined> {
  return getJson(options, `/containers/${encodeURIComponent(id)}/stats?stream=false&one-shot=true`).then(
    useOf,
    () => undefined,
  );
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** What `docker stats` prints of a container, as percent of one processor and bytes. */
export function useInWords(line: string): { readonly cpuPercent: number; readonly memoryBytes: number } | undefined {
  let found: { readonly CPUPerc?: string; readonly MemUsage?: string };
  try {
    found = JSON.parse(line) as typeof found;
  } catch {
    return undefined;
  }
  const cpuPercent = Number(/^([\d.]+)%$/.exec(found.CPUPerc ?? "")?.[1] ?? NaN);
  const [, size, unit = ""] = /^([\d.]+)\s*([A-Za-z]+)/.exec(found.MemUsage ?? "") ?? [];
  const memoryBytes = Number(size ?? NaN) * (UNITS[unit] ?? NaN);
  return Number.isFinite(cpuPercent) && Number.isFinite(memoryBytes) ? { cpuPercent, memoryBytes } : undefined;
}
