/** The network of a deployment: what is stated, what a service has, else what the account offers. */
import { plainPort } from "../app/loadBalancer";
import { errorCode } from "../base/errors";
import { isRegionalZone, zonesWithoutFargate } from "../base/zones";
import type { Listener, LoadBalancer, TargetGroup } from "../ports/cloud";
import type { SubnetFacts } from "../ports/inspection";
import { missingVpc, noDefaultVpc, noSubnets, subnetNamed, tooFewZones } from "./networkErrors";
import type { NetworkChoice, ObservedState, RunInput } from "./observedState";

type See = <K extends keyof ObservedState>(key: K) => Promise<ObservedState[K]>;

/** VPC, subnets and whether tasks need a public address, from what is stated and what the account has. */
export async function inspectNetwork({ app, cloud }: RunInput, see: See): Promise<NetworkChoice> {
  const service = await see("service").catch((error: unknown) => {
    if (errorCode(error) === "Cancelled") throw error;
    return undefined;
  });
  // Where the service's target group is, its network is: one call less.
  const there = service && (await see("targetGroup"))?.vpc;
  const vpc =
    there !== undefined && (app.network.vpc ?? there) === there
      ? { id: there }
      : await cloud.ec2.findVpc(app.network.vpc);
  if (!vpc)
    throw app.network.vpc === undefined ? noDefaultVpc(await cloud.ec2.listVpcs()) : missingVpc(app.network.vpc);
  // Of a service that runs it is asked where something is wrong with it (diagnose, verify): one call less each time.
  const subnets = await cloud.ec2.listSubnets(vpc.id, { blocks: service === undefined });
  // An existing service keeps its subnets: they may have been chosen elsewhere.
  const stated = app.network.subnets ?? (service?.network?.subnets.length ? service.network.subnets : undefined);
  const taskSubnets = stated ? stated.map((id) => subnetNamed(subnets, id, vpc.id)) : chooseSubnets(subnets);
  if (taskSubnets.length === 0) throw noSubnets(vpc.id);
  const isPublic = taskSubnets.some((subnet) => subnet.egress === "internet");
  const assignPublicIp =
    app.network.assignPublicIp ?? (app.network.subnets ? undefined : service?.network?.assignPublicIp) ?? isPublic;
  const statedForBalancer = app.network.loadBalancerSubnets?.map((id) => subnetNamed(subnets, id, vpc.id));
  const loadBalancerSubnets = app.loadBalancer
    ? (statedForBalancer ?? chooseBalancerSubnets(subnets, taskSubnets, app.loadBalancer.internal))
    : [];
  if (app.loadBalancer && new Set(loadBalancerSubnets.map((subnet) => subnet.zone)).size < 2)
    throw tooFewZones(vpc.id, loadBalancerSubnets, app.loadBalancer.internal);
  return { vpc: vpc.id, taskSubnets, loadBalancerSubnets, all: subnets, assignPublicIp };
}

/** Neither in a Local Zone or Wavelength, nor on an Outpost: those are taken only where slipway.json names them. */
const isOfRegion = ({ zone, onOutpost }: SubnetFacts): boolean => isRegionalZone(zone) && onOutpost !== true;

/** A load balancer's subnets have a /27 at least. Source: the ELB user guide's page on application load balancers. */
const longestBalancerPrefix = 27;

/** One subnet a zone, in two zones; those with a way out first, public before private, most free addresses first. */
function chooseSubnets(subnets: readonly SubnetFacts[]): SubnetFacts[] {
  const ranks = { internet: 0, nat: 1, unknown: 2, none: 3 } as const;
  const rank = ({ egress, blocked }: SubnetFacts): number => (blocked?.out === "yes" ? ranks.none : ranks[egress]);
  const usable = subnets.filter(
    (subnet) => isOfRegion(subnet) && subnet.freeAddresses > 0 && !zonesWithoutFargate.has(subnet.zoneId),
  );
  const sorted = usable.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      Number(b.defaultForZone) - Number(a.defaultForZone) ||
      a.zone.localeCompare(b.zone) ||
      a.id.localeCompare(b.id),
  );
  const [best] = sorted;
  return onePerZone(sorted.filter((subnet) => best && rank(subnet) === rank(best))).slice(0, 2);
}

/** The zones of the tasks come first: a target in a zone that the load balancer does not cover gets no traffic. */
function chooseBalancerSubnets(
  subnets: readonly SubnetFacts[],
  taskSubnets: readonly SubnetFacts[],
  internal: boolean,
): SubnetFacts[] {
  const eligible = subnets.filter(
    (subnet) =>
      isOfRegion(subnet) &&
      (internal || subnet.egress === "internet") &&
      subnet.freeAddresses >= 8 &&
      Number(subnet.cidr.split("/")[1]) <= longestBalancerPrefix,
  );
  const zones = new Set(taskSubnets.map((subnet) => subnet.zone));
  const sorted = onePerZone(
    [...eligible].sort(
      (a, b) =>
        Number(a.blocked?.in ?? false) - Number(b.blocked?.in ?? false) ||
        Number(zones.has(b.zone)) - Number(zones.has(a.zone)) ||
        a.zone.localeCompare(b.zone) ||
        a.id.localeCompare(b.id),
    ),
  );
  return sorted.slice(0, Math.max(2, zones.size));
}

function onePerZone(subnets: readonly SubnetFacts[]): SubnetFacts[] {
  const zones = new Set<string>();
  return subnets.filter((subnet) => !zones.has(subnet.zone) && zones.add(subnet.zone));
}

/** Asks what runs for the health check's path, at the listener that leads to it now. */
export function askRunning(
  { app, prober }: RunInput,
  balancer: LoadBalancer,
  listeners: Listener[],
  group: TargetGroup,
) {
  const wanted = app.loadBalancer?.listenerPort ?? plainPort;
  const leads = ({ forwards }: Listener) => forwards.some(({ arn }) => arn === group.arn);
  const at = listeners.find(({ port }) => port === wanted) ?? listeners.find(leads);
  const isSecure = at?.protocol === "HTTPS";
  const host = (isSecure ? app.loadBalancer?.domain : undefined) ?? balancer.dnsName;
  const url = new URL(app.healthCheck.path, prober.urlFor(host, at?.port ?? wanted, isSecure)).href;
  return prober.get(url, AbortSignal.timeout(5000), host === balancer.dnsName ? undefined : balancer.dnsName);
}
