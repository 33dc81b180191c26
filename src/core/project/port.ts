/** The port of an application, and what else its image exposes. */
import type { ContainerEngine } from "../ports/machine";
import type { DockerfileFacts } from "../source/dockerfile";
import type { OtherPort } from "../source/otherPorts";
import { webPort } from "../source/webPort";

/** What says the port. */
export type PortSource =
  | "expose"
  | "environment"
  | "healthCheck"
  | "baseImage"
  | "config"
  | "answer"
  | "taskDefinition";

export interface PortChoice {
  port: number;
  source: PortSource;
  /** The same in words. */
  from: string;
  /** False where another port may as well be the one: a person is asked, and `--yes` takes this one. */
  clear: boolean;
  /** What else the image exposes. */
  others: OtherPort[];
}

/** EXPOSE, the environment, the health check, then what the base image exposes, where it is on this machine. */
export async function findPort(facts: DockerfileFacts, engine: ContainerEngine): Promise<PortChoice | undefined> {
  const found = webPort(facts);
  const base = facts.baseImage;
  // What is only hinted at does not outweigh what the base image says itself.
  if (!base || base === "scratch" || found?.clear || facts.ports.length > 0) return found;
  const image = await engine.inspect(base).catch(() => undefined);
  if (!image || image.ports.length === 0) return found;
  const ports = image.ports.map((port) => ({ port, protocol: "tcp" as const, line: 0 }));
  const inherited = webPort({ ...facts, ports });
  return inherited?.source === "expose"
    ? { ...inherited, source: "baseImage", from: `the base image ${base}` }
    : inherited;
}
