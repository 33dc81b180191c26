/** Who may reach a port: CIDR blocks of slipway.json, held to the form in which EC2 stores them, and prefix lists. */
import { canonicalBlock, parseAddress } from "../base/cidr";
import type { ApplicationConfig, ApplicationOverrides, SlipwayConfig } from "./schema";

/** A block that slipway.json states and that is none. */
export interface BadBlock {
  /** The members that lead to it. */
  path: (string | number)[];
  message: string;
}

function message(text: string): string {
  const address = parseAddress(text);
  return address
    ? `"${text}" is an address, and a CIDR block is needed: "${text}/${address.bits}" for it alone`
    : `"${text}" is no CIDR block, such as "203.0.113.0/24" or "2001:db8::/32", and neither a prefix list (pl-…) nor cloudfront`;
}

/** The id of a prefix list. */
export const isPrefixList = (source: string): boolean => /^pl-[0-9a-f]{8,17}$/.test(source);

/**
 * Lists of AWS that have a name of their own here, since their ids differ from region to region.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
 */
export const namedLists: Readonly<Record<string, string>> = {
  cloudfront: "com.amazonaws.global.cloudfront.origin-facing",
};

function blocksOf(stated: readonly string[], path: BadBlock["path"], bad: BadBlock[]): string[] {
  return stated.map((text, index) => {
    if (isPrefixList(text) || Object.hasOwn(namedLists, text)) return text;
    const block = canonicalBlock(text);
    if (block === undefined) bad.push({ path: [...path, index], message: message(text) });
    return block ?? text;
  });
}

function overridesWith<T extends ApplicationOverrides>(stated: T, path: BadBlock["path"], bad: BadBlock[]): T {
  const { loadBalancer, network } = stated;
  const result = { ...stated };
  if (typeof loadBalancer === "object" && loadBalancer.allowFrom) {
    const allowFrom = blocksOf(loadBalancer.allowFrom, [...path, "loadBalancer", "allowFrom"], bad);
    result.loadBalancer = { ...loadBalancer, allowFrom };
  }
  if (network?.allowFrom)
    result.network = { ...network, allowFrom: blocksOf(network.allowFrom, [...path, "network", "allowFrom"], bad) };
  return result;
}

/**
 * The configuration with every `allowFrom` in EC2's own form (10.0.0.5/8 is 10.0.0.0/8), so that it can be compared with what
 * a security group says; and what of it is no block.
 */
export function withCanonicalBlocks(config: SlipwayConfig): { config: SlipwayConfig; bad: BadBlock[] } {
  const bad: BadBlock[] = [];
  const applications = Object.entries(config.applications).map(([name, stated]): [string, ApplicationConfig] => {
    const path = ["applications", name];
    const application = overridesWith(stated, path, bad);
    if (stated.environments)
      application.environments = Object.fromEntries(
        Object.entries(stated.environments).map(([environment, overrides]) => [
          environment,
          overridesWith(overrides, [...path, "environments", environment], bad),
        ]),
      );
    return [name, application];
  });
  return { config: { ...config, applications: Object.fromEntries(applications) }, bad };
}
