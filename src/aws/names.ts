/** Certificates and zones, whose clients are a bundle of their own: few applications have either. */
import type { CertificatePort, ZonePort } from "../core/ports/cloud";
import type { Caller } from "./session";

const load = () => import("./names/ports");

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

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
