/** ECS: service deployments and revisions. */
import type { EcsOperations, ServiceDeployment } from "../model/ecs.types";
import type { Table } from "../registry";
import type { ServiceDeploymentRecord, ServiceRecord } from "../states";
import { must, page } from "../util";
import { ApiError } from "../wire/errors";
import type { Region } from "../world";

import { badToken, activeCluster, findService, invalid, serviceNotFound } from "./lookup";

type Operations = Pick<
  EcsOperations,
  | "ListServiceDeployments"
  | "DescribeServiceDeployments"
  | "DescribeServiceRevisions"
  | "StopServiceDeployment"
  | "ContinueServiceDeployment"
>;

function find(region: Region, arn: string): { record: ServiceDeploymentRecord; service: ServiceRecord } | undefined {
  for (const service of region.ecs.services.values()) {
    const record = service.serviceDeployments.get(arn);
    if (record) return { record, service };
  }
  return undefined;
}

const notFound = (): ApiError =>
  new ApiError("ServiceDeploymentNotFoundException", "The service deployment ARN that you specified is not found.");

const visible = (r: ServiceDeploymentRecord): boolean => Date.now() >= r.visibleAt;

function copy(d: ServiceDeployment): ServiceDeployment {
  return structuredClone(d);
}

export const serviceDeploymentOperations = (): Table<Operations> => ({
  ListServiceDeployments: {
    supports: "*",
    run: (input, { region }) => {
      activeCluster(region, input.cluster);
      const service = findService(region, input.cluster, input.service);
      if (!service) throw serviceNotFound();
      if (input.maxResults !== undefined && (input.maxResults < 1 || input.maxResults > 100))
        throw invalid("maxResults must be between 1 and 100.");
      const after = input.createdAt?.after?.getTime() ?? 0;
      const before = input.createdAt?.before?.getTime() ?? Number.MAX_SAFE_INTEGER;
      const found = [...service.serviceDeployments.values()]
        .filter(visible)
        .map((r) => r.deployment)
        .filter((d) => {
          const at = d.createdAt?.getTime() ?? 0;
          return at >= after && at <= before && (!input.status?.length || input.status.includes(d.status ?? ""));
        })
        .reverse();
      const p = page(found, input.nextToken, input.maxResults ?? 100, badToken);
      return {
        serviceDeployments: p.items.map((d) => ({
          serviceDeploymentArn: d.serviceDeploymentArn,
          serviceArn: d.serviceArn,
          clusterArn: d.clusterArn,
          startedAt: d.startedAt,
          createdAt: d.createdAt,
          finishedAt: d.finishedAt,
          targetServiceRevisionArn: d.targetServiceRevision?.arn,
          status: d.status,
          statusReason: d.statusReason,
        })),
        nextToken: p.next,
      };
    },
  },
  DescribeServiceDeployments: {
    supports: "*",
    run: (input, { region }) => {
      if (input.serviceDeploymentArns.length > 20) throw invalid("At most 20 service deployments can be described.");
      const found = input.serviceDeploymentArns.map((arn) => ({ arn, hit: find(region, arn) }));
      return {
        serviceDeployments: found.flatMap(({ hit }) =>
          hit && visible(hit.record) ? [copy(hit.record.deployment)] : [],
        ),
        failures: found.flatMap(({ arn, hit }) => (hit && visible(hit.record) ? [] : [{ arn, reason: "MISSING" }])),
      };
    },
  },
  DescribeServiceRevisions: {
    supports: "*",
    run: (input, { region }) => {
      if (input.serviceRevisionArns.length > 20) throw invalid("At most 20 service revisions can be described.");
      const all = new Map([...region.ecs.services.values()].flatMap((s) => [...s.revisions]));
      const found = input.serviceRevisionArns.map((arn) => ({ arn, revision: all.get(arn) }));
      return {
        serviceRevisions: found.flatMap(({ revision }) => (revision ? [revision] : [])),
        failures: found.flatMap(({ arn, revision }) => (revision ? [] : [{ arn, reason: "MISSING" }])),
      };
    },
  },
  StopServiceDeployment: {
    supports: "*",
    run: (input, { region }) => {
      const hit = must(find(region, input.serviceDeploymentArn), notFound);
      if (input.stopType === "ABORT") throw invalid("The stop type ABORT is not supported.");
      const { deployment } = hit.record;
      if (deployment.status === "ROLLBACK_IN_PROGRESS" || deployment.status === "ROLLBACK_REQUESTED")
        return { serviceDeploymentArn: input.serviceDeploymentArn };
      // The tasks that the traffic would go back to are stopping already.
      if (deployment.lifecycleStage === "CLEAN_UP")
        throw new ApiError(
          "ConflictException",
          "The service deployment is in the CLEAN_UP lifecycle stage and cannot be stopped.",
        );
      if (!["PENDING", "IN_PROGRESS"].includes(deployment.status ?? ""))
        throw new ApiError(
          "ConflictException",
          `The service deployment is in the ${deployment.status ?? ""} state and cannot be stopped.`,
        );
      deployment.status = "ROLLBACK_REQUESTED";
      deployment.updatedAt = new Date();
      hit.record.stopRequested = true;
      hit.service.wake();
      return { serviceDeploymentArn: input.serviceDeploymentArn };
    },
  },
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/continue-service-deployment.html
  ContinueServiceDeployment: {
    supports: "*",
    run: (input, { region }) => {
      const { record, service } = must(find(region, input.serviceDeploymentArn), notFound);
      const hook = record.deployment.lifecycleHookDetails?.find((h) => h.hookId === input.hookId);
      if (!hook) throw invalid("The hookId that you specified is not found in the service deployment.");
      if (record.deployment.status !== "IN_PROGRESS")
        throw invalid(
          `The service deployment is in the ${record.deployment.status ?? ""} state and cannot be continued.`,
        );
      if (hook.status !== "AWAITING_ACTION")
        throw invalid(`The lifecycle hook is in the ${hook.status ?? ""} status and cannot be continued.`);
      hook.status = input.action === "ROLLBACK" ? "FAILED" : "SUCCEEDED";
      record.deployment.updatedAt = new Date();
      service.wake();
      return { serviceDeploymentArn: input.serviceDeploymentArn };
    },
  },
});
