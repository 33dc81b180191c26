import {
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeClustersCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type Cluster as SdkCluster,
  type ServiceDeployment as SdkServiceDeployment,
  type UpdateServiceCommandInput,
} from "@aws-sdk/client-ecs";
import type { Cluster, EcsPort, ServiceDeployment, ServiceLoadBalancer, ServiceSettings } from "../core/ports/cloud";
import { isCancelled } from "../core/base/errors";
import { isJsonObject } from "../core/base/exactJson";
import type { JsonObject, TaskDefinition } from "../core/base/taskDefinition";
import { withoutUnset } from "../core/taskDefinition/model/normalise";
import { sendRaw, withDates } from "./rawJson";
import { networkInput, serviceFrom } from "./ecsShapes";
import { ecsTasks } from "./ecsTasks";
import { fromLower, lowerTags, undefinedOn, type Caller } from "./session";

const clusterFrom = (found: SdkCluster): Cluster => ({
  name: found.clusterName ?? "",
  arn: found.clusterArn ?? "",
  status: found.status ?? "",
  tags: fromLower(found.tags),
  activeServices: found.activeServicesCount ?? 0,
});

const balancerInput = (balancers: readonly ServiceLoadBalancer[]) =>
  balancers.map(({ targetGroupArn, containerName, containerPort, rest }) => ({
    ...rest,
    targetGroupArn,
    containerName,
    containerPort,
  }));

/** Old tasks stay until new ones are healthy, and a revision that does not come up is rolled back by ECS itself. */
const deploymentConfiguration = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  deploymentCircuitBreaker: { enable: true, rollback: true },
};

function settingsInput(settings: Partial<ServiceSettings>): Omit<UpdateServiceCommandInput, "service" | "cluster"> {
  const { taskDefinition, desired, network, loadBalancers, gracePeriodSeconds, platformVersion } = settings;
  const { forceNewDeployment, enableExecuteCommand } = settings;
  return {
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(desired === undefined ? {} : { desiredCount: desired }),
    ...(network === undefined ? {} : { networkConfiguration: networkInput(network) }),
    ...(loadBalancers === undefined ? {} : { loadBalancers: balancerInput(loadBalancers) }),
    ...(gracePeriodSeconds === undefined ? {} : { healthCheckGracePeriodSeconds: gracePeriodSeconds }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    ...(forceNewDeployment ? { forceNewDeployment } : {}),
    ...(settings.deploymentConfiguration === undefined
      ? {}
      : {
          deploymentConfiguration:
            settings.deploymentConfiguration as UpdateServiceCommandInput["deploymentConfiguration"],
        }),
    ...(enableExecuteCommand === undefined ? {} : { enableExecuteCommand }),
  };
}

/** The list says little of a deployment; the description knows its counts and its circuit breaker. */
const serviceDeploymentFrom = (found: SdkServiceDeployment): ServiceDeployment => {
  const breaker = found.deploymentCircuitBreaker;
  const target = found.targetServiceRevision;
  const waiting = (found.lifecycleHookDetails ?? [])
    .filter(({ status }) => status === "AWAITING_ACTION")
    .map(({ hookId, targetArn, targetType, expiresAt, timeoutAction }) => ({
      name: hookId ?? targetArn ?? "",
      ...(targetType === "PAUSE" && hookId !== undefined ? { id: hookId } : {}),
      ...(expiresAt === undefined ? {} : { until: expiresAt.getTime() }),
      ...(timeoutAction === undefined ? {} : { then: timeoutAction }),
    }));
  return {
    arn: found.serviceDeploymentArn ?? "",
    status: found.status ?? "",
    createdAt: found.createdAt?.getTime() ?? 0,
    requested: target?.requestedTaskCount ?? 0,
    running: target?.runningTaskCount ?? 0,
    pending: target?.pendingTaskCount ?? 0,
    ...(found.startedAt === undefined ? {} : { startedAt: found.startedAt.getTime() }),
    ...(found.finishedAt === undefined ? {} : { finishedAt: found.finishedAt.getTime() }),
    ...(found.statusReason === undefined ? {} : { statusReason: found.statusReason }),
    ...(found.lifecycleStage === undefined ? {} : { stage: found.lifecycleStage }),
    ...(waiting.length ? { waitingHooks: waiting } : {}),
    ...(target?.requestedProductionTrafficWeight === undefined
      ? {}
      : { share: target.requestedProductionTrafficWeight }),
    ...(target?.arn === undefined ? {} : { targetRevision: target.arn }),
    ...(breaker
      ? {
          circuitBreaker: {
            status: breaker.status ?? "",
            failureCount: breaker.failureCount ?? 0,
            threshold: breaker.threshold ?? 0,
          },
        }
      : {}),
  };
};

/** All that AWS says of a definition, also what the SDK does not know; dates become text, as in a file. */
const definitionFrom = (raw: JsonObject, read: unknown): TaskDefinition =>
  withoutUnset(withDates(raw["taskDefinition"] ?? {}, read) as TaskDefinition);

/** What UpdateService takes and DescribeServices does not say: an update without it would take it from the service. */
const unsaidMembers = ["gatewayConnectors", "monitoring"];

async function unsaid(caller: Caller, revisionArn: string): Promise<JsonObject> {
  try {
    const command = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] });
    const { raw } = await sendRaw(caller, command, "ecsDeployment");
    const [revision] = Array.isArray(raw["serviceRevisions"]) ? raw["serviceRevisions"] : [];
    return isJsonObject(revision)
      ? Object.fromEntries(Object.entries(revision).filter(([member]) => unsaidMembers.includes(member)))
      : {};
  } catch (error) {
    if (isCancelled(error)) throw error;
    // An endpoint without the operation has no such members either.
    return {};
  }
}

