/** Who gets in and out, and by what. */
import type { SecurityGroupFacts } from "../../ports/inspection";
import { valueOf, type ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { pathToServices, servicePathText } from "../access/paths";
import {
  groupSet,
  internet,
  isOpenToAll,
  letsOut,
  portsOf,
  ruleText,
  securityGroupsNamed,
  type GroupSet,
} from "../access/securityGroups";
import { neededServices } from "../checks/serviceChecks";
import { activeService, isBalanced, routesOf } from "../checks/verdict";
import type { ReviewRule } from "./finding";

const taskGroups = (snapshot: ServiceSnapshot): GroupSet =>
  groupSet(snapshot.securityGroups, activeService(snapshot)?.network?.securityGroups ?? []);
const balancerGroups = (snapshot: ServiceSnapshot): readonly SecurityGroupFacts[] =>
  securityGroupsNamed(
    snapshot,
    (valueOf(snapshot.loadBalancers) ?? []).flatMap((balancer) => balancer.securityGroups),
  );

/** Ports that nobody opens to the world on purpose. Source: the checks of AWS Security Hub on high-risk ports. */
const riskyPorts: readonly number[] = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 3306, 3389, 5432, 5500, 6379, 9200, 11211, 27017,
];

const revoke = (group: SecurityGroupFacts, rule: SecurityGroupFacts["ingress"][number]): string =>
  `aws ec2 revoke-security-group-ingress --group-id ${group.id} --ip-permissions ` +
  `'${JSON.stringify([{ IpProtocol: rule.protocol, ...(rule.protocol === "-1" ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }), IpRanges: rule.cidrs.filter((cidr) => !cidr.includes(":")).map((CidrIp) => ({ CidrIp })), Ipv6Ranges: rule.cidrs.filter((cidr) => cidr.includes(":")).map((CidrIpv6) => ({ CidrIpv6 })) }])}'`;

export const networkRules: readonly ReviewRule[] = [
  {
    id: "tasks-open",
    title: "Tasks are reached through the load balancer alone",
    look: (snapshot) =>
      taskGroups(snapshot).groups.flatMap((group) =>
        group.ingress.filter(isOpenToAll).flatMap((rule) => {
          const wide =
            rule.protocol === "-1" ||
            rule.toPort - rule.fromPort > 1000 ||
            riskyPorts.some((port) => rule.fromPort <= port && port <= rule.toPort);
          const wanted =
            !isBalanced(snapshot) && rule.fromPort === rule.toPort && rule.fromPort === snapshot.expected?.port;
          if (wanted) return [];
          return [
            {
              severity: wide ? ("high" as const) : ("medium" as const),
              sentence:
                "Everybody on the internet may connect to the tasks on " +
                `${portsOf(rule)}${isBalanced(snapshot) ? ", past the load balancer" : ""}.`,
              evidence: [`${group.name} (${group.id}): ${ruleText(rule)}`],
              remedy: isBalanced(snapshot)
                ? "Let the load balancer's group in, and nobody else."
                : "Name who may reach it as network.allowFrom in slipway.json.",
              command: revoke(group, rule),
            },
          ];
        }),
      ),
  },
  {
    id: "balancer-open",
    title: "The load balancer is open where it listens alone",
    look: (snapshot) => {
      const listening = new Set(
        (valueOf(snapshot.loadBalancers) ?? []).flatMap((balancer) =>
          (valueOf(balancer.listeners) ?? []).map(({ port }) => port),
        ),
      );
      return balancerGroups(snapshot).flatMap((group) =>
        group.ingress
          .filter(
            (rule) =>
              isOpenToAll(rule) &&
              (rule.protocol === "-1" || rule.fromPort !== rule.toPort || !listening.has(rule.fromPort)),
          )
          .map((rule) => ({
            severity: "medium" as const,
            sentence:
              `The load balancer's group lets everybody in on ${portsOf(rule)}, and it listens on ` +
              `${[...listening].join(", ") || "none"}.`,
            evidence: [`${group.name} (${group.id}): ${ruleText(rule)}`],
            remedy: "Leave the listeners' ports alone open.",
            command: revoke(group, rule),
          })),
      );
    },
  },
  {
    id: "egress-missing",
    title: "Tasks get out where they have to",
    look: (snapshot) => {
      const groups = taskGroups(snapshot);
      const peer = {
        groups: (valueOf(snapshot.endpoints) ?? []).flatMap((endpoint) => endpoint.securityGroups),
        addresses: [...internet.addresses, ...(valueOf(snapshot.subnets) ?? []).map(({ cidr }) => cidr)],
      };
      if (letsOut(groups, peer, 443) !== "no") return [];
      return [
        {
          severity: "high",
          sentence:
            "The tasks' groups let nothing out on port 443: the next task can neither pull its image nor write logs.",
          evidence: groups.groups.map(
            (group) => `${group.name} (${group.id}) has ${group.egress.length} rules for what goes out`,
          ),
          remedy: "Let port 443 out, to everywhere or to the endpoints.",
          command:
            `aws ec2 authorize-security-group-egress --group-id ${groups.groups[0]?.id ?? ""} --ip-permissions ` +
            "IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]",
        },
      ];
    },
  },
  {
    id: "public-address",
    title: "Tasks have public addresses only where they need one",
    look: (snapshot) => {
      const network = activeService(snapshot)?.network;
      if (!network?.assignPublicIp) return [];
      const own = (valueOf(snapshot.subnets) ?? []).filter(({ id }) => network.subnets.includes(id));
      const without = own.map((subnet) =>
        pathToServices(
          { subnet, groups: taskGroups(snapshot), publicIp: false },
          neededServices(snapshot),
          snapshot.endpoints,
          snapshot.securityGroups,
        ),
      );
      if (own.length === 0 || !isBalanced(snapshot) || without.some(({ open }) => open !== "yes")) return [];
      return [
        {
          severity: "medium",
          sentence:
            "The tasks have public addresses that they do not need: each costs about $3.65 a month, and is one " +
            "more way in.",
          evidence: without.map(servicePathText),
          remedy: "Set network.assignPublicIp to false in slipway.json.",
        },
      ];
    },
  },
  {
    id: "plain-http",
    title: "What comes from the internet comes encrypted",
    look: (snapshot) =>
      routesOf(snapshot).flatMap(({ balancer }) => {
        const listeners = (balancer && valueOf(balancer.listeners)) ?? [];
        if (
          !balancer ||
          balancer.scheme !== "internet-facing" ||
          listeners.some(({ protocol }) => protocol === "HTTPS")
        )
          return [];
        const open = listeners.filter(({ protocol }) => protocol === "HTTP");
        return open.length
          ? [
              {
                severity: "low" as const,
                sentence: `${balancer.name} takes requests from the internet without encryption.`,
                evidence: open.map(({ port }) => `listener on port ${port}: HTTP`),
                remedy:
                  'State "domain" and "certificate": "request" as loadBalancer in slipway.json and deploy: port 80 then redirects.',
              },
            ]
          : [];
      }),
  },
];
