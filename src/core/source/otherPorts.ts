/** Ports that an image exposes beside the one that gets the traffic. */
import type { Protocol } from "./exposedPorts";

export interface OtherPort {
  port: number;
  protocol: Protocol;
}

/** `9090, 53/udp`; a long list is cut. */
export function portsInWords(ports: readonly OtherPort[]): string {
  const words = ports
    .slice(0, 8)
    .map(({ port, protocol }) => (protocol === "tcp" ? String(port) : `${port}/${protocol}`));
  return ports.length > 8 ? `${words.join(", ")} and ${ports.length - 8} more` : words.join(", ");
}