const notThere = /^(ClusterNotFoundException|ServiceNotFoundException)$/;

/** Amazon ECS. */
export function ecsPort(caller: Caller): EcsPort {
  const { ecs } = caller.session;
  return {
    async findCluster(name) {
      const { clusters } = await caller.send(
        ecs,
        new DescribeClustersCommand({ clusters: [name], include: ["TAGS"] }),
        "ecsCluster",
      );
      const found = clusters?.[0];
      return found ? clusterFrom(found) : undefined;
    },
    async createCluster({ name, tags }) {
      const { cluster } = await caller.send(
        ecs,
        new CreateClusterCommand({
          clusterName: name,
          capacityProviders: ["FARGATE", "FARGATE_SPOT"],
          tags: lowerTags(tags),
        }),
        "ecsCluster",
      );
      return { ...clusterFrom(cluster ?? {}), tags };
    },
    async deleteCluster(name) {
      await caller.send(ecs, new DeleteClusterCommand({ cluster: name }), "ecsCluster");
    },
    async findTaskDefinition(reference) {
      const answer = await undefinedOn(
        /^ClientException$/,
        sendRaw(
          caller,
          new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ["TAGS"] }),
          "ecsDefinition",
        ),
      );
      const found = answer?.output.taskDefinition;
      if (!found) return undefined;
      return {
        definition: definitionFrom(answer.raw, found),
        tags: fromLower(answer.output.tags),
        arn: found.taskDefinitionArn ?? "",
        revision: found.revision ?? 0,
        status: found.status ?? "",
      };
    },
    async listRevisions(family, limit, status = "ACTIVE") {
      return caller.all(
        paginateListTaskDefinitions,
        ecs,
        { familyPrefix: family, sort: "DESC", status, maxResults: Math.min(100, limit) },
        // A prefix: `web` also finds `web-api:3`.
        ({ taskDefinitionArns }) =>
          taskDefinitionArns?.filter((arn) => arn.split("/").at(-1)?.split(":")[0] === family),
        { bucket: "ecsDefinition", limit },
      );
    },
    async register(definition, tags) {
      // ECS refuses an empty list of tags.
      const body = { ...definition, ...(Object.keys(tags).length ? { tags: lowerTags(tags) } : {}) };
      const command = new RegisterTaskDefinitionCommand({ family: definition.family, containerDefinitions: [] });
      const { taskDefinition } = (await sendRaw(caller, command, "ecsRegister", body)).output;
      return { arn: taskDefinition?.taskDefinitionArn ?? "", revision: taskDefinition?.revision ?? 0 };
    },
    async deregister(arn) {
      await caller.send(ecs, new DeregisterTaskDefinitionCommand({ taskDefinition: arn }), "ecsRegister");
    },
    async deleteTaskDefinitions(arns) {
      await caller.send(ecs, new DeleteTaskDefinitionsCommand({ taskDefinitions: arns }), "ecsRegister");
    },
    async findService(cluster, name) {
      const command = new DescribeServicesCommand({ cluster, services: [name], include: ["TAGS"] });
      const answer = await undefinedOn(notThere, sendRaw(caller, command, "ecsService"));
      const found = answer?.output.services?.[0];
      const services = answer?.raw["services"];
      const raw = Array.isArray(services) ? services[0] : undefined;
      return found ? serviceFrom(found, isJsonObject(raw) ? raw : undefined) : undefined;
    },
    async allServices() {
      const clusters = await caller.all(paginateListClusters, ecs, {}, (page) => page.clusterArns, {
        bucket: "ecsCluster",
      });
      const lists = await Promise.all(
        clusters.map(async (cluster) => {
          const arns = await caller.all(
            paginateListServices,
            ecs,
            { cluster, maxResults: 100 },
            (page) => page.serviceArns,
            {
              bucket: "ecsService",
            },
          );
          // DescribeServices takes ten.
          const tens = Array.from({ length: Math.ceil(arns.length / 10) }, (_, at) =>
            arns.slice(at * 10, at * 10 + 10),
          );
          const answers = await Promise.all(
            tens.map((services) =>
              caller.send(ecs, new DescribeServicesCommand({ cluster, services, include: ["TAGS"] }), "ecsService"),
            ),
          );
          return answers.flatMap((answer) =>
            (answer.services ?? []).map((service) => ({ cluster, service: serviceFrom(service) })),
          );
        }),
      );
      return lists.flat();
    },
    async createService(cluster, name, settings) {
      const { service } = await caller.send(
        ecs,
        new CreateServiceCommand({
          cluster,
          serviceName: name,
          launchType: "FARGATE",
          schedulingStrategy: "REPLICA",
          enableECSManagedTags: true,
          propagateTags: "SERVICE",
          ...settingsInput({
            ...settings,
            deploymentConfiguration: { ...deploymentConfiguration, ...settings.deploymentConfiguration },
          }),
          tags: lowerTags(settings.tags),
          clientToken: settings.clientToken,
        }),
        "ecsServiceModify",
      );
      return { ...serviceFrom(service ?? {}), tags: settings.tags };
    },
    async updateService(cluster, name, settings, revision) {
      const changes = settingsInput(settings);
      // What starts no deployment takes the revision's members along.
      const starts = Object.keys(changes).some(
        (member) => !/^(desiredCount|healthCheckGrace|deploymentConfiguration)/.test(member),
      );
      const carried = starts && revision !== undefined ? await unsaid(caller, revision) : {};
      const input = { cluster, service: name, ...carried, ...changes };
      const command = new UpdateServiceCommand(input);
      // As JSON of our own: what a load balancer has that the SDK does not know goes back as it came.
      const { output } = await sendRaw(caller, command, "ecsServiceModify", input as unknown as JsonObject);
      return serviceFrom(output.service ?? {});
    },
    async deleteService(cluster, name, force) {
      await caller.send(ecs, new DeleteServiceCommand({ cluster, service: name, force }), "ecsServiceModify");
    },
    async listServiceDeployments(cluster, service) {
      // An endpoint without the operation answers with one of these; the caller then asks the service itself.
      const unknown =
        /^(NotImplemented|UnknownOperationException|InvalidAction|UnsupportedOperation|SyntaxError|InternalFailure|501)/;
      const answer = await undefinedOn(
        unknown,
        caller.send(ecs, new ListServiceDeploymentsCommand({ cluster, service, maxResults: 20 }), "ecsDeployment"),
      );
      if (!answer) return undefined;
      const arns = (answer.serviceDeployments ?? []).flatMap((item) =>
        item.serviceDeploymentArn === undefined ? [] : [item.serviceDeploymentArn],
      );
      if (arns.length === 0) return [];
      const described = await caller.send(
        ecs,
        new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: arns }),
        "ecsDeployment",
      );
      return (described.serviceDeployments ?? [])
        .map(serviceDeploymentFrom)
        .sort((one, other) => other.createdAt - one.createdAt);
    },
    async findRevisionTaskDefinition(revisionArn) {
      const { serviceRevisions } = await caller.send(
        ecs,
        new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revisionArn] }),
        "ecsDeployment",
      );
      return serviceRevisions?.[0]?.taskDefinition;
    },
    async describeServiceRevisions(arns) {
      // DescribeServiceRevisions takes twenty.
      const pages = Array.from({ length: Math.ceil(arns.length / 20) }, (_, at) => arns.slice(at * 20, at * 20 + 20));
      const answers = await Promise.all(
        pages.map((serviceRevisionArns) =>
          caller.send(ecs, new DescribeServiceRevisionsCommand({ serviceRevisionArns }), "ecsDeployment"),
        ),
      );
      return answers.flatMap(({ serviceRevisions }) =>
        (serviceRevisions ?? []).map((found) => ({
          arn: found.serviceRevisionArn ?? "",
          taskDefinition: found.taskDefinition ?? "",
          digests: (found.containerImages ?? []).flatMap(({ containerName, imageDigest }) =>
            containerName === undefined || imageDigest === undefined
              ? []
              : [{ container: containerName, digest: imageDigest }],
          ),
        })),
      );
    },
    async rollBack(serviceDeploymentArn) {
      await caller.send(
        ecs,
        new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }),
        "ecsDeployment",
      );
    },
    async continueDeployment(serviceDeploymentArn, hookId) {
      await caller.send(
        ecs,
        new ContinueServiceDeploymentCommand({ serviceDeploymentArn, hookId, action: "CONTINUE" }),
        "ecsDeployment",
      );
    },
    ...ecsTasks(caller, notThere),
  };
}
