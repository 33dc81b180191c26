/** Every operation that the sandbox implements, by service. */
import { acmOperations } from "./acm/acm";
import { alarmOperations } from "./cloudwatch/alarms";
import type { Evaluator } from "./cloudwatch/evaluator";
import { metricOperations } from "./cloudwatch/metrics";
import { buildOperations } from "./ec2/build";
import { describeOperations } from "./ec2/describe";
import { publicAccessOperations } from "./ec2/publicAccess";
import { networkAclOperations } from "./ec2/networkAcls";
import { groupOperations } from "./ec2/groups";
import { prefixListOperations } from "./ec2/prefixLists";
import { tagOperations } from "./ec2/tags";
import type { BlobStore } from "./ecr/blobs";
import { ecrOperations } from "./ecr/ecr";
import { accountSettingOperations } from "./ecs/accountSettings";
import { clusterOperations } from "./ecs/clusters";
import { definitionOperations } from "./ecs/definitions";
import { serviceDeploymentOperations } from "./ecs/serviceDeployments";
import { serviceOperations } from "./ecs/services";
import type { TaskParts } from "./ecs/taskDriver";
import { protectionOperations } from "./ecs/protection";
import { taskOperations } from "./ecs/tasks";
import { certificateOperations } from "./elb/certificates";
import { listenerOperations } from "./elb/listeners";
import { loadBalancerOperations } from "./elb/loadBalancers";
import { sslOperations } from "./elb/sslPolicies";
import { targetGroupOperations } from "./elb/targetGroups";
import { iamOperations } from "./iam/iam";
import { stsOperations, type Keys } from "./iam/sts";
import { logsOperations } from "./logs/logs";
import { priceOperations } from "./prices";
import { quotaOperations } from "./quotas";
import type { AnyTable } from "./registry";
import { route53Operations } from "./route53/route53";
import { scalingOperations } from "./scaling/scaling";
import type { Timetable } from "./timetable";
import { kmsOperations } from "./secrets/kms";
import { ssmOperations } from "./secrets/parameters";
import { secretsOperations } from "./secrets/secretsManager";
import { groupOperations as scheduleGroupOperations } from "./scheduler/groups";
import { scheduleOperations } from "./scheduler/schedules";
import type { ServiceRecord } from "./states";
import type { Region, SandboxState } from "./world";
import { type RegistryTokens } from "./ecr/records";

export interface TableParts {
  readonly world: SandboxState;
  readonly keys: Keys;
  readonly blobs: BlobStore;
  readonly tokens: RegistryTokens;
  readonly onPort: (port: number) => void;
  readonly begin: (region: Region, record: ServiceRecord) => void;
  readonly evaluator: () => Evaluator;
  readonly schedules: () => Timetable;
  readonly tasks: (region: Region) => TaskParts;
}

/** The tables, keyed by the models' ids. */
export function makeTables(p: TableParts): Readonly<Record<string, AnyTable>> {
  return {
    sts: stsOperations(p.world, p.keys),
    iam: iamOperations(p.world, p.keys),
    ec2: {
      ...describeOperations(p.world),
      ...groupOperations(p.world),
      ...tagOperations(p.world),
      ...buildOperations(p.world),
      ...publicAccessOperations,
      ...networkAclOperations,
      ...prefixListOperations,
    },
    ecr: ecrOperations(p.world, p.blobs, p.tokens),
    ecs: {
      ...clusterOperations(p.world),
      ...accountSettingOperations,
      ...definitionOperations(p.world),
      ...serviceOperations(p.world, p.begin),
      ...serviceDeploymentOperations(),
      ...taskOperations(p.world, p.tasks),
      ...protectionOperations(p.world),
    },
    elbv2: {
      ...loadBalancerOperations(p.world),
      ...targetGroupOperations(p.world),
      ...listenerOperations(p.world, p.onPort),
      ...sslOperations,
      ...certificateOperations(p.world),
    },
    logs: logsOperations(p.world),
    cloudwatch: { ...metricOperations(p.world), ...alarmOperations(p.world, p.evaluator) },
    autoscaling: scalingOperations(p.world, p.schedules),
    quotas: quotaOperations(),
    pricing: priceOperations,
    secrets: secretsOperations,
    ssm: ssmOperations,
    kms: kmsOperations,
    acm: acmOperations(p.world),
    route53: route53Operations(p.world),
    scheduler: { ...scheduleGroupOperations(p.world), ...scheduleOperations(p.world, p.schedules) },
  };
}
