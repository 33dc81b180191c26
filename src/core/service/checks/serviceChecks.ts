/** What only a real look finds: items beyond the guide's eight. */
import { architectureOf } from "../../taskDefinition/model/generate";
import type { ServiceSnapshot } from "../snapshot/serviceSnapshot";
import { valueOf } from "../snapshot/serviceSnapshot";
import { logNeeds, pullNeeds, repositoryArn, roleMeets, secretNeed, tokenNeed, type Need } from "../access/needs";
import { tasksService, trustsTasks } from "../access/policy";
import { pathToServices, serviceNeeds, servicePathText } from "../access/paths";
import { groupsOfTasks } from "../access/securityGroups";
import {
  activeService,
  asleepText,
  failed,
  isAsleep,
  isBalanced,
  isDenied,
  leftOut,
  mainContainer,
  mainImage,
  mappedPorts,
  passed,
  routesOf,
  unread,
  type Check,
  type Verdict,
} from "./verdict";

/** Not known to be wrong where it may only not be seen; any other failed look is a failure. */
const unseen = (read: Parameters<typeof unread>[0]): Verdict =>
  isDenied(read) && !read.known ? leftOut(`it may not be looked at: ${read.why}`) : unread(read);

function zones(snapshot: ServiceSnapshot): Verdict {
  if (!isBalanced(snapshot)) return leftOut("no load balancer");
  const service = activeService(snapshot);
  if (!service) return leftOut("no service");
  if (!snapshot.subnets.known) return unseen(snapshot.subnets);
  const [route] = routesOf(snapshot);
  if (!route?.balancer) return leftOut("no load balancer leads to the service");
  const { balancer } = route;
  const own = snapshot.subnets.value.filter((subnet) => service.network?.subnets.includes(subnet.id));
  if (own.some((subnet) => subnet.vpc !== balancer.vpc))
    return failed(`the service is in ${own[0]?.vpc ?? ""} and ${balancer.name} in ${balancer.vpc}`);
  const outside = own.filter((subnet) => !balancer.zones.includes(subnet.zone));
  if (outside.length)
    return failed(
      `${balancer.name} covers ${balancer.zones.join(", ")}, but tasks may run in ` +
        `${outside.map((subnet) => `${subnet.zone} (${subnet.id})`).join(", ")}: there they get no traffic`,
    );
  return passed(`${[...new Set(own.map((subnet) => subnet.zone))].join(", ")}: all covered by ${balancer.name}`);
}

/** AWS services that the tasks of this revision have to reach. */
export function neededServices(snapshot: ServiceSnapshot): string[] {
  const ecr = snapshot.images.some((image) => image.repository !== undefined);
  const logs = snapshot.logs.some((log) => log.driver === "awslogs");
  const kinds = new Set(snapshot.secrets.map((secret) => secret.kind));
  return [
    ...(ecr ? serviceNeeds.pull : []),
    ...(logs ? serviceNeeds.logs : []),
    ...(kinds.has("secret") ? serviceNeeds.secrets : []),
    ...(kinds.has("parameter") ? serviceNeeds.parameters : []),
  ];
}

function route(snapshot: ServiceSnapshot): Verdict {
  const network = activeService(snapshot)?.network;
  if (!network) return leftOut("no service");
  if (!snapshot.subnets.known) return unseen(snapshot.subnets);
  const services = neededServices(snapshot);
  if (services.length === 0) return leftOut("nothing of AWS's is needed to start");
  const groups = groupsOfTasks(snapshot.securityGroups, network.securityGroups);
  const own = snapshot.subnets.value.filter((subnet) => network.subnets.includes(subnet.id));
  const gone = network.subnets.filter((id) => !own.some((subnet) => subnet.id === id));
  if (gone.length) return failed(`the service names ${gone.join(", ")}, which is gone`);
  const paths = own.map((subnet) =>
    pathToServices(
      { subnet, groups, publicIp: network.assignPublicIp },
      services,
      snapshot.endpoints,
      snapshot.securityGroups,
    ),
  );
  const lost = paths.filter((path) => path.open === "no");
  if (lost.length)
    return failed(
      lost.map(servicePathText).join("; "),
      ...(lost.every(({ fault }) => fault === "groupsClosed") ? (["securityGroups"] as const) : []),
    );
  const unclear = paths.find((path) => path.open === "unknown");
  if (unclear?.unread === "someAddresses") return leftOut(servicePathText(unclear));
  if (unclear) return unseen(unclear.unread === "endpoints" ? snapshot.endpoints : snapshot.securityGroups);
  return passed(paths.map(servicePathText).join("; "));
}

