/** What a person should know of how a project was read: codes with values, put into words by the render room. */
import type { OtherPort } from "../source/otherPorts";
import type { DockerfileFacts } from "../source/dockerfile";
import type { PortChoice } from "./port";

export interface ProjectNoteValues {
  /** Several ports are exposed: which one was taken, where it was found, what the others are. */
  portChosen: {
    readonly port: number;
    readonly from: string;
    readonly others: readonly OtherPort[];
    readonly clear: boolean;
  };
  /** The HEALTHCHECK asks another port than the one that the load balancer is sent to. */
  healthCheckPort: { readonly asked: number; readonly port: number; readonly line: number };
  /** A line that the builder refuses unless the base image sets what is missing there, or that `syntax` may take. */
  dockerfileDoubt: { readonly message: string; readonly line: number; readonly syntax?: string };
}

export type ProjectNote = {
  [Code in keyof ProjectNoteValues]: { readonly code: Code } & ProjectNoteValues[Code];
}[keyof ProjectNoteValues];

/** A range can be of thousands. */
const mostPorts = 100;

export function notesOf({ healthCheck, doubts }: DockerfileFacts, port: PortChoice | undefined): ProjectNote[] {
  const notes: ProjectNote[] = [];
  const found = port && port.source !== "config" && port.source !== "answer";
  if (found && (port.others.length > 0 || !port.clear)) {
    const { from, others, clear } = port;
    notes.push({ code: "portChosen", port: port.port, from, others: others.slice(0, mostPorts), clear });
  }
  if (port && healthCheck?.port !== undefined && healthCheck.port !== port.port)
    notes.push({ code: "healthCheckPort", asked: healthCheck.port, port: port.port, line: healthCheck.line });
  for (const doubt of doubts) notes.push({ code: "dockerfileDoubt", ...doubt });
  return notes;
}
