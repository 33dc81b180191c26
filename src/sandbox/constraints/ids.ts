/** Ids and ARNs: what one looks like, and how a service refuses what does not. */
import { ApiError } from "../wire/errors";

interface Form {
  readonly service: string;
  /** Members of inputs that are such an id, or lists of them. */
  readonly member: RegExp;
  readonly form: RegExp;
  readonly error: (given: string) => ApiError;
}

/** EC2's spelling of its codes follows no rule. Source: the error codes' page of the EC2 API reference. */
const EC2_IDS: readonly (readonly [member: RegExp, prefix: string, code: string])[] = [
  [/^VpcIds?$/, "vpc", "InvalidVpcID.Malformed"],
  [/^SubnetIds?$/, "subnet", "InvalidSubnetID.Malformed"],
  [/^(GroupIds?|SecurityGroupIds?|Groups)$/, "sg", "InvalidGroupId.Malformed"],
  [/^RouteTableIds?$/, "rtb", "InvalidRouteTableId.Malformed"],
  [/^InternetGatewayIds?$/, "igw", "InvalidInternetGatewayId.Malformed"],
  [/^NatGatewayIds?$/, "nat", "NatGatewayMalformed"],
  [/^VpcEndpointIds?$/, "vpce", "InvalidVpcEndpointId.Malformed"],
  [/^NetworkInterfaceIds?$/, "eni", "InvalidNetworkInterfaceId.Malformed"],
  [/^SecurityGroupRuleIds?$/, "sgr", "InvalidSecurityGroupRuleId.Malformed"],
];

const ec2Forms = EC2_IDS.map(
  ([member, prefix, code]): Form => ({
    service: "ec2",
    member,
    form: new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
    error: (given) => new ApiError(code, `Invalid id: "${given}" (expecting "${prefix}-...")`),
  }),
);

/** ARNs of Elastic Load Balancing: what stands behind the account, and what the service calls it. */
const ELB_ARNS: readonly (readonly [member: RegExp, resource: string, what: string])[] = [
  [/^LoadBalancerArns?$/, "loadbalancer/(app|net|gwy)/[^/]+/[0-9a-f]+", "load balancer"],
  [/^TargetGroupArns?$/, "targetgroup/[^/]+/[0-9a-f]+", "target group"],
  [/^ListenerArns?$/, "listener/(app|net|gwy)/[^/]+/[0-9a-f]+/[0-9a-f]+", "listener"],
  [/^RuleArns?$/, "listener-rule/(app|net|gwy)/[^/]+/[0-9a-f]+/[0-9a-f]+/[0-9a-f]+", "listener rule"],
];

const elbForms = ELB_ARNS.map(
  ([member, resource, what]): Form => ({
    service: "elbv2",
    member,
    form: new RegExp(`^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\\d{12}:${resource}$`),
    error: (given) => new ApiError("ValidationError", `'${given}' is not a valid ${what} ARN`),
  }),
);

const FORMS: readonly Form[] = [...ec2Forms, ...elbForms];

/** The form that a member of that name has in the service. */
export const formOf = (service: string, member: string): Form | undefined =>
  FORMS.find((form) => form.service === service && form.member.test(member));