/** What the execution role must be allowed for this revision, on what. */
function needsOf({ identity, images, logs, secrets: named }: ServiceSnapshot): Need[] {
  const repositories = images.flatMap((image) =>
    image.repository === undefined ? [] : [repositoryArn(identity, image.repository)],
  );
  return [
    ...(repositories.length ? [tokenNeed(identity)] : []),
    ...repositories.flatMap(pullNeeds),
    ...logs
      .filter((log) => log.driver === "awslogs")
      // A group that is there needs nobody who makes it.
      .flatMap((log) => logNeeds(identity, { ...log, makes: log.createGroup && log.facts.known && !log.facts.value })),
    ...named.map(({ reference }) => secretNeed(identity, reference)),
  ];
}

function executionRole(snapshot: ServiceSnapshot): Verdict {
  if (!activeService(snapshot)) return leftOut("no service");
  const needs = needsOf(snapshot);
  const arn = valueOf(snapshot.revision)?.definition.executionRoleArn;
  if (arn === undefined || arn === "")
    return needs.length
      ? failed(
          "the task definition names none, and one is needed to " +
            `${[...new Set(needs.map(({ what }) => what))].join(" and ")}`,
          "taskDefinition",
        )
      : leftOut("none is needed");
  if (!snapshot.executionRole.known) return unseen(snapshot.executionRole);
  const role = snapshot.executionRole.value;
  if (!role) return failed(`there is no role ${arn.split("/").at(-1) ?? arn}`);
  const trust = trustsTasks(role, snapshot.identity.region);
  if (trust === "denied") return failed(`${role.name} does not trust ${tasksService}`);
  const judged = needs.map((need) => ({ ...need, verdict: roleMeets(role, need) }));
  const denied = judged.filter(({ verdict }) => verdict === "denied");
  if (denied.length)
    return failed(
      `${role.name} may not ${[...new Set(denied.map(({ what }) => what))].join(" or ")}: it is not allowed ` +
        `${[...new Set(denied.map(({ action }) => action))].join(", ")}`,
    );
  const unsure = judged.filter(({ verdict }) => verdict === "unknown");
  if (unsure.length)
    return leftOut(
      `whether ${role.name} is allowed ${[...new Set(unsure.map(({ action }) => action))].join(", ")} is not ` +
        `known: ${role.unread.join(", ") || "a condition decides"}`,
    );
  if (trust === "unknown")
    return leftOut(`whether ${role.name} trusts ${tasksService} is not known: a condition decides`);
  return passed(`${role.name} may ${[...new Set(needs.map(({ what }) => what))].join(", ") || "what is needed"}`);
}

function secrets(snapshot: ServiceSnapshot): Verdict {
  if (snapshot.secrets.length === 0) return leftOut("the task definition names none");
  const gone = snapshot.secrets.filter(({ exists }) => exists.known && !exists.value);
  if (gone.length) return failed(`there is no ${gone.map(({ reference }) => reference).join(", ")}`);
  const unknown = snapshot.secrets.find(({ exists }) => !exists.known);
  return unknown ? unseen(unknown.exists) : passed(`${snapshot.secrets.length} are there`);
}

function platform(snapshot: ServiceSnapshot): Verdict {
  const definition = valueOf(snapshot.revision)?.definition;
  const image = mainImage(snapshot);
  const platforms = (image && valueOf(image.facts)?.platforms) ?? [];
  if (!definition || platforms.length === 0) return leftOut("the image's platform is not known");
  const wanted = `linux/${architectureOf(definition) === "ARM64" ? "arm64" : "amd64"}`;
  return platforms.includes(wanted)
    ? passed(wanted)
    : failed(`the tasks are ${wanted}, and the image is for ${platforms.join(", ")}`);
}

function healthPath(snapshot: ServiceSnapshot): Verdict {
  if (!isBalanced(snapshot)) return leftOut("no load balancer");
  if (isAsleep(snapshot)) return leftOut(asleepText(snapshot));
  const routes = routesOf(snapshot);
  const [first] = routes;
  if (!first) return leftOut("no target group");
  const { path, matcher } = first.group.healthCheck;
  const targets = routes
    .flatMap(({ group }) => valueOf(group.health) ?? [])
    .filter((target) => target.state !== "draining");
  const mismatched = targets.find((target) => target.reason === "Target.ResponseCodeMismatch");
  const expected = snapshot.expected?.healthPath;
  const other =
    expected !== undefined && snapshot.expected?.loadBalancer && expected !== path
      ? `; slipway.json says ${expected}`
      : "";
  // Between two tasks there is no target to ask; ECS's events still say what the last one answered.
  const event = targets.some((target) => target.state === "healthy")
    ? undefined
    : activeService(snapshot)
        ?.events.slice(0, 10)
        .find(({ message }) => /failed with these codes/i.test(message));
  if (!mismatched && event) return failed(`GET ${path} is not answered with ${matcher}: ${event.message}`);
  if (mismatched)
    return failed(
      `GET ${path} is not answered with ${matcher}: ${mismatched.description ?? "another status came"}${other}`,
    );
  if (other) return failed(`the target group asks ${path}${other}`);
  if (targets.some((target) => target.state === "healthy")) return passed(`GET ${path} is answered with ${matcher}`);
  return failed(`no target has answered GET ${path}`, "targets", "service");
}

