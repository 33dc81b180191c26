/** Certificates, zones and schedules, whose clients are a bundle of their own: few applications have any of them. */
import type { CertificatePort, ZonePort } from "../core/ports/cloud";
import type { SchedulePort } from "../core/ports/schedules";
import type { Caller } from "./session";

const load = () => import("./apart/ports");

/** AWS Certificate Manager. */
export function certificatePort(caller: Caller): CertificatePort {
  const port = once(async () => (await load()).certificatePort(caller));
  return {
    find: async (arn) => (await port()).find(arn),
    ofDomain: async (domain) => (await port()).ofDomain(domain),
    issued: async () => (await port()).issued(),
    request: async (input) => (await port()).request(input),
    tag: async (arn, tags) => (await port()).tag(arn, tags),
    delete: async (arn) => (await port()).delete(arn),
  };
}

/** Route 53. */
export function zonePort(caller: Caller): ZonePort {
  const port = once(async () => (await load()).zonePort(caller));
  return {
    of: async (host) => (await port()).of(host),
    records: async (zone, name) => (await port()).records(zone, name),
    create: async (zone, record) => (await port()).create(zone, record),
    isEverywhere: async (change) => (await port()).isEverywhere(change),
    delete: async (zone, record) => (await port()).delete(zone, record),
  };
}

/** EventBridge Scheduler. */
export function schedulePort(caller: Caller): SchedulePort {
  const port = once(async () => (await load()).schedulePort(caller));
  return {
    findGroup: async (name) => (await port()).findGroup(name),
    createGroup: async (name, tags) => (await port()).createGroup(name, tags),
    deleteGroup: async (name) => (await port()).deleteGroup(name),
    list: async (group) => (await port()).list(group),
    create: async (group, settings) => (await port()).create(group, settings),
    update: async (group, settings) => (await port()).update(group, settings),
    move: async (group, name, definition, startsAt) => (await port()).move(group, name, definition, startsAt),
    delete: async (group, name) => (await port()).delete(group, name),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
