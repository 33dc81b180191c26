import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  type VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand, DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { EndpointFacts, InspectionPort } from "../../core/ports/inspection";
import { groupFactsFrom, subnetsOf } from "../ec2";
import { loadBalancerFrom, targetGroupFrom } from "../elbShapes";
import { undefinedOn, type Caller } from "../session";

/** A policy that keeps nothing back: what an endpoint has when nobody gave it one. */
function isOpen(policy: string | undefined): boolean | undefined {
  if (policy === undefined || policy === "") return undefined;
  try {
    const { Statement: statements } = JSON.parse(policy) as { Statement?: unknown };
    return [statements].flat().some((item) => {
      const {
        Effect: effect,
        Action: action,
        Resource: resource,
        Principal: principal,
        Condition: condition,
      } = (item ?? {}) as Record<string, unknown>;
      return (
        effect === "Allow" &&
        [action].flat().includes("*") &&
        [resource].flat().includes("*") &&
        (principal === "*" || JSON.stringify(principal) === '{"AWS":"*"}') &&
        condition === undefined
      );
    });
  } catch {
    return undefined;
  }
}

function endpointFrom(found: VpcEndpoint): EndpointFacts {
  const openPolicy = isOpen(found.PolicyDocument);
  return {
    id: found.VpcEndpointId ?? "",
    // `com.amazonaws.REGION.ecr.api`: in China `cn.com.amazonaws.…` too.
    service: /\.amazonaws\.[^.]+\.(.+)$/.exec(found.ServiceName ?? "")?.[1] ?? found.ServiceName ?? "",
    kind: found.VpcEndpointType === "Gateway" ? "gateway" : "interface",
    state: (found.State ?? "").toLowerCase(),
    securityGroups: (found.Groups ?? []).flatMap((group) => group.GroupId ?? []),
    subnets: found.SubnetIds ?? [],
    privateDns: found.PrivateDnsEnabled ?? false,
    routeTables: found.RouteTableIds ?? [],
    ...(openPolicy === undefined ? {} : { openPolicy }),
  };
}

/** Networks, guards and balancers, as they are now. */
export function networkInspection(
  caller: Caller,
): Pick<InspectionPort, "securityGroups" | "endpoints" | "subnetsAround" | "targetGroups" | "loadBalancers"> {
  const { ec2, elb } = caller.session;
  return {
    async securityGroups(ids) {
      if (ids.length === 0) return [];
      // By filter and not by id: one that is gone is then missing from the answer instead of failing it.
      const { SecurityGroups } = await caller.send(
        ec2,
        new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-id", Values: [...ids] }] }),
      );
      return (SecurityGroups ?? []).map(groupFactsFrom);
    },
    async endpoints(vpc) {
      const { VpcEndpoints } = await caller.send(
        ec2,
        new DescribeVpcEndpointsCommand({ Filters: [{ Name: "vpc-id", Values: [vpc] }] }),
      );
      return (VpcEndpoints ?? []).map(endpointFrom);
    },
    async subnetsAround(ids) {
      if (ids.length === 0) return [];
      const named = await caller.send(
        ec2,
        new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: [...ids] }] }),
      );
      const vpc = named.Subnets?.[0]?.VpcId;
      return vpc === undefined ? [] : subnetsOf(caller, vpc, true);
    },
    async targetGroups(arns) {
      if (arns.length === 0) return [];
      const answers = await Promise.all(
        arns.map((arn) =>
          undefinedOn(
            /^TargetGroupNotFound/,
            caller.send(elb, new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }), "elb"),
          ),
        ),
      );
      return answers
        .flatMap((answer) => answer?.TargetGroups ?? [])
        .map((found) => ({
          ...targetGroupFrom(found, {}),
          protocol: found.Protocol ?? "",
          healthCheckPort: found.HealthCheckPort ?? "traffic-port",
          healthCheckProtocol: found.HealthCheckProtocol ?? found.Protocol ?? "",
        }));
    },
    async loadBalancers(arns) {
      if (arns.length === 0) return [];
      const answers = await Promise.all(
        arns.map((arn) =>
          undefinedOn(
            /^LoadBalancerNotFound/,
            caller.send(elb, new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }), "elb"),
          ),
        ),
      );
      return answers
        .flatMap((answer) => answer?.LoadBalancers ?? [])
        .map((found) => ({
          ...loadBalancerFrom(found, {}),
          zones: (found.AvailabilityZones ?? []).flatMap((zone) => zone.ZoneName ?? []),
          ...(found.State?.Reason === undefined ? {} : { stateReason: found.State.Reason }),
        }));
    },
  };
}
