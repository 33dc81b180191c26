/** The operations that the sandbox implements, by service; `wire` is how each service speaks. */
const words = (text) => text.split(/\s+/).filter(Boolean);

export const SERVICES = {
  sts: {
    package: "client-sts",
    wire: {
      protocol: "query",
      signing: "sts",
      version: "2011-06-15",
      xmlns: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
    operations: words("GetCallerIdentity AssumeRole"),
  },
  iam: {
    package: "client-iam",
    wire: {
      protocol: "query",
      signing: "iam",
      version: "2010-05-08",
      xmlns: "https://iam.amazonaws.com/doc/2010-05-08/",
    },
    operations:
      words(`CreateRole GetRole DeleteRole ListRoles TagRole UntagRole ListRoleTags UpdateRole UpdateAssumeRolePolicy AttachRolePolicy
      DetachRolePolicy ListAttachedRolePolicies PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies
      CreateServiceLinkedRole DeleteServiceLinkedRole GetServiceLinkedRoleDeletionStatus SimulatePrincipalPolicy GetPolicy GetPolicyVersion ListPolicies
      CreatePolicy DeletePolicy CreateUser GetUser ListUsers DeleteUser
      CreateAccessKey ListAccessKeys UpdateAccessKey DeleteAccessKey PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies
      AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies ListInstanceProfilesForRole PutRolePermissionsBoundary DeleteRolePermissionsBoundary`),
  },
  ec2: {
    package: "client-ec2",
    wire: { protocol: "ec2", signing: "ec2", version: "2016-11-15", xmlns: "http://ec2.amazonaws.com/doc/2016-11-15/" },
    operations:
      words(`DescribeVpcs DescribeSubnets DescribeRouteTables DescribeAvailabilityZones DescribeInternetGateways DescribeNatGateways
      DescribeAccountAttributes DescribeSecurityGroups DescribeSecurityGroupRules DescribeNetworkInterfaces DescribeVpcEndpoints DescribeTags
      CreateSecurityGroup DeleteSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress
      RevokeSecurityGroupEgress CreateTags DeleteTags CreateVpcEndpoint DeleteVpcEndpoints CreateDefaultVpc CreateVpc DeleteVpc
      DescribeVpcAttribute ModifyVpcAttribute CreateSubnet DeleteSubnet ModifySubnetAttribute CreateRouteTable DeleteRouteTable AssociateRouteTable
      DisassociateRouteTable CreateRoute DeleteRoute CreateInternetGateway AttachInternetGateway DetachInternetGateway DeleteInternetGateway
      CreateNatGateway DeleteNatGateway AllocateAddress ReleaseAddress DescribeAddresses DescribeRegions
      DescribeManagedPrefixLists GetManagedPrefixListEntries CreateManagedPrefixList DeleteManagedPrefixList
      DescribeVpcBlockPublicAccessOptions ModifyVpcBlockPublicAccessOptions DescribeVpcBlockPublicAccessExclusions
      CreateVpcBlockPublicAccessExclusion DeleteVpcBlockPublicAccessExclusion DescribeNetworkAcls`),
  },
  ecr: {
    package: "client-ecr",
    wire: { protocol: "json", signing: "ecr", target: "AmazonEC2ContainerRegistry_V20150921" },
    operations:
      words(`CreateRepository DescribeRepositories DeleteRepository PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy
      PutImageTagMutability PutImageScanningConfiguration TagResource ListTagsForResource UntagResource GetAuthorizationToken
      DescribeImages ListImages BatchGetImage BatchDeleteImage PutImage BatchCheckLayerAvailability GetDownloadUrlForLayer
      InitiateLayerUpload UploadLayerPart CompleteLayerUpload
      StartImageScan DescribeImageScanFindings SetRepositoryPolicy GetRepositoryPolicy DeleteRepositoryPolicy DescribeRegistry GetRegistryScanningConfiguration UpdateImageStorageClass`),
  },
  ecs: {
    package: "client-ecs",
    wire: { protocol: "json", signing: "ecs", target: "AmazonEC2ContainerServiceV20141113" },
    operations:
      words(`CreateCluster DescribeClusters DeleteCluster ListClusters UpdateCluster UpdateClusterSettings PutClusterCapacityProviders
      DescribeCapacityProviders RegisterTaskDefinition DescribeTaskDefinition DeregisterTaskDefinition DeleteTaskDefinitions
      ListTaskDefinitions ListTaskDefinitionFamilies CreateService UpdateService DeleteService DescribeServices ListServices
      ListServiceDeployments DescribeServiceDeployments DescribeServiceRevisions StopServiceDeployment ContinueServiceDeployment
      RunTask StopTask DescribeTasks ListTasks ExecuteCommand UpdateTaskProtection GetTaskProtection TagResource UntagResource ListTagsForResource
      ListAccountSettings PutAccountSetting`),
  },
  elbv2: {
    package: "client-elastic-load-balancing-v2",
    wire: {
      protocol: "query",
      signing: "elasticloadbalancing",
      version: "2015-12-01",
      xmlns: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
    },
    operations:
      words(`CreateLoadBalancer DescribeLoadBalancers DeleteLoadBalancer DescribeLoadBalancerAttributes ModifyLoadBalancerAttributes
      SetSecurityGroups SetSubnets SetIpAddressType CreateTargetGroup DescribeTargetGroups ModifyTargetGroup DeleteTargetGroup
      DescribeTargetGroupAttributes ModifyTargetGroupAttributes RegisterTargets DeregisterTargets DescribeTargetHealth
      CreateListener DescribeListeners ModifyListener DeleteListener DescribeListenerAttributes ModifyListenerAttributes
      CreateRule DescribeRules ModifyRule DeleteRule SetRulePriorities
      AddTags RemoveTags DescribeTags DescribeAccountLimits DescribeSSLPolicies DescribeListenerCertificates
      AddListenerCertificates RemoveListenerCertificates`),
  },
  logs: {
    package: "client-cloudwatch-logs",
    wire: { protocol: "json", signing: "logs", target: "Logs_20140328" },
    operations:
      words(`CreateLogGroup DescribeLogGroups DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy CreateLogStream DescribeLogStreams
      DeleteLogStream PutLogEvents GetLogEvents FilterLogEvents StartLiveTail TagResource UntagResource ListTagsForResource
      StartQuery GetQueryResults StopQuery DescribeQueries GetLogRecord GetLogGroupFields PutQueryDefinition
      DescribeQueryDefinitions DeleteQueryDefinition PutLogGroupDeletionProtection`),
  },
  cloudwatch: {
    package: "client-cloudwatch",
    wire: {
      protocol: "json",
      signing: "monitoring",
      target: "GraniteServiceVersion20100801",
      json: "1.0",
      queryErrors: true,
      actions: "cloudwatch",
    },
    operations:
      words(`GetMetricData GetMetricStatistics ListMetrics PutMetricData PutMetricAlarm DescribeAlarms DeleteAlarms
      DescribeAlarmHistory SetAlarmState EnableAlarmActions DisableAlarmActions TagResource UntagResource ListTagsForResource`),
  },
  autoscaling: {
    package: "client-application-auto-scaling",
    wire: { protocol: "json", signing: "application-autoscaling", target: "AnyScaleFrontendService" },
    operations:
      words(`RegisterScalableTarget DeregisterScalableTarget DescribeScalableTargets PutScalingPolicy DeleteScalingPolicy
      DescribeScalingPolicies DescribeScalingActivities PutScheduledAction
      DescribeScheduledActions DeleteScheduledAction TagResource UntagResource ListTagsForResource`),
  },
  quotas: {
    package: "client-service-quotas",
    wire: { protocol: "json", signing: "servicequotas", target: "ServiceQuotasV20190624" },
    operations: words("GetServiceQuota ListServiceQuotas GetAWSDefaultServiceQuota ListAWSDefaultServiceQuotas"),
  },
  pricing: {
    package: "client-pricing",
    wire: { protocol: "json", signing: "pricing", target: "AWSPriceListService" },
    operations: words("GetProducts"),
  },
  secrets: {
    package: "client-secrets-manager",
    wire: { protocol: "json", signing: "secretsmanager", target: "secretsmanager" },
    operations:
      words(`CreateSecret DescribeSecret GetSecretValue PutSecretValue UpdateSecret ListSecrets DeleteSecret RestoreSecret
      ListSecretVersionIds UpdateSecretVersionStage TagResource UntagResource`),
  },
  ssm: {
    package: "client-ssm",
    wire: { protocol: "json", signing: "ssm", target: "AmazonSSM" },
    operations:
      words(`PutParameter GetParameter GetParameters GetParametersByPath DescribeParameters DeleteParameter DeleteParameters
      GetParameterHistory LabelParameterVersion UnlabelParameterVersion AddTagsToResource RemoveTagsFromResource ListTagsForResource`),
  },
  kms: {
    package: "client-kms",
    wire: { protocol: "json", signing: "kms", target: "TrentService" },
    operations:
      words(`CreateKey DescribeKey ListKeys EnableKey DisableKey ScheduleKeyDeletion CancelKeyDeletion CreateAlias DeleteAlias
      ListAliases Encrypt Decrypt GenerateDataKey TagResource UntagResource ListResourceTags`),
  },
  acm: {
    package: "client-acm",
    wire: { protocol: "json", signing: "acm", target: "CertificateManager" },
    operations:
      words(`RequestCertificate DescribeCertificate ListCertificates DeleteCertificate ImportCertificate GetCertificate
      AddTagsToCertificate ListTagsForCertificate RemoveTagsFromCertificate`),
  },
  route53: {
    package: "client-route-53",
    wire: { protocol: "rest-xml", signing: "route53", xmlns: "https://route53.amazonaws.com/doc/2013-04-01/" },
    operations: words(`CreateHostedZone ListHostedZones ListHostedZonesByName GetHostedZone DeleteHostedZone
      ChangeResourceRecordSets ListResourceRecordSets GetChange`),
  },
  scheduler: {
    package: "client-scheduler",
    wire: { protocol: "rest-json", signing: "scheduler" },
    operations: words(`CreateSchedule GetSchedule ListSchedules UpdateSchedule DeleteSchedule CreateScheduleGroup
      GetScheduleGroup ListScheduleGroups DeleteScheduleGroup TagResource UntagResource ListTagsForResource`),
  },
};
