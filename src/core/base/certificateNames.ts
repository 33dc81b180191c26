/**
 * Whether a certificate's name is good for a host: a wildcard stands for exactly one label, the first.
 * Source: RFC 9525, section 6.3.
 */
export function coversHost(name: string, host: string): boolean {
  const [stated, asked] = [name, host].map((each) => each.toLowerCase().replace(/\.$/, "")) as [string, string];
  if (!stated.startsWith("*.")) return stated === asked;
  const [label, ...parent] = asked.split(".");
  return label !== "" && label !== "*" && parent.join(".") === stated.slice(2);
}

/** A host name in lower case, of two labels at least, as a certificate may be requested for. */
export const hostNamePattern = /^(?=.{1,253}$)(?:(?!-)[a-z0-9-]{0,62}[a-z0-9]\.)+(?!-)[a-z0-9-]{1,62}[a-z0-9]$/;
