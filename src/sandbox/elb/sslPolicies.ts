/**
 * Security policies of TLS listeners.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
import type { SecureVersion } from "node:tls";
import type { Elbv2Operations, SslPolicy } from "../model/elbv2.types";
import type { Table } from "../registry";
import { page } from "../util";
import { ApiError } from "../wire/errors";
import { badMarker } from "./loadBalancers";

const TLS13 = "TLS_AES_128_GCM_SHA256 TLS_AES_256_GCM_SHA384 TLS_CHACHA20_POLY1305_SHA256";
const GCM =
  "ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384 " +
  "ECDHE-RSA-AES256-GCM-SHA384";
const CBC = "ECDHE-ECDSA-AES128-SHA256 ECDHE-RSA-AES128-SHA256 ECDHE-ECDSA-AES256-SHA384 ECDHE-RSA-AES256-SHA384";
const SHA1 = "ECDHE-ECDSA-AES128-SHA ECDHE-RSA-AES128-SHA ECDHE-RSA-AES256-SHA ECDHE-ECDSA-AES256-SHA";
const RSA = "AES128-GCM-SHA256 AES128-SHA256 AES256-GCM-SHA384 AES256-SHA256";

/** The policies that are chosen most: name, protocols, ciphers. AWS has more, for older and FIPS clients. */
const POLICIES: readonly (readonly [name: string, protocols: string, ciphers: string])[] = [
  ["ELBSecurityPolicy-2016-08", "TLSv1 TLSv1.1 TLSv1.2", `${GCM} ${CBC} ${SHA1} ${RSA} AES128-SHA AES256-SHA`],
  ["ELBSecurityPolicy-TLS-1-2-2017-01", "TLSv1.2", `${GCM} ${CBC} ${RSA}`],
  ["ELBSecurityPolicy-TLS13-1-2-2021-06", "TLSv1.2 TLSv1.3", `${TLS13} ${GCM} ${CBC}`],
  ["ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "TLSv1.2 TLSv1.3", `${TLS13} ${GCM}`],
  ["ELBSecurityPolicy-TLS13-1-3-2021-06", "TLSv1.3", TLS13],
];

const described = ([Name, protocols, ciphers]: (typeof POLICIES)[number]): SslPolicy => ({
  Name,
  SslProtocols: protocols.split(" "),
  Ciphers: ciphers.split(" ").map((cipher, index) => ({ Name: cipher, Priority: index + 1 })),
  SupportedLoadBalancerTypes: ["application", "network"],
});

/** Throws where there is no such policy; without a name, it is the API's default one. */
export function policyNamed(name = "ELBSecurityPolicy-2016-08"): string {
  if (!POLICIES.some(([known]) => known === name))
    throw new ApiError("SSLPolicyNotFound", `SSL policy '${name}' not found`);
  return name;
}

/** The versions of TLS that a policy speaks. */
export function versionsOf(name: string | undefined): {
  readonly minVersion: SecureVersion;
  readonly maxVersion: SecureVersion;
} {
  const spoken = (POLICIES.find(([known]) => known === name)?.[1] ?? "TLSv1.2").split(" ");
  const last = spoken.at(-1) === "TLSv1.3" ? "TLSv1.3" : "TLSv1.2";
  return { minVersion: spoken[0] === "TLSv1.3" ? "TLSv1.3" : "TLSv1.2", maxVersion: last };
}

/** ELB's operation on security policies. */
export const sslOperations: Pick<Table<Elbv2Operations>, "DescribeSSLPolicies"> = {
  DescribeSSLPolicies: {
    supports: "*",
    run: (input) => {
      const missing = input.Names?.find((name) => !POLICIES.some(([known]) => known === name));
      if (missing !== undefined) throw new ApiError("SSLPolicyNotFound", `SSL policy '${missing}' not found`);
      const all = POLICIES.filter(([name]) => !input.Names?.length || input.Names.includes(name)).map(described);
      const p = page(all, input.Marker, input.PageSize ?? 400, badMarker);
      return { SslPolicies: p.items, NextMarker: p.next };
    },
  },
};
