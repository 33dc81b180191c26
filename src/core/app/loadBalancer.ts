/** The way in: the load balancer's listener, its certificate and its name, as slipway.json states them. */
import { literally, meet, wildcardParts } from "../base/wildcards";
import type { ApplicationOverrides } from "./schema";

/** The listener, its reach and how an adopted load balancer tells this application's requests. */
export interface LoadBalancerSettings {
  name: string;
  listenerPort: number;
  internal: boolean;
  pathPattern?: string;
  hostHeader?: string;
  allowFrom: string[];
  /** The name that people call it by. */
  domain?: string;
  /** `request`, or the ARN of a certificate of ACM; the listener speaks HTTPS where there is one. */
  certificate?: string;
  /** True where port 80 sends people to HTTPS. */
  redirectHttp?: boolean;
  idleTimeoutSeconds?: number;
  /** False: none are wanted; undefined where slipway.json says nothing of them. */
  accessLogs?: false | { readonly bucket: string; readonly prefix?: string | undefined };
}

type Stated = Exclude<ApplicationOverrides["loadBalancer"], boolean | undefined>;

/** The port that speaks plain HTTP where another one speaks HTTPS. */
export const plainPort = 80;
const securePort = 443;

/** What of the members does not go together, a sentence each. */
export function misfits({ certificate: stated, domain, redirectHttp, listenerPort, hostHeader }: Stated): string[] {
  const certificate = stated === false ? undefined : stated;
  const wrong: string[] = [];
  if (certificate !== undefined && domain === undefined)
    wrong.push(
      "loadBalancer.certificate needs loadBalancer.domain, the host name that people call: " +
        "a certificate is good for names alone",
    );
  if (certificate !== undefined && listenerPort === plainPort)
    wrong.push(
      "loadBalancer.listenerPort 80 speaks HTTP; with loadBalancer.certificate leave it out (443) or state another",
    );
  if (stated === undefined && redirectHttp === true)
    wrong.push("loadBalancer.redirectHttp needs loadBalancer.certificate: there is no HTTPS to redirect to");
  if (domain !== undefined && hostHeader !== undefined && !fitsHost(hostHeader, domain))
    wrong.push(
      `loadBalancer.domain ${domain} is no host that loadBalancer.hostHeader ${hostHeader} takes: ` +
        "its requests would not come here",
    );
  return wrong;
}

/** Whether a host condition of a listener rule takes a host. */
function fitsHost(pattern: string, host: string): boolean {
  return meet(wildcardParts(pattern, true), literally(host), true);
}

/** The settings with every default filled in. */
export function loadBalancerSettings(name: string, stated: Stated): LoadBalancerSettings {
  const { pathPattern, hostHeader, domain } = stated;
  const certificate = stated.certificate === false ? undefined : stated.certificate;
  const isSecure = certificate !== undefined;
  return {
    name,
    listenerPort: stated.listenerPort ?? (isSecure ? securePort : plainPort),
    internal: stated.internal ?? false,
    allowFrom: stated.allowFrom ?? ["0.0.0.0/0", "::/0"],
    ...(pathPattern === undefined ? {} : { pathPattern }),
    ...(hostHeader === undefined ? {} : { hostHeader }),
    ...(domain === undefined ? {} : { domain }),
    ...(stated.idleTimeoutSeconds === undefined ? {} : { idleTimeoutSeconds: stated.idleTimeoutSeconds }),
    ...(stated.accessLogs === undefined ? {} : { accessLogs: stated.accessLogs }),
    ...(certificate === undefined ? {} : { certificate, redirectHttp: stated.redirectHttp ?? true }),
  };
}
