/** AWS's managed policies that an account here knows. */
const EXECUTION_POLICY_ARN = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

const statement = (actions: readonly string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

/** AWS's managed policies that this account knows, by ARN. */
export const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  [EXECUTION_POLICY_ARN]: statement([
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]),
  // Version 6, what is of Application Load Balancers:
  // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
  "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers": statement([
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "elasticloadbalancing:RegisterTargets",
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyRule",
  ]),
  "arn:aws:iam::aws:policy/AdministratorAccess": statement(["*"]),
  "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess": statement(["logs:*"]),
  "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly": statement([
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
    "ecr:BatchGetImage",
    "ecr:Describe*",
    "ecr:List*",
    "ecr:Get*",
  ]),
  "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess": statement(["s3:Get*", "s3:List*"]),
  "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess": statement(["ssm:Describe*", "ssm:Get*", "ssm:List*"]),
};