function port(snapshot: ServiceSnapshot): Verdict {
  const routes = routesOf(snapshot);
  const container = mainContainer(snapshot);
  if (routes.length === 0 || !container) return leftOut(isBalanced(snapshot) ? "no target group" : "no load balancer");
  const expected = snapshot.expected?.port;
  const unhealthy = routes.some(({ group }) =>
    (valueOf(group.health) ?? []).some((target) => target.state !== "healthy" && target.state !== "draining"),
  );
  const wrong = routes.flatMap(({ group, containerPort, containerName }) => {
    const mapped = mappedPorts(
      (valueOf(snapshot.revision)?.definition.containerDefinitions ?? []).find((item) => item.name === containerName),
    );
    const exposed =
      (mainImage(snapshot) &&
        valueOf((mainImage(snapshot) as NonNullable<ReturnType<typeof mainImage>>).facts)?.exposedPorts) ??
      [];
    return [
      ...(mapped.includes(containerPort)
        ? []
        : [
            `the load balancer sends to port ${containerPort} of ${containerName}, which maps ` +
              `${mapped.join(", ") || "none"}`,
          ]),
      ...(group.healthCheckPort === "traffic-port" || Number(group.healthCheckPort) === containerPort
        ? []
        : [
            `the health check asks port ${group.healthCheckPort}, and the application is sent its requests on ` +
              `${containerPort}`,
          ]),
      ...(expected === undefined || expected === containerPort
        ? []
        : [`the load balancer sends to port ${containerPort}, and slipway.json says ${expected}`]),
      // EXPOSE is only a note: it accuses nobody who answers.
      ...(unhealthy && exposed.length && !exposed.includes(containerPort)
        ? [`the load balancer sends to port ${containerPort}, and the image exposes ${exposed.join(", ")}`]
        : []),
    ];
  });
  return wrong.length
    ? failed([...new Set(wrong)].join("; "))
    : passed(routes.map(({ containerPort, containerName }) => `${containerName}:${containerPort}`).join(", "));
}

const dayMilliseconds = 86_400_000;
/** A certificate that ends sooner than this is to be looked after now: ACM renews sixty days before. */
const soonDays = 21;

function certificate({ url, at, expected, loadBalancers }: ServiceSnapshot): Verdict {
  const { certificate: stated, listenerPort } = expected?.loadBalancer ?? {};
  const plain = (valueOf(loadBalancers) ?? [])
    .flatMap(({ listeners }) => valueOf(listeners) ?? [])
    .find(({ port, protocol }) => port === listenerPort && protocol !== "HTTPS");
  if (stated !== undefined && plain)
    return failed(`port ${plain.port} speaks ${plain.protocol}, and slipway.json states a certificate`);
  if (!url?.certificate) return leftOut("no HTTPS listener");
  const { validTo, names, error } = url.certificate;
  if (error !== undefined) return failed(`${new URL(url.url).host}: ${error}`);
  const days = validTo === undefined ? undefined : Math.floor((validTo - at) / dayMilliseconds);
  if (days !== undefined && days < soonDays) return failed(`it ends in ${days} days`);
  return passed(`${names.slice(0, 3).join(", ")}${days === undefined ? "" : `, for ${days} days more`}`);
}

export const serviceChecks: readonly Check[] = [
  { id: "zones", title: "The load balancer covers the zones that tasks run in", judge: zones },
  { id: "route", title: "Tasks have a way to ECR and CloudWatch Logs", judge: route },
  { id: "executionRole", title: "The execution role is trusted and allowed what it needs", judge: executionRole },
  { id: "secrets", title: "The secrets that the task definition names are there", judge: secrets },
  { id: "platform", title: "The image is made for the tasks' platform", judge: platform },
  { id: "healthPath", title: "The health check's path answers", judge: healthPath },
  { id: "port", title: "Container port and mapping agree", judge: port },
  { id: "certificate", title: "The certificate is valid", judge: certificate },
];
